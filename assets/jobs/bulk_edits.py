"""Bulk edits of many machines: applied by a worker."""

from django.utils import timezone
from django_tasks import task

from assets.actions.bulk_edits import CannotEdit, apply_bulk_edit, preview
from assets.models import BulkEdit
from networks.domain.access import Actor
from networks.jobs.runs import CannotFinish, Progress, perform, start
from networks.models import Run

MANY = 500
"""More machines than these are changed by a worker."""


@task()
def apply_edit(run_id: int, edit_id: int) -> None:
    """Apply a bulk edit."""
    perform(run_id, lambda actor, progress: _apply(actor, progress, edit_id))


def start_applying(*, by: Actor, edit: BulkEdit) -> Run:
    """Hand the applying of a bulk edit to a worker."""
    return start(
        by=by,
        kind="bulk_edit.apply",
        title=f"Editing {edit.rows.count():,} machines",
        task=apply_edit,
        arguments={"edit_id": edit.pk},
        back_url=edit.get_absolute_url(),
        trust_id=edit.organisation_id if by.where.trust_ids else None,
    )


def _apply(actor: Actor, progress: Progress, edit_id: int) -> str:
    edit = BulkEdit.objects.visible_to(actor).get(pk=edit_id)
    rows = list(edit.rows.all())
    # Looked through first, where it can be stopped; then all is changed in one go, or nothing.
    for done in range(0, len(rows), MANY):
        progress.report("Looking through the machines", done=done, total=len(rows), force=True)
        preview(by=actor, edit=edit, rows=rows[done : done + MANY])
    progress.report("Changing the machines", done=len(rows), total=len(rows), force=True)
    try:
        apply_bulk_edit(by=actor, edit=edit, at=timezone.now())
    except CannotEdit as reason:
        raise CannotFinish(str(reason)) from reason
    return edit.get_absolute_url()
