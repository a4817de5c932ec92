"""What stands in the cells of the equipment list: facts in words, as the machine's own page says them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assets.domain.columns import Column
from assets.domain.facts import BY_KEY, Kind
from assets.models import Asset
from assets.queries.asset_words import said
from assets.queries.assets import AgedAsset
from networks.templatetags.format import NOT_KNOWN, partial_date

NUMERIC = {Kind.NUMBER, Kind.MONEY, Kind.PERCENT, Kind.YEAR}


_DRAWN = frozenset({"reference", "age"})
"""Columns whose cells hold more than words: a link, a tag."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: `key` is its column's. `is_drawn` says that it holds more than its words, `is_numeric` that it stands at
    the right of its column."""

    key: str
    words: str
    is_drawn: bool
    is_numeric: bool


@dataclass(frozen=True, slots=True)
class ListRow:
    """A machine as the list shows it."""

    aged: AgedAsset
    cells: tuple[Cell, ...]

    @property
    def asset(self) -> Asset:
        """The machine itself."""
        return self.aged.asset


def is_numeric(key: str) -> bool:
    """Say whether a column holds figures."""
    return key == "age" or (key in BY_KEY and BY_KEY[key].kind in NUMERIC)


def list_row(aged: AgedAsset, columns: Sequence[Column]) -> ListRow:
    """Return a machine's row. Its trust, site and specification must be loaded with it. Costs no query."""
    return ListRow(
        aged,
        tuple(
            Cell(c.key, _words(aged, c.key) or NOT_KNOWN, c.key in _DRAWN, is_numeric(c.key)) for c in columns
        ),
    )


_OTHERS: dict[str, Callable[[AgedAsset], str | None]] = {
    "reference": lambda row: row.asset.reference,
    "trust": lambda row: row.asset.trust.name,
    "trust_code": lambda row: row.asset.trust.code,
    "site": lambda row: row.asset.site.name,
    "site_code": lambda row: row.asset.site.code,
    "specification": lambda row: str(row.asset.specification),
    "age": lambda row: str(row.age.years) if row.age else None,
    "age_band": lambda row: row.band.label if row.band else None,
    "version": lambda row: str(row.asset.version),
}
"""The columns that are no fact of the machine's own row."""


def _words(aged: AgedAsset, key: str) -> str | None:
    if key in _OTHERS:
        return _OTHERS[key](aged)
    fact = BY_KEY[key]
    value = getattr(aged.asset, fact.field)
    if fact.kind is Kind.PARTIAL_DATE and value is not None:
        return partial_date(value, getattr(aged.asset, fact.precision_field))
    return said(fact, value)
