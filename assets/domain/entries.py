"""One machine as files write it. A file that we wrote is read back unchanged, so `written` and the reader in
`assets.domain.rows` are each other's inverse.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from assets.domain.cells import guarded
from assets.domain.columns import COLUMNS, Column
from assets.domain.vocabulary import Condition, Modality, Precision, Status


@dataclass(frozen=True, slots=True)
class Entry:
    """One machine as a file says it: codes and names instead of row numbers, everything else as it is stored.

    `installed_on` is the first day that `installed_precision` allows; `price_paid_pence` is ex VAT; None and "" are
    "not known".
    """

    modality: Modality
    reference: str = ""
    trust_code: str = ""
    trust: str = ""
    site_code: str = ""
    site: str = ""
    location: str = ""
    asset_tag: str = ""
    specification: str = ""
    manufacturer: str = ""
    model_name: str = ""
    serial_number: str = ""
    year_of_manufacture: int | None = None
    installed_on: date | None = None
    installed_precision: Precision = Precision.NOT_KNOWN
    support_ends_on: date | None = None
    condition: Condition = Condition.NOT_KNOWN
    examinations_per_year: int | None = None
    price_paid_pence: int | None = None
    status: Status = Status.IN_USE
    retired_on: date | None = None
    notes: str = ""


def written(entry: Entry) -> dict[str, str]:
    """Return each column's text for one machine, by key; what is not known is an empty text.

    The text is what the machine says, not yet made safe for a spreadsheet: `guarded` does that, cell by cell.
    """
    return {
        "reference": entry.reference,
        "trust_code": entry.trust_code,
        "trust": entry.trust,
        "site_code": entry.site_code,
        "site": entry.site,
        "location": entry.location,
        "asset_tag": entry.asset_tag,
        "modality": entry.modality.label,
        "specification": entry.specification,
        "manufacturer": entry.manufacturer,
        "model_name": entry.model_name,
        "serial_number": entry.serial_number,
        "year_of_manufacture": _whole(entry.year_of_manufacture),
        "installed_on": written_date(entry.installed_on, entry.installed_precision),
        "support_ends_on": written_date(entry.support_ends_on),
        "condition": entry.condition.label if entry.condition else "",
        "examinations_per_year": _whole(entry.examinations_per_year),
        "price_paid_pence": written_pounds(entry.price_paid_pence),
        "status": entry.status.label,
        "retired_on": written_date(entry.retired_on),
        "notes": entry.notes,
    }


def written_date(day: date | None, precision: Precision = Precision.DAY) -> str:
    """Return a date as far as it is known, in a form no spreadsheet reads in American order: "1 June 2012"."""
    if day is None:
        return ""
    if precision is Precision.YEAR:
        return str(day.year)
    if precision is Precision.MONTH:
        return f"{day:%B} {day.year}"
    return f"{day.day} {day:%B} {day.year}"


def written_pounds(pence: int | None) -> str:
    """Return pence as a plain number of pounds, "490000" or "490000.50", which spreadsheets can add up."""
    if pence is None:
        return ""
    pounds, rest = divmod(pence, 100)
    return f"{pounds}.{rest:02d}" if rest else str(pounds)


def _whole(number: int | None) -> str:
    return "" if number is None else str(number)


def row_of(
    entry: Entry, columns: tuple[Column, ...] = COLUMNS, worked_out: Mapping[str, str] | None = None
) -> list[str]:
    """Return one line of a file: the texts of `columns` in their order, made safe. `worked_out` gives those of
    WORKED_OUT by key."""
    texts = {**written(entry), **(worked_out or {})}
    return [guarded(texts.get(column.key, "")) for column in columns]
