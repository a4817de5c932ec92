"""Solving a plan: the better spreadsheet rule as the start and the floor, four stages with HiGHS, an honest account.

Stages (each keeps what the ones before reached; the third may give up a stated little of the second, the fourth of the
third):

1. the least priced breach of the limits, where pins ask for more than the limits allow, and of fairness;
2. the least exposure;
3. the least whole cost in present value, with a price on each model family where the plan asks for fewer;
4. the fewest decisions changed against the last agreed plan.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from networks.domain.financial_year import label
from procurement.domain.planning.baseline import do_nothing, oldest_first, risk_first
from procurement.domain.planning.binding import binding, binding_note
from procurement.domain.planning.choice import KEPT, Schedule
from procurement.domain.planning.engine import SOLVER, solver_version
from procurement.domain.planning.evaluate import evaluate_settlement
from procurement.domain.planning.explain import explained
from procurement.domain.planning.exposure import Outlook, outlook
from procurement.domain.planning.problem import PlanningProblem
from procurement.domain.planning.result import Metrics, Result, Settlement, Stage
from procurement.domain.planning.settle import settle
from procurement.domain.planning.stages import Limits, Stages, gap_of

_BREACH_SHARE, _EXPOSURE_SHARE, _COST_SHARE = 0.15, 0.72, 0.9
"""By which part of the time allowed stages 1, 2 and 3 must end; without an earlier plan stage 3 has the rest."""
_PROVEN = 1e-7
"""Bounds of money are rounded down to a penny: so small a gap is none."""


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


def solve(
    problem: PlanningProblem,
    stop: Stop | None = None,
    *,
    seed: int = 1,
    on_progress: Callable[[Progress], None] | None = None,
) -> Result:
    """Return the best plan found, with its proof. Never worse than oldest-first or risk-first in the order
    of the stages.

    What ``on_progress`` or ``stop.should_cancel`` raise ends the search and is raised here.
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
    limits = Limits(stop.relative_gap, stop.node_limit, stop.should_cancel)
    starts = [*rules, _as_agreed(problem, ahead)] if problem.previous else rules
    stages = Stages(problem, ahead, starts, limits, seed, news)
    first = stages.breach(begun + _BREACH_SHARE * stop.seconds)
    second = stages.exposure(begun + _EXPOSURE_SHARE * stop.seconds)
    most = _most_exposure(problem, stages.best.metrics, floor)
    third = stages.cost(begun + (_COST_SHARE if problem.previous else 1.0) * stop.seconds, most)
    fourth = stages.churn(begun + stop.seconds, _most_cost(problem, stages.best.metrics, floor))
    settlement = stages.best.settlement
    settlement = replace(settlement, decisions=explained(problem, settlement))
    metrics = stages.best.metrics
    return Result(
        settlement=settlement,
        metrics=metrics,
        baseline=oldest,
        risk_first=riskiest,
        do_nothing=evaluate_settlement(problem, settle(problem, do_nothing(problem), ahead), ahead),
        stages=tuple(_as_shown(stage, metrics) for stage in (first, second, third, fourth)),
        status=_status(
            second, third, metrics, stop=stop, cancelled=stages.cancelled, out_of_time=stages.out_of_time
        ),
        notes=tuple(_notes(problem, ahead, metrics, floor, settlement)),
        cancelled=stages.cancelled,
        seed=seed,
        solver=SOLVER,
        solver_version=solver_version(),
        inputs_hash=problem.inputs_hash(),
        runtime_seconds=round(time.monotonic() - begun, 2),
    )


def _as_agreed(problem: PlanningProblem, ahead: Outlook) -> Schedule:
    """The last agreed plan as far as it is still open, with the pins of now."""
    previous = dict(problem.previous)
    agreed = {}
    for asset in problem.assets:
        choices = ahead.choices[asset.asset_id]
        wanted = previous.get(asset.asset_id, KEPT)
        agreed[asset.asset_id] = wanted if wanted in choices else choices[0]
    return agreed


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


def _as_shown(stage: Stage, metrics: Metrics) -> Stage:
    """The stage with the value and gap of the plan shown, which may have given up a little for the next."""
    value = float(
        {
            "breach": metrics.breaches_pence,
            "exposure": metrics.exposure,
            "cost": metrics.cost_stage_pence,
            "churn": metrics.churn,
        }[stage.name]
    )
    return replace(stage, value=value, gap=gap_of(value, stage.bound))


def _status(
    exposure: Stage, cost: Stage, metrics: Metrics, *, stop: Stop, cancelled: bool, out_of_time: bool
) -> str:
    """Say in words how good the plan is proven to be on exposure, the stage that decides, and how the search ended."""
    gaps = [stage.gap for stage in (exposure, cost) if stage.gap is not None]
    if exposure.gap is None:
        proven = "nothing is proven"
    elif len(gaps) == 2 and max(gaps) <= _PROVEN:
        proven = "optimal"
    elif len(gaps) == 2 and max(gaps) <= stop.relative_gap:
        proven = f"optimal within {_percent(max(gaps))}"
    else:
        proven = f"proven within {_percent(exposure.gap)} of the least possible exposure"
    if metrics.exposure > exposure.value:
        given_up = (metrics.exposure - exposure.value) / exposure.value
        proven += f"; {_percent(given_up)} more exposure is accepted for a lower cost"
    if metrics.cost_stage_pence > cost.value:
        given_up = (metrics.cost_stage_pence - cost.value) / cost.value
        proven += f"; {_percent(given_up)} more cost is accepted to keep to the agreed plan"
    if cancelled:
        return f"stopped when asked to: {proven}"
    return f"stopped at the time limit: {proven}" if out_of_time else proven


def _percent(fraction: float) -> str:
    """A fraction as per cents with as many decimals as it needs, rounded up, never shown as 0."""
    return f"{max(math.ceil(fraction * 1000) / 10, 0.1):.1f}%"


def _notes(
    problem: PlanningProblem, ahead: Outlook, metrics: Metrics, floor: Metrics, settlement: Settlement
) -> list[str]:
    """What a reader must know beside the figures."""
    notes = []
    if metrics.rank == floor.rank and problem.assets:
        notes.append(
            "No plan better than the better spreadsheet rule was found: this one does exactly as well."
        )
    if binds := binding_note(problem, binding(problem, settlement, ahead)):
        notes.append(binds)
    if ahead.assumed:
        many = len(ahead.assumed)
        notes.append(
            f"{many} installation date{'s are' if many > 1 else ' is'} not known: the median age of the same modality "
            "in this plan is assumed."
        )
    given = {(envelope.trust_id, envelope.year) for envelope in problem.envelopes}
    owners = {asset.trust_id for asset in problem.assets}
    for trust in problem.trusts:
        missing = [label(year) for year in problem.years if (trust.trust_id, year) not in given]
        if missing and trust.trust_id in owners:
            notes.append(
                f"{trust.name} has no envelope in {', '.join(missing)}: planned as no money of its own."
            )
    return notes
