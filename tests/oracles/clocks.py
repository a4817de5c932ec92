"""Lives by use and the COCIR lights the slow and obvious way: a list of cases, and every machine looked at in turn."""

from collections.abc import Sequence
from datetime import date, timedelta

from tests.oracles.ageing import is_anniversary


def life_by_use(kind: str, examinations: int) -> int:
    """The years of the Canadian table for "CT", "MRI", "MG", "XR general", "XR mobile" or "XR fluoroscopy"."""
    if kind == "CT":
        return 8 if examinations > 15000 else 12 if examinations < 7500 else 10
    if kind == "MRI":
        return 8 if examinations > 8000 else 12 if examinations < 4000 else 10
    if kind == "MG":
        return 8 if examinations > 7000 else 10 if examinations < 3500 else 9
    if kind == "XR general":
        return 10 if examinations > 20000 else 14 if examinations < 10000 else 12
    if kind == "XR mobile":
        return 10 if examinations > 6000 else 14 if examinations < 3000 else 12
    assert kind == "XR fluoroscopy"
    return 8 if examinations > 4000 else 12 if examinations < 2000 else 10


def day_it_is_due(installed_on: date, years: int) -> date:
    """Walk on from installation, day by day, until the anniversaries are counted."""
    day, birthdays = installed_on, 0
    while birthdays < years:
        day += timedelta(days=1)
        birthdays += is_anniversary(day, installed_on)
    return day


def state_on(due: date, on: date) -> str:
    """Walk from the date to the next 31 March and see whether the day is met."""
    if due <= on:
        return "over"
    day = on
    while (day.month, day.day) != (3, 31):
        day += timedelta(days=1)
        if day == due:
            return "due this year"
    return "within"


def lights_of(ages: Sequence[int]) -> list[bool | None]:
    """Count the machines of each rule one by one: 60% under 5, 30% of 6 to 9, 10% of 10 or more."""
    if not ages:
        return [None, None, None]
    young = len([age for age in ages if age in (0, 1, 2, 3, 4)]) / len(ages)
    middle = len([age for age in ages if age in (6, 7, 8, 9)]) / len(ages)
    old = len([age for age in ages if age not in range(10)]) / len(ages)
    return [young > 0.6 - 1e-9, middle < 0.3 + 1e-9, old < 0.1 + 1e-9]
