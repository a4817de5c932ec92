"""The four stages, each a goal to bring down while what the ones before reached is held.

A stage asks the relaxation for a first bound. On larger plans small searches find a good plan, two at a time: first with
every price known (``price_breaks``), then around the best plan (``neighbourhoods``). Then the whole model is given to HiGHS,
started from that plan, for the proof, while the search goes on beside it. Whatever the solver proposes is settled in whole
pence first and taken only if it is truly allowed and truly better.
"""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from procurement.domain.planning.breaches import only_pins_breach
from procurement.domain.planning.choice import Choice
from procurement.domain.planning.engine import Answer, Effort, Held, run
from procurement.domain.planning.evaluate import evaluate_settlement
from procurement.domain.planning.exchange import needier_first
from procurement.domain.planning.exposure import Outlook
from procurement.domain.planning.limits import LimitBook
from procurement.domain.planning.model import FINE_PENCE, POINTS_PER_UNIT, PlanningModel, build
from procurement.domain.planning.neighbourhoods import Neighbourhoods
from procurement.domain.planning.price_breaks import Bounds, Commitments
from procurement.domain.planning.problem import PlanningProblem
from procurement.domain.planning.result import Metrics, Schedule, Settlement, Stage, gap_of
from procurement.domain.planning.settle import settle
from procurement.domain.planning.side_by_side import Job, side_by_side
from procurement.domain.planning.start import start_values

_SMALL_CHOICES = 120
"""Up to so many choices of asset and year the whole model is solved at once, without small searches."""
_PRICED_NODES, _ROUND_NODES = 1, 10
"""How far a small search goes: with every price known, and around a plan."""
_SEARCH_SHARE = 0.4
"""Of a stage's time, how much the small searches may take before the proof begins."""
_FRUITLESS_ROUNDS, _ROUNDS_BESIDE = 6, 120
"""Pairs of rounds without gain after which the proof begins, and single rounds beside it."""
_ROUND_GAP = 0.0005
_HAIR = 1e-6
_SLACK = 0.4
"""Points and pence are whole: held to a value and this much of one, a stage is held exactly, whatever the rounding."""
_ROUNDED = 0.499999
"""A present value was rounded to the nearest penny: anything up to half of one above is the same cost."""

_Found = TypeVar("_Found")


@dataclass(frozen=True, slots=True)
class Goal:
    """What a stage brings down: a figure of a plan, in points, pence or decisions."""

    name: str
    value: Callable[[Metrics], int]
    search_gap: float
    tolerance: float = 0.0


@dataclass(frozen=True, slots=True)
class Limits:
    """When the stages end; ``nodes`` None lets the size of the plan decide. ``rounds`` is how many pairs of neighbourhoods are
    searched at most, and without ``proof`` there is nothing else: the bound is the relaxation's."""

    relative_gap: float
    nodes: int | None
    should_cancel: Callable[[], bool] | None
    rounds: int = 40
    proof: bool = True


@dataclass(frozen=True, slots=True)
class Candidate:
    """A schedule that keeps every rule, with its exact figures."""

    schedule: dict[int, Choice]
    settlement: Settlement
    metrics: Metrics


News = Callable[[str, float | None, float | None], None]
"""Told the stage, the best value and the bound, in points or pence."""


