"""What is missing from, doubtful in, or stale about a machine's record, each with the fact to put right.

The numbers are in `assets/rules/quality.toml`, what cannot be true at all in `assets.domain.plausibility`. A finding is a
question to whoever keeps the register, not a refusal: an X-ray machine of 37 years may really be in use.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

from assets.domain.ageing import anniversary
from assets.domain.completeness import RULES, missing_facts
from assets.domain.facts import BY_KEY, PRICE_KEYS
from assets.domain.months import months_after
from assets.domain.plausibility import faults
from assets.domain.vocabulary import Modality, Status
from networks.domain.figures import date_gb


class FindingKind(StrEnum):
    """What is the matter with a fact. The value stands in addresses."""

    IMPLAUSIBLE = "implausible"
    MISSING = "missing"
    STALE = "stale"

    @property
    def label(self) -> str:
        return {"implausible": "Implausible", "missing": "Missing", "stale": "Stale"}[self.value]


class Severity(StrEnum):
    """How much hangs on it."""

    SERIOUS = "serious"
    MINOR = "minor"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at. `field` is the fact to put right, by its key; `key` names the rule that found it."""

    kind: FindingKind
    key: str
    field: str
    words: str
    severity: Severity

    @property
    def is_price(self) -> bool:
        """Whether it is about what the machine cost, which not everybody may see."""
        return self.field in PRICE_KEYS

    @property
    def fact(self) -> str:
        """The name of the fact, as people read it."""
        return BY_KEY[self.field].heading


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine as the rules need it: its facts by field, and what only the rest of the register can tell."""

    facts: Mapping[str, Any]
    model_modality: str | None = None
    """That of its model in the catalogue; None without one."""
    is_serial_elsewhere: bool = False
    is_site_of_another_trust: bool = False


@dataclass(frozen=True, slots=True)
class QualityRules:
    """The numbers of `quality.toml`; prices in pounds, both ends included."""

    stale_after_months: int
    oldest_age_years: int
    made_before_years: int
    serious_from_weight: int
    prices: Mapping[Modality, tuple[int, int]]
    examinations: Mapping[Modality, tuple[int, int]]


@cache
def quality_rules() -> QualityRules:
    """Return the rules in force."""
    raw = tomllib.loads(RULES.read_text(encoding="utf-8"))

    def ranges(name: str) -> dict[Modality, tuple[int, int]]:
        return {modality: (raw[name][modality][0], raw[name][modality][1]) for modality in Modality}

    return QualityRules(
        raw["stale_after_months"],
        raw["oldest_age_years"],
        raw["made_before_years"],
        raw["serious_from_weight"],
        ranges("prices"),
        ranges("examinations"),
    )


def findings(machine: Machine, *, on: date, rules: QualityRules | None = None) -> tuple[Finding, ...]:
    """Return everything that is the matter with a machine's record on a date: implausible, missing, then stale.

    Of a retired machine only that its day of retirement is not known.
    """
    rules = rules or quality_rules()
    facts = machine.facts
    if facts["status"] == Status.RETIRED:
        return tuple(_retired(facts))
    return (
        *_implausible(machine, on, rules),
        *_missing(facts, rules),
        *_stale(facts, on, rules),
    )


def _retired(facts: Mapping[str, Any]) -> Iterator[Finding]:
    if facts["retired_on"] is None:
        words = "It is retired, but the day is not known, so no past fleet can include it. Bring it back and retire it with its day."
        yield Finding(FindingKind.STALE, "retired_without_date", "retired_on", words, Severity.SERIOUS)


def _implausible(machine: Machine, on: date, rules: QualityRules) -> Iterator[Finding]:
    facts = machine.facts
    for fault in faults(facts, on=on):
        yield _serious(fault.field, "cannot_be", fault.message)
    installed, modality = facts["installed_on"], Modality(facts["modality"])
    if installed and on > anniversary(installed, rules.oldest_age_years):
        words = f"It would be more than {rules.oldest_age_years} years old. Check the date."
        yield _minor("installed_on", "very_old", words)
    made = facts["year_of_manufacture"]
    if installed and made and installed.year - made > rules.made_before_years and not facts["is_refurbished"]:
        words = f"It was made {installed.year - made} years before it was installed. Say that it was bought refurbished, or check the year."
        yield _minor("year_of_manufacture", "made_long_before", words)
    yield from _out_of_range(facts, modality, rules)
    if machine.model_modality not in (None, modality.value):
        words = (
            f"The catalogue says that its model is {_label(machine.model_modality)}, not {modality.label}."
        )
        yield _serious("modality", "model_of_another_kind", words)
    if machine.is_serial_elsewhere:
        words = "Another trust has a machine of this maker with the same serial number. Check it, or whether the machine has moved."
        yield _serious("serial_number", "serial_elsewhere", words)
    if machine.is_site_of_another_trust:
        words = "Its site belongs to another trust today. Move the machine to a site of its own trust."
        yield _serious("site", "site_of_another_trust", words)


def _out_of_range(facts: Mapping[str, Any], modality: Modality, rules: QualityRules) -> Iterator[Finding]:
    price, (least, most) = facts["price_paid_pence"], rules.prices[modality]
    if price is not None and not 100 * least <= price <= 100 * most:
        words = f"A price of £{price / 100:,.0f} is unusual for {modality.label}: £{least:,} to £{most:,} is usual."
        yield _minor("price_paid_pence", "price_out_of_range", words)
    number, (fewest, limit) = facts["examinations_per_year"], rules.examinations[modality]
    if number is None or facts["status"] != Status.IN_USE or fewest <= number <= limit:
        return
    words = (
        f"{number:,} examinations a year are unusual for {modality.label}: {fewest:,} to {limit:,} are usual."
    )
    yield _minor("examinations_per_year", "examinations_out_of_range", words)


def _missing(facts: Mapping[str, Any], rules: QualityRules) -> Iterator[Finding]:
    for fact in missing_facts(facts, Modality(facts["modality"])):
        is_serious = fact.weight >= rules.serious_from_weight
        severity = Severity.SERIOUS if is_serious else Severity.MINOR
        words = f"{BY_KEY[fact.key].heading} is not known."
        yield Finding(FindingKind.MISSING, f"no_{fact.key}", fact.key, words, severity)


def _stale(facts: Mapping[str, Any], on: date, rules: QualityRules) -> Iterator[Finding]:
    checked, support = facts["verified_on"], facts["support_ends_on"]
    if checked is None:
        words = "Nobody has recorded that these facts were checked."
        yield Finding(FindingKind.STALE, "never_checked", "verified_on", words, Severity.MINOR)
    elif checked < months_after(on, -rules.stale_after_months):
        words = f"Its facts were last checked on {date_gb(checked)}, more than {rules.stale_after_months} months ago."
        yield Finding(FindingKind.STALE, "not_checked_lately", "verified_on", words, Severity.MINOR)
    in_use = facts["status"] == Status.IN_USE
    if support and support < on and in_use and (checked is None or checked <= support):
        words = f"Its support ended on {date_gb(support)} and it is still in use. Enter the new date if it was extended, or record that it is so by saying that its facts were checked."
        yield Finding(FindingKind.STALE, "support_passed", "support_ends_on", words, Severity.SERIOUS)


def _serious(field: str, key: str, words: str) -> Finding:
    return Finding(FindingKind.IMPLAUSIBLE, key, field, words, Severity.SERIOUS)


def _minor(field: str, key: str, words: str) -> Finding:
    return Finding(FindingKind.IMPLAUSIBLE, key, field, words, Severity.MINOR)


def _label(code: str | None) -> str:
    return Modality(code).label if code in set(Modality) else "another kind"
