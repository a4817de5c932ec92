"""Dashboards of England, a region, a network or a trust: every figure leads to the machines behind it."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from assets.charts.fleet import bands_chart
from assets.domain.alerts import AlertKind, rule
from assets.domain.cocir import cocir_lights
from assets.domain.density import references
from assets.domain.fleet_groups import Grouping
from assets.forms.dashboard import DashboardForm
from assets.queries.dashboard import Dashboard, areas
from assets.views.dashboard_tables import (
    Links,
    Table,
    ages_table,
    children_table,
    due_table,
    lights_table,
    top_figures,
)
from networks.domain.access import Permission
from networks.exports.tables import Cell, table_response
from networks.http import Request
from networks.queries.organisations import structure
from networks.templatetags.format import date_gb


def dashboard(request: Request) -> HttpResponse:
    """Show the figures of an area that one sees whole."""
    request.actor.require(Permission.VIEW_ASSETS)
    form, board = _read(request)
    if board is None:
        context: dict[str, object] = {"form": form, "has_areas": bool(form.areas)}
        return render(request, "assets/dashboard.html", context, status=200 if not form.areas else 400)
    links = Links(board, today=timezone.localdate())
    source = f"Source: the register, {board.area.name}, as at {date_gb(board.on)}."
    return render(
        request,
        "assets/dashboard.html",
        {
            "form": form,
            "has_areas": True,
            "board": board,
            "data_as_at": board.on,
            "is_today": board.on == timezone.localdate(),
            "figures": top_figures(board, links),
            "chart": bands_chart(board.age_groups, noun="machines", by=Grouping.MODALITY, source=source)
            if board.age_groups
            else None,
            "tables": _tables(board, links),
            "lights": cocir_lights(board.whole.ages, on=board.on),
            "references": references(),
            "support_rule": rule(AlertKind.SUPPORT),
            "query": urlencode({"of": board.area.id, "as_at": board.on.isoformat()}),
        },
    )


def dashboard_export(request: Request) -> HttpResponseBase:
    """Download one table of the page (`table`) as CSV or (format=xlsx) a workbook: shares in %, unknown empty."""
    request.actor.require(Permission.VIEW_ASSETS)
    form, board = _read(request)
    if board is None:
        context = {"form": form, "has_areas": bool(form.areas)}
        return render(request, "assets/dashboard.html", context, status=400)
    tables = {table.key: table for table in _tables(board, Links(board, today=timezone.localdate()))}
    table = tables.get(request.GET.get("table", ""), next(iter(tables.values())))
    rows: list[list[Cell]] = [[row.name, *(figure.value for figure in row.figures)] for row in table.rows]
    headings = [table.headings[0], *(_heading(table, place) for place in range(len(table.headings) - 1))]
    name = f"dashboard-{table.key}-{board.area.id}-{board.on:%Y-%m-%d}"
    return table_response(request.GET.get("format", ""), name, table.caption, headings, rows)


def _heading(table: Table, place: int) -> str:
    """The heading of a column of numbers: of shares, in a file, it says that they are in per cent."""
    heading = table.headings[place + 1]
    is_share = any("%" in row.figures[place].text for row in table.rows)
    return f"{heading} (%)" if is_share else heading


def _read(request: Request) -> tuple[DashboardForm, Dashboard | None]:
    """The form, and the figures where it is right."""
    form = DashboardForm(request.GET.dict(), today=timezone.localdate())
    england = structure(on=form.day or timezone.localdate())
    form.offer(areas(request.actor, england))
    if not form.is_valid():
        return form, None
    return form, Dashboard(request.actor, form.area, england, on=england.on)


def _tables(board: Dashboard, links: Links) -> list[Table]:
    every = (
        ages_table(board, links),
        due_table(board, links),
        lights_table(board, links),
        children_table(board, links),
    )
    return [table for table in every if table is not None]