class Stages:
    """One problem on its way through the stages. ``best`` is the plan so far; it never gets worse.

    ``out_of_time`` says that the clock, and not the gap or the nodes, ended any part of the search: then the same
    inputs need not give the same plan on another day.
    """

    def __init__(
        self,
        problem: PlanningProblem,
        ahead: Outlook,
        starts: Sequence[Schedule],
        limits: Limits,
        seed: int,
        news: News,
    ) -> None:
        """Begin from the best of ``starts``. Raises ValueError where each breaks a rule that no pin excuses."""
        self.problem, self.ahead, self.limits, self.seed, self.news = problem, ahead, limits, seed, news
        self.model = build(problem, ahead)
        self._book = LimitBook(problem)
        self.cancelled = self.out_of_time = False
        self._most_breaches: int | None = None
        self._most_exposure: int | None = None
        self._most_cost: int | None = None
        self._tidies = True
        self._proved: float | None = None
        given = [self._candidate(start) for start in starts]
        self._found = [candidate for candidate in given if candidate is not None]
        if not self._found:
            raise ValueError("Each schedule to start from breaks a rule that no pin excuses.")
        self.best = min(self._found, key=lambda candidate: candidate.metrics.rank)

    def breach(self, until: float) -> Stage:
        """Stage 1: the least priced breach. Without a breach to avoid the solver is not asked."""
        if not self.best.metrics.breaches_pence:
            stage = Stage("breach", 0.0, 0.0, 0.0, "Every pin can be paid for", 0.0)
        else:
            goal = Goal("breach", lambda m: m.breaches_pence, 0.001)
            stage = self._run(goal, until)
        self._most_breaches = self.best.metrics.breaches_pence
        return stage

    def exposure(self, until: float, known: float | None = None) -> Stage:
        """Stage 2: the least exposure. ``known`` is a bound on it, in points, that holds already."""
        return self._run(Goal("exposure", lambda m: m.exposure, 0.02), until, known)

    def cost(self, until: float, most_exposure: int) -> Stage:
        """Stage 3: the least whole cost in present value, and the fewest model families, at no more than ``most_exposure``."""
        self._most_exposure = most_exposure
        self._take_best(lambda m: (m.cost_stage_pence, m.exposure))
        tolerance = self.problem.exposure_tolerance_basis_points / 10_000
        return self._run(Goal("cost", lambda m: m.cost_stage_pence, 0.002, tolerance), until)

    def churn(self, until: float, most_cost: int) -> Stage:
        """Stage 4: the fewest decisions changed against the last agreed plan, at no more than ``most_cost`` pence and no
        more exposure than stage 3 left. Without an earlier plan the solver is not asked."""
        tolerance = self.problem.cost_tolerance_basis_points / 10_000
        if not self.problem.previous:
            return Stage("churn", 0.0, 0.0, 0.0, "There is no earlier plan to keep to", tolerance)
        self._most_exposure, self._most_cost = self.best.metrics.exposure, most_cost
        self._tidies = False
        self._take_best(lambda m: (m.churn, m.cost_stage_pence, m.exposure))
        return self._run(Goal("churn", lambda m: m.churn, 0.0, tolerance), until)

    def _take_best(self, order: Callable[[Metrics], tuple[int, ...]]) -> None:
        """Go on from the best plan found so far that keeps what the stages before reached."""
        allowed = [candidate for candidate in self._found if self._keeps_earlier(candidate.metrics)]
        self.best = min(allowed, key=lambda candidate: order(candidate.metrics))

    def _run(self, goal: Goal, until: float, known: float | None = None) -> Stage:
        begun = time.monotonic()
        self._proved = None
        if not self.model.take:
            value = float(goal.value(self.best.metrics))
            return Stage(goal.name, value, value, 0.0, "Nothing to decide", goal.tolerance)
        relaxed = self._solve(
            self.model, goal, Effort(0.0, 1, self._left(until)), relaxed=True, with_start=False
        )
        bound, status = _higher(relaxed.bound, known), relaxed.status
        if not self._proven(goal, bound):
            around = None
            if len(self.model.take) > _SMALL_CHOICES:
                around = Neighbourhoods(self.problem, self.model, self.seed)
                share = _SEARCH_SHARE if self.limits.proof else 1.0
                self._search(goal, around, begun + share * (until - begun), bound)
            done = self._proven(goal, bound) or not (self.limits.proof or around is None)
            whole = None if done else self._whole(goal, around, until, bound)
            if whole is not None:
                status = whole.status
                bound = _higher(bound, whole.bound)
        value = goal.value(self.best.metrics)
        self.news(goal.name, float(value), bound)
        seconds = round(time.monotonic() - begun, 2)
        return Stage(goal.name, float(value), bound, gap_of(value, bound), status, goal.tolerance, seconds)

    def _search(self, goal: Goal, around: Neighbourhoods, until: float, bound: float | None) -> None:
        """Bring the best plan down by small searches: every price known, then two neighbourhoods at a time."""
        commitments = Commitments(self.problem, self.model)

        def better(bounds: Bounds) -> bool:
            effort = Effort(goal.search_gap, _PRICED_NODES, self._left(until))
            return self._consider(goal, self._solve(self.model, goal, effort, bounds=bounds, bound=bound))

        if goal.name == "exposure":
            better(commitments.single_price())
        while self._may_go_on(until) and better(commitments.reached_by(self.best.schedule)):
            pass
        fruitless = 0
        for _ in range(self.limits.rounds):
            if not self._may_go_on(until) or fruitless >= _FRUITLESS_ROUNDS or self._proven(goal, bound):
                break
            rounds = [self._round(goal, around, until) for _ in range(2)]
            answers = self._together(rounds, goal, bound)
            won = [self._learn(goal, around, answer) for answer in answers]
            fruitless = 0 if any(won) else fruitless + 1

    def _round(self, goal: Goal, around: Neighbourhoods, until: float) -> Job[Answer]:
        """The job of searching the next neighbourhood of the best plan."""
        bounds = around.next(self.best.schedule)
        effort = Effort(_ROUND_GAP, _ROUND_NODES, self._left(until))
        start = start_values(self.model, self.best.settlement)
        return lambda should_stop: self._ask(
            self.model, goal, effort, should_stop, bounds=bounds, start=start
        )

    def _learn(self, goal: Goal, around: Neighbourhoods, answer: Answer) -> bool:
        around.learn(solved=answer.status == "Optimal")
        return self._consider(goal, answer)

    def _whole(
        self, goal: Goal, around: Neighbourhoods | None, until: float, bound: float | None
    ) -> Answer | None:
        """Give HiGHS the whole model; again in a finer unit should its tolerances spoil the answer.

        Beside it the search goes on ``around`` the best plan, for a set number of rounds.
        """
        if not self._may_go_on(until):
            return None
        nodes = self.limits.nodes or max(20, 40_000_000 // len(self.model.take) ** 2)
        effort = Effort(self.limits.relative_gap, nodes, self._left(until))
        start = start_values(self.model, self.best.settlement)

        def prove(should_stop: Callable[[], bool]) -> Answer:
            return self._ask(self.model, goal, effort, should_stop, start=start)

        def search(should_stop: Callable[[], bool]) -> Answer | None:
            for _ in range(_ROUNDS_BESIDE if around is not None else 0):
                if should_stop() or self._left(until) <= 0 or around is None:
                    break
                self._learn(goal, around, self._round(goal, around, until)(should_stop))
            return None

        jobs: list[Job[Answer | None]] = [prove, search]
        answer = self._together(jobs, goal, bound)[0]
        if answer is None:
            return None
        if answer.failed or self._broken_by_rounding(answer):
            fine = build(self.problem, self.ahead, FINE_PENCE)
            effort = replace(effort, seconds=self._left(until))
            answer = self._solve(fine, goal, effort, with_start=False, bound=bound)
        self._consider(goal, answer)
        return answer

    def _solve(
        self,
        model: PlanningModel,
        goal: Goal,
        effort: Effort,
        *,
        bounds: Bounds | None = None,
        relaxed: bool = False,
        with_start: bool = True,
        bound: float | None = None,
    ) -> Answer:
        """Run the engine once, from the best plan so far."""
        start = start_values(model, self.best.settlement) if with_start else None
        [answer] = self._together(
            [
                lambda should_stop: self._ask(
                    model, goal, effort, should_stop, bounds=bounds, relaxed=relaxed, start=start
                )
            ],
            goal,
            bound,
        )
        return answer

    def _together(self, jobs: Sequence[Job[_Found]], goal: Goal, bound: float | None) -> list[_Found]:
        """Run jobs side by side, telling news and asking for a wish to stop meanwhile. ``bound`` holds for the whole model."""
        told: tuple[float, float | None] | None = None

        def should_stop() -> bool:
            nonlocal told
            now = float(goal.value(self.best.metrics)), _higher(bound, self._proved)
            if now != told:
                told = now
                self.news(goal.name, *now)
            return self._is_cancelled()

        return side_by_side(jobs, should_stop)

    def _ask(
        self,
        model: PlanningModel,
        goal: Goal,
        effort: Effort,
        should_stop: Callable[[], bool],
        *,
        bounds: Bounds | None = None,
        relaxed: bool = False,
        start: Sequence[float] | None = None,
    ) -> Answer:
        """Run the engine in whatever thread this is. What it proves of the whole model meanwhile is kept for the news."""
        objective, offset, unit = model.objective(goal.name)

        def on_news(_: float | None, proven: float | None) -> None:
            raised = _whole_bound(proven, unit, goal)
            # While it completes the start HiGHS reports that start as proven best: that is no bound. What the run
            # does prove is told when it has ended.
            if raised is not None and raised < goal.value(self.best.metrics) * (1 - _HAIR):
                self._proved = _higher(self._proved, raised)

        answer = run(
            model,
            objective,
            effort,
            seed=self.seed,
            offset=offset,
            held=self._held(model),
            bounds=bounds,
            start=start,
            relaxed=relaxed,
            should_cancel=should_stop,
            on_news=on_news if bounds is None else None,
        )
        self.out_of_time = self.out_of_time or answer.out_of_time
        return replace(answer, bound=_whole_bound(answer.bound, unit, goal))

    def _held(self, model: PlanningModel) -> tuple[Held, ...]:
        """What the stages before reached, as rows of a model."""
        held = []
        if self._most_breaches is not None and model.breach:
            most = (self._most_breaches + _SLACK) / model.pence_per_unit - model.breach_fixed
            held.append(Held(model.breach, most))
        if self._most_exposure is not None:
            room = (self._most_exposure + _SLACK) / POINTS_PER_UNIT - model.exposure_if_kept
            held.append(Held(model.exposure, room))
        if self._most_cost is not None:
            held.append(Held(model.cost, (self._most_cost + _ROUNDED) / model.pence_per_unit))
        return tuple(held)

    def _consider(self, goal: Goal, answer: Answer) -> bool:
        """Take an answer's schedule if it is allowed and better; return whether it was."""
        if answer.values is None:
            return False
        candidate = self._candidate(self.model.schedule(self.problem, answer.values))
        if candidate is None or not self._keeps_earlier(candidate.metrics):
            return False
        self._found.append(candidate)
        if goal.value(candidate.metrics) >= goal.value(self.best.metrics):
            return False
        self.best = candidate
        return True

    def _broken_by_rounding(self, answer: Answer) -> bool:
        """Whether a schedule that the solver takes for allowed is not, to the penny."""
        if answer.values is None:
            return False
        candidate = self._candidate(self.model.schedule(self.problem, answer.values))
        return candidate is None or not self._keeps_earlier(candidate.metrics)

    def _candidate(self, schedule: Schedule) -> Candidate | None:
        """Work a schedule out to the penny; None if it breaks a rule that no pin excuses.

        Like is exchanged for like, the needier first, until the last stage: there it would only change more decisions.
        """
        tidy = needier_first(self.problem, schedule, self.ahead) if self._tidies else dict(schedule)
        settlement = settle(self.problem, tidy, self.ahead)
        if not only_pins_breach(self.problem, settlement, self._book):
            return None
        return Candidate(tidy, settlement, evaluate_settlement(self.problem, settlement, self.ahead))

    def _keeps_earlier(self, metrics: Metrics) -> bool:
        return (
            (self._most_breaches is None or metrics.breaches_pence <= self._most_breaches)
            and (self._most_exposure is None or metrics.exposure <= self._most_exposure)
            and (self._most_cost is None or metrics.cost_stage_pence <= self._most_cost)
        )

    def _proven(self, goal: Goal, bound: float | None) -> bool:
        gap = gap_of(goal.value(self.best.metrics), bound)
        return gap is not None and gap <= self.limits.relative_gap

    def _left(self, until: float) -> float:
        return until - time.monotonic()

    def _is_cancelled(self) -> bool:
        if self.limits.should_cancel is not None and not self.cancelled:
            self.cancelled = self.limits.should_cancel()
        return self.cancelled

    def _may_go_on(self, until: float) -> bool:
        if self._is_cancelled():
            return False
        in_time = self._left(until) > 0
        self.out_of_time = self.out_of_time or not in_time
        return in_time


def _whole_bound(bound: float | None, unit: int, goal: Goal) -> float | None:
    """Return a bound in whole points or pence, with a hair's breadth left for the solver's tolerance.

    Exposure and breaches are themselves whole, so their bound may be rounded up; a present value was rounded
    to the nearest penny, so its bound goes down.
    """
    if bound is None:
        return None
    value = bound * unit
    lowered = value - max(0.001, abs(value) * 1e-9)
    return max(0.0, float(math.floor(lowered) if goal.name == "cost" else math.ceil(lowered)))


def _higher(one: float | None, other: float | None) -> float | None:
    return max((bound for bound in (one, other) if bound is not None), default=None)
