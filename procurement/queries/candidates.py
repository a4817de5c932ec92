"""Candidates for additional machines as their people find them, and those that a plan may choose from."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models.functions import Coalesce
from django.http import Http404

from assets.domain.density import PerMillion
from assets.domain.vocabulary import Modality
from assets.models import Specification
from networks.domain.access import Actor, Permission
from networks.domain.distance import place_at
from networks.domain.organisations import Kind, Structure
from networks.models import Organisation
from networks.queries.organisations import structure
from procurement.domain.candidate import LONGEST_NAME
from procurement.domain.siting_evidence import Evidence, evidence_of, from_json
from procurement.domain.siting_overlap import Sited, overlaps
from procurement.models import CandidateSite, Plan, Service
from procurement.queries.site_need import NetworkDemand


def networks_seen_whole(
    actor: Actor, england: Structure, permission: Permission = Permission.VIEW_PLANS
) -> list[Organisation]:
    """Return the current networks for the whole of which the actor holds a permission, by name. One query."""
    scope = actor.scope(permission)
    standing = [network.id for network in england.of_kind(Kind.NETWORK) if scope.covers_network(network.id)]
    return list(Organisation.objects.filter(pk__in=standing))


def listed_candidates(actor: Actor) -> Any:
    """Return the candidates one may see, with their places, the highest need first; `wanted` is their year, 0 for now."""
    return _with_places(CandidateSite.objects.visible_to(actor))


def _with_places(candidates: Any) -> Any:
    return (
        candidates.select_related("network", "trust", "site", "specification")
        # Wanted now comes before any year, in every database.
        .annotate(wanted=Coalesce("wanted_from", 0))
        .order_by("-need_points", "name", "pk")
    )


def visible_candidate(actor: Actor, pk: int) -> CandidateSite:
    """Return a candidate. Raises NotAllowed without VIEW_PLANS, Http404 where it is not theirs."""
    actor.require(Permission.VIEW_PLANS)
    candidates = CandidateSite.objects.visible_to(actor)
    found: CandidateSite | None = (
        candidates.select_related("network", "trust", "site", "specification", "created_by")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404("No such candidate")
    return found


def candidate_to_change(actor: Actor, pk: int) -> CandidateSite:
    """Return a candidate that the actor may change; Http404 where they may not see it, NotAllowed where only read it."""
    candidate = visible_candidate(actor, pk)
    actor.require(Permission.EDIT_PLANS, network_id=candidate.network_id)
    return candidate


def evidence_for(actor: Actor, candidate: CandidateSite) -> Evidence | None:
    """Return what the need was judged by, as far as the actor may read it. No query."""
    evidence = from_json(candidate.evidence)
    if evidence is None or actor.can(Permission.VIEW_PLANS, network_id=candidate.network_id):
        return evidence
    return evidence.of_own_trust()


def evidence_today(actor: Actor, candidate: CandidateSite, *, on: date) -> Evidence | None:
    """Return what a candidate's need would be judged by on a day; None where nothing is known. Seven queries."""
    demand = NetworkDemand(actor, candidate.network_id, on=on)
    found = demand.need(candidate.site_id, Modality(candidate.modality), candidate.service)
    if found is None or found.need.points is None:
        return None
    return evidence_of(found.demand, found.need, on=on)


def proposed(asked: Mapping[str, str], *, on: date) -> dict[str, object]:
    """Return what a form begins with for the site, service and modality of an address. Two queries at most."""
    begin: dict[str, object] = {name: asked.get(name, "") for name in ("site", "service")}
    if asked.get("modality") not in [modality.value for modality in Modality]:
        return begin
    modality = Modality(asked["modality"])
    usual = Specification.objects.filter(modality=modality, is_default=True).first()
    site = Organisation.objects.filter(kind=Kind.SITE, code=asked.get("site", "")).first()
    begin["specification"] = usual.code if usual else ""
    if site:
        begin["name"] = name_of(modality, site, str(begin["service"]))
    return begin


def name_of(modality: Modality, site: Organisation, service: str) -> str:
    """Return what a candidate is called unless its people say otherwise: "CT, Elm Hospital, lung health checks"."""
    words = [modality.label, site.name, *(found.label for found in Service if found.value == service)]
    return ", ".join(words)[:LONGEST_NAME]


def plans_with(actor: Actor, candidate: CandidateSite) -> list[Plan]:
    """Return the plans that may site a candidate, as far as the actor may see them. One query."""
    return list(Plan.objects.visible_to(actor).filter(candidates=candidate).order_by("name"))


def choosable(actor: Actor, plan: Plan, *, on: date) -> list[CandidateSite]:
    """Return the candidates a plan may choose from, the highest need first: of its networks and of those they have absorbed,
    not withdrawn, of trusts that are not left out. Raises NotAllowed. Five queries.
    """
    actor.require_all(Permission.VIEW_PLANS, plan.network_ids)
    england = structure(on=on)
    networks = frozenset[int]().union(*(england.with_predecessors(pk) for pk in plan.network_ids))
    return list(
        _with_places(
            CandidateSite.objects.filter(network_id__in=networks, withdrawn_on__isnull=True)
        ).exclude(trust_id__in=plan.without_trusts.values("pk"))
    )


def chosen_candidates(actor: Actor, plan: Plan) -> list[CandidateSite]:
    """Return the candidates that a plan may site, as far as the actor may see them. Two queries."""
    chosen = CandidateSite.objects.filter(plans=plan)
    if not actor.can_all(Permission.VIEW_PLANS, plan.network_ids):
        chosen = chosen.visible_to(actor)
    return list(_with_places(chosen))


def overlapping(candidates: Collection[CandidateSite]) -> list[str]:
    """Return which candidates would serve some of the same people, in words. No query: they come with their sites."""
    return overlaps(
        Sited(c.name, Modality(c.modality), c.site_id, place_at(c.site.latitude, c.site.longitude))
        for c in candidates
    )


@dataclass(frozen=True, slots=True)
class DensityRow:
    """Scanners per million of a network in one modality: as they are, and with so many candidates sited (`more`)."""

    modality: Modality
    before: PerMillion
    more: int
    after: PerMillion


def densities(demand: NetworkDemand, candidates: Collection[CandidateSite]) -> Sequence[DensityRow]:
    """Return the network's densities before and after siting its candidates, for their modalities. No query."""
    return [
        DensityRow(
            modality,
            PerMillion(machines, demand.persons),
            more,
            PerMillion(machines + more, demand.persons),
        )
        for modality in Modality
        if (more := sum(c.modality == modality and c.trust_id in demand.trusts for c in candidates))
        for machines in [demand.machines(modality)]
    ]
