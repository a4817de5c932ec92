"""Long imports: a large file is checked, and many rows are saved or taken back, by a worker with progress."""

from datetime import timedelta
from pathlib import PurePosixPath

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse
from django.utils import timezone
from django_tasks import task

from assets.actions.import_batches import check_file
from assets.actions.import_commits import CannotSave, commit_batch
from assets.actions.import_undo import CannotUndo, undo_batch
from assets.domain.problems import FileProblem
from assets.models import ImportBatch
from networks.domain.access import Actor
from networks.jobs.runs import CannotFinish, Progress, perform, start
from networks.models import Organisation, Run

LARGE_FILE_BYTES = 1024 * 1024
"""A larger file is checked by a worker: at once, it would keep the page waiting for more than a second or two."""

MANY_ROWS = 500
"""More rows than these are saved or taken back by a worker."""

_FOLDER = "imports"
_KEPT_FOR = timedelta(days=1)


@task()
def check_register_file(run_id: int, stored_as: str, file_name: str, trust_id: int) -> None:
    """Check a file that waits in the store, and remove it from there."""
    perform(run_id, lambda actor, progress: _check(actor, progress, stored_as, file_name, trust_id))


@task()
def save_import(run_id: int, batch_id: int, good_rows_only: bool) -> None:
    """Save a checked import to the register."""
    perform(run_id, lambda actor, progress: _save(actor, progress, batch_id, good_rows_only))


@task()
def undo_import(run_id: int, batch_id: int) -> None:
    """Put the register back as it was before an import."""
    perform(run_id, lambda actor, progress: _undo(actor, progress, batch_id))


def start_check(*, by: Actor, file: UploadedFile, trust: Organisation) -> Run:
    """Put a file into the store and hand its check to a worker."""
    _sweep()
    stored_as = default_storage.save(f"{_FOLDER}/upload", file)
    return start(
        by=by,
        kind="import.check",
        title=f"Checking {file.name}",
        task=check_register_file,
        arguments={"stored_as": stored_as, "file_name": file.name or "", "trust_id": trust.pk},
        back_url=reverse("import_new"),
        trust_id=trust.pk,
    )


def start_saving(*, by: Actor, batch: ImportBatch, good_rows_only: bool) -> Run:
    """Hand the saving of an import to a worker."""
    return start(
        by=by,
        kind="import.save",
        title=f"Saving {batch.file_name}",
        task=save_import,
        arguments={"batch_id": batch.pk, "good_rows_only": good_rows_only},
        back_url=batch.get_absolute_url(),
        trust_id=batch.trust_id,
    )


def start_undoing(*, by: Actor, batch: ImportBatch) -> Run:
    """Hand the undoing of an import to a worker."""
    return start(
        by=by,
        kind="import.undo",
        title=f"Undoing {batch.file_name}",
        task=undo_import,
        arguments={"batch_id": batch.pk},
        back_url=batch.get_absolute_url(),
        trust_id=batch.trust_id,
    )


def _check(actor: Actor, progress: Progress, stored_as: str, file_name: str, trust_id: int) -> str:
    progress.report(f"Reading {file_name} and comparing it with the register", force=True)
    try:
        with default_storage.open(stored_as) as file:
            file.name = file_name
            trust = Organisation.objects.get(pk=trust_id)
            batch = check_file(by=actor, file=file, trust=trust, on=timezone.localdate())
    except FileNotFoundError:
        raise CannotFinish("The file is no longer there. Upload it again.") from None
    except FileProblem as problem:
        raise CannotFinish(str(problem)) from None
    finally:
        default_storage.delete(stored_as)
    return batch.get_absolute_url()


def _save(actor: Actor, progress: Progress, batch_id: int, good_rows_only: bool) -> str:
    batch = _visible(actor, batch_id)
    progress.report(f"Writing {batch.created + batch.changed:,} machines to the register", force=True)
    try:
        commit_batch(by=actor, batch=batch, good_rows_only=good_rows_only, at=timezone.now())
    except CannotSave as refusal:
        raise CannotFinish(str(refusal)) from None
    return batch.get_absolute_url()


def _undo(actor: Actor, progress: Progress, batch_id: int) -> str:
    batch = _visible(actor, batch_id)
    progress.report(f"Putting {batch.created + batch.changed:,} machines back as they were", force=True)
    try:
        undo_batch(by=actor, batch=batch, at=timezone.now())
    except CannotUndo as refusal:
        raise CannotFinish(str(refusal)) from None
    return batch.get_absolute_url()


def _visible(actor: Actor, batch_id: int) -> ImportBatch:
    batch = ImportBatch.objects.visible_to(actor).filter(pk=batch_id).first()
    if batch is None:
        raise CannotFinish("This import is no longer yours to see.")
    return batch


def _sweep() -> None:
    """Remove files whose check was cancelled before it began, or whose worker was killed."""
    if not default_storage.exists(_FOLDER):
        return
    before = timezone.now() - _KEPT_FOR
    for name in default_storage.listdir(_FOLDER)[1]:
        path = str(PurePosixPath(_FOLDER) / name)
        if default_storage.get_modified_time(path) < before:
            default_storage.delete(path)
