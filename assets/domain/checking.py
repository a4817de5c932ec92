"""What a file would do to the register, row by row, and everything that stands against it.

The one rule behind the check that people see, the dry run of the command and the commit: all three call `check_rows`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from assets.domain.columns import BY_KEY, REQUIRED
from assets.domain.duplicates import find_in_file, find_taken
from assets.domain.facts import FACTS, Kind
from assets.domain.matching import Finder, Line
from assets.domain.plausibility import faults
from assets.domain.problems import Problem
from assets.domain.readings import Fault
from assets.domain.register import FIELDS, Held, Register, Value, empty
from assets.domain.rows import ReadRow, RowReader, SourceRow
from assets.domain.support import MAKE_FIELDS, SETTLED_BY, settled_support
from assets.domain.three_way import merge_lines
from assets.domain.vocabulary import Modality, Status


class Outcome(StrEnum):
    """What a row does to the register."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """What one row would do. `before` and `after` hold what differs; for a new machine `after` is all it has.

    `held` is the machine the row is about, as it stands in the register. `trust_id` is the trust of a new one. `kept` are
    facts, by key, left as the register has them: only the register has changed them since the file was exported.
    """

    number: int
    cells: Mapping[str, str]
    outcome: Outcome
    problems: tuple[Problem, ...] = ()
    held: Held | None = None
    trust_id: int | None = None
    before: Mapping[str, Value] | None = None
    after: Mapping[str, Value] | None = None
    sheet: str = ""
    kept: tuple[str, ...] = ()


def check_rows(
    rows: Iterable[SourceRow],
    register: Register,
    headings: Mapping[str, str],
    *,
    on: date,
) -> list[CheckedRow]:
    """Return what each row would do to the register, with every problem of every row.

    `headings` gives a column's key its heading in the file. `on` is today.
    """
    return _Check(rows, register, headings, on=on).results()


class _Check:
    def __init__(
        self, rows: Iterable[SourceRow], register: Register, headings: Mapping[str, str], *, on: date
    ) -> None:
        self._register = register
        self._headings = headings
        self._on = on
        self._reader = RowReader(register, headings, on=on)
        self._finder = Finder(register)
        self._lines = [self._line(self._reader.read(row)) for row in rows]

    def results(self) -> list[CheckedRow]:
        for place, line in enumerate(self._lines, 1):
            line.place = place
        self._finder.find_alike(self._lines)
        merge_lines(self._lines, self._register, self._reader, _same)
        for line in self._lines:
            self._settle(line)
        find_in_file(self._lines, self._report)
        find_taken(self._lines, self._register, self._report)
        return [self._result(line) for line in self._lines]

    def _line(self, read: ReadRow) -> Line:
        held, wrong = self._finder.find(read)
        line = Line(read, self._finder.family(read), held, list(read.problems))
        for key, fault in wrong:
            self._report(line, key, fault)
        return line

    def _report(self, line: Line, key: str, fault: Fault) -> None:
        line.found.add((key, fault.kind))
        line.problems.append(self._reader.problem(line.read, key, fault))

    def _settle(self, line: Line) -> None:
        """Work out what the line changes, and whether the machine as it would then stand can be."""
        line.changes = self._changes(line)
        line.problems += [problem for name, problem in line.read.doubts if name in line.changes]
        if line.held is None:
            self._require(line)
        self._check_together(line)

    def _changes(self, line: Line) -> dict[str, Value]:
        said = {name: value for name, value in line.read.said.items() if name in FIELDS}
        if said.get("retired_on") and "status" not in said and "status" not in line.read.faulty:
            said["status"] = Status.RETIRED.value
        if line.held is None:
            values = {name: empty(name) for name in FIELDS} | {"status": Status.IN_USE.value} | said
            self._default_specification(line, values)
            return values | self._settled_model(line, said, values)
        held = line.held.values
        changes = {name: value for name, value in said.items() if not _same(name, held[name], value)}
        for pair in _DATES_AND_PRECISIONS:
            if changes.keys() & set(pair):
                # The one says nothing without the other, to people and to the database.
                changes |= {name: said[name] for name in pair}
        if "modality" in changes:
            self._default_specification(line, changes)
        if (
            changes.get("status", Status.RETIRED) != Status.RETIRED
            and held["retired_on"]
            and "retired_on" not in said
        ):
            changes["retired_on"] = None
        if changes.keys() & SETTLED_BY:
            changes |= self._settled_model(line, changes, {**held, **changes})
        return changes

    def _settled_model(
        self, line: Line, stated: Mapping[str, Value], stands: Mapping[str, Value]
    ) -> dict[str, Value]:
        """Return the catalogue's model of a machine whose make was stated, and its end of support; only what differs."""
        held: Mapping[str, Value] = line.held.values if line.held is not None else {}
        model_id = held.get("machine_model_id")
        model = self._register.model_of(model_id) if isinstance(model_id, int) else None
        if stated.keys() & MAKE_FIELDS and stands.get("modality"):
            modality = Modality(str(stands["modality"]))
            model = self._register.model_named(
                str(stands["manufacturer"]), str(stands["model_name"]), modality
            )
        settled: dict[str, Value] = {"machine_model_id": model.id if model else None}
        held_on = held.get("support_ends_on")
        settled |= settled_support(
            stated={name: value for name, value in stated.items() if name == "support_ends_on"},
            held_on=held_on if isinstance(held_on, date) else None,
            held_source=str(held.get("support_source") or ""),
            model=model,
        )
        return {name: value for name, value in settled.items() if value != held.get(name, empty(name))}

    def _default_specification(self, line: Line, values: dict[str, Value]) -> None:
        if values.get("specification_id") or not values.get("modality"):
            return
        found = self._register.specification_for(Modality(str(values["modality"])), line.read.subtype)
        values["specification_id"] = found.id if found else None

    def _require(self, line: Line) -> None:
        """A new machine needs a modality and a site. A reference that is not known says that it is not new."""
        if "reference" in line.read.faulty or ("reference", "reference_unknown") in line.found:
            return
        for group in REQUIRED:
            field = "modality" if "modality" in group else "site_id"
            if not line.changes.get(field) and not line.read.faulty.intersection(group):
                key = next((key for key in group if key in self._headings), group[-1])
                message = f"A new machine needs a {BY_KEY[group[-1]].heading.lower()}. Write it here."
                self._report(line, key, Fault("missing", message))

    def _check_together(self, line: Line) -> None:
        """Report what disagrees within the machine as it would stand, where something new is part of it."""
        stands = {**(line.held.values if line.held is not None else {}), **line.changes}
        told = line.read.faulty | {name for name, _ in line.read.doubts if name in line.changes}
        for about, fault in _disagreements(stands, self._register, on=self._on):
            if line.changes.keys() & set(about) and not told.intersection(about):
                self._report(line, _column_of(about, line.read), fault)

    def _result(self, line: Line) -> CheckedRow:
        row, held, changes = line.read, line.held, line.changes
        if line.problems:
            return CheckedRow(
                row.number, row.cells, Outcome.PROBLEM, tuple(line.problems), held, sheet=row.sheet
            )
        if held is None:
            owner = row.place.trust_id if row.place is not None else None
            after = {name: value for name, value in changes.items() if value != empty(name)}
            return CheckedRow(
                row.number, row.cells, Outcome.NEW, trust_id=owner, before={}, after=after, sheet=row.sheet
            )
        before = {name: held.values[name] for name in changes}
        outcome = Outcome.CHANGED if changes else Outcome.UNCHANGED
        return CheckedRow(
            row.number,
            row.cells,
            outcome,
            held=held,
            before=before,
            after=changes,
            sheet=row.sheet,
            kept=line.kept,
        )


