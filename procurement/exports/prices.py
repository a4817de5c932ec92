"""Purchases and their benchmark as files. Money is in pounds, exact to the penny."""

from collections.abc import Iterable, Iterator, Sequence

from networks.exports.tables import Cell, in_pounds
from procurement.domain.benchmark import Summary
from procurement.models import PriceRecord


def purchase_rows(prices: Iterable[PriceRecord]) -> Iterator[list[Cell]]:
    """Yield one row for each purchase, under the headings of `procurement.domain.price_rows`, which read it back."""
    for price in prices:
        yield [
            price.trust.code,
            price.specification.code,
            price.quantity,
            in_pounds(price.unit_price_pence),
            price.priced_on,
            price.get_route_display() if price.route else None,
            price.supplier or None,
            price.source,
        ]


def benchmark_cells(summaries: Sequence[Summary]) -> Iterator[list[Cell]]:
    """Yield one row for each place of the table under the chart; what is hidden there is empty here."""
    for summary in summaries:
        figures = (summary.lower_quartile_pence, summary.median_pence, summary.upper_quartile_pence)
        yield [
            summary.place,
            summary.purchases,
            summary.units,
            *(None if pence is None else in_pounds(pence) for pence in figures),
        ]
