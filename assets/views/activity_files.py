"""Taking in files of activity: choose the file, check what it would do, save it, and if need be take it back."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from assets.actions.activity import CannotSave, check_activity, discard_activity, save_activity
from assets.actions.activity_counts import take_counted_of_file
from assets.actions.activity_undo import UndoingActivity, look_at_undo, undo_activity
from assets.domain.problems import FileProblem
from assets.forms.activity import ActivityFileForm
from assets.models import ActivityBatch
from assets.queries.activity_files import activity_batches, row_counts, rows_in_words, rows_of
from assets.queries.import_register import importing_trusts
from networks.domain.access import Permission
from networks.http import Request
from networks.models import Organisation

PER_PAGE = 50
_NAMED = 100
_SHOWN = ("problem", "changed", "new", "unchanged")
_form_page = require_http_methods(["GET", "HEAD", "POST"])


def activity_files(request: Request) -> HttpResponse:
    """Show the files of activity sent in so far."""
    request.actor.require(Permission.VIEW_ASSETS)
    page = Paginator(activity_batches(request.actor), PER_PAGE).get_page(request.GET.get("page"))
    may_import = request.actor.can(Permission.EDIT_ASSETS)
    return render(request, "assets/activity_files.html", {"page": page, "may_import": may_import})


@_form_page
def activity_new(request: Request) -> HttpResponse:
    """Take in a file and check it. No figure is written."""
    request.actor.require(Permission.EDIT_ASSETS)
    trusts = importing_trusts(request.actor, on=timezone.localdate())
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = ActivityFileForm(*posted, trusts=trusts)
    if form.is_valid():
        try:
            batch = check_activity(
                by=request.actor,
                file=form.cleaned_data["file"],
                trust=Organisation.objects.get(pk=form.trust_id),
                source=form.cleaned_data["source"],
                on=timezone.localdate(),
            )
        except FileProblem as problem:
            form.add_error("file", str(problem))
        else:
            return redirect(batch)
    return render(request, "assets/activity_new.html", {"form": form, "trusts": trusts})


def activity_batch(request: Request, pk: int) -> HttpResponse:
    """Show what a file would do or has done: problems, changes from old to new, new figures."""
    batch = _visible(request, pk)
    counts = row_counts(batch)
    show = request.GET.get("show", "")
    if show not in counts:
        show = next((outcome for outcome in _SHOWN if counts[outcome]), "new")
    page = Paginator(rows_of(batch, show), PER_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "batch": batch,
        "show": show,
        "counts": counts,
        "to_save": batch.created + batch.changed,
        "anchor": "#rows",
        "may_import": request.actor.can(Permission.EDIT_ASSETS, trust_id=batch.trust_id),
        "page": page,
        "rows": rows_in_words(page),
    }
    return render(request, "assets/activity_batch.html", context)


@require_POST
def activity_save(request: Request, pk: int) -> HttpResponse:
    """Save a checked file: every row, or where the button says so the good rows only."""
    batch = _visible(request, pk)
    try:
        save_activity(
            by=request.actor,
            batch=batch,
            good_rows_only=request.POST.get("rows") == "good",
            at=timezone.now(),
        )
    except CannotSave as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"The figures of {batch.file_name} were saved.")
    return redirect(batch)


@require_POST
def activity_discard(request: Request, pk: int) -> HttpResponse:
    """Set aside a file that has not been saved."""
    batch = _visible(request, pk)
    discard_activity(by=request.actor, batch=batch)
    messages.info(request, f"{batch.file_name} was discarded. The figures are as they were.")
    return redirect("activity_files")


@_form_page
def activity_undo(request: Request, pk: int) -> HttpResponse:
    """Say what undoing a file would do; then do it."""
    batch = _visible(request, pk)
    request.actor.require(Permission.EDIT_ASSETS, trust_id=batch.trust_id)
    try:
        if request.method != "POST":
            undoing = look_at_undo(by=request.actor, batch=batch)
            return render(request, "assets/activity_undo.html", _confirmation(batch, undoing))
        undo_activity(by=request.actor, batch=batch, at=timezone.now())
    except CannotSave as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"The figures of {batch.file_name} were taken back.")
    return redirect(batch)


@_form_page
def activity_take_all(request: Request, pk: int) -> HttpResponse:
    """Ask, then put the counts of every machine of a saved file into the register."""
    batch = _visible(request, pk)
    request.actor.require(Permission.EDIT_ASSETS, trust_id=batch.trust_id)
    if request.method != "POST":
        context = {
            "batch": batch,
            "heading": "Take what was counted into the register?",
            "losses": [
                "Each machine of this file with a count of its own over a whole year gets that count as its examinations per "
                "year and its unplanned downtime a year.",
                "Estimates and site averages are not taken. Machines that state the same already stay as they are.",
            ],
            "undo": "Every change stands in the machine’s history, with where the count came from.",
            "confirm_label": "Take the counts into the register",
            "back_url": batch.get_absolute_url(),
        }
        return render(request, "assets/activity_undo.html", context)
    taking = take_counted_of_file(by=request.actor, batch=batch, on=timezone.localdate())
    changed = len(taking.changed)
    if changed:
        said = "1 machine now states" if changed == 1 else f"{changed:,} machines now state"
        messages.success(request, f"{said} what was counted. {len(taking.left):,} stay as they are.")
    else:
        messages.info(
            request, "No machine of this file has a count of a whole year that differs from the register."
        )
    return redirect(batch)


def _confirmation(batch: ActivityBatch, undoing: UndoingActivity) -> dict[str, Any]:
    losses = []
    if undoing.remove:
        losses.append(f"{_figures(len(undoing.remove))} added by this file will be taken out.")
    if undoing.restore:
        losses.append(f"{_figures(len(undoing.restore))} changed by it will be put back as before.")
    if undoing.keep:
        losses.append(
            f"{_figures(len(undoing.keep))} changed by a later file will stay; they are listed below."
        )
    return {
        "batch": batch,
        "heading": f"Undo {batch.file_name}?",
        "losses": losses or ["Nothing will change."],
        "undo": "To do it again, upload the file again. What was taken into the register stays there.",
        "confirm_label": "Undo this file",
        "back_url": batch.get_absolute_url(),
        "kept": rows_in_words(undoing.keep[:_NAMED]),
        "more_kept": max(0, len(undoing.keep) - _NAMED),
    }


def _figures(number: int) -> str:
    return "1 figure" if number == 1 else f"{number:,} figures"


def _visible(request: Request, pk: int) -> ActivityBatch:
    batches: QuerySet[ActivityBatch] = activity_batches(request.actor)
    return get_object_or_404(batches, pk=pk)
