"""Fairness: what each trust's exposure left may be, measured by its share of its network's estate.

The estate is the machines in use, each at the single price of its specification, ex VAT. With a fair share of 120% a trust
that holds a quarter of the network's estate may keep 30% of the network's exposure. Candidates are no estate yet, and their
need is not counted on either side.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from procurement.domain.planning.limits import network_ids
from procurement.domain.planning.problem import PlanningProblem

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class FairShare:
    """How many millionths of its network's exposure a trust may keep; rounded up, in its favour."""

    trust_id: int
    network_id: int
    millionths: int

    def excess_points(self, own: int, networks: int) -> int:
        """Return the points that a trust keeps beyond its fair share, rounded up to a whole one."""
        return max(0, -((self.millionths * networks - MILLION * own) // MILLION))


def fair_shares(problem: PlanningProblem) -> tuple[FairShare, ...]:
    """Return the trusts whose share can bind at all, by id; none where the plan asks for no fairness."""
    if problem.fairness_basis_points is None:
        return ()
    price = {spec.code: spec.tiers[0].unit_price_pence for spec in problem.specifications}
    network_of = network_ids(problem)
    own: dict[int, int] = defaultdict(int)
    whole: dict[int, int] = defaultdict(int)
    for asset in problem.assets:
        if not asset.is_candidate:
            own[asset.trust_id] += price[asset.specification]
            whole[network_of[asset.trust_id]] += price[asset.specification]
    shares = []
    for trust, value in sorted(own.items()):
        network = network_of[trust]
        if value:
            entitled = problem.fairness_basis_points * value * MILLION
            share = -(-entitled // (10_000 * whole[network]))
            if share < MILLION:
                shares.append(FairShare(trust, network, share))
    return tuple(shares)


def excesses(problem: PlanningProblem, exposure: Mapping[int, int]) -> dict[int, int]:
    """Return by trust the whole points beyond its fair share, only where there are any; ``exposure`` is by asset id."""
    network_of = network_ids(problem)
    own: dict[int, int] = defaultdict(int)
    whole: dict[int, int] = defaultdict(int)
    for asset in problem.assets:
        if not asset.is_candidate:
            own[asset.trust_id] += exposure[asset.asset_id]
            whole[network_of[asset.trust_id]] += exposure[asset.asset_id]
    found = {}
    for share in fair_shares(problem):
        if points := share.excess_points(own[share.trust_id], whole[share.network_id]):
            found[share.trust_id] = points
    return found
