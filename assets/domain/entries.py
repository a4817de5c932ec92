"""One machine as files write it. A file that we wrote is read back unchanged, so `written` and the reader in
`assets.domain.readings` are each other's inverse.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from assets.domain.cells import guarded
from assets.domain.columns import COLUMNS, Column
from assets.domain.facts import FACTS, Fact, Kind
from assets.domain.vocabulary import Precision
from networks.domain.figures import partial_date

Entry = Mapping[str, Any]
"""A machine by the keys of columns: facts as they are stored, but the names of its site, trust and specification instead
of their ids, and the precision of a date under its own field. None and "" are "not known"."""


def reference_of(asset_id: int) -> str:
    """Return our own number for a machine, as it stands in exports and imports: A000123."""
    return f"A{asset_id:06d}"


def written(entry: Entry) -> dict[str, str]:
    """Return each column's text for one machine, by key; what is not known is an empty text.

    The text is what the machine says, not yet made safe for a spreadsheet: `guarded` does that, cell by cell.
    """
    texts = {key: str(entry.get(key) or "") for key in ("reference", "trust_code", "trust", "site_code")}
    return texts | {fact.key: written_fact(fact, entry) for fact in FACTS}


def written_fact(fact: Fact, entry: Entry) -> str:
    """Return one fact's text; "" where it is not known."""
    value = entry.get(fact.key)
    if value is None or value == "":
        return ""
    if fact.kind is Kind.PARTIAL_DATE:
        return written_date(value, Precision(entry.get(fact.precision_field) or Precision.DAY))
    if fact.kind is Kind.CHOICE:
        return fact.words[str(value)]
    return _WRITERS.get(fact.kind, str)(value)


def written_date(day: date | None, precision: Precision = Precision.DAY) -> str:
    """Return a date as far as it is known, in a form no spreadsheet reads in American order: "1 June 2012"."""
    return "" if day is None else partial_date(day, precision)


def written_pounds(pence: int | None) -> str:
    """Return pence as a plain number of pounds, "490000" or "490000.50", which spreadsheets can add up."""
    if pence is None:
        return ""
    pounds, rest = divmod(pence, 100)
    return f"{pounds}.{rest:02d}" if rest else str(pounds)


def _percent(value: Decimal) -> str:
    """98.50 is "98.5"."""
    return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"


_WRITERS: dict[Kind, Callable[[Any], str]] = {
    Kind.YES_NO: lambda value: "Yes" if value else "No",
    Kind.FIRST_DAY: written_date,
    Kind.LAST_DAY: written_date,
    Kind.MONEY: written_pounds,
    Kind.PERCENT: _percent,
}


def row_of(
    entry: Entry, columns: Iterable[Column] = COLUMNS, worked_out: Mapping[str, str] | None = None
) -> list[str]:
    """Return one line of a file: the texts of `columns` in their order, made safe. `worked_out` gives those of
    WORKED_OUT by key."""
    texts = {**written(entry), **(worked_out or {})}
    return [guarded(texts.get(column.key, "")) for column in columns]
