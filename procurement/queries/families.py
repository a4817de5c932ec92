"""Families of models in a network: those in use, and those its newest solved plan leaves."""

from dataclasses import dataclass
from datetime import date

from assets.domain.vocabulary import Modality
from assets.models import Asset
from assets.queries.model_families import model_families
from networks.domain.access import Actor, Permission
from networks.queries.organisations import structure
from procurement.domain.families import (
    FamilyRow,
    Machine,
    ModalityCount,
    family_rows,
    modality_counts,
)
from procurement.domain.planning.result import Kind
from procurement.models import PlanLine, PlanVersion


@dataclass(frozen=True, slots=True)
class NetworkFamilies:
    """A network's families. `version` is the newest solved plan that they are held against; None: none is solved."""

    version: PlanVersion | None
    rows: list[FamilyRow]
    counts: list[ModalityCount]


def network_families(actor: Actor, network_id: int, *, on: date) -> NetworkFamilies:
    """Return the families of the machines in use or standby in a network's trusts. Seven queries, however many rows.

    A machine that the plan does not know is kept. Of a plan of several networks only what concerns this one is counted.
    Raises NotAllowed for those who may not see the whole network's plans.
    """
    actor.require(Permission.VIEW_PLANS, network_id=network_id)
    england = structure(on=on)
    members = england.members(england.current(network_id))
    trusts = frozenset[int]().union(*(england.with_predecessors(trust) for trust in members))
    lineage = england.with_predecessors(england.current(network_id))
    version = (
        PlanVersion.objects.visible_to(actor)
        .filter(plan__network_id__in=lineage, plan__scenario_of__isnull=True)
        .select_related("plan")
        .defer("inputs", "result")
        .order_by("-created_at", "-pk")
        .first()
    )
    lines = PlanLine.objects.filter(version=version) if version else PlanLine.objects.none()
    gone: set[int] = set()
    tenders: set[tuple[Modality, object]] = set()
    for asset, trust, kind, year, modality, specification in lines.filter(year__isnull=False).values_list(
        "asset_id", "trust_id", "kind", "year", "modality", "specification_version__specification_id"
    ):
        if asset is not None:
            gone.add(asset)
        if kind != Kind.RETIRE.value and england.current(trust) in members:
            tenders.add((Modality(modality), (specification, year)))
    families = model_families()
    machines = [
        Machine(Modality(modality), families.get(model), england.current(trust), site, pk not in gone)
        for pk, modality, model, trust, site in Asset.objects.in_fleet()
        .filter(trust_id__in=trusts)
        .order_by("pk")
        .values_list("pk", "modality", "machine_model_id", "trust_id", "site_id")
    ]
    return NetworkFamilies(version, family_rows(machines), modality_counts(machines, tenders))
