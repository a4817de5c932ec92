"""The inventory that regulation 15 of IR(ME)R 2017 asks of an employer, and what of it is not known.

Source: the Ionising Radiation (Medical Exposure) Regulations 2017 (SI 2017/1322), regulation 15: at each radiological
installation the employer keeps an inventory of its equipment, with manufacturer, model number, serial number or other
unique identifier, year of manufacture and year of installation, and furnishes it when asked. MRI gives no ionising
radiation, so it is no part of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from assets.domain.vocabulary import Modality

NOT_IONISING = frozenset({Modality.MRI})
"""Modalities without ionising radiation, outside the regulations."""

STATUTORY = {
    "manufacturer": "manufacturer",
    "model": "model",
    "serial_number": "serial number",
    "year_of_manufacture": "year of manufacture",
    "year_of_installation": "year of installation",
}
"""The five facts of regulation 15 by field of `Machine`, as they read in a sentence."""


@dataclass(frozen=True, slots=True)
class Machine:
    """One machine as the inventory tells it. An empty text, or None for a year, is not known."""

    pk: int
    reference: str
    asset_number: str
    site: str
    site_code: str
    room: str
    modality: Modality
    manufacturer: str
    model: str
    serial_number: str
    year_of_manufacture: int | None
    year_of_installation: int | None

    @property
    def is_ionising(self) -> bool:
        """Whether regulation 15 covers it."""
        return self.modality not in NOT_IONISING


@dataclass(frozen=True, slots=True)
class Gap:
    """How many of the machines covered lack one of the five facts."""

    fact: str
    lacking: int
    machines: int

    @property
    def words(self) -> str:
        """In a sentence: "3 of 41 machines lack a year of manufacture"."""
        noun = "machine" if self.machines == 1 else "machines"
        verb = "lacks" if self.lacking == 1 else "lack"
        return f"{self.lacking:,} of {self.machines:,} {noun} {verb} a {self.fact}"


@dataclass(frozen=True, slots=True)
class SiteMachines:
    """The machines of one site."""

    site: str
    code: str
    machines: tuple[Machine, ...]


@dataclass(frozen=True, slots=True)
class Inventory:
    """The inventory of one employer, whole or of one site (`site` is then its name), as at a date."""

    employer: str
    employer_code: str
    site: str
    on: date
    machines: tuple[Machine, ...]

    @property
    def covered(self) -> tuple[Machine, ...]:
        """Those within regulation 15."""
        return tuple(machine for machine in self.machines if machine.is_ionising)

    @property
    def outside(self) -> tuple[Machine, ...]:
        """Those that stand in the register but not under regulation 15: MRI."""
        return tuple(machine for machine in self.machines if not machine.is_ionising)

    @property
    def sites(self) -> tuple[SiteMachines, ...]:
        """The machines within regulation 15 by site, as each installation keeps its own inventory."""
        return by_site(self.covered)

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Which facts are lacking, of the machines within regulation 15; nothing where all are known."""
        covered = self.covered
        found = (
            Gap(words, sum(not getattr(machine, field) for machine in covered), len(covered))
            for field, words in STATUTORY.items()
        )
        return tuple(gap for gap in found if gap.lacking)

    @property
    def complete(self) -> int:
        """How many machines within regulation 15 have all five facts."""
        return sum(all(getattr(machine, field) for field in STATUTORY) for machine in self.covered)


def by_site(machines: Iterable[Machine]) -> tuple[SiteMachines, ...]:
    """Return machines under their sites, sites by name, machines in the order given."""

    def place(machine: Machine) -> tuple[str, str]:
        return machine.site, machine.site_code

    ordered = sorted(machines, key=place)
    return tuple(
        SiteMachines(site, code, tuple(found)) for (site, code), found in groupby(ordered, key=place)
    )
