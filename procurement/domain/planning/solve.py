"""Solving a plan with HiGHS, stage by stage, and proving how good the answer is.

Stages (planner.md, stages 1 to 3), each keeping what the one before reached:

1. the least priced breach of the limits, where pins ask for more than the limits allow;
2. the least exposure;
3. the least whole cost in present value, at the price of at most the problem's tolerance of exposure.

The solver proposes years only; ``settle`` prices them to the penny and a plan that would break a limit by rounding is
solved again with a little money kept back. Oldest-first is the start and the floor: the answer is never worse.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import highspy
import numpy as np

from procurement.domain.planning.baseline import do_nothing, oldest_first
from procurement.domain.planning.evaluate import evaluate, evaluate_settlement
from procurement.domain.planning.explain import explained
from procurement.domain.planning.exposure import outlook
from procurement.domain.planning.model import INFINITY, MONEY, POINTS, Model, build
from procurement.domain.planning.problem import PlanningProblem
from procurement.domain.planning.result import Metrics, Result, Schedule, Stage
from procurement.domain.planning.settle import settle

SOLVER = "HiGHS"
_MARGINS_PENCE = (0, 5_000, 100_000)
"""What is kept back of each trust-year, tried in turn, should the solver's tolerances add up to pounds."""
_SHARES = {"breach": 0.1, "exposure": 0.75, "cost": 1.0}
"""Of the time left when a stage begins, how much of it the stage may use."""


