"""A schedule worked out to the penny: prices by joint tender, spend, who pays, and what is not paid for.

This is the only arithmetic of money behind a plan: the solver proposes years, ``settle`` prices them exactly,
and ``verify`` checks the outcome by other means. Prices are constant; VAT is rounded on equipment and on works
separately, per asset, by the rule of ``procurement.domain.pricing``.
"""

from collections import Counter, defaultdict

from networks.domain.financial_year import label
from procurement.domain.planning.funding import SpendKey, allocate
from procurement.domain.planning.problem import PlanAsset, PlanningProblem, Specification
from procurement.domain.planning.result import (
    Breach,
    BreachKind,
    Decision,
    Schedule,
    Settlement,
    SpendLine,
    TenderGroup,
)
from procurement.domain.planning.words import pounds
from procurement.domain.pricing import vat_pence


def full_price_pence(asset: PlanAsset, specification: Specification, tier: int) -> int:
    """Return what replacing ``asset`` costs at a price break: equipment, works and VAT, undiscounted."""
    unit, rate = specification.tiers[tier].unit_price_pence, specification.vat_basis_points
    return unit + asset.works_pence + vat_pence(unit, rate) + vat_pence(asset.works_pence, rate)


def settle(problem: PlanningProblem, schedule: Schedule) -> Settlement:
    """Price and fund a schedule exactly. Raises ValueError unless it decides each asset once, within the plan."""
    _check(problem, schedule)
    specs = {spec.code: spec for spec in problem.specifications}
    assets = sorted(problem.assets, key=lambda asset: asset.asset_id)
    tenders = _tenders(problem, schedule, assets, specs)
    tier_of = {asset_id: tender.tier for tender in tenders for asset_id in tender.asset_ids}
    decisions = {
        asset.asset_id: _price(asset, schedule, specs[asset.specification], tier_of) for asset in assets
    }
    spend: dict[SpendKey, int] = defaultdict(int)
    for asset in assets:
        decision = decisions[asset.asset_id]
        if decision.year is not None:
            spend[asset.trust_id, asset.modality, decision.year] += decision.full_price_pence
    allocation = allocate(problem, spend, pinned_trust_years(problem))
    return Settlement(
        decisions=tuple(decisions[asset.asset_id] for asset in problem.assets),
        tenders=tenders,
        spend=tuple(SpendLine(*key, amount) for key, amount in sorted(spend.items())),
        funding=allocation.funding,
        carry_over=allocation.carry_over,
        breaches=_breaches(problem, schedule, allocation.short_pence),
    )


def pinned_trust_years(problem: PlanningProblem) -> frozenset[tuple[int, int]]:
    """Return the (trust id, year) pairs in which a user's pin asks for a replacement: only these may breach."""
    trust_of = {asset.asset_id: asset.trust_id for asset in problem.assets}
    return frozenset((trust_of[pin.asset_id], pin.year) for pin in problem.pins if pin.year is not None)


def pinned_counts(problem: PlanningProblem) -> Counter[tuple[int, int]]:
    """How many replacements are pinned, by trust and year."""
    trust_of = {asset.asset_id: asset.trust_id for asset in problem.assets}
    return Counter((trust_of[pin.asset_id], pin.year) for pin in problem.pins if pin.year is not None)


def only_pins_breach(problem: PlanningProblem, settlement: Settlement) -> bool:
    """Whether only pins break limits, and only as far as the pins themselves go."""
    may_breach = pinned_trust_years(problem)
    pinned = pinned_counts(problem)
    limit = problem.max_installations_per_trust_year or 0
    return all(
        (breach.trust_id, breach.year) in may_breach
        if breach.kind is BreachKind.ENVELOPE
        else breach.units <= pinned[breach.trust_id, breach.year] - limit
        for breach in settlement.breaches
    )


def _check(problem: PlanningProblem, schedule: Schedule) -> None:
    if set(schedule) != {asset.asset_id for asset in problem.assets}:
        raise ValueError("A schedule must decide every asset of the plan and no other.")
    for asset_id, year in schedule.items():
        if year is not None and year not in problem.years:
            raise ValueError(f"The schedule replaces asset {asset_id} in {year}, outside the plan's years.")


def _tenders(
    problem: PlanningProblem, schedule: Schedule, assets: list[PlanAsset], specs: dict[str, Specification]
) -> tuple[TenderGroup, ...]:
    members: dict[tuple[int, str], list[PlanAsset]] = defaultdict(list)
    for asset in assets:
        year = schedule[asset.asset_id]
        if year is not None:
            members[year, asset.specification].append(asset)
    tenders = []
    for (year, code), group in sorted(members.items()):
        spec = specs[code]
        tier = spec.tier_index(len(group))
        unit = spec.tiers[tier].unit_price_pence
        tenders.append(
            TenderGroup(
                specification=code,
                year=year,
                units=len(group),
                tier=tier,
                unit_price_pence=unit,
                trust_units=tuple(sorted(Counter(asset.trust_id for asset in group).items())),
                asset_ids=tuple(asset.asset_id for asset in group),
                saving_pence=len(group) * (spec.tiers[0].unit_price_pence - unit),
            )
        )
    return tuple(tenders)


def _price(asset: PlanAsset, schedule: Schedule, spec: Specification, tier_of: dict[int, int]) -> Decision:
    year = schedule[asset.asset_id]
    if year is None:
        return Decision(asset.asset_id, None)
    unit = spec.tiers[tier_of[asset.asset_id]].unit_price_pence
    vat = vat_pence(unit, spec.vat_basis_points) + vat_pence(asset.works_pence, spec.vat_basis_points)
    return Decision(asset.asset_id, year, unit, asset.works_pence, vat)


def _breaches(
    problem: PlanningProblem, schedule: Schedule, short_pence: dict[tuple[int, int], int]
) -> tuple[Breach, ...]:
    names = {trust.trust_id: trust.name for trust in problem.trusts}
    trust_of = {asset.asset_id: asset.trust_id for asset in problem.assets}
    found = [
        Breach(
            BreachKind.ENVELOPE,
            trust,
            year,
            amount,
            0,
            f"{names[trust]} is {pounds(amount)} inc VAT short in {label(year)}: more is to be replaced than every "
            "envelope open to it can pay for.",
        )
        for (trust, year), amount in sorted(short_pence.items())
    ]
    limit = problem.max_installations_per_trust_year
    if limit is None:
        return tuple(found)
    installed = Counter((trust_of[key], year) for key, year in schedule.items() if year is not None)
    for (trust, year), count in sorted(installed.items()):
        if count > limit:
            words = (
                f"{names[trust]} would install {count} scanners in {label(year)}, {count - limit} more than the "
                f"{limit} it can install in a year."
            )
            price = (count - limit) * problem.over_limit_price_pence
            found.append(Breach(BreachKind.INSTALLATIONS, trust, year, price, count - limit, words))
    return tuple(found)
