"""The dates of a joint tender: what is proposed when it is opened, and the line of stages that follows from it."""

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path

from assets.domain.months import months_after
from networks.domain.financial_year import ends_on, financial_year_of, starts_on

_RULES = Path(__file__).resolve().parents[1] / "rules" / "tendering.toml"


@dataclass(frozen=True, slots=True)
class TenderingRules:
    """The numbers of `rules/tendering.toml`, each with its source there."""

    prices_days_after_key_date: int
    orders_days_after_prices: int
    moves_within_years: int


@cache
def tendering_rules() -> TenderingRules:
    """Read the numbers once. Raises KeyError where the file lacks one."""
    raw = tomllib.loads(_RULES.read_text(encoding="utf-8"))
    return TenderingRules(
        prices_days_after_key_date=raw["dates"]["prices_days_after_key_date"],
        orders_days_after_prices=raw["dates"]["orders_days_after_prices"],
        moves_within_years=raw["moves"]["within_years"],
    )


@dataclass(frozen=True, slots=True)
class Proposed:
    """The dates proposed for a tender that is about to be opened."""

    key_date_on: date
    deliver_by: date
    is_late: bool
    """Whether the lead time before delivery has already begun, so that the key date is today."""


def proposed_dates(*, year: int, lead_time_months: int, today: date) -> Proposed:
    """Propose delivery by the last day of the financial year and the key date a lead time before it, not before today."""
    deliver_by = ends_on(year)
    wanted = months_after(deliver_by, -lead_time_months)
    return Proposed(max(wanted, today), deliver_by, is_late=wanted < today)


def earliest_year(lead_time_months: int, today: date) -> int:
    """Return the first financial year in which a machine can still be delivered where its tender is opened today.

    As `proposed_dates` has it: what is delivered by the year's last day must have its key date a lead time before, and
    that is not before today.
    """
    year = financial_year_of(today)
    while months_after(ends_on(year), -lead_time_months) < today:
        year += 1
    return year


def date_problems(*, year: int, key_date_on: date, deliver_by: date, today: date) -> dict[str, str]:
    """Return what is wrong with a tender's dates, by field, in words; nothing where they can stand."""
    problems = {}
    if key_date_on < today:
        problems["key_date_on"] = (
            "The key date must be today or later, so that trusts can still commit by it."
        )
    if not starts_on(year) <= deliver_by <= ends_on(year):
        problems["deliver_by"] = (
            f"Delivery must fall in the financial year the plan pays in: from {starts_on(year):%-d %B %Y} to "
            f"{ends_on(year):%-d %B %Y}."
        )
    elif deliver_by <= key_date_on:
        problems["deliver_by"] = "Delivery must come after the key date."
    return problems


class Progress(StrEnum):
    """Where a stage stands on a day."""

    DONE = "done"
    NOW = "now"
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a tender: what happens, by which day; `is_indicative` where the day follows from a rule of thumb."""

    name: str
    detail: str
    on: date
    progress: Progress
    is_indicative: bool = False


def stages(
    *, opened_on: date, key_date_on: date, closed_on: date | None, deliver_by: date, today: date
) -> tuple[Stage, ...]:
    """Return the line of stages, in order: opened, commitments, prices, orders, delivery.

    The commitments' stage ends when the tender is closed, whatever its key date. Exactly one stage is "now", or none
    after delivery.
    """
    rules = tendering_rules()
    commitments_on = closed_on or key_date_on
    prices_on = commitments_on + timedelta(days=rules.prices_days_after_key_date)
    orders_on = prices_on + timedelta(days=rules.orders_days_after_prices)
    line = [
        ("Opened", "Trusts can join and withdraw.", opened_on, False),
        (
            "Closed" if closed_on else "Key date",
            "Trusts have committed their final requirements." if closed_on else "Trusts commit by this day.",
            commitments_on,
            False,
        ),
        ("Prices confirmed", "Final quotations at the joint price.", prices_on, True),
        ("Orders placed", "Each trust’s order; no cancellations after it.", orders_on, True),
        ("Delivered", "The last machine is delivered by this day.", deliver_by, False),
    ]
    done = [True, closed_on is not None, *(closed_on is not None and on < today for _, _, on, _ in line[2:])]
    current = next((place for place, is_done in enumerate(done) if not is_done), len(line))
    return tuple(
        Stage(name, detail, on, _progress(place, current), indicative)
        for place, (name, detail, on, indicative) in enumerate(line)
    )


def _progress(place: int, current: int) -> Progress:
    if place < current:
        return Progress.DONE
    return Progress.NOW if place == current else Progress.AHEAD
