"""Every fact of a machine, once: files, forms, the API, bulk edits, conflicts and history all read this list.

A new fact is a field of `assets.models.Asset` and an entry here; nothing else needs to know it.
"""

from assets.domain.facts import identity, life, money, upkeep, use
from assets.domain.facts.fact import Fact, Kind, Section

__all__ = ["BY_FIELD", "BY_KEY", "FACTS", "PRICE_KEYS", "Fact", "Kind", "Section", "without_prices"]

FACTS: tuple[Fact, ...] = (
    *identity.FACTS,
    *life.FACTS,
    *money.FACTS,
    *upkeep.FACTS,
    *use.FACTS,
)
"""In the order of pages and files."""

BY_KEY: dict[str, Fact] = {fact.key: fact for fact in FACTS}
BY_FIELD: dict[str, Fact] = {fact.field: fact for fact in FACTS}
PRICE_KEYS = frozenset(fact.key for fact in FACTS if fact.is_price)


def without_prices(facts: tuple[Fact, ...] = FACTS) -> tuple[Fact, ...]:
    """Return the facts for somebody who may not see what equipment cost."""
    return tuple(fact for fact in facts if not fact.is_price)
