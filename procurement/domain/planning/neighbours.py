"""Exact what-ifs: one machine decided otherwise, alone or with the best answer found by moving one other machine.

For every machine the plan is asked: a year earlier, or a year later? First alone, everything else as planned. Where
money or a limit forbids that, one other machine is moved as well: exchanged, pushed later, out of the plan or into
another tender; and where it is allowed, one other machine may use what becomes free. Of all these the one with the
least exposure is taken, then the least cost, and settled again to the penny; its differences are exact. It is the best
found by moving at most two machines: a whole new plan might do better still.

How it is fast: each machine's every other choice is tried alone, once (``Moves``). What cannot be paid has a cut: the bills
that compete for the money that is missing. A second machine can only help by lessening these, so an index of who
lessens what leaves few pairs to try.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import groupby

from procurement.domain.planning.breaches import only_pins_breach
from procurement.domain.planning.evaluate import evaluate_settlement
from procurement.domain.planning.exposure import Outlook
from procurement.domain.planning.funding import SpendKey
from procurement.domain.planning.limits import LimitKey
from procurement.domain.planning.moves import Moves, Step
from procurement.domain.planning.problem import KEPT, PlanningProblem
from procurement.domain.planning.result import Choice, Metrics, Schedule
from procurement.domain.planning.settle import TenderKey, settle

_MOST_CUTS = 40
"""How many cuts are remembered, those of last use."""
_MOST_SETTLED = 12
"""How many candidates for one answer are settled in full before the search gives up."""


class Stopped(Exception):
    """The search was told to stop."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A plan that differs from the one shown by one or two machines, settled to the penny.

    ``choice`` is that of the machine asked about; ``other`` the one other machine moved, with what it would do. Differences
    are to the plan shown: points, pence of breaches, pence of cost in present value, of spend.
    """

    asset_id: int
    choice: Choice
    other: tuple[int, Choice] | None
    points: int
    breach_pence: int
    cost_pence: int
    spend_pence: int


@dataclass(frozen=True, slots=True)
class Alternative:
    """A choice asked about: what stands against it alone, and the best answer found, None where none was."""

    asset_id: int
    choice: Choice
    alone: Step
    found: Neighbour | None


class Neighbourhood:
    """All that one or two machines could do otherwise in a settled plan. Deterministic; ``should_cancel`` raises Stopped."""

    def __init__(
        self,
        problem: PlanningProblem,
        schedule: Schedule,
        ahead: Outlook,
        should_cancel: Callable[[], bool] | None = None,
    ) -> None:
        self.problem, self.ahead = problem, ahead
        self.moves = Moves(problem, schedule, ahead)
        self.schedule = self.moves.schedule
        self.metrics = self._settled(self.schedule) or _refuse()
        self._should_cancel = should_cancel
        self.pinned = frozenset(pin.asset_id for pin in problem.pins)
        self.steps: dict[tuple[int, Choice], Step] = {}
        self._lessens: dict[SpendKey, list[Step]] = defaultdict(list)
        self._waits_for: dict[SpendKey, list[Step]] = defaultdict(list)
        self._relieves: dict[LimitKey, list[Step]] = defaultdict(list)
        self._exceeds: dict[LimitKey, list[Step]] = defaultdict(list)
        self._cuts: list[tuple[frozenset[SpendKey], int]] = []
        self._joins: dict[TenderKey, list[Step]] = defaultdict(list)
        for asset in sorted(problem.assets, key=lambda asset: asset.asset_id):
            self.ask()
            for choice in sorted(ahead.choices[asset.asset_id]):
                if choice != self.schedule[asset.asset_id]:
                    self._index(self._tried(self.moves.step({asset.asset_id: choice})))

    def ask(self) -> None:
        """Raise Stopped if told to stop."""
        if self._should_cancel is not None and self._should_cancel():
            raise Stopped

    def best(self, asset_id: int, choices: Iterable[Choice]) -> list[Alternative]:
        """Answer for each open choice of a machine that is not pinned, in the order given."""
        self.ask()
        steps = self._steps(asset_id, choices)
        return [Alternative(asset_id, step.changes[0][1], step, self._answer([step])) for step in steps]

    def best_of(self, asset_id: int, choices: Iterable[Choice]) -> Neighbour | None:
        """Answer for the best of several open choices of a machine that is not pinned; None where none can be had."""
        self.ask()
        return self._answer(self._steps(asset_id, choices))

    def settled(self, steps: Iterable[Step]) -> Metrics | None:
        """Settle the plan with these steps taken, to the penny; None where a rule is broken that no pin excuses."""
        changes = {asset_id: choice for step in steps for asset_id, choice in step.changes}
        return self._settled({**self.schedule, **changes})

    def _index(self, step: Step) -> None:
        [(asset_id, choice)] = step.changes
        self.steps[asset_id, choice] = step
        for key, pence in step.bills.items():
            if pence < 0:
                self._lessens[key].append(step)
        for key in step.missing.cut:
            self._waits_for[key].append(step)
        for limit in step.relieves:
            self._relieves[limit].append(step)
        for limit in step.over:
            self._exceeds[limit].append(step)
        for tender in step.tenders:
            self._joins[tender].append(step)

    def _tried(self, step: Step) -> Step:
        return replace(step, missing=self.moves.tried(step))

    def _steps(self, asset_id: int, choices: Iterable[Choice]) -> list[Step]:
        return [self.steps[asset_id, one] for one in choices if (asset_id, one) in self.steps]

    def _answer(self, firsts: list[Step]) -> Neighbour | None:
        """The best of these, each alone and with one other machine; least points first, then least cost."""
        candidates = [(first.points, first, first) for first in firsts if first.possible]
        for first in firsts:
            candidates += [(first.points + second.points, first, second) for second in self._partners(first)]
        candidates.sort(key=lambda one: (one[0], one[1].changes, one[2].changes))
        tried = 0
        for _, group in groupby(candidates, key=lambda one: one[0]):
            answers = []
            for _, first, second in group:
                pair = first if second is first else self._pair(first, second)
                if pair is None:
                    continue
                tried += 1
                if tried > _MOST_SETTLED and second is not first:
                    continue
                if (answer := self._exact(first, pair)) is not None:
                    answers.append(answer)
            if answers:
                return min(
                    answers,
                    key=lambda a: (a.breach_pence, a.points, a.cost_pence, a.choice, a.other or (0, KEPT)),
                )
        return None

    def _partners(self, first: Step) -> list[Step]:
        """Other machines' steps that could make the first possible, or use what it sets free."""
        found: dict[tuple[tuple[int, Choice], ...], Step] = {}
        if first.over:
            sets = [{step.changes: step for step in self._relieves[limit]} for limit in sorted(first.over)]
            found = {key: step for key, step in sets[0].items() if all(key in other for other in sets)}
        elif not first.missing.nothing:
            for key in first.missing.cut:
                found |= {step.changes: step for step in self._lessens[key]}
            for tender in first.tenders:
                found |= {step.changes: step for step in self._joins[tender]}
        else:
            for key, pence in first.bills.items():
                if pence < 0:
                    found |= {step.changes: step for step in self._waits_for[key]}
            for limit in first.relieves:
                found |= {step.changes: step for step in self._exceeds[limit]}
            for tender in first.tenders:
                found |= {step.changes: step for step in self._joins[tender]}
            found = {key: step for key, step in found.items() if step.points < 0 and not step.possible}
        [(mine, _)] = first.changes
        return [step for key, step in found.items() if key[0][0] != mine and key[0][0] not in self.pinned]

    def _pair(self, first: Step, second: Step) -> Step | None:
        """Both steps together if they can be had, by the ledger's word."""
        if first.tenders.isdisjoint(second.tenders):
            if not (_helps(second, first) and _helps(first, second)):
                return None
            if self._ruled_out(first, second):
                return None
        both = self.moves.step(dict(first.changes + second.changes))
        if both.over or not (_enough(both, first) and _enough(both, second)) or self._ruled_out(both):
            return None
        missing = self.moves.tried(both)
        if missing.nothing:
            return both
        self._cuts.insert(0, (missing.cut, _within(missing.cut, both) - missing.needed_pence))
        del self._cuts[_MOST_CUTS:]
        return None

    def _ruled_out(self, *steps: Step) -> bool:
        """Whether steps add more to the bills of some cut found before than the money that can reach these bills.

        A cut holds for any bills whatever, so what one failed pair has shown spares trying many others.
        """
        for place, (cut, most) in enumerate(self._cuts):
            if sum(_within(cut, step) for step in steps) > most:
                self._cuts.insert(0, self._cuts.pop(place))
                return True
        return False

    def _exact(self, first: Step, pair: Step) -> Neighbour | None:
        metrics = self.settled([pair])
        if metrics is None or metrics.breaches_pence > self.metrics.breaches_pence:
            return None
        [(asset_id, choice)] = first.changes
        others = [change for change in pair.changes if change[0] != asset_id]
        return Neighbour(
            asset_id,
            choice,
            others[0] if others else None,
            metrics.exposure - self.metrics.exposure,
            metrics.breaches_pence - self.metrics.breaches_pence,
            metrics.cost_present_value_pence - self.metrics.cost_present_value_pence,
            metrics.spend_pence - self.metrics.spend_pence,
        )

    def _settled(self, schedule: Schedule) -> Metrics | None:
        settlement = settle(self.problem, schedule)
        if not only_pins_breach(self.problem, settlement):
            return None
        return evaluate_settlement(self.problem, settlement, self.ahead)


def _helps(second: Step, first: Step) -> bool:
    """Whether a second step lessens the bills that compete with the first by as much as is missing."""
    missing = first.missing
    return missing.nothing or -_within(missing.cut, second) >= missing.needed_pence


def _enough(both: Step, one: Step) -> bool:
    """The same for steps that share a tender, whose prices together are not the sum of each."""
    missing = one.missing
    if missing.nothing:
        return True
    return _within(missing.cut, one) - _within(missing.cut, both) >= missing.needed_pence


def _within(cut: frozenset[SpendKey], step: Step) -> int:
    """What a step adds to the bills of a cut."""
    return sum(pence for key, pence in step.bills.items() if key in cut)


def _refuse() -> Metrics:
    raise ValueError("The schedule breaks a rule that no pin excuses.")
