"""The most that all the money of a problem can pay of what is spent, by any way of paying: depth first, one way at a time."""

from collections.abc import Iterator, Mapping

from procurement.domain.planning.problem import PlanningProblem
from tests.oracles.planning import find_way


def most_paid(problem: PlanningProblem, spend: Mapping[tuple[int, str, int], int]) -> int:
    """Return pence; ``spend`` is by trust, modality and year."""
    pipes = _money(problem)
    for (trust, modality, year), amount in spend.items():
        bill = ("bill", trust, modality, year)
        pipes[bill, "sink"] = amount
        for purse in _open_to(problem, trust, modality, year):
            pipes[purse, bill] = amount
    paid = 0
    while way := find_way(pipes, "source", "sink", {"source"}):
        amount = min(pipes[pipe] for pipe in way)
        for tail, head in way:
            pipes[tail, head] -= amount
            pipes[head, tail] = pipes.get((head, tail), 0) + amount
        paid += amount
    return paid


def _money(problem: PlanningProblem) -> dict[tuple[object, object], int]:
    """What every purse holds, and what of it may wait a year."""
    shares = {pool.pool_id: pool.carry_over_basis_points for pool in problem.pools}
    purses = [("own", e.trust_id, e.year, e.amount_pence) for e in problem.envelopes]
    purses += [("pool", p.pool_id, p.year, p.amount_pence) for p in problem.pool_envelopes]
    pipes: dict[tuple[object, object], int] = {}
    for kind, holder, year, amount in purses:
        share = problem.own_carry_over_basis_points if kind == "own" else shares[holder]
        pipes["source", (kind, holder, year)] = amount
        pipes[(kind, holder, year), (kind, holder, year + 1)] = amount * share // 10_000
    for number, ring in enumerate(problem.ring_fences):
        pipes["source", ("ring", number)] = ring.amount_pence
    return pipes


def _open_to(problem: PlanningProblem, trust: int, modality: str, year: int) -> Iterator[tuple[object, ...]]:
    yield ("own", trust, year)
    for pool in problem.pools:
        if trust in pool.trust_ids:
            yield ("pool", pool.pool_id, year)
    for number, ring in enumerate(problem.ring_fences):
        fits = (ring.modality, ring.year) == (modality, year)
        if fits and (ring.trust_ids is None or trust in ring.trust_ids):
            yield ("ring", number)
