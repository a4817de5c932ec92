"""Plan versions side by side, and what they decide differently as a file."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from networks.domain.access import Permission
from networks.exports.tables import table_response
from networks.http import Request
from procurement.charts.plan_compare import ages_chart
from procurement.domain.plan_compare import Side
from procurement.domain.plan_compare_figures import figure_rows, questions, spend_rows
from procurement.domain.plan_compare_findings import findings
from procurement.domain.plan_differences import NOT_IN_PLAN, machine_rows
from procurement.exports.plan_compare import cells, headings
from procurement.forms.plan_compare import DifferenceFilter
from procurement.models import PlanVersion
from procurement.queries.plan_compare import (
    CannotCompare,
    Comparison,
    asked_differently,
    comparison,
    versions_to_choose,
)

ROWS_PER_PAGE = 25


@dataclass(frozen=True, slots=True)
class Column:
    """One plan's column; `first_url` leads to the same comparison with this plan as the first."""

    letter: str
    side: Side
    version: PlanVersion
    first_url: str


def plan_compare(request: Request) -> HttpResponse:
    """Show versions side by side: what differs first, then figures, ages and every machine decided differently."""
    request.actor.require(Permission.VIEW_PLANS)
    chosen = _chosen(request)
    try:
        compared = comparison(request.actor, chosen)
    except CannotCompare as refused:
        context = {
            "versions": versions_to_choose(request.actor),
            "chosen": chosen,
            "refused": str(refused) if chosen else "",
        }
        return render(request, "procurement/plan_compare_choose.html", context)
    rows = machine_rows(compared.sides)
    differing = DifferenceFilter(request.GET, rows=rows)
    left = differing.chosen()
    page = Paginator(left, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "procurement/plan_compare.html",
        {
            "compared": compared,
            "chosen": chosen,
            "columns": _columns(compared),
            "asked": asked_differently(request.actor, compared),
            "questions": [
                (side, said)
                for side, said in zip(compared.sides[1:], questions(compared.sides)[1:], strict=True)
                if said
            ],
            "findings": findings(compared.sides),
            "figure_rows": figure_rows(compared.sides),
            "spend_rows": spend_rows(compared.sides),
            "chart": ages_chart(compared.sides),
            "anchor": "#machines",
            "filter_form": differing,
            "filtered": differing.in_force,
            "page": page,
            "different": len(rows),
            "not_in_plan": NOT_IN_PLAN,
        },
    )


def plan_compare_export(request: Request) -> HttpResponseBase:
    """Download the machines decided differently, with the page's filters and order, as CSV or (format=xlsx) a workbook."""
    request.actor.require(Permission.VIEW_PLANS)
    try:
        compared = comparison(request.actor, _chosen(request))
    except CannotCompare as refused:
        return HttpResponse(str(refused), status=400, content_type="text/plain; charset=utf-8")
    rows = DifferenceFilter(request.GET, rows=machine_rows(compared.sides)).chosen()
    name = "plans-" + "-".join(f"{one.plan_id}.{one.number}" for one in compared.versions)
    return table_response(
        request.GET.get("format", ""), name, "Differences", headings(compared.sides), cells(rows)
    )


def _columns(compared: Comparison) -> list[Column]:
    pks = [version.pk for version in compared.versions]
    return [
        Column(
            letter=letter,
            side=side,
            version=version,
            first_url=f"?{urlencode([('v', pk) for pk in sorted(pks, key=lambda pk: pk != version.pk)])}",
        )
        for letter, side, version in zip("ABCD", compared.sides, compared.versions, strict=False)
    ]


def _chosen(request: Request) -> list[int]:
    """The ids in the address; what is no id is no version."""
    return [
        int(word) for word in request.GET.getlist("v") if word.isascii() and word.isdigit() and len(word) < 10
    ]
