"""Small planning problems: one by hand, and a hypothesis strategy that likes sums a penny from a price."""

from datetime import date
from typing import Any

from hypothesis import strategies as st

from procurement.domain.planning.problem import (
    KEPT,
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
)
from procurement.domain.planning.result import replaced

FIRST = 2027
CT = Specification("CT-A", "CT", (Tier(1, 2, 50_000_000), Tier(3, None, 45_000_000)))
MRI = Specification("MRI-A", "MRI", (Tier(1, None, 80_000_000),))


def asset(number: int, **values: Any) -> PlanAsset:
    """Return a CT of trust 1 installed on 1 June 2016, unless told otherwise."""
    facts: dict[str, Any] = {
        "asset_id": number,
        "label": f"CT {number}",
        "trust_id": 1,
        "site_id": 1,
        "specification": "CT-A",
        "modality": "CT",
        "installed_on": date(2016, 6, 1),
    }
    return PlanAsset(**{**facts, **values})


def shared(*sums: tuple[int, int], carry_over_basis_points: int = 500) -> dict[str, Any]:
    """Return a pool that both trusts may use, by (year, pence), as values for ``problem``."""
    return {
        "pools": (Pool(1, "The network", (1, 2), carry_over_basis_points),),
        "pool_envelopes": tuple(PoolEnvelope(1, *one) for one in sums),
    }


def problem(*assets: PlanAsset, envelope_pence: int = 0, **values: Any) -> PlanningProblem:
    """Return a five-year problem of two trusts, each with the same envelope every year, unless told otherwise."""
    facts: dict[str, Any] = {
        "first_year": FIRST,
        "horizon_years": 5,
        "guidance_years": 10,
        "assets": assets,
        "specifications": (CT, MRI),
        "trusts": (PlanTrust(1, "Ash"), PlanTrust(2, "Beech")),
        "envelopes": tuple(
            Envelope(trust, year, envelope_pence) for trust in (1, 2) for year in range(FIRST, FIRST + 5)
        ),
        "tender_cost_pence": 3_000_000,
    }
    return PlanningProblem(**{**facts, **values})


@st.composite
def small_problems(draw: st.DrawFn, *, most_assets: int = 4, pins: bool = True) -> PlanningProblem:
    """Problems small enough to enumerate: up to four assets of two trusts and two specifications, five years."""
    specs = tuple(_specification(draw, code, modality) for code, modality in (("S1", "CT"), ("S2", "MRI")))
    assets = tuple(_asset(draw, number, specs) for number in range(1, draw(st.integers(1, most_assets)) + 1))
    prices = sorted({_price(spec, tier, one) for one in assets for spec in specs for tier in spec.tiers})
    sums = st.builds(
        lambda count, price, off: max(0, count * price + off),
        st.integers(0, 2),
        st.sampled_from(prices),
        st.sampled_from((-1, 0, 0, 0, 1, 1_234)),
    )
    years = range(FIRST, FIRST + 5)
    envelopes = tuple(
        Envelope(trust, year, draw(sums)) for trust in (1, 2) for year in years if draw(st.integers(0, 3))
    )
    network = tuple(PoolEnvelope(1, year, draw(sums)) for year in years if not draw(st.integers(0, 3)))
    rings = tuple(RingFence(year, "MRI", draw(sums)) for year in years if not draw(st.integers(0, 7)))
    return PlanningProblem(
        first_year=FIRST,
        horizon_years=5,
        guidance_years=draw(st.sampled_from((7, 10))),
        assets=assets,
        specifications=specs,
        trusts=(PlanTrust(1, "Ash"), PlanTrust(2, "Beech")),
        envelopes=envelopes,
        pools=(Pool(1, "The network", (1, 2)),),
        pool_envelopes=network,
        ring_fences=rings,
        pins=_pins(draw, assets) if pins else (),
        tender_cost_pence=draw(st.sampled_from((0, 3_000_000))),
        max_installations_per_trust_year=draw(st.sampled_from((None, None, 1, 2))),
        exposure_tolerance_basis_points=draw(st.sampled_from((0, 50, 2_000))),
        own_carry_over_basis_points=draw(st.sampled_from((0, 1_000, 10_000))),
    )


def _specification(draw: st.DrawFn, code: str, modality: str) -> Specification:
    single = draw(st.sampled_from((30_000_000, 49_999_999, 64_321_007)))
    step = draw(st.integers(2, 3))
    joint = single * draw(st.sampled_from((100, 93, 80))) // 100
    return Specification(code, modality, (Tier(1, step - 1, single), Tier(step, None, joint)))


def _asset(draw: st.DrawFn, number: int, specs: tuple[Specification, ...]) -> PlanAsset:
    spec = draw(st.sampled_from(specs))
    known = draw(st.integers(0, 9)) > 0
    return PlanAsset(
        asset_id=number,
        label=f"{spec.modality} {number}",
        trust_id=draw(st.integers(1, 2)),
        site_id=1,
        specification=spec.code,
        modality=spec.modality,
        installed_on=draw(st.dates(date(2010, 1, 1), date(2026, 12, 31))) if known else None,
        support_ends_on=draw(st.none() | st.dates(date(2025, 1, 1), date(2035, 1, 1))),
        risk=draw(st.sampled_from((0.0, 0.125, 0.285, 0.5, 1.0))),
        works_pence=draw(st.sampled_from((0, 5_000_000, 5_000_001))),
    )


def _price(spec: Specification, tier: Tier, one: PlanAsset) -> int:
    net = tier.unit_price_pence + one.works_pence
    return net + net * spec.vat_basis_points // 10_000


def _pins(draw: st.DrawFn, assets: tuple[PlanAsset, ...]) -> tuple[Pin, ...]:
    choices = st.sampled_from((KEPT, *map(replaced, range(FIRST, FIRST + 5))))
    return tuple(Pin(one.asset_id, draw(choices)) for one in assets if not draw(st.integers(0, 3)))
