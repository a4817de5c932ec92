"""Putting the cells of a checked import right where they stand, deciding its conflicts, and checking its rows again.

Nothing here writes to the register. What the file had is kept beside what was typed.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import connection, transaction

from assets.actions.import_batches import count_anew, counted, record_import, require_batch, row_of
from assets.actions.import_commits import CannotSave, seen_by_the_reader
from assets.domain.checking import Outcome, check_rows
from assets.domain.columns import BY_KEY
from assets.domain.facts import BY_KEY as FACTS_BY_KEY
from assets.domain.rows import SourceRow
from assets.domain.three_way import FILE, REGISTER
from assets.models import ImportBatch, ImportRow
from assets.queries.import_register import register_for
from networks.domain.access import Actor

LONGEST_CELL = 5_000
_CHECKED_ANEW = ("outcome", "problems", "before", "after", "kept", "asset_id", "asset_version")


@dataclass(frozen=True, slots=True)
class Corrections:
    """What a person has put right: texts by row id and column key, decisions by row id and fact key.

    `alike` are those of the cells, by row id and column key, whose correction is for every faulty row with that text there.
    `all_others` decides every conflict that is not decided yet: FILE or REGISTER, "" for none.
    """

    cells: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    alike: Collection[tuple[int, str]] = ()
    decisions: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    all_others: str = ""


def correct_cells(*, by: Actor, batch: ImportBatch, corrections: Corrections) -> int:
    """Write corrections into an import's rows, and return how many cells they changed. The rows are not checked yet:
    `check_again` does that.

    Raises NotAllowed, and CannotSave where the import is over.
    """
    require_batch(by, batch)
    with transaction.atomic():
        batch = _open(by, batch)
        touched: dict[int, ImportRow] = {}
        changed = 0
        for row, key, text in _to_write(batch, corrections):
            changed += _write(row, key, text)
            touched[row.pk] = row
        decided = _decide(batch, corrections, touched)
        _save(touched.values(), ("cells", "corrected", "decisions"))
        if changed or decided:
            record_import(
                by, batch, "import.corrected", {"Cells corrected": changed, "Conflicts decided": decided}
            )
    return changed + decided


def check_again(*, by: Actor, batch: ImportBatch, on: date) -> ImportBatch:
    """Check every row of an import again, as its cells are now, against the register as it is now.

    Raises NotAllowed, and CannotSave where the import is over.
    """
    require_batch(by, batch)
    with transaction.atomic():
        batch = _open(by, batch)
        rows = list(ImportRow.objects.filter(batch=batch).order_by("pk"))
        register = register_for(by, batch.trust_id, on=on)
        checked = check_rows([_source(batch, row) for row in rows], register, batch.headings, on=on)
        changed = []
        for row, result in zip(rows, checked, strict=True):
            new = row_of(batch, result)
            if any(getattr(row, name) != getattr(new, name) for name in _CHECKED_ANEW):
                for name in _CHECKED_ANEW:
                    setattr(row, name, getattr(new, name))
                changed.append(row)
        _save(changed, _CHECKED_ANEW)
        count_anew(batch, counted(row.outcome for row in rows))
        batch.save(update_fields=["rows", "created", "changed", "unchanged", "faulty"])
    return batch


def _open(by: Actor, batch: ImportBatch) -> ImportBatch:
    """Hold the import, and ask again whether it may be worked on: its columns may have been chosen anew since."""
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    require_batch(by, batch)
    if batch.status != ImportBatch.Status.CHECKED:
        raise CannotSave("This import is over or waits for its columns, so its cells cannot be corrected.")
    return batch


def _to_write(batch: ImportBatch, corrections: Corrections) -> Iterable[tuple[ImportRow, str, str]]:
    """Yield each cell to be written once: those corrected by themselves, then the others that are alike."""
    rows = ImportRow.objects.filter(batch=batch)
    by_id = rows.in_bulk(list(corrections.cells))
    keys = {heading: key for key, heading in batch.headings.items()}
    # Before any is written: what is alike is alike as it stands.
    alike = {
        (key, by_id[pk].cells.get(key, "")): corrections.cells[pk][key]
        for pk, key in corrections.alike
        if pk in by_id and key in batch.headings and key in corrections.cells.get(pk, {})
    }
    others = []
    if alike:
        for row in rows.filter(outcome=Outcome.PROBLEM).exclude(pk__in=by_id).order_by("pk"):
            faulty = {keys.get(problem["column"], "") for problem in row.problems}
            others += [
                (row, key, alike[key, row.cells.get(key, "")])
                for key in sorted(faulty)
                if (key, row.cells.get(key, "")) in alike
            ]
    for pk, texts in corrections.cells.items():
        for key, text in texts.items():
            if pk in by_id and key in batch.headings:
                yield by_id[pk], key, text
    yield from others


def _write(row: ImportRow, key: str, text: str) -> bool:
    """Put a text into a cell, keeping what the file had; an emptied cell is no cell."""
    text = text.replace("\x00", "").strip()[:LONGEST_CELL]
    old = row.cells.get(key, "")
    if text == old or key not in BY_KEY:
        return False
    in_file = row.corrected.pop(key, old)
    if text != in_file:
        row.corrected[key] = in_file
    row.cells.pop(key, None)
    if text:
        row.cells[key] = text
    return True


def _decide(batch: ImportBatch, corrections: Corrections, touched: dict[int, ImportRow]) -> int:
    rows = ImportRow.objects.filter(batch=batch)
    wanted = {pk: dict(decisions) for pk, decisions in corrections.decisions.items()}
    if corrections.all_others:
        for row in rows.filter(outcome=Outcome.PROBLEM):
            open_ones = {problem["values"][0] for problem in row.problems if problem["kind"] == "conflict"}
            for key in open_ones - row.decisions.keys():
                wanted.setdefault(row.pk, {}).setdefault(key, corrections.all_others)
    found = rows.in_bulk([pk for pk in wanted if pk not in touched]) | touched
    decided = 0
    for pk, decisions in wanted.items():
        for key, decision in decisions.items():
            if pk not in found or key not in FACTS_BY_KEY or decision not in (FILE, REGISTER):
                continue
            if found[pk].decisions.get(key) != decision:
                found[pk].decisions[key] = decision
                touched[pk] = found[pk]
                decided += 1
    return decided


def _source(batch: ImportBatch, row: ImportRow) -> SourceRow:
    """Return a row as it is to be checked: what only the file can show is still wrong, but for cells corrected here."""
    corrected = {batch.headings[key] for key in row.corrected if key in batch.headings}
    seen = tuple(problem for problem in seen_by_the_reader(row) if problem.column not in corrected)
    return SourceRow(row.number, row.cells, seen, row.sheet, row.decisions)


def _save(rows: Iterable[ImportRow], names: Sequence[str]) -> None:
    """Write some fields of many rows: row by row in one prepared statement, where Django's `bulk_update` takes minutes."""
    fields = [
        next(each for each in ImportRow._meta.concrete_fields if each.attname == name) for name in names
    ]
    quoted = connection.ops.quote_name
    settings = ", ".join(f"{quoted(str(field.column))} = %s" for field in fields)
    values = [
        [*(field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields), row.pk]
        for row in rows
    ]
    if values:
        with connection.cursor() as cursor:
            cursor.executemany(
                f"UPDATE {quoted(ImportRow._meta.db_table)} SET {settings} WHERE {quoted('id')} = %s",  # noqa: S608
                values,
            )
