"""Which facts can be set on many machines at once."""

from assets.domain.facts import FACTS, Fact

_ONE_BY_ONE = frozenset({"site", "serial_number", "asset_tag", "retired_on"})
"""A machine's own numbers, which no two share; moving and retiring, which have pages of their own."""


def bulk_facts(*, with_prices: bool) -> tuple[Fact, ...]:
    """Return the facts that somebody who may, or may not, see what equipment cost can set on many machines."""
    return tuple(f for f in FACTS if f.key not in _ONE_BY_ONE and (with_prices or not f.is_price))
