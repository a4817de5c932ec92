"""Solving a plan: the better spreadsheet rule as the start and the floor, four stages with HiGHS, an honest account.

Stages (each keeps what the ones before reached; the third may give up a stated little of the second, the fourth of the
third):

1. the least priced breach of the limits, where pins ask for more than the limits allow, and of fairness;
2. the least exposure;
3. the least whole cost in present value, with a price on each model family where the plan asks for fewer;
4. the fewest decisions changed against the last agreed plan.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from procurement.domain.planning.baseline import do_nothing, oldest_first, risk_first
from procurement.domain.planning.engine import SOLVER, solver_version
from procurement.domain.planning.evaluate import evaluate_settlement
from procurement.domain.planning.explain import explained
from procurement.domain.planning.exposure import Outlook, outlook
from procurement.domain.planning.national import network_numbers
from procurement.domain.planning.national_solve import NationalSearch
from procurement.domain.planning.problem import PlanningProblem
from procurement.domain.planning.result import Metrics, Result, Schedule, Settlement, Stage, gap_of
from procurement.domain.planning.settle import settle
from procurement.domain.planning.stages import Limits, News, Stages
from procurement.domain.planning.verdict import as_shown, notes_for, status_words
from procurement.domain.planning.warm import Earlier, bound_that_holds, taken_up

_BREACH_SHARE, _EXPOSURE_SHARE, _COST_SHARE = 0.15, 0.72, 0.9
"""By which part of the time allowed stages 1, 2 and 3 must end; without an earlier plan stage 3 has the rest."""
_MOST_AT_ONCE = 400
"""Plans of several networks with more machines than this are taken apart."""


@dataclass(frozen=True, slots=True)
class Stop:
    """When to stop looking: proven within ``relative_gap``, out of time or nodes, or told to.

    Reaching the gap or the node limit gives the same plan again for the same inputs and seed; running out of time
    need not, and the result says so. ``node_limit`` None lets the size of the plan decide. ``should_cancel`` is
    asked a few times a second while the solver works; the best plan so far is then returned.
    """

    seconds: float = 60.0
    relative_gap: float = 0.0005
    node_limit: int | None = None
    should_cancel: Callable[[], bool] | None = None

    def __post_init__(self) -> None:
        if not self.seconds > 0 or not 0 <= self.relative_gap < 1:
            raise ValueError("A plan needs some time, and a gap of at least 0 and below 1.")
        if self.node_limit is not None and self.node_limit < 1:
            raise ValueError("A plan needs at least one node to search.")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the solver is. ``best`` and ``bound`` are points (exposure), decisions (churn) or pence; None where not known yet."""

    stage: str
    best: float | None
    bound: float | None
    gap: float | None
    seconds: float


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a search ended with."""

    settlement: Settlement
    metrics: Metrics
    stages: tuple[Stage, Stage, Stage, Stage]
    cancelled: bool
    out_of_time: bool


@dataclass(frozen=True, slots=True)
class _Search:
    """What every way of searching needs: the problem, schedules to start from, and the better spreadsheet rule's figures."""

    problem: PlanningProblem
    ahead: Outlook
    starts: Sequence[Schedule]
    floor: Metrics
    stop: Stop
    seed: int
    begun: float
    news: News
    earlier: Earlier | None


def solve(
    problem: PlanningProblem,
    stop: Stop | None = None,
    *,
    seed: int = 1,
    on_progress: Callable[[Progress], None] | None = None,
    earlier: Earlier | None = None,
) -> Result:
    """Return the best plan found, with its proof. Never worse than oldest-first or risk-first in the order
    of the stages.

    ``earlier`` is a plan to start from. What ``on_progress`` or ``stop.should_cancel`` raise ends the search and is raised
    here.
    """
    stop = stop or Stop()
    begun = time.monotonic()

    def news(stage: str, best: float | None, bound: float | None) -> None:
        if on_progress is not None:
            gap = None if best is None else gap_of(best, bound)
            on_progress(Progress(stage, best, bound, gap, time.monotonic() - begun))

    ahead = outlook(problem)
    rules = [oldest_first(problem, ahead), risk_first(problem, ahead)]
    oldest, riskiest = (evaluate_settlement(problem, settle(problem, rule, ahead), ahead) for rule in rules)
    floor = min(oldest, riskiest, key=lambda metrics: metrics.rank)
    known = [dict(problem.previous)] if problem.previous else []
    known += [dict(earlier.schedule)] if earlier is not None else []
    starts = [*rules, *(taken_up(problem, ahead, decisions) for decisions in known)]
    search = _Search(problem, ahead, starts, floor, stop, seed, begun, news, earlier)
    apart = len(problem.assets) > _MOST_AT_ONCE and len(network_numbers(problem)) > 1
    found = _apart(search) if apart else _at_once(search)
    settlement = replace(found.settlement, decisions=explained(problem, found.settlement))
    return Result(
        settlement=settlement,
        metrics=found.metrics,
        baseline=oldest,
        risk_first=riskiest,
        do_nothing=evaluate_settlement(problem, settle(problem, do_nothing(problem), ahead), ahead),
        stages=tuple(as_shown(stage, found.metrics) for stage in found.stages),
        status=status_words(
            found.stages[1],
            found.stages[2],
            found.metrics,
            relative_gap=stop.relative_gap,
            cancelled=found.cancelled,
            out_of_time=found.out_of_time,
        ),
        notes=tuple(notes_for(problem, ahead, found.metrics, floor, settlement)),
        cancelled=found.cancelled,
        seed=seed,
        solver=SOLVER,
        solver_version=solver_version(),
        inputs_hash=problem.inputs_hash(),
        runtime_seconds=round(time.monotonic() - begun, 2),
    )


