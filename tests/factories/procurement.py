"""Plans as the solver leaves them, and tenders gathered from them, without solving anything.

orgs = network_of_trusts("Ash", "Beech")
version = plan_with_version(orgs, lines=[("Ash", "CT-STD", 2028), ("Beech", "CT-STD", 2028)])
tender = tender_of(version)
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from assets.domain.vocabulary import Modality
from assets.models import Asset, Specification
from networks.domain.access import Actor, command
from networks.models import Organisation
from procurement.actions.tenders import open_tender
from procurement.domain.pricing import price_list, vat_pence
from procurement.models import (
    Envelope,
    Plan,
    PlanLine,
    PlanVersion,
    PriceTier,
    Requirement,
    SpecificationVersion,
    Tender,
)
from tests.factories.assets import AssetFactory

TODAY = date(2026, 11, 24)
_MODALITIES = {"CT": Modality.CT, "MRI": Modality.MRI, "XR": Modality.XRAY, "MG": Modality.MAMMOGRAPHY}


def specification_version(
    code: str = "CT-STD",
    *,
    version: int = 1,
    unit_price_pence: int = 57_000_000,
    works_pence: int = 15_000_000,
    tiers: Sequence[tuple[int, int]] = ((3, 500), (6, 800)),
    lead_time_months: int = 9,
) -> SpecificationVersion:
    """Return a published version of a specification with four requirements, one of each type; made once for each code."""
    specification, _ = Specification.objects.get_or_create(
        code=code,
        defaults={"name": f"Standard {code}", "modality": _MODALITIES[code.partition("-")[0]].value},
    )
    row, made = SpecificationVersion.objects.get_or_create(
        specification=specification,
        version=version,
        defaults={
            "published_on": date(2026, 4, 1),
            "summary": f"What {code} is for.",
            "cpv_code": "33115100",
            "unit_price_pence": unit_price_pence,
            "works_pence": works_pence,
            "price_base_on": date(2026, 4, 1),
            "price_source": "Made up for a test",
            "lead_time_months": lead_time_months,
        },
    )
    if made:
        _fill(row, tiers)
    return row


def _fill(row: SpecificationVersion, tiers: Sequence[tuple[int, int]]) -> None:
    PriceTier.objects.bulk_create(
        PriceTier(version=row, minimum_units=minimum, discount_basis_points=discount)
        for minimum, discount in tiers
    )
    answers = [
        {"type": "number", "unit": "cm", "minimum": Decimal(70), "name": "Bore diameter"},
        {"type": "choice", "expected": "Left; Right", "name": "Side"},
        {"type": "yes", "name": "Dose shown"},
        {"type": "text", "name": "Room needed", "is_mandatory": False},
    ]
    Requirement.objects.bulk_create(
        Requirement(
            version=row, number=f"1.{place}", position=place, group="General", evidence="Data sheet", **parts
        )
        for place, parts in enumerate(answers, start=1)
    )


def plan_with_version(
    orgs: dict[str, Organisation],
    *,
    network: str = "Northern",
    name: str = "Plan",
    first_year: int = 2027,
    lines: Sequence[tuple[str, str, int | None]] = (),
    assets: Sequence[Asset] = (),
    plan: Plan | None = None,
    vat_basis_points: int = 2000,
) -> PlanVersion:
    """Make a solved version of a network's plan; a new plan unless one is given.

    `orgs` are those of `network_of_trusts`; `lines` are (trust name, specification code, year or None where the machine
    is kept). Without lines every trust replaces one CT in the first year. `assets`, in the order of the lines, reuses
    machines that stand already. Prices are the specification's, at the break the lines of a year reach together.
    """
    trusts = [org for org in orgs.values() if org.kind == "trust"]
    lines = lines or [(trust.name, "CT-STD", first_year) for trust in trusts]
    plan = plan or Plan.objects.create(
        network=orgs[network], name=name, first_year=first_year, vat_basis_points=vat_basis_points
    )
    Envelope.objects.bulk_create(
        (
            Envelope(plan=plan, trust=trust, year=year, amount_pence=200_000_000)
            for trust in trusts
            for year in plan.years
        ),
        ignore_conflicts=True,
    )
    number = PlanVersion.objects.filter(plan=plan).count() + 1
    version = PlanVersion.objects.create(
        plan=plan,
        number=number,
        register_as_at=TODAY,
        status="made for a test",
        inputs={
            "assets": len(lines),
            "trusts": [{"trust_id": trust.pk, "name": trust.name} for trust in trusts],
        },
        inputs_hash=f"{plan.pk:032x}{number:032x}",
        result={},
        seed=1,
        solver="none",
    )
    units = Counter((code, year) for _, code, year in lines)
    PlanLine.objects.bulk_create(
        _line(version, orgs, line, units, rank, assets[rank - 1] if rank <= len(assets) else None)
        for rank, line in enumerate(lines, start=1)
    )
    return version


def _line(
    version: PlanVersion,
    orgs: dict[str, Organisation],
    line: tuple[str, str, int | None],
    units: Counter[tuple[str, int | None]],
    rank: int,
    asset: Asset | None,
) -> PlanLine:
    trust, code, year = line
    bought = specification_version(code)
    asset = asset or AssetFactory(
        trust=orgs[trust],
        site=orgs[f"{trust} site"],
        modality=bought.specification.modality,
        specification=bought.specification,
    )
    tiers = [(tier.minimum_units, tier.discount_basis_points) for tier in bought.tiers.all()]
    unit_pence = price_list(bought.unit_price_pence, tiers).reached(units[code, year]).unit_price_pence
    rate = version.plan.vat_basis_points
    is_bought = year is not None
    return PlanLine(
        version=version,
        asset=asset,
        trust=orgs[trust],
        site=asset.site,
        specification_version=bought,
        asset_label=str(asset),
        modality=bought.specification.modality,
        installed_on=asset.installed_on,
        year=year,
        rank=rank,
        equipment_pence=unit_pence if is_bought else 0,
        single_price_pence=bought.unit_price_pence if is_bought else 0,
        works_pence=bought.works_pence if is_bought else 0,
        vat_pence=vat_pence(unit_pence, rate) + vat_pence(bought.works_pence, rate) if is_bought else 0,
        risk=Decimal("0.500"),
        reason="Ten years or older.",
    )


def tender_of(
    version: PlanVersion,
    code: str = "CT-STD",
    year: int | None = None,
    *,
    by: Actor | None = None,
    today: date = TODAY,
    key_date_on: date | None = None,
) -> Tender:
    """Open the tender of one specification and year (the plan's first) from a plan version; key date 1 March of the year before."""
    year = year or version.plan.first_year
    return open_tender(
        by=by or command("test"),
        version=version,
        specification_version=specification_version(code),
        year=year,
        key_date_on=key_date_on or date(year, 3, 1),
        deliver_by=date(year + 1, 3, 31),
        today=today,
    )
