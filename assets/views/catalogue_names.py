"""Names to resolve: how machines are written that have no model in the catalogue yet, what is proposed, and confirming."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from assets.actions.assets import Invalid
from assets.actions.catalogue_links import Choice, Confirmed, confirm_names
from assets.domain.catalogue import Catalogue
from assets.exports.catalogue import NAME_HEADINGS, name_rows
from assets.forms.catalogue import NamesFilter, OneNameForm
from assets.models import Asset, MachineModel
from assets.queries.catalogue import resolver_for
from assets.queries.catalogue_names import NamedAlike, machines_named, names_to_resolve
from networks.domain.access import Permission
from networks.exports.tables import table_response
from networks.http import Request

PER_PAGE = 50
MOST_MACHINES = 200
"""So many machines of one name are listed to be ticked singly; of more, all are meant."""


@require_http_methods(["GET", "HEAD", "POST"])
def catalogue_names(request: Request) -> HttpResponse:
    """List the names with what is proposed, and confirm those that are ticked."""
    catalogue, names = _names(request)
    if request.method == "POST":
        return _confirm(request, names)
    form = NamesFilter(request.GET)
    found = form.narrowed(names, request.GET.get("sort", ""))
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": [(each, _labels(catalogue, each)) for each in page],
        "machines": sum(each.machines for each in found),
        "is_empty": not names,
        **_may(request),
    }
    return render(request, "assets/catalogue_names.html", context)


@require_safe
def catalogue_names_export(request: Request) -> HttpResponseBase:
    """Download the names that the page shows, all its pages, as CSV or (format=xlsx) a workbook."""
    catalogue, names = _names(request)
    found = NamesFilter(request.GET).narrowed(names, request.GET.get("sort", ""))
    rows = name_rows((each, "; ".join(label for _, label in _labels(catalogue, each))) for each in found)
    name = f"names-to-resolve-{timezone.localdate():%Y-%m-%d}"
    return table_response(request.GET.get("format", ""), name, "Names to resolve", NAME_HEADINGS, rows)


@require_http_methods(["GET", "HEAD", "POST"])
def catalogue_name(request: Request) -> HttpResponse:
    """Say what one name means (`name` in the address): pick any model, for all its machines or for some."""
    catalogue, names = _names(request)
    asked = request.GET.get("name", "")
    named = next((each for each in names if each.token == asked), None)
    if named is None:
        raise Http404("No machine that you may see goes by this name without a model.")
    _require_either(request)
    machines: list[Asset] = []
    if request.actor.can(Permission.EDIT_ASSETS):
        rows = machines_named(request.actor, named, Permission.EDIT_ASSETS).select_related("trust", "site")
        machines = list(rows.order_by("trust__name", "site__name", "pk")[: MOST_MACHINES + 1])
    listed = machines if len(machines) <= MOST_MACHINES else []
    form = OneNameForm(request.POST if request.method == "POST" else None, named=named, machines=listed)
    if form.is_valid():
        given = form.cleaned_data
        ids = frozenset(map(int, given["machines"])) if listed else None
        try:
            done = confirm_names(
                by=request.actor, choices=[Choice(named, given["model"], ids)], reason=given["reason"]
            )
        except Invalid as invalid:
            form.add_error(None, str(invalid))
        else:
            messages.success(request, _told(done))
            return redirect("catalogue_names")
    context = {"form": form, "named": named, "labels": _labels(catalogue, named), **_may(request)}
    return render(request, "assets/catalogue_name.html", context)


def _confirm(request: Request, names: list[NamedAlike]) -> HttpResponse:
    _require_either(request)
    by_token = {each.token: each for each in names}
    # Only what was proposed can be confirmed here; any other model is picked on the page of the name.
    wanted: list[tuple[NamedAlike, int]] = []
    for token in dict.fromkeys(request.POST.getlist("name")):
        named = by_token.get(token)
        proposed = [each.model.id for each in named.resolution.candidates] if named else []
        asked = request.POST.get(f"model:{token}", "")
        if named and proposed:
            chosen = next((pk for pk in proposed if str(pk) == asked), proposed[0] if not asked else None)
            wanted += [(named, chosen)] if chosen is not None else []
    models = MachineModel.objects.select_related("maker").in_bulk([pk for _, pk in wanted])
    choices = [Choice(named, models[pk]) for named, pk in wanted if pk in models]
    if choices:
        try:
            messages.success(request, _told(confirm_names(by=request.actor, choices=choices)))
        except Invalid as invalid:
            messages.error(request, str(invalid))
    else:
        messages.info(request, "Nothing was confirmed: tick at least one name for which a model is proposed.")
    query = request.GET.urlencode()
    return redirect(f"{reverse('catalogue_names')}?{query}" if query else reverse("catalogue_names"))


def _names(request: Request) -> tuple[Catalogue, list[NamedAlike]]:
    request.actor.require(Permission.VIEW_ASSETS)
    resolver = resolver_for()
    return resolver.catalogue, names_to_resolve(request.actor, resolver)


def _labels(catalogue: Catalogue, named: NamedAlike) -> list[tuple[int, str]]:
    """The models that are proposed for a name: number and name of each."""
    return [(each.model.id, catalogue.name_of(each.model)) for each in named.resolution.candidates]


def _may(request: Request) -> dict[str, bool]:
    may_edit = request.actor.can(Permission.EDIT_ASSETS)
    may_record = request.actor.can(Permission.ADMINISTER)
    return {"may_edit": may_edit, "may_record": may_record, "may_confirm": may_edit or may_record}


def _require_either(request: Request) -> None:
    if not request.actor.can(Permission.ADMINISTER):
        request.actor.require(Permission.EDIT_ASSETS)


def _told(done: Confirmed) -> str:
    """Say what confirming did."""
    said = [f"Machines that have their model in the catalogue now: {done.machines}."] if done.machines else []
    if done.kept:
        said.append(f"Of these keep an end of support of their own: {done.kept}.")
    if done.spellings:
        said.append(f"Spellings recorded: {done.spellings}. They are certain from now on.")
    return " ".join(said) or "Nothing was changed: what you confirmed was so already."
