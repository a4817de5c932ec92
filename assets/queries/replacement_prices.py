"""What a new machine of each specification costs, which the register needs and does not know.

Prices belong to `procurement`, which this app may not import; it hands over a way to read them when the site starts.
"""

from collections.abc import Callable, Mapping
from datetime import date

Prices = Mapping[int, int]
"""Specification id to the price of one new machine in pence, ex VAT. One that is not in it has no known price."""

_sources: list[Callable[[date], Prices]] = []


def provide_prices(source: Callable[[date], Prices]) -> None:
    """Make `source` the way to read prices as at a date; it takes the place of one given before."""
    _sources[:] = [source]


def replacement_prices(*, on: date) -> Prices:
    """Return the prices as at a date, by specification; none where nobody provides any. As many queries as the source."""
    return _sources[0](on) if _sources else {}
