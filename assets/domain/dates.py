"""Reading dates as people and spreadsheets write them, keeping how much of the date was said.

Day before month, as in the United Kingdom. What could mean two things is refused with what to write instead, never
guessed. Real registers hold all of these: June 2012, 2010, 2011-, 01/06/2012, Jun-12, Excel's day numbers.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from assets.domain.vocabulary import Precision

EARLIEST_YEAR = 1950
"""No machine of our four kinds still stands from before it; an earlier date is a spreadsheet's mistake."""

LATEST_YEAR = 2099

# Excel's day numbers count from here (true of every day since March 1900); five digits reach from 1950 to 2100.
_EXCEL_ZERO = date(1899, 12, 30)
_SERIALS = range((date(EARLIEST_YEAR, 1, 1) - _EXCEL_ZERO).days, (date(2100, 1, 1) - _EXCEL_ZERO).days)
# What programs make of an empty cell: day nought of Excel for Windows, of old Excel for Mac, and of Unix.
_EMPTY_CELL_DAYS = {
    date(1899, 12, 30),
    date(1899, 12, 31),
    date(1900, 1, 1),
    date(1904, 1, 1),
    date(1970, 1, 1),
}
_LONGEST = 60
_HOW = "Write it as 1 June 2012, June 2012 or 2012, or leave the cell empty if it is not known."


