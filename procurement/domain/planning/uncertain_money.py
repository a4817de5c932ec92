"""What a plan whose decisions are held may cost: by specification whose price, and by site whose works, are uncertain.

Every variant is worked out by ``settle``, to the penny: quantities, price breaks and VAT are those of the plan, a price
break keeps its discount whatever the price. Removal, cover and upgrades go with the works of their site.
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from enum import StrEnum

from procurement.domain.planning.choice import Schedule
from procurement.domain.planning.funding import SpendKey
from procurement.domain.planning.problem import PlanAsset, PlanningProblem, Specification
from procurement.domain.planning.ranges import PriceRange, Ranges, scaled
from procurement.domain.planning.result import BreachKind, Settlement
from procurement.domain.planning.settle import settle


class Side(StrEnum):
    """Which end of a range."""

    LOW = "low"
    PLANNED = "planned"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class PriceUnknown:
    """A specification's price: what the plan's bills lose at its low and gain at its high end, in pence inc VAT."""

    price: PriceRange
    low: dict[SpendKey, int]
    high: dict[SpendKey, int]


@dataclass(frozen=True, slots=True)
class WorksUnknown:
    """The works of one site, likewise."""

    site_id: int
    low: dict[SpendKey, int]
    high: dict[SpendKey, int]


@dataclass(frozen=True, slots=True)
class Money:
    """The plan settled as planned and at both ends of everything, and what each unknown alone does to its bills."""

    planned: Settlement
    lowest: Settlement
    highest: Settlement
    prices: tuple[PriceUnknown, ...]
    works: tuple[WorksUnknown, ...]


def money(problem: PlanningProblem, schedule: Schedule, ranges: Ranges) -> Money:
    """Settle the plan seven times: as planned, everything low or high, prices alone, works alone."""
    planned = settle(problem, schedule)
    changes = {}
    for side in (Side.LOW, Side.HIGH):
        for what, other in (
            ("prices", varied(problem, ranges, prices=side)),
            ("works", varied(problem, ranges, works=side)),
        ):
            changes[side, what] = _change(problem, planned, settle(other, schedule))
    assets = {asset.asset_id: asset for asset in problem.assets}

    def of(what: str, side: Side, keys: set[int]) -> dict[SpendKey, int]:
        total: dict[SpendKey, int] = defaultdict(int)
        for asset_id, by_key in changes[side, what].items():
            if asset_id in keys:
                for key, pence in by_key.items():
                    total[key] += pence
        return {key: pence for key, pence in total.items() if pence}

    by_code: dict[str, set[int]] = defaultdict(set)
    by_site: dict[int, set[int]] = defaultdict(set)
    for key, asset in assets.items():
        by_code[asset.specification].add(key)
        by_site[asset.site_id].add(key)
    return Money(
        planned=planned,
        lowest=settle(varied(problem, ranges, prices=Side.LOW, works=Side.LOW), schedule),
        highest=settle(varied(problem, ranges, prices=Side.HIGH, works=Side.HIGH), schedule),
        prices=tuple(
            PriceUnknown(one, of("prices", Side.LOW, keys), of("prices", Side.HIGH, keys))
            for one in sorted(ranges.prices, key=lambda r: r.specification)
            if (keys := by_code.get(one.specification, set()))
        ),
        works=tuple(
            WorksUnknown(site, of("works", Side.LOW, keys), of("works", Side.HIGH, keys))
            for site, keys in sorted(by_site.items())
        ),
    )


def varied(
    problem: PlanningProblem, ranges: Ranges, *, prices: Side = Side.PLANNED, works: Side = Side.PLANNED
) -> PlanningProblem:
    """Return the problem with prices and works at one end of their ranges; fairness, which no price moves, is left out."""
    by_code = {one.specification: one for one in ranges.prices}
    share = {
        Side.LOW: 10_000 - ranges.works_low_basis_points,
        Side.PLANNED: 10_000,
        Side.HIGH: 10_000 + ranges.works_high_basis_points,
    }[works]
    return replace(
        problem,
        specifications=tuple(
            _priced(spec, by_code.get(spec.code), prices) for spec in problem.specifications
        ),
        assets=tuple(_with_works(asset, share) for asset in problem.assets),
        fairness_basis_points=None,
    )


def short_pence(settlement: Settlement) -> dict[tuple[int, int], int]:
    """Return (trust id, year) to what its money falls short by, only where it does."""
    return {
        (breach.trust_id, breach.year): breach.amount_pence
        for breach in settlement.breaches
        if breach.kind is BreachKind.ENVELOPE and breach.trust_id is not None and breach.year is not None
    }


def _priced(spec: Specification, price: PriceRange | None, side: Side) -> Specification:
    if price is None or side is Side.PLANNED:
        return spec
    part = price.low_pence if side is Side.LOW else price.high_pence
    tiers = tuple(
        replace(tier, unit_price_pence=scaled(tier.unit_price_pence, part, price.planned_pence))
        for tier in spec.tiers
    )
    return replace(spec, tiers=tiers)


def _with_works(asset: PlanAsset, share: int) -> PlanAsset:
    if share == 10_000:
        return asset

    def at(pence: int | None) -> int | None:
        return None if pence is None else scaled(pence, share, 10_000)

    upgrade = asset.upgrade
    return replace(
        asset,
        works_pence=scaled(asset.works_pence, share, 10_000),
        retire_pence=at(asset.retire_pence),
        cover_pence=at(asset.cover_pence),
        upgrade=upgrade and replace(upgrade, cost_pence=scaled(upgrade.cost_pence, share, 10_000)),
    )


def _change(
    problem: PlanningProblem, planned: Settlement, other: Settlement
) -> dict[int, dict[SpendKey, int]]:
    """Asset to what its bills change by."""
    assets = {asset.asset_id: asset for asset in problem.assets}
    found: dict[int, dict[SpendKey, int]] = {}
    for before, after in zip(planned.decisions, other.decisions, strict=True):
        asset, was = assets[before.asset_id], before.spend_by_year
        found[asset.asset_id] = {
            (asset.trust_id, asset.modality, year): pence - was[year]
            for year, pence in after.spend_by_year.items()
        }
    return found
