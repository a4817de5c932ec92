"""The planner's way to its plan as a drawing made here, so that it can be watched without JavaScript.

Two panels over the same time: the gap, and between which values it lies (the best plan found and the bound). Both are
steps: what is found holds until something better is. Coordinates are units of a viewBox of `WIDTH` by `HEIGHT`.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from procurement.domain.solve_curve import EXPOSURE, STAGES, Sample, amount, stage_name
from procurement.queries.plan_figures import percent

WIDTH, HEIGHT = 380, 210
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 12, 14, 34
_ROOM = 1.05
"""How much longer than the search the drawing is, so that its last step can be seen."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A value of an axis: where it stands and how it is written."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a panel: its points, and the words at its end. `name` is its style too: "best", "bound", "gap"."""

    name: str
    points: str
    end_x: float
    end_y: float
    label: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One drawing with its finding in words, which stands for it where it cannot be seen."""

    key: str
    heading: str
    finding: str
    lines: tuple[Line, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    top: int = _TOP
    bottom: int = HEIGHT - _BOTTOM


@dataclass(frozen=True, slots=True)
class SolveCurve:
    """The panels of the stage that decides, and every moment kept as rows of words: stage, seconds, best, bound, gap."""

    stage: str
    panels: tuple[Panel, ...]
    rows: tuple[tuple[str, str, str, str, str], ...]
    headings: tuple[str, ...] = ("Stage", "Seconds", "Best plan so far", "No plan can have less than", "Gap")

    @property
    def newest_rows(self) -> tuple[tuple[str, str, str, str, str], ...]:
        """The last moments, newest first: what a page that asks again and again carries along."""
        return tuple(reversed(self.rows[-20:]))


def solve_curve(samples: Sequence[Sample], *, gone: float = 0) -> SolveCurve | None:
    """Return the drawing of a run's moments; None before there is any. The stage is exposure, once that has begun.

    `gone`: how many seconds the planner has been at work, if it still is: what it knows holds until then.
    """
    if not samples:
        return None
    stage = EXPOSURE if any(sample.stage == EXPOSURE for sample in samples) else samples[-1].stage
    moments = [sample for sample in samples if sample.stage == stage and sample.best is not None]
    rows = tuple(
        (
            stage_name(sample.stage),
            f"{sample.seconds:.1f}",
            amount(sample.stage, sample.best),
            amount(sample.stage, sample.bound),
            "not known" if sample.gap is None else percent(sample.gap),
        )
        for sample in samples
    )
    return SolveCurve(stage_name(stage), tuple(_panels(stage, moments, gone)), rows)


def _panels(stage: str, moments: Sequence[Sample], gone: float) -> list[Panel]:
    proven = [(at.seconds, 100 * at.gap) for at in moments if at.gap is not None]
    best = [(at.seconds, at.best) for at in moments if at.best is not None]
    bound = [(at.seconds, at.bound) for at in moments if at.bound is not None]
    if not best or max(gone, best[-1][0]) <= best[0][0]:
        return []
    last_seconds = max(gone, best[-1][0] * _ROOM)
    of = STAGES.get(stage, stage)
    span = (0.0, last_seconds)
    found = []
    if proven:
        first, last = (percent(gap / 100) for gap in (proven[0][1], proven[-1][1]))
        found.append(
            _panel(
                "gap",
                f"Gap of {of}",
                f"The gap began at {first} and stands at {last} after {proven[-1][0]:.0f} seconds.",
                {"gap": (proven, last)},
                span,
                (0.0, max(gap for _, gap in proven)),
                lambda value: f"{value:g}%",
            )
        )
    words = f"The best plan found has {amount(stage, best[-1][1])}"
    series = {"best": (best, "best plan")}
    if bound:
        words += f"; no plan can have less than {amount(stage, bound[-1][1])}"
        series["bound"] = (bound, "bound")
    values = [value for _, value in [*best, *bound]]
    found.append(
        _panel(
            "values",
            f"Best plan and bound of {of}",
            f"{words}.",
            series,
            span,
            (min(values), max(values)),
            lambda value: amount(stage, value).removesuffix(" points"),
        )
    )
    return found


def _panel(
    key: str,
    heading: str,
    finding: str,
    series: dict[str, tuple[list[tuple[float, float]], str]],
    span: tuple[float, float],
    reach: tuple[float, float],
    written: Callable[[float], str],
) -> Panel:
    low, high, steps = _nice(*reach)
    right, bottom = WIDTH - _RIGHT, HEIGHT - _BOTTOM

    def x(seconds: float) -> float:
        return round(_LEFT + (right - _LEFT) * (seconds - span[0]) / (span[1] - span[0]), 1)

    def y(value: float) -> float:
        return round(bottom - (bottom - _TOP) * (value - low) / (high - low), 1)

    return Panel(
        key=key,
        heading=heading,
        finding=finding,
        lines=tuple(
            Line(name, _steps(points, x, y, right), right, y(points[-1][1]), label)
            for name, (points, label) in series.items()
        ),
        across=tuple(Tick(x(at), f"{at:.0f} s" if span[1] >= 10 else f"{at:.1f} s") for at in _ends(span)),
        up=tuple(Tick(y(value), written(value)) for value in steps),
    )


def _steps(
    points: Sequence[tuple[float, float]],
    x: Callable[[float], float],
    y: Callable[[float], float],
    right: float,
) -> str:
    """The corners of a line that holds each value until the next one."""
    corners = [(x(points[0][0]), y(points[0][1]))]
    for seconds, value in points[1:]:
        corners += [(x(seconds), corners[-1][1]), (x(seconds), y(value))]
    corners.append((right, corners[-1][1]))
    return " ".join(f"{across:g},{up:g}" for across, up in corners)


def _ends(span: tuple[float, float]) -> tuple[float, float, float]:
    return (span[0], (span[0] + span[1]) / 2, span[1])


def _nice(least: float, most: float) -> tuple[float, float, list[float]]:
    """An axis that holds both values, and the round numbers on it."""
    if most <= least:
        margin = abs(most) * 0.1 or 1.0
        least, most = (max(0.0, least - margin) if least >= 0 else least - margin), most + margin
    rough = (most - least) / 3
    size: float = 10 ** math.floor(math.log10(rough))
    step = next(size * factor for factor in (1, 2, 2.5, 5, 10) if size * factor >= rough)
    low, high = math.floor(least / step) * step, math.ceil(most / step) * step
    return low, high, [low + step * number for number in range(round((high - low) / step) + 1)]
