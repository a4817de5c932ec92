"""What happened to the register: every change of every machine, who made it, from what to what, and why.

Kept for ever in the machines' history rows; this only reads them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from assets.domain.entries import reference_of
from assets.models import Asset
from assets.queries.asset_history import Change, change_between
from assets.queries.asset_words import names_in
from networks.domain.access import Actor, Permission

CHUNK = 500


@dataclass(frozen=True, slots=True)
class RegisterChange:
    """One change of one machine. It `is_there` unless its import was undone since."""

    asset_id: int
    reference: str
    label: str
    change: Change
    is_there: bool


def changes_visible_to(
    actor: Actor, *, since: date | None = None, until: date | None = None, trust_id: int | None = None
) -> QuerySet[Any]:
    """Return the history rows of the trusts whose equipment an actor may see, newest first.

    A change of a machine that has moved to another trust since is told to the trust that had it then.
    """
    rows: QuerySet[Any] = Asset.history.model.objects.order_by("-history_id")
    scope = actor.scope(Permission.VIEW_ASSETS)
    if not scope.everywhere:
        rows = rows.filter(trust_id__in=scope.trust_ids)
    if trust_id is not None:
        rows = rows.filter(trust_id=trust_id)
    if since is not None:
        rows = rows.filter(history_date__gte=_begin(since))
    if until is not None:
        rows = rows.filter(history_date__lte=end_of(until))
    return rows.select_related("history_user", "trust")


def told(rows: Iterable[Any], *, with_prices: bool) -> list[RegisterChange]:
    """Return history rows as changes, in their order. Six queries at most, however many rows.

    `with_prices`: whether their reader may see what equipment cost. A change of nothing but prices says, to others, that
    prices were changed.
    """
    rows = list(rows)
    history = Asset.history.model.objects
    earlier = history.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id")).order_by("-history_id")
    previous = dict(
        history.filter(pk__in=[row.pk for row in rows]).values_list(
            "history_id", Subquery(earlier.values("history_id")[:1])
        )
    )
    before = {row.pk: row for row in history.filter(pk__in=[pk for pk in previous.values() if pk])}
    names = names_in([*rows, *before.values()])
    there = set(Asset.objects.filter(pk__in={row.id for row in rows}).values_list("pk", flat=True))
    return [
        RegisterChange(
            row.id,
            reference_of(row.id),
            str(row.instance),
            change_between(before.get(previous[row.pk]), row, names, with_prices=with_prices),
            row.id in there,
        )
        for row in rows
    ]


def told_in_chunks(rows: QuerySet[Any], *, with_prices: bool) -> Iterator[RegisterChange]:
    """Yield changes as `told` does, so many at a time that a long history never stands in memory as a whole."""
    last: int | None = None
    while True:
        chunk = list((rows if last is None else rows.filter(history_id__lt=last))[:CHUNK])
        yield from told(chunk, with_prices=with_prices)
        if len(chunk) < CHUNK:
            return
        last = chunk[-1].history_id


def register_as_at(actor: Actor, on: date) -> QuerySet[Any]:
    """Return the register as it stood at the end of a day: for each machine then in it, its history row in force.

    Of the trusts whose equipment the actor may see, as the machines stood then; retired ones included.
    """
    history = Asset.history.model.objects
    in_force = (
        history.filter(history_date__lte=end_of(on))
        .order_by()
        .values("id")
        .annotate(newest=Max("history_id"))
    )
    rows: QuerySet[Any] = history.filter(history_id__in=in_force.values("newest")).exclude(history_type="-")
    scope = actor.scope(Permission.VIEW_ASSETS)
    if not scope.everywhere:
        rows = rows.filter(trust_id__in=scope.trust_ids)
    return rows.select_related("trust", "site", "specification")


def asset_as_at(asset: Asset, on: date) -> Any | None:
    """Return the history row of a machine in force at the end of a day; None before it came into the register."""
    row = (
        asset.history.select_related("trust", "site", "specification", "history_user")
        .filter(history_date__lte=end_of(on))
        .order_by("-history_id")
        .first()
    )
    return None if row is None or row.history_type == "-" else row


def matching_history(text: str) -> Q:
    """Return the condition for every word of a text to occur in the names and numbers that a machine had."""
    condition = Q()
    for word in text.split():
        condition &= (
            Q(serial_number__icontains=word)
            | Q(asset_tag__icontains=word)
            | Q(manufacturer__icontains=word)
            | Q(model_name__icontains=word)
        )
    return condition


def _begin(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def end_of(day: date) -> datetime:
    """Return the last moment of a day."""
    return timezone.make_aware(datetime.combine(day, time.max))
