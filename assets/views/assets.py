"""Looking at the register: the equipment list, its export, one machine, its history."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from assets.domain.guidance import against, all_guidance
from assets.domain.milestones import Milestone, milestones
from assets.domain.vocabulary import Modality, Precision, Status
from assets.exports.assets import HEADINGS, text_rows, workbook_rows
from assets.forms.filters import AssetFilter
from assets.models import Asset, Specification
from assets.models.asset import AssetQuerySet
from assets.queries.asset_facets import facet_counts
from assets.queries.asset_history import history_of
from assets.queries.asset_words import in_words, names_in
from assets.queries.assets import DEFAULT_SORT, aged, ordered
from networks.domain.access import Permission
from networks.exports.tables import csv_response, xlsx_response
from networks.http import Request
from networks.models import Organisation

PER_PAGE = 50
_NEWEST = 3


def asset_list(request: Request) -> HttpResponse:
    """Show the machines that one may see, filtered and sorted as the address says."""
    request.actor.require(Permission.VIEW_ASSETS)
    found = _filtered(request)
    _count_choices(found)
    page = Paginator(_in_order(request, found), PER_PAGE).get_page(request.GET.get("page"))
    trusts = found.form.fields.get("trust")
    return render(
        request,
        "assets/asset_list.html",
        {
            "filter": found,
            "form": found.form,
            "page": page,
            "rows": [aged(asset, on=found.on) for asset in page],
            "default_sort": DEFAULT_SORT,
            "shows_trusts": trusts is not None,
            "may_add": request.actor.can(Permission.EDIT_ASSETS),
            "data_as_at": found.on,
            "is_today": found.on == timezone.localdate(),
            "import_new_url": reverse("import_new"),
            "is_empty": not found.queryset.exists() if not page.paginator.count else False,
        },
    )


def asset_export(request: Request) -> HttpResponseBase:
    """Download the list, all its pages, as CSV or (format=xlsx) a workbook, under headings that an import reads."""
    request.actor.require(Permission.VIEW_ASSETS)
    found = _filtered(request)
    assets = _in_order(request, found).iterator(chunk_size=500)
    name = f"equipment-{found.on:%Y-%m-%d}"
    if request.GET.get("format") == "xlsx":
        return xlsx_response(f"{name}.xlsx", "Equipment", HEADINGS, workbook_rows(assets, on=found.on))
    return csv_response(f"{name}.csv", HEADINGS, text_rows(assets, on=found.on), guard=str)


def asset_detail(request: Request, pk: int) -> HttpResponse:
    """Show one machine: what it is, where, how old against the guidance, what is known of it and what happened to it."""
    asset = _asset(request, pk)
    today = timezone.localdate()
    precision = Precision(asset.installed_precision)
    until = asset.retired_on if asset.status == Status.RETIRED and asset.retired_on else today
    dates = milestones(
        modality=Modality(asset.modality),
        on=today,
        installed_on=asset.installed_on,
        precision=precision,
        support_ends_on=asset.support_ends_on,
        retired_on=asset.retired_on,
    )
    changes = history_of(asset)
    return render(
        request,
        "assets/asset_detail.html",
        {
            "asset": asset,
            "aged": aged(asset, on=today),
            "standings": [
                against(guidance, asset.installed_on, until, precision)
                for guidance in all_guidance(Modality(asset.modality))
            ],
            "milestones": dates,
            "line": _line(dates),
            "facts": in_words(asset, names_in([asset])).items(),
            "changes": changes[:_NEWEST],
            "changes_in_all": len(changes),
            "may_edit": request.actor.can(Permission.EDIT_ASSETS, trust_id=asset.trust_id),
            "is_retired": asset.status == Status.RETIRED,
            "data_as_at": today,
        },
    )


def asset_history(request: Request, pk: int) -> HttpResponse:
    """Show every change of one machine: who, when, from what to what, and why."""
    asset = _asset(request, pk)
    page = Paginator(history_of(asset), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "assets/asset_history.html", {"asset": asset, "page": page})


def _asset(request: Request, pk: int) -> Asset:
    request.actor.require(Permission.VIEW_ASSETS)
    visible = Asset.objects.visible_to(request.actor).select_related("trust", "site", "specification")
    asset: Asset = get_object_or_404(visible, pk=pk)
    return asset


def _filtered(request: Request) -> AssetFilter:
    return AssetFilter(request.GET, queryset=Asset.objects.visible_to(request.actor))


def _in_order(request: Request, found: AssetFilter) -> AssetQuerySet:
    assets = ordered(found.qs, request.GET.get("sort") or DEFAULT_SORT)
    return assets.select_related("trust", "site", "specification")


def _count_choices(found: AssetFilter) -> None:
    """Put on every filter's choices how many machines they would show. Three queries."""
    counts = facet_counts(found.without_facets, found.chosen, on=found.on)
    mentioned = {
        facet: {*counts[facet], *found.chosen[facet]} for facet in ("trust", "site", "specification")
    }
    named = dict(
        Organisation.objects.filter(pk__in=map(int, mentioned["trust"] | mentioned["site"])).values_list(
            "pk", "name"
        )
    )
    specifications = Specification.objects.filter(pk__in=map(int, mentioned["specification"]))
    names: dict[str, dict[str, str]] = {
        "specification": {str(row.pk): str(row) for row in specifications},
        **{
            facet: {str(pk): name for pk, name in named.items() if str(pk) in mentioned[facet]}
            for facet in ("trust", "site")
        },
    }
    found.show_counts(counts, {facet: _by_name(rows) for facet, rows in names.items()})


def _by_name(rows: dict[str, str]) -> dict[str, str]:
    return dict(sorted(rows.items(), key=lambda row: row[1].casefold()))


@dataclass(frozen=True, slots=True)
class Mark:
    """A milestone on the drawn line: `x` of 1,000, and its number in the list beside."""

    x: int
    number: int
    milestone: Milestone


def _line(dates: tuple[Milestone, ...]) -> dict[str, Any] | None:
    """Return the marks of the drawn line; None where there are no two dates to draw a line between."""
    first, last = dates[0].on, dates[-1].on
    if first == last:
        return None
    marks = [
        Mark(_position(milestone.on, first, last), number, milestone)
        for number, milestone in enumerate(dates, start=1)
    ]
    return {"marks": marks, "today": next(mark.x for mark in marks if mark.milestone.is_today)}


def _position(on: date, first: date, last: date) -> int:
    return 30 + round(940 * (on - first).days / (last - first).days)
