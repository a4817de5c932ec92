"""The money of one year as somebody with a spreadsheet spends it: item by item, and what is left carries over."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from procurement.domain.planning.funding import carry_limit_pence, ring_order
from procurement.domain.planning.problem import PlanningProblem

_Key = TypeVar("_Key")
_Ring = tuple[str, tuple[int, ...] | None]


@dataclass(slots=True)
class Purse:
    """The sums of one year, by who may use them. ``pools_of`` gives a trust's pools, the one for fewest trusts first."""

    rings: dict[_Ring, int]
    own: dict[int, int]
    pools: dict[int, int]
    pools_of: dict[int, tuple[int, ...]]

    def copy(self) -> "Purse":
        return Purse(dict(self.rings), dict(self.own), dict(self.pools), self.pools_of)

    def open_to(self, trust_id: int, modality: str) -> int:
        """Return all that a trust may use for a modality."""
        rings = sum(
            amount
            for (of, trusts), amount in self.rings.items()
            if of == modality and (trusts is None or trust_id in trusts)
        )
        pools = sum(self.pools.get(pool, 0) for pool in self.pools_of.get(trust_id, ()))
        return rings + self.own.get(trust_id, 0) + pools

    def pay(self, trust_id: int, modality: str, amount_pence: int) -> int:
        """Take an amount, ring-fenced money first, then the trust's own, then pools; return what could not be paid."""
        for ring in self.rings:
            if ring[0] == modality and (ring[1] is None or trust_id in ring[1]):
                amount_pence = _take(self.rings, ring, amount_pence)
        amount_pence = _take(self.own, trust_id, amount_pence)
        for pool in self.pools_of.get(trust_id, ()):
            amount_pence = _take(self.pools, pool, amount_pence)
        return amount_pence


def _take(sums: dict[_Key, int], key: _Key, amount_pence: int) -> int:
    taken = min(amount_pence, sums.get(key, 0))
    if taken:
        sums[key] -= taken
    return amount_pence - taken


def open_purse(problem: PlanningProblem, year: int, left: Purse | None) -> Purse:
    """Return a year's envelopes with what may be carried in of ``left``, last year's remainder."""
    own = {e.trust_id: e.amount_pence for e in problem.envelopes if e.year == year}
    pools = {e.pool_id: e.amount_pence for e in problem.pool_envelopes if e.year == year}
    if left is not None:
        share = {pool.pool_id: pool.carry_over_basis_points for pool in problem.pools}
        before = ((e.trust_id, e.amount_pence) for e in problem.envelopes if e.year == year - 1)
        _carry(own, left.own, ((key, sum_, problem.own_carry_over_basis_points) for key, sum_ in before))
        pooled = ((e.pool_id, e.amount_pence) for e in problem.pool_envelopes if e.year == year - 1)
        _carry(pools, left.pools, ((key, sum_, share[key]) for key, sum_ in pooled))
    rings = {
        (ring.modality, ring.trust_ids): ring.amount_pence
        for ring in sorted(problem.ring_fences, key=ring_order)
        if ring.year == year
    }
    return Purse(rings, own, pools, _pools_of(problem))


def _carry(sums: dict[int, int], left: dict[int, int], before: Iterable[tuple[int, int, int]]) -> None:
    for key, amount, basis_points in before:
        carried = min(carry_limit_pence(amount, basis_points), left.get(key, 0))
        sums[key] = sums.get(key, 0) + carried


def _pools_of(problem: PlanningProblem) -> dict[int, tuple[int, ...]]:
    pools = sorted(problem.pools, key=lambda pool: (len(pool.trust_ids), pool.pool_id))
    return {
        trust.trust_id: tuple(pool.pool_id for pool in pools if trust.trust_id in pool.trust_ids)
        for trust in problem.trusts
    }
