"""The months and years that figures of activity are of, and how people write them."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from assets.domain.dates import NotADate, read_date
from assets.domain.months import months_after
from assets.domain.vocabulary import Precision
from networks.domain.figures import date_gb

MONTHS_OF_A_YEAR = 12


class PeriodKind(StrEnum):
    """How long a period is."""

    MONTH = "M"
    YEAR = "Y"

    @property
    def label(self) -> str:
        return "month" if self is PeriodKind.MONTH else "year"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A calendar month, or twelve of them. `starts_on` is the first day of a month."""

    starts_on: date
    kind: PeriodKind

    @property
    def ends_on(self) -> date:
        """The last day."""
        return _last_day(self.starts_on, 1 if self.kind is PeriodKind.MONTH else MONTHS_OF_A_YEAR)

    @property
    def days(self) -> int:
        return (self.ends_on - self.starts_on).days + 1

    @property
    def hours(self) -> int:
        """Hours of the clock, 24 for each day; the hour that summer time takes and gives back is not counted."""
        return 24 * self.days

    @property
    def label(self) -> str:
        """ "April 2025", "2025/26" for a financial year, "2025" for a calendar year, else "year to 30 June 2026"."""
        if self.kind is PeriodKind.MONTH:
            return f"{self.starts_on:%B %Y}"
        if self.starts_on.month == 4:
            return f"{self.starts_on.year}/{(self.starts_on.year + 1) % 100:02d}"
        return str(self.starts_on.year) if self.starts_on.month == 1 else f"year to {date_gb(self.ends_on)}"


@lru_cache(maxsize=4096)
def _last_day(first: date, months: int) -> date:
    return month_after(first, months) - timedelta(days=1)


def month_after(first: date, months: int) -> date:
    """Return the first day of the month so many months after (before, where negative) a date's month."""
    return months_after(first.replace(day=1), months)


_TWO_YEARS = re.compile(r"(?:fy\s*)?(\d{4})\s*[/\-\u2013]\s*(\d{4}|\d{2})", re.IGNORECASE | re.ASCII)
_YEAR_TO = re.compile(r"(?:12 months|twelve months|year)\s*(?:to|ending|ended|end)\s+(.+)", re.IGNORECASE)
_LONGEST = 60
_HOW = "Write a month as April 2025, a financial year as 2025/26, a calendar year as 2025."


class NotAPeriod(ValueError):
    """The text is no month and no year. The message says what to write."""


def read_period(text: str, *, on: date, financial: bool = False) -> Period:
    """Return the month or year that a text names: "Apr-25", "01/04/2025", "2025/26", "2025", "year to 31 March 2026".

    `financial`: the column is headed as one of financial years, in which 2025 alone is not plain. `on` is today, which
    decides the century of two figures. Raises NotAPeriod.
    """
    text = " ".join(text.split())
    if len(text) > _LONGEST:
        raise NotAPeriod(f"This is no month and no year. {_HOW}")
    if found := _TWO_YEARS.fullmatch(text):
        first, second = int(found[1]), int(found[2])
        if second in ((first + 1) % 100, first + 1):
            return _year(date(first, 4, 1))
        if not 1 <= second <= 12:
            raise NotAPeriod(f"These are no two years that follow each other. {_HOW}")
    if found := _YEAR_TO.fullmatch(text):
        return _year_to(found[1], on)
    try:
        said = read_date(text, on=on)
    except NotADate:
        raise NotAPeriod(f"This is no month and no year. {_HOW}") from None
    if said.precision is Precision.YEAR:
        if financial:
            raise NotAPeriod(f"{text} may begin or end a financial year. {_HOW}")
        return _year(said.first)
    if said.precision is Precision.DAY and said.first.day != 1:
        raise NotAPeriod(f"This is a day; figures are of whole months or years. {_HOW}")
    return Period(said.first, PeriodKind.MONTH)


def _year(first: date) -> Period:
    if not 1990 <= first.year <= 2098:
        raise NotAPeriod(f"This year cannot be right. {_HOW}")
    return Period(first, PeriodKind.YEAR)


def _year_to(text: str, on: date) -> Period:
    """A year by its last day or month."""
    try:
        said = read_date(text, on=on)
    except NotADate:
        raise NotAPeriod(f"This is no date for a year to end on. {_HOW}") from None
    last = said.last
    if (last + timedelta(days=1)).day != 1:
        raise NotAPeriod(f"A year of figures ends on the last day of a month. {_HOW}")
    return _year(month_after(last, 1 - MONTHS_OF_A_YEAR))
