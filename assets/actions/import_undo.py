"""Putting the register back as it was before an import, except what has been touched since."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from assets.actions.bulk_writing import Because, change_assets, mentioned_elsewhere, remove_assets
from assets.actions.import_batches import record_import, require_batch
from assets.domain.checking import Outcome
from assets.domain.matching import IDENTIFIERS, identity
from assets.domain.problems import Problem
from assets.domain.register import from_json
from assets.models import Asset, ImportBatch, ImportRow
from assets.models.asset import AssetQuerySet
from networks.domain.access import Actor

EDITED = "It has been changed since the import, so it stays as it is now."
GONE = "It is no longer in the register."
MENTIONED = "A plan or another record names it, so it stays in the register."
TAKEN = "Another machine has its former serial or asset number now, so it stays as it is."


class CannotUndo(Exception):
    """The import cannot be undone. The message says why."""


@dataclass(slots=True)
class Undoing:
    """What undoing an import does: machines taken out again, machines put back, and rows left alone with the reason."""

    remove: list[tuple[ImportRow, Asset]]
    restore: list[tuple[ImportRow, Asset]]
    keep: list[tuple[ImportRow, str]]


def look_at_undo(*, by: Actor, batch: ImportBatch) -> Undoing:
    """Return what undoing a saved import would do now. Writes nothing. Raises NotAllowed, CannotUndo."""
    return _look(by, batch, Asset.objects.all())


def _look(by: Actor, batch: ImportBatch, assets: AssetQuerySet) -> Undoing:
    require_batch(by, batch)
    if batch.status == ImportBatch.Status.UNDONE:
        raise CannotUndo("This import has been undone already.")
    if batch.status != ImportBatch.Status.COMMITTED:
        raise CannotUndo("This import was never saved, so there is nothing to undo.")
    undoing = Undoing([], [], [])
    rows = list(
        ImportRow.objects.filter(batch=batch, outcome__in=[Outcome.NEW, Outcome.CHANGED]).order_by("pk")
    )
    found = assets.order_by("pk").in_bulk([row.asset_id for row in rows if row.asset_id])
    new = {row.asset_id for row in rows if row.outcome == Outcome.NEW and row.asset_id}
    mentioned = mentioned_elsewhere(new)
    for row in rows:
        asset = row.asset = found.get(row.asset_id or 0)
        if asset is None:
            undoing.keep.append((row, GONE))
        elif asset.version != row.asset_version:
            undoing.keep.append((row, EDITED))
        elif row.outcome == Outcome.CHANGED:
            undoing.restore.append((row, asset))
        elif asset.pk in mentioned:
            undoing.keep.append((row, MENTIONED))
        else:
            undoing.remove.append((row, asset))
    _keep_those_whose_number_is_taken(undoing)
    undoing.keep.sort(key=lambda kept: kept[0].pk)
    return undoing


@transaction.atomic
def undo_batch(*, by: Actor, batch: ImportBatch, at: datetime) -> Undoing:
    """Put the register back as it was before a saved import, and return what was done.

    Machines that were new are deleted, changed ones get their former values, each with its history. What anybody has
    changed since, or a plan names, stays as it is and is named. Raises NotAllowed, CannotUndo.
    """
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    undoing = _look(by, batch, Asset.objects.select_for_update())
    because = Because(by, f"Undoing of the import of {batch.file_name}", at)
    change_assets({asset.pk: from_json(row.before) for row, asset in undoing.restore}, because)
    _bring_earlier_imports_up([asset.pk for _, asset in undoing.restore], batch)
    remove_assets([asset.pk for _, asset in undoing.remove], because)
    for row, why in undoing.keep:
        row.problems = [Problem(row.number, "", "", why, "edited_since", row.sheet).as_json()]
        row.save(update_fields=["problems"])
    batch.status = ImportBatch.Status.UNDONE
    batch.undone_at = at
    batch.save(update_fields=["status", "undone_at"])
    counts = {
        "Machines taken out again": len(undoing.remove),
        "Machines put back as they were": len(undoing.restore),
        "Machines left as they are": len(undoing.keep),
    }
    record_import(by, batch, "import.undone", counts)
    return undoing


def _bring_earlier_imports_up(asset_ids: list[int], batch: ImportBatch) -> None:
    """A machine put back is again as an earlier import left it, two versions ago: that one can be undone in its turn."""
    rows = ImportRow.objects.exclude(batch=batch).filter(
        asset_id__in=asset_ids,
        asset_version=F("asset__version") - 2,
        batch__status=ImportBatch.Status.COMMITTED,
    )
    rows.update(asset_version=F("asset_version") + 2)


def _keep_those_whose_number_is_taken(undoing: Undoing) -> None:
    """A machine whose former number another one has by now cannot have it back; nor, then, can one that waits for its."""
    if not any(row.before.get(name) for row, _ in undoing.restore for name in IDENTIFIERS):
        return
    removed = {asset.pk for _, asset in undoing.remove}
    trusts = {asset.trust_id for _, asset in undoing.restore}
    standing = [
        (pk, trust_id, dict(zip(IDENTIFIERS, numbers, strict=True)))
        for pk, trust_id, *numbers in Asset.objects.filter(trust_id__in=trusts)
        .order_by("pk")
        .values_list("pk", "trust_id", *IDENTIFIERS)
        if pk not in removed
    ]
    while taken := _taken(standing, {asset.pk: row for row, asset in undoing.restore}):
        undoing.keep += [(row, TAKEN) for row, asset in undoing.restore if asset.pk in taken]
        undoing.restore = [each for each in undoing.restore if each[1].pk not in taken]


def _taken(
    standing: Collection[tuple[int, int, Mapping[str, str]]], restored: Mapping[int, ImportRow]
) -> set[int]:
    """Return the machines that would get back a number that another one would have too."""
    holders: dict[tuple[str, int, str], list[int]] = defaultdict(list)
    for pk, trust_id, numbers in standing:
        before = restored[pk].before if pk in restored else {}
        for name in IDENTIFIERS:
            if number := before.get(name, numbers[name]):
                holders[name, trust_id, identity(number)].append(pk)
    return {
        pk
        for (name, _, _), pks in holders.items()
        if len(pks) > 1
        for pk in pks
        if pk in restored and name in restored[pk].before
    }
