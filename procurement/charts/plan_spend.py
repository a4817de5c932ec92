"""A plan version's spend by year and by whose money pays, against what there is."""

from collections.abc import Sequence
from typing import Any

from networks.charts.chart import Chart, ChartTable
from networks.domain.figures import pounds, pounds_short
from networks.domain.financial_year import label
from procurement.domain.pricing import total_if_known
from procurement.queries.board_shared import SharedRow
from procurement.queries.plan_board import Board, BoardCell
from procurement.queries.plan_versions import SOURCES

_SHORT = "Not paid for"


def spend_chart(laid_out: Board, shared: Sequence[SharedRow], *, day: str) -> Chart:
    """Return spend by year and source against the money there is, for all trusts that the reader sees.

    `shared` is the shared and national money; empty where the reader sees one trust only. `day`: of the inputs.
    """
    cells = _columns(laid_out)
    pools, rings = (
        [
            sum(row.years[place].amount_pence for row in shared if row.kind == kind)
            for place in range(len(cells))
        ]
        for kind in ("pool", "ring-fence")
    )
    bars = {words: [cell.paid.get(source, 0) for cell in cells] for source, words in SOURCES.items()}
    bars[_SHORT] = [cell.short_pence for cell in cells]
    own = [cell.envelope_pence for cell in cells]
    everything = [total_if_known(parts) for parts in zip(own, pools, rings, strict=True)]
    marks = {"The trusts’ envelopes": own}
    if shared:
        marks["With shared and national money"] = everything
    years = [label(year) for year in laid_out.years]
    rows = [
        [name, *(pounds(amount) for amount in amounts)]
        for name, *amounts in zip(
            [*years, "All years"],
            _summed([cell.spend_pence for cell in cells]),
            *(_summed(amounts) for amounts in bars.values()),
            _summed(own),
            _summed(pools),
            _summed(rings),
            strict=True,
        )
    ]
    headings = ["Year", "Spend", *(f"Paid: {words[0].lower()}{words[1:]}" for words in SOURCES.values())]
    headings += [_SHORT, "Trusts’ envelopes", "Shared money", "National money"]
    told = len(headings) if shared else len(headings) - 2
    return Chart(
        heading="Spend against envelopes by year and source, inc VAT",
        caption=_finding(cells),
        figure={"data": _traces(bars, marks, years), "layout": _LAYOUT},
        table=ChartTable(headings[:told], [row[:told] for row in rows]),
        source=f"Source: spend from the lines of this plan version, who pays from the planner’s account, envelopes from its "
        f"inputs of {day}. What is carried from one year into the next is in what pays and not in the envelopes.",
    )


_LAYOUT = {
    "barmode": "stack",
    "xaxis": {"type": "category"},
    "yaxis": {"title": {"text": "£ million, inc VAT"}, "rangemode": "tozero"},
}


def _columns(laid_out: Board) -> tuple[BoardCell, ...]:
    """The years of all rows together, or of the only one."""
    if laid_out.total is not None:
        return laid_out.total.cells
    return laid_out.rows[0].cells if laid_out.rows else ()


def _traces(
    bars: dict[str, list[int]], marks: dict[str, list[int | None]], years: list[str]
) -> list[dict[str, Any]]:
    """Bars of what is used at all, one upon the other, and a mark for each kind of limit."""
    found: list[dict[str, Any]] = [
        {"type": "bar", "name": name, "x": years, "y": [_millions(pence) for pence in amounts]}
        for name, amounts in bars.items()
        if any(amounts) or name == SOURCES["own"]
    ]
    found += [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": name,
            "x": years,
            "y": [_millions(pence) for pence in amounts],
        }
        for name, amounts in marks.items()
    ]
    return found


def _millions(pence: int | None) -> float | None:
    return None if pence is None else pence / 100_000_000


def _summed(amounts: Sequence[int | None]) -> list[int | None]:
    """Year by year, then all years; not known where one of them is not."""
    return [*amounts, total_if_known(amounts)]


def _finding(cells: Sequence[BoardCell]) -> str:
    spend = sum(cell.spend_pence for cell in cells)
    known = [cell for cell in cells if cell.envelope_pence]
    envelope = sum(cell.envelope_pence or 0 for cell in cells)
    if not known or not envelope:
        return f"The plan spends {pounds_short(spend)} inc VAT; the trusts have no envelope to spend."
    own = sum(cell.paid.get("own", 0) for cell in cells)
    others = spend - own - sum(cell.short_pence for cell in cells)
    fullest = max(known, key=lambda cell: cell.paid.get("own", 0) / (cell.available_pence or 1))
    full = round(100 * fullest.paid.get("own", 0) / (fullest.available_pence or 1))
    said = (
        f"The plan spends {pounds_short(spend)} inc VAT, of it {pounds_short(own)} of {pounds_short(envelope)} inc VAT in "
        f"the trusts’ envelopes ({round(100 * own / envelope)}%)"
    )
    said += f" and {pounds_short(others)} of shared and national money." if others else "."
    return f"{said} The fullest year is {label(fullest.year)}: {full}% of its envelopes and of what was carried into them."
