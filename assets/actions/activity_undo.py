"""Putting figures of activity back as they were before a file, except what has been changed since."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from assets.actions.activity import CHUNK, CannotSave, change_figures, record_activity, says
from assets.actions.import_batches import require_import
from assets.domain.activity_rows import Outcome
from assets.models import Activity, ActivityBatch, ActivityRow
from networks.domain.access import Actor


@dataclass(slots=True)
class UndoingActivity:
    """What taking a file back does: figures taken out, figures put back, and rows left alone because they changed since."""

    remove: list[ActivityRow]
    restore: list[ActivityRow]
    keep: list[ActivityRow]


def look_at_undo(*, by: Actor, batch: ActivityBatch) -> UndoingActivity:
    """Return what undoing a saved file would do now. Writes nothing. Raises NotAllowed, CannotSave."""
    require_import(by, batch.trust_id)
    if batch.status != ActivityBatch.Status.COMMITTED:
        raise CannotSave("Only a file that is saved can be undone.")
    undoing = UndoingActivity([], [], [])
    rows = ActivityRow.objects.filter(batch=batch, outcome__in=[Outcome.NEW, Outcome.CHANGED])
    for row in rows.select_related("activity", "asset", "site").order_by("number", "pk"):
        if row.activity is None or not says(row.activity, row.after):
            undoing.keep.append(row)
        elif row.outcome == Outcome.NEW:
            undoing.remove.append(row)
        else:
            undoing.restore.append(row)
    return undoing


@transaction.atomic
def undo_activity(*, by: Actor, batch: ActivityBatch, at: datetime) -> UndoingActivity:
    """Put the figures back as they were before a saved file, and return what was done.

    What a later file has changed stays as it is. Raises NotAllowed, CannotSave.
    """
    batch = ActivityBatch.objects.select_for_update().get(pk=batch.pk)
    undoing = look_at_undo(by=by, batch=batch)
    change_figures([(row, row.before) for row in undoing.restore], {})
    for start in range(0, len(undoing.remove), CHUNK):
        Activity.objects.filter(
            pk__in=[row.activity_id for row in undoing.remove[start : start + CHUNK]]
        ).delete()
    batch.status = ActivityBatch.Status.UNDONE
    batch.undone_at = at
    batch.save(update_fields=["status", "undone_at"])
    counts = {
        "Figures taken out again": len(undoing.remove),
        "Figures put back as they were": len(undoing.restore),
        "Figures left as they are": len(undoing.keep),
    }
    record_activity(by, batch, "activity.undone", counts)
    return undoing
