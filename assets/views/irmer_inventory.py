"""The inventory of regulation 15 of IR(ME)R: on the page, as a PDF, as a workbook."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from assets.documents.irmer_inventory import TooLong, file_name, inventory_pdf, inventory_workbook
from assets.domain.irmer import Inventory, by_site
from assets.forms.irmer_inventory import InventoryForm
from assets.queries.irmer_inventory import employers, inventory, sites_with_machines
from networks.documents.pdf import PdfUnavailable, why_unavailable
from networks.domain.access import Actor, Permission
from networks.exports.tables import XLSX_TYPE
from networks.http import Request


@require_safe
def inventory_page(request: Request) -> HttpResponse:
    """Show the inventory asked for, what it lacks, and how to take it away."""
    form, found = _asked(request)
    return _page(request, form, found)


@require_safe
def inventory_file(request: Request) -> HttpResponse:
    """Send the inventory as a PDF or (format=xlsx) a workbook; the address can be kept and opened again."""
    form, found = _asked(request)
    if form.asked_employer is None:
        raise Http404("Say whose inventory, with a trust of yours in the address, as ?trust=RXX.")
    if found is None:
        return _page(request, form, None, status=400)
    now = timezone.localtime()
    if request.GET.get("format") == "xlsx":
        content, kind, ending = (
            inventory_workbook(found, furnished_by=_name(request.actor), on=now),
            XLSX_TYPE,
            "xlsx",
        )
    else:
        try:
            content = inventory_pdf(found, furnished_by=_name(request.actor), on=now)
        except (TooLong, PdfUnavailable) as reason:
            return _page(request, form, found, refused=str(reason), status=409)
        kind, ending = "application/pdf", "pdf"
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{file_name(found, ending)}"'
    return response


def _asked(request: Request) -> tuple[InventoryForm, Inventory | None]:
    request.actor.require(Permission.VIEW_ASSETS)
    today = timezone.localdate()
    form = InventoryForm(request.GET, employers=employers(request.actor, on=today), today=today)
    employer = form.asked_employer
    if employer is None:
        form.is_valid()
        return form, None
    sites = sites_with_machines(request.actor, employer, on=today)
    form.offer_sites([(site.code, site.name) for site in sites])
    if not form.is_valid():
        return form, None
    chosen = next((site for site in sites if site.code == form.cleaned_data["site"]), None)
    return form, inventory(request.actor, employer, site=chosen, on=form.cleaned_data["as_at"])


def _page(
    request: Request, form: InventoryForm, found: Inventory | None, *, refused: str = "", status: int = 200
) -> HttpResponse:
    return render(
        request,
        "assets/irmer_inventory.html",
        {
            "form": form,
            "inventory": found,
            "outside": by_site(found.outside) if found else (),
            "refused": refused or (why_unavailable() or ""),
            "data_as_at": found.on if found else None,
        },
        status=status,
    )


def _name(actor: Actor) -> str:
    role = f", {actor.role.label.lower()}, {actor.acting_for}" if actor.role else ""
    return f"{actor.name}{role}"
