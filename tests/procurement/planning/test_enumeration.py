"""The planner against every possible schedule, with every feature on by chance.

Some 850 problems by default, under a minute. For more, say how many and from which seed on:
``PLAN_CASES=20000 PLAN_CASES_FROM=5000 pytest tests/procurement/planning/test_enumeration.py``.
"""

import os

import pytest

from procurement.domain.planning import stages
from procurement.domain.planning.solve import Stop, solve
from procurement.domain.planning.verify import verify
from tests.builders.planning_tiny import tiny
from tests.oracles.enumeration import best

CASES = int(os.environ.get("PLAN_CASES", "800"))
FROM = int(os.environ.get("PLAN_CASES_FROM", "1"))
PARTS = 20
EXACTLY = Stop(seconds=120, relative_gap=0.0)


def faults_of(seed: int) -> list[str]:
    """What is wrong with the plan of one problem."""
    made = tiny(seed)
    expected = best(made)
    result = solve(made, EXACTLY)
    metrics = result.metrics
    found = verify(made, result)
    checks = {
        "least breach": metrics.breaches_pence == expected.breach,
        "bound of the exposure": result.stages[1].bound == expected.exposure,
        "exposure within its tolerance": metrics.exposure <= expected.most_exposure,
        "never worse than the rules": metrics.rank <= min(result.baseline.rank, result.risk_first.rank),
    }
    if made.previous:
        checks["fewest changes"] = metrics.churn in expected.churns
        checks["bound of the changes"] = result.stages[3].bound == metrics.churn
        checks["cost within its tolerance"] = metrics.cost_stage_pence <= expected.most_cost
    else:
        checks["least cost"] = metrics.cost_stage_pence == expected.cost
        checks["bound of the cost"] = abs(result.stages[2].bound - expected.cost) <= 2
    found += [f"{name}: {metrics}, {expected}" for name, holds in checks.items() if not holds]
    return [f"seed {seed}: {fault}" for fault in found]


@pytest.mark.parametrize("part", range(PARTS))
def test_the_plan_is_the_best_of_all_schedules(part):
    faults = [fault for seed in range(FROM + part, FROM + CASES, PARTS) for fault in faults_of(seed)]
    assert faults == []


@pytest.mark.parametrize("part", range(4))
def test_the_small_searches_lose_nothing(part, monkeypatch):
    monkeypatch.setattr(stages, "_SMALL_CHOICES", 0)
    seeds = range(1_000_000 + FROM + part, 1_000_000 + FROM + CASES // 16, 4)
    assert [fault for seed in seeds for fault in faults_of(seed)] == []