@dataclass(frozen=True, slots=True)
class Stop:
    """When to stop looking: proven within ``relative_gap``, out of time or nodes, or told to.

    Reaching the gap or the node limit gives the same plan again for the same inputs and seed; running out of time need
    not. ``should_cancel`` is asked a few times a second while the solver works.
    """

    seconds: float = 30.0
    relative_gap: float = 0.001
    node_limit: int | None = None
    should_cancel: Callable[[], bool] | None = None

    def __post_init__(self) -> None:
        if self.seconds <= 0 or not 0 <= self.relative_gap < 1:
            raise ValueError("A plan needs some time, and a gap of at least 0 and below 1.")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the solver is. ``bound`` and ``best`` are points (exposure) or pence; None where not known yet."""

    stage: str
    best: float | None
    bound: float | None
    gap: float | None
    seconds: float


def solve(
    problem: PlanningProblem,
    stop: Stop | None = None,
    *,
    seed: int = 1,
    on_progress: Callable[[Progress], None] | None = None,
) -> Result:
    """Return the best plan found, with its proof. Never worse than oldest-first in the order of the stages."""
    stop = stop or Stop()
    begun = time.monotonic()
    baseline = oldest_first(problem)
    floor = evaluate(problem, baseline)
    for margin in _MARGINS_PENCE:
        search = _Search(problem, stop, seed, begun, baseline, floor, margin, on_progress)
        schedule, stages = search.run()
        settlement = settle(problem, schedule)
        metrics = evaluate_settlement(problem, settlement, outlook(problem))
        allowed = max(floor.breaches_pence, search.breach_pence) if problem.pins else 0
        if metrics.breaches_pence <= allowed:
            break
    notes: tuple[str, ...] = ()
    if metrics.rank > floor.rank:
        metrics, settlement = floor, settle(problem, baseline)
        notes = ("No plan better than oldest first was found in the time given; this is oldest first.",)
    proved = [_honest(stage, metrics) for stage in stages]
    return Result(
        settlement=replace(settlement, decisions=explained(problem, settlement)),
        metrics=metrics,
        baseline=floor,
        do_nothing=evaluate(problem, do_nothing(problem)),
        stages=tuple(proved),
        status=_status(proved, cancelled=search.cancelled),
        notes=notes,
        cancelled=search.cancelled,
        seed=seed,
        solver=SOLVER,
        solver_version=str(search.highs.version()),
        inputs_hash=problem.inputs_hash(),
        runtime_seconds=round(time.monotonic() - begun, 2),
    )


class _Search:
    """One model taken through the stages, each warm-started from the one before."""

    def __init__(
        self,
        problem: PlanningProblem,
        stop: Stop,
        seed: int,
        begun: float,
        baseline: Schedule,
        floor: Metrics,
        margin_pence: int,
        on_progress: Callable[[Progress], None] | None,
    ) -> None:
        self.problem = problem
        self.stop = stop
        self.begun = begun
        self.floor = floor
        self.best = dict(baseline)
        self.on_progress = on_progress
        self.cancelled = False
        self.breach_pence = 0
        self.model = build(problem, margin_pence=margin_pence)
        self.highs = _highs(self.model, stop, seed)

    def run(self) -> tuple[dict[int, int | None], list[Stage]]:
        """Return the decision and what each stage proved."""
        stages = []
        if self.model.breach:
            stages.append(self._stage("breach", self.model.breach, MONEY, 0.0, 0.0))
            self.breach_pence = round(stages[-1].value)
            self._keep(self.model.breach, self.breach_pence / MONEY)
        else:
            stages.append(Stage("breach", 0.0, 0.0, 0.0, "No pin asks for more than the limits allow", 0.0))
        stages.append(self._stage("exposure", self.model.exposure, POINTS, self.model.exposure_kept, 0.0))
        tolerance = self.problem.exposure_tolerance_basis_points / 10_000
        reached = evaluate(self.problem, self.best).exposure
        most = reached * (1 + tolerance)
        if self.floor.breaches_pence <= self.breach_pence:
            most = min(most, max(reached, self.floor.exposure))
        self._keep(self.model.exposure, most / POINTS - self.model.exposure_kept)
        stages.append(self._stage("cost", self.model.cost, MONEY, 0.0, tolerance))
        return self.best, stages

    def _stage(
        self, name: str, objective: dict[int, float], unit: float, offset: float, tolerance: float
    ) -> Stage:
        """Minimise one objective; ``unit`` turns its value into points or pence, ``offset`` is added first."""
        begun = time.monotonic()
        left = self.stop.seconds - (begun - self.begun)
        if self.cancelled or left <= 0.05 or not self.model.take:
            value = self._value_of_best(name)
            bound = value if not self.model.take else None
            status = "Nothing to decide" if not self.model.take else "Not begun: no time was left"
            return Stage(name, value, bound, 0.0 if bound is not None else None, status, tolerance)
        highs = self.highs
        costs = np.zeros(len(self.model.upper))
        costs[list(objective)] = list(objective.values())
        highs.changeColsCost(len(costs), np.arange(len(costs), dtype=np.int32), costs)
        highs.changeObjectiveOffset(offset)
        highs.setOptionValue("time_limit", max(0.05, left * _SHARES[name]))
        self._start_from_best()
        self._listen(name, unit, begun)
        highs.run()
        info = highs.getInfo()
        status = highs.modelStatusToString(highs.getModelStatus())
        if info.primal_solution_status == 2:  # a feasible solution
            self.best = self.model.schedule(self.problem, list(highs.getSolution().col_value))
            value = info.objective_function_value * unit
        else:
            value = self._value_of_best(name)
        bound = info.mip_dual_bound * unit if abs(info.mip_dual_bound) < 1e20 else None
        gap = None if bound is None else max(0.0, (value - bound) / abs(value)) if value else 0.0
        return Stage(name, value, bound, gap, status, tolerance, round(time.monotonic() - begun, 2))

    def _value_of_best(self, name: str) -> float:
        metrics = evaluate(self.problem, self.best)
        return float(
            {
                "breach": metrics.breaches_pence,
                "exposure": metrics.exposure,
                "cost": metrics.cost_present_value_pence,
            }[name]
        )

    def _keep(self, objective: dict[int, float], most: float) -> None:
        """Hold later stages to what was reached, with room for the solver's tolerance."""
        columns = np.array(list(objective), dtype=np.int32)
        values = np.array(list(objective.values()))
        self.highs.addRow(-INFINITY, most + 1e-6 * max(1.0, abs(most)), len(columns), columns, values)

    def _start_from_best(self) -> None:
        start = self.model.start(self.best)
        columns = np.array(list(start), dtype=np.int32)
        self.highs.setSolution(len(columns), columns, np.array(list(start.values())))

    def _listen(self, name: str, unit: float, begun: float) -> None:
        """Tell progress and ask whether to stop, a few times a second, from the solver's own log."""
        self.highs.cbMipLogging.clear()
        self.highs.cbMipInterrupt.clear()
        last = [0.0]

        def ask(event: "highspy.HighsCallbackEvent") -> None:
            now = time.monotonic()
            if self.stop.should_cancel is None or now - last[0] < 0.25:
                return
            last[0] = now
            if self.stop.should_cancel():
                self.cancelled = True
            if self.cancelled:
                event.interrupt()

        def tell(event: "highspy.HighsCallbackEvent") -> None:
            if self.on_progress is None:
                return
            found, proven = event.data_out.mip_primal_bound, event.data_out.mip_dual_bound
            best = found * unit if abs(found) < 1e20 else None
            bound = proven * unit if abs(proven) < 1e20 else None
            gap = (best - bound) / abs(best) if best and bound is not None else None
            self.on_progress(Progress(name, best, bound, gap, time.monotonic() - self.begun))

        self.highs.cbMipInterrupt.subscribe(ask)
        self.highs.cbMipLogging.subscribe(tell)


