"""How sure a plan's spend is, year by year, in a chart: as planned, the likely range, and both ends of everything."""

from networks.charts.chart import Chart, ChartTable
from networks.domain.figures import pounds, pounds_short
from networks.domain.financial_year import label
from procurement.domain.planning.uncertain_figures import YearSpan
from procurement.queries.plan_uncertainty import Part
from procurement.queries.plan_uncertainty_words import chance

_MILLION = 100_000_000


def spend_ranges(part: Part, money: dict[int, int | None], *, outcomes: int, day: str) -> Chart:
    """Return a part's spend by year with its ranges. `money` by year is what there is, pence; `outcomes` were paid out."""
    names = [label(row.year) for row in part.years]

    def millions(values: list[int]) -> list[float]:
        return [value / _MILLION for value in values]

    spans = [row.spend for row in part.years]
    data = [
        {
            "type": "bar",
            "name": "As planned, with the likely range",
            "x": names,
            "y": millions([span.planned for span in spans]),
            "error_y": {
                "type": "data",
                "symmetric": False,
                "array": millions([max(0, span.likely_high - span.planned) for span in spans]),
                "arrayminus": millions([max(0, span.planned - span.likely_low) for span in spans]),
                "color": "#212b32",
                "thickness": 2,
                "width": 8,
            },
        },
        *(
            {
                "type": "scatter",
                "mode": "markers",
                "name": name,
                "x": names,
                "y": millions([getattr(span, end) for span in spans]),
                "marker": {"symbol": symbol, "size": 10},
            }
            for name, end, symbol in (
                ("Every price high", "high", "triangle-up"),
                ("Every price low", "low", "triangle-down"),
            )
        ),
    ]
    known = [money.get(row.year) for row in part.years]
    if all(amount is not None for amount in known):
        data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": "Envelopes",
                "x": names,
                "y": millions([amount or 0 for amount in known]),
                "marker": {"symbol": "line-ew-open", "size": 22, "line": {"width": 3}},
            }
        )
    return Chart(
        heading="Spend by year and how sure it is, inc VAT",
        caption=_finding(part, outcomes),
        figure={
            "data": data,
            "layout": {
                "xaxis": {"type": "category"},
                "yaxis": {"title": {"text": "£ million, inc VAT"}, "rangemode": "tozero"},
            },
        },
        table=ChartTable(
            [
                "Year",
                "Every price low",
                "Likely from",
                "As planned",
                "Likely to",
                "Every price high",
                "Envelopes",
            ],
            [[label(row.year), *_cells(row), pounds(money.get(row.year))] for row in part.years],
        ),
        source=f"Source: the ranges kept with this plan version, register and prices as at {day}.",
    )


def _cells(row: YearSpan) -> list[str]:
    span = row.spend
    return [pounds(p) for p in (span.low, span.likely_low, span.planned, span.likely_high, span.high)]


def _finding(part: Part, outcomes: int) -> str:
    moving = [row for row in part.years if row.spend.width]
    if not moving:
        return "No price in this plan is uncertain."
    widest = max(moving, key=lambda row: row.spend.likely_high - row.spend.likely_low)
    said = (
        f"{label(widest.year)} is the least certain: {pounds_short(widest.spend.planned)} as planned, likely between "
        f"{pounds_short(widest.spend.likely_low)} and {pounds_short(widest.spend.likely_high)}."
    )
    often = max(part.years, key=lambda row: row.short_percent or 0)
    if often.short_percent:
        said += f" The money falls short most often in {label(often.year)}: {chance(often, outcomes)}."
    return said
