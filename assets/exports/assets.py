"""The equipment list as a file that the register reads back unchanged: same machines, same order as on the page."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from assets.domain.columns import READ, REFERENCE, VERSION, WORKED_OUT, Column
from assets.domain.entries import Entry, reference_of, row_of
from assets.domain.facts import FACTS, PRICE_KEYS, Kind
from assets.domain.vocabulary import Precision
from assets.queries.assets import aged
from networks.exports.tables import Cell

_WORKED_OUT = {column.key: column for column in WORKED_OUT}
EXPORTED: tuple[Column, ...] = (*READ, _WORKED_OUT["age"], _WORKED_OUT["age_band"])
"""The columns of an export: all that an import reads, and the age, which an import passes over."""

HEADINGS = [column.heading for column in EXPORTED]
_NUMBERS = {fact.key for fact in FACTS if fact.kind in {Kind.YEAR, Kind.NUMBER, Kind.PERCENT, Kind.MONEY}} | {
    "age",
    "version",
}
_DAYS = {fact.key: fact for fact in FACTS if fact.kind in {Kind.PARTIAL_DATE, Kind.FIRST_DAY, Kind.LAST_DAY}}


def exported(*, with_prices: bool) -> tuple[Column, ...]:
    """Return the columns of an export for somebody who may, or may not, see what equipment cost."""
    return EXPORTED if with_prices else tuple(column for column in EXPORTED if column.key not in PRICE_KEYS)


def readable_again(columns: Sequence[Column]) -> tuple[Column, ...]:
    """Return chosen columns with what an import needs to read them back as no change: which machine, and which version."""
    keys = {column.key for column in columns}
    before = () if REFERENCE.key in keys else (REFERENCE,)
    after = () if VERSION.key in keys else (VERSION,)
    return (*before, *columns, *after)


def entry_of(asset: Any) -> Entry:
    """Return an asset, or a row of its history, as files write it. Its trust, site and specification must be loaded with it."""
    stored = {name: getattr(asset, name) for fact in FACTS for name in fact.fields}
    return stored | {
        "reference": reference_of(asset.id),
        "trust_code": asset.trust.code,
        "trust": asset.trust.name,
        "site_code": asset.site.code,
        "site": asset.site.name,
        "specification": asset.specification.code,
    }


def text_row(asset: Any, columns: Sequence[Column] = EXPORTED, *, on: date) -> list[str]:
    """Return an asset's line of text under `columns`, made safe for spreadsheets; its age as at `on`."""
    of_age = aged(asset, on=on)
    worked_out = {
        "version": str(asset.version),
        "age": str(of_age.age.years) if of_age.age else "",
        "age_band": of_age.band.label if of_age.band else "",
    }
    return row_of(entry_of(asset), columns, worked_out)


def text_rows(
    assets: Iterable[Any], columns: Sequence[Column] = EXPORTED, *, on: date
) -> Iterator[list[str]]:
    """Yield each asset's `text_row`."""
    for asset in assets:
        yield text_row(asset, columns, on=on)


def workbook_rows(
    assets: Iterable[Any], columns: Sequence[Column] = EXPORTED, *, on: date
) -> Iterator[list[Cell]]:
    """Yield the same with numbers as numbers, and dates known to the day as dates, so that a sheet can sort them."""
    for asset in assets:
        texts = text_row(asset, columns, on=on)
        yield [_cell(asset, column, text) for column, text in zip(columns, texts, strict=True)]


def _cell(asset: Any, column: Column, text: str) -> Cell:
    if not text:
        return None
    if column.key in _NUMBERS:
        return Decimal(text)
    fact = _DAYS.get(column.key)
    if fact is None:
        return text
    if fact.kind is Kind.PARTIAL_DATE and getattr(asset, fact.precision_field) != Precision.DAY:
        return text
    day: date = getattr(asset, fact.key)
    return day
