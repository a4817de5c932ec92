"""One run of HiGHS: a model, an objective, what is held, where to start, when to stop; and its own word on the end.

Nothing here knows what a plan is. A run is deterministic unless it ends by time: one thread, a fixed seed, a fresh
solver each time.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import highspy
import numpy as np

from procurement.domain.planning.model import INFINITY, TOLERANCE, PlanningModel

SOLVER = "HiGHS"
_NO_BOUND = 1e20
_FEASIBLE = 2  # kSolutionStatusFeasible
_ASK_SECONDS = 0.25
_FAILURES = (
    highspy.HighsModelStatus.kLoadError,
    highspy.HighsModelStatus.kModelError,
    highspy.HighsModelStatus.kPresolveError,
    highspy.HighsModelStatus.kSolveError,
    highspy.HighsModelStatus.kPostsolveError,
    highspy.HighsModelStatus.kUnknown,
)


@dataclass(frozen=True, slots=True)
class Held:
    """An earlier stage's result to keep: the sum of ``cost`` (column to coefficient) is at most ``most``."""

    cost: Mapping[int, float]
    most: float


@dataclass(frozen=True, slots=True)
class Effort:
    """When a run ends: proven within ``relative_gap``, or out of ``nodes`` or ``seconds``."""

    relative_gap: float
    nodes: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What HiGHS found, in the model's units. ``values`` is None where it found no feasible point.

    ``prices``, of a relaxed model: by row, how much less the objective would be for one more unit of its limit.
    ``failed``: the solver itself gave up or contradicts itself; then ``bound`` is not to be had.
    """

    values: list[float] | None
    objective: float | None
    bound: float | None
    status: str
    failed: bool
    out_of_time: bool
    cancelled: bool
    prices: list[float] | None = None


def solver_version() -> str:
    """Return the version of HiGHS in use."""
    return str(highspy.Highs().version())


def run(
    model: PlanningModel,
    objective: Mapping[int, float],
    effort: Effort,
    *,
    seed: int,
    offset: float = 0.0,
    held: tuple[Held, ...] = (),
    bounds: Mapping[int, tuple[float, float]] | None = None,
    start: Sequence[float] | None = None,
    relaxed: bool = False,
    should_cancel: Callable[[], bool] | None = None,
    on_news: Callable[[float | None, float | None], None] | None = None,
) -> Answer:
    """Minimise ``objective`` over the model; see the module.

    ``bounds`` narrows columns, ``start`` gives every column a value (and is dropped where it does not fit the
    bounds: HiGHS would repair it, badly), ``relaxed`` drops integrality (a bound in a
    moment). ``on_news`` is told the best value and the bound now and then. What ``should_cancel`` or ``on_news``
    raise is raised here, after the solver has ended in good order.
    """
    highs = highspy.Highs()
    for option, value in (
        ("log_to_console", False),  # not output_flag: without output HiGHS makes no progress callback either
        ("threads", 1),
        ("random_seed", seed),
        ("mip_rel_gap", effort.relative_gap),
        ("mip_max_nodes", effort.nodes),
        ("time_limit", max(0.01, effort.seconds)),
        ("mip_min_logging_interval", 1.0),
        ("solve_relaxation", relaxed),
        *((option, TOLERANCE) for option in ("mip_feasibility_tolerance", "primal_feasibility_tolerance")),
    ):
        highs.setOptionValue(option, value)
    highs.passModel(_lp(model, objective, offset, held, bounds or {}))
    if start is not None and _fits(start, bounds or {}):
        solution = highspy.HighsSolution()
        solution.col_value = list(start)
        highs.setSolution(solution)
    listener = _Listener(should_cancel, on_news)
    listener.attach(highs)
    highs.run()
    if listener.raised is not None:
        raise listener.raised
    info = highs.getInfo()
    status = highs.getModelStatus()
    found = info.primal_solution_status == _FEASIBLE
    values = list(highs.getSolution().col_value) if found else None
    value, proven = info.objective_function_value, info.mip_dual_bound
    failed = status in _FAILURES or _contradicts_itself(status, info, effort, relaxed)
    if values is not None:
        exact = offset + sum(coefficient * values[column] for column, coefficient in objective.items())
        failed = failed or abs(exact - value) > 1e-6 * max(1.0, abs(exact))
    if relaxed:
        proven = value if status == highspy.HighsModelStatus.kOptimal else -INFINITY
    return Answer(
        values=values,
        objective=float(value) if found else None,
        bound=float(proven) if abs(proven) < _NO_BOUND and not failed else None,
        status=str(highs.modelStatusToString(status)),
        failed=failed,
        out_of_time=status == highspy.HighsModelStatus.kTimeLimit,
        cancelled=listener.cancelled,
        prices=[-price for price in highs.getSolution().row_dual] if relaxed and found else None,
    )


def _fits(start: Sequence[float], bounds: Mapping[int, tuple[float, float]]) -> bool:
    return all(low <= start[column] <= high for column, (low, high) in bounds.items())


def _contradicts_itself(
    status: highspy.HighsModelStatus, info: highspy.HighsInfo, effort: Effort, relaxed: bool
) -> bool:
    """Whether HiGHS says "Optimal" with a gap left open: it met a better point that then failed its own check."""
    if relaxed or status != highspy.HighsModelStatus.kOptimal:
        return False
    value, bound = info.objective_function_value, info.mip_dual_bound
    return bool(value - bound > abs(value) * effort.relative_gap + 1e-4)


class _Listener:
    """Passes news out and a wish to stop in, from inside the solver, where nothing may be raised."""

    def __init__(
        self,
        should_cancel: Callable[[], bool] | None,
        on_news: Callable[[float | None, float | None], None] | None,
    ) -> None:
        self.should_cancel = should_cancel
        self.on_news = on_news
        self.cancelled = False
        self.raised: BaseException | None = None
        self._asked_at = 0.0

    def attach(self, highs: "highspy.Highs") -> None:
        if self.should_cancel is not None or self.on_news is not None:
            highs.cbMipInterrupt.subscribe(self._ask)
        if self.on_news is not None:
            highs.cbMipLogging.subscribe(self._tell)

    def _ask(self, event: "highspy.HighsCallbackEvent") -> None:
        now = time.monotonic()
        if self.should_cancel is not None and now - self._asked_at >= _ASK_SECONDS and self.raised is None:
            self._asked_at = now
            try:
                self.cancelled = self.cancelled or self.should_cancel()
            except BaseException as error:  # noqa: BLE001 - raised again once the solver has ended
                self.raised = error
        if self.cancelled or self.raised is not None:
            event.interrupt()

    def _tell(self, event: "highspy.HighsCallbackEvent") -> None:
        found, proven = event.data_out.mip_primal_bound, event.data_out.mip_dual_bound
        try:
            if self.on_news is not None and self.raised is None:
                self.on_news(
                    found if abs(found) < _NO_BOUND else None, proven if abs(proven) < _NO_BOUND else None
                )
        except BaseException as error:  # noqa: BLE001 - raised again once the solver has ended
            self.raised = error


def _lp(
    model: PlanningModel,
    objective: Mapping[int, float],
    offset: float,
    held: tuple[Held, ...],
    bounds: Mapping[int, tuple[float, float]],
) -> "highspy.HighsLp":
    lower, upper = np.array(model.lower, float), np.array(model.upper, float)
    for column, (low, high) in bounds.items():
        lower[column], upper[column] = max(low, lower[column]), min(high, upper[column])
    matrix = model.matrix().with_rows([(-INFINITY, limit.most, sorted(limit.cost.items())) for limit in held])
    cost = np.zeros(len(model.upper))
    for column, coefficient in objective.items():
        cost[column] = coefficient
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(model.upper), len(matrix.lower)
    lp.col_cost_, lp.col_lower_, lp.col_upper_, lp.offset_ = cost, lower, upper, offset
    lp.row_lower_, lp.row_upper_ = matrix.lower, matrix.upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = matrix.start, matrix.index, matrix.value
    kinds = highspy.HighsVarType
    lp.integrality_ = [kinds.kInteger if whole else kinds.kContinuous for whole in model.whole]
    return lp