_DATES_AND_PRECISIONS = tuple(fact.fields for fact in FACTS if fact.kind is Kind.PARTIAL_DATE)
_NEEDS_A_DATE = {fact.key for fact in FACTS if fact.kind in {Kind.YEAR, Kind.PARTIAL_DATE}} | {
    fact.key for fact in FACTS if fact.kind in {Kind.FIRST_DAY, Kind.LAST_DAY}
}
_JUDGED_AS_CELLS = {fact.key for fact in FACTS if fact.most is not None or fact.kind is Kind.MONEY}
"""What is odd about these is said of the cell, by `readings`, in a cell's words."""


def _disagreements(
    stands: Mapping[str, Value], register: Register, *, on: date
) -> Iterator[tuple[tuple[str, ...], Fault]]:
    """Yield what cannot be true together of a machine: the fields it is about, the one to correct first, and why."""
    judged: dict[str, Any] = {name: value for name, value in stands.items() if name not in _JUDGED_AS_CELLS}
    for each in faults(judged, on=on):
        about = (each.field, *sorted(each.fields - {each.field}))
        yield about, Fault(_kind_of(about), each.message)
    yield from _of_specification(stands, register)


def _of_specification(
    stands: Mapping[str, Value], register: Register
) -> Iterator[tuple[tuple[str, ...], Fault]]:
    if not stands.get("modality"):
        return
    modality = Modality(str(stands["modality"]))
    chosen = register.specification(stands.get("specification_id"))
    if chosen is None:
        message = (
            f"There is no standard specification for {modality.label} yet. Ask your administrator to add one."
        )
        yield ("specification_id", "modality"), Fault("specification_unknown", message)
    elif chosen.modality is not modality:
        codes = ", ".join(each.code for each in register.specifications if each.modality is modality)
        message = f"{chosen.code} is a specification for {chosen.modality.label}. Write one for {modality.label}: {codes}."
        yield ("specification_id", "modality"), Fault("specification_unknown", message)


def _column_of(about: tuple[str, ...], row: ReadRow) -> str:
    """Return the key of the column to show a fault at: the first of its fields that the row has a cell for."""
    keys = ["specification" if name == "specification_id" else name for name in about]
    return next((key for key in keys if row.cells.get(key)), keys[0])


def _kind_of(about: tuple[str, ...]) -> str:
    if about[0] not in _NEEDS_A_DATE:
        return "fact_of_others" if len(about) > 1 else "number_implausible"
    return "dates_disagree" if len(about) > 1 else "date_implausible"


_LINE_END = re.compile(r"\r\n?")


def _same(name: str, one: Value, other: Value) -> bool:
    """Say whether two values are the same; web forms and spreadsheets end the lines of a text differently."""
    if name == "notes":
        return _LINE_END.sub("\n", str(one)) == _LINE_END.sub("\n", str(other))
    return one == other
