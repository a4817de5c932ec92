"""Views of the equipment list: keeping, sharing, renaming and deleting them, and choosing the one it opens with."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from assets.actions.saved_views import CannotKeep, change_view, delete_view, keep_view, open_with
from assets.forms.saved_views import NewViewForm, ViewForm, query_kept
from assets.models import SavedView
from assets.queries.saved_views import views_of
from networks.domain.access import Permission
from networks.http import Request

_form_page = require_http_methods(["GET", "HEAD", "POST"])


def view_list(request: Request) -> HttpResponse:
    """List one's own views and those shared with one."""
    request.actor.require(Permission.VIEW_ASSETS)
    views = views_of(request.actor)
    return render(
        request,
        "assets/view_list.html",
        {"views": views, "opens_with": next((seen for seen in views if seen.is_default), None)},
    )


@_form_page
def view_new(request: Request) -> HttpResponse:
    """Keep the list as it is filtered, sorted and shown."""
    request.actor.require(Permission.VIEW_ASSETS)
    given = request.POST if request.method == "POST" else None
    form = NewViewForm(given, initial={"query": query_kept(request.META.get("QUERY_STRING", ""))})
    if form.is_valid():
        try:
            view = keep_view(by=request.actor, **form.cleaned_data)
        except CannotKeep as reason:
            form.add_error("name", str(reason))
        else:
            messages.success(request, f"“{view}” was kept.")
            return redirect(view)
    return render(request, "assets/view_form.html", {"form": form, "view": None})


@_form_page
def view_edit(request: Request, pk: int) -> HttpResponse:
    """Rename a view of one's own, or share it."""
    view = _own(request, pk)
    initial = {"name": view.name, "is_shared": view.is_shared}
    form = ViewForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            change_view(by=request.actor, view=view, **form.cleaned_data)
        except CannotKeep as reason:
            form.add_error("name", str(reason))
        else:
            messages.success(request, f"“{view}” was changed.")
            return redirect("view_list")
    return render(request, "assets/view_form.html", {"form": form, "view": view})


@_form_page
def view_delete(request: Request, pk: int) -> HttpResponse:
    """Delete a view of one's own, once that is confirmed."""
    view = _own(request, pk)
    if request.method == "POST":
        delete_view(by=request.actor, view=view)
        messages.success(request, f"“{view}” was deleted. No machine was changed.")
        return redirect("view_list")
    losses = ["The view goes. No machine is changed."]
    if view.is_shared:
        losses.append("Those with whom it is shared see it no longer; lists that open with it open as usual.")
    return render(
        request,
        "assets/view_delete.html",
        {
            "view": view,
            "heading": f"Delete the view “{view}”?",
            "losses": losses,
            "undo": "It cannot be brought back, but the same filters can be kept again.",
            "confirm_label": "Delete the view",
            "back_url": reverse("view_list"),
        },
    )


@require_POST
def view_open_with(request: Request) -> HttpResponse:
    """Let one's list open with a view, or as usual."""
    chosen = request.POST.get("view", "")
    view = None
    if chosen:
        number = int(chosen) if chosen.isdecimal() and len(chosen) < 18 else 0
        view = get_object_or_404(SavedView.objects.visible_to(request.actor), pk=number)
    open_with(by=request.actor, view=view)
    messages.success(request, f"Your list opens with “{view}”." if view else "Your list opens as usual.")
    return redirect("view_list")


def _own(request: Request, pk: int) -> SavedView:
    request.actor.require(Permission.VIEW_ASSETS)
    mine = SavedView.objects.visible_to(request.actor).filter(owner_id=request.actor.user_id)
    view: SavedView = get_object_or_404(mine, pk=pk)
    return view
