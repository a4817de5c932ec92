"""How old a plan's machines are on each 31 March, with the plan, without it, or by another schedule.

A machine replaced in a financial year counts as new on the 31 March that ends it. A machine whose installation date is
not known stays in the band "age not known" until it is replaced: it is never shown as new, and never counted as over ten.
(The planner itself works with an assumed age, see ``procurement/domain/planning/exposure.py``, and says so.)
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from assets.domain.ageing import Band, band_of_age
from assets.domain.fleet import TEN
from networks.domain.financial_year import ends_on
from procurement.domain.planning.exposure import years_in_use

OLD_YEARS = TEN
"""The age of the 2019 strategy's statistic, ten years or older: the register's and the plans' are one."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What the ages hang on. ``planned`` and ``oldest_first`` are years of replacement, None: kept."""

    modality: str
    installed_on: date | None
    planned: int | None
    oldest_first: int | None


Choice = Callable[[Machine], int | None]
"""Which schedule: the year in which it replaces a machine."""


def with_plan(machine: Machine) -> int | None:
    return machine.planned


def oldest_first(machine: Machine) -> int | None:
    return machine.oldest_first


def without(machine: Machine) -> int | None:
    return None


def age_at(installed_on: date | None, replaced_in: int | None, year: int) -> int | None:
    """Return completed years on the 31 March that ends ``year``; 0 before it is installed, None where not known."""
    if replaced_in is not None and replaced_in <= year:
        return year - replaced_in
    return None if installed_on is None else years_in_use(installed_on, ends_on(year))


def bands(machines: Iterable[Machine], choice: Choice, years: Sequence[int]) -> dict[int, Counter[Band]]:
    """Return, by year, how many machines are in each band on the 31 March that ends it."""
    found: dict[int, Counter[Band]] = {year: Counter() for year in years}
    for machine in machines:
        for year in years:
            age = age_at(machine.installed_on, choice(machine), year)
            found[year][Band.UNKNOWN if age is None else band_of_age(age)] += 1
    return found


def old(machines: Iterable[Machine], choice: Choice, years: Sequence[int]) -> dict[int, int]:
    """Return, by year, how many machines are ten years or older on the 31 March that ends it."""
    found = dict.fromkeys(years, 0)
    for machine in machines:
        for year in years:
            age = age_at(machine.installed_on, choice(machine), year)
            found[year] += age is not None and age >= OLD_YEARS
    return found
