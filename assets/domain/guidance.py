"""Published guidance on when imaging equipment is replaced, and how a machine stands against it on a date.

The guidance is data: `assets/rules/replacement_age.toml` holds every entry with its source, what of it was seen, what
could not be verified, and the day by which it should be looked at again.
"""

import tomllib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

from assets.domain.ageing import RULES, anniversary, completed_years
from assets.domain.vocabulary import Modality, Precision
from networks.domain.figures import age_years, partial_date
from networks.domain.financial_year import ends_on, financial_year_of


@dataclass(frozen=True, slots=True)
class Guidance:
    """One published replacement age. `modalities` is None where it speaks of all equipment."""

    key: str
    body: str
    years: int
    modalities: frozenset[Modality] | None
    source: str
    published: str
    wording: str
    seen: str
    not_verified: str
    review_due_on: date
    valid_from: date | None = None
    """The first day on which it is applied; None: to any day."""
    valid_until: date | None = None
    """The first day on which it is no longer applied; None: still applied."""

    def __post_init__(self) -> None:
        if type(self.years) is not int or self.years < 1:
            raise ValueError(f"Guidance {self.key} needs a whole number of years of at least 1.")

    @property
    def name(self) -> str:
        """ "RCR/ESR, 10 years"."""
        return f"{self.body}, {self.years} years"

    def covers(self, modality: Modality) -> bool:
        """Say whether it speaks of this kind of machine."""
        return self.modalities is None or modality in self.modalities

    def in_force(self, on: date) -> bool:
        """Say whether it is applied on a date, so that a date is always judged by the rules of its time."""
        begun = self.valid_from is None or self.valid_from <= on
        return begun and (self.valid_until is None or on < self.valid_until)


class State(StrEnum):
    """How a machine stands against a guidance."""

    WITHIN = "within"
    DUE = "due this year"
    OVER = "over"
    UNKNOWN = "not known"
    NOT_YET = "not yet installed"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a machine stands against `guidance` (the rule that fired) on a date.

    `due_on` is the day it reaches the age, `years_over` the completed years since (only where OVER).
    """

    guidance: Guidance
    state: State
    due_on: date | None = None
    years_over: int | None = None
    precision: Precision = Precision.DAY

    @property
    def words(self) -> str:
        """ "over by 3 years", "due this year, on 10 May 2027", "within, until about 2031", "not known"."""
        return standing_words(self.state, self.due_on, self.years_over, self.precision)


def standing_words(
    state: State, due_on: date | None, years_over: int | None, precision: Precision = Precision.DAY
) -> str:
    """Say how a machine stands: "over by 3 years", "due this year, on 10 May 2027", "within, until about 2031"."""
    about = "about " if precision != Precision.DAY else ""
    if state is State.OVER:
        if years_over:
            return f"over by {about}{age_years(years_over)}"
        return f"over by less than a year{', or about to be' if about else ''}"
    if state is State.DUE:
        return f"due this year, {about or 'on '}{partial_date(due_on, precision)}"
    if state is State.WITHIN:
        return f"within, until {about}{partial_date(due_on, precision)}"
    return state.value


def against(
    guidance: Guidance, installed_on: date | None, on: date, precision: Precision = Precision.DAY
) -> Standing:
    """Compare a machine with a guidance on a date.

    OVER from the day the age is reached; DUE where that day lies ahead in the same financial year; WITHIN before.
    """
    if installed_on is None:
        return Standing(guidance, State.UNKNOWN)
    due_on = anniversary(installed_on, guidance.years)
    if installed_on > on:
        return Standing(guidance, State.NOT_YET, due_on, precision=precision)
    if due_on <= on:
        over = completed_years(installed_on, on) - guidance.years
        return Standing(guidance, State.OVER, due_on, over, precision)
    state = State.DUE if due_on <= ends_on(financial_year_of(on)) else State.WITHIN
    return Standing(guidance, state, due_on, precision=precision)


def all_guidance(modality: Modality | None = None, *, on: date | None = None) -> tuple[Guidance, ...]:
    """Return every guidance on file in its order: those that speak of one modality, and that are applied on a date."""
    return tuple(
        entry
        for entry in _on_file()
        if (modality is None or entry.covers(modality)) and (on is None or entry.in_force(on))
    )


def guidance(key: str) -> Guidance:
    """Return one guidance by its key. Raises KeyError where there is none."""
    for entry in _on_file():
        if entry.key == key:
            return entry
    raise KeyError(f"No guidance {key!r} in {RULES.name}.")


def reference_ages(modality: Modality | None = None) -> tuple[int, ...]:
    """Return the ages that guidance names, each once, youngest first: 7 and 10 as the file stands."""
    return tuple(sorted({entry.years for entry in all_guidance(modality)}))


@cache
def _on_file() -> tuple[Guidance, ...]:
    return parse_guidance(RULES.read_text(encoding="utf-8"))


def parse_guidance(text: str) -> tuple[Guidance, ...]:
    """Read the guidance of a rules file, in its order. Raises ValueError or TypeError where an entry makes no sense."""
    entries = tuple(_entry(raw) for raw in tomllib.loads(text)["guidance"])
    if len({entry.key for entry in entries}) != len(entries):
        raise ValueError("Two entries of guidance have one key.")
    return entries


def _entry(raw: dict[str, Any]) -> Guidance:
    named = raw["modalities"]
    modalities = None if named == "all" else frozenset(Modality(code) for code in named)
    return Guidance(**{**raw, "modalities": modalities})
