"""The same or similar equipment: how many families of models a network uses, and how many its plan leaves."""

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from networks.domain.access import NotAllowed, Permission
from networks.exports.tables import table_response
from networks.http import Request
from networks.queries.organisations import structure
from procurement.domain.families import FamilyRow
from procurement.exports.families import HEADINGS, family_cells
from procurement.forms.families import FamilyForm
from procurement.queries.candidates import networks_seen_whole
from procurement.queries.families import NetworkFamilies, network_families


@require_safe
def family_list(request: Request) -> HttpResponse:
    """Show the families of a network by modality, against its newest solved plan."""
    form, found, rows = _read(request)
    plan = found.version.plan if found.version else None
    return render(
        request,
        "procurement/family_list.html",
        {
            "form": form,
            "network": form.of,
            "found": found,
            "plan": plan,
            "rows": rows,
            "may_edit": bool(plan and request.actor.can(Permission.EDIT_PLANS, network_id=plan.network_id)),
            "is_filtered": any(request.GET.get(name) for name in form.fields if name != "network"),
            "data_as_at": timezone.localdate(),
        },
    )


@require_safe
def family_export(request: Request) -> HttpResponseBase:
    """Download the rows of the list, with its filters and order, as CSV or (format=xlsx) a workbook."""
    form, found, rows = _read(request)
    name = f"model-families-{form.of.code.lower()}-{timezone.localdate():%Y-%m-%d}"
    cells = family_cells(rows, has_plan=found.version is not None)
    return table_response(request.GET.get("format", ""), name, "Families", HEADINGS, cells)


def _read(request: Request) -> tuple[FamilyForm, NetworkFamilies, list[FamilyRow]]:
    actor, today = request.actor, timezone.localdate()
    actor.require(Permission.VIEW_PLANS)
    networks = networks_seen_whole(actor, structure(on=today))
    if not networks:
        raise NotAllowed(
            "This page shows figures of a whole network, which are for those who may see all of its plans."
        )
    form = FamilyForm(request.GET, networks=networks)
    found = network_families(actor, form.of.pk, on=today)
    return form, found, form.chosen(found.rows)
