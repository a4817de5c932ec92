"""Several networks' plan taken apart into one for each, and put together again.

Networks meet only in national tenders and in money that trusts of several may use. Taken apart, each network is told what the
others buy in national tenders, and its share of the common money. What one network then decides on its own is a plan for all of
them; what several decide at once is, if the tenders still reach their price breaks: settling it as a whole tells.

For the bound the common money is priced instead of shared: every network may use all of it, at a price in exposure, and what
the money is worth at that price is taken off the sum. Whatever the price, that sum is at most what the best plan of all has;
a good price only makes it higher. And national tenders are taken to reach the best break that all machines together could.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from networks.domain.financial_year import ends_on
from procurement.domain.planning.choice import Choice
from procurement.domain.planning.exposure import assumed_ages
from procurement.domain.planning.limits import network_ids
from procurement.domain.planning.problem import (
    PlanAsset,
    PlanningProblem,
    PoolEnvelope,
    RingFence,
    Specification,
    Tier,
)
from procurement.domain.planning.result import Schedule, Settlement, Source

Money = RingFence | PoolEnvelope
"""A sum that trusts of several networks may use."""
_Sum = TypeVar("_Sum", bound=Money)
Elsewhere = Mapping[tuple[str, int], int]
"""By national specification and year: the units that other networks add to its tender."""
Shares = Mapping[tuple[int, Money], int]
"""By network and common sum: the pence that are the network's."""


def network_numbers(problem: PlanningProblem) -> list[int]:
    """Return the ids of the networks that have machines or candidates in the plan, ascending."""
    networks = network_ids(problem)
    return sorted({networks[asset.trust_id] for asset in problem.assets})


def common_money(problem: PlanningProblem) -> list[Money]:
    """Return the sums that trusts of several networks may use."""
    networks = network_ids(problem)
    everyone = set(networks.values())
    across = {p.pool_id for p in problem.pools if len({networks[t] for t in p.trust_ids}) > 1}
    rings = [
        ring
        for ring in problem.ring_fences
        if len(everyone if ring.trust_ids is None else {networks[t] for t in ring.trust_ids}) > 1
    ]
    return [*rings, *(e for e in problem.pool_envelopes if e.pool_id in across)]


def bought_elsewhere(problem: PlanningProblem, schedule: Schedule, number: int) -> dict[tuple[str, int], int]:
    """Return what the other networks than ``number`` buy in national tenders by a schedule."""
    networks = network_ids(problem)
    national = {spec.code for spec in problem.specifications if spec.national}
    return Counter(
        (asset.specification, year)
        for asset in problem.assets
        if asset.specification in national and networks[asset.trust_id] != number
        if (year := schedule[asset.asset_id].bought_in) is not None
    )


def used_shares(problem: PlanningProblem, settlement: Settlement) -> dict[tuple[int, Money], int]:
    """Share the common money as a settled plan uses it; what it leaves goes to the networks in turn by their machines."""
    networks = network_ids(problem)
    used: dict[tuple[int, Money], int] = defaultdict(int)
    money = common_money(problem)
    rings = {(m.modality, m.year, m.trust_ids): m for m in money if isinstance(m, RingFence)}
    pools = {(m.pool_id, m.year): m for m in money if isinstance(m, PoolEnvelope)}
    for line in settlement.funding:
        network = networks[line.trust_id]
        if line.source is Source.RING_FENCE:
            ring = rings.get((line.modality, line.year, line.ring_trust_ids))
            if ring is not None:
                used[network, ring] += line.amount_pence
        elif line.source is Source.POOL and line.pool_id is not None:
            envelope = pools.get((line.pool_id, line.year))
            if envelope is not None:
                used[network, envelope] += line.amount_pence
    numbers = network_numbers(problem)
    machines = Counter(networks[asset.trust_id] for asset in problem.assets)
    for sum_ in money:
        # Money carried into a year is used in it beyond the year's own sum: the shares are cut back in proportion.
        total = sum(used[number, sum_] for number in numbers)
        for number in numbers:
            if total > sum_.amount_pence:
                used[number, sum_] = used[number, sum_] * sum_.amount_pence // total
        left = sum_.amount_pence - sum(used[number, sum_] for number in numbers)
        for number in numbers:
            used[number, sum_] += left * machines[number] // len(problem.assets)
    return dict(used)


