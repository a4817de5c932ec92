"""Checking a file against the register, and setting an import aside. Saving one is in `import_commits`.

Nothing here writes to the register.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import transaction

from assets.domain.checking import CheckedRow, Outcome, check_rows
from assets.domain.problems import Problem
from assets.domain.register import to_json
from assets.imports.register_file import RegisterFile, Upload, read_register_file
from assets.models import ImportBatch, ImportRow
from assets.queries.import_register import register_for
from networks.actions.events import record
from networks.domain.access import Actor, NotAllowed, Permission
from networks.models import Organisation


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows do what."""

    rows: int
    new: int
    changed: int
    unchanged: int
    faulty: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would do to the register. Nothing has been written anywhere."""

    file: RegisterFile
    rows: Sequence[CheckedRow]
    trust_id: int | None

    @property
    def counts(self) -> Counts:
        """How many rows do what."""
        each = [row.outcome for row in self.rows]
        return Counts(
            rows=len(each),
            new=each.count(Outcome.NEW),
            changed=each.count(Outcome.CHANGED),
            unchanged=each.count(Outcome.UNCHANGED),
            faulty=each.count(Outcome.PROBLEM),
        )

    @property
    def problems(self) -> list[Problem]:
        """Every problem of every row, from the top of the file down."""
        return [problem for row in self.rows for problem in row.problems]


def look_at_file(*, by: Actor, file: Upload, trust: Organisation | None, on: date) -> Preview:
    """Return what a file would do to the register of a trust, or of every trust where `trust` is None.

    Raises NotAllowed without EDIT_ASSETS for the trust (for all of England where it is None), FileProblem where the file
    cannot be read. Writes nothing.
    """
    require_import(by, trust.pk if trust else None)
    register = register_for(by, trust.pk if trust else None, on=on)
    read = read_register_file(file, max_bytes=settings.UPLOAD_MAX_BYTES)
    return Preview(read, check_rows(read.rows, register, read.headings, on=on), trust.pk if trust else None)


@transaction.atomic
def keep_preview(*, by: Actor, preview: Preview) -> ImportBatch:
    """Keep what a file would do, to be looked at and saved later. Raises NotAllowed."""
    require_import(by, preview.trust_id)
    file, counts = preview.file, preview.counts
    batch = ImportBatch.objects.create(
        trust_id=preview.trust_id,
        file_name=file.name,
        file_sha256=file.sha256,
        headings=dict(file.headings),
        ignored=[list(each) for each in file.ignored],
        read_as=file.read_as[:300],
        rows=counts.rows,
        created=counts.new,
        changed=counts.changed,
        unchanged=counts.unchanged,
        faulty=counts.faulty,
        uploaded_by_id=by.user_id,
        uploaded_as_id=by.appointment_id,
    )
    ImportRow.objects.bulk_create(_row(batch, checked) for checked in preview.rows)
    return batch


def check_file(*, by: Actor, file: Upload, trust: Organisation | None, on: date) -> ImportBatch:
    """Check a file and keep what it would do; the register stays as it is. Raises as `look_at_file` does."""
    return keep_preview(by=by, preview=look_at_file(by=by, file=file, trust=trust, on=on))


@transaction.atomic
def discard_batch(*, by: Actor, batch: ImportBatch) -> None:
    """Set an import aside that has not been saved. Raises NotAllowed; one that is saved already stays as it is."""
    require_import(by, batch.trust_id)
    checked = ImportBatch.objects.filter(pk=batch.pk, status=ImportBatch.Status.CHECKED)
    if checked.update(status=ImportBatch.Status.DISCARDED):
        record_import(by, batch, "import.discarded")
    batch.refresh_from_db()


def require_import(by: Actor, trust_id: int | None) -> None:
    """Raise NotAllowed unless the actor may import for a trust; for None, for all of England."""
    by.require(Permission.EDIT_ASSETS, trust_id=trust_id)
    if trust_id is None and not by.scope(Permission.EDIT_ASSETS).everywhere:
        raise NotAllowed("Choose the trust to import for.")


def record_import(by: Actor, batch: ImportBatch, action: str, counts: dict[str, int] | None = None) -> None:
    """Add the event of something done to an import, with how many machines it concerned."""
    record(
        by=by,
        action=action,
        subject_type="import",
        subject_id=batch.pk,
        subject_label=batch.file_name,
        changes={name: (None, number) for name, number in (counts or {}).items()},
        trust_id=batch.trust_id,
    )


def _row(batch: ImportBatch, checked: CheckedRow) -> ImportRow:
    held = checked.held
    return ImportRow(
        batch=batch,
        number=checked.number,
        cells=dict(checked.cells),
        outcome=checked.outcome.value,
        problems=[problem.as_json() for problem in checked.problems],
        asset_id=held.id if held else None,
        asset_version=held.version if held else None,
        before=to_json(checked.before or {}),
        after=to_json(checked.after or {}),
    )
