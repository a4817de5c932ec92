"""Tiny planning problems with every feature on by chance, small enough to try every possible schedule.

Seeded and without hypothesis, so that thousands cost little. Sums of money like to be a penny from a price.
"""

from dataclasses import replace
from datetime import date
from math import prod
from random import Random
from typing import Any, TypeVar

from procurement.domain.planning.problem import (
    Envelope,
    Pin,
    PlanAsset,
    PlanningProblem,
    PlanTrust,
    Pool,
    PoolEnvelope,
    RingFence,
    Specification,
    Tier,
    UpgradeOffer,
)
from tests.oracles.plan_choices import every_choice, open_choices

FIRST = 2027
_T = TypeVar("_T")


def tiny(seed: int, *, most_schedules: int = 90) -> PlanningProblem:
    """Return a problem of two to five assets with at most so many schedules (now and then ten times as many)."""
    rng = Random(seed)
    most = most_schedules * (10 if rng.random() < 0.02 else 1)
    while True:
        made = _problem(rng)
        if 6 <= prod(len(open_choices(made, asset)) for asset in made.assets) <= most:
            return made


def _problem(rng: Random) -> PlanningProblem:
    trusts = _trusts(rng)
    years = range(FIRST, FIRST + rng.choice((5, 5, 5, 9)))
    specs = (_specification(rng, "S1", "CT", years), _specification(rng, "S2", "MRI", years))
    assets = tuple(_asset(rng, number, specs, trusts) for number in range(1, rng.choice((2, 3, 3, 4, 5)) + 1))
    sums = _Sums(rng, assets, specs)
    limit = _limits(rng)
    money = _money(rng, trusts, sums, years)
    made = PlanningProblem(
        first_year=FIRST,
        horizon_years=len(years),
        guidance_years=rng.choice((7, 10)),
        assets=assets,
        specifications=specs,
        trusts=trusts,
        tender_cost_pence=rng.choice((0, 3_000_000)),
        exposure_tolerance_basis_points=rng.choice((0, 50, 2_000, 10_000)),
        cost_tolerance_basis_points=rng.choice((0, 50, 2_000, 10_000)),
        own_carry_over_basis_points=rng.choice((0, 1_000, 10_000)),
        fairness_basis_points=rng.choice((8_000, 10_000, 12_000)) if _chance(rng, 0.25) else None,
        family_price_pence=rng.choice((1_000_000, 60_000_000, 200_000_000)) if _chance(rng, 0.3) else 0,
        **limit,
        **money,
    )
    share = rng.choice((0.0, 0.0, 0.3, 0.5))
    pins = tuple(
        Pin(asset.asset_id, rng.choice(every_choice(made, asset))) for asset in assets if _chance(rng, share)
    )
    made = replace(made, pins=pins)
    if _chance(rng, 0.5):
        return made
    sensible = open_choices if _chance(rng, 0.8) else every_choice
    previous = tuple(
        (asset.asset_id, rng.choice(sensible(made, asset))) for asset in assets if _chance(rng, 0.9)
    )
    return replace(made, previous=previous)


def _chance(rng: Random, share: float) -> bool:
    return rng.random() < share


def _trusts(rng: Random) -> tuple[PlanTrust, ...]:
    networks = rng.choice(((0, 0), (0, 0), (1, 2), (1, 1, 2)))
    return tuple(
        PlanTrust(number, name, network)
        for number, (name, network) in enumerate(zip(("Ash", "Beech", "Cedar"), networks, strict=False), 1)
    )


def _specification(rng: Random, code: str, modality: str, years: range) -> Specification:
    single = rng.choice((30_000_000, 49_999_999, 64_321_007))
    step = rng.choice((2, 2, 2, 3))
    joint = single * rng.choice((100, 93, 80)) // 100
    return Specification(
        code,
        modality,
        (Tier(1, step - 1, single), Tier(step, None, joint)),
        earliest_year=rng.choice((None, *(years[-late] for late in (4, 3, 2, 2)))),
        national=_chance(rng, 0.4),
    )


