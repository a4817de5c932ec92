"""The register's past: every change of it, and how it and each machine stood at the end of any day."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from assets.domain.vocabulary import Modality
from assets.exports.assets import exported, text_rows, workbook_rows
from assets.exports.register_changes import CHANGE_HEADINGS, change_rows
from assets.forms.register_changes import AsAtForm, ChangesForm
from assets.models import Asset
from assets.queries.asset_words import by_section, in_words, names_in
from assets.queries.assets import aged
from assets.queries.places import visible_trusts
from assets.queries.register_changes import (
    RegisterChange,
    asset_as_at,
    changes_visible_to,
    matching_history,
    register_as_at,
    told,
    told_in_chunks,
)
from assets.views.asset_columns import sees_prices
from networks.domain.access import Permission
from networks.exports.tables import csv_response, xlsx_response
from networks.http import Request
from networks.queries.keyset import BadCursor, KeysetPage, Order, page_at, read_cursor

_PER_PAGE = 50
_HEADINGS = ("Reference", "Modality", "Maker and model", "Site", "Installed", "Age that day", "Status")
_NEWEST_FIRST = Order("changes", descending=True)
_BY_NUMBER = Order("as-at")


def register_changes(request: Request) -> HttpResponse:
    """Show every change of the register that one may see, the newest first."""
    form, rows = _changes(request)
    page = _page(request, rows, _NEWEST_FIRST)
    return render(
        request,
        "assets/register_changes.html",
        {"form": form, "page": page, "changes": told(page.rows, with_prices=sees_prices(request))},
    )


def register_changes_export(request: Request) -> HttpResponseBase:
    """Download the changes, a row for each fact that changed, as CSV or (format=xlsx) a workbook."""
    _, rows = _changes(request)
    return _changes_file(request, "changes", told_in_chunks(rows, with_prices=sees_prices(request)))


def _changes(request: Request) -> tuple[ChangesForm, QuerySet[Any]]:
    request.actor.require(Permission.VIEW_ASSETS)
    form = ChangesForm(request.GET, trusts=visible_trusts(request.actor))
    asked = form.cleaned_data if form.is_valid() else {}
    rows = changes_visible_to(
        request.actor, since=asked.get("since"), until=asked.get("until"), trust_id=asked.get("trust")
    )
    return form, rows


def asset_history_export(request: Request, pk: int) -> HttpResponseBase:
    """Download every change of one machine."""
    asset = _asset(request, pk)
    rows = (
        Asset.history.model.objects.filter(id=asset.pk).order_by("-history_id").select_related("history_user")
    )
    return _changes_file(
        request, f"{asset.reference}-history", told_in_chunks(rows, with_prices=sees_prices(request))
    )


def _changes_file(request: Request, name: str, changes: Iterable[RegisterChange]) -> HttpResponseBase:
    rows = change_rows(changes)
    if request.GET.get("format") == "xlsx":
        return xlsx_response(f"{name}.xlsx", "Changes", CHANGE_HEADINGS, rows)
    return csv_response(f"{name}.csv", CHANGE_HEADINGS, rows)


def asset_past(request: Request, pk: int) -> HttpResponse:
    """Show one machine as the register had it at the end of a day."""
    asset = _asset(request, pk)
    form = AsAtForm(request.GET, today=timezone.localdate(), trusts=())
    on = form.cleaned_data["on"] if form.is_valid() else timezone.localdate()
    row = asset_as_at(asset, on)
    context: dict[str, object] = {"asset": asset, "form": form, "on": on, "row": row}
    if row is not None:
        words = in_words(row, names_in([row]), with_prices=sees_prices(request))
        context |= {"aged": aged(row, on=on), "sections": by_section(words, Modality(row.modality))}
    return render(request, "assets/asset_past.html", context)


def register_past(request: Request) -> HttpResponse:
    """List the register as it stood at the end of a day, with the ages of that day."""
    form, rows = _as_at(request)
    page = _page(request, rows, _BY_NUMBER)
    on = form.cleaned_data.get("on") or timezone.localdate()
    return render(
        request,
        "assets/register_past.html",
        {
            "form": form,
            "on": on,
            "page": page,
            "total": rows.count(),
            "headings": _HEADINGS,
            "rows": [aged(row, on=on) for row in page.rows],
        },
    )


def register_past_export(request: Request) -> HttpResponseBase:
    """Download the register as it stood at the end of a day, under the headings of every other export."""
    form, rows = _as_at(request)
    on = form.cleaned_data.get("on") or timezone.localdate()
    columns = exported(with_prices=sees_prices(request))
    headings = [column.heading for column in columns]
    found = rows.order_by("id").iterator(chunk_size=500)
    name = f"equipment-as-at-{on:%Y-%m-%d}"
    if request.GET.get("format") == "xlsx":
        return xlsx_response(f"{name}.xlsx", "Equipment", headings, workbook_rows(found, columns, on=on))
    return csv_response(f"{name}.csv", headings, text_rows(found, columns, on=on), guard=str)


def _as_at(request: Request) -> tuple[AsAtForm, QuerySet[Any]]:
    request.actor.require(Permission.VIEW_ASSETS)
    today = timezone.localdate()
    form = AsAtForm(request.GET, today=today, trusts=visible_trusts(request.actor))
    form.is_valid()
    asked = form.cleaned_data
    rows = register_as_at(request.actor, asked.get("on") or today)
    if asked.get("modality"):
        rows = rows.filter(modality=asked["modality"])
    if asked.get("trust"):
        rows = rows.filter(trust_id=asked["trust"])
    return form, rows.filter(matching_history(asked.get("q") or ""))


def _page(request: Request, rows: QuerySet[Any], order: Order) -> KeysetPage[Any]:
    try:
        cursor = read_cursor(request.GET.get("page", ""), order)
    except BadCursor:
        cursor = None
    return page_at(rows, order, cursor=cursor, size=_PER_PAGE)


def _asset(request: Request, pk: int) -> Asset:
    request.actor.require(Permission.VIEW_ASSETS)
    asset: Asset = get_object_or_404(Asset.objects.visible_to(request.actor).select_related("trust"), pk=pk)
    return asset
