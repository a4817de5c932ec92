"""A sheet of cells as texts, whatever file it came from, and how the texts of numbers and dates are made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from assets.domain.entries import written_date
from assets.domain.readings import Fault
from assets.domain.tables import Merged
from assets.domain.vocabulary import Precision

MAX_ROWS = 100_000
MAX_COLUMNS = 1_000
MAX_CELLS = 5_000_000
"""Five times the largest register in England; beyond it the file is not a register, or is meant to hurt."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cells of one sheet, from its first row and column on; rows may be shorter than others.

    `name` is the sheet's name, "" for a CSV file. `faults` are cells that say something else than they show, by row and
    column counted from 0. `merged` are cells near the top that are shown as one. `read_as` says how the text was read, for
    people.
    """

    name: str
    rows: list[list[str]]
    faults: Mapping[tuple[int, int], Fault] = field(default_factory=dict)
    read_as: str = ""
    merged: Sequence[Merged] = ()


def text_of(value: object, precision: Precision = Precision.DAY) -> str:
    """Return a cell's value as a person would type it: whole numbers without a point, dates as "1 June 2012".

    `precision` is how much of a date the cell shows: a cell that shows "Jun-12" holds the first of the month.
    """
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.15g}"
    if isinstance(value, datetime):
        clock = "" if value.time() == time() else f" {value:%H:%M:%S}"
        return _date_text(value.date(), precision) + clock
    if isinstance(value, date):
        return _date_text(value, precision)
    if isinstance(value, time | timedelta):
        return str(value)
    return "" if value is None else str(value).strip()


def _date_text(day: date, precision: Precision) -> str:
    whole = (day.day == 1) if precision is Precision.MONTH else (day.day == 1 and day.month == 1)
    return written_date(day, precision if precision is not Precision.DAY and whole else Precision.DAY)
