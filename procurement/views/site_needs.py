"""Where scanners are needed: every site of a network with its need, and how one site's need is built up."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from assets.domain.density import references
from assets.domain.vocabulary import Modality
from networks.domain.access import NotAllowed, Permission
from networks.exports.tables import table_response
from networks.http import Request
from networks.models import Organisation
from networks.queries.organisations import structure
from procurement.domain.siting_rules import Measured, siting_rules
from procurement.exports.siting import NEED_HEADINGS, need_cells
from procurement.forms.site_needs import NeedForm
from procurement.models import CandidateSite, Service
from procurement.queries.candidates import networks_seen_whole
from procurement.queries.site_need import NetworkDemand, SiteNeed, network_of_site

ROWS_PER_PAGE = 50


@require_safe
def site_need_list(request: Request) -> HttpResponse:
    """Show the sites of a network by how much each needs one more scanner."""
    form, network, chosen = _chosen(request)
    page = Paginator(chosen, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    standing = CandidateSite.objects.visible_to(request.actor).filter(withdrawn_on__isnull=True)
    candidates = {
        (candidate.site_id, candidate.modality, candidate.service): candidate
        for candidate in standing.filter(site_id__in={row.site.id for row in page})
    }
    return render(
        request,
        "procurement/site_need_list.html",
        {
            "form": form,
            "network": network,
            "page": page,
            "rows": [
                (
                    row,
                    Service(row.service).label,
                    candidates.get((row.site.id, row.modality.value, row.service)),
                )
                for row in page
            ],
            "may_add": request.actor.can(Permission.EDIT_PLANS, network_id=network.pk),
            "data_as_at": timezone.localdate(),
            "is_filtered": any(request.GET.get(name) for name in form.fields if name != "network"),
            **method(),
        },
    )


@require_safe
def site_need_export(request: Request) -> HttpResponseBase:
    """Download the rows of the list, with its filters and order, as CSV or (format=xlsx) a workbook."""
    _, network, chosen = _chosen(request)
    name = f"site-needs-{network.code.lower()}-{timezone.localdate():%Y-%m-%d}"
    return table_response(request.GET.get("format", ""), name, "Sites", NEED_HEADINGS, need_cells(chosen))


@require_safe
def site_need_detail(request: Request, code: str, modality: str, service: str) -> HttpResponse:
    """Show how the need of one site for one service is built up, and its density before and after."""
    actor, today = request.actor, timezone.localdate()
    actor.require(Permission.VIEW_PLANS)
    rule = siting_rules().services.get(service)
    if rule is None or modality not in rule.modalities:
        raise Http404("No such service of this modality")
    site = Organisation.objects.filter(kind="site", code=code).first()
    england = structure(on=today)
    network_id = network_of_site(site.pk, england) if site else None
    if site is None or network_id is None or not actor.can(Permission.VIEW_PLANS, network_id=network_id):
        raise Http404("No such site of a network of yours")
    found = NetworkDemand(actor, network_id, on=today, england=england).need(
        site.pk, Modality(modality), service
    )
    if found is None:
        raise Http404("No such site of a network of yours")
    candidates = CandidateSite.objects.visible_to(actor).filter(
        site=site, modality=modality, withdrawn_on__isnull=True
    )
    return render(
        request,
        "procurement/site_need_detail.html",
        {
            "row": found,
            "service": Service(service).label,
            "rule": rule,
            "candidates": candidates,
            "network_id": network_id,
            "may_add": actor.can(Permission.EDIT_PLANS, network_id=network_id),
            "data_as_at": today,
            **method(),
        },
    )


def method() -> dict[str, Any]:
    """What a page needs to explain how needs are worked out."""
    rules = siting_rules()
    return {
        "rules": rules,
        "references": references(),
        "capacities": [(m.label, found) for m, found in rules.capacity.items()],
        "distances": [(m.label, found) for m, found in rules.distance.items()],
        "measures": tuple(Measured),
        "weights": [
            (Service(rule.key).label, [rule.measures[m] for m in Measured], rule.weight_percent, rule.because)
            for rule in rules.services.values()
        ],
    }


def _chosen(request: Request) -> tuple[NeedForm, Organisation, list[SiteNeed]]:
    request.actor.require(Permission.VIEW_PLANS)
    today = timezone.localdate()
    england = structure(on=today)
    networks = networks_seen_whole(request.actor, england)
    if not networks:
        raise NotAllowed(
            "This page shows figures of a whole network, which are for those who may see all of its plans."
        )
    form = NeedForm(request.GET, networks=networks)
    needs = NetworkDemand(request.actor, form.of.pk, on=today, england=england).needs()
    form.offer(needs)
    return form, form.of, form.chosen(needs)
