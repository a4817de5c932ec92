"""Scanners per million people, with numerator, denominator and year.

The numerator is the machines in the fleet on the date, in use and on standby; the denominator the persons of the newest
estimate up to the date's year (see `networks.domain.population`). Rounded half up to one decimal. A population that is not
known, or no population, gives no figure. What other counts have found is in `assets/rules/density.toml`.
"""

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from assets.domain.vocabulary import Modality
from networks.domain.population import Persons

RULES = Path(__file__).resolve().parents[1] / "rules" / "density.toml"
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class PerMillion:
    """`machines` for the `persons` of an area."""

    machines: int
    persons: Persons

    @property
    def figure(self) -> Decimal | None:
        """Per million to one decimal; None where the population is not known."""
        number = self.persons.number
        if not number:
            return None
        # In whole numbers, so that a half is exactly a half.
        tenths = (2 * 10 * _MILLION * self.machines + number) // (2 * number)
        return Decimal(tenths) / 10

    @property
    def text(self) -> str:
        """ "10.0" or "not known"."""
        return "not known" if self.figure is None else f"{self.figure:.1f}"

    @property
    def words(self) -> str:
        """ "110 machines, 11,000,000 persons in 2023", or why it is not known."""
        return f"{self._numerator}, {'population ' if not self.persons.number else ''}{self.persons.words}"

    @property
    def lines(self) -> tuple[str, str]:
        """Numerator and denominator, each short enough for a line of a table: the reason of an unknown one is left out."""
        return self._numerator, self.persons.words if self.persons.number else "population not known"

    @property
    def _numerator(self) -> str:
        return f"{self.machines:,} machine{'' if self.machines == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class Reference:
    """What a published count found: shown beside ours, as a reference only."""

    modality: Modality
    per_million: Decimal
    area: str
    year: int
    source: str

    @property
    def words(self) -> str:
        """ "United Kingdom 2021: 10.0 CT per million"."""
        return f"{self.area} {self.year}: {self.per_million} {self.modality.label} per million"


@cache
def references() -> tuple[Reference, ...]:
    """Return the published figures."""
    given = tomllib.loads(RULES.read_text(encoding="utf-8"))["reference"]
    return tuple(
        Reference(
            Modality(entry["modality"]),
            Decimal(entry["per_million"]),
            entry["area"],
            entry["year"],
            entry["source"],
        )
        for entry in given
    )
