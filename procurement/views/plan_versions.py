"""One solved plan: its numbers, board, charts and ranked list, and the list as a file."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from networks.domain.access import Permission
from networks.domain.figures import date_gb
from networks.exports.tables import table_response
from networks.http import Request
from procurement.charts.plan_ages import age_curves
from procurement.charts.plan_spend import spend_chart
from procurement.charts.plans import band_chart
from procurement.charts.solve_curve import solve_curve
from procurement.exports.plans import cells, headings
from procurement.forms.plan_lines import LineFilter, in_order
from procurement.queries.board_shared import shared_rows
from procurement.queries.plan_board import board
from procurement.queries.plan_drift import churn_of
from procurement.queries.plan_figures import figures, headline, stage_words
from procurement.queries.plan_life import life_of
from procurement.queries.plan_lines import line_rows
from procurement.queries.plan_margins import margins_of, nearest
from procurement.queries.plan_versions import (
    VersionReading,
    newest_number,
    read_version,
    visible_lines,
    visible_version,
)
from procurement.queries.solve_runs import samples_of

ROWS_PER_PAGE = 50


def plan_version(request: Request, pk: int, number: int) -> HttpResponse:
    """Show a version: whole to those who cover the network, a trust's part to its people."""
    actor = request.actor
    version = visible_version(actor, plan_id=pk, number=number)
    reading = read_version(actor, version)
    lines = _filter(request, reading)
    page = Paginator(_chosen(request, lines), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    laid_out, day = board(reading), date_gb(version.register_as_at)
    margins = margins_of(reading)
    return render(
        request,
        "procurement/plan_version.html",
        {
            "version": version,
            "plan": version.plan,
            "reading": reading,
            "may_edit": actor.can(Permission.EDIT_PLANS, network_id=version.plan.network_id),
            "may_see_tenders": actor.can(Permission.VIEW_TENDERS),
            "may_open_tenders": actor.can(Permission.EDIT_TENDERS, network_id=version.plan.network_id),
            "newest": newest_number(version.plan),
            "life": life_of(version),
            "churn": churn_of(actor, version),
            "headline": headline(reading),
            "figures": figures(reading),
            "stages": stage_words(reading) if reading.whole else [],
            "curve": solve_curve(samples_of(version.run_id)) if reading.whole else None,
            "board": laid_out,
            "charts": [
                age_curves(reading.machines, reading.years, day=day),
                band_chart(reading.machines, reading.years, day=day),
                spend_chart(laid_out, shared_rows(reading), day=day),
            ],
            "margins": margins,
            "nearest": nearest(margins),
            "anchor": "#machines",
            "filter": lines,
            "filtered": any(request.GET.get(name) for name in lines.filters if name != "sort"),
            "page": page,
            "rows": line_rows(reading, page.object_list),
            "first_31_march": reading.years[0] + 1,
            "data_as_at": version.register_as_at,
        },
    )


def plan_version_export(request: Request, pk: int, number: int) -> HttpResponseBase:
    """Download the ranked list with the page's filters and order, as CSV or (format=xlsx) a workbook."""
    version = visible_version(request.actor, plan_id=pk, number=number)
    reading = read_version(request.actor, version)
    rows = cells(line_rows(reading, _chosen(request, _filter(request, reading))))
    name = f"plan-{version.plan_id}-version-{version.number}"
    return table_response(
        request.GET.get("format", ""), name, f"Version {version.number}", headings(reading.years), rows
    )


def _filter(request: Request, reading: VersionReading) -> LineFilter:
    lines = visible_lines(request.actor, reading.version)
    found = LineFilter(request.GET, queryset=lines, reading=reading)
    # Every filter may be left empty; saying so on each would be noise.
    found.form.mark_optional = False
    return found


def _chosen(request: Request, lines: LineFilter) -> Any:
    """The lines that the filters leave, in the order asked for."""
    return in_order(lines.qs, request.GET.get("sort", "rank"))
