"""The equipment list, the numbers beside its filters, and its export. One machine is in `asset_pages`."""

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from assets.domain.columns import Column
from assets.domain.list_columns import SORT_OF, columns_in
from assets.exports.assets import exported, readable_again, text_rows, workbook_rows
from assets.forms.filters import AssetFilter
from assets.models import Asset
from assets.models.asset import AssetQuerySet
from assets.queries.asset_choices import names_of_choices
from assets.queries.asset_facets import FacetCounts
from assets.queries.assets import DEFAULT_SORT, aged, order_of, ordered
from assets.queries.kept_counts import Question
from assets.queries.list_cells import is_numeric, list_row
from assets.queries.saved_views import views_of
from assets.views.asset_columns import COLUMNS, sees_prices, shown_columns
from networks.domain.access import Permission
from networks.exports.tables import csv_response, xlsx_response
from networks.http import Request
from networks.queries.keyset import BadCursor, page_at, read_cursor

PER_PAGE = 50
FEW = 2_000
"""So many of England's machines are counted while the page is made; of more, the numbers beside the filters come after
it. Who sees some trusts only never waits long for them."""

NUMBERS = "numbers"
"""The address parameter that asks for those numbers with the page: for browsers without JavaScript."""

AGAIN = "again"
"""The address parameter that adds to a file what an import needs to read it back: each machine's reference and version."""


def asset_list(request: Request) -> HttpResponse:
    """Show the machines that one may see, filtered and sorted as the address says."""
    return _list(request, at_once=NUMBERS in request.GET)


def _list(request: Request, *, at_once: bool) -> HttpResponse:
    request.actor.require(Permission.VIEW_ASSETS)
    views = views_of(request.actor)
    opens_with = next((seen.view for seen in views if seen.is_default), None)
    if opens_with and not request.GET:
        return redirect(opens_with)
    found = _filtered(request)
    question = _question(request, found)
    counts = _counts(question, found, at_once=at_once)
    _offer_choices(request, found, counts)
    total = counts.total if counts else question.total(found.qs)
    columns = _columns(request, found)
    order = order_of(request.GET.get("sort") or DEFAULT_SORT)
    try:
        cursor, begins_anew = read_cursor(request.GET.get("page", ""), order), False
    except BadCursor:
        cursor, begins_anew = None, True
    page = page_at(_with_names(found.qs), order, cursor=cursor, size=PER_PAGE, total=total)
    return render(
        request,
        "assets/asset_list.html",
        {
            "filter": found,
            "form": found.form,
            "page": page,
            "total": total,
            "begins_anew": begins_anew,
            "rows": [list_row(aged(asset, on=found.on), columns) for asset in page.rows],
            "headings": [(c.heading, SORT_OF.get(c.key, ""), is_numeric(c.key)) for c in columns],
            "default_sort": DEFAULT_SORT,
            "columns_shown": ",".join(column.key for column in columns),
            "may_add": request.actor.can(Permission.EDIT_ASSETS),
            "selects": request.actor.can(Permission.EDIT_ASSETS),
            "data_as_at": found.on,
            "is_today": found.on == timezone.localdate(),
            "import_new_url": reverse("import_new"),
            "is_empty": not total and not found.queryset.exists(),
            "numbers_come_later": counts is None,
            "views": [seen.view for seen in views],
            "view": next((s.view for s in views if str(s.view.pk) == request.GET.get("view")), None),
        },
    )


def asset_numbers(request: Request) -> HttpResponse:
    """Answer how many machines each choice of the filters would show, for htmx to put beside the choices; to others, the
    list with its numbers."""
    if not request.headers.get("HX-Request"):
        return _list(request, at_once=True)
    request.actor.require(Permission.VIEW_ASSETS)
    found = _filtered(request)
    counts = _counts(_question(request, found), found, at_once=True)
    _offer_choices(request, found, None)
    numbers = found.numbers(counts) if counts else []
    return render(request, "assets/asset_numbers.html", {"numbers": numbers})


def asset_export(request: Request) -> HttpResponseBase:
    """Download the list, all its pages, as CSV or (format=xlsx) a workbook: the columns that the address names, in their
    order, and with `again` what an import needs to read them back; or else all, which an import reads back unchanged."""
    request.actor.require(Permission.VIEW_ASSETS)
    found = _filtered(request)
    in_order = ordered(found.qs, request.GET.get("sort") or DEFAULT_SORT)
    assets = _with_names(in_order).iterator(chunk_size=500)
    name = f"equipment-{found.on:%Y-%m-%d}"
    with_prices = sees_prices(request)
    asked = columns_in(request.GET.get(COLUMNS, ""), with_prices=with_prices)
    columns = asked or exported(with_prices=with_prices)
    if AGAIN in request.GET:
        columns = readable_again(columns)
    headings = [column.heading for column in columns]
    if request.GET.get("format") == "xlsx":
        rows = workbook_rows(assets, columns, on=found.on)
        return xlsx_response(f"{name}.xlsx", "Equipment", headings, rows)
    return csv_response(f"{name}.csv", headings, text_rows(assets, columns, on=found.on), guard=str)


def _columns(request: Request, found: AssetFilter) -> tuple[Column, ...]:
    """Return the columns to show: those asked for, or the usual ones. Of one trust alone its name would say the same in
    each row; of several, the trust says more than its sites."""
    columns = shown_columns(request)
    if request.GET.get(COLUMNS):
        return columns
    left_out = "site" if "trust" in found.form.fields else "trust"
    return tuple(column for column in columns if column.key != left_out)


def _filtered(request: Request) -> AssetFilter:
    return AssetFilter(request.GET, queryset=Asset.objects.visible_to(request.actor), request=request)


def _with_names(assets: AssetQuerySet) -> AssetQuerySet:
    return assets.select_related("trust", "site", "specification")


def _question(request: Request, found: AssetFilter) -> Question:
    scope = request.actor.scope(Permission.VIEW_ASSETS)
    return Question(
        scope=scope,
        assets=found.without_facets,
        typed=found.typed,
        chosen=found.chosen,
        on=found.on,
        network_of=found.network_of if scope.everywhere or found.chosen["network"] else {},
    )


def _counts(question: Question, found: AssetFilter, *, at_once: bool) -> FacetCounts | None:
    """Return the numbers beside the filters; None where there are so many machines that they had better come later."""
    if not question.scope.everywhere or found.queryset.count() <= FEW:
        return question.counted()
    return question.kept() or (question.counted_and_kept() if at_once else None)


def _offer_choices(request: Request, found: AssetFilter, counts: FacetCounts | None) -> None:
    scope = request.actor.scope(Permission.VIEW_ASSETS)
    england = found.england if scope.everywhere else None
    found.offer_regions(england)
    found.offer(names_of_choices(scope, england, found.chosen, counts), counts)
