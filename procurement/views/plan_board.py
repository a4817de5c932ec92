"""The board of a solved plan: every machine in its year, moved and pinned there, with its reasons beside it."""

from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from networks.domain.access import Permission
from networks.http import Request
from procurement.charts.envelope_bar import Bar, envelope_bar
from procurement.forms.board_pin import board_pin_form
from procurement.forms.plan_board import BoardFilter
from procurement.forms.plans import SolveForm
from procurement.jobs.solve_plan import active_run
from procurement.queries.board_panel import MachinePanel, machine_panel
from procurement.queries.board_shared import shared_rows
from procurement.queries.plan_board import BoardCell, BoardRow, board
from procurement.queries.plan_figures import figures
from procurement.queries.plan_versions import VersionReading, newest_number, read_version, visible_version


def plan_board(request: Request, pk: int, number: int) -> HttpResponse:
    """Show the board; `?machine=` is the line explained beside it, `?decision=` what is offered as its pin.

    Its script asks for the panel alone, with the header HX-Request.
    """
    version = visible_version(request.actor, plan_id=pk, number=number)
    reading = read_version(request.actor, version)
    panel = machine_panel(reading, request.GET.get("machine"))
    context = _panel_context(request, reading, panel)
    if request.headers.get("HX-Request") == "true":
        if panel is None:
            raise Http404("No such machine in this version")
        return render(request, "procurement/board_panel.html", context)
    shown = BoardFilter(request.GET, reading=reading)
    laid_out = board(reading, shown=shown.shows, trusts=shown.trusts)
    may_edit = context["may_edit"]
    return render(
        request,
        "procurement/plan_board.html",
        context
        | {
            "board": laid_out,
            "rows": [(row, _with_bars(row)) for row in laid_out.rows],
            "total": _with_bars(laid_out.total) if laid_out.total else [],
            "figures": figures(reading),
            "version_label": f"Version {version.number}",
            "shared": shared_rows(reading),
            "filter_form": shown,
            "chip_query": _chip_query(request),
            "newest": newest_number(version.plan),
            "run": active_run(version.plan) if may_edit and laid_out.changed else None,
            "solve_form": SolveForm(initial={"based_on": version.number, "seed": version.seed}),
            "data_as_at": version.register_as_at,
        },
    )


def _panel_context(
    request: Request, reading: VersionReading, panel: MachinePanel | None
) -> dict[str, object]:
    version = reading.version
    may_edit = request.actor.can(Permission.EDIT_PLANS, network_id=version.plan.network_id)
    form = None
    if may_edit and panel is not None:
        offered = request.GET.get("decision", "")
        form = board_pin_form(panel, plan=version.plan, number=version.number, offered=offered)
    return {
        "version": version,
        "plan": version.plan,
        "reading": reading,
        "panel": panel,
        "pin_form": form,
        "may_edit": may_edit,
        "pin_url": _pin_url(panel, version.plan_id),
        "back": _back(request, version.plan_id, version.number, panel),
    }


def _pin_url(panel: MachinePanel | None, plan: int) -> str:
    """Where the panel's pin is sent; "" where nothing is chosen."""
    if panel is None:
        return ""
    if panel.line.asset_id is None:
        return reverse("plan_pin_candidate", args=[plan, panel.line.candidate_id])
    return reverse("plan_pin", args=[plan, panel.line.asset_id])


def _with_bars(row: BoardRow) -> list[tuple[BoardCell, Bar]]:
    return [(cell, envelope_bar(cell)) for cell in row.cells]


def _chip_query(request: Request) -> str:
    """What a chip's address begins with: the filters that are on."""
    kept = [(name, value) for name in ("trust", "modality") for value in request.GET.getlist(name)]
    return f"?{urlencode(kept)}&" if kept else "?"


def _back(request: Request, plan: int, number: int, panel: MachinePanel | None) -> str:
    """Where a pin that was set leads back to: the same board, at the same machine."""
    url = reverse("plan_board", args=[plan, number])
    query = _chip_query(request)
    return f"{url}{query}machine={panel.line.pk}#chip-{panel.line.pk}" if panel else f"{url}{query}"
