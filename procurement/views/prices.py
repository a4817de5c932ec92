"""Price records: the list, one by form, many by file."""

from collections.abc import Sequence

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from assets.domain.problems import FileProblem, Problem
from networks.domain.access import Permission
from networks.exports.tables import table_response, xlsx_response
from networks.http import Request
from procurement.actions.prices import PriceFacts, PriceRefused, import_prices, record_prices
from procurement.domain.price_rows import HEADINGS
from procurement.exports.prices import purchase_rows
from procurement.forms.prices import PriceFileForm, PriceFilter, PriceForm
from procurement.queries.prices import own_prices

ROWS_PER_PAGE = 50


def price_list(request: Request) -> HttpResponse:
    """Show the purchases of the trusts one may see the prices of."""
    request.actor.require(Permission.VIEW_PRICES)
    prices = PriceFilter(request.GET, queryset=own_prices(request.actor), actor=request.actor)
    page = Paginator(prices.qs, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    may_record = request.actor.can(Permission.EDIT_PRICES)
    return render(
        request, "procurement/price_list.html", {"filter": prices, "page": page, "may_record": may_record}
    )


def price_export(request: Request) -> HttpResponseBase:
    """Download the rows the list shows, with headings that `price_import` reads back."""
    request.actor.require(Permission.VIEW_PRICES)
    prices = PriceFilter(request.GET, queryset=own_prices(request.actor), actor=request.actor)
    rows = purchase_rows(prices.qs.iterator(chunk_size=2000))
    return table_response(request.GET.get("format", ""), "prices", "Prices", HEADINGS, rows)


@require_http_methods(["GET", "HEAD", "POST"])
def price_add(request: Request) -> HttpResponse:
    """Record one purchase."""
    request.actor.require(Permission.EDIT_PRICES)
    today = timezone.localdate()
    form = PriceForm(request.POST or None, actor=request.actor, today=today)
    if request.method == "POST" and form.is_valid():
        try:
            record_prices(by=request.actor, prices=[PriceFacts(**form.cleaned_data)], on=today)
        except PriceRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The purchase is recorded.")
            return redirect("price_list")
    return render(request, "procurement/price_add.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def price_import(request: Request) -> HttpResponse:
    """Record the purchases of a spreadsheet, all or none, or name every problem."""
    request.actor.require(Permission.EDIT_PRICES)
    form = PriceFileForm(request.POST or None, request.FILES or None)
    problems: Sequence[Problem] = ()
    if request.method == "POST" and form.is_valid():
        try:
            result = import_prices(
                by=request.actor,
                upload=form.cleaned_data["file"],
                max_bytes=settings.UPLOAD_MAX_BYTES,
                on=timezone.localdate(),
            )
        except (FileProblem, PriceRefused) as refusal:
            form.add_error("file", str(refusal))
        else:
            if not result.problems:
                noun = "purchase is" if result.recorded == 1 else "purchases are"
                messages.success(request, f"{result.recorded} {noun} recorded.")
                return redirect("price_list")
            problems = result.problems
            rows = len({problem.row for problem in problems})
            form.add_error("file", f"Nothing was recorded: {rows} row(s) have problems, listed below.")
    return render(request, "procurement/price_import.html", {"form": form, "problems": problems})


def price_template(request: Request) -> HttpResponseBase:
    """Download the empty spreadsheet of purchases."""
    request.actor.require(Permission.EDIT_PRICES)
    return xlsx_response("purchases.xlsx", "Purchases", HEADINGS, [])
