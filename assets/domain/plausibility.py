"""What cannot be true of one machine, whoever says so: forms, the API, bulk edits and imports all ask here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from assets.domain.dates import EARLIEST_YEAR
from assets.domain.facts import FACTS, Kind
from assets.domain.money import implausible, too_much
from assets.domain.vocabulary import Modality, Status


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that cannot be true. `field` is where to put it right; `fields` are all that it is about."""

    field: str
    message: str
    fields: frozenset[str]


_YEARS = tuple(fact for fact in FACTS if fact.kind is Kind.YEAR)
_PAST_DAYS = tuple(fact for fact in FACTS if fact.kind in {Kind.PARTIAL_DATE, Kind.FIRST_DAY})
_DAYS_AHEAD = tuple(fact for fact in FACTS if fact.kind is Kind.LAST_DAY)
_NUMBERS = tuple(fact for fact in FACTS if fact.most is not None)
_AMOUNTS = tuple(fact for fact in FACTS if fact.kind is Kind.MONEY)
_MODALITIES = set(Modality)
_OF_SOME = tuple(fact for fact in FACTS if fact.modalities is not None)
_NOT_BEFORE_INSTALLATION = {
    "retired_on": "It was not retired before it was installed. Enter a later date.",
    "upgraded_on": "It was not upgraded before it was installed. Correct one of the two dates.",
    "support_ends_on": "Support does not end before the machine is installed. Correct one of the two dates.",
    "warranty_ends_on": "Its warranty does not end before it is installed. Correct one of the two dates.",
    "maintenance_ends_on": "Its maintenance contract does not end before it is installed. Correct one of the two dates.",
    "ownership_ends_on": "Its lease or contract does not end before it is installed. Correct one of the two dates.",
}


def faults(stands: Mapping[str, Any], *, on: date) -> Iterator[Fault]:
    """Yield what cannot be true of a machine on a date.

    `stands` maps fields to what they hold; those left out are not judged. Dates known to the month or year are the first
    day that is possible. An old machine is never refused: X-ray machines of 37 years are in use.
    """
    yield from _of_dates(stands, on)
    yield from _of_numbers(stands)
    yield from _of_kinds(stands)


def _of_dates(stands: Mapping[str, Any], on: date) -> Iterator[Fault]:
    for fact in _YEARS:
        year = stands.get(fact.key)
        if year is not None and not EARLIEST_YEAR <= year <= on.year:
            name = f"{fact.heading[0].lower()}{fact.heading[1:]}"
            yield _fault(fact.key, f"Enter a {name} from {EARLIEST_YEAR} to {on.year}.")
    for fact in (*_PAST_DAYS, *_DAYS_AHEAD):
        day = stands.get(fact.key)
        if day is None:
            continue
        if day.year < EARLIEST_YEAR:
            yield _fault(fact.key, f"Enter a date of {EARLIEST_YEAR} or later.")
        elif day > on and fact.key in _PAST_KEYS:
            name = _DAY_NAMES.get(fact.key, fact.heading)
            yield _fault(fact.key, f"{name} is in the future. Enter today or an earlier date.")
    if stands.get("installed_on") is not None:
        yield from _before_installation(stands, stands["installed_on"], on)


def _before_installation(stands: Mapping[str, Any], installed: date, on: date) -> Iterator[Fault]:
    made = stands.get("year_of_manufacture")
    if made is not None and on.year >= made > installed.year:
        yield _fault(
            "year_of_manufacture",
            f"It was installed in {installed.year}, so it was not made in {made}. Correct one of the two.",
            "installed_on",
        )
    for key, message in _NOT_BEFORE_INSTALLATION.items():
        day = stands.get(key)
        if day is not None and day < installed:
            yield _fault(key, message, "installed_on")


_DAY_NAMES = {
    "installed_on": "The installation date",
    "retired_on": "The retirement date",
    "upgraded_on": "The date of the upgrade",
}
_PAST_KEYS = {fact.key for fact in _PAST_DAYS}


def _of_numbers(stands: Mapping[str, Any]) -> Iterator[Fault]:
    for fact in _NUMBERS:
        number = stands.get(fact.key)
        if number is not None and not 0 <= number <= (fact.most or 0):
            yield _fault(fact.key, f"Enter a number from 0 to {fact.most:,}.")
    for fact in _AMOUNTS:
        pence = stands.get(fact.key)
        if pence is None:
            continue
        if pence < 0:
            yield _fault(fact.key, "Enter an amount of nought or more.")
            continue
        wrong = implausible(pence) if fact.key == "price_paid_pence" else too_much(pence)
        if wrong:
            yield _fault(fact.key, wrong.replace("Leave the cell empty", "Leave it empty"))


def _of_kinds(stands: Mapping[str, Any]) -> Iterator[Fault]:
    """A fact of another kind of machine, and what says two things at once."""
    code = stands.get("modality")
    modality = Modality(code) if code in _MODALITIES else None
    for fact in _OF_SOME:
        if modality and stands.get(fact.key) not in (None, "") and not fact.is_of(modality):
            kinds = " and ".join(sorted(each.label for each in fact.modalities or ()))
            message = f"This is a fact of {kinds} machines only. Leave it empty, or correct the modality."
            yield _fault(fact.key, message, "modality")
    gln = stands.get("gln")
    if gln and not (gln.isascii() and gln.isdigit() and len(gln) == 13):
        yield _fault(
            "gln", "A location number has 13 figures and nothing else. Correct it, or leave it empty."
        )
    if stands.get("retired_on") and stands.get("status", Status.RETIRED) != Status.RETIRED:
        message = (
            "Only a retired machine has a retirement date. Write Retired as its status, or empty the date."
        )
        yield _fault("retired_on", message, "status")


def _fault(field: str, message: str, *others: str) -> Fault:
    return Fault(field, message, frozenset({field, *others}))
