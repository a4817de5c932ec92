"""Saving a checked import to the register: all of it or nothing, and nothing that was not shown."""

from datetime import date, datetime
from typing import cast

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from assets.actions.bulk_writing import Because, change_assets, create_assets, link_rows
from assets.actions.import_batches import record_import, require_batch
from assets.actions.import_files import let_go
from assets.domain.checking import CheckedRow, Outcome, check_rows
from assets.domain.problems import Problem
from assets.domain.register import from_json, to_json
from assets.domain.rows import SourceRow
from assets.models import Asset, ImportBatch, ImportRow
from assets.queries.import_register import register_for
from networks.domain.access import Actor

_SEEN_BY_THE_READER = frozenset({"formula", "error_cell"})
"""Kinds of problem that only the file can show; all others come up again from the texts of the cells."""

_SAVED = (ImportBatch.Status.COMMITTED, ImportBatch.Status.UNDONE)


class CannotSave(Exception):
    """The import cannot be saved as asked. The message says why and what to do; nothing was written to the register."""


def commit_batch(*, by: Actor, batch: ImportBatch, good_rows_only: bool, at: datetime) -> ImportBatch:
    """Write a checked import to the register and return it.

    Every row is checked once more against the register as it stands now. Where a row would do anything else than was
    shown, it becomes a problem of the import and nothing is saved: look again, and save the others if that is wanted.
    Raises NotAllowed, and CannotSave: with faulty rows unless `good_rows_only`, where rows have become faulty, or where
    the import is over already.
    """
    require_batch(by, batch)
    try:
        with transaction.atomic():
            batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
            # Once more of the import as it is now: its columns may have been chosen anew since it was read.
            require_batch(by, batch)
            moved = _commit(by, batch, good_rows_only=good_rows_only, at=at)
    except IntegrityError as clash:
        raise CannotSave(
            "Somebody saved a machine with one of these serial or asset numbers at the same moment. Nothing was saved. "
            "Save the import again to see which."
        ) from clash
    if moved:
        raise CannotSave(
            f"The register has changed since the file was checked: {moved} {'row is' if moved == 1 else 'rows are'} now "
            "among the problems. Nothing was saved."
        )
    return batch


def _commit(by: Actor, batch: ImportBatch, *, good_rows_only: bool, at: datetime) -> int:
    """Save the rows and return 0, or return how many have become faulty and save none."""
    if batch.status in _SAVED:
        raise CannotSave("This import has been saved already.")
    if batch.status == ImportBatch.Status.COLUMNS:
        raise CannotSave("Choose what the columns of the file are first.")
    if batch.status == ImportBatch.Status.DISCARDED:
        raise CannotSave("This import was discarded. Upload the file again.")
    if batch.faulty and not good_rows_only:
        raise CannotSave("Some rows have problems. Put them right, or save the good rows only.")
    rows = list(ImportRow.objects.filter(batch=batch).defer("corrected", "kept").order_by("pk"))
    to_change = [row.asset_id for row in rows if row.outcome == Outcome.CHANGED and row.asset_id]
    # Held against other writers before the register is read, so that what is checked is what is written over.
    list(Asset.objects.select_for_update().filter(pk__in=to_change).order_by("pk").values_list("pk"))
    results = _check_again(by, batch, rows, on=timezone.localdate(at))
    moved = [(row, result) for row, result in zip(rows, results, strict=True) if _is_other(row, result)]
    if moved:
        _put_among_problems(batch, moved)
        return len(moved)
    because = Because(by, f"Import of {batch.file_name}", at)
    _save_new(rows, results, because)
    changes = {
        row.asset_id: from_json(row.after) for row in rows if row.outcome == Outcome.CHANGED and row.asset_id
    }
    change_assets(changes, because)
    ImportRow.objects.filter(batch=batch, outcome=Outcome.CHANGED).update(
        asset_version=F("asset_version") + 1
    )
    batch.status = ImportBatch.Status.COMMITTED
    batch.committed_at = at
    let_go(batch)
    batch.save(update_fields=["status", "committed_at", "stored_as"])
    saved = {"New machines": batch.created, "Changed machines": batch.changed}
    record_import(by, batch, "import.saved", saved | {"Rows left out": batch.faulty})
    return 0


def _check_again(by: Actor, batch: ImportBatch, rows: list[ImportRow], *, on: date) -> list[CheckedRow]:
    """Check the rows as they were kept. A row that was faulty stays so: only what was shown is saved."""
    register = register_for(by, batch.trust_id, on=on)
    return check_rows([_source(row) for row in rows], register, batch.headings, on=on)


def seen_by_the_reader(row: ImportRow) -> list[Problem]:
    """Return what was found wrong with a row's cells that their texts do not show."""
    return [Problem(**problem) for problem in row.problems if problem["kind"] in _SEEN_BY_THE_READER]


def _source(row: ImportRow) -> SourceRow:
    if row.outcome != Outcome.PROBLEM:
        return SourceRow(row.number, row.cells, sheet=row.sheet, decisions=row.decisions)
    held_back = Problem(row.number, "", "", "", "edited_since", row.sheet)
    return SourceRow(row.number, row.cells, (*seen_by_the_reader(row), held_back), row.sheet)


def _is_other(row: ImportRow, result: CheckedRow) -> bool:
    """Say whether a good row would now do anything else than what was shown."""
    if row.outcome == Outcome.PROBLEM:
        return False
    if (row.outcome, row.asset_id) != (result.outcome, result.held.id if result.held else None):
        return True
    if row.outcome == Outcome.CHANGED and result.held and row.asset_version != result.held.version:
        return True
    now = (to_json(result.before or {}), to_json(result.after or {}))
    return (row.before, row.after) != now


def _put_among_problems(batch: ImportBatch, moved: list[tuple[ImportRow, CheckedRow]]) -> None:
    """Keep why rows cannot be saved as shown, and count anew."""
    counted = {Outcome.NEW: "created", Outcome.CHANGED: "changed", Outcome.UNCHANGED: "unchanged"}
    for row, result in moved:
        count = counted[Outcome(row.outcome)]
        setattr(batch, count, getattr(batch, count) - 1)
        row.outcome = Outcome.PROBLEM.value
        row.problems = [problem.as_json() for problem in result.problems or (_edited_since(row, result),)]
        row.before, row.after = {}, {}
    batch.faulty += len(moved)
    batch.save(update_fields=["created", "changed", "unchanged", "faulty"])
    for row, _ in moved:
        row.save(update_fields=["outcome", "problems", "before", "after"])


def _edited_since(row: ImportRow, result: CheckedRow) -> Problem:
    which = result.held.reference if result.held else "This machine"
    message = (
        f"{which} was added, changed or removed by somebody after the file was checked. Check the file again to see what "
        "this row would do now."
    )
    return Problem(row.number, "", "", message, "edited_since", row.sheet)


def _save_new(rows: list[ImportRow], results: list[CheckedRow], because: Because) -> None:
    new = [(row, result) for row, result in zip(rows, results, strict=True) if row.outcome == Outcome.NEW]
    assets = [Asset(trust_id=cast(int, result.trust_id), **(result.after or {})) for _, result in new]
    made = create_assets(assets, because)
    link_rows({row.pk: asset for (row, _), asset in zip(new, made, strict=True)})
