"""Taking in a file of activity: checked, shown, and saved in one transaction. Taking it back is in `activity_undo`.

Nothing is written before it is saved; what is saved is what was shown, or nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from assets.actions.activity_writing import update_rows
from assets.actions.import_batches import Counts, require_import
from assets.domain.activity_periods import Period, PeriodKind
from assets.domain.activity_rows import LONGEST_SOURCE, CheckedFigure, Outcome, check_figures
from assets.domain.problems import FileProblem, Problem
from assets.imports.activity_file import ActivityFile, read_activity_file
from assets.imports.register_file import Upload
from assets.models import Activity, ActivityBatch, ActivityRow
from assets.queries.activity_register import KEY_FIELDS, activity_register
from networks.actions.events import record
from networks.domain.access import Actor
from networks.models import Organisation

CHUNK = 500
Values = Mapping[str, Decimal | int | None]


class CannotSave(Exception):
    """The file cannot be saved as asked. The message says why and what to do; no figure was written."""


@dataclass(frozen=True, slots=True)
class ActivityPreview:
    """What a file would do. Nothing has been written anywhere."""

    file: ActivityFile
    figures: Sequence[CheckedFigure]
    trust_id: int | None

    @property
    def counts(self) -> Counts:
        """How many figures do what; a row whose machine is not known counts as one."""
        each = [figure.outcome for figure in self.figures]
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
        return [problem for figure in self.figures for problem in figure.problems]


def look_at_activity(
    *, by: Actor, file: Upload, trust: Organisation | None, source: str, on: date
) -> ActivityPreview:
    """Return what a file would do for a trust, or for every trust where `trust` is None.

    `source` is what the figures come from where no column says so. Raises NotAllowed without EDIT_ASSETS for the trust (for
    all of England where it is None), FileProblem where the file cannot be read. Writes nothing.
    """
    trust_id = trust.pk if trust else None
    require_import(by, trust_id)
    source = " ".join(source.split())
    if not source or len(source) > LONGEST_SOURCE:
        raise FileProblem(f"Say in 1 to {LONGEST_SOURCE} characters what the figures come from, such as RIS.")
    read = read_activity_file(file, max_bytes=settings.UPLOAD_MAX_BYTES, on=on)
    against = activity_register(by, trust_id, on=on)
    figures = check_figures(read.rows, read.headings, read.periods, against, source=source, on=on)
    return ActivityPreview(read, figures, trust_id)


@transaction.atomic
def keep_activity(*, by: Actor, preview: ActivityPreview) -> ActivityBatch:
    """Keep what a file would do, to be looked at and saved later. Raises NotAllowed."""
    require_import(by, preview.trust_id)
    file, counts = preview.file, preview.counts
    batch = ActivityBatch.objects.create(
        trust_id=preview.trust_id,
        file_name=file.name,
        file_sha256=file.sha256,
        ignored=list(file.ignored),
        read_as=file.read_as,
        created=counts.new,
        changed=counts.changed,
        unchanged=counts.unchanged,
        faulty=counts.faulty,
        uploaded_by_id=by.user_id,
        uploaded_as_id=by.appointment_id,
    )
    ActivityRow.objects.bulk_create((_row(batch, figure) for figure in preview.figures), batch_size=CHUNK)
    return batch


def check_activity(
    *, by: Actor, file: Upload, trust: Organisation | None, source: str, on: date
) -> ActivityBatch:
    """Check a file and keep what it would do. Raises as `look_at_activity` does."""
    return keep_activity(by=by, preview=look_at_activity(by=by, file=file, trust=trust, source=source, on=on))


def save_activity(*, by: Actor, batch: ActivityBatch, good_rows_only: bool, at: datetime) -> ActivityBatch:
    """Write the figures of a checked file and return it.

    Raises NotAllowed, and CannotSave: with faulty rows unless `good_rows_only`, where the file is saved or discarded
    already, or where any figure that it would write over is no longer what was shown.
    """
    require_import(by, batch.trust_id)
    try:
        return _save(by, batch, good_rows_only=good_rows_only, at=at)
    except IntegrityError as clash:
        raise CannotSave(
            "Somebody saved figures of the same machines and periods at the same moment. Nothing was saved. Upload the file "
            "again to see what it would do now."
        ) from clash


def _save(by: Actor, batch: ActivityBatch, *, good_rows_only: bool, at: datetime) -> ActivityBatch:
    with transaction.atomic():
        batch = ActivityBatch.objects.select_for_update().get(pk=batch.pk)
        _require_open(batch, good_rows_only)
        rows = ActivityRow.objects.filter(batch=batch).select_related("activity", "asset")
        new = list(rows.filter(outcome=Outcome.NEW))
        changed = list(rows.filter(outcome=Outcome.CHANGED).select_for_update(of=("self",)))
        _require_as_shown(by, new, changed)
        written = {"file_name": batch.file_name, "recorded_by_id": by.user_id, "recorded_at": at}
        _add(new, written)
        change_figures([(row, row.after) for row in changed], written, keep_before=True)
        batch.status = ActivityBatch.Status.COMMITTED
        batch.committed_at = at
        batch.save(update_fields=["status", "committed_at"])
        counts = {"New figures": len(new), "Changed figures": len(changed), "Rows left out": batch.faulty}
        record_activity(by, batch, "activity.saved", counts)
    return batch


@transaction.atomic
def discard_activity(*, by: Actor, batch: ActivityBatch) -> None:
    """Set a file aside that has not been saved. Raises NotAllowed; one that is saved stays as it is."""
    require_import(by, batch.trust_id)
    checked = ActivityBatch.objects.filter(pk=batch.pk, status=ActivityBatch.Status.CHECKED)
    if checked.update(status=ActivityBatch.Status.DISCARDED):
        record_activity(by, batch, "activity.discarded", {})
    batch.refresh_from_db()


def _require_open(batch: ActivityBatch, good_rows_only: bool) -> None:
    if batch.status != ActivityBatch.Status.CHECKED:
        raise CannotSave(
            "This file was discarded. Upload it again."
            if batch.status == ActivityBatch.Status.DISCARDED
            else "This file has been saved already."
        )
    if batch.faulty and not good_rows_only:
        raise CannotSave(
            "Some rows have problems. Correct the file and upload it again, or save the good rows only."
        )


def _require_as_shown(by: Actor, new: Sequence[ActivityRow], changed: Sequence[ActivityRow]) -> None:
    """Refuse to save where a figure or its machine is no longer what was looked at."""
    moved = [row for row in changed if row.activity is None or not says(row.activity, row.before)]
    standing = set(
        Activity.objects.filter(starts_on__in={row.starts_on for row in new}).values_list(*KEY_FIELDS)
    )
    moved += [row for row in new if tuple(getattr(row, name) for name in KEY_FIELDS) in standing]
    for row in new:
        if row.asset is not None:
            require_import(by, row.asset.trust_id)
    if moved:
        rows = "1 figure has" if len(moved) == 1 else f"{len(moved):,} figures have"
        raise CannotSave(
            f"{rows} been changed since the file was checked. Nothing was saved. Upload the file again to see what it would "
            "do now."
        )


def _add(rows: Sequence[ActivityRow], written: Mapping[str, Any]) -> None:
    made = []
    for row in rows:
        period = Period(row.starts_on, PeriodKind(row.period_kind))  # type: ignore[arg-type]
        made.append(
            Activity(
                **{name: getattr(row, name) for name in KEY_FIELDS},
                trust_id=row.trust_id,
                machines=row.machines,
                ends_on=period.ends_on,
                period_hours=period.hours,
                **_values(row.after),
                **written,
            )
        )
    figures = Activity.objects.bulk_create(made, batch_size=CHUNK)
    update_rows(
        ActivityRow, {row.pk: {"activity_id": figure.pk} for row, figure in zip(rows, figures, strict=True)}
    )


def change_figures(
    rows: Sequence[tuple[ActivityRow, Values]], written: Mapping[str, Any], *, keep_before: bool = False
) -> None:
    """Give figures other values; with `keep_before`, note on the row who had said the former ones, and when."""
    kept, changed = {}, {}
    for row, values in rows:
        activity = row.activity
        if activity is None:
            continue
        changed[activity.pk] = {**_values(values), **written}
        said = {"file_name": activity.file_name, "recorded_at": activity.recorded_at.isoformat()}
        kept[row.pk] = {"before": row.before | said}
    update_rows(Activity, changed)
    if keep_before:
        update_rows(ActivityRow, kept)


def _values(stored: Values) -> dict[str, Any]:
    return {name: _restored(name, value) for name, value in stored.items()}


def _restored(name: str, value: Any) -> Any:
    if value is None or name == "file_name":
        return value
    if name == "recorded_at":
        return datetime.fromisoformat(value)
    return int(value) if name in ("machines", "examinations") else Decimal(value)


def says(activity: Activity, values: Values) -> bool:
    """Say whether a figure has the values that a row of a file keeps."""
    return all(
        getattr(activity, name) == _restored(name, value)
        for name, value in values.items()
        if name not in ("file_name", "recorded_at")
    )


def _row(batch: ActivityBatch, figure: CheckedFigure) -> ActivityRow:
    owner, period = figure.owner, figure.period
    return ActivityRow(
        batch=batch,
        number=figure.number,
        outcome=figure.outcome.value,
        problems=[problem.as_json() for problem in figure.problems],
        asset_id=owner.asset_id if owner else None,
        trust_id=owner.trust_id if owner else None,
        site_id=owner.site_id if owner else None,
        modality=owner.modality if owner else "",
        machines=max(1, owner.machines) if owner else 1,
        period_kind=period.kind.value if period else "",
        starts_on=period.starts_on if period else None,
        source=figure.source[:LONGEST_SOURCE],
        activity_id=figure.held_id,
        before=_stored(figure.before),
        after=_stored(figure.after),
    )


def _stored(values: Values) -> dict[str, str | int | None]:
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in values.items()}


def record_activity(by: Actor, batch: ActivityBatch, action: str, counts: Mapping[str, int]) -> None:
    """Add the event of something done to a file of activity, with how many figures it concerned."""
    record(
        by=by,
        action=action,
        subject_type="activity",
        subject_id=batch.pk,
        subject_label=batch.file_name,
        changes={name: (None, number) for name, number in counts.items()},
        trust_id=batch.trust_id,
    )