class NotADate(ValueError):
    """The text is not a date, or could be two. The message says what to write; `kind` groups like problems."""

    def __init__(self, message: str, kind: str = "date_unreadable") -> None:
        super().__init__(message)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A day, month or year: `first` is the first day that what was said allows."""

    first: date
    precision: Precision

    @property
    def last(self) -> date:
        """The last day that what was said allows."""
        if self.precision is Precision.YEAR:
            return date(self.first.year, 12, 31)
        if self.precision is Precision.MONTH:
            return self.first.replace(day=calendar.monthrange(self.first.year, self.first.month)[1])
        return self.first


# Written out, because the calendar's own names follow the language of the machine.
_MONTH_NAMES = {
    1: "January",
    2: "February",
    3: "March",
    4: "April",
    5: "May",
    6: "June",
    7: "July",
    8: "August",
    9: "September",
    10: "October",
    11: "November",
    12: "December",
}
_MONTHS = {
    spelling: number for number, name in _MONTH_NAMES.items() for spelling in (name.lower(), name[:3].lower())
} | {"sept": 9}

_ABOUT = r"(?:(?:circa|ca?\.?|approx(?:imately)?\.?|about|around|est\.?|~)\s*)?"
_BETWEEN = r"(?:\s*[/.\-]\s*|\s)"
_MONTH = r"(?P<word>[a-z]{3,9})\.?"
_YEAR = r"(?P<year>\d{4}|\d{2})"
_CLOCK = r"(?:[t\s]\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s*[ap]m)?(?:z|[+\-]\d{2}:?\d{2})?)?"
_FORMS: tuple[re.Pattern[str], ...] = tuple(
    re.compile(form, re.ASCII)
    for form in (
        # 2010, c. 2010, 2011-, 2011 onwards, and 2010.0 as some programs write whole numbers
        rf"{_ABOUT}(?P<year>\d{{4}})(?:\.0+|\s*-(?:\s*present|\s*date)?|\s*onwards?|\s*\?)?",
        # 2012-06-01, with or without a time
        rf"(?P<year>\d{{4}})[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}}){_CLOCK}",
        # 01/06/2012, 1.6.12, 1-6-2012, with or without a time
        rf"(?P<day>\d{{1,2}}){_BETWEEN}(?P<month>\d{{1,2}}){_BETWEEN}{_YEAR}{_CLOCK}",
        # 1 June 2012, 1st Jun 12, 01-Jun-2012
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?[\s\-/.,]*{_MONTH}[\s\-/.,']*{_YEAR}{_CLOCK}",
        # June 1, 2012
        rf"{_MONTH}\s*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s*,?\s+(?P<year>\d{{4}}){_CLOCK}",
        # June 2012, Jun-12, Jun '12
        rf"{_ABOUT}{_MONTH}[\s\-/.,']*{_YEAR}",
        # 2012 June
        rf"(?P<year>\d{{4}})[\s\-/.,]*{_MONTH}",
        # 06/2012
        rf"(?P<month>\d{{1,2}}){_BETWEEN}(?P<year>\d{{4}})",
        # 2012-06
        r"(?P<year>\d{4})[-/.](?P<month>\d{2})",
        # 20120601, as imaging devices write it
        r"(?P<year>19\d\d|20\d\d)(?P<month>0\d|1[0-2])(?P<day>\d{2})",
        # 01062012
        r"(?P<day>\d{2})(?P<month>\d{2})(?P<year>19\d\d|20\d\d)",
    )
)
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?", re.ASCII)
_TWO_YEARS = re.compile(r"(\d{4})\s*[/\-]\s*(\d{4}|\d{2})", re.ASCII)
_NO_YEAR = re.compile(r"\d{1,2}(?:st|nd|rd|th)?[\s\-/.]*([a-z]{3,9})|([a-z]{3,9})", re.ASCII)
_WEEKDAY = re.compile(r"(?:mon|tues?|wed(?:nes)?s?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+")
_DASHES = str.maketrans("\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}\N{RIGHT SINGLE QUOTATION MARK}", "---'")


@lru_cache(maxsize=50_000)
def read_date(text: str, *, on: date) -> PartialDate:
    """Return the date that a cell's text says. Any text may be given; blank ones are the caller's to pass over.

    `on` is today: a year of two digits lies from 69 years before to 30 years after it. Raises NotADate.
    """
    words = " ".join(text.split()).lower().translate(_DASHES)
    if len(words) > _LONGEST:
        raise NotADate(f"This is not a date we can read. {_HOW}")
    if weekday := _WEEKDAY.match(words):
        words = words[weekday.end() :]
    _refuse_two_years(words)
    if serial := _SERIAL.fullmatch(words):
        return _from_serial(int(serial[1]))
    for form in _FORMS:
        found = form.fullmatch(words)
        if found and (read := _from_parts(found.groupdict(), on=on)):
            return read
    if (short := _NO_YEAR.fullmatch(words)) and (short[1] or short[2]) in _MONTHS:
        raise NotADate(f"There is no year in this date. {_HOW}")
    raise NotADate(f"This is not a date we can read. {_HOW}")


def implausible(read: PartialDate) -> str:
    """Return what is wrong with a date that can be read but cannot be meant, and what to do; "" where nothing is.

    An old date is never refused for being old: X-ray machines of 37 years are in use.
    """
    if read.precision is Precision.DAY and read.first in _EMPTY_CELL_DAYS:
        return "This is what a spreadsheet makes of an empty date. Write the real date, or leave the cell empty if it is not known."
    if read.first.year < EARLIEST_YEAR:
        return f"This is before {EARLIEST_YEAR}, so it cannot be right. Write the real date, or leave the cell empty if it is not known."
    if read.first.year > LATEST_YEAR:
        return "This is too far ahead to be a real date. Leave the cell empty if it is not known."
    return ""


def _refuse_two_years(words: str) -> None:
    """2010/11 is a financial year to some and November 2010 to others; 2010-2012 is a range to all."""
    found = _TWO_YEARS.fullmatch(words)
    if not found:
        return
    first, second = int(found[1]), int(found[2])
    if len(found[2]) == 4:
        raise NotADate(f"This names two years. Write one date, for example {first}.", "date_two_meanings")
    if second == (first + 1) % 100:
        name = _MONTH_NAMES.get(second)
        other = f"{name} {first}" if name else "a date in it"
        raise NotADate(f"This may be a financial year. Write {other}, or {first}.", "date_two_meanings")


def _from_serial(serial: int) -> PartialDate:
    if serial not in _SERIALS:
        raise NotADate(f"This number is not a date. {_HOW}")
    return PartialDate(_EXCEL_ZERO + timedelta(days=serial), Precision.DAY)


def _from_parts(parts: dict[str, str | None], *, on: date) -> PartialDate | None:
    """Return the date of a form's parts; None where its word is no month. Raises NotADate for 31 June and the like."""
    year = _full_year(parts["year"] or "", on=on)
    month = _MONTHS.get(parts["word"] or "") if "word" in parts else int(parts.get("month") or 0)
    if month is None:
        return None
    if parts.get("day") is not None:
        return PartialDate(_real_day(year, month, int(parts["day"] or 0)), Precision.DAY)
    if "word" in parts or "month" in parts:
        return PartialDate(_real_day(year, month, 1), Precision.MONTH)
    return PartialDate(_real_day(year, 1, 1), Precision.YEAR)


def _full_year(digits: str, *, on: date) -> int:
    if len(digits) == 4:
        return int(digits)
    earliest = on.year - 69
    return earliest + (int(digits) - earliest) % 100


def _real_day(year: int, month: int, day: int) -> date:
    if not (year and month and day):
        raise NotADate(
            "A date has no noughts for day, month or year. Leave the cell empty if it is not known.",
            "date_empty",
        )
    if month > 12:
        swapped = f", as in {month} {_MONTH_NAMES[day]} {year}" if day <= 12 and month <= 31 else ""
        raise NotADate(f"There is no month {month}. Write the day before the month{swapped}.", "date_order")
    if day > calendar.monthrange(year, month)[1]:
        raise NotADate(f"{_MONTH_NAMES[month]} {year} has no day {day}. {_HOW}")
    return date(year, month, day)
