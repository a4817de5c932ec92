"""Slow and obvious second implementations of the planner: every schedule tried, and the spreadsheet rule by hand.

They share no code with ``procurement.domain.planning`` but the data classes. They know keeping and replacing, one
network and one pool for every trust; what is beyond that is enumerated in ``test_enumeration``.
"""

from collections import Counter
from datetime import date
from fractions import Fraction
from itertools import product

from procurement.domain.planning.problem import KEPT, Choice, PlanAsset, PlanningProblem, Specification
from procurement.domain.planning.result import replaced

Schedule = dict[int, Choice]


def age(problem: PlanningProblem, asset: PlanAsset, year: int) -> int:
    """Completed years on the 31 March that ends ``year``."""
    if asset.installed_on is None:
        known = sorted(
            age(problem, other, problem.first_year)
            for other in problem.assets
            if other.modality == asset.modality and other.installed_on is not None
        )
        at_start = known[len(known) // 2] if known else problem.guidance_years
        return at_start + (year - problem.first_year)
    march = date(year + 1, 3, 31)
    years = march.year - asset.installed_on.year
    if (asset.installed_on.month, asset.installed_on.day) > (3, 31):
        years -= 1
    return max(years, 0)


def points(problem: PlanningProblem, asset: PlanAsset, year: int, replaced_in: int | None) -> int:
    """Exposure of an asset, or of its successor, on the 31 March that ends ``year``."""
    old = replaced_in is None or year < replaced_in
    years = age(problem, asset, year) if old else year - replaced_in
    base = 0
    if years >= 10:
        base = 500 + 50 * (min(years, 15) - 10)
    elif years >= problem.guidance_years:
        base = 100
    if old and asset.support_ends_on is not None and asset.support_ends_on < date(year + 1, 3, 31):
        base += 1000
    risk = int(Fraction(str(asset.risk)) * 100 + Fraction(1, 2)) if old else 0
    return int(Fraction(base * (100 + risk), 100) + Fraction(1, 2))


def exposure(problem: PlanningProblem, schedule: Schedule) -> int:
    """Exposure of a whole schedule."""
    return sum(
        points(problem, asset, year, schedule[asset.asset_id].year)
        for asset in problem.assets
        for year in problem.years
    )


def open_years(problem: PlanningProblem, asset: PlanAsset) -> list[Choice]:
    """What may be decided for an asset: its pin, or keeping and every year in which it may be replaced."""
    for pin in problem.pins:
        if pin.asset_id == asset.asset_id:
            return [pin.choice]
    if all(points(problem, asset, year, None) == 0 for year in problem.years):
        return [KEPT]
    return [KEPT] + [
        replaced(year)
        for year in problem.years
        if age(problem, asset, year) >= 5
        or (asset.support_ends_on is not None and asset.support_ends_on < date(year + 1, 3, 31))
    ]


def price(problem: PlanningProblem, schedule: Schedule, asset: PlanAsset) -> int:
    """What the replacement of one asset costs in a schedule, inc VAT."""
    spec = spec_of(problem, asset)
    together = sum(
        other.specification == asset.specification and schedule[other.asset_id] == schedule[asset.asset_id]
        for other in problem.assets
    )
    return full_price(spec, together, asset)


def full_price(spec: Specification, units: int, asset: PlanAsset) -> int:
    """What an asset costs when ``units`` are bought together, inc VAT."""
    [unit] = [
        tier.unit_price_pence
        for tier in spec.tiers
        if tier.minimum_units <= units and (tier.maximum_units is None or units <= tier.maximum_units)
    ]
    rate = Fraction(spec.vat_basis_points, 10_000)
    return unit + asset.works_pence + half_up(unit * rate) + half_up(asset.works_pence * rate)


def spec_of(problem: PlanningProblem, asset: PlanAsset) -> Specification:
    """The specification an asset names."""
    return next(spec for spec in problem.specifications if spec.code == asset.specification)


def half_up(amount: Fraction) -> int:
    """To the nearest whole, halves up."""
    return int(amount + Fraction(1, 2))


def cost(problem: PlanningProblem, schedule: Schedule) -> int:
    """Whole cost in present value: spend and tenders."""
    total = Fraction(0)
    tenders = set()
    for asset in problem.assets:
        year = schedule[asset.asset_id].year
        if year is not None:
            total += price(problem, schedule, asset) * today(problem, year)
            tenders.add((asset.specification, year))
    total += sum(problem.tender_cost_pence * today(problem, year) for _, year in tenders)
    return half_up(total)


def today(problem: PlanningProblem, year: int) -> Fraction:
    """Present value of 1 spent in ``year``."""
    factor = Fraction(1)
    for _ in range(year - problem.first_year):
        factor /= 1 + Fraction(problem.discount_basis_points, 10_000)
    return factor


def shortfall(problem: PlanningProblem, schedule: Schedule, only: set[tuple[int, int]] | None = None) -> int:
    """The least that cannot be paid, over all ways to pay; ``only`` some trust-years' bills if given."""
    bills: Counter[tuple[int, str, int]] = Counter()
    for asset in problem.assets:
        year = schedule[asset.asset_id].year
        if year is not None and (only is None or (asset.trust_id, year) in only):
            bills[asset.trust_id, asset.modality, year] += price(problem, schedule, asset)
    pipes: dict[tuple[object, object], int] = {}
    for e in problem.envelopes:
        pipes["source", ("own", e.trust_id, e.year)] = e.amount_pence
        pipes[("own", e.trust_id, e.year), ("own", e.trust_id, e.year + 1)] = (
            e.amount_pence * problem.own_carry_over_basis_points // 10_000
        )
    for n in problem.pool_envelopes:
        pipes["source", ("network", n.year)] = n.amount_pence
        pipes[("network", n.year), ("network", n.year + 1)] = n.amount_pence * pool_share(problem) // 10_000
    for r in problem.ring_fences:
        pipes["source", ("ring", r.modality, r.year)] = r.amount_pence
    for (trust, modality, year), amount in bills.items():
        bill = ("bill", trust, modality, year)
        pipes[("own", trust, year), bill] = amount
        pipes[("network", year), bill] = amount
        pipes[("ring", modality, year), bill] = amount
        pipes[bill, "sink"] = amount
    paid = 0
    while True:
        way = find_way(pipes, "source", "sink", {"source"})
        if way is None:
            return sum(bills.values()) - paid
        amount = min(pipes[pipe] for pipe in way)
        for tail, head in way:
            pipes[tail, head] -= amount
            pipes[head, tail] = pipes.get((head, tail), 0) + amount
        paid += amount


def find_way(
    pipes: dict[tuple[object, object], int], here: object, goal: object, seen: set[object]
) -> list[tuple[object, object]] | None:
    """Any way with room left, depth first."""
    if here == goal:
        return []
    for (tail, head), room in list(pipes.items()):
        if tail == here and room > 0 and head not in seen:
            seen.add(head)
            rest = find_way(pipes, head, goal, seen)
            if rest is not None:
                return [(tail, head), *rest]
    return None


def breach(problem: PlanningProblem, schedule: Schedule) -> int | None:
    """The priced breach of a schedule; None if it breaks a limit that no pin excuses."""
    trust_of = {asset.asset_id: asset.trust_id for asset in problem.assets}
    excused = {(trust_of[pin.asset_id], pin.choice.year) for pin in problem.pins if pin.choice != KEPT}
    strict = {(trust_of[key], choice.year) for key, choice in schedule.items() if choice != KEPT} - excused
    short = shortfall(problem, schedule)
    if short and strict and shortfall(problem, schedule, strict):
        return None
    over = 0
    if problem.max_installations_per_trust_year is not None:
        count = Counter((trust_of[key], choice.year) for key, choice in schedule.items() if choice != KEPT)
        pins = Counter(
            (trust_of[pin.asset_id], pin.choice.year) for pin in problem.pins if pin.choice != KEPT
        )
        for key, units in count.items():
            beyond = units - problem.max_installations_per_trust_year
            if beyond > 0:
                if beyond > pins[key] - problem.max_installations_per_trust_year:
                    return None
                over += beyond
    return short + over * problem.over_limit_price_pence


def best(problem: PlanningProblem) -> tuple[int, int, int, int]:
    """Try every schedule. Returns the least breach, the least exposure with it, the most exposure that stage 3 may
    leave (never more than the better rule where that has no more breach), and the least cost within that."""
    ids = [asset.asset_id for asset in problem.assets]
    tried = []
    for choices in product(*(open_years(problem, asset) for asset in problem.assets)):
        schedule = dict(zip(ids, choices, strict=True))
        broken = breach(problem, schedule)
        if broken is not None:
            tried.append((broken, exposure(problem, schedule), cost(problem, schedule)))
    least_breach = min(one[0] for one in tried)
    allowed = [one for one in tried if one[0] == least_breach]
    least_exposure = min(one[1] for one in allowed)
    most = least_exposure * (10_000 + problem.exposure_tolerance_basis_points) // 10_000
    rule = min(
        (by_rule(problem, by_risk=by_risk) for by_risk in (False, True)),
        key=lambda one: (breach(problem, one), exposure(problem, one), cost(problem, one)),
    )
    if breach(problem, rule) == least_breach:
        most = min(most, exposure(problem, rule))
    return least_breach, least_exposure, most, min(one[2] for one in allowed if one[1] <= most)


def by_rule(problem: PlanningProblem, *, by_risk: bool) -> Schedule:
    """The spreadsheet rule as one would work it on paper, a year at a time: oldest first, or riskiest first."""
    schedule: Schedule = {asset.asset_id: KEPT for asset in problem.assets}
    pins = {pin.asset_id: pin.choice for pin in problem.pins}
    oldest = sorted(
        problem.assets,
        key=lambda asset: (
            -age(problem, asset, problem.first_year),
            asset.installed_on or date.max,
            asset.asset_id,
        ),
    )
    left_own: dict[int, int] = {}
    left_network = 0
    for year in problem.years:
        by_age = oldest
        if by_risk:
            by_age = sorted(oldest, key=lambda asset: -points(problem, asset, year, None))  # noqa: B023
        own: dict[int, int] = {}
        for trust in problem.trusts:
            brought = min(
                left_own.get(trust.trust_id, 0),
                envelope(problem, trust.trust_id, year - 1) * problem.own_carry_over_basis_points // 10_000,
            )
            own[trust.trust_id] = envelope(problem, trust.trust_id, year) + brought
        network = shared(problem, year) + min(
            left_network, shared(problem, year - 1) * pool_share(problem) // 10_000
        )
        basket = [asset for asset in by_age if pins.get(asset.asset_id) == replaced(year)]
        forced = set(basket)
        waiting = [
            asset for asset in by_age if asset.asset_id not in pins and schedule[asset.asset_id] == KEPT
        ]
        before = -1
        while len(basket) != before:
            before = len(basket)
            for asset in waiting:
                if asset not in basket and may_be_added(problem, year, asset, basket, forced, own, network):
                    basket.append(asset)
        paid = till(problem, year, basket, forced, own, network)
        assert paid is not None
        left_own, left_network = paid
        for asset in basket:
            schedule[asset.asset_id] = replaced(year)
    return schedule


def may_be_added(
    problem: PlanningProblem,
    year: int,
    asset: PlanAsset,
    basket: list[PlanAsset],
    forced: set[PlanAsset],
    own: dict[int, int],
    network: int,
) -> bool:
    """Whether an asset is old enough, can be installed, and can be paid for beside what is in the basket."""
    limit = problem.max_installations_per_trust_year
    here = sum(other.trust_id == asset.trust_id for other in basket)
    if replaced(year) not in open_years(problem, asset) or (limit is not None and here + 1 > limit):
        return False
    return till(problem, year, [*basket, asset], forced, own, network) is not None


def till(
    problem: PlanningProblem,
    year: int,
    basket: list[PlanAsset],
    forced: set[PlanAsset],
    own: dict[int, int],
    network: int,
) -> tuple[dict[int, int], int] | None:
    """Pay a basket in order; what is left, or None if something not forced cannot be paid in full."""
    ring = {r.modality: r.amount_pence for r in problem.ring_fences if r.year == year}
    own = dict(own)
    for asset in basket:
        together = sum(other.specification == asset.specification for other in basket)
        bill = full_price(spec_of(problem, asset), together, asset)
        take = min(bill, ring.get(asset.modality, 0))
        if take:
            ring[asset.modality] -= take
            bill -= take
        take = min(bill, own[asset.trust_id])
        own[asset.trust_id] -= take
        bill -= take
        take = min(bill, network)
        network -= take
        bill -= take
        if bill and asset not in forced:
            return None
    return own, network


def envelope(problem: PlanningProblem, trust_id: int, year: int) -> int:
    """A trust's own money of a year."""
    return sum(e.amount_pence for e in problem.envelopes if (e.trust_id, e.year) == (trust_id, year))


def shared(problem: PlanningProblem, year: int) -> int:
    """The network's money of a year."""
    return sum(n.amount_pence for n in problem.pool_envelopes if n.year == year)


def pool_share(problem: PlanningProblem) -> int:
    """How much of the network's money may wait a year, in basis points."""
    return sum(pool.carry_over_basis_points for pool in problem.pools)
