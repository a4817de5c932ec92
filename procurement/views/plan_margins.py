"""What more money would buy in a plan version: the page and its list as a file."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from networks.exports.tables import table_response
from networks.http import Request
from procurement.exports.plan_margins import HEADINGS, cells
from procurement.forms.plan_margins import MarginsForm
from procurement.queries.plan_margins import margins_of
from procurement.queries.plan_versions import newest_number, read_version, visible_version

ROWS_PER_PAGE = 50


def plan_margins(request: Request, pk: int, number: int) -> HttpResponse:
    """Show which money binds in which year and what more of it would buy; a trust's people see their own money."""
    version = visible_version(request.actor, plan_id=pk, number=number)
    reading = read_version(request.actor, version)
    found = margins_of(reading)
    form = MarginsForm(request.GET, rows=found.rows if found else ())
    return render(
        request,
        "procurement/plan_margins.html",
        {
            "version": version,
            "version_name": f"Version {version.number}",
            "plan": version.plan,
            "reading": reading,
            "newest": newest_number(version.plan),
            "data_as_at": version.register_as_at,
            "margins": found,
            "form": form,
            "filtered": any(request.GET.get(name) for name in form.fields if name != "sort"),
            "page": Paginator(form.chosen, ROWS_PER_PAGE).get_page(request.GET.get("page")),
            "anchor": "#money",
        },
    )


def plan_margins_export(request: Request, pk: int, number: int) -> HttpResponseBase:
    """Download the list with the page's filters and order, as CSV or (format=xlsx) a workbook."""
    version = visible_version(request.actor, plan_id=pk, number=number)
    found = margins_of(read_version(request.actor, version))
    rows = MarginsForm(request.GET, rows=found.rows if found else ()).chosen
    name = f"plan-{pk}-version-{number}-more-money"
    return table_response(request.GET.get("format", ""), name, "More money", HEADINGS, cells(rows))
