"""Writing many machines at once, each with its history row: for imports and their undoing.

Django's `bulk_update` takes minutes for rows as wide as ours, so changed rows are inserted anew and, their id being taken,
update the ones that stand. Neither that nor a queryset's `delete` keeps history by itself; it is written here, in bulk.
Callers hold a transaction open, have checked permission, and record the event.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import ForeignObjectRel

from assets.models import Asset, ImportRow
from networks.domain.access import Actor
from networks.models import User

BATCH = 500
_NUMBERS = ("serial_number", "asset_tag")
_CHANGEABLE = [field.name for field in Asset._meta.concrete_fields if field.name not in {"id", "created_at"}]


def create_assets(assets: Sequence[Asset], *, by: Actor, reason: str, at: datetime) -> list[Asset]:
    """Insert new machines and return them with their ids."""
    made = Asset.objects.bulk_create(assets)
    _keep_history(made, "+", by=by, reason=reason, at=at)
    return made


def change_assets(assets: Sequence[Asset], *, by: Actor, reason: str, at: datetime) -> None:
    """Write machines as they now stand in memory, one version on.

    Two of them may have swapped their numbers: those that take another one's are first left without.
    """
    for asset in assets:
        asset.version += 1
    _free_numbers(assets)
    created = [asset.created_at for asset in assets]
    Asset.objects.bulk_create(assets, update_conflicts=True, unique_fields=["id"], update_fields=_CHANGEABLE)
    # An insert stamps the time of creation; the row that stands has kept its own, and so must its history.
    for asset, created_at in zip(assets, created, strict=True):
        asset.created_at = created_at
    _keep_history(assets, "~", by=by, reason=reason, at=at)


def remove_assets(assets: Sequence[Asset], *, by: Actor, reason: str, at: datetime) -> None:
    """Delete machines that nothing else mentions; their history stays."""
    _keep_history(assets, "-", by=by, reason=reason, at=at)
    ids = [asset.pk for asset in assets]
    for chunk in _chunks(ids):
        # A plain delete would write a second history row for each machine, one by one.
        Asset.objects.filter(pk__in=chunk)._raw_delete(Asset.objects.db)


def update_import_rows(rows: Sequence[ImportRow], fields: Sequence[str]) -> None:
    """Write some fields of rows of imports that stand."""
    ImportRow.objects.bulk_create(rows, update_conflicts=True, unique_fields=["id"], update_fields=fields)


def mentioned_elsewhere(asset_ids: Collection[int], *, except_in: Collection[type]) -> set[int]:
    """Return which of the machines other rows of any app refer to: plans, pins and the like.

    `except_in` are models whose rows let go of a deleted machine by themselves.
    """
    found: set[int] = set()
    for relation in Asset._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel) or relation.related_model in except_in:
            continue
        name = relation.field.attname
        for chunk in _chunks(sorted(asset_ids)):
            found.update(
                relation.related_model._base_manager.filter(**{f"{name}__in": chunk}).values_list(
                    name, flat=True
                )
            )
    return found


def _free_numbers(assets: Sequence[Asset]) -> None:
    """Leave the machines whose number another of them takes without it for a moment: no two may share one, even then."""
    ids = [asset.pk for asset in assets]
    for field in _NUMBERS:
        taken = {
            (asset.trust_id, getattr(asset, field).casefold()): asset.pk
            for asset in assets
            if getattr(asset, field)
        }
        in_the_way = [
            pk
            for chunk in _chunks(ids)
            for pk, trust_id, number in Asset.objects.filter(pk__in=chunk)
            .exclude(**{field: ""})
            .values_list("pk", "trust_id", field)
            if taken.get((trust_id, number.casefold()), pk) != pk
        ]
        for chunk in _chunks(in_the_way):
            Asset.objects.filter(pk__in=chunk).update(**{field: ""})


def _keep_history(assets: Sequence[Asset], change: str, *, by: Actor, reason: str, at: datetime) -> None:
    history: Any = Asset.history
    user = User.objects.filter(pk=by.user_id).first() if by.user_id else None
    fields = [field.attname for field in history.model.tracked_fields]
    history.model.objects.bulk_create(
        history.model(
            history_date=at,
            history_user=user,
            history_change_reason=reason[:500],
            history_type=change,
            **{name: getattr(asset, name) for name in fields},
        )
        for asset in assets
    )


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))
