"""A row of a file that we once exported, a register that has moved on since: whose change is whose.

For each fact there are three values: as exported, in the register now, in the file. What only the file changed is to be
changed; what only the register changed is left alone; where both changed it differently, a person decides.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from assets.domain.entries import written_fact
from assets.domain.facts import FACTS, Fact, Kind
from assets.domain.matching import Line
from assets.domain.problems import Problem
from assets.domain.readings import Fault
from assets.domain.register import Register, Value
from assets.domain.rows import RowReader

FILE, REGISTER = "file", "register"
"""What a person can decide for: the value of the file, or that of the register."""

Same = Callable[[str, Value, Value], bool]
"""Says of a field whether two values are the same."""


@dataclass(frozen=True, slots=True)
class Merged:
    """What is left of what a row says. `kept` are facts that only the register changed, `conflicts` those to be decided."""

    said: dict[str, Value]
    kept: tuple[str, ...]
    conflicts: tuple[Fact, ...]


def merge(
    said: Mapping[str, Value],
    *,
    exported: Mapping[str, Value],
    held: Mapping[str, Value],
    decisions: Mapping[str, str],
    same: Same,
) -> Merged:
    """Return what a row says once what only the register changed, and what is or must be decided, is taken out of it.

    `said`, `exported` and `held` are fields of one machine: as the file says, as exported, as in the register now.
    `decisions` are FILE or REGISTER by a fact's key.
    """
    left = dict(said)
    kept: list[str] = []
    conflicts: list[Fact] = []
    for fact in FACTS:
        fields = [name for name in fact.fields if name in said]
        if not fields or _alike(fields, exported, held, same) or _alike(fields, said, held, same):
            continue  # the register has not moved, or it says what the file says
        decided = decisions.get(fact.key, "")
        if not _alike(fields, said, exported, same):
            if decided == FILE:
                continue
            if decided != REGISTER:
                conflicts.append(fact)
        kept.append(fact.key)
        for name in fields:
            del left[name]
    in_conflict = {fact.key for fact in conflicts}
    return Merged(left, tuple(key for key in kept if key not in in_conflict), tuple(conflicts))


def _alike(fields: Sequence[str], one: Mapping[str, Value], other: Mapping[str, Value], same: Same) -> bool:
    return all(same(name, one[name], other[name]) for name in fields)


def merge_lines(lines: Sequence[Line], register: Register, reader: RowReader, same: Same) -> None:
    """Take out of the lines that were exported from an earlier version of their machine what only the register has changed.

    What both have changed becomes a problem of the line until it is decided. A line whose version is the machine's own, or
    that has none, says all that it says.
    """
    moved = [
        (line, (line.held.id, line.read.version))
        for line in lines
        if line.held is not None and line.read.version not in (None, line.held.version)
    ]
    known = register.values_at({at for _, at in moved if at[1] is not None}) if moved else {}
    for line, at in moved:
        held, exported = line.held, known.get((at[0], at[1] or 0))
        if held is None:
            continue
        if exported is None:
            message = f"The register knows no version {at[1]} of {held.reference}. Empty the cell to compare the row with the register as it stands."
            line.found.add(("version", "version_unknown"))
            line.problems.append(reader.problem(line.read, "version", Fault("version_unknown", message)))
            continue
        merged = merge(
            line.read.said, exported=exported, held=held.values, decisions=line.read.decisions, same=same
        )
        for fact in merged.conflicts:
            values = [_words(fact, each, register) for each in (exported, held.values, line.read.said)]
            line.problems.append(_conflict(fact, values, line, reader))
        line.read.said, line.kept = merged.said, merged.kept


def _conflict(fact: Fact, values: Sequence[str], line: Line, reader: RowReader) -> Problem:
    exported, held, said = (f"“{value}”" if value else "not known" for value in values)
    message = (
        f"{fact.heading}: {exported} when the file was exported, {held} in the register since, {said} in the file. "
        "Choose which is right."
    )
    key = next((key for key in (fact.key, f"{fact.key}_code") if line.read.cells.get(key)), fact.key)
    problem = reader.problem(line.read, key, Fault("conflict", message))
    return replace(problem, values=(fact.key, *values))


def _words(fact: Fact, values: Mapping[str, Value], register: Register) -> str:
    value = values.get(fact.field)
    if fact.kind is not Kind.REFERENCE:
        return written_fact(fact, values)
    if fact.key == "site":
        return next((place.name for place in register.places if place.id == value), "")
    chosen = register.specification(value)
    return chosen.code if chosen else ""
