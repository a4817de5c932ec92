"""How much machines are used and how reliable they are: the list, its file, and taking a count into the register."""

from collections.abc import Mapping, Sequence
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from assets.actions.activity_counts import NothingToTake, take_counted
from assets.actions.assets import Conflict, Invalid
from assets.domain.activity import Measure, window
from assets.exports.activity import HEADINGS, activity_rows
from assets.forms.activity import ActivityForm
from assets.models import Activity, Asset
from assets.models.asset import AssetQuerySet
from assets.queries.activity import activity_in, in_order_of
from assets.queries.assets import ordered
from networks.domain.access import Permission
from networks.exports.tables import table_response
from networks.http import Request

PER_PAGE = 50
DEFAULT_SORT = "reference"

_BY_FIGURE: Mapping[str, Measure | None] = {
    "examinations": Measure.EXAMINATIONS,
    "hours": Measure.HOURS_IN_USE,
    "downtime": Measure.UNPLANNED,
    "uptime": None,
}
"""What the list can be sorted by beside the facts of a machine, and what that is measured by; uptime is worked out."""


def activity_list(request: Request) -> HttpResponse:
    """Show what machines did in the twelve months up to a date, each figure with how it is known."""
    request.actor.require(Permission.VIEW_ASSETS)
    form = _form(request)
    context: dict[str, Any] = {"form": form, "may_import": request.actor.can(Permission.EDIT_ASSETS)}
    if form.is_valid():
        context |= _context(request, form)
    return render(request, "assets/activity_list.html", context)


def activity_export(request: Request) -> HttpResponseBase:
    """Download the list, all its pages, as CSV or (format=xlsx) a workbook."""
    request.actor.require(Permission.VIEW_ASSETS)
    form = _form(request)
    if not form.is_valid():
        return render(request, "assets/activity_list.html", {"form": form}, status=400)
    on = form.cleaned_data["as_at"]
    machines = activity_in(request.actor, list(_in_order(request, form)), on=on)
    name, rows = f"activity-{on:%Y-%m-%d}", activity_rows(machines)
    return table_response(request.GET.get("format", ""), name, f"To {on:%d-%m-%Y}", HEADINGS, rows)


@require_POST
def activity_take(request: Request, pk: int) -> HttpResponse:
    """Put a machine's count of a year into the register."""
    visible = Asset.objects.visible_to(request.actor)
    asset = get_object_or_404(visible, pk=pk)
    request.actor.require(Permission.EDIT_ASSETS, trust_id=asset.trust_id)
    version = request.POST.get("version", "")
    try:
        # What was not sent, or is no number, is no version of any machine.
        seen = int(version) if version.isdecimal() and len(version) < 10 else 0
        take_counted(by=request.actor, asset=asset, version=seen, on=timezone.localdate())
    except (NothingToTake, Invalid) as refusal:
        messages.error(request, str(refusal))
    except Conflict as conflict:
        messages.error(request, f"{conflict} Look at it again before you take the count.")
    else:
        messages.success(request, "The register now states what was counted.")
    return redirect(asset)


def _form(request: Request) -> ActivityForm:
    fleet = Asset.objects.visible_to(request.actor).in_fleet().order_by()
    trusts = fleet.values_list("trust_id", "trust__name").distinct()
    trust = request.GET.get("trust", "")
    of_trust = fleet.filter(trust_id=int(trust)) if trust.isdecimal() and len(trust) < 18 else fleet
    everywhere = request.actor.scope(Permission.VIEW_ASSETS).everywhere
    # England's sites are more than anybody looks through: they are offered once a trust is chosen.
    sites = (
        [] if everywhere and of_trust is fleet else of_trust.values_list("site_id", "site__name").distinct()
    )
    return ActivityForm(
        request.GET.dict(),
        today=timezone.localdate(),
        trusts=sorted(trusts, key=lambda row: row[1].casefold()),
        sites=sorted(sites, key=lambda row: row[1].casefold()),
    )


def _in_order(request: Request, form: ActivityForm) -> Sequence[Asset]:
    """Return the machines asked for, in the order asked for: read at once where it is that of a figure."""
    assets: AssetQuerySet = Asset.objects.visible_to(request.actor).in_fleet()
    for name, field in (("trust", "trust_id"), ("site", "site_id"), ("modality", "modality")):
        if chosen := form.chosen(name):
            assets = assets.filter(**{field: chosen})
    if known := form.chosen("known"):
        own = Activity.objects.filter(asset__isnull=False).values("asset_id")
        of_sites = Activity.objects.filter(asset__isnull=True).values("site_id")
        assets = (
            assets.filter(pk__in=own)
            if known == "own"
            else assets.exclude(pk__in=own).exclude(site_id__in=of_sites)
        )
    sort = request.GET.get("sort") or DEFAULT_SORT
    name = sort.removeprefix("-")
    if name not in _BY_FIGURE:
        found: Any = ordered(assets, sort).select_related("trust", "site")
        return cast(Sequence[Asset], found)
    every = list(ordered(assets, DEFAULT_SORT).select_related("trust", "site"))
    return in_order_of(
        request.actor, every, _BY_FIGURE[name], on=form.cleaned_data["as_at"], down=sort.startswith("-")
    )


def _context(request: Request, form: ActivityForm) -> dict[str, Any]:
    on = form.cleaned_data["as_at"]
    page = Paginator(_in_order(request, form), PER_PAGE).get_page(request.GET.get("page"))
    rows = activity_in(request.actor, list(page), on=on)
    query = {name: form.chosen(name) for name in ("trust", "site", "modality", "known")}
    query |= {"as_at": on.isoformat(), "sort": request.GET.get("sort", "")}
    return {
        "page": page,
        "rows": rows,
        "first_month": window(on)[0].label,
        "last_month": window(on)[-1].label,
        "default_sort": DEFAULT_SORT,
        "shows_trusts": request.actor.scope(Permission.VIEW_ASSETS).has_several_trusts,
        "data_as_at": on,
        "query": urlencode({name: value for name, value in query.items() if value}),
    }
