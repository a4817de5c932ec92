"""Seeded networks to plan for: ages as in the 2019 strategy (14% of CT and 34% of MRI ten or older), and
budgets at 70 to 85% of what replacing everything that falls due would cost."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from networks.domain.financial_year import starts_on
from procurement.domain.planning.problem import (
    Envelope,
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
from procurement.domain.planning.settle import full_price_pence

_POUNDS = 100
# modality: share of the fleet, share ten or older, unit price, works from and to, in pounds
_FLEET = {
    "CT": (0.30, 0.14, 570_000, 60_000, 250_000),
    "MRI": (0.25, 0.34, 825_000, 150_000, 500_000),
    "X-ray": (0.33, 0.25, 180_000, 15_000, 60_000),
    "Mammography": (0.12, 0.20, 240_000, 10_000, 40_000),
}
_DISCOUNTS = ((1, 2, 0), (3, 5, 4), (6, 9, 7), (10, None, 10))  # from, to, per cent off


def network(
    seed: int,
    *,
    assets: int = 130,
    horizon_years: int = 7,
    trusts: int | None = None,
    guidance_years: int = 10,
    first_year: int = 2027,
    unknown_share: float = 0.02,
    options: bool = False,
    candidates: int = 0,
) -> PlanningProblem:
    """Return one network's problem; the same arguments give the same problem.

    England has some 12,000 machines in 205 trusts, so there are ``max(2, round(assets / 58))`` trusts unless told
    otherwise. ``options`` puts in what may be decided beside replacing: upgrades, removals, emergency sites with and
    without cover, continuity limits, lead times and model families. ``candidates`` is how many places for an additional
    scanner there are. Machines, prices and money are the same with and without either.
    """
    trusts = max(2, round(assets / 58)) if trusts is None else trusts
    rng = Random(seed)
    specs = tuple(_specification(modality, variant) for modality in _FLEET for variant in "AB")
    size = [rng.uniform(0.5, 2.0) for _ in range(trusts)]
    modalities = rng.choices(list(_FLEET), weights=[row[0] for row in _FLEET.values()], k=assets)
    fleet = []
    for number, modality in enumerate(modalities, start=1):
        trust = rng.choices(range(1, trusts + 1), weights=size)[0]
        fleet.append(_asset(rng, number, modality, trust, starts_on(first_year), unknown_share))
    years = range(first_year, first_year + horizon_years)
    need = _need_pence(fleet, specs, starts_on(first_year), horizon_years, guidance_years)
    level = rng.uniform(0.70, 0.85)
    envelopes = []
    for trust in range(1, trusts + 1):
        own = 0.75 * level * need.get(trust, 0) / horizon_years
        for year in years:
            envelopes.append(Envelope(trust, year, _thousands(own * rng.uniform(0.5, 1.5))))
    shared = 0.20 * level * sum(need.values()) / horizon_years
    ring = 0.05 * level * sum(need.values())
    made = PlanningProblem(
        first_year=first_year,
        horizon_years=horizon_years,
        guidance_years=guidance_years,
        assets=tuple(fleet),
        specifications=specs,
        trusts=tuple(PlanTrust(trust, f"Trust {trust}") for trust in range(1, trusts + 1)),
        envelopes=tuple(envelopes),
        pools=(Pool(1, "The network", tuple(range(1, trusts + 1))),),
        pool_envelopes=tuple(
            PoolEnvelope(1, year, _thousands(shared * rng.uniform(0.7, 1.3))) for year in years
        ),
        ring_fences=tuple(RingFence(year, "MRI", _thousands(ring / 2)) for year in list(years)[1:3]),
        tender_cost_pence=30_000 * _POUNDS,
        max_installations_per_trust_year=max(3, -(-assets // (trusts * 4))),
    )
    if options:
        made = _with_options(made, Random(seed + 1_000_003))
    if candidates:
        made = _with_candidates(made, Random(seed + 2_000_003), candidates)
    return made


def _with_options(made: PlanningProblem, rng: Random) -> PlanningProblem:
    """Offers and limits on top of a network's problem."""
    price = {spec.code: spec.tiers[0].unit_price_pence for spec in made.specifications}
    lone = {
        place
        for place, count in Counter((a.site_id, a.modality) for a in made.assets).items()
        if count == 1 and rng.random() < 0.4
    }

    def offered(asset: PlanAsset) -> PlanAsset:
        unit = price[asset.specification]
        upgrade = UpgradeOffer(_thousands(unit * rng.uniform(0.15, 0.3)), rng.randint(3, 5))
        is_lone = (asset.site_id, asset.modality) in lone
        return replace(
            asset,
            upgrade=upgrade if rng.random() < 0.35 else None,
            retire_pence=_thousands(unit * 0.03) if not is_lone and rng.random() < 0.05 else None,
            is_only_one=is_lone,
            cover_pence=_thousands(unit * 0.08) if is_lone and rng.random() < 0.8 else None,
            family=f"{asset.modality} family {rng.randint(1, 4)}" if rng.random() < 0.9 else None,
        )

    return replace(
        made,
        assets=tuple(offered(asset) for asset in made.assets),
        specifications=tuple(
            replace(spec, earliest_year=made.first_year + (spec.modality in ("CT", "MRI")))
            for spec in made.specifications
        ),
        most_out_per_site=1,
        most_out_per_trust=2,
        family_price_pence=5_000_000,
    )


