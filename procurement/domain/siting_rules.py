"""The numbers by which a site's need is judged, read once from `procurement/rules/siting.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from assets.domain.vocabulary import Modality

_RULES = Path(__file__).resolve().parents[1] / "rules" / "siting.toml"


class Measured(StrEnum):
    """What demand is measured by."""

    DENSITY = "density"
    TRUST_USE = "trust_use"
    NETWORK_USE = "network_use"
    DISTANCE = "distance"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def is_of_network(self) -> bool:
        """Whether it is a figure of more than the site's own trust."""
        return self in (Measured.DENSITY, Measured.NETWORK_USE)


_LABELS = {
    Measured.DENSITY: "People for each scanner",
    Measured.TRUST_USE: "Examinations for each scanner, trust",
    Measured.NETWORK_USE: "Examinations for each scanner, network",
    Measured.DISTANCE: "Distance to the next other scanner",
}


@dataclass(frozen=True, slots=True)
class Edges:
    """Between which two values of a measure need runs evenly from none to full. Either may be the larger."""

    none_at: int
    full_at: int

    def __post_init__(self) -> None:
        if self.none_at == self.full_at or min(self.none_at, self.full_at) < 0:
            raise ValueError(f"Need cannot run from {self.none_at} to {self.full_at}.")


@dataclass(frozen=True, slots=True)
class Capacity:
    """What a scanner can do in a year, in examinations, and where the figure is from."""

    examinations: int
    source: str


@dataclass(frozen=True, slots=True)
class ServiceRule:
    """A service: its machines, its weight against other services, and what it gives to each measure (100 in all)."""

    key: str
    modalities: tuple[Modality, ...]
    weight_percent: int
    because: str
    measures: Mapping[Measured, int]

    def __post_init__(self) -> None:
        if set(self.measures) != set(Measured) or sum(self.measures.values()) != 100:
            raise ValueError(f"The measures of {self.key} must be all four and sum to 100.")
        if min(self.measures.values()) < 0 or self.weight_percent <= 0:
            raise ValueError(f"No weight of {self.key} may be below nothing.")


@dataclass(frozen=True, slots=True)
class SitingRules:
    """All numbers. `density` in per cent of the national figure, `use` of the capacity, `distance` in kilometres."""

    full_points: int
    density: Edges
    use: Edges
    capacity: Mapping[Modality, Capacity]
    distance: Mapping[Modality, Edges]
    services: Mapping[str, ServiceRule]
    reviewed_on: date
    review_due_on: date


@cache
def siting_rules() -> SitingRules:
    """Read the rules; raises KeyError or ValueError where the file is damaged."""
    raw: dict[str, Any] = tomllib.loads(_RULES.read_text(encoding="utf-8"))
    return SitingRules(
        full_points=raw["need"]["full_points"],
        density=Edges(100, raw["density"]["full_at_percent_of_national"]),
        use=Edges(raw["use"]["from_percent"], raw["use"]["full_at_percent"]),
        capacity={
            Modality(entry["modality"]): Capacity(entry["examinations"], entry["source"])
            for entry in raw["use"]["capacity"]
        },
        distance={
            Modality(entry["modality"]): Edges(entry["from_km"], entry["full_at_km"])
            for entry in raw["distance"]
        },
        services={entry["key"]: _service(entry) for entry in raw["service"]},
        reviewed_on=raw["reviewed_on"],
        review_due_on=raw["review_due_on"],
    )


def _service(entry: dict[str, Any]) -> ServiceRule:
    return ServiceRule(
        key=entry["key"],
        modalities=tuple(Modality(code) for code in entry["modalities"]),
        weight_percent=entry["weight_percent"],
        because=entry["because"],
        measures={Measured(name): weight for name, weight in entry["measures"].items()},
    )
