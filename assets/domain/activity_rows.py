"""What the rows of a file of activity say of which machines and sites, and everything that is wrong with them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from assets.domain.activity import MEASURES, Measure
from assets.domain.activity_numbers import NotANumber, read_number
from assets.domain.activity_owners import Machine, Owner, OwnerFinder
from assets.domain.activity_periods import NotAPeriod, Period, read_period
from assets.domain.facts.use import MOST_EXAMINATIONS
from assets.domain.problems import Problem
from assets.domain.readings import Fault
from assets.domain.register import Register
from assets.domain.rows import SourceRow
from assets.domain.synonyms import not_known

LONGEST_SOURCE = 60

Key = tuple[int | None, int | None, str, date, str, str]
"""What there is only one figure of: asset, or site and modality; the period's first day and kind; the source."""


class Outcome(StrEnum):
    """What a figure of the file does."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class HeldFigure:
    """A figure that is recorded already."""

    id: int
    values: Mapping[Measure, Decimal]
    machines: int


@dataclass(frozen=True)
class ActivityRegister:
    """What the rows are compared with: machines and places that may be written, and the figures recorded of them."""

    register: Register
    machines: Sequence[Machine]
    held: Mapping[Key, HeldFigure]


@dataclass(slots=True)
class CheckedFigure:
    """One figure of a row. `before` and `after` are the measures that differ; "machines" of a site's among them.

    With a problem, `owner` and `period` may not be known, and nothing is written.
    """

    number: int
    owner: Owner | None = None
    period: Period | None = None
    source: str = ""
    values: dict[Measure, Decimal] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    outcome: Outcome = Outcome.PROBLEM
    held_id: int | None = None
    before: dict[str, Decimal | int | None] = field(default_factory=dict)
    after: dict[str, Decimal | int | None] = field(default_factory=dict)

    @property
    def key(self) -> Key | None:
        """What there may be only one figure of; None where the row does not say it."""
        if self.owner is None or self.period is None:
            return None
        owner, period = self.owner, self.period
        return (
            owner.asset_id,
            owner.site_id,
            owner.modality,
            period.starts_on,
            period.kind.value,
            self.source,
        )


def check_figures(
    rows: Iterable[SourceRow],
    headings: Mapping[str, str],
    periods: Mapping[str, Period],
    against: ActivityRegister,
    *,
    source: str,
    on: date,
) -> list[CheckedFigure]:
    """Return what each figure of a file would do, with every problem of every row. Never raises, whatever the cells.

    `headings` gives a column's key its heading; `periods` are the headings that are months or years themselves; `source` is
    what the figures come from where no column says so; `on` is today.
    """
    reader = _Reader(headings, periods, against, source=source, on=on)
    figures = [figure for row in rows for figure in reader.figures(row)]
    _mark_doubles(figures)
    for figure in figures:
        _decide(figure, against)
    return figures


class _Reader:
    """Reads the rows of one file."""

    def __init__(
        self,
        headings: Mapping[str, str],
        periods: Mapping[str, Period],
        against: ActivityRegister,
        *,
        source: str,
        on: date,
    ) -> None:
        self._headings, self._periods = headings, periods
        self._owners = OwnerFinder(against.machines, against.register, on=on)
        self._source, self._on = source, on

    def figures(self, row: SourceRow) -> Iterator[CheckedFigure]:
        """Yield the figures of a row: one, or one for each period that has a column and a cell."""
        base = CheckedFigure(row.number, problems=list(row.problems), source=self._source_of(row))
        unreadable = {problem.column for problem in row.problems}
        cells = {
            key: text.strip()
            for key, text in row.cells.items()
            if self._headings.get(key, key) not in unreadable and (not not_known(text) or key == "source")
        }
        if len(base.source) > LONGEST_SOURCE:
            message = f"A source has {LONGEST_SOURCE} characters at most. Shorten it."
            base.problems.append(self._problem(row, "source", Fault("text_too_long", message)))
        owner, faults = self._owners.find(cells)
        base.problems += [self._problem(row, key, fault) for key, fault in faults]
        columns: Mapping[str, Period | None] = self._periods or {"": None}
        made = []
        for heading, period in columns.items():
            if heading and heading not in cells and heading not in unreadable:
                continue
            figure = replace(base, problems=[], values={}, before={}, after={})
            self._read_period(figure, row, cells, period)
            self._read_values(figure, row, cells, heading)
            if owner is not None and figure.period is not None:
                figure.owner, fault = self._owners.in_period(owner, figure.period)
                if fault:
                    figure.problems.append(self._problem(row, "", fault))
                else:
                    self._check_sizes(figure, row, heading)
            made.append(figure)
        if base.problems or not made:
            # What is wrong with the row as a whole is said once, with what is wrong with its figures.
            base.problems += [problem for figure in made for problem in figure.problems]
            if not made and not base.problems:
                base.problems.append(self._problem(row, "", _NOTHING))
            yield base
            return
        yield from made

    def _source_of(self, row: SourceRow) -> str:
        return " ".join(row.cells.get("source", "").split()) or self._source

    def _read_period(
        self, figure: CheckedFigure, row: SourceRow, cells: Mapping[str, str], period: Period | None
    ) -> None:
        key = next((key for key in ("period", "financial_year") if key in cells), "")
        if period is None:
            if not key:
                column = "period" if "period" in self._headings else "financial_year"
                fault = Fault(
                    "missing", "Write the month or year that the figures are of, such as April 2025."
                )
                figure.problems.append(self._problem(row, column, fault))
                return
            try:
                period = read_period(cells[key], on=self._on, financial=key == "financial_year")
            except NotAPeriod as wrong:
                figure.problems.append(self._problem(row, key, Fault("date_unreadable", str(wrong))))
                return
        figure.period = period
        if period.ends_on >= self._on:
            message = f"{period.label} is not over. Take its figures out, and send them when it is."
            figure.problems.append(
                self._problem(row, key or self._heading_of(period), Fault("date_future", message))
            )

    def _heading_of(self, period: Period) -> str:
        return next((heading for heading, each in self._periods.items() if each == period), "")

    def _read_values(
        self, figure: CheckedFigure, row: SourceRow, cells: Mapping[str, str], heading: str
    ) -> None:
        columns = {heading: Measure.EXAMINATIONS} if heading else {m.value: m for m in MEASURES}
        for key, measure in columns.items():
            if key not in cells:
                continue
            try:
                figure.values[measure] = read_number(cells[key], measure)
            except NotANumber as wrong:
                figure.problems.append(self._problem(row, key, Fault("number_unreadable", str(wrong))))
        if not figure.values and not figure.problems and not row.problems:
            figure.problems.append(self._problem(row, "", _NOTHING))

    def _check_sizes(self, figure: CheckedFigure, row: SourceRow, heading: str) -> None:
        if figure.owner is None or figure.period is None:
            return
        period, machines = figure.period, figure.owner.machines
        most_hours = period.hours * machines
        of = "" if machines == 1 else f", times {machines} machines"
        for measure, value in figure.values.items():
            most = most_hours if measure.is_hours else MOST_EXAMINATIONS * machines
            if value > most:
                message = (
                    f"{period.label} has {period.hours:,} hours{of}. Correct it."
                    if measure.is_hours
                    else f"No machine does more than {MOST_EXAMINATIONS:,} examinations in a year. Correct it."
                )
                fault = Fault("number_implausible", message)
                figure.problems.append(self._problem(row, heading or measure.value, fault))

    def _problem(self, row: SourceRow, key: str, fault: Fault) -> Problem:
        heading = self._headings.get(key, key)
        return Problem(row.number, heading, row.cells.get(key, ""), fault.message, fault.kind)


_NOTHING = Fault("missing", "There is no figure in this row. Write one, or take the row out.")


def _mark_doubles(figures: Iterable[CheckedFigure]) -> None:
    """Of two figures of one machine, period and source neither is taken: which is meant is not known."""
    found: dict[Key, list[CheckedFigure]] = defaultdict(list)
    for figure in figures:
        if figure.key is not None:
            found[figure.key].append(figure)
    for same in (each for each in found.values() if len(each) > 1):
        for figure in same:
            others = [str(other.number) for other in same if other is not figure][:5]
            message = (
                f"Row {', '.join(others)} has a figure of the same machine and period, {_label(figure)}. "
                "Keep the one that is right."
            )
            figure.problems.append(Problem(figure.number, "", "", message, "same_in_file"))


def _label(figure: CheckedFigure) -> str:
    return figure.period.label if figure.period else ""


def _decide(figure: CheckedFigure, against: ActivityRegister) -> None:
    if figure.problems or figure.key is None or figure.owner is None:
        return
    held = against.held.get(figure.key)
    if held is None:
        figure.outcome = Outcome.NEW
        figure.after = {measure.value: value for measure, value in figure.values.items()}
        return
    figure.held_id = held.id
    differs = {
        measure: value for measure, value in figure.values.items() if held.values.get(measure) != value
    }
    figure.before = {measure.value: held.values.get(measure) for measure in differs}
    figure.after = {measure.value: value for measure, value in differs.items()}
    if held.machines != figure.owner.machines:
        figure.before["machines"], figure.after["machines"] = held.machines, figure.owner.machines
    figure.outcome = Outcome.CHANGED if figure.after else Outcome.UNCHANGED
