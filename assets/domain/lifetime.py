"""The versioned rules on how long a machine lasts: by its use, at most, and what ages a fleet should have.

The numbers lie in `assets/rules/lifetime.toml`, each with its source, what of it was seen and what was not verified. A
date is judged by the version in force on it (`rules_on`).
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from assets.domain.guidance import Guidance
from assets.domain.rule_versions import in_force, numbered, version_in_words
from assets.domain.vocabulary import Modality, Subtype

RULES = Path(__file__).resolve().parents[1] / "rules" / "lifetime.toml"


class Use(StrEnum):
    """How much a machine is used, against others of its kind."""

    HIGH = "high"
    MIDDLE = "middle"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class UseBands:
    """One line of the Canadian table: the life of a kind of machine, in years, by its examinations a year."""

    key: str
    modality: Modality
    subtype: Subtype
    high_above: int
    low_below: int
    years: Mapping[Use, int]
    seen: str
    not_verified: str
    from_memory: bool

    def __post_init__(self) -> None:
        if not 0 < self.low_below <= self.high_above:
            raise ValueError(f"{self.key}: low_below must be above 0 and not above high_above.")
        if not 0 < self.years[Use.HIGH] <= self.years[Use.MIDDLE] <= self.years[Use.LOW]:
            raise ValueError(f"{self.key}: what is used more cannot last longer.")

    def use_of(self, examinations_per_year: int) -> Use:
        """Return the band of use; both edges belong to the middle."""
        if examinations_per_year > self.high_above:
            return Use.HIGH
        return Use.LOW if examinations_per_year < self.low_below else Use.MIDDLE

    def words(self, use: Use) -> str:
        """ "more than 15,000 examinations a year", "7,500 to 15,000 examinations a year"."""
        number = {
            Use.HIGH: f"more than {self.high_above:,}",
            Use.MIDDLE: f"{self.low_below:,} to {self.high_above:,}",
            Use.LOW: f"fewer than {self.low_below:,}",
        }
        return f"{number[use]} examinations a year"


@dataclass(frozen=True, slots=True)
class Cocir:
    """What share of a fleet may have which age. Ages in completed years; shares in whole per cents."""

    body: str
    source: str
    published: str
    seen: str
    not_verified: str
    young_below_years: int
    young_at_least_percent: int
    middle_from_years: int
    middle_at_most_percent: int
    old_from_years: int
    old_at_most_percent: int


@dataclass(frozen=True, slots=True, eq=False)
class LifetimeRules:
    """One version of the rules. `bands` are by modality and subtype (NOT_KNOWN for modalities without one).

    Told apart by what it is, not by what is in it, so that answers can be kept by it.
    """

    number: int
    valid_from: date
    review_due_on: date
    upgrade_resets: bool
    upgrade_because: str
    maximum: Guidance
    maximum_from_memory: bool
    cocir: Cocir
    car: Mapping[str, str]
    bands: Mapping[tuple[Modality, Subtype], UseBands]
    lines: Mapping[tuple[Modality, Subtype, Use], Guidance]

    def words_on(self, on: date) -> str:
        """Name the version: "version 1 of the lifetime rules, in force from 24 November 2026", and say where it is late."""
        return version_in_words(self, "lifetime", on)

    def guidance_for(self, bands: UseBands, use: Use) -> Guidance:
        """Return a line of the table as a guidance of its own, so that machines are held against it like any other."""
        return self.lines[bands.modality, bands.subtype, use]


def rules_on(on: date) -> LifetimeRules:
    """Return the rules in force on a date; before the first version, the first."""
    return in_force(_on_file(), on)


@cache
def _on_file() -> tuple[LifetimeRules, ...]:
    return parse_lifetime(RULES.read_text(encoding="utf-8"))


def parse_lifetime(text: str) -> tuple[LifetimeRules, ...]:
    """Read the versions of a rules file, oldest first. Raises ValueError, TypeError or KeyError where one makes no sense."""
    return numbered([_version(raw) for raw in tomllib.loads(text)["version"]], "lifetime")


def _version(raw: dict[str, Any]) -> LifetimeRules:
    maximum = dict(raw["maximum"])
    from_memory = maximum.pop("from_memory")
    bands = [_bands(line) for line in raw["utilisation"]]
    by_kind = {(line.modality, line.subtype): line for line in bands}
    if len(by_kind) != len(bands):
        raise ValueError("Two lines of the table speak of one kind of machine.")
    return LifetimeRules(
        number=raw["number"],
        valid_from=raw["valid_from"],
        review_due_on=raw["review_due_on"],
        upgrade_resets=raw["upgrade_resets"],
        upgrade_because=raw["upgrade_because"],
        maximum=Guidance(**maximum, modalities=None, review_due_on=raw["review_due_on"]),
        maximum_from_memory=from_memory,
        cocir=Cocir(**raw["cocir"]),
        car=raw["car"],
        bands=by_kind,
        lines={
            (line.modality, line.subtype, use): _line(line, use, raw["car"], raw["review_due_on"])
            for line in bands
            for use in Use
        },
    )


def _line(bands: UseBands, use: Use, car: Mapping[str, str], review_due_on: date) -> Guidance:
    return Guidance(
        key=f"{bands.key}-{use.value}",
        body=car["body"],
        years=bands.years[use],
        modalities=frozenset({bands.modality}),
        source=car["source"],
        published=car["published"],
        wording=f"{bands.years[use]} years at {use.value} use, {bands.words(use)}",
        seen=bands.seen,
        not_verified=bands.not_verified,
        review_due_on=review_due_on,
    )


def _bands(raw: dict[str, Any]) -> UseBands:
    return UseBands(
        key=raw["key"],
        modality=Modality(raw["modality"]),
        subtype=Subtype(raw.get("subtype", "")),
        high_above=raw["high_above"],
        low_below=raw["low_below"],
        years={Use.HIGH: raw["high_years"], Use.MIDDLE: raw["mid_years"], Use.LOW: raw["low_years"]},
        seen=raw["seen"],
        not_verified=raw["not_verified"],
        from_memory=raw["from_memory"],
    )
