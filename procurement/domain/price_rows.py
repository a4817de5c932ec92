"""The columns of a spreadsheet of purchases, and how one row of it is read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from assets.domain import money
from assets.domain.columns import normalised
from assets.domain.dates import NotADate, implausible, read_date
from assets.domain.money import NotAnAmount, read_pence, unsaid
from assets.domain.problems import Problem
from networks.domain.spreadsheet_text import unsafe_text

_SYNONYMS = {
    "trust": ("Trust code", "Trust", "ODS code", "Buyer", "Buyer code", "Provider code"),
    "specification": ("Specification code", "Specification", "Spec", "Standard specification"),
    "quantity": ("Machines", "Quantity", "Number", "Units", "Number of machines"),
    "price": (
        "Price of one (£ ex VAT)",
        "Unit price",
        "Unit price ex VAT",
        "Price",
        "Price ex VAT",
        "Unit cost",
    ),
    "date": ("Date of the price", "Date", "Price date", "Order date", "Contract date"),
    "route": ("How bought", "Route", "Procurement route"),
    "supplier": ("Supplier", "Vendor", "Manufacturer"),
    "source": ("Source", "Order number", "Reference", "Evidence"),
}
"""The headings that each column's key goes by, ours first, in the order of our own files."""
OWN_HEADINGS = {key: headings[0] for key, headings in _SYNONYMS.items()}
HEADINGS = tuple(OWN_HEADINGS.values())
"""What our own files write, in order; an export reads back unchanged."""
_KEYS = {normalised(heading): key for key, headings in _SYNONYMS.items() for heading in headings}
REQUIRED = ("trust", "specification", "price", "date", "source")

Wrong = Callable[[str, str, str], None]
"""Notes a problem: the column's key, the message, the kind."""


@dataclass(frozen=True, slots=True)
class PriceRow:
    """A row that could be read whole: ids of trust and specification, `unit_price_pence` ex VAT."""

    number: int
    trust_id: int
    specification_id: int
    quantity: int
    unit_price_pence: int
    priced_on: date
    route: str
    supplier: str
    source: str


@dataclass(frozen=True, slots=True)
class Known:
    """What the words of a row can name: trusts and specifications by code and name, routes by label, all case-folded."""

    trusts: Mapping[str, int]
    specifications: Mapping[str, int]
    routes: Mapping[str, str]


def heading_keys(cells: Sequence[str]) -> dict[str, int]:
    """Return the columns a heading row names, key to position; the first of two alike counts."""
    found: dict[str, int] = {}
    for position, cell in enumerate(cells):
        key = _KEYS.get(normalised(cell))
        if key is not None:
            found.setdefault(key, position)
    return found


def recognised(cells: Sequence[str]) -> int:
    """Return how many known headings a row names."""
    return len(heading_keys(cells))


def read_price_row(
    number: int, cells: Mapping[str, str], headings: Mapping[str, str], *, known: Known, on: date
) -> tuple[PriceRow | None, list[Problem]]:
    """Return the row, or None with every problem in it. `cells` and `headings` by key; `on` is today."""
    problems: list[Problem] = []

    def wrong(key: str, message: str, kind: str) -> None:
        problems.append(Problem(number, headings.get(key, key), cells.get(key, ""), message, kind))

    values = {key: unsafe_text(text) for key, text in cells.items()}
    for key in REQUIRED:
        if not values.get(key):
            wrong(
                key, "This is needed for a price to be compared. Fill it in, or leave the row out.", "missing"
            )
    trust = _named(
        values, "trust", known.trusts, wrong, "trust_unknown", "a trust whose prices you may record"
    )
    specification = _named(
        values,
        "specification",
        known.specifications,
        wrong,
        "specification_unknown",
        "a standard specification",
    )
    quantity = _quantity(values.get("quantity", ""), wrong)
    price = _price(values.get("price", ""), wrong)
    priced_on = _date(values.get("date", ""), on, wrong)
    route = known.routes.get(values.get("route", "").casefold(), "")
    if values.get("route") and not route:
        wrong(
            "route",
            f"Write one of: {', '.join(sorted(set(known.routes)))}; or leave the cell empty.",
            "word_unknown",
        )
    for key, most in (("supplier", 100), ("source", 200)):
        if len(values.get(key, "")) > most:
            wrong(key, f"This is longer than {most} characters. Shorten it.", "text_too_long")
    if problems or trust is None or specification is None or price is None or priced_on is None:
        return None, problems
    row = PriceRow(
        number,
        trust,
        specification,
        quantity,
        price,
        priced_on,
        route,
        values.get("supplier", ""),
        values["source"],
    )
    return row, []


def _named(
    values: Mapping[str, str], key: str, known: Mapping[str, int], wrong: Wrong, kind: str, what: str
) -> int | None:
    text = values.get(key, "")
    found = known.get(text.casefold())
    if text and found is None:
        wrong(key, f"This is not {what}. Write its code as the site lists it.", kind)
    return found


def _quantity(text: str, wrong: Wrong) -> int:
    if not text:
        return 1
    if len(text) > 6 or not (text.isascii() and text.isdigit()) or not 1 <= int(text) <= 999:
        wrong("quantity", "Write a whole number from 1 to 999; empty means one machine.", "number_unreadable")
        return 1
    return int(text)


def _price(text: str, wrong: Wrong) -> int | None:
    if not text:
        return None
    if unsaid(text):
        wrong("price", "A price that is not told cannot be compared. Leave the row out.", "price_unreadable")
        return None
    try:
        pence = read_pence(text)
    except NotAnAmount as problem:
        wrong("price", str(problem), problem.kind)
        return None
    if unlikely := money.implausible(pence):
        wrong("price", unlikely, "price_implausible")
        return None
    return pence


def _date(text: str, on: date, wrong: Wrong) -> date | None:
    if not text:
        return None
    try:
        read = read_date(text, on=on)
    except NotADate as problem:
        wrong("date", str(problem), problem.kind)
        return None
    if unlikely := implausible(read):
        wrong("date", unlikely, "date_implausible")
        return None
    if read.first > on:
        wrong("date", "This date is in the future. Write the date of the order.", "date_future")
        return None
    return read.first
