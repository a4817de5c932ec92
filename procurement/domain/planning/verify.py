"""An independent check of a plan: every rule again, in whole pence, from the problem and the figures alone.

It shares no arithmetic with ``model``, ``settle``, ``breaches``, ``funding``, ``fairness`` or ``exposure``: what those
computed is taken as a claim and recomputed here in the plainest way, so that a mistake there cannot hide itself.
"""

from procurement.domain.planning.problem import PlanningProblem
from procurement.domain.planning.result import Result, Settlement
from procurement.domain.planning.verify_choices import check_choices, check_prices
from procurement.domain.planning.verify_claims import check_claims
from procurement.domain.planning.verify_limits import check_breaches
from procurement.domain.planning.verify_money import check_envelopes, check_spend, check_tenders


def verify(problem: PlanningProblem, plan: Result | Settlement) -> list[str]:
    """Return every fault found, in words; an empty list means that the plan keeps every rule to the penny."""
    settlement = plan.settlement if isinstance(plan, Result) else plan
    ids = [decision.asset_id for decision in settlement.decisions]
    if sorted(ids) != sorted(asset.asset_id for asset in problem.assets):
        return ["The plan does not decide every asset exactly once."]
    faults = check_choices(problem, settlement)
    if any("is no decision" in fault for fault in faults):
        return faults
    faults += [
        *check_prices(problem, settlement),
        *check_tenders(problem, settlement),
        *check_spend(problem, settlement),
        *check_envelopes(problem, settlement),
        *check_breaches(problem, settlement),
    ]
    if isinstance(plan, Result):
        faults += check_claims(problem, plan)
    return faults
