"""The same problem with one thing asked or allowed otherwise: more money, a higher limit, a moved pin."""

from dataclasses import replace

from procurement.domain.planning.ledger import Money
from procurement.domain.planning.problem import Envelope, Pin, PlanningProblem, PoolEnvelope
from procurement.domain.planning.result import Choice, Source


def with_more(problem: PlanningProblem, money: Money, pence: int) -> PlanningProblem:
    """Return the problem with so much more in one envelope, which is made where there is none.

    Raises ValueError for a ring-fence that the problem does not have.
    """
    if money.source is Source.OWN and money.trust_id is not None:
        had = {(e.trust_id, e.year): e for e in problem.envelopes}
        key = (money.trust_id, money.year)
        amount = had[key].amount_pence if key in had else 0
        had[key] = Envelope(*key, amount + pence)
        return replace(problem, envelopes=tuple(had.values()))
    if money.source is Source.POOL and money.pool_id is not None:
        pooled = {(e.pool_id, e.year): e for e in problem.pool_envelopes}
        key = (money.pool_id, money.year)
        amount = pooled[key].amount_pence if key in pooled else 0
        pooled[key] = PoolEnvelope(*key, amount + pence)
        return replace(problem, pool_envelopes=tuple(pooled.values()))
    rings = [
        replace(ring, amount_pence=ring.amount_pence + pence)
        if (ring.year, ring.modality, ring.trust_ids) == (money.year, money.modality, money.ring_trust_ids)
        else ring
        for ring in problem.ring_fences
    ]
    if rings == list(problem.ring_fences) and pence:
        raise ValueError(f"There is no money ring-fenced for {money.modality} in {money.year}.")
    return replace(problem, ring_fences=tuple(rings))


def with_pin(problem: PlanningProblem, asset_id: int, choice: Choice | None) -> PlanningProblem:
    """Return the problem with a machine pinned to another choice, or (None) not pinned."""
    others = tuple(pin for pin in problem.pins if pin.asset_id != asset_id)
    return replace(problem, pins=others if choice is None else (*others, Pin(asset_id, choice)))
