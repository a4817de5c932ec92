"""The equipment list as a file that the register reads back unchanged: same machines, same order as on the page."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from assets.domain.columns import COLUMNS, WORKED_OUT, Column
from assets.domain.entries import Entry, row_of
from assets.domain.vocabulary import Condition, Modality, Precision, Status
from assets.models import Asset
from assets.queries.assets import aged
from networks.exports.tables import Cell

_WORKED_OUT = {column.key: column for column in WORKED_OUT}
EXPORTED: tuple[Column, ...] = (*COLUMNS, _WORKED_OUT["age"], _WORKED_OUT["age_band"])
"""The columns of an export: all that an import reads, and the age, which an import passes over."""

HEADINGS = [column.heading for column in EXPORTED]
_NUMBERS = {"year_of_manufacture", "examinations_per_year", "price_paid_pence", "age"}
_DAYS = {"installed_on", "support_ends_on", "retired_on"}


def entry_of(asset: Asset) -> Entry:
    """Return an asset as files write it. Its trust, site and specification must be loaded with it."""
    return Entry(
        reference=asset.reference,
        trust_code=asset.trust.code,
        trust=asset.trust.name,
        site_code=asset.site.code,
        site=asset.site.name,
        location=asset.location,
        asset_tag=asset.asset_tag,
        modality=Modality(asset.modality),
        specification=asset.specification.code,
        manufacturer=asset.manufacturer,
        model_name=asset.model_name,
        serial_number=asset.serial_number,
        year_of_manufacture=asset.year_of_manufacture,
        installed_on=asset.installed_on,
        installed_precision=Precision(asset.installed_precision),
        support_ends_on=asset.support_ends_on,
        condition=Condition(asset.condition),
        examinations_per_year=asset.examinations_per_year,
        price_paid_pence=asset.price_paid_pence,
        status=Status(asset.status),
        retired_on=asset.retired_on,
        notes=asset.notes,
    )


def text_row(asset: Asset, *, on: date) -> list[str]:
    """Return an asset's line of text under HEADINGS, made safe for spreadsheets; its age as at `on`."""
    of_age = aged(asset, on=on)
    worked_out = {
        "age": str(of_age.age.years) if of_age.age else "",
        "age_band": of_age.band.label if of_age.band else "",
    }
    return row_of(entry_of(asset), EXPORTED, worked_out)


def text_rows(assets: Iterable[Asset], *, on: date) -> Iterator[list[str]]:
    """Yield each asset's `text_row`."""
    for asset in assets:
        yield text_row(asset, on=on)


def workbook_rows(assets: Iterable[Asset], *, on: date) -> Iterator[list[Cell]]:
    """Yield the same with numbers as numbers, and dates known to the day as dates, so that a sheet can sort them."""
    for asset in assets:
        yield [
            _cell(asset, column, text) for column, text in zip(EXPORTED, text_row(asset, on=on), strict=True)
        ]


def _cell(asset: Asset, column: Column, text: str) -> Cell:
    if not text:
        return None
    if column.key in _NUMBERS:
        return Decimal(text)
    if column.key in _DAYS and (column.key != "installed_on" or asset.installed_precision == Precision.DAY):
        day: date = getattr(asset, column.key)
        return day
    return text
