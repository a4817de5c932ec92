"""Ages the slow and obvious way: walk through the calendar a day at a time and count birthdays."""

from collections.abc import Iterable
from datetime import date, timedelta


def completed_years_by_counting_days(installed_on: date, on: date) -> int:
    """Count the anniversaries met on the way from the day after installation to `on`, that day included."""
    birthdays = 0
    day = installed_on
    while day < on:
        day += timedelta(days=1)
        if is_anniversary(day, installed_on):
            birthdays += 1
    return birthdays


def is_anniversary(day: date, installed_on: date) -> bool:
    """Say whether `day` is an anniversary; one of 29 February falls on 1 March in years that have no 29 February."""
    if (installed_on.month, installed_on.day) == (2, 29) and (day.month, day.day) == (3, 1):
        return (day - timedelta(days=1)).day == 28
    return (day.month, day.day) == (installed_on.month, installed_on.day)


def band_by_listing(years: int) -> str:
    """Find the band by writing out what belongs in each."""
    if years in (0, 1, 2, 3, 4):
        return "0-4"
    if years in (5, 6):
        return "5-6"
    if years in (7, 8, 9):
        return "7-9"
    if years in (10, 11, 12, 13, 14):
        return "10-14"
    return "15+"


def fleet_one_by_one(machines: Iterable[tuple[date | None, date | None]], on: date) -> dict[str, int]:
    """Count bands, and those at 7 and 10 or more, by looking at each machine (installed, retired) on its own."""
    counts = dict.fromkeys(["0-4", "5-6", "7-9", "10-14", "15+", "unknown", "at least 7", "at least 10"], 0)
    for installed_on, retired_on in machines:
        if retired_on is not None and not retired_on > on:
            continue
        if installed_on is None:
            counts["unknown"] += 1
            continue
        if installed_on > on:
            continue
        years = completed_years_by_counting_days(installed_on, on)
        counts[band_by_listing(years)] += 1
        if years >= 7:
            counts["at least 7"] += 1
        if years >= 10:
            counts["at least 10"] += 1
    return counts
