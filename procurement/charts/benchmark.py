"""The benchmark as a chart: quartiles and median by region, one's own purchases marked."""

from collections.abc import Sequence
from decimal import Decimal

from networks.charts.chart import Chart, ChartTable
from networks.domain.figures import pounds, pounds_short
from procurement.domain.benchmark import MINIMUM_BUYERS, MINIMUM_PURCHASES, Summary

HIDDEN = "hidden"
HEADINGS = (
    "Where",
    "Purchases",
    "Machines",
    "Lower quartile (£, ex VAT)",
    "Median (£, ex VAT)",
    "Upper quartile (£, ex VAT)",
)


def benchmark_rows(summaries: Sequence[Summary]) -> list[list[str]]:
    """Return the table under the chart, as text: hidden figures say so."""
    return [
        [
            s.place,
            str(s.purchases),
            str(s.units),
            *(
                HIDDEN if figure is None else pounds(figure)
                for figure in (s.lower_quartile_pence, s.median_pence, s.upper_quartile_pence)
            ),
        ]
        for s in summaries
    ]


def benchmark_chart(name: str, summaries: Sequence[Summary], own: Sequence[tuple[str, int]]) -> Chart:
    """Return the chart of one specification. `own`: (place, unit price in pence) of the reader's own purchases."""
    import plotly.graph_objects as go

    shown = [s for s in summaries if not s.hidden]
    figure = go.Figure()
    figure.add_trace(
        go.Box(
            name="Lower quartile, median, upper quartile",
            y=[s.place for s in shown],
            q1=[_thousands(s.lower_quartile_pence) for s in shown],
            median=[_thousands(s.median_pence) for s in shown],
            q3=[_thousands(s.upper_quartile_pence) for s in shown],
            orientation="h",
        )
    )
    visible = {s.place for s in shown}
    marked = [(place, price) for place, price in own if place in visible]
    if marked:
        figure.add_trace(
            go.Scatter(
                name="Your purchases",
                x=[_thousands(price) for _, price in marked],
                y=[place for place, _ in marked],
                mode="markers",
            )
        )
    figure.update_layout(
        template="none",
        height=120 + 60 * len(shown),
        xaxis={"title": {"text": "Unit price, £ thousand, ex VAT"}, "tickformat": ",.0f"},
        yaxis={"autorange": "reversed"},
    )
    return Chart(
        heading=f"What {name} costs, by region",
        caption=_finding(shown),
        figure=figure.to_plotly_json() | {"layout": figure.layout.to_plotly_json()},
        table=ChartTable(HEADINGS, benchmark_rows(summaries)),
        source="Source: price records, equipment only, ex VAT, as paid (not adjusted for inflation).",
    )


def _finding(shown: Sequence[Summary]) -> str:
    """Say in a sentence what the chart shows."""
    regions = [s for s in shown[:-1] if s.median_pence is not None]
    if len(regions) < 2:
        return (
            f"Fewer than two regions have {MINIMUM_PURCHASES} purchases by {MINIMUM_BUYERS} buyers, "
            "so regions cannot be compared."
        )
    low = min(regions, key=lambda s: s.median_pence or 0)
    high = max(regions, key=lambda s: s.median_pence or 0)
    assert low.median_pence is not None and high.median_pence is not None  # noqa: PT018, S101 - chosen above
    more = round(100 * (high.median_pence - low.median_pence) / low.median_pence)
    return (
        f"Median prices run from {pounds_short(low.median_pence)} in {low.place} to "
        f"{pounds_short(high.median_pence)} in {high.place}, {more}% more, ex VAT."
    )


def _thousands(pence: int | None) -> float | None:
    return None if pence is None else float(Decimal(pence) / 100_000)
