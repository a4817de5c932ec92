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

from assets.domain.ageing import RULES, anniversary, completed_years, years_in_words
from assets.domain.vocabulary import Modality, Precision
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
        about = "about " if self.precision != Precision.DAY else ""
        if self.state is State.OVER:
            if self.years_over:
                return f"over by {about}{years_in_words(self.years_over)}"
            return f"over by less than a year{', or about to be' if about else ''}"
        if self.state is State.DUE:
            return f"due this year, {about or 'on '}{_partial(self.due_on, self.precision)}"
        if self.state is State.WITHIN:
            return f"within, until {about}{_partial(self.due_on, self.precision)}"
        return self.state.value


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


def all_guidance(modality: Modality | None = None) -> tuple[Guidance, ...]:
    """Return every guidance on file, or those that speak of one modality, in the order of the file."""
    return tuple(g for g in _on_file() if modality is None or g.covers(modality))


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


def _partial(day: date | None, precision: Precision) -> str:
    if day is None:
        return "not known"
    known = {Precision.YEAR: f"{day.year}", Precision.MONTH: f"{day:%B} {day.year}"}
    return known.get(precision, f"{day.day} {day:%B} {day.year}")
