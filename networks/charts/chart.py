"""A chart as every page shows it: a finding in words, the figure, and the same figures as a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ChartTable:
    """The chart's figures as text, complete: the first cell of each row names it."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Chart:
    """What `templates/partials/chart.html` draws. `figure` is a Plotly figure as plain JSON; `caption` says the finding."""

    heading: str
    caption: str
    figure: dict[str, Any]
    table: ChartTable
    source: str = ""
