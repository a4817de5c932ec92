"""Long imports: a large file is checked, and many rows are saved or taken back, by a worker with progress."""

from collections.abc import Mapping, Sequence

from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse
from django.utils import timezone
from django_tasks import task

from assets.actions.import_commits import CannotSave, commit_batch
from assets.actions.import_corrections import check_again
from assets.actions.import_files import keep_file
from assets.actions.import_sessions import choose_columns, take_kept_file
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

MANY_TO_CHECK = 3_000
"""More rows than these are checked again by a worker."""


@task()
def check_register_file(run_id: int, stored_as: str, file_name: str, trust_id: int) -> None:
    """Check a file that waits in the store; one that cannot be read is removed from there."""
    perform(run_id, lambda actor, progress: _check(actor, progress, stored_as, file_name, trust_id))


@task()
def read_columns(run_id: int, batch_id: int, chosen: dict[str, str], only: list[str] | None) -> None:
    """Read an import's file anew under the columns chosen."""
    perform(run_id, lambda actor, progress: _choose(actor, progress, batch_id, chosen, only))


@task()
def check_rows_again(run_id: int, batch_id: int) -> None:
    """Check the rows of an import again, as they have been corrected."""
    perform(run_id, lambda actor, progress: _check_again(actor, progress, batch_id))


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
    return start(
        by=by,
        kind="import.check",
        title=f"Checking {file.name}",
        task=check_register_file,
        arguments={"stored_as": keep_file(file), "file_name": file.name or "", "trust_id": trust.pk},
        back_url=reverse("import_new"),
        trust_id=trust.pk,
    )


def start_choosing(
    *, by: Actor, batch: ImportBatch, chosen: Mapping[str, str], only: Sequence[str] | None
) -> Run:
    """Hand the reading of an import's file under chosen columns to a worker."""
    return start(
        by=by,
        kind="import.columns",
        title=f"Reading {batch.file_name} under the columns chosen",
        task=read_columns,
        arguments={
            "batch_id": batch.pk,
            "chosen": dict(chosen),
            "only": None if only is None else list(only),
        },
        back_url=reverse("import_mapping", args=[batch.pk]),
        trust_id=batch.trust_id,
    )


def start_checking_again(*, by: Actor, batch: ImportBatch) -> Run:
    """Hand another check of an import's rows to a worker."""
    return start(
        by=by,
        kind="import.check_again",
        title=f"Checking {batch.file_name} again",
        task=check_rows_again,
        arguments={"batch_id": batch.pk},
        back_url=batch.get_absolute_url(),
        trust_id=batch.trust_id,
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
    trust = Organisation.objects.get(pk=trust_id)
    try:
        batch = take_kept_file(
            by=actor, stored_as=stored_as, file_name=file_name, trust=trust, on=timezone.localdate()
        )
    except FileProblem as problem:
        raise CannotFinish(str(problem)) from None
    return batch.get_absolute_url()


def _choose(
    actor: Actor, progress: Progress, batch_id: int, chosen: dict[str, str], only: list[str] | None
) -> str:
    batch = _visible(actor, batch_id)
    progress.report(f"Reading {batch.file_name} under the columns chosen", force=True)
    now = timezone.now()
    try:
        batch = choose_columns(
            by=actor, batch=batch, chosen=chosen, only=only, on=timezone.localdate(now), at=now
        )
    except FileProblem as problem:
        raise CannotFinish(str(problem)) from None
    return batch.get_absolute_url()


def _check_again(actor: Actor, progress: Progress, batch_id: int) -> str:
    batch = _visible(actor, batch_id)
    progress.report(f"Checking {batch.rows:,} rows again", force=True)
    try:
        check_again(by=actor, batch=batch, on=timezone.localdate())
    except CannotSave as refusal:
        raise CannotFinish(str(refusal)) from None
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
