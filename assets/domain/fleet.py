"""A fleet by age: how many machines of each age, and what share of which denominator.

Shares are of the machines whose age is known; those not known are counted beside them, never within them.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import TypeVar

from assets.domain.ageing import Band, band_of_age, completed_years
from assets.domain.vocabulary import IN_FLEET, Modality
from networks.domain.figures import NOT_KNOWN, share
from networks.domain.financial_year import ends_on, financial_year_of

Key = TypeVar("Key", bound=Hashable)

TEN = 10
"""The age of the 2019 strategy's statistic: "at least 14% of CT and 34% of MRI being 10 years or older"."""


def was_in_fleet(*, status: str, installed_on: date | None, retired_on: date | None, on: date) -> bool:
    """Say whether a machine was in the fleet on a date, as far as records go: there, and not retired.

    `assets.queries.assets.in_fleet_on` asks the database the same.
    """
    there = installed_on is None or installed_on <= on
    return there and (status in IN_FLEET or (retired_on is not None and retired_on > on))


@dataclass(frozen=True, slots=True)
class Machines:
    """A number of machines of one trust, modality and installation date (None: not known)."""

    trust_id: int
    modality: Modality
    installed_on: date | None
    number: int = 1


@dataclass(frozen=True, slots=True)
class Share:
    """A count with its denominator: `part` of `whole` machines of known age; `not_known` stand beside."""

    part: int
    whole: int
    not_known: int = 0

    @property
    def fraction(self) -> float | None:
        """Between 0 and 1; None where there is nothing to take a share of."""
        return self.part / self.whole if self.whole else None

    @property
    def percent(self) -> str:
        """ "14%"; never "0%" or "100%" for some; "not known" where there is nothing to take a share of."""
        return share(self.part, self.whole) if self.whole else NOT_KNOWN

    @property
    def counts(self) -> str:
        """ "14 of 102"."""
        return f"{self.part:,} of {self.whole:,}"

    def words(self, noun: str) -> str:
        """Name the denominator: "14 of 102 CT scanners whose installation date is known; 3 not known"."""
        beside = f"; {self.not_known:,} not known" if self.not_known else ""
        return f"{self.counts} {noun} whose installation date is known{beside}"


@dataclass(frozen=True, slots=True)
class AgeTally:
    """Machines by completed years, and how many have no known age."""

    by_years: Mapping[int, int] = field(default_factory=lambda: MappingProxyType({}))
    not_known: int = 0

    @property
    def known(self) -> int:
        """Machines whose installation date is known."""
        return sum(self.by_years.values())

    @property
    def total(self) -> int:
        """All machines, those of unknown age included."""
        return self.known + self.not_known

    def in_band(self, band: Band) -> int:
        """Return the number of machines in a band."""
        if band is Band.UNKNOWN:
            return self.not_known
        return sum(number for years, number in self.by_years.items() if band_of_age(years) is band)

    def at_least(self, years: int) -> Share:
        """Return the share of machines that have reached an age: "ten or older" is `at_least(10)`."""
        reached = sum(number for age, number in self.by_years.items() if age >= years)
        return Share(reached, self.known, self.not_known)

    @property
    def is_wholly_ten_or_older(self) -> bool:
        """Whether every machine of known age, and at least one, is ten years or older."""
        return bool(self.known) and self.at_least(TEN).part == self.known


def tally(fleet: Iterable[Machines], *, on: date) -> AgeTally:
    """Count machines by age on a date. Those installed after it are left out: they are not there yet."""
    return tally_by(fleet, lambda _machines: None, on=on).get(None, AgeTally())


def tally_by(fleet: Iterable[Machines], key: Callable[[Machines], Key], *, on: date) -> dict[Key, AgeTally]:
    """Count machines by age on a date, for each value of `key`."""
    ages: dict[Key, dict[int, int]] = {}
    not_known: dict[Key, int] = {}
    for machines in fleet:
        if machines.installed_on is None:
            group = key(machines)
            not_known[group] = not_known.get(group, 0) + machines.number
        elif machines.installed_on <= on:
            years = completed_years(machines.installed_on, on)
            by_years = ages.setdefault(key(machines), {})
            by_years[years] = by_years.get(years, 0) + machines.number
    return {
        group: AgeTally(MappingProxyType(ages.get(group, {})), not_known.get(group, 0))
        for group in {**ages, **not_known}
    }


def following_year_ends(on: date, last_year: int) -> tuple[date, ...]:
    """Return each 31 March after `on`, up to that of the calendar year `last_year`."""
    first = financial_year_of(on)
    return tuple(end for year in range(first, last_year) if (end := ends_on(year)) > on)


def forward(fleet: Iterable[Machines], dates: Iterable[date]) -> dict[date, AgeTally]:
    """Return the ages of the same machines on each date, if nothing is replaced, added or retired."""
    numbers: dict[date | None, int] = {}
    for machines in fleet:
        numbers[machines.installed_on] = numbers.get(machines.installed_on, 0) + machines.number
    # Whose and what they are no longer matters: one line for each day of installation is enough.
    merged = [Machines(0, Modality.CT, day, number) for day, number in numbers.items()]
    return {on: tally(merged, on=on) for on in dates}
