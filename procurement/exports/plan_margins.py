"""What more money would buy in a plan version, as a file: one row for each envelope that binds."""

from collections.abc import Iterable, Iterator

from networks.domain.financial_year import label
from networks.exports.tables import Cell, in_pounds
from procurement.queries.plan_margins import MarginRow

HEADINGS = [
    "Whose money",
    "Kind",
    "Year",
    "The next better thing needs (£ more, inc VAT)",
    "It is",
    "Exposure then (points, against the plan)",
    "Whole cost then (£ in today’s money, against the plan)",
    "With so much more (£, inc VAT)",
    "That buys",
    "Exposure with it (points, against the plan)",
    "Whole cost with it (£ in today’s money, against the plan)",
]


def cells(rows: Iterable[MarginRow]) -> Iterator[list[Cell]]:
    """Yield each row's cells; where the round sum buys nothing by itself its cells say so or are empty."""
    for row in rows:
        bought = row.bought
        yield [
            row.whose,
            row.source,
            label(row.year),
            in_pounds(row.needed_pence),
            "; ".join(row.next.machines),
            row.next.points,
            in_pounds(row.next.cost_pence),
            in_pounds(row.more_pence),
            "nothing by itself" if bought is None else "; ".join(bought.machines),
            None if bought is None else bought.points,
            None if bought is None else in_pounds(bought.cost_pence),
        ]