def _highs(model: Model, stop: Stop, seed: int) -> "highspy.Highs":
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(model.upper), len(model.row_terms)
    lp.col_cost_ = np.zeros(lp.num_col_)
    lp.col_lower_ = np.zeros(lp.num_col_)
    lp.col_upper_ = np.array(model.upper)
    lp.row_lower_, lp.row_upper_ = np.array(model.row_lower), np.array(model.row_upper)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    starts = np.cumsum([0, *(len(terms) for terms in model.row_terms)])
    lp.a_matrix_.start_ = starts.astype(np.int32)
    lp.a_matrix_.index_ = np.array([c for terms in model.row_terms for c in terms], dtype=np.int32)
    lp.a_matrix_.value_ = np.array([v for terms in model.row_terms for v in terms.values()], dtype=float)
    kinds = highspy.HighsVarType
    lp.integrality_ = [kinds.kInteger if whole else kinds.kContinuous for whole in model.whole]
    highs = highspy.Highs()
    # Without output HiGHS makes no progress callback either, so its lines are made and shown to nobody.
    highs.setOptionValue("log_to_console", False)
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("random_seed", seed)
    highs.setOptionValue("mip_rel_gap", stop.relative_gap)
    highs.setOptionValue("mip_abs_gap", 0.0)
    if stop.node_limit is not None:
        highs.setOptionValue("mip_max_nodes", stop.node_limit)
    highs.HandleUserInterrupt = True
    highs.passModel(lp)
    return highs


def _honest(stage: Stage, metrics: Metrics) -> Stage:
    """A stage's value is that of the plan shown, worked out to the penny, not the solver's rounded one."""
    shown = {
        "breach": metrics.breaches_pence,
        "exposure": metrics.exposure,
        "cost": metrics.cost_present_value_pence,
    }[stage.name]
    if stage.bound is None:
        return replace(stage, value=float(shown))
    # A bound is on its own stage's best: the exposure given up for cost is within the tolerance, and shows in the gap.
    gap = max(0.0, (shown - stage.bound) / shown) if shown else 0.0
    return replace(stage, value=float(shown), gap=gap)


def _status(stages: list[Stage], *, cancelled: bool) -> str:
    """Say in words how good the plan is proven to be, on exposure, the stage that decides."""
    if cancelled:
        return "stopped when asked to"
    exposure = next(stage for stage in stages if stage.name == "exposure")
    if exposure.gap is None:
        return "stopped at the time limit; nothing is proven"
    if exposure.gap <= 1e-6:
        return "optimal"
    within = f"proven within {max(exposure.gap * 100, 0.1):.1f}% of the least possible exposure"
    return f"{within}, stopped at the time limit" if "limit" in exposure.status.lower() else within
