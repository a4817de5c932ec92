"""The versioned rules of the priority score: weights, formulas, gates. Numbers: `assets/rules/priority.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from assets.domain.rule_versions import in_force, numbered, version_in_words
from assets.domain.vocabulary import Condition, Technology

RULES = Path(__file__).resolve().parents[1] / "rules" / "priority.toml"
WHOLE = 100
"""What the weights add up to."""


class Criterion(StrEnum):
    """The six criteria, in the order in which they are shown and weighed."""

    AGE = "age"
    SUPPORT = "support"
    RELIABILITY = "reliability"
    CRITICALITY = "criticality"
    TECHNOLOGY = "technology"
    COST = "cost"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Criterion.AGE: "Age against expected life",
    Criterion.SUPPORT: "Vendor support and parts",
    Criterion.RELIABILITY: "Reliability",
    Criterion.CRITICALITY: "Clinical criticality",
    Criterion.TECHNOLOGY: "Dose and technology gap",
    Criterion.COST: "Annual cost against replacement price",
}


@dataclass(frozen=True, slots=True)
class Weights:
    """What each criterion weighs: whole numbers of at least 0 that add up to 100. Raises ValueError otherwise."""

    age: int
    support: int
    reliability: int
    criticality: int
    technology: int
    cost: int

    def __post_init__(self) -> None:
        if any(type(weight) is not int or weight < 0 for weight in self.in_order):
            raise ValueError("A weight is a whole number of at least 0.")
        if problem := sum_problem(self.in_order):
            raise ValueError(problem)

    @property
    def in_order(self) -> tuple[int, ...]:
        """The weights in the order of the criteria."""
        return (
            self.age,
            self.support,
            self.reliability,
            self.criticality,
            self.technology,
            self.cost,
        )

    def of(self, criterion: Criterion) -> int:
        """Return the weight of a criterion."""
        weight: int = getattr(self, criterion.value)
        return weight


def sum_problem(weights: tuple[int, ...]) -> str:
    """Return what is wrong with the sum of weights, in words; "" where they add up to 100."""
    total = sum(weights)
    if total == WHOLE:
        return ""
    amount = f"{abs(total - WHOLE)} too {'many' if total > WHOLE else 'few'}"
    return f"The weights add up to {total}, {amount}: they must add up to {WHOLE}."


@dataclass(frozen=True, slots=True, eq=False)
class PriorityRules:
    """One version of the rules. Points are 0 to 100; months and percentages are whole numbers.

    Told apart by what it is, not by what is in it, so that answers can be kept by it.
    """

    number: int
    valid_from: date
    review_due_on: date
    source: str
    weights: Weights
    highest_at_percent_of_life: int
    support_ended: int
    support_later: int
    support_steps: tuple[tuple[int, int], ...]
    weeks_a_year: int
    highest_at_downtime_percent: int
    highest_at_shortfall_percent: int
    condition: Mapping[Condition, int]
    only_one_on_site: int
    emergency: int
    technology: Mapping[Technology, int]
    highest_at_percent_of_price: int
    lead_time_months: int
    move_by_percent: int
    top: int

    def words_on(self, on: date) -> str:
        """Name the version: "version 1 of the priority rules, in force from 24 November 2026"."""
        return version_in_words(self, "priority", on)


def priority_rules_on(on: date) -> PriorityRules:
    """Return the rules in force on a date; before the first version, the first."""
    return in_force(_on_file(), on)


@cache
def _on_file() -> tuple[PriorityRules, ...]:
    return parse_priority(RULES.read_text(encoding="utf-8"))


def parse_priority(text: str) -> tuple[PriorityRules, ...]:
    """Read the versions of a rules file, oldest first. Raises ValueError or KeyError where one makes no sense."""
    return numbered([_version(raw) for raw in tomllib.loads(text)["version"]], "priority")


def _version(raw: dict[str, Any]) -> PriorityRules:
    support, reliability, critical = raw["support"], raw["reliability"], raw["criticality"]
    if critical["only_one_on_site"] + critical["emergency"] != WHOLE:
        raise ValueError("The parts of clinical criticality must add up to 100.")
    if set(raw["weights"]) != {field.name for field in fields(Weights)}:
        raise ValueError("There must be one weight for each criterion.")
    return PriorityRules(
        number=raw["number"],
        valid_from=raw["valid_from"],
        review_due_on=raw["review_due_on"],
        source=raw["source"],
        weights=Weights(**raw["weights"]),
        highest_at_percent_of_life=raw["age"]["highest_at_percent_of_life"],
        support_ended=support["ended"],
        support_later=support["later"],
        support_steps=tuple(sorted((step["within_months"], step["points"]) for step in support["steps"])),
        weeks_a_year=reliability["weeks_a_year"],
        highest_at_downtime_percent=reliability["highest_at_downtime_percent"],
        highest_at_shortfall_percent=reliability["highest_at_shortfall_percent"],
        condition={Condition(word): points for word, points in reliability["condition"].items()},
        only_one_on_site=critical["only_one_on_site"],
        emergency=critical["emergency"],
        technology={Technology(word): points for word, points in raw["technology"].items()},
        highest_at_percent_of_price=raw["cost"]["highest_at_percent_of_price"],
        lead_time_months=raw["gates"]["lead_time_months"],
        move_by_percent=raw["stability"]["move_by_percent"],
        top=raw["stability"]["top"],
    )
