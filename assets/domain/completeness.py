"""How complete a machine's record is: the weighted share of the facts that every machine of its kind should have.

The list of facts and their weights is in `assets/rules/quality.toml`. Completeness of several machines is the sum of the
weights known over the sum of the weights there could be, so machines with more facts count for more.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from assets.domain.vocabulary import Modality

RULES = Path(__file__).resolve().parents[1] / "rules" / "quality.toml"


@dataclass(frozen=True, slots=True)
class WantedFact:
    """One fact that a complete record has: the name of its field and what it weighs."""

    key: str
    weight: int


@dataclass(frozen=True, slots=True)
class Completeness:
    """`known` of `whole` weight. Adds up: the completeness of a trust is the sum of its machines'."""

    known: int = 0
    whole: int = 0

    def __add__(self, other: "Completeness") -> "Completeness":
        return Completeness(self.known + other.known, self.whole + other.whole)

    @property
    def percent(self) -> int | None:
        """Rounded down, so that only a complete record has 100; None where there is nothing to know."""
        return 100 * self.known // self.whole if self.whole else None

    @property
    def words(self) -> str:
        """ "87% (1,740 of 2,000 points)", or "not known" where there is nothing to know."""
        if self.percent is None:
            return "not known"
        return f"{self.percent}% ({self.known:,} of {self.whole:,} points)"


@cache
def wanted_facts(modality: Modality) -> tuple[WantedFact, ...]:
    """Return the facts that a complete record of a modality has."""
    given = tomllib.loads(RULES.read_text(encoding="utf-8"))["fact"]
    return tuple(
        WantedFact(entry["key"], entry["weight"])
        for entry in given
        if modality.value in entry.get("modalities", [modality.value])
    )


def missing_facts(facts: Mapping[str, Any], modality: Modality) -> tuple[WantedFact, ...]:
    """Return the wanted facts that a machine lacks. None and the empty text are not known; zero and "no" are known."""
    return tuple(fact for fact in wanted_facts(modality) if facts[fact.key] in (None, ""))


def completeness(facts: Mapping[str, Any], modality: Modality) -> Completeness:
    """Return how complete a machine's record is. `facts` holds every field of `wanted_facts`."""
    whole = sum(fact.weight for fact in wanted_facts(modality))
    return Completeness(whole - sum(fact.weight for fact in missing_facts(facts, modality)), whole)
