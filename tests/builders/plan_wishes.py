"""A hypothesis strategy for small planning problems with everything in them that a plan may have."""

from datetime import date

from hypothesis import strategies as st

from procurement.domain.planning.exposure import outlook
from procurement.domain.planning.problem import (
    Choice,
    Envelope,
    Kind,
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

FIRST = 2027
YEARS = range(FIRST, FIRST + 5)


@st.composite
def wishful_problems(draw: st.DrawFn, *, most_assets: int = 5, pins: bool = True) -> PlanningProblem:
    """Up to five machines and candidates of two or three trusts in one or two networks, five years, every kind of option,
    envelope and limit; sums like to lie a penny from a price."""
    trusts = tuple(
        PlanTrust(number, name, draw(st.sampled_from((1, 1, 2))))
        for number, name in ((1, "Ash"), (2, "Beech"), (3, "Cedar"))
    )
    specs = tuple(_specification(draw, code, modality) for code, modality in (("S1", "CT"), ("S2", "MRI")))
    assets = tuple(_asset(draw, number, specs) for number in range(1, draw(st.integers(2, most_assets)) + 1))
    prices = sorted({_price(spec, tier, one) for one in assets for spec in specs for tier in spec.tiers})
    sums = st.builds(
        lambda count, price, off: max(0, count * price + off),
        st.integers(0, 2),
        st.sampled_from(prices),
        st.sampled_from((-1, 0, 0, 1, -7_654_321, 1_234)),
    )
    limit = st.sampled_from((None, None, None, 1, 2))
    return PlanningProblem(
        first_year=FIRST,
        horizon_years=5,
        guidance_years=draw(st.sampled_from((7, 10))),
        assets=assets,
        specifications=specs,
        trusts=trusts,
        envelopes=tuple(
            Envelope(trust, year, draw(sums))
            for trust in (1, 2, 3)
            for year in YEARS
            if draw(st.integers(0, 2))
        ),
        pools=(Pool(1, "Network money", (1, 2, 3)), Pool(2, "ICB money", (1, 2), 0)),
        pool_envelopes=tuple(
            PoolEnvelope(pool, year, draw(sums))
            for pool in (1, 2)
            for year in YEARS
            if not draw(st.integers(0, 3))
        ),
        ring_fences=tuple(
            RingFence(year, "MRI", draw(sums), draw(st.sampled_from((None, (1, 3)))))
            for year in YEARS
            if not draw(st.integers(0, 5))
        ),
        pins=_pins(draw, assets) if pins else (),
        tender_cost_pence=draw(st.sampled_from((0, 3_000_000))),
        max_installations_per_trust_year=draw(limit),
        most_out_per_site=draw(limit),
        most_out_per_trust=draw(limit),
        most_out_per_network=draw(limit),
        own_carry_over_basis_points=draw(st.sampled_from((0, 1_000, 10_000))),
        fairness_basis_points=draw(st.sampled_from((None, None, None, 8_000, 15_000))),
    )


@st.composite
def planned(draw: st.DrawFn, problem: PlanningProblem) -> dict[int, Choice]:
    """A schedule that some planner might have made: any open choice for every machine, pins kept, rules or not."""
    ahead = outlook(problem)
    return {asset.asset_id: draw(st.sampled_from(ahead.choices[asset.asset_id])) for asset in problem.assets}


def _specification(draw: st.DrawFn, code: str, modality: str) -> Specification:
    single = draw(st.sampled_from((30_000_000, 49_999_999, 64_321_007)))
    step = draw(st.integers(2, 3))
    joint = single * draw(st.sampled_from((100, 93, 80))) // 100
    return Specification(
        code,
        modality,
        (Tier(1, step - 1, single), Tier(step, None, joint)),
        earliest_year=draw(st.sampled_from((None, None, FIRST + 1))),
        national=draw(st.booleans()),
    )


def _asset(draw: st.DrawFn, number: int, specs: tuple[Specification, ...]) -> PlanAsset:
    spec = draw(st.sampled_from(specs))
    where = {
        "label": f"{spec.modality} {number}",
        "trust_id": draw(st.integers(1, 3)),
        "site_id": 1,
        "specification": spec.code,
        "modality": spec.modality,
        "works_pence": draw(st.sampled_from((0, 5_000_000, 5_000_001))),
    }
    if not draw(st.integers(0, 5)):
        return PlanAsset(
            asset_id=-number,
            installed_on=None,
            need_points=draw(st.sampled_from((100, 300))),
            wanted_from=draw(st.sampled_from((None, FIRST + 1))),
            **where,
        )
    only = not draw(st.integers(0, 4))
    return PlanAsset(
        asset_id=number,
        installed_on=draw(st.none() | st.dates(date(2012, 1, 1), date(2022, 12, 31))),
        support_ends_on=draw(st.none() | st.dates(date(2025, 1, 1), date(2033, 1, 1))),
        risk=draw(st.sampled_from((0.0, 0.125, 0.5))),
        upgrade=draw(st.none() | st.just(UpgradeOffer(9_000_000, 4))),
        retire_pence=draw(st.none() | st.just(1_500_000)),
        is_only_one=only,
        cover_pence=draw(st.none() | st.just(2_000_000)) if only else None,
        **where,
    )


def _price(spec: Specification, tier: Tier, one: PlanAsset) -> int:
    net = tier.unit_price_pence + one.works_pence
    return net + net * spec.vat_basis_points // 10_000


def _pins(draw: st.DrawFn, assets: tuple[PlanAsset, ...]) -> tuple[Pin, ...]:
    pins = []
    for one in assets:
        if draw(st.integers(0, 3)):
            continue
        year = draw(st.sampled_from(YEARS))
        choices = [Choice(Kind.KEEP), Choice(Kind.ADD if one.is_candidate else Kind.REPLACE, year)]
        if one.upgrade is not None and year > FIRST:
            choices.append(Choice(Kind.UPGRADE, year, FIRST))
        if one.retire_pence is not None:
            choices.append(Choice(Kind.RETIRE, year))
        pins.append(Pin(one.asset_id, draw(st.sampled_from(choices))))
    return tuple(pins)
