"""How old a plan's machines are on each 31 March, with the plan, without it, or by another schedule.

A machine replaced in a financial year counts as new on the 31 March that ends it. A machine whose installation date is
not known stays in the band "age not known" until it is replaced: it is never shown as new, and never counted as over ten.
(The planner itself works with an assumed age, see ``procurement/domain/planning/exposure.py``, and says so.)

A machine retired in a financial year, and a new one before the year of its arrival, is not counted on the 31 March. An
upgrade makes no machine younger.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from assets.domain.ageing import Band, band_of_age
from assets.domain.fleet import TEN
from networks.domain.financial_year import ends_on
from procurement.domain.planning.exposure import years_in_use

OLD_YEARS = TEN
"""The age of the 2019 strategy's statistic, ten years or older: the register's and the plans' are one."""

DUE_YEARS = 7
"""The other age that people plan by: the British Equipment Advisory Group's, see ``assets/domain/guidance.py``."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What the ages hang on. ``planned`` and ``oldest_first`` are years of replacement, None: kept.

    ``retired_in`` and ``oldest_first_retired_in``: the year by which it is gone without a successor. ``is_new``: an
    additional machine, which is there from the year given as that of its replacement; None: never.
    """

    modality: str
    installed_on: date | None
    planned: int | None
    oldest_first: int | None
    retired_in: int | None = None
    oldest_first_retired_in: int | None = None
    is_new: bool = False


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


def in_use(machine: Machine, choice: Choice, year: int) -> bool:
    """Say whether the machine, or its successor, is there on the 31 March that ends ``year``."""
    if machine.is_new:
        arrives = choice(machine)
        return arrives is not None and arrives <= year
    leaves: dict[Choice, int | None] = {
        with_plan: machine.retired_in,
        oldest_first: machine.oldest_first_retired_in,
    }
    gone = leaves.get(choice)
    return gone is None or gone > year


def ages(machines: Iterable[Machine], choice: Choice, year: int) -> list[int | None]:
    """Return the completed years of each machine that is in use on the 31 March that ends ``year``; None: not known."""
    return [
        age_at(machine.installed_on, choice(machine), year)
        for machine in machines
        if in_use(machine, choice, year)
    ]


def bands(machines: Iterable[Machine], choice: Choice, years: Sequence[int]) -> dict[int, Counter[Band]]:
    """Return, by year, how many machines are in each band on the 31 March that ends it."""
    fleet = tuple(machines)
    return {
        year: Counter(Band.UNKNOWN if age is None else band_of_age(age) for age in ages(fleet, choice, year))
        for year in years
    }


def old(
    machines: Iterable[Machine], choice: Choice, years: Sequence[int], *, at_least: int = OLD_YEARS
) -> dict[int, int]:
    """Return, by year, how many machines are ``at_least`` so many years old on the 31 March that ends it."""
    fleet = tuple(machines)
    return {
        year: sum(age is not None and age >= at_least for age in ages(fleet, choice, year)) for year in years
    }


def counted(machines: Iterable[Machine], choice: Choice, years: Sequence[int]) -> dict[int, int]:
    """Return, by year, how many machines are in use on the 31 March that ends it."""
    fleet = tuple(machines)
    return {year: len(ages(fleet, choice, year)) for year in years}


def middle(machines: Iterable[Machine], choice: Choice, years: Sequence[int]) -> dict[int, float | None]:
    """Return, by year, the median age of the machines whose age is known; None where none is."""
    fleet = tuple(machines)
    known = {year: [age for age in ages(fleet, choice, year) if age is not None] for year in years}
    return {year: float(median(found)) if found else None for year, found in known.items()}
