"""The figures a candidate's need was judged by, kept as at a day and held against those of another day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from networks.domain.figures import NOT_KNOWN
from procurement.domain.site_need import Demand, Need, Score
from procurement.domain.siting_rules import Measured, siting_rules

_OF_NETWORK = "A figure of more than your own trust, which is not shown to you."


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was known on `as_at`. `points` and `most_points` are points a year; densities are scanners per million."""

    as_at: date
    rules_reviewed_on: date
    points: int
    most_points: int
    area: str
    density: str
    density_words: str
    density_after: str
    scores: tuple[Score, ...]

    @property
    def known_percent(self) -> int:
        """The share of the weight that was known."""
        return sum(score.weight for score in self.scores if score.percent is not None)

    def of_own_trust(self) -> "Evidence":
        """The same as somebody of the site's trust alone may read it: without the figures of the network."""
        hidden = {score.measured for score in self.scores if score.measured.is_of_network}
        scores = tuple(
            Score(s.measured, s.weight, None, _OF_NETWORK) if s.measured in hidden else s for s in self.scores
        )
        return Evidence(
            self.as_at, self.rules_reviewed_on, self.points, self.most_points, "", "", "", "", scores
        )


def evidence_of(demand: Demand, need: Need, *, on: date) -> Evidence:
    """Return what a need was judged by. Raises ValueError where nothing is known, for then there is no need to keep."""
    if need.points is None:
        raise ValueError("Nothing is known that the need could be judged by.")
    return Evidence(
        as_at=on,
        rules_reviewed_on=siting_rules().reviewed_on,
        points=need.points,
        most_points=need.most_points,
        area=demand.area,
        density=demand.density.text,
        density_words=demand.density.words,
        density_after=demand.density_after.text,
        scores=need.scores,
    )


def as_json(evidence: Evidence) -> dict[str, Any]:
    """Return evidence as it is kept."""
    return {
        "as_at": evidence.as_at.isoformat(),
        "rules_reviewed_on": evidence.rules_reviewed_on.isoformat(),
        "points": evidence.points,
        "most_points": evidence.most_points,
        "area": evidence.area,
        "density": evidence.density,
        "density_words": evidence.density_words,
        "density_after": evidence.density_after,
        "scores": [
            {
                "measured": score.measured.value,
                "weight": score.weight,
                "percent": score.percent,
                "points": score.points,
                "words": score.words,
            }
            for score in evidence.scores
        ],
    }


def from_json(kept: Mapping[str, Any]) -> Evidence | None:
    """Return kept evidence; None where none was kept. Raises KeyError or ValueError where it is damaged."""
    if not kept:
        return None
    return Evidence(
        as_at=date.fromisoformat(kept["as_at"]),
        rules_reviewed_on=date.fromisoformat(kept["rules_reviewed_on"]),
        points=kept["points"],
        most_points=kept["most_points"],
        area=kept["area"],
        density=kept["density"],
        density_words=kept["density_words"],
        density_after=kept["density_after"],
        scores=tuple(
            Score(Measured(s["measured"]), s["weight"], s["percent"], s["words"], s["points"])
            for s in kept["scores"]
        ),
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure then and now, in words; `points_then` and `points_now` are its parts of the need."""

    name: str
    then: str
    now: str
    points_then: int
    points_now: int

    @property
    def is_same(self) -> bool:
        return (self.then, self.points_then) == (self.now, self.points_now)


def differences(then: Evidence, now: Evidence) -> tuple[Difference, ...]:
    """Return every measure as it was and as it is, in the fixed order."""
    before = {score.measured: score for score in then.scores}
    return tuple(
        Difference(
            score.measured.label,
            before[score.measured].words if score.measured in before else NOT_KNOWN,
            score.words,
            before[score.measured].points if score.measured in before else 0,
            score.points,
        )
        for score in now.scores
    )
