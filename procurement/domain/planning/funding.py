"""Who pays: a maximum flow in whole pence from envelopes, through carry-over, to what is spent.

A flow and not a rule of thumb, because the question "can this be paid at all?" must have one exact answer: national money
fits one modality and perhaps some trusts, a trust's money one trust, a pool's the trusts that it is for, and some of the
last two may wait a year. Sums are integers, so the answer is exact.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from procurement.domain.planning.flow import END, START, Flow, Node
from procurement.domain.planning.problem import PlanningProblem, Pool, RingFence
from procurement.domain.planning.result import CarryLine, FundingLine, Source

SpendKey = tuple[int, str, int]
"""Trust id, modality, year."""


def carry_limit_pence(amount_pence: int, basis_points: int) -> int:
    """Return how much of an envelope may wait a year: the share, rounded down to a whole penny."""
    return amount_pence * basis_points // 10_000


@dataclass(frozen=True, slots=True)
class Allocation:
    """How spend is paid; ``short_pence`` by (trust id, year) is what no eligible money is left for."""

    funding: tuple[FundingLine, ...]
    carry_over: tuple[CarryLine, ...]
    short_pence: dict[tuple[int, int], int]


def allocate(
    problem: PlanningProblem, spend: Mapping[SpendKey, int], may_fall_short: Collection[tuple[int, int]] = ()
) -> Allocation:
    """Pay ``spend`` (pence inc VAT) from the envelopes, falling short by as little as is possible in all.

    Trust-years in ``may_fall_short`` are paid last. Ring-fenced money is used before a trust's own, and that before a
    pool's; what is for fewer trusts before what is for more.
    """
    flow = Flow()
    purses = _Purses(problem)
    for key in sorted(spend):
        for tail in purses.open_to(key):
            flow.arc(tail, ("spend", *key), spend[key])
    purses.add_carry(flow)
    for last in (False, True):
        for key in sorted(spend):
            if ((key[0], key[2]) in may_fall_short) is last:
                flow.arc(("spend", *key), END, spend[key])
        if last:
            flow.push()
            break
        for group in purses.groups():
            for node, capacity in group:
                flow.arc(START, node, capacity)
            flow.push()
    return _read(spend, flow, purses)


class _Purses:
    """The nodes of money: ring-fences, own envelopes and pools, year by year."""

    def __init__(self, problem: PlanningProblem) -> None:
        self.years = problem.years
        self.own = {(e.trust_id, e.year): e.amount_pence for e in problem.envelopes}
        self.own_carry = problem.own_carry_over_basis_points
        self.pools = sorted(problem.pools, key=lambda pool: (len(pool.trust_ids), pool.pool_id))
        self.pooled = {(e.pool_id, e.year): e.amount_pence for e in problem.pool_envelopes}
        self._pools_of: dict[int, list[Pool]] = defaultdict(list)
        for pool in self.pools:
            for trust in pool.trust_ids:
                self._pools_of[trust].append(pool)
        self._rings: dict[tuple[str, int], list[RingFence]] = defaultdict(list)
        self.rings = sorted(problem.ring_fences, key=ring_order)
        for ring in self.rings:
            self._rings[ring.modality, ring.year].append(ring)

    def open_to(self, key: SpendKey) -> Iterable[Node]:
        """The money that may pay for a trust's modality in a year, in the order in which it is used."""
        trust, modality, year = key
        for ring in self._rings.get((modality, year), ()):
            if ring.is_open_to(trust):
                yield ring_node(ring)
        yield (Source.OWN, trust, year)
        for pool in self._pools_of.get(trust, ()):
            yield (Source.POOL, pool.pool_id, year)

    def add_carry(self, flow: Flow) -> None:
        for (trust, year), amount in sorted(self.own.items()):
            if year + 1 in self.years:
                limit = carry_limit_pence(amount, self.own_carry)
                flow.arc((Source.OWN, trust, year), (Source.OWN, trust, year + 1), limit)
        share = {pool.pool_id: pool.carry_over_basis_points for pool in self.pools}
        for (pool, year), amount in sorted(self.pooled.items()):
            if year + 1 in self.years:
                limit = carry_limit_pence(amount, share[pool])
                flow.arc((Source.POOL, pool, year), (Source.POOL, pool, year + 1), limit)

    def groups(self) -> Iterable[list[tuple[Node, int]]]:
        """The sums to hand out, in the order in which they are used."""
        sizes: dict[int, list[tuple[Node, int]]] = defaultdict(list)
        everybody = 1 + max((len(r.trust_ids) for r in self.rings if r.trust_ids is not None), default=0)
        for ring in self.rings:
            size = everybody if ring.trust_ids is None else len(ring.trust_ids)
            sizes[size].append((ring_node(ring), ring.amount_pence))
        yield from (group for _, group in sorted(sizes.items()))
        own = sorted((year, trust, amount) for (trust, year), amount in self.own.items())
        yield [((Source.OWN, trust, year), amount) for year, trust, amount in own]
        by_size: dict[int, list[tuple[Node, int]]] = defaultdict(list)
        for pool in self.pools:
            by_size[len(pool.trust_ids)] += [
                ((Source.POOL, pool.pool_id, year), self.pooled[pool.pool_id, year])
                for year in self.years
                if (pool.pool_id, year) in self.pooled
            ]
        yield from (group for _, group in sorted(by_size.items()))


def ring_order(ring: RingFence) -> tuple[int, str, bool, int, tuple[int, ...]]:
    """By year and modality, what is for fewer trusts first."""
    trusts = ring.trust_ids or ()
    return (ring.year, ring.modality, ring.trust_ids is None, len(trusts), trusts)


def ring_node(ring: RingFence) -> Node:
    """Where a ring-fence stands in the flow."""
    return (Source.RING_FENCE, ring.modality, ring.year, ring.trust_ids)


def _read(spend: Mapping[SpendKey, int], flow: Flow, purses: _Purses) -> Allocation:
    funding, short = [], dict[tuple[int, int], int]()
    for key in sorted(spend):
        unpaid = spend[key]
        for tail in purses.open_to(key):
            if paid := flow.used(tail, ("spend", *key)):
                funding.append(_line(key, tail, paid))
                unpaid -= paid
        if unpaid:
            trust, _, year = key
            short[trust, year] = short.get((trust, year), 0) + unpaid
    carried = []
    for trust, year in sorted(purses.own):
        if sum_ := flow.used((Source.OWN, trust, year), (Source.OWN, trust, year + 1)):
            carried.append(CarryLine(Source.OWN, trust, year, sum_))
    for pool, year in sorted(purses.pooled):
        if sum_ := flow.used((Source.POOL, pool, year), (Source.POOL, pool, year + 1)):
            carried.append(CarryLine(Source.POOL, None, year, sum_, pool))
    return Allocation(tuple(funding), tuple(carried), short)


def _line(key: SpendKey, tail: Node, paid: int) -> FundingLine:
    if tail[0] is Source.RING_FENCE:
        return FundingLine(*key, Source.RING_FENCE, paid, ring_trust_ids=tail[3])
    if tail[0] is Source.POOL:
        return FundingLine(*key, Source.POOL, paid, pool_id=tail[1])
    return FundingLine(*key, Source.OWN, paid)