def _asset(
    rng: Random, number: int, specs: tuple[Specification, ...], trusts: tuple[PlanTrust, ...]
) -> PlanAsset:
    spec = specs[0] if _chance(rng, 0.7) else specs[1]
    trust = rng.choice(trusts).trust_id
    facts: dict[str, Any] = {
        "asset_id": number,
        "label": f"{spec.modality} {number}",
        "trust_id": trust,
        "site_id": trust * 10 + rng.randrange(2),
        "specification": spec.code,
        "modality": spec.modality,
        "works_pence": rng.choice((0, 5_000_000, 5_000_001)),
        "installed_on": None,
    }
    if _chance(rng, 0.15):
        return PlanAsset(
            **facts,
            need_points=rng.choice((0, 60, 700)),
            wanted_from=rng.choice((None, FIRST + 2, FIRST + 4)),
        )
    if _chance(rng, 0.9):
        facts["installed_on"] = date(rng.randint(2010, 2026), rng.randint(1, 12), rng.randint(1, 28))
    if _chance(rng, 0.6):
        month, day = rng.choice(((3, 30), (3, 31), (4, 1), (9, 30)))
        facts["support_ends_on"] = date(rng.randint(2025, 2032), month, day)
    if _chance(rng, 0.25):
        facts["upgrade"] = UpgradeOffer(rng.choice((0, 9_000_000, 20_000_001)), rng.randrange(5))
    if _chance(rng, 0.15):
        facts["retire_pence"] = rng.choice((0, 1_000_000, 2_000_001))
    if _chance(rng, 0.2):
        facts["is_only_one"] = True
        facts["cover_pence"] = rng.choice((None, 0, 3_000_001))
    return PlanAsset(
        **facts,
        risk=rng.choice((0.0, 0.125, 0.285, 0.5, 1.0)),
        family=rng.choice((None, "Aurora", "Borealis")),
    )


class _Sums:
    """Sums of money that are often a penny from the price of something."""

    def __init__(self, rng: Random, assets: tuple[PlanAsset, ...], specs: tuple[Specification, ...]) -> None:
        self._rng = rng
        net = {
            tier.unit_price_pence + one.works_pence for one in assets for spec in specs for tier in spec.tiers
        }
        net |= {one.upgrade.cost_pence for one in assets if one.upgrade is not None}
        self._prices = sorted(price + price * 2_000 // 10_000 for price in net)

    def __call__(self) -> int:
        off = self._rng.choice((-1, 0, 0, 0, 1, 3_600_001, 1_234))
        return max(0, self._rng.randrange(3) * self._rng.choice(self._prices) + off)


def _limits(rng: Random) -> dict[str, int | None]:
    return {
        "max_installations_per_trust_year": rng.choice((None, None, 0, 1, 2)),
        "most_out_per_site": rng.choice((None, None, 1, 0)) if _chance(rng, 0.4) else None,
        "most_out_per_trust": rng.choice((None, 1)) if _chance(rng, 0.4) else None,
        "most_out_per_network": rng.choice((None, 1, 2)) if _chance(rng, 0.4) else None,
    }


def _money(rng: Random, trusts: tuple[PlanTrust, ...], sums: _Sums, years: range) -> dict[str, Any]:
    ids = [trust.trust_id for trust in trusts]
    pools = tuple(
        Pool(number, f"Pool {number}", _some(rng, ids), rng.choice((0, 500, 10_000)))
        for number in range(1, rng.choice((0, 1, 1, 2)) + 1)
    )
    rings = {}
    for _ in range(rng.choice((0, 0, 1, 2))):
        ring = RingFence(
            rng.choice(years),
            rng.choice(("CT", "MRI")),
            sums(),
            None if _chance(rng, 0.5) else _some(rng, ids),
        )
        rings[ring.year, ring.modality, ring.trust_ids] = ring
    return {
        "envelopes": tuple(
            Envelope(trust, year, sums()) for trust in ids for year in years if _chance(rng, 0.6)
        ),
        "pools": pools,
        "pool_envelopes": tuple(
            PoolEnvelope(pool.pool_id, year, sums()) for pool in pools for year in years if _chance(rng, 0.4)
        ),
        "ring_fences": tuple(rings.values()),
    }


def _some(rng: Random, ids: list[int]) -> tuple[int, ...]:
    return tuple(rng.sample(ids, rng.randint(1, len(ids))))
