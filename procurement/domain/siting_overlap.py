"""Candidates that would serve some of the same people: their needs are judged apart, each as if the other were not sited."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from assets.domain.vocabulary import Modality
from networks.domain.distance import Place, distance_km
from procurement.domain.siting_rules import siting_rules


@dataclass(frozen=True, slots=True)
class Sited:
    """A candidate and where it would stand; `place` is None where the site's coordinates are not known."""

    name: str
    modality: Modality
    site_id: int
    place: Place | None


def overlaps(candidates: Iterable[Sited]) -> list[str]:
    """Return, in words, each pair of one modality on one site, or nearer than the distance at which need is full."""
    found = []
    for one, other in combinations(sorted(candidates, key=lambda each: each.name), 2):
        if one.modality is not other.modality:
            continue
        if one.site_id == other.site_id:
            found.append(f"{one.name} and {other.name} are for the same site.")
        elif one.place and other.place:
            km = distance_km(one.place, other.place)
            if km < siting_rules().distance[one.modality].full_at:
                found.append(f"{one.name} and {other.name} would be {km} km apart.")
    return found
