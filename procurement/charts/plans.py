"""A plan version's ages by band, with and without the plan. The curves of ages and the money stand beside this file.

The figures are Plotly's plain form (traces and layout); how they look is decided in static/js/charts.js.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from assets.domain.ageing import Band
from networks.charts.chart import Chart, ChartTable
from procurement.domain.plan_ages import OLD_YEARS, Machine, bands, with_plan, without

_PATTERNS = ("", "/", ".", "x", "\\", "-")
"""One for each band, the same in both panels, so that bands can be told apart without colour."""
SOURCE = "Source: the lines of this plan version, register as at {day}."


def band_chart(machines: Sequence[Machine], years: Sequence[int], *, day: str) -> Chart:
    """Return the ages of all machines by band at each 31 March, without the plan above and with it below."""
    panels = {
        "Without the plan": bands(machines, without, years),
        "With the plan": bands(machines, with_plan, years),
    }
    data: list[dict[str, Any]] = []
    for number, found in enumerate(panels.values()):
        data += [
            {
                "type": "bar",
                "name": band.label[0].upper() + band.label[1:],
                "legendgroup": band.value,
                "showlegend": number == 0,
                "x": ends(years),
                "y": [found[year][band] for year in years],
                "xaxis": "x" if number == 0 else "x2",
                "yaxis": "y" if number == 0 else "y2",
                "marker": {"pattern": {"shape": pattern}},
            }
            for band, pattern in zip(Band, _PATTERNS, strict=True)
        ]
    scale = {"range": [0, max(len(machines), 1)], "tickformat": ",d"}
    layout = {
        "meta": {"palette": "ages"},
        "barmode": "stack",
        "height": 720,
        # The years stand once, under both panels: narrow pages turn them upright, and there is no room twice.
        "xaxis": {"type": "category", "domain": [0, 1], "anchor": "y", "showticklabels": False},
        "xaxis2": {"type": "category", "domain": [0, 1], "anchor": "y2"},
        "yaxis": {"domain": [0.53, 1], "anchor": "x", "title": {"text": "Without the plan"}, **scale},
        "yaxis2": {"domain": [0, 0.47], "anchor": "x2", "title": {"text": "With the plan"}, **scale},
    }
    rows = [
        [f"31 March {year + 1}, {name.lower()}", *(str(found[year][band]) for band in Band)]
        for year in years
        for name, found in panels.items()
    ]
    headings = ["At", *(band.label[0].upper() + band.label[1:] for band in Band)]
    return Chart(
        heading="Ages with and without the plan",
        caption=_band_finding(panels, machines, years),
        figure={"data": data, "layout": layout},
        table=ChartTable(headings, rows),
        source=SOURCE.format(day=day),
    )


def ends(years: Sequence[int]) -> list[str]:
    """Return the 31 Marches that end the years, short enough for an axis."""
    return [f"Mar {year + 1}" for year in years]


def _band_finding(
    panels: Mapping[str, Mapping[int, Counter[Band]]], machines: Sequence[Machine], years: Sequence[int]
) -> str:
    first, last = years[0], years[-1]
    past = (Band.YEARS_10_14, Band.YEARS_15_PLUS)
    without_plan, plan = panels.values()
    before, after, nothing = (
        sum(counts[band] for band in past) for counts in (without_plan[first], plan[last], without_plan[last])
    )
    very = without_plan[last][Band.YEARS_15_PLUS], plan[last][Band.YEARS_15_PLUS]
    return (
        f"Of {len(machines)} machines, {before} would be {OLD_YEARS} years or older on 31 March {first + 1} with nothing "
        f"replaced. By 31 March {last + 1} that becomes {nothing} without the plan and {after} with it; "
        f"{very[0]} and {very[1]} of them would be 15 years or older."
    )
