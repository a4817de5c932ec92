"""Answers to planning problems without a solver: a schedule worked out to the penny, for tests of what comes after."""

from dataclasses import replace

from procurement.domain.planning.baseline import do_nothing, oldest_first, risk_first
from procurement.domain.planning.evaluate import evaluate
from procurement.domain.planning.problem import PlanningProblem
from procurement.domain.planning.result import Flag, Result, Schedule, Stage
from procurement.domain.planning.settle import settle


def result_for(problem: PlanningProblem, schedule: Schedule | None = None, **values: object) -> Result:
    """Return the result that a solver would give for a schedule (oldest first unless one is given)."""
    if schedule is None:
        schedule = oldest_first(problem)
    settlement = settle(problem, schedule)
    pinned = {pin.asset_id for pin in problem.pins}
    settlement = replace(
        settlement,
        decisions=tuple(
            replace(
                decision,
                reason=f"Reason for {decision.asset_id}",
                flags=(Flag.PINNED,) if decision.asset_id in pinned else (),
            )
            for decision in settlement.decisions
        ),
    )
    metrics = evaluate(problem, schedule)
    facts: dict[str, object] = {
        "settlement": settlement,
        "metrics": metrics,
        "baseline": evaluate(problem, oldest_first(problem)),
        "risk_first": evaluate(problem, risk_first(problem)),
        "do_nothing": evaluate(problem, do_nothing(problem)),
        "stages": (
            Stage("breach", 0.0, 0.0, 0.0, "Optimal", 0.0, 0.1),
            Stage("exposure", float(metrics.exposure), metrics.exposure * 0.99, 0.01, "Optimal", 0.0, 1.5),
            Stage(
                "cost",
                float(metrics.cost_present_value_pence),
                float("-inf"),
                None,
                "Time limit reached",
                0.005,
                2.5,
            ),
            Stage("churn", 0.0, 0.0, 0.0, "There is no earlier plan to keep to", 0.005),
        ),
        "status": "optimal within 1%",
        "notes": (),
        "cancelled": False,
        "seed": 1,
        "solver": "Test",
        "solver_version": "1.0",
        "inputs_hash": problem.inputs_hash(),
        "runtime_seconds": 4.1,
    }
    return Result(**{**facts, **values})
