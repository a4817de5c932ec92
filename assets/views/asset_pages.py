"""One machine: what is known of it, what happened to it, and how it stands against its ages and dates."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from assets.charts.activity import activity_of
from assets.domain.guidance import against, all_guidance
from assets.domain.milestones import Milestone, milestones
from assets.domain.vocabulary import Modality, Precision, Status
from assets.models import Asset
from assets.queries.asset_history import history_of
from assets.queries.asset_priority import clocks_of, priority_of
from assets.queries.asset_words import by_section, in_words, names_in
from assets.queries.assets import aged
from assets.queries.attachments import attachments_of
from networks.domain.access import Permission
from networks.http import Request

_NEWEST = 3
_PER_PAGE = 50


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
    with_prices = _may_see_prices(request, asset)
    changes = history_of(asset, with_prices=with_prices)
    words = in_words(asset, names_in([asset]), with_prices=with_prices)
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
            "sections": by_section(words, Modality(asset.modality)),
            "with_prices": with_prices,
            "machine_priority": priority_of(asset, request.actor, today),
            "machine_clocks": clocks_of(asset, today),
            "activity": activity_of(asset, request.actor, today),
            "attachments": attachments_of(request.actor, asset),
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
    changes = history_of(asset, with_prices=_may_see_prices(request, asset))
    page = Paginator(changes, _PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "assets/asset_history.html", {"asset": asset, "page": page})


def _asset(request: Request, pk: int) -> Asset:
    request.actor.require(Permission.VIEW_ASSETS)
    visible = Asset.objects.visible_to(request.actor).select_related("trust", "site", "specification")
    asset: Asset = get_object_or_404(visible, pk=pk)
    return asset


def _may_see_prices(request: Request, asset: Asset) -> bool:
    return request.actor.can(Permission.VIEW_EQUIPMENT_PRICES, trust_id=asset.trust_id)


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
