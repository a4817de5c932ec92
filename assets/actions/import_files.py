"""The uploaded file of an import: kept while its columns can be chosen anew, let go when the import is over.

Files lie in the store's folder that only the product's own user may read. One that nobody came back to is swept.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction

from assets.domain.problems import FileProblem
from assets.models import ImportBatch

FOLDER = "imports"
LEFT_BEHIND_AFTER = timedelta(days=1)
"""So old is a file that no import names: its check was cancelled before it began, or its worker was killed."""

EXPIRES_AFTER = timedelta(days=30)
"""So long an import waits for its person with its file."""

OPEN = (ImportBatch.Status.COLUMNS, ImportBatch.Status.CHECKED)


def keep_file(file: File[bytes]) -> str:
    """Put an uploaded file into the store and return where it is."""
    file.seek(0)
    return default_storage.save(f"{FOLDER}/upload", file)


@contextmanager
def kept_file(stored_as: str, name: str) -> Iterator[File[bytes]]:
    """Open a file of the store under its own name. Raises FileProblem where it is kept no longer."""
    try:
        opened: Any = default_storage.open(stored_as) if stored_as else None
    except FileNotFoundError:
        opened = None
    if opened is None:
        raise FileProblem("The file is no longer kept. Upload it again.")
    with opened as file:
        file.name = name
        yield file


def drop_file(stored_as: str) -> None:
    """Remove a file from the store, if it is there."""
    if stored_as:
        default_storage.delete(stored_as)


def let_go(batch: ImportBatch) -> None:
    """Let go of an import's file once what ends the import is committed. The caller saves `stored_as`."""
    stored_as, batch.stored_as = batch.stored_as, ""
    transaction.on_commit(lambda: drop_file(stored_as))


def sweep_files(*, now: datetime) -> None:
    """Remove files that no import names, and those of imports that nobody came back to."""
    for batch in ImportBatch.objects.filter(uploaded_at__lt=now - EXPIRES_AFTER).exclude(stored_as=""):
        drop_file(batch.stored_as)
        batch.stored_as = ""
        batch.save(update_fields=["stored_as"])
    if not default_storage.exists(FOLDER):
        return
    paths = {str(PurePosixPath(FOLDER) / name) for name in default_storage.listdir(FOLDER)[1]}
    named = set(ImportBatch.objects.filter(stored_as__in=paths).values_list("stored_as", flat=True))
    for path in sorted(paths - named):
        if default_storage.get_modified_time(path) < now - LEFT_BEHIND_AFTER:
            default_storage.delete(path)
