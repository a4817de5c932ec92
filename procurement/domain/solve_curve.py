"""The planner's way to its plan: which moments are worth keeping, and the words of its stages."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from networks.domain.figures import pounds_short

EXPOSURE, CHURN = "exposure", "churn"
STAGES = {
    "breach": "pinned wishes that the limits do not allow",
    EXPOSURE: "exposure",
    "cost": "whole cost at present value",
    CHURN: "changes from the plan before",
}
"""The planner's stages in their order, in words."""

_SHORTEST_SECONDS = 0.5
_SHARE_OF_TIME = 0.01
"""Moments kept lie at least this share of the time gone apart, so that a long run keeps a few hundred."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What the planner knew `seconds` after it began. `best` and `bound` None: not known yet; `gap` is a fraction."""

    stage: str
    seconds: float
    best: float | None
    bound: float | None
    gap: float | None


class Keeper:
    """Takes what the planner reports, as often as it likes, and hands out what is worth keeping.

    The first and last of each stage are always kept, and between them what has changed, thinned out as time goes.
    """

    def __init__(self) -> None:
        self._kept: Sample | None = None
        self._newest: Sample | None = None

    def take(self, reported: Iterable[Sample], *, at_end: bool = False) -> list[Sample]:
        """Return the moments to keep of those reported since the last call, in their order."""
        found: list[Sample] = []
        for sample in reported:
            if self._newest is not None and sample.stage != self._newest.stage:
                self._keep(self._newest, found)
            self._newest = _finite(sample)
            if self._is_worth_it(self._newest):
                self._keep(self._newest, found)
        if at_end and self._newest is not None:
            self._keep(self._newest, found)
        return found

    def _is_worth_it(self, sample: Sample) -> bool:
        kept = self._kept
        if kept is None or kept.stage != sample.stage:
            return True
        apart = max(_SHORTEST_SECONDS, _SHARE_OF_TIME * sample.seconds)
        changed = (kept.best, kept.bound) != (sample.best, sample.bound)
        return changed and sample.seconds - kept.seconds >= apart

    def _keep(self, sample: Sample, found: list[Sample]) -> None:
        if sample != self._kept:
            self._kept = sample
            found.append(sample)


def _finite(sample: Sample) -> Sample:
    """A bound that is none yet (the solver says infinity) is not known."""
    best, bound, gap = (
        None if value is None or not math.isfinite(value) else value
        for value in (sample.best, sample.bound, sample.gap)
    )
    return Sample(sample.stage, sample.seconds, best, bound, gap)


def stage_name(stage: str) -> str:
    """Return "Stage 2, exposure"; a stage this page does not know keeps the planner's word."""
    places = list(STAGES)
    return f"Stage {places.index(stage) + 1}, {STAGES[stage]}" if stage in STAGES else stage


def amount(stage: str, value: float | None) -> str:
    """Return a stage's value with its unit: "25,539 points", "£61.23m", "3 changes"; "not known" where it is not."""
    if value is None or not math.isfinite(value):
        return "not known"
    if stage == EXPOSURE:
        return f"{round(value):,} points"
    if stage == CHURN:
        return f"{round(value):,} change{'' if round(value) == 1 else 's'}"
    return pounds_short(round(value))
