"""Who pays: a maximum flow in whole pence from envelopes, through carry-over, to what is spent.

A flow and not a rule of thumb, because the question "can this be paid at all?" must have one exact answer:
national money fits one modality, a trust's money one trust, the network's anybody, and some of the last two
may wait a year. Sums are integers, so the answer is exact.
"""

from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from procurement.domain.planning.problem import PlanningProblem
from procurement.domain.planning.result import CarryLine, FundingLine, Source

SpendKey = tuple[int, str, int]
"""Trust id, modality, year."""
_Node = tuple[str, object, object, object]
_START: _Node = ("start", None, None, None)
_END: _Node = ("end", None, None, None)


def carry_limit_pence(amount_pence: int, basis_points: int) -> int:
    """Return how much of an envelope may wait a year: the share, rounded down to a whole penny."""
    return amount_pence * basis_points // 10_000


@dataclass(slots=True)
class _Flow:
    """Residual capacities; augmenting never takes back what already left the start or reached the end."""

    room: dict[_Node, dict[_Node, int]] = field(default_factory=dict)
    capacity: dict[tuple[_Node, _Node], int] = field(default_factory=dict)

    def arc(self, tail: _Node, head: _Node, capacity: int) -> None:
        if capacity > 0:
            self.room.setdefault(tail, {})[head] = capacity
            self.room.setdefault(head, {}).setdefault(tail, 0)
            self.capacity[tail, head] = capacity

    def used(self, tail: _Node, head: _Node) -> int:
        if (tail, head) not in self.capacity:
            return 0
        return self.capacity[tail, head] - self.room[tail][head]

    def push(self) -> None:
        """Send as much more as possible from start to end, by shortest paths, in a fixed order."""
        while path := self._path():
            amount = min(self.room[tail][head] for tail, head in path)
            for tail, head in path:
                self.room[tail][head] -= amount
                self.room[head][tail] += amount

    def _path(self) -> list[tuple[_Node, _Node]]:
        came_from: dict[_Node, _Node] = {_START: _START}
        queue = deque([_START])
        while queue:
            node = queue.popleft()
            for head, room in self.room.get(node, {}).items():
                if room > 0 and head not in came_from:
                    came_from[head] = node
                    if head == _END:
                        return _walk_back(came_from)
                    queue.append(head)
        return []


def _walk_back(came_from: Mapping[_Node, _Node]) -> list[tuple[_Node, _Node]]:
    path, node = [], _END
    while node != _START:
        path.append((came_from[node], node))
        node = came_from[node]
    return path


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

    Trust-years in ``may_fall_short`` are paid last. Ring-fenced money is used before a trust's own, and that
    before the network's.
    """
    flow = _network(problem, spend)
    starts = _starts(problem)
    for last in (False, True):
        for key in sorted(spend):
            if ((key[0], key[2]) in may_fall_short) is last:
                flow.arc(("spend", *key), _END, spend[key])
        for source in Source:
            for node, capacity in starts[source]:
                if not last:
                    flow.arc(_START, node, capacity)
            flow.push()
    return _read(problem, spend, flow)


def _starts(problem: PlanningProblem) -> dict[Source, list[tuple[_Node, int]]]:
    own = sorted((e.year, e.trust_id, e.amount_pence) for e in problem.envelopes)
    network = sorted((e.year, e.amount_pence) for e in problem.network_envelopes)
    ring = sorted((r.year, r.modality, r.amount_pence) for r in problem.ring_fences)
    return {
        Source.RING_FENCE: [
            ((Source.RING_FENCE, modality, year, None), amount) for year, modality, amount in ring
        ],
        Source.OWN: [((Source.OWN, trust, year, None), amount) for year, trust, amount in own],
        Source.NETWORK: [((Source.NETWORK, None, year, None), amount) for year, amount in network],
    }


def _network(problem: PlanningProblem, spend: Mapping[SpendKey, int]) -> _Flow:
    """The arcs between envelopes and spend, and from each envelope's year into the next."""
    flow = _Flow()
    for trust, modality, year in sorted(spend):
        amount = spend[trust, modality, year]
        head: _Node = ("spend", trust, modality, year)
        flow.arc((Source.RING_FENCE, modality, year, None), head, amount)
        flow.arc((Source.OWN, trust, year, None), head, amount)
        flow.arc((Source.NETWORK, None, year, None), head, amount)
    for e in problem.envelopes:
        limit = carry_limit_pence(e.amount_pence, problem.own_carry_over_basis_points)
        if e.year + 1 in problem.years:
            flow.arc(
                (Source.OWN, e.trust_id, e.year, None), (Source.OWN, e.trust_id, e.year + 1, None), limit
            )
    for n in problem.network_envelopes:
        limit = carry_limit_pence(n.amount_pence, problem.network_carry_over_basis_points)
        if n.year + 1 in problem.years:
            flow.arc((Source.NETWORK, None, n.year, None), (Source.NETWORK, None, n.year + 1, None), limit)
    return flow


def _read(problem: PlanningProblem, spend: Mapping[SpendKey, int], flow: _Flow) -> Allocation:
    funding, short = [], dict[tuple[int, int], int]()
    for trust, modality, year in sorted(spend):
        head: _Node = ("spend", trust, modality, year)
        tails: dict[Source, _Node] = {
            Source.RING_FENCE: (Source.RING_FENCE, modality, year, None),
            Source.OWN: (Source.OWN, trust, year, None),
            Source.NETWORK: (Source.NETWORK, None, year, None),
        }
        unpaid = spend[trust, modality, year]
        for source, tail in tails.items():
            if paid := flow.used(tail, head):
                funding.append(FundingLine(trust, modality, year, source, paid))
                unpaid -= paid
        if unpaid:
            short[trust, year] = short.get((trust, year), 0) + unpaid
    carried = []
    own = sorted((e.trust_id, e.year) for e in problem.envelopes)
    for trust, year in own:
        if sum_ := flow.used((Source.OWN, trust, year, None), (Source.OWN, trust, year + 1, None)):
            carried.append(CarryLine(Source.OWN, trust, year, sum_))
    for year in sorted(e.year for e in problem.network_envelopes):
        if sum_ := flow.used((Source.NETWORK, None, year, None), (Source.NETWORK, None, year + 1, None)):
            carried.append(CarryLine(Source.NETWORK, None, year, sum_))
    return Allocation(tuple(funding), tuple(carried), short)
