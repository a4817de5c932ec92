"""One run of HiGHS: what is believed of it and what is not."""

from types import SimpleNamespace

import highspy
import pytest

from procurement.domain.planning import engine
from procurement.domain.planning.engine import Effort, Held, run
from procurement.domain.planning.model import PlanningModel

EFFORT = Effort(relative_gap=0.0, nodes=1_000, seconds=10.0)


@pytest.fixture
def knapsack():
    """Three things of weight 2, 3 and 4, of which 5 can be carried."""
    made = PlanningModel()
    columns = [made.column(1.0, ("take", number, 2027), whole=True) for number in (1, 2, 3)]
    made.at_most(list(zip(columns, (2.0, 3.0, 4.0), strict=True)), 5.0)
    return made


WORTH = {0: -3.0, 1: -4.0, 2: -6.0}


def test_the_best_is_found_and_proven(knapsack):
    answer = run(knapsack, WORTH, EFFORT, seed=1, offset=10.0)
    assert answer.values == pytest.approx([1.0, 1.0, 0.0])
    assert answer.objective == pytest.approx(3.0)
    assert answer.bound == pytest.approx(3.0)
    assert (answer.status, answer.failed, answer.out_of_time, answer.cancelled) == (
        "Optimal",
        False,
        False,
        False,
    )


def test_the_relaxation_is_a_bound(knapsack):
    answer = run(knapsack, WORTH, EFFORT, seed=1, offset=10.0, relaxed=True)
    assert answer.bound == pytest.approx(10 - 3.0 - 6 * 0.75)
    assert answer.bound < 3.0


def test_what_an_earlier_stage_reached_is_held_and_bounds_narrow(knapsack):
    held = (Held({0: 1.0, 1: 1.0}, 1.0),)
    assert run(knapsack, WORTH, EFFORT, seed=1, held=held).objective == pytest.approx(-6.0)
    narrowed = run(knapsack, WORTH, EFFORT, seed=1, held=held, bounds={2: (0.0, 0.0)})
    assert narrowed.objective == pytest.approx(-4.0)


def test_a_start_that_does_not_fit_is_dropped(knapsack):
    answer = run(knapsack, WORTH, EFFORT, seed=1, bounds={2: (0.0, 0.0)}, start=[0.0, 0.0, 1.0])
    assert answer.objective == pytest.approx(-7.0)


def test_an_impossible_model_is_said(knapsack):
    answer = run(knapsack, WORTH, EFFORT, seed=1, held=(Held({0: 1.0}, -1.0),))
    assert answer.values is None
    assert answer.bound is None
    assert answer.status == "Infeasible"


def test_an_answer_that_is_not_what_its_figures_come_to_is_not_believed(knapsack, monkeypatch):
    class Astray(highspy.Highs):
        def getSolution(self):
            return SimpleNamespace(col_value=[1.0, 0.0, 0.0])

    monkeypatch.setattr(engine.highspy, "Highs", Astray)
    answer = run(knapsack, WORTH, EFFORT, seed=1)
    assert answer.failed
    assert answer.bound is None


@pytest.mark.parametrize(("bound", "failed"), [(-7.0, False), (-7.5, True)])
def test_optimal_with_a_gap_left_open_is_a_failure(knapsack, monkeypatch, bound, failed):
    class Boastful(highspy.Highs):
        def getInfo(self):
            info = super().getInfo()
            return SimpleNamespace(
                primal_solution_status=info.primal_solution_status,
                objective_function_value=info.objective_function_value,
                mip_dual_bound=bound,
            )

    monkeypatch.setattr(engine.highspy, "Highs", Boastful)
    assert run(knapsack, WORTH, EFFORT, seed=1).failed is failed


def test_the_version_of_the_solver_is_known():
    assert engine.solver_version().split(".")[0].isdigit()
