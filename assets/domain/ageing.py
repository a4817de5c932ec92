"""How old a machine is on any date, and which band that is. Guidance on replacement is in `assets.domain.guidance`.

Rules (docs/algorithms/ageing.md has worked examples):

* Age is completed years, exact to the day; the day of the anniversary counts. A machine installed on 29 February has
  its anniversary on 1 March in years without one.
* Where only the month or year of installation is known, the date stored is the first day it can have been. Age counts
  from that day, so no machine is shown younger than it may be, and is said to be "about".
* "Ten or older" is 10.0 years or more: the tenth anniversary has been reached.
* No installation date: the age is not known, and that is a band of its own, never zero.

The edges of the bands lie in `assets/rules/replacement_age.toml`.
"""

import tomllib
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path

from assets.domain.vocabulary import Precision
from networks.domain.figures import age_years

RULES = Path(__file__).resolve().parents[1] / "rules" / "replacement_age.toml"


def completed_years(installed_on: date, on: date) -> int:
    """Return the completed years from installation to `on`, the anniversary included.

    Raises ValueError where the machine was not yet installed on that date.
    """
    if installed_on > on:
        raise ValueError(f"A machine installed on {installed_on} has no age on {on}.")
    return on.year - installed_on.year - ((on.month, on.day) < (installed_on.month, installed_on.day))


def anniversary(installed_on: date, years: int) -> date:
    """Return the day on which a machine completes `years` years: 29 February becomes 1 March in common years."""
    try:
        return installed_on.replace(year=installed_on.year + years)
    except ValueError:
        return date(installed_on.year + years, 3, 1)


def installed_by(years: int, on: date) -> date:
    """Return the last installation date that makes a machine at least `years` years old on `on`.

    A machine is that old exactly where `installed_on <= installed_by(years, on)`; for filters in the database.
    """
    try:
        return on.replace(year=on.year - years)
    except ValueError:
        return date(on.year - years, 2, 28)


def last_possible_day(installed_on: date, precision: Precision) -> date:
    """Return the last day that a date known to the year or month can mean; the date itself where the day is known."""
    if precision == Precision.YEAR:
        return date(installed_on.year, 12, 31)
    if precision == Precision.MONTH:
        return installed_on.replace(day=monthrange(installed_on.year, installed_on.month)[1])
    return installed_on


class Band(StrEnum):
    """Age bands in completed years. The value stands in addresses (`band=7-9`); `label` is what people read."""

    YEARS_0_4 = "0-4"
    YEARS_5_6 = "5-6"
    YEARS_7_9 = "7-9"
    YEARS_10_14 = "10-14"
    YEARS_15_PLUS = "15+"
    UNKNOWN = "unknown"

    @property
    def from_years(self) -> int | None:
        """The youngest age in the band; None for UNKNOWN."""
        return band_edges().get(self)

    @property
    def below_years(self) -> int | None:
        """The age at which the next band begins; None for the oldest band and for UNKNOWN."""
        start = self.from_years
        if start is None:
            return None
        return min((edge for edge in band_edges().values() if edge > start), default=None)

    @property
    def label(self) -> str:
        """The band in words: "7 to 9 years", "15 years or older", "age not known"."""
        if self.from_years is None:
            return "age not known"
        if self.below_years is None:
            return f"{self.from_years} years or older"
        if self.from_years == 0:
            return f"under {self.below_years} years"
        return f"{self.from_years} to {self.below_years - 1} years"

    def installed_between(self, on: date) -> tuple[date | None, date] | None:
        """Return the dates that put a machine in this band on `on`: installed after the first, and by the second.

        The first is None where there is no lower limit. The whole answer is None for UNKNOWN, the machines with no
        installation date.
        """
        if self.from_years is None:
            return None
        after = None if self.below_years is None else installed_by(self.below_years, on)
        return after, installed_by(self.from_years, on)


@cache
def band_of_age(years: int) -> Band:
    """Return the band of an age in completed years (0 or more)."""
    if years < 0:
        raise ValueError(f"An age cannot be {years} years.")
    edges = band_edges()
    return max((band for band, edge in edges.items() if edge <= years), key=edges.__getitem__)


def band_on(installed_on: date | None, on: date) -> Band | None:
    """Return the band on a date: UNKNOWN without an installation date, None for a machine not yet installed."""
    if installed_on is None:
        return Band.UNKNOWN
    return None if installed_on > on else band_of_age(completed_years(installed_on, on))


@dataclass(frozen=True, slots=True)
class Age:
    """An age in completed years. `years` is the one that counts: the oldest it can be. `youngest` equals it when exact."""

    years: int
    youngest: int
    is_about: bool

    @property
    def band(self) -> Band:
        """The band of the age that counts."""
        return band_of_age(self.years)

    @property
    def words(self) -> str:
        """ "11 years", "about 11 years", "under 1 year"."""
        return f"{'about ' if self.is_about else ''}{age_years(self.years)}"

    @property
    def range_words(self) -> str:
        """The ages it may have: "10 to 11 years", or simply "11 years" where that is certain."""
        if self.youngest == self.years:
            return age_years(self.years)
        return f"{self.youngest or 'under 1'} to {age_years(self.years)}"


def age_on(installed_on: date | None, on: date, precision: Precision = Precision.DAY) -> Age | None:
    """Return the age on a date; None where the installation date is not known or lies after `on`.

    `precision` is how much of the installation date is known. `band_on` tells the two reasons for None apart.
    """
    if installed_on is None or installed_on > on:
        return None
    youngest, oldest = age_range(installed_on, on, precision)
    return Age(years=oldest, youngest=youngest, is_about=precision != Precision.DAY)


def age_range(installed_on: date, on: date, precision: Precision) -> tuple[int, int]:
    """Return the youngest and the oldest age, in completed years, that a date of this precision allows on `on`.

    Raises ValueError where even the first possible day lies after `on`.
    """
    latest = min(last_possible_day(installed_on, precision), on)
    return completed_years(latest, on), completed_years(installed_on, on)


@cache
def band_edges() -> dict[Band, int]:
    """Return the age in completed years at which each band begins, youngest first."""
    return parse_edges(RULES.read_text(encoding="utf-8"))


def parse_edges(text: str) -> dict[Band, int]:
    """Read the bands of a rules file. Raises ValueError where they are missing, unknown or out of order."""
    edges = {Band(band["key"]): int(band["from_years"]) for band in tomllib.loads(text)["band"]}
    order = list(edges.values())
    if set(edges) != set(Band) - {Band.UNKNOWN} or order[0] != 0 or order != sorted(set(order)):
        raise ValueError("The bands must begin at 0, rise, and be those of assets.domain.ageing.Band.")
    return edges