def _with_candidates(made: PlanningProblem, rng: Random, count: int) -> PlanningProblem:
    """Places for additional CT and MRI scanners, numbered downwards from -1."""
    added = []
    for number in range(1, count + 1):
        modality = rng.choice(("CT", "MRI"))
        trust = rng.choice(made.trusts).trust_id
        added.append(
            PlanAsset(
                asset_id=-number,
                label=f"Additional {modality} {number}",
                trust_id=trust,
                site_id=trust * 10 + rng.randrange(3),
                specification=f"{modality}-A",
                modality=modality,
                installed_on=None,
                works_pence=_thousands(rng.uniform(200_000, 900_000) * _POUNDS),
                need_points=rng.randint(100, 900),
                wanted_from=rng.choice((None, *list(made.years)[1:4])),
            )
        )
    return replace(made, assets=(*made.assets, *added))


def _specification(modality: str, variant: str) -> Specification:
    base = _FLEET[modality][2] * (115 if variant == "B" else 100) // 100
    tiers = tuple(Tier(low, high, base * (100 - off) // 100 * _POUNDS) for low, high, off in _DISCOUNTS)
    return Specification(f"{modality}-{variant}", modality, tiers)


def _asset(rng: Random, number: int, modality: str, trust: int, at: date, unknown_share: float) -> PlanAsset:
    _, old_share, _, works_from, works_to = _FLEET[modality]
    days = rng.uniform(10, 15) * 365.25 if rng.random() < old_share else rng.uniform(0, 10) * 365.25
    installed_on = at - timedelta(days=int(days))
    support_ends_on = (
        installed_on + timedelta(days=int(rng.uniform(9, 14) * 365.25)) if rng.random() < 0.7 else None
    )
    return PlanAsset(
        asset_id=number,
        label=f"{modality} {number}",
        trust_id=trust,
        site_id=trust * 10 + rng.randrange(3),
        specification=f"{modality}-{rng.choices('AB', weights=(3, 1))[0]}",
        modality=modality,
        installed_on=None if rng.random() < unknown_share else installed_on,
        support_ends_on=support_ends_on,
        risk=round(rng.betavariate(2, 4), 2),
        works_pence=_thousands(rng.uniform(works_from, works_to) * _POUNDS),
    )


def _need_pence(
    fleet: list[PlanAsset],
    specs: tuple[Specification, ...],
    at: date,
    horizon_years: int,
    guidance_years: int,
) -> dict[int, int]:
    """By trust: the price, bought singly, of every asset that reaches the guidance within the plan."""
    of_code = {spec.code: spec for spec in specs}
    need: dict[int, int] = {}
    for asset in fleet:
        due = (
            asset.installed_on is None
            or (at - asset.installed_on).days / 365.25 + horizon_years >= guidance_years
        )
        if due:
            price = full_price_pence(asset, of_code[asset.specification], 0)
            need[asset.trust_id] = need.get(asset.trust_id, 0) + price
    return need


def _thousands(pence: float) -> int:
    return int(pence // 100_000) * 100_000
