"""The columns of a file of activity: one row for each machine and period, or a column for each month or year."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from assets.domain.activity import MEASURES, Measure
from assets.domain.activity_periods import NotAPeriod, Period, read_period
from assets.domain.columns import BY_KEY, compact
from assets.domain.headings import LEAST_RECOGNISED, SEARCHED_ROWS, column_letter
from assets.domain.problems import FileProblem

_NAMES: Mapping[str, str] = {
    "station_name": "Station name, DICOM station name, Station, Station ID, Scanner name, Scanner ID, Scanner station, "
    "Modality station, RIS station, Resource, Resource code, Resource name",
    "period": "Period, Month, Exam month, Examination month, Activity month, Year, Calendar year, Period start, Start of "
    "period, Month starting, Reporting month, Reporting period, Date",
    "financial_year": "Financial year, FY, Fin year, Fiscal year",
    Measure.EXAMINATIONS: "Examinations, Exams, Exam count, Number of examinations, Number of exams, Total exams, Total "
    "examinations, Examinations performed, Exams performed, No of exams, Count of exams, Scans, Number of scans, Studies",
    Measure.HOURS_IN_USE: "Hours in use, Hours of use, Hours used, Operational hours, Operating hours, Running hours, Scanner "
    "hours, Hours scanned, Utilised hours, Hours run",
    Measure.UNPLANNED: "Unplanned downtime, Unplanned downtime hours, Downtime, Downtime hours, Hours down, Hours of downtime, "
    "Breakdown hours, Fault hours, Unscheduled downtime, Unscheduled downtime hours, Lost hours, Hours lost",
    Measure.PLANNED: "Planned downtime, Planned downtime hours, Scheduled downtime, Scheduled downtime hours, Service hours, "
    "Maintenance hours, Planned maintenance hours, PM hours",
    "source": "Source, Data source, Source system, System",
}
_OF_THE_REGISTER = (
    "reference",
    "serial_number",
    "asset_tag",
    "trust_code",
    "trust",
    "site_code",
    "site",
    "modality",
)
HEADINGS: Mapping[str, str] = {key: BY_KEY[key].heading for key in _OF_THE_REGISTER} | {
    "station_name": "Station name",
    "period": "Period",
    "financial_year": "Financial year",
    **{measure.value: measure.label for measure in MEASURES},
    "source": "Source",
}
"""Column key to the heading that our own files write."""

IDENTIFIERS = ("reference", "serial_number", "asset_tag", "station_name")
"""What names one machine, the surest first."""

_KEYS = {
    compact(name): key
    for key in HEADINGS
    for name in (
        HEADINGS[key],
        *(BY_KEY[key].synonyms if key in _OF_THE_REGISTER else _NAMES[key].split(", ")),
    )
}
_IN_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_OTHER_UNIT = re.compile(r"\b(min|mins|minutes?|days?|sec|seconds?)\b|%", re.IGNORECASE)
_A_PERIOD = re.compile(r"[a-z]{3}|[/\-\u2013]", re.IGNORECASE)
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a sheet's columns stand. `row` counts from 1; `columns` gives a key its index and its heading as found;
    `periods` are the columns that are headed by a month or year and hold examinations. `ignored` are other headings."""

    row: int
    columns: Mapping[str, tuple[int, str]]
    periods: Sequence[tuple[int, str, Period]]
    ignored: tuple[str, ...]


def key_of(heading: str) -> str:
    """Return the key of the column that a heading names; "" where it names none."""
    # "Downtime (hours)" is hours; "Downtime (minutes)" is not.
    if len(heading) > _LONGEST or _OTHER_UNIT.search(heading):
        return ""
    return _KEYS.get(compact(heading)) or _KEYS.get(compact(_IN_BRACKETS.sub(" ", heading)), "")


def period_of(heading: str, *, on: date) -> Period | None:
    """Return the month or year that a heading names; None where it names none. A bare number is none: it may be data."""
    if len(heading) > _LONGEST or not _A_PERIOD.search(heading):
        return None
    try:
        return read_period(heading, on=on)
    except NotAPeriod:
        return None


def recognised(cells: Sequence[str], *, on: date) -> int:
    """Return how many columns a row would head."""
    keys = {key for cell in cells if cell and (key := key_of(cell))}
    return len(keys) + (len({p for cell in cells if (p := period_of(cell, on=on))}) if keys else 0)


def find_layout(rows: Sequence[Sequence[str]], *, on: date) -> Layout | None:
    """Return where the columns of a sheet stand; None where it has no heading row.

    Raises FileProblem where a column is missing or stands twice.
    """
    counts = [recognised(row, on=on) for row in rows[:SEARCHED_ROWS]]
    if not counts or max(counts) < LEAST_RECOGNISED:
        return None
    index = counts.index(max(counts))
    columns: dict[str, tuple[int, str]] = {}
    periods: list[tuple[int, str, Period]] = []
    ignored = []
    for position, cell in enumerate(rows[index]):
        heading = " ".join(cell.split())
        if key := key_of(heading):
            if key in columns:
                raise _twice(index, columns[key], (position, heading))
            columns[key] = (position, heading)
        elif period := period_of(heading, on=on):
            if same := next((each for each in periods if each[2] == period), None):
                raise _twice(index, same[:2], (position, heading))
            periods.append((position, heading, period))
        elif heading:
            ignored.append(heading)
    layout = Layout(index + 1, columns, periods, tuple(ignored))
    _require(layout)
    return layout


def _twice(index: int, one: tuple[int, str], other: tuple[int, str]) -> FileProblem:
    return FileProblem(
        f"Row {index + 1} says the same in column {column_letter(one[0])} (“{one[1]}”) and column "
        f"{column_letter(other[0])} (“{other[1]}”). Delete the one that is not meant."
    )


def _require(layout: Layout) -> None:
    columns, where = layout.columns, f"The headings stand in row {layout.row}, but"
    named = any(key in columns for key in IDENTIFIERS)
    sited = "modality" in columns and ("site" in columns or "site_code" in columns)
    if not (named or sited):
        raise FileProblem(
            f"{where} no column names the machines. Add one headed “Reference”, “Serial number”, “Asset number” or “Station "
            "name”; where the source cannot tell machines apart, add “Site code” and “Modality”."
        )
    has_period = "period" in columns or "financial_year" in columns
    measures = [measure for measure in MEASURES if measure in columns]
    if layout.periods and (has_period or measures):
        raise FileProblem(
            f"{where} there are months or years both as headings (“{layout.periods[0][1]}”) and beside columns of figures. "
            "Keep one of the two: a row for each month, or a column of examinations for each month."
        )
    if not layout.periods and not has_period:
        raise FileProblem(f"{where} no column says the month or year. Add one headed “Month”.")
    if not layout.periods and not measures:
        names = ", ".join(f"“{HEADINGS[measure]}”" for measure in MEASURES)
        raise FileProblem(f"{where} there is no column of figures. Add one of {names}.")
