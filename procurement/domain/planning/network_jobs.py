"""What is done for one network of several, in a process of its own."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from multiprocessing.synchronize import Event as Signal
from time import monotonic

from procurement.domain.planning.choice import Choice
from procurement.domain.planning.engine import Effort, run
from procurement.domain.planning.exposure import outlook
from procurement.domain.planning.model import POINTS_PER_UNIT, PlanningModel, build
from procurement.domain.planning.national import Money
from procurement.domain.planning.problem import PlanningProblem
from procurement.domain.planning.settle import settle
from procurement.domain.planning.stages import Limits, Stages
from procurement.domain.planning.start import start_values

_ROUNDS = 10_000
_COST_SHARE = 0.15
"""Of the time for a network's plan, what is kept for its cost."""
Prices = Mapping[Money, float]
"""By common sum: hundreds of points for a thousand pounds of it."""

_signal: Signal | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """One network's problem with a plan to start from, and how long it may take. ``relative_gap``: good enough."""

    problem: PlanningProblem
    schedule: Mapping[int, Choice]
    seconds: float
    seed: int
    relative_gap: float


def listen(signal: Signal) -> None:
    """Begin a process: ``signal`` set means that everything is to end."""
    global _signal  # noqa: PLW0603 - a process has one
    _signal = signal


def improved(task: Task) -> dict[int, Choice]:
    """Return a plan no worse than the task's: breaches, exposure and cost brought down by search alone."""
    begun = monotonic()
    limits = Limits(task.relative_gap, None, _told_to_stop, rounds=_ROUNDS, proof=False)
    stages = Stages(task.problem, outlook(task.problem), [task.schedule], limits, task.seed, lambda *_: None)
    stages.breach(begun + 0.1 * task.seconds)
    stages.exposure(begun + (1 - _COST_SHARE) * task.seconds)
    tolerance = task.problem.exposure_tolerance_basis_points
    most = stages.best.metrics.exposure * (10_000 + tolerance) // 10_000
    stages.cost(begun + task.seconds, max(most, stages.best.metrics.exposure))
    return stages.best.schedule


def priced(task: Task) -> dict[Hashable, float]:
    """Return what the relaxation would give for more of each sum that is in the problem."""
    model = build(task.problem, outlook(task.problem))
    answer = run(model, model.exposure, Effort(0.0, 1, task.seconds), seed=task.seed, relaxed=True)
    if answer.prices is None:
        return {}
    return {sum_: max(0.0, answer.prices[row]) for sum_, row in model.sums.items()}


def proven(task: Task, prices: Prices) -> float | None:
    """Return a bound, in points, on the network's exposure plus the price of the common money that it uses.

    The task's problem has all of the common money. None where nothing was proven.
    """
    ahead = outlook(task.problem)
    model = build(task.problem, ahead)
    objective, offset = _with_prices(model, prices), model.exposure_if_kept
    bounds = []
    for relaxed in (True, False):
        answer = run(
            model,
            objective,
            Effort(task.relative_gap, 1_000_000, task.seconds),
            seed=task.seed,
            offset=offset,
            start=None if relaxed else start_values(model, settle(task.problem, task.schedule, ahead)),
            relaxed=relaxed,
            should_cancel=_told_to_stop,
        )
        bounds.append(answer.bound)
    return max((bound * POINTS_PER_UNIT for bound in bounds if bound is not None), default=None)


def _with_prices(model: PlanningModel, prices: Prices) -> dict[int, float]:
    """The exposure of a model, and the price of what is used of each sum."""
    objective = dict(model.exposure)
    for sum_, price in prices.items():
        if price and sum_ in model.sums:
            for column, share in model.rows[model.sums[sum_]][2]:
                objective[column] = objective.get(column, 0.0) + price * share
    return objective


def _told_to_stop() -> bool:
    return _signal is not None and _signal.is_set()
