"""A network whose sites have coordinates and whose ICB has people: Ash with CTs, Beech with CTs, Cedar with none."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest

from assets.models import Asset
from networks.domain.access import Actor, Role
from networks.models import Organisation, Population
from procurement.actions.candidates import add_candidate
from procurement.domain.candidate import CandidateValues
from procurement.models import CandidateSite
from tests.factories.assets import SpecificationFactory
from tests.factories.networks import actor, network_of_trusts
from tests.factories.plans import TODAY, Planned, published, ready_plan

PLACES = {"Ash": ("54.00", "-2.00"), "Beech": ("54.10", "-2.10"), "Cedar": ("54.00", "-2.40")}
"""Ash and Beech lie some 13 km from each other, Cedar 26 km west of Ash."""


@dataclass
class Siting:
    """What the tests begin with. `plan`, `lead` and the rest as in `Planned`; `finance` is Ash's, `manager` too."""

    planned: Planned
    finance: Actor
    network_finance: Actor
    manager: Actor
    stranger: Actor

    @property
    def lead(self) -> Actor:
        return self.planned.lead

    @property
    def orgs(self) -> dict[str, Organisation]:
        return self.planned.orgs

    @property
    def network(self) -> Organisation:
        return self.orgs["Northern"]


def put(site: Organisation, place: tuple[str, str] | None) -> None:
    site.latitude, site.longitude = (Decimal(part) for part in place) if place else (None, None)
    site.save()


@pytest.fixture
def siting(db) -> Siting:
    planned = ready_plan("Ash", "Beech", "Cedar", assets_each=2)
    Asset.objects.filter(trust=planned.orgs["Cedar"]).delete()
    for name, place in PLACES.items():
        put(planned.orgs[f"{name} site"], place)
    Population.objects.create(icb=planned.orgs["North West ICB"], year=2026, persons=500_000, source="A test")
    published(SpecificationFactory(code="MRI-STD", modality="MRI", is_default=True))
    southern = network_of_trusts("Elm", network="Southern", region="South East")
    planned.orgs.update(southern)
    return Siting(
        planned,
        actor(Role.FINANCE, planned.orgs["Ash"]),
        actor(Role.FINANCE, planned.orgs["Northern"]),
        actor(Role.EQUIPMENT_MANAGER, planned.orgs["Ash"]),
        actor(Role.PROCUREMENT_LEAD, southern["Southern"]),
    )


def values(**changed: object) -> CandidateValues:
    given = {
        "name": "CT at Cedar",
        "service": "stroke",
        "works_pence": 60_000_000,
        "reason": "The nearest CT is too far for a stroke",
    }
    return CandidateValues(**given | changed)  # type: ignore[arg-type]


def a_candidate(siting: Siting, *, site: str = "Cedar", on: date = TODAY, **changed: object) -> CandidateSite:
    return add_candidate(
        by=siting.lead,
        network=siting.network,
        site=siting.orgs[f"{site} site"],
        specification=siting.planned.versions["CT-STD"].specification,
        values=values(**changed),
        on=on,
    )
