"""Plans side by side in a chart: ages at each 31 March, one small panel for each plan."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from assets.domain.ageing import Band
from networks.charts.chart import Chart, ChartTable
from networks.domain.figures import NOT_KNOWN, date_gb
from procurement.domain.plan_ages import OLD_YEARS
from procurement.domain.plan_compare import Side, all_years

_PATTERNS = ("", "/", ".", "x", "\\", "-")
"""One for each band, the same in every panel, so that bands can be told apart without colour."""
_OLD = (Band.YEARS_10_14, Band.YEARS_15_PLUS)
_PANEL_HEIGHT = 220


def ages_chart(sides: Sequence[Side]) -> Chart:
    """Return the ages of every plan's machines by band, a panel for each plan, one scale for all."""
    years = all_years(sides)
    data: list[dict[str, Any]] = []
    layout: dict[str, Any] = {
        "meta": {"palette": "ages"},
        "barmode": "stack",
        "height": 120 + _PANEL_HEIGHT * len(sides),
    }
    most = max(
        (sum(counts.values()) for side in sides for year in years if (counts := side.bands(year))), default=1
    )
    for place, side in enumerate(sides):
        suffix = "" if place == 0 else str(place + 1)
        data += _bars(side, years, suffix, legend=place == 0)
        bottom, top = _share(place, len(sides))
        layout[f"xaxis{suffix}"] = {
            "type": "category",
            "domain": [0, 1],
            "anchor": f"y{suffix}",
            # The years stand once, under the last panel.
            "showticklabels": place == len(sides) - 1,
        }
        layout[f"yaxis{suffix}"] = {
            "domain": [bottom, top],
            "anchor": f"x{suffix}",
            "title": {"text": _letter(place)},
            "range": [0, max(most, 1)],
            "tickformat": ",d",
        }
    key = "; ".join(f"{_letter(place)} is {side.name}" for place, side in enumerate(sides))
    days = sorted({side.register_as_at for side in sides})
    return Chart(
        heading="Ages of the machines in each plan",
        caption=f"{_finding(sides)} {key}.",
        figure={"data": data, "layout": layout},
        table=_table(sides, years),
        source=f"Source: the lines of these versions, register as at {' and '.join(map(date_gb, days))}.",
    )


def _bars(side: Side, years: Sequence[int], suffix: str, *, legend: bool) -> list[dict[str, Any]]:
    counts = {year: side.bands(year) for year in years}
    return [
        {
            "type": "bar",
            "name": _name(band),
            "legendgroup": band.value,
            "showlegend": legend,
            "x": [f"Mar {year + 1}" for year in years],
            "y": [None if (found := counts[year]) is None else found[band] for year in years],
            "xaxis": f"x{suffix}",
            "yaxis": f"y{suffix}",
            "marker": {"pattern": {"shape": pattern}},
        }
        for band, pattern in zip(Band, _PATTERNS, strict=True)
    ]


def _table(sides: Sequence[Side], years: Sequence[int]) -> ChartTable:
    rows = [
        [
            f"31 March {year + 1}, {side.name}",
            *(NOT_KNOWN if (found := side.bands(year)) is None else str(found[band]) for band in Band),
        ]
        for year in years
        for side in sides
    ]
    return ChartTable(["At", *(_name(band) for band in Band)], rows)


def _finding(sides: Sequence[Side]) -> str:
    said = []
    for side in sides:
        last = side.years[-1]
        counts = side.bands(last) or Counter()
        old, all_machines = sum(counts[band] for band in _OLD), sum(counts.values())
        said.append(
            f"With {side.name}, {old} of {all_machines} machines are {OLD_YEARS} years or older on 31 March {last + 1}."
        )
    return " ".join(said)


def _share(place: int, panels: int) -> tuple[float, float]:
    """The part of the height that a panel takes, the first on top."""
    height = 1 / panels
    top = 1 - place * height
    return round(top - height * 0.86, 4), round(top, 4)


def _letter(place: int) -> str:
    return f"Plan {'ABCD'[place]}"


def _name(band: Band) -> str:
    return band.label[0].upper() + band.label[1:]
