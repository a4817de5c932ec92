"""How much stands against a machine, from 0 to 1, with its reasons in words.

Three criteria, each 0 to 100 per cent, weighed as ``procurement/rules/risk.toml`` says: age against the guidance,
the end of the maker's support, and the condition its keeper reports. What is not known is scored in the middle,
never as nothing, and lowers completeness, so that a gap in the register cannot hide a machine from the plan.

Worked example, guidance 10, on 24 November 2026: installed 1 April 2015 (11 completed years), support ended in 2025,
condition not known. Age 11 / 15 = 73%, support 100%, condition 50%:
(25 x 73 + 20 x 100 + 20 x 50) / 65 = 74%, risk 0.74, complete to 45 / 65 = 69%.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from assets.domain.vocabulary import Condition
from networks.domain.figures import age_years, date_gb
from procurement.domain.planning.exposure import years_in_use

_RULES = Path(__file__).resolve().parents[1] / "rules" / "risk.toml"


@dataclass(frozen=True, slots=True)
class RiskRules:
    """The numbers of ``risk.toml``: weights, and each criterion's scores in whole per cents."""

    not_known_percent: int
    age_weight: int
    highest_at_percent_of_guidance: int
    support_weight: int
    support_ended_percent: int
    support_later_percent: int
    support_steps: tuple[tuple[int, int], ...]
    condition_weight: int
    condition_percent: dict[Condition, int]


@cache
def risk_rules() -> RiskRules:
    """Read the rules once; raises KeyError when the file is damaged."""
    raw: dict[str, Any] = tomllib.loads(_RULES.read_text(encoding="utf-8"))
    support, condition = raw["support"], raw["condition"]
    steps = sorted((step["within_months"], step["percent"]) for step in support["steps"])
    return RiskRules(
        not_known_percent=raw["not_known_percent"],
        age_weight=raw["age"]["weight"],
        highest_at_percent_of_guidance=raw["age"]["highest_at_percent_of_guidance"],
        support_weight=support["weight"],
        support_ended_percent=support["ended_percent"],
        support_later_percent=support["later_percent"],
        support_steps=tuple(steps),
        condition_weight=condition["weight"],
        condition_percent={
            Condition.GOOD: condition["good_percent"],
            Condition.FAIR: condition["fair_percent"],
            Condition.POOR: condition["poor_percent"],
        },
    )


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion as it was scored. ``percent`` None: not known, scored in the middle."""

    name: str
    weight: int
    percent: int | None
    words: str


@dataclass(frozen=True, slots=True)
class Risk:
    """A machine's risk. ``percent`` and ``completeness_percent`` are whole numbers from 0 to 100."""

    percent: int
    completeness_percent: int
    criteria: tuple[Criterion, ...]

    @property
    def score(self) -> float:
        """The risk from 0 to 1, as the planner takes it."""
        return self.percent / 100

    @property
    def reasons(self) -> tuple[str, ...]:
        """What raises the risk, in sentences, and then what is not known.

        Age stands after condition and support: whoever reads these reads the age beside them.
        """
        known = [c.words for c in self.criteria if c.percent]
        return (*known, *(c.words for c in self.criteria if c.percent is None))


def risk_of(
    *,
    installed_on: date | None,
    support_ends_on: date | None,
    condition: Condition,
    guidance_years: int,
    on: date,
) -> Risk:
    """Return the risk of one machine on a date, against the guidance of 7 or 10 years."""
    rules = risk_rules()
    criteria = (
        _condition(condition, rules),
        _support(support_ends_on, on, rules),
        _age(installed_on, guidance_years, on, rules),
    )
    weight = sum(c.weight for c in criteria)
    points = sum(c.weight * (rules.not_known_percent if c.percent is None else c.percent) for c in criteria)
    known = sum(c.weight for c in criteria if c.percent is not None)
    return Risk(
        percent=_rounded(points, weight),
        completeness_percent=_rounded(100 * known, weight),
        criteria=criteria,
    )


def condition_in(reasons: Sequence[str]) -> str:
    """Return the condition that a risk's reasons speak of: "Poor", "Not known".

    One that raises the risk by nothing is not among the reasons, so it is what is left where none is named.
    """
    rules = risk_rules()
    named = next((c for c in Condition if _condition(c, rules).words in reasons), None)
    unnamed = next((c for c, percent in rules.condition_percent.items() if not percent), Condition.NOT_KNOWN)
    return (unnamed if named is None else named).label


def _age(installed_on: date | None, guidance_years: int, on: date, rules: RiskRules) -> Criterion:
    if installed_on is None:
        return Criterion("age", rules.age_weight, None, "Installation date not known.")
    age = years_in_use(installed_on, on)
    percent = min(100, _rounded(age * 10_000, guidance_years * rules.highest_at_percent_of_guidance))
    beyond = age - guidance_years
    if beyond >= 0:
        past = f"{age_years(beyond)} past" if beyond else "at"
        words = f"{age_years(age)} old, {past} the {guidance_years}-year guidance."
    else:
        words = f"{age_years(age)} old, {age_years(-beyond)} short of the {guidance_years}-year guidance."
    return Criterion("age", rules.age_weight, percent, words)


def _support(support_ends_on: date | None, on: date, rules: RiskRules) -> Criterion:
    if support_ends_on is None:
        return Criterion("support", rules.support_weight, None, "End of vendor support not known.")
    day = date_gb(support_ends_on)
    if support_ends_on < on:
        return Criterion(
            "support", rules.support_weight, rules.support_ended_percent, f"Vendor support ended on {day}."
        )
    months = completed_months(on, support_ends_on)
    percent = next((p for within, p in rules.support_steps if months < within), rules.support_later_percent)
    return Criterion("support", rules.support_weight, percent, f"Vendor support ends on {day}.")


def _condition(condition: Condition, rules: RiskRules) -> Criterion:
    if condition is Condition.NOT_KNOWN:
        return Criterion("condition", rules.condition_weight, None, "Condition not known.")
    return Criterion(
        "condition",
        rules.condition_weight,
        rules.condition_percent[condition],
        f"Condition {condition.label.lower()}.",
    )


def completed_months(start: date, end: date) -> int:
    """Return the whole months from ``start`` to ``end``; ``end`` is not before ``start``."""
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)


def _rounded(part: int, whole: int) -> int:
    """Whole division, halves up."""
    return (2 * part + whole) // (2 * whole)
