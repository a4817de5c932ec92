"""Small networks that can be planned for: two trusts, a price for each specification, an envelope for each year."""

from dataclasses import dataclass
from datetime import date

from assets.domain.vocabulary import Modality
from assets.models import Asset, Specification
from networks.domain.access import Actor, Role
from networks.models import Organisation
from procurement.actions.plans import create_plan
from procurement.domain.plan import PlanValues
from procurement.models import Plan, PriceTier, SpecificationVersion
from tests.factories.assets import AssetFactory, SpecificationFactory
from tests.factories.networks import actor, network_of_trusts

TODAY = date(2026, 11, 24)
MILLION = 100_000_000
"""One million pounds in pence."""


def published(
    specification: Specification,
    *,
    unit_price_pence: int = 57_000_000,
    works_pence: int = 8_000_000,
    tiers: tuple[tuple[int, int], ...] = ((3, 500), (6, 800)),
    version: int = 1,
) -> SpecificationVersion:
    """Publish a version of a specification; `tiers` are (minimum units, discount in basis points)."""
    row = SpecificationVersion.objects.create(
        specification=specification,
        version=version,
        published_on=date(2026, 4, version),
        summary="General purpose",
        cpv_code="33115100",
        unit_price_pence=unit_price_pence,
        works_pence=works_pence,
        price_base_on=date(2026, 4, 1),
        price_source="Test prices",
    )
    for minimum, discount in tiers:
        PriceTier.objects.create(version=row, minimum_units=minimum, discount_basis_points=discount)
    return row


@dataclass
class Planned:
    """A network ready to be planned for. `orgs` by name as network_of_trusts returns them."""

    orgs: dict[str, Organisation]
    plan: Plan
    lead: Actor
    assets: list[Asset]
    versions: dict[str, SpecificationVersion]


def ready_plan(
    *trusts: str,
    network: str = "Northern",
    assets_each: int = 3,
    envelope_pence: int = 2 * MILLION,
    horizon_years: int = 5,
    name: str = "Plan A",
) -> Planned:
    """Make a network whose trusts (Ash and Beech unless named) own CTs of 14, 11, 8 … years, and a plan with envelopes."""
    names = trusts or ("Ash", "Beech")
    orgs = network_of_trusts(*names, network=network)
    specification = SpecificationFactory(code="CT-STD", modality=Modality.CT)
    version = SpecificationVersion.objects.filter(specification=specification).first()
    versions = {"CT-STD": version or published(specification)}
    assets = [
        AssetFactory(
            trust=orgs[trust],
            site=orgs[f"{trust} site"],
            specification=specification,
            installed_on=date(2013 + 3 * (number % 4), 4, 1 + number // 4 % 28),
        )
        for trust in names
        for number in range(assets_each)
    ]
    lead = actor(Role.PROCUREMENT_LEAD, orgs[network])
    plan = create_plan(
        by=lead,
        network=orgs[network],
        values=PlanValues(name=name, first_year=2027, horizon_years=horizon_years),
        on=TODAY,
        envelopes={
            (orgs[trust].pk, year): envelope_pence
            for trust in names
            for year in range(2027, 2027 + horizon_years)
        },
    )
    return Planned(orgs, plan, lead, assets, versions)
