"""A plan version in charts: machines over ten, ages by band with and without the plan, spend against envelopes.

The figures are Plotly's plain form (traces and layout); how they look is decided in static/js/charts.js.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from assets.domain.ageing import Band
from assets.domain.vocabulary import Modality
from networks.charts.chart import Chart, ChartTable
from networks.domain.figures import pounds, pounds_short
from networks.domain.financial_year import label
from procurement.domain.plan_ages import (
    OLD_YEARS,
    Choice,
    Machine,
    age_at,
    bands,
    old,
    oldest_first,
    with_plan,
    without,
)
from procurement.queries.plan_board import Board, BoardCell, BoardRow

_PATTERNS = ("", "/", ".", "x", "\\", "-")
"""One for each band, the same in both panels, so that bands can be told apart without colour."""
_SOURCE = "Source: the lines of this plan version, register as at {day}."


def old_chart(machines: Sequence[Machine], years: Sequence[int], *, day: str) -> Chart:
    """Return how many machines are ten or older at each 31 March: with the plan, oldest first, and with nothing done.

    `day`: the day the register was read, in words.
    """
    counts = {name: old(machines, choice, years) for name, choice in _SCHEDULES.items()}
    figure = {
        "data": [
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": name,
                "x": _ends(years),
                "y": [found[year] for year in years],
            }
            for name, found in counts.items()
        ],
        "layout": {
            "xaxis": {"type": "category"},
            "yaxis": {"title": {"text": "Machines"}, "rangemode": "tozero", "tickformat": ",d"},
        },
    }
    rows = [
        [f"31 March {year + 1}", *(f"{found[year]} of {len(machines)}" for found in counts.values())]
        for year in years
    ]
    return Chart(
        heading=f"Machines {OLD_YEARS} years or older at each 31 March",
        caption=f"{_old_finding(counts, machines, years)} {_unknown_words(machines)}".strip(),
        figure=figure,
        table=ChartTable(["At", *counts], rows),
        source=_SOURCE.format(day=day),
    )


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
                "x": _ends(years),
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
        source=_SOURCE.format(day=day),
    )


def spend_chart(laid_out: Board, *, day: str) -> Chart:
    """Return spend against envelopes by year, for all trusts that the reader sees; the table has each trust."""
    rows: tuple[BoardRow, ...] = laid_out.rows
    if laid_out.total is not None:
        rows = (*rows, laid_out.total)
    cells = rows[-1].cells if rows else ()
    bars: dict[str, list[int | None]] = {
        "Spend": [cell.spend_pence for cell in cells],
        "Envelope": [cell.envelope_pence for cell in cells],
    }
    figure = {
        "data": [
            {
                "type": "bar",
                "name": name,
                "x": [label(year) for year in laid_out.years],
                "y": [None if pence is None else pence / 100_000_000 for pence in amounts],
            }
            for name, amounts in bars.items()
        ],
        "layout": {
            "barmode": "group",
            "xaxis": {"type": "category"},
            "yaxis": {"title": {"text": "£ million, inc VAT"}, "rangemode": "tozero"},
        },
    }
    years = [label(year) for year in laid_out.years]
    table = [
        [
            row.name,
            *(_of(cell.spend_pence, cell.envelope_pence) for cell in row.cells),
            _of(row.spend_pence, row.envelope_pence),
        ]
        for row in rows
    ]
    return Chart(
        heading="Spend against envelopes, inc VAT",
        caption=_spend_finding(cells),
        figure=figure,
        table=ChartTable(["Trust", *years, "All years"], table),
        source=f"Source: spend from the lines of this plan version, envelopes from its inputs of {day}.",
    )


_SCHEDULES: Mapping[str, Choice] = {
    "With this plan": with_plan,
    "Oldest first, same envelopes": oldest_first,
    "Nothing replaced": without,
}


def _ends(years: Sequence[int]) -> list[str]:
    return [f"Mar {year + 1}" for year in years]


def _old_finding(
    counts: Mapping[str, Mapping[int, int]], machines: Sequence[Machine], years: Sequence[int]
) -> str:
    last = years[-1]
    plan, oldest, nothing = (found[last] for found in counts.values())
    said = (
        f"On 31 March {last + 1}, {plan} of {len(machines)} machines {_are(plan)} {OLD_YEARS} years or older with this "
        f"plan, {oldest} if the oldest are replaced first within the same envelopes, and {nothing} if nothing is replaced."
    )
    fewer: Counter[str] = Counter()
    for machine in machines:
        was, will = (_is_old(machine, choice, last) for choice in (without, with_plan))
        fewer[machine.modality] += was - will
    modality, most = max(fewer.items(), key=lambda item: item[1], default=("", 0))
    if most > 0 and len(fewer) > 1:
        said += f" {Modality(modality).label} accounts for {most} of the {nothing - plan} fewer."
    return said


def _is_old(machine: Machine, choice: Choice, year: int) -> int:
    age = age_at(machine.installed_on, choice(machine), year)
    return int(age is not None and age >= OLD_YEARS)


def _unknown_words(machines: Sequence[Machine]) -> str:
    unknown = sum(machine.installed_on is None for machine in machines)
    if not unknown:
        return ""
    if unknown == 1:
        return "One machine has no installation date and is not counted as old until it is known."
    return f"{unknown} machines have no installation date and are not counted as old until it is known."


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


def _spend_finding(cells: Sequence[BoardCell]) -> str:
    spend = sum(cell.spend_pence for cell in cells)
    known = [cell for cell in cells if cell.envelope_pence]
    envelope = sum(cell.envelope_pence or 0 for cell in cells)
    if not known or not envelope:
        return f"The plan spends {pounds_short(spend)} inc VAT; there is no envelope to spend."
    fullest = max(known, key=lambda cell: cell.spend_pence / (cell.available_pence or 1))
    share = round(100 * spend / envelope)
    full = round(100 * fullest.spend_pence / (fullest.available_pence or 1))
    return (
        f"The plan spends {pounds_short(spend)} of {pounds_short(envelope)} inc VAT ({share}%). "
        f"The fullest year is {label(fullest.year)}: {full}% of its envelope and of what was carried into it."
    )


def _of(spend_pence: int, envelope_pence: int | None) -> str:
    return f"{pounds(spend_pence)} of {pounds(envelope_pence)}"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
