"""A settled plan as a complete set of column values, for HiGHS to start from.

Complete, because HiGHS 1.16 fills in a partial start by a small solve of its own, and has been seen to take a wrong
objective value from it, cutting off the true best and still calling the rest "Optimal".
"""

from collections import Counter

from procurement.domain.planning.choice import KEPT
from procurement.domain.planning.limits import key_of
from procurement.domain.planning.model import Name, PlanningModel
from procurement.domain.planning.result import BreachKind, Settlement, Source


def start_values(model: PlanningModel, settlement: Settlement) -> list[float]:
    """Return the value of every column for a settled plan that keeps the problem's rules."""
    values = [0.0] * len(model.upper)
    for name, pence in _pence(settlement).items():
        values[model.named[name]] = pence / model.pence_per_unit
    for name, count in _counts(settlement).items():
        values[model.named[name]] = float(count)
    for column, value_of in model.follows.items():
        values[column] = value_of(values)
    return values


def _pence(settlement: Settlement) -> Counter[Name]:
    """The columns of money; a trust's own is no column, it is what remains."""
    amounts: Counter[Name] = Counter()
    for line in settlement.funding:
        if line.source is Source.RING_FENCE:
            name = ("paid", line.source, line.trust_id, line.modality, line.year, line.ring_trust_ids)
            amounts[name] += line.amount_pence
        elif line.source is Source.POOL:
            amounts["paid", line.source, line.trust_id, line.year, line.pool_id] += line.amount_pence
    for carry in settlement.carry_over:
        place = carry.trust_id if carry.source is Source.OWN else carry.pool_id
        amounts["carry", carry.source, place, carry.year] += carry.amount_pence
    for breach in settlement.breaches:
        if breach.kind is BreachKind.ENVELOPE:
            amounts["short", breach.trust_id, breach.year] += breach.amount_pence
    return amounts


def _counts(settlement: Settlement) -> dict[Name, int]:
    """The columns of units and choices."""
    counts: dict[Name, int] = {}
    for breach in settlement.breaches:
        key = key_of(breach)
        if key is not None:
            counts["over", *key] = breach.units
        elif breach.kind is BreachKind.FAIRNESS:
            counts["unfair", breach.trust_id] = breach.units
    for tender in settlement.tenders:
        counts["tier", tender.specification, tender.network_id, tender.year, tender.tier] = 1
        for trust, units in tender.trust_units:
            counts["units", trust, tender.specification, tender.year, tender.tier] = units
    for decision in settlement.decisions:
        if decision.choice != KEPT:
            counts["take", decision.asset_id, decision.choice] = 1
    return counts
