"""The columns that the equipment list can show: those of its file, chosen and put in order by whoever reads it."""

from collections.abc import Iterable

from assets.domain.columns import READ, WORKED_OUT, Column
from assets.domain.facts import PRICE_KEYS

DEFAULT: tuple[str, ...] = (
    "reference",
    "modality",
    "age",
    "manufacturer",
    "model_name",
    "site",
    "trust",
    "installed_on",
    "support_ends_on",
)
"""What the list shows to somebody who has chosen nothing: of machines of several trusts not the site, of one not the trust,
so that it all stands side by side."""

SHOWABLE: tuple[Column, ...] = tuple(
    column for column in (*READ, *WORKED_OUT) if column.key in {"age", "age_band"} or column in READ
)
"""Every column there is to choose from, in the order of the file."""

SORT_OF = {
    "reference": "reference",
    "modality": "modality",
    "manufacturer": "model",
    "model_name": "model",
    "site": "site",
    "trust": "trust",
    "installed_on": "installed",
    "age": "age",
    "age_band": "age",
    "support_ends_on": "support",
    "condition": "condition",
    "status": "status",
}
"""The order (of `assets.queries.assets.SORTS`) that the heading of a column asks for; others offer none."""

_BY_KEY = {column.key: column for column in SHOWABLE}


def columns_named(keys: Iterable[str], *, with_prices: bool) -> tuple[Column, ...]:
    """Return the columns of these keys in their order, each once; those unknown, or not to be shown, are left out."""
    known = dict.fromkeys(key for key in keys if key in _BY_KEY)
    return tuple(_BY_KEY[key] for key in known if with_prices or key not in PRICE_KEYS)


def columns_in(text: str, *, with_prices: bool) -> tuple[Column, ...]:
    """Return the columns that an address asks for ("reference,modality,age"); none where it asks for none that there is."""
    return columns_named(text.split(",")[: len(SHOWABLE)], with_prices=with_prices)
