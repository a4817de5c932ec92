"""What cannot be true of one machine, whoever says so: used by the forms and the API."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from assets.domain.dates import EARLIEST_YEAR
from assets.domain.money import implausible

MOST_EXAMINATIONS = 1_000_000
"""No machine does more in a year: one every half minute, day and night."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that cannot be true. `field` is where to put it right; `fields` are all that it is about."""

    field: str
    message: str
    fields: frozenset[str]


def faults(
    *,
    on: date,
    installed_on: date | None = None,
    year_of_manufacture: int | None = None,
    support_ends_on: date | None = None,
    retired_on: date | None = None,
    examinations_per_year: int | None = None,
    price_paid_pence: int | None = None,
) -> Iterator[Fault]:
    """Yield what cannot be true of a machine on a date. `installed_on` is the first day that its precision allows.

    An old machine is never refused: X-ray machines of 37 years are in use.
    """
    made, retired = year_of_manufacture, retired_on
    if installed_on is not None and installed_on > on:
        yield _fault(
            "installed_on", "The installation date is in the future. Enter today or an earlier date."
        )
    if installed_on is not None and installed_on.year < EARLIEST_YEAR:
        yield _fault("installed_on", f"Enter an installation date of {EARLIEST_YEAR} or later.")
    if made is not None and not EARLIEST_YEAR <= made <= on.year:
        yield _fault("year_of_manufacture", f"Enter a year of manufacture from {EARLIEST_YEAR} to {on.year}.")
    elif made is not None and installed_on is not None and made > installed_on.year:
        yield _fault(
            "year_of_manufacture",
            f"It was installed in {installed_on.year}, so it was not made in {made}. Correct one of the two.",
            "installed_on",
        )
    if support_ends_on is not None and support_ends_on.year < EARLIEST_YEAR:
        yield _fault("support_ends_on", f"Enter an end of support of {EARLIEST_YEAR} or later.")
    if retired is not None and retired > on:
        yield _fault("retired_on", "The retirement date is in the future. Enter today or an earlier date.")
    elif retired is not None and installed_on is not None and retired < installed_on:
        yield _fault(
            "retired_on", "It was not retired before it was installed. Enter a later date.", "installed_on"
        )
    if examinations_per_year is not None and not 0 <= examinations_per_year <= MOST_EXAMINATIONS:
        yield _fault("examinations_per_year", f"Enter a number from 0 to {MOST_EXAMINATIONS:,}.")
    if price_paid_pence is not None and (wrong := implausible(price_paid_pence)):
        yield _fault("price_paid_pence", wrong.replace("Leave the cell empty", "Leave it empty"))


def _fault(field: str, message: str, *others: str) -> Fault:
    return Fault(field, message, frozenset({field, *others}))
