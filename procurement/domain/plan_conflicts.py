"""A plan made again: each machine as planned, as registered now and as planned again, and how many decisions changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from procurement.domain.plan_drift import Moved

LONGEST = 300
NOTHING_MOVED = "Nothing changed about it."
NOT_IN_IT = "Not in the plan."

Choice = tuple[str, int | None, int | None]
"""Kind, year and year of an upgrade."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One line of a version: the machine by the number a problem knows it by, and what is decided, also in words."""

    machine: int
    line_id: int
    label: str
    trust_id: int
    choice: Choice
    words: str


@dataclass(frozen=True, slots=True)
class ThreeWay:
    """One machine whose facts or decision changed. `before` and `after` are None where it is in one version only."""

    before: Planned | None
    after: Planned | None
    planned: str
    registered: str
    replanned: str
    facts_changed: bool
    decision_changed: bool

    @property
    def line(self) -> Planned:
        """The newer of its lines."""
        found = self.after or self.before
        assert found is not None  # noqa: S101 - three_way makes none without a line
        return found


@dataclass(frozen=True, slots=True)
class Churn:
    """How far a plan made again differs: decisions in both versions, how many changed, how many of those with new facts."""

    compared: int
    changed: int
    with_new_facts: int

    @property
    def words(self) -> str:
        """For example "7 of 147 decisions changed, 5 because their facts changed"."""
        if not self.changed:
            return f"None of {self.compared} decisions changed"
        said = f"{self.changed} of {self.compared} decisions changed"
        return f"{said}, {self.with_new_facts or 'none'} because their facts changed"


def three_way(
    before: Sequence[Planned], after: Sequence[Planned], moved: Mapping[int, tuple[Moved, ...]]
) -> list[ThreeWay]:
    """Return the machines whose facts or decision changed between two versions, by name.

    `moved` is what has changed about each machine between the inputs of the two. A machine that joined or left has new
    facts by that alone. A decision counts as changed only where both versions decide.
    """
    old, new = ({line.machine: line for line in lines} for lines in (before, after))
    rows = [
        row
        for machine in sorted({*old, *new})
        if (row := _compared(old.get(machine), new.get(machine), moved.get(machine, ()))) is not None
    ]
    return sorted(rows, key=lambda row: (row.line.label, row.line.machine))


def _compared(old: Planned | None, new: Planned | None, moved: tuple[Moved, ...]) -> ThreeWay | None:
    decided_anew = old is not None and new is not None and old.choice != new.choice
    has_moved = bool(moved) or old is None or new is None
    if not (decided_anew or has_moved):
        return None
    # What joined or left is told whole; its facts were not there to be planned on, or are not there any more.
    stayed = old is not None and new is not None
    facts = [f"{row.what}: {row.planned}." for row in moved] if stayed else []
    now = [f"{row.what}: {row.registered}." if stayed else f"{row.registered}." for row in moved]
    return ThreeWay(
        before=old,
        after=new,
        planned=_cut(f"{old.words}." if old else NOT_IN_IT, *facts),
        registered=_cut(*now) if now else NOTHING_MOVED,
        replanned=_cut(f"{new.words}." if new else NOT_IN_IT),
        facts_changed=has_moved,
        decision_changed=decided_anew,
    )


def _cut(*sentences: str) -> str:
    text = " ".join(sentences)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"
