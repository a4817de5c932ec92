"""How sure a plan version is, as files: what could be found out, and spend by year with its ranges."""

from collections.abc import Callable, Iterable, Iterator

from networks.domain.financial_year import label
from networks.exports.tables import Cell, in_pounds
from procurement.queries.plan_uncertainty import Part, UnknownRow
from procurement.queries.plan_uncertainty_words import chance

UNKNOWN_HEADINGS = [
    "What is not known",
    "Kind",
    "Our reference",
    "Trust",
    "Site",
    "From",
    "To",
    "Low price (£, ex VAT)",
    "Assumed price (£, ex VAT)",
    "High price (£, ex VAT)",
    "Paid prices behind it",
    "What the range rests on",
    "Takes off the range of exposure (points)",
    "Takes off the range of years at 10 or over",
    "Takes off the range of spend (£, inc VAT)",
    "Filled in since",
    "Where to fill it in",
]
YEAR_HEADINGS = [
    "Whose",
    "Year",
    "Every price low (£, inc VAT)",
    "Likely from (£, inc VAT)",
    "As planned (£, inc VAT)",
    "Likely to (£, inc VAT)",
    "Every price high (£, inc VAT)",
    "Short as planned (£, inc VAT)",
    "Short with every price high (£, inc VAT)",
    "How often its money falls short",
]


def unknown_cells(
    rows: Iterable[UnknownRow], kinds: dict[str, str], where: Callable[[UnknownRow], str]
) -> Iterator[list[Cell]]:
    """Yield one row for each unknown. `where` gives the whole address of the box, or of the page, that settles it."""
    for row in rows:
        price = row.price
        yield [
            row.name,
            kinds[row.kind],
            row.line.asset.reference if row.line and row.line.asset else None,
            row.trust or None,
            row.site or None,
            row.date.earliest if row.date else None,
            row.date.latest if row.date else None,
            in_pounds(price.low_pence) if price else None,
            in_pounds(price.planned_pence) if price else None,
            in_pounds(price.high_pence) if price else None,
            price.purchases if price else None,
            row.words,
            row.points,
            row.old_years,
            in_pounds(row.pence),
            "yes" if row.is_filled_in else "no",
            where(row),
        ]


def year_cells(parts: Iterable[Part], outcomes: int) -> Iterator[list[Cell]]:
    """Yield one row for each part and year, and one for all its years."""
    for part in parts:
        for row in part.years:
            span = row.spend
            yield [
                part.name,
                label(row.year),
                *(
                    in_pounds(p)
                    for p in (span.low, span.likely_low, span.planned, span.likely_high, span.high)
                ),
                in_pounds(row.short_planned_pence),
                in_pounds(row.short_high_pence),
                chance(row, outcomes),
            ]
        span = part.spend
        ends = (span.low, span.likely_low, span.planned, span.likely_high, span.high)
        yield [part.name, "All years", *(in_pounds(p) for p in ends), None, None, None]
