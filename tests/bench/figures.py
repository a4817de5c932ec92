"""What is measured: a figure with its spread, and where there is one the peer it was measured beside in the same run."""

import json
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the bench. `value` is the median of `runs` measurements; `ratio` is `value` / `peer_value`."""

    name: str
    value: float
    unit: str
    least: float
    most: float
    runs: int
    peer: str = ""
    peer_value: float | None = None

    def beside(self, peer: str, value: float) -> "Figure":
        """Return the figure with something to compare it with."""
        return replace(self, peer=peer, peer_value=value)

    def line(self) -> str:
        """Return it as one JSON object on one line."""
        stated: dict[str, Any] = {
            "name": self.name,
            "value": _short(self.value),
            "unit": self.unit,
            "min": _short(self.least),
            "max": _short(self.most),
            "runs": self.runs,
        }
        if self.peer_value is not None:
            stated |= {
                "peer": self.peer,
                "peer_value": _short(self.peer_value),
                "ratio": _short(self.value / self.peer_value) if self.peer_value else None,
            }
        return json.dumps(stated)


def measured(name: str, values: list[float], unit: str) -> Figure:
    """Return the figure of one or more measurements of the same thing."""
    return Figure(name, statistics.median(values), unit, min(values), max(values), len(values))


def counted(name: str, value: float, unit: str) -> Figure:
    """Return the figure of something that is the same each time."""
    return measured(name, [value], unit)


def seconds(work: Callable[[], Any], runs: int) -> list[float]:
    """Do the work so many times and return how long each took."""
    taken = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return taken


def _short(value: float) -> float:
    """Four significant figures say more than any of these measurements can hold; whole numbers stay whole."""
    return value if isinstance(value, int) else float(f"{value:.4g}")
