"""How sure the figures of a plan version are, which unknowns matter most, and the lists as files."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from networks.domain.access import Permission
from networks.domain.figures import date_gb
from networks.exports.tables import table_response
from networks.http import Request
from procurement.charts.plan_uncertainty import spend_ranges
from procurement.exports.plan_uncertainty import UNKNOWN_HEADINGS, YEAR_HEADINGS, unknown_cells, year_cells
from procurement.forms.plan_unknowns import KINDS, UnknownsForm
from procurement.queries.plan_figures import percent
from procurement.queries.plan_uncertainty import Part, Sureness, UnknownRow, money_by_year, sureness
from procurement.queries.plan_uncertainty_words import (
    chance,
    figures,
    headline,
    range_words,
    short_words,
    swap_words,
    works_words,
)
from procurement.queries.plan_versions import newest_number, read_version, visible_version

ROWS_PER_PAGE = 50


def plan_uncertainty(request: Request, pk: int, number: int) -> HttpResponse:
    """Show how sure a version is: the network's figures to those who cover it, a trust's own to its people."""
    version = visible_version(request.actor, plan_id=pk, number=number)
    reading = read_version(request.actor, version)
    sure = sureness(request.actor, reading)
    context = {
        "version": version,
        "version_name": f"Version {version.number}",
        "plan": version.plan,
        "reading": reading,
        "newest": newest_number(version.plan),
        "data_as_at": version.register_as_at,
        "sure": sure,
    }
    if sure is not None:
        context |= _shown(request, sure)
    return render(request, "procurement/plan_uncertainty.html", context)


def plan_uncertainty_export(request: Request, pk: int, number: int) -> HttpResponseBase:
    """Download the unknowns with the page's filters and order or (table=years) spend by year, as CSV or (format=xlsx) a
    workbook. A version without ranges has no rows."""
    version = visible_version(request.actor, plan_id=pk, number=number)
    sure = sureness(request.actor, read_version(request.actor, version))
    kind, name = request.GET.get("format", ""), f"plan-{pk}-version-{number}"
    if request.GET.get("table") == "years":
        parts = dict.fromkeys((*sure.parts, *sure.trusts)) if sure else ()
        years = year_cells(parts, sure.found.money_draws) if sure else []
        return table_response(kind, f"{name}-spend-ranges", "Spend by year", YEAR_HEADINGS, years)
    chosen = UnknownsForm(request.GET, rows=sure.rows).chosen if sure else []
    rows = unknown_cells(
        chosen,
        {one.value: words for one, words in KINDS.items()},
        lambda row: request.build_absolute_uri(_box(row, may_open=True)),
    )
    return table_response(kind, f"{name}-unknowns", "To find out", UNKNOWN_HEADINGS, rows)


def _shown(request: Request, sure: Sureness) -> dict[str, object]:
    form = UnknownsForm(request.GET, rows=sure.rows)
    page = Paginator(form.chosen, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    may_record = request.actor.can(Permission.EDIT_PRICES)
    return {
        "parts": [_part(sure, part) for part in sure.parts],
        "short_words": short_words(sure),
        "short": [(name, row, chance(row, sure.found.money_draws)) for name, row in sure.short],
        "outcomes": f"{sure.found.draws:,}",
        "works_words": works_words(sure),
        "form": form,
        "filtered": any(request.GET.get(name) for name in form.fields if name != "sort"),
        "page": page,
        "anchor": "#unknowns",
        "rows": [
            {
                "row": row,
                "kind": KINDS[row.kind],
                "range": range_words(row),
                "points": f"{row.points:,} points",
                "points_share": percent(row.points_percent / 100),
                "pence_share": percent(row.pence_percent / 100),
                "url": _box(row, may_open=row.may_fill_in),
                "do": _what_to_do(row, may_record=may_record),
            }
            for row in page.object_list
        ],
        "swaps": [(row, swap_words(row)) for row in sure.swaps],
    }


def _part(sure: Sureness, part: Part) -> dict[str, object]:
    outcomes, money = sure.found.money_draws, money_by_year(sure, part)
    return {
        "part": part,
        "headline": headline(part),
        "figures": figures(sure, part),
        "chart": spend_ranges(
            part, money, outcomes=outcomes, day=date_gb(sure.reading.version.register_as_at)
        ),
        "years": [(row, money.get(row.year), chance(row, outcomes)) for row in part.years],
    }


def _box(row: UnknownRow, *, may_open: bool) -> str:
    """Return where an unknown is settled: the very box of the register, the benchmark, or the specifications."""
    if row.line is not None:
        if may_open:
            return f"{reverse('asset_edit', args=[row.line.asset_id])}#id_installed_on"
        return reverse("asset_detail", args=[row.line.asset_id])
    if row.specification is not None:
        return f"{reverse('benchmark')}?specification={row.specification.pk}"
    return reverse("specification_list")


def _what_to_do(row: UnknownRow, *, may_record: bool) -> str:
    """The words of the link that settles it."""
    if row.line is not None:
        return "Fill in the installation date" if row.may_fill_in else "See the machine"
    if row.specification is not None:
        return "See what others paid, and record what was" if may_record else "See what others paid"
    return "See the works assumed"
