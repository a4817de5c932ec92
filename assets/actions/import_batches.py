"""Checking a file against the register, and setting an import aside. Saving one is in `import_commits`.

Nothing here writes to the register.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import transaction

from assets.actions.import_files import OPEN, let_go
from assets.domain.checking import CheckedRow, Outcome, check_rows
from assets.domain.columns import compact
from assets.domain.facts import PRICE_KEYS
from assets.domain.mapping import Choices
from assets.domain.problems import Problem
from assets.domain.register import to_json
from assets.imports.register_file import RegisterFile, Upload, read_register_file
from assets.models import ImportBatch, ImportRow
from assets.queries.import_mappings import remembered_for
from assets.queries.import_register import register_for
from networks.actions.events import record
from networks.domain.access import Actor, NotAllowed, Permission
from networks.models import Organisation

BATCH_SIZE = 500
"""Rows kept in one statement: SQLite takes only so many values."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows do what."""

    rows: int
    new: int
    changed: int
    unchanged: int
    faulty: int


def counted(outcomes: Iterable[str]) -> Counts:
    """Return how many rows do what."""
    each = Counter(outcomes)
    return Counts(
        rows=each.total(),
        new=each[Outcome.NEW],
        changed=each[Outcome.CHANGED],
        unchanged=each[Outcome.UNCHANGED],
        faulty=each[Outcome.PROBLEM],
    )


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would do to the register. Nothing has been written anywhere."""

    file: RegisterFile
    rows: Sequence[CheckedRow]
    trust_id: int | None

    @property
    def counts(self) -> Counts:
        """How many rows do what."""
        return counted(row.outcome for row in self.rows)

    @property
    def problems(self) -> list[Problem]:
        """Every problem of every row, from the top of the file down."""
        return [problem for row in self.rows for problem in row.problems]


def look_at_file(
    *,
    by: Actor,
    file: Upload,
    trust: Organisation | None,
    on: date,
    chosen: Choices | None = None,
    only: Collection[str] | None = None,
    remembered: bool = False,
    ask: bool = False,
) -> Preview:
    """Return what a file would do to the register of a trust, or of every trust where `trust` is None.

    `chosen` is what headings mean, `only` the sheets to read; with `remembered`, what was chosen for the trust before counts
    too. With `ask`, a file whose columns are not clear comes back without rows, to be asked about. Raises NotAllowed without
    EDIT_ASSETS for the trust (for all of England where it is None), FileProblem where the file cannot be read. Writes
    nothing.
    """
    trust_id = trust.pk if trust else None
    require_import(by, trust_id)
    register = register_for(by, trust_id, on=on)
    read = read_register_file(
        file,
        max_bytes=settings.UPLOAD_MAX_BYTES,
        chosen=chosen,
        remembered=remembered_for(trust_id) if remembered else None,
        only=only,
        is_site=lambda name: compact(name) in register.places_by_word,
        hidden=() if by.can(Permission.VIEW_EQUIPMENT_PRICES, trust_id=trust_id) else PRICE_KEYS,
        ask=ask,
    )
    return Preview(read, check_rows(read.rows, register, read.headings, on=on), trust_id)


@transaction.atomic
def keep_preview(
    *, by: Actor, preview: Preview, batch: ImportBatch | None = None, stored_as: str = ""
) -> ImportBatch:
    """Keep what a file would do, to be looked at and saved later: in a new import, or in one whose columns were chosen anew.

    `stored_as` is where the file itself is kept. An import whose columns are not clear waits for them. Raises NotAllowed.
    """
    require_import(by, preview.trust_id)
    file, counts = preview.file, preview.counts
    if batch is None:
        batch = ImportBatch(
            trust_id=preview.trust_id,
            file_name=file.name,
            file_sha256=file.sha256,
            stored_as=stored_as,
            uploaded_by_id=by.user_id,
            uploaded_as_id=by.appointment_id,
        )
    else:
        ImportRow.objects.filter(batch=batch)._raw_delete(ImportRow.objects.db)
    batch.status = ImportBatch.Status.CHECKED if file.is_clear else ImportBatch.Status.COLUMNS
    batch.headings = dict(file.headings)
    batch.ignored = [list(each) for each in file.ignored]
    batch.read_as = file.read_as
    batch.layout = dict(file.layout)
    count_anew(batch, counts)
    batch.save()
    ImportRow.objects.bulk_create([row_of(batch, checked) for checked in preview.rows], batch_size=BATCH_SIZE)
    return batch


def count_anew(batch: ImportBatch, counts: Counts) -> None:
    """Note on an import how many of its rows do what. The caller saves it."""
    batch.rows, batch.created, batch.changed = counts.rows, counts.new, counts.changed
    batch.unchanged, batch.faulty = counts.unchanged, counts.faulty


def check_file(*, by: Actor, file: Upload, trust: Organisation | None, on: date) -> ImportBatch:
    """Check a file and keep what it would do; the register stays as it is. Raises as `look_at_file` does."""
    return keep_preview(by=by, preview=look_at_file(by=by, file=file, trust=trust, on=on))


@transaction.atomic
def discard_batch(*, by: Actor, batch: ImportBatch) -> None:
    """Set an import aside that has not been saved. Raises NotAllowed; one that is saved already stays as it is."""
    batch.refresh_from_db()
    require_batch(by, batch)
    if ImportBatch.objects.filter(pk=batch.pk, status__in=OPEN).update(
        status=ImportBatch.Status.DISCARDED, stored_as=""
    ):
        let_go(batch)
        record_import(by, batch, "import.discarded")
    batch.refresh_from_db()


def require_import(by: Actor, trust_id: int | None) -> None:
    """Raise NotAllowed unless the actor may import for a trust; for None, for all of England."""
    by.require(Permission.EDIT_ASSETS, trust_id=trust_id)
    if trust_id is None and not by.scope(Permission.EDIT_ASSETS).everywhere:
        raise NotAllowed("Choose the trust to import for.")


def require_batch(by: Actor, batch: ImportBatch) -> None:
    """Raise NotAllowed unless the actor may work on an import: one that says what equipment cost is for who may see that."""
    require_import(by, batch.trust_id)
    if PRICE_KEYS.intersection(batch.headings):
        by.require(Permission.VIEW_EQUIPMENT_PRICES, trust_id=batch.trust_id)


def may_work_on(by: Actor, batch: ImportBatch) -> bool:
    """Say whether `require_batch` would let the actor pass."""
    try:
        require_batch(by, batch)
    except NotAllowed:
        return False
    return True


def may_open_file(by: Actor, batch: ImportBatch) -> bool:
    """Say whether the actor may see cells of an import's file before they are read: those of anybody's file for who may see
    what equipment cost, which a file can say anywhere, else only those of one's own."""
    own = by.user_id is not None and batch.uploaded_by_id == by.user_id
    return may_work_on(by, batch) and (
        own or by.can(Permission.VIEW_EQUIPMENT_PRICES, trust_id=batch.trust_id)
    )


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


def row_of(batch: ImportBatch, checked: CheckedRow) -> ImportRow:
    """Return a checked row as it is kept."""
    held = checked.held
    return ImportRow(
        batch=batch,
        sheet=checked.sheet,
        number=checked.number,
        cells=dict(checked.cells),
        kept=list(checked.kept),
        outcome=checked.outcome.value,
        problems=[problem.as_json() for problem in checked.problems],
        asset_id=held.id if held else None,
        asset_version=held.version if held else None,
        before=to_json(checked.before or {}),
        after=to_json(checked.after or {}),
    )
