"""The benchmark: one specification at a time."""

from datetime import date

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from assets.models import Specification
from networks.domain.access import Permission
from networks.exports.tables import table_response
from networks.http import Request
from procurement.charts.benchmark import HEADINGS, benchmark_chart, benchmark_rows
from procurement.domain.benchmark import MINIMUM_BUYERS, MINIMUM_PURCHASES, compare, summarise
from procurement.exports.prices import benchmark_cells
from procurement.forms.prices import BenchmarkForm
from procurement.queries.prices import purchases_of, purchases_to_compare

WINDOW_YEARS = 5


def benchmark(request: Request) -> HttpResponse:
    """Show what a specification costs by region, and where one's own purchases stand."""
    request.actor.require(Permission.VIEW_BENCHMARKS)
    form = _form(request)
    context: dict[str, object] = {
        "form": form,
        "minimum_purchases": MINIMUM_PURCHASES,
        "minimum_buyers": MINIMUM_BUYERS,
        "today": timezone.localdate(),
    }
    if form.is_valid():
        specification, since = form.cleaned_data["specification"], form.cleaned_data["since"]
        summaries = summarise(purchases_of(specification.pk, since=since))
        own = purchases_to_compare(request.actor, specification.pk, since=since)
        context |= {
            "specification": specification,
            "since": since,
            "england": summaries[-1],
            "chart": benchmark_chart(
                specification.name, summaries, [(p.region.name, p.unit_price_pence) for p in own]
            ),
            "headings": HEADINGS,
            "rows": benchmark_rows(summaries),
            "own": [(p, compare(p.unit_price_pence, p.quantity, summaries[-1])) for p in own],
        }
    return render(request, "procurement/benchmark.html", context)


def benchmark_export(request: Request) -> HttpResponseBase:
    """Download the table that the page shows, as CSV or (format=xlsx) a workbook; hidden figures are empty."""
    request.actor.require(Permission.VIEW_BENCHMARKS)
    form = _form(request)
    if not form.is_valid():
        return render(request, "procurement/benchmark.html", {"form": form}, status=400)
    specification = form.cleaned_data["specification"]
    rows = benchmark_cells(summarise(purchases_of(specification.pk, since=form.cleaned_data["since"])))
    name = f"benchmark-{specification.code}"
    return table_response(request.GET.get("format", ""), name, "Benchmark", HEADINGS, rows)


def _form(request: Request) -> BenchmarkForm:
    """The form as asked for; on a first visit with CT (or whatever comes first) and the last five years."""
    today = timezone.localdate()
    first = Specification.objects.filter(is_default=True).order_by("modality").first()
    data = {
        "specification": request.GET.get("specification") or (first.pk if first else None),
        "since": request.GET.get("since") or f"{date(today.year - WINDOW_YEARS, 4, 1):%-d %B %Y}",
    }
    return BenchmarkForm(data)