def network_problem(
    problem: PlanningProblem, number: int, elsewhere: Elsewhere | None = None, shares: Shares | None = None
) -> PlanningProblem:
    """Return the problem of one network: with what others add to national tenders, and its shares of the common money.

    Without ``elsewhere`` national tenders reach the best break that all machines together could; without ``shares`` all of
    the common money is open to it.
    """
    machines = Counter(asset.specification for asset in problem.assets)

    def own_tender(spec: Specification) -> Specification:
        if not spec.national:
            return spec
        if elsewhere is None:
            best = spec.tiers[spec.tier_index(machines[spec.code])].unit_price_pence
            return replace(spec, national=False, tiers=(Tier(1, None, best),))
        added = ((year, elsewhere.get((spec.code, year), 0)) for year in problem.years)
        return replace(spec, national=False, bought_elsewhere=tuple(added))

    networks = network_ids(problem)
    trusts = {trust for trust, network in networks.items() if network == number}
    assets = tuple(asset for asset in with_assumed_dates(problem) if asset.trust_id in trusts)
    own = {asset.asset_id for asset in assets}

    common = set(common_money(problem))

    def part(sum_: _Sum) -> _Sum:
        amount = sum_.amount_pence
        if shares is not None and sum_ in common:
            amount = shares.get((number, sum_), 0)
        return _part(sum_, trusts, amount)

    pools = tuple(
        replace(pool, trust_ids=tuple(trust for trust in pool.trust_ids if trust in trusts))
        for pool in problem.pools
        if trusts & set(pool.trust_ids)
    )
    kept = {pool.pool_id for pool in pools}
    used = {asset.specification for asset in assets}
    return replace(
        problem,
        trusts=tuple(trust for trust in problem.trusts if trust.trust_id in trusts),
        assets=assets,
        specifications=tuple(own_tender(spec) for spec in problem.specifications if spec.code in used),
        envelopes=tuple(envelope for envelope in problem.envelopes if envelope.trust_id in trusts),
        pools=pools,
        pool_envelopes=tuple(part(e) for e in problem.pool_envelopes if e.pool_id in kept),
        ring_fences=tuple(
            part(ring)
            for ring in problem.ring_fences
            if ring.trust_ids is None or trusts & set(ring.trust_ids)
        ),
        pins=tuple(pin for pin in problem.pins if pin.asset_id in own),
        previous=tuple(one for one in problem.previous if one[0] in own),
    )


def with_assumed_dates(problem: PlanningProblem) -> tuple[PlanAsset, ...]:
    """Return the machines with a date that gives the assumed age where none is known: it is assumed from all networks."""
    assumed = assumed_ages(problem)
    at = ends_on(problem.first_year)
    return tuple(
        replace(asset, installed_on=at.replace(year=at.year - assumed[asset.modality]))
        if asset.installed_on is None and not asset.is_candidate
        else asset
        for asset in problem.assets
    )


def own_schedule(part: PlanningProblem, schedule: Schedule) -> dict[int, Choice]:
    """Return what a schedule of all networks decides for one of them."""
    return {asset.asset_id: schedule[asset.asset_id] for asset in part.assets}


def common_parts(problem: PlanningProblem, number: int, shares: Shares | None = None) -> dict[Money, Money]:
    """Return, for each common sum, what it is in the problem of one network, as ``network_problem`` makes it."""
    networks = network_ids(problem)
    trusts = {trust for trust, network in networks.items() if network == number}
    return {
        sum_: _part(sum_, trusts, sum_.amount_pence if shares is None else shares.get((number, sum_), 0))
        for sum_ in common_money(problem)
    }


def _part(sum_: _Sum, trusts: set[int], amount_pence: int) -> _Sum:
    if isinstance(sum_, RingFence) and sum_.trust_ids is not None:
        own = tuple(trust for trust in sum_.trust_ids if trust in trusts)
        return replace(sum_, amount_pence=amount_pence, trust_ids=own)
    return replace(sum_, amount_pence=amount_pence)
