"""For the independent check: whether each decision is one that the rules or a pin allow, and its price."""

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

from networks.domain.financial_year import label
from procurement.domain.planning.choice import KEPT, Choice, Kind
from procurement.domain.planning.problem import PlanAsset, PlanningProblem, Specification
from procurement.domain.planning.result import Decision, Settlement
from procurement.domain.planning.verify_ages import Ages, unsupported


def check_choices(problem: PlanningProblem, settlement: Settlement) -> list[str]:
    """Pins kept; every option offered, in an open year, at an open age; nothing spent where nothing is gained."""
    faults = []
    ages = Ages(problem)
    assets = {asset.asset_id: asset for asset in problem.assets}
    specs = {spec.code: spec for spec in problem.specifications}
    pins = {pin.asset_id: pin.choice for pin in problem.pins}
    for decision in settlement.decisions:
        asset = assets[decision.asset_id]
        try:
            choice = decision.choice
        except ValueError as nonsense:
            faults.append(f"{asset.label}: what is decided is no decision. {nonsense}")
            continue
        found = list(_misfits(problem, asset, choice))
        if asset.asset_id in pins:
            if choice != pins[asset.asset_id]:
                found.append(f"is pinned to {words(pins[asset.asset_id])} but decided as {words(choice)}")
        elif not found:
            found += _not_open(ages, asset, specs[asset.specification], choice)
        faults += [f"{asset.label} {fault}." for fault in found]
    return faults


def words(choice: Choice) -> str:
    """Return a choice as a phrase: "replace in 2028/29"."""
    later = "" if choice.year is None else f" in {label(choice.year)}"
    if choice.upgrade_year is not None:
        return f"upgrade in {label(choice.upgrade_year)}" + (later and f" and replace{later}")
    return choice.kind.value + later


def _misfits(problem: PlanningProblem, asset: PlanAsset, choice: Choice) -> Iterator[str]:
    """What no pin can ask for either."""
    if any(year not in problem.years for year in (choice.year, choice.upgrade_year) if year is not None):
        yield "is decided outside the plan, so what is decided is no decision"
    is_candidate = asset.need_points is not None
    if (choice.kind is Kind.ADD) != (is_candidate and choice != KEPT):
        yield "is added though in use, or a candidate that is not added, so what is decided is no decision"
    if choice.kind is Kind.UPGRADE and asset.upgrade is None:
        yield "is upgraded without an offer, so what is decided is no decision"
    if choice.kind is Kind.RETIRE and asset.retire_pence is None:
        yield "is retired without an offer, so what is decided is no decision"


def _not_open(ages: Ages, asset: PlanAsset, spec: Specification, choice: Choice) -> Iterator[str]:
    """What only a pin may ask for."""
    if choice == KEPT:
        return
    if ages.points_left(asset, KEPT) == 0:
        yield f"is decided to {words(choice)} though it never falls due or is never needed within the plan"
    new = None if choice.kind is Kind.RETIRE else choice.year
    if new is not None and spec.earliest_year is not None and new < spec.earliest_year:
        yield f"comes in {label(new)}, before {spec.code} can arrive"
    if choice.kind is Kind.ADD:
        if new is not None and asset.wanted_from is not None and new < asset.wanted_from:
            yield f"is sited in {label(new)}, before it is wanted"
        return
    yield from _age_not_open(ages, asset, new, choice.upgrade_year)
    if asset.is_only_one and choice.kind is Kind.RETIRE:
        yield "is the only one of an emergency site and retired"
    if asset.is_only_one and asset.cover_pence is None and choice.kind is not Kind.RETIRE:
        yield "is the only one of an emergency site and out of use without cover"


def _age_not_open(ages: Ages, asset: PlanAsset, new: int | None, upgraded: int | None) -> Iterator[str]:
    """Too young for its replacement, or of no age for its upgrade."""
    problem = ages.problem
    youngest = problem.minimum_replacement_age_years
    if new is not None and not unsupported(asset, new) and ages.age_of(asset, new) < youngest:
        yield f"is replaced in {label(new)}, younger than a plan may replace"
    if upgraded is not None:
        age = ages.age_of(asset, upgraded)
        if not problem.upgrade_from_age_years <= age <= problem.upgrade_to_age_years:
            yield f"is upgraded at {age} years, outside the ages of upgrades"


def check_prices(problem: PlanningProblem, settlement: Settlement) -> list[str]:
    """Every part of every decision's price, from the problem alone."""
    faults = []
    specs = {spec.code: spec for spec in problem.specifications}
    assets = {asset.asset_id: asset for asset in problem.assets}
    networks = {trust.trust_id: trust.network_id for trust in problem.trusts}

    def tender(decision: Decision) -> tuple[str, int | None, int | None]:
        spec = specs[assets[decision.asset_id].specification]
        return (
            spec.code,
            None if spec.national else networks[assets[decision.asset_id].trust_id],
            decision.year,
        )

    together = Counter(tender(d) for d in settlement.decisions if d.kind is not Kind.RETIRE)
    for decision in settlement.decisions:
        asset = assets[decision.asset_id]
        faults += [
            f"{asset.label} {fault}."
            for fault in _price_faults(
                asset, specs[asset.specification], decision, together[tender(decision)]
            )
        ]
    return faults


def _price_faults(asset: PlanAsset, spec: Specification, decision: Decision, units: int) -> Iterator[str]:
    if decision.kind is Kind.KEEP:
        if decision.full_price_pence or decision.upgrade_year_pence:
            yield "is kept, yet priced"
        return
    equipment, works, upgrade, outages = _parts(asset, spec, decision, units)
    cover = asset.cover_pence if asset.is_only_one and asset.cover_pence is not None else 0
    vat = sum(_vat(part, spec) for part in (equipment, works, upgrade)) + outages * _vat(cover, spec)
    first = upgrade + _vat(upgrade, spec) + cover + _vat(cover, spec) if decision.kind is Kind.UPGRADE else 0
    for shown, exact, fault in (
        (decision.equipment_pence, equipment, f"is priced off the break that {units} units reach"),
        (decision.works_pence, works, "is priced with works that differ from what was given"),
        (decision.upgrade_pence, upgrade, "is priced with an upgrade that differs from the offer"),
        (
            decision.cover_pence,
            outages * cover,
            f"is priced with cover other than for {outages} times out of use",
        ),
        (
            decision.vat_pence,
            vat,
            f"is priced with VAT that is not {spec.vat_basis_points / 100}% of each part",
        ),
        (
            decision.upgrade_year_pence,
            first,
            "splits its price wrongly between the years of upgrade and replacement",
        ),
    ):
        if shown != exact:
            yield fault


def _parts(
    asset: PlanAsset, spec: Specification, decision: Decision, units: int
) -> tuple[int, int, int, int]:
    """Equipment, works and upgrade in pence ex VAT, and how many times it is out of use."""
    if decision.kind is Kind.RETIRE:
        return 0, asset.retire_pence or 0, 0, 0
    equipment = works = upgrade = outages = 0
    if decision.year is not None:
        [equipment] = [
            tier.unit_price_pence
            for tier in spec.tiers
            if tier.minimum_units <= units and (tier.maximum_units is None or units <= tier.maximum_units)
        ]
        works = asset.works_pence
        outages += decision.kind is not Kind.ADD
    if decision.kind is Kind.UPGRADE and asset.upgrade is not None:
        upgrade = asset.upgrade.cost_pence
        outages += 1
    return equipment, works, upgrade, outages


def _vat(pence: int, spec: Specification) -> int:
    return int(Fraction(pence * spec.vat_basis_points, 10_000) + Fraction(1, 2))
