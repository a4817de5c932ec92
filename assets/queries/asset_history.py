"""What happened to one asset: who changed what, when, from what to what, and why."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assets.domain.facts import PRICE_KEYS
from assets.domain.vocabulary import Status
from assets.models import Asset
from assets.queries.asset_words import Names, differences, in_words, names_in

_PLACE = {"Trust", "Site", "Room"}
_PRICES = "What it cost"


@dataclass(frozen=True, slots=True)
class Difference:
    """One fact that changed; None on either side is "not known"."""

    label: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one asset. `what` is a word for it: Added, Corrected, Moved, Retired, Brought back."""

    at: datetime
    who: str
    what: str
    reason: str
    version: int
    differences: tuple[Difference, ...]


def history_of(asset: Asset, *, with_prices: bool) -> list[Change]:
    """Return every change of an asset, newest first. Four queries at most, however many changes.

    `with_prices`: whether its reader may see what equipment cost.

    A change that left all facts as they were is left out: it would say nothing.
    """
    rows = list(asset.history.select_related("history_user").order_by("history_date", "history_id"))
    names = names_in(rows)
    changes: list[Change] = []
    for row, before in zip(rows, [None, *rows], strict=False):
        change = change_between(before, row, names, with_prices=with_prices)
        if change.differences or before is None:
            changes.append(change)
    return changes[::-1]


def as_at_version(asset: Asset, version: int) -> Any | None:
    """Return the asset's history row for one of its versions, or None where none was kept. One query."""
    return asset.history.filter(version=version).order_by("-history_date", "-history_id").first()


def change_between(before: Any | None, row: Any, names: Names, *, with_prices: bool) -> Change:
    """Return what one history row changed against the one before it, None for a new machine.

    Somebody who may not see what equipment cost is told that prices were changed, without the amounts.
    """
    now = in_words(row, names, with_prices=with_prices)
    old = in_words(before, names, with_prices=with_prices) if before is not None else {}
    found = differences(old, now)
    if not with_prices and any(getattr(row, key) != getattr(before, key, None) for key in PRICE_KEYS):
        found[_PRICES] = (None, "changed")
    return Change(
        at=row.history_date,
        who=row.history_user.name if row.history_user else "a command run on the server",
        what=_what(row, before, set(found)),
        reason=row.history_change_reason or "",
        version=row.version,
        differences=tuple(Difference(label, was, became) for label, (was, became) in found.items()),
    )


def _what(row: Any, before: Any | None, changed: set[str]) -> str:
    if row.history_type == "-":
        return "Taken out again"
    if before is None:
        return "Added"
    if row.status != before.status and Status.RETIRED in (row.status, before.status):
        return "Retired" if row.status == Status.RETIRED else "Brought back"
    return "Moved" if changed and changed <= _PLACE else "Corrected"
