"""The priority of a machine for replacement: its gates, its score with what each criterion adds, and how much is known.

Score: the weighed mean of the marks that are known. What is not known lowers completeness and is never scored as zero;
the interval says how low and how high the score could be, were it known. Any open gate outranks any score.

Worked examples: docs/algorithms/priority.md.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from assets.domain.lifetime import LifetimeRules, rules_on
from assets.domain.priority_gates import Gate, gates
from assets.domain.priority_marks import FULL, MachineFacts, Mark, in_points, marks, rounded
from assets.domain.priority_rules import Criterion, PriorityRules, Weights, priority_rules_on

Key = TypeVar("Key", bound=Hashable)
_FINE = 10**6
"""Scores are compared in millionths of a tenth of a point, so that rounding for the page makes no ties."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one criterion adds to the score: `tenths` of a point; None where it is not known."""

    mark: Mark
    weight: int
    tenths: int | None

    @property
    def criterion(self) -> Criterion:
        return self.mark.criterion

    @property
    def points(self) -> str:
        """What it adds, in points of the score: "19.3", or "nothing: not known"."""
        return f"nothing: {self.mark.points}" if self.tenths is None else in_points(self.tenths)

    @property
    def words(self) -> str:
        """ "Age against expected life adds 19.3 of 25: about 11 years old …"; says so where it adds nothing."""
        if self.tenths is None:
            return f"{self.criterion.label} (weight {self.weight}): {_lowered(self.mark.words)}"
        return (
            f"{self.criterion.label} (weight {self.weight}) adds {self.points}: {_lowered(self.mark.words)}"
        )


@dataclass(frozen=True, slots=True)
class Priority:
    """A machine's priority on a date, under a set of weights."""

    marks: tuple[Mark, ...]
    gates: tuple[Gate, ...]
    weights: Weights

    @property
    def open_gates(self) -> tuple[Gate, ...]:
        return tuple(gate for gate in self.gates if gate.is_open)

    @property
    def unknown_gates(self) -> tuple[Gate, ...]:
        return tuple(gate for gate in self.gates if gate.is_open is None)

    @property
    def is_gated(self) -> bool:
        """Whether any gate is open."""
        return any(gate.is_open for gate in self.gates)

    @property
    def score_tenths(self) -> int | None:
        """The score in tenths of a point, 0 to 1,000; None where nothing that weighs is known."""
        sums = _sums(self.marks, self.weights)
        return rounded(sums.points, sums.known) if sums.known else None

    @property
    def score(self) -> str:
        """ "66.7", or "not known"."""
        tenths = self.score_tenths
        return "not known" if tenths is None else in_points(tenths)

    @property
    def completeness_percent(self) -> int:
        """How much of the weight is known, rounded down, so that 100 means all."""
        return _sums(self.marks, self.weights).known // 100

    @property
    def interval_tenths(self) -> tuple[int, int]:
        """The lowest and the highest score that what is not known could make it."""
        sums = _sums(self.marks, self.weights)
        open_points = (10_000 - sums.known) * FULL
        return rounded(sums.points, 10_000), rounded(sums.points + open_points, 10_000)

    @property
    def interval(self) -> str:
        """ "58.7 to 78.7"; the score alone where all is known."""
        low, high = self.interval_tenths
        return in_points(low) if low == high else f"{in_points(low)} to {in_points(high)}"

    @property
    def contributions(self) -> tuple[Contribution, ...]:
        """What each criterion adds to the score; what is known adds up to it, but for rounding."""
        known = _sums(self.marks, self.weights).known
        return tuple(
            Contribution(
                mark,
                weight,
                None
                if mark.tenths is None or not known
                else rounded(weight * mark.known_percent * mark.tenths, known),
            )
            for mark, weight in zip(self.marks, self.weights.in_order, strict=True)
        )

    @property
    def missing(self) -> tuple[str, ...]:
        """What would have to be recorded for a complete score."""
        return tuple(dict.fromkeys(fact for mark in self.marks for fact in mark.missing))

    @property
    def order(self) -> tuple[bool, int]:
        """Sorts machines, the most urgent first: open gates, then the exact score; no score stands last."""
        sums = _sums(self.marks, self.weights)
        return not self.is_gated, -fine_score(sums.points, sums.known)


def assess(
    machine: MachineFacts,
    *,
    on: date,
    weights: Weights | None = None,
    rules: PriorityRules | None = None,
    lives: LifetimeRules | None = None,
) -> Priority:
    """Return a machine's priority on a date, by the rules in force on it and the weights given (else the rules' own)."""
    rules = rules or priority_rules_on(on)
    return Priority(
        marks=marks(machine, on=on, rules=rules, lives=lives or rules_on(on)),
        gates=gates(machine, on=on, rules=rules),
        weights=weights or rules.weights,
    )


def ranked(priorities: Mapping[Key, Priority]) -> list[Key]:
    """Return the keys, the most urgent first; equals in the order of the mapping."""
    order = {key: priority.order for key, priority in priorities.items()}
    return sorted(priorities, key=order.__getitem__)


@dataclass(frozen=True, slots=True)
class Sums:
    """`known`: weight × known per cent, 10,000 where all is known. `points`: the same × tenths of points."""

    known: int
    points: int


def _sums(all_marks: Iterable[Mark], weights: Weights) -> Sums:
    known = points = 0
    for mark, weight in zip(all_marks, weights.in_order, strict=True):
        if mark.tenths is not None:
            known += weight * mark.known_percent
            points += weight * mark.known_percent * mark.tenths
    return Sums(known, points)


def fine_score(points: int, known: int) -> int:
    """Return a score fine enough to rank by; below every score where nothing is known."""
    return points * _FINE // known if known else -1


def _lowered(words: str) -> str:
    return words[:1].lower() + words[1:]