def _at_once(search: _Search) -> _Outcome:
    """The four stages on the whole problem."""
    problem, stop, begun = search.problem, search.stop, search.begun
    limits = Limits(stop.relative_gap, stop.node_limit, stop.should_cancel)
    stages = Stages(problem, search.ahead, search.starts, limits, search.seed, search.news)
    first = stages.breach(begun + _BREACH_SHARE * stop.seconds)
    known = bound_that_holds(search.earlier, problem, stages.best.metrics.breaches_pence)
    second = stages.exposure(begun + _EXPOSURE_SHARE * stop.seconds, known)
    most = _most_exposure(problem, stages.best.metrics, search.floor)
    third = stages.cost(begun + (_COST_SHARE if problem.previous else 1.0) * stop.seconds, most)
    fourth = stages.churn(begun + stop.seconds, _most_cost(problem, stages.best.metrics, search.floor))
    best = stages.best
    return _Outcome(
        best.settlement, best.metrics, (first, second, third, fourth), stages.cancelled, stages.out_of_time
    )


def _apart(search: _Search) -> _Outcome:
    """Each network on its own; what the exposure is proven to be is proven for all of them together."""
    national = NationalSearch(
        search.problem,
        search.ahead,
        search.starts,
        seed=search.seed,
        relative_gap=search.stop.relative_gap,
        should_cancel=search.stop.should_cancel,
        news=lambda best, bound: search.news("exposure", best, bound),
    )
    national.run(search.begun + search.stop.seconds)
    metrics = national.best.metrics
    problem = search.problem
    stages = (
        Stage("breach", metrics.breaches_pence, 0.0, None, "Each network on its own", 0.0),
        Stage("exposure", metrics.exposure, national.bound, None, "Each network on its own", 0.0),
        Stage(
            "cost",
            metrics.cost_stage_pence,
            None,
            None,
            "Each network on its own, not proven",
            problem.exposure_tolerance_basis_points / 10_000,
        ),
        Stage(
            "churn",
            metrics.churn,
            None if problem.previous else 0.0,
            None,
            "Not brought down for several networks"
            if problem.previous
            else "There is no earlier plan to keep to",
            problem.cost_tolerance_basis_points / 10_000,
        ),
    )
    shown = tuple(replace(stage, gap=gap_of(stage.value, stage.bound)) for stage in stages)
    return _Outcome(
        national.best.settlement,
        metrics,
        (shown[0], shown[1], shown[2], shown[3]),
        national.cancelled,
        out_of_time=True,
    )


def _most_exposure(problem: PlanningProblem, reached: Metrics, floor: Metrics) -> int:
    """How much exposure stage 3 may leave: a stated little more than stage 2 reached, never more than the better rule."""
    most = reached.exposure * (10_000 + problem.exposure_tolerance_basis_points) // 10_000
    if reached.breaches_pence < floor.breaches_pence:
        return most
    return max(reached.exposure, min(most, floor.exposure))


def _most_cost(problem: PlanningProblem, reached: Metrics, floor: Metrics) -> int:
    """What stage 4 may cost: a stated little more than stage 3 reached, and never so much that a rule would be better."""
    most = reached.cost_stage_pence * (10_000 + problem.cost_tolerance_basis_points) // 10_000
    if (reached.breaches_pence, reached.exposure) < (floor.breaches_pence, floor.exposure):
        return most
    return max(reached.cost_stage_pence, min(most, floor.cost_stage_pence))
