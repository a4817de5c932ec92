"""How fast thirty columns a machine are checked against a register that has them, and saved: ours, or django-import-export."""

import gc
import io
import resource
import time
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from django.core.files import File
from django.utils import timezone
from import_export import fields, widgets
from import_export.instance_loaders import CachedInstanceLoader
from import_export.resources import ModelResource
from import_export.results import RowResult
from tablib import Dataset

from assets.actions.import_batches import Preview, keep_preview, look_at_file
from assets.actions.import_commits import commit_batch
from assets.models import Asset
from networks.domain.access import command
from networks.models import Organisation
from tests.bench.figures import Figure, counted, measured
from tests.bench.wide_register import DAYS, NUMBERS, POUNDS, SITE, TEXTS


def measure(*, rows: int, file: str, how: str) -> list[Figure]:
    """Seed the register with `file`, or check and save it by `how`: "seed", "ours" or "peer"; in a process of its own."""
    return {"seed": _seed, "ours": _ours, "peer": _peer}[how](rows, Path(file).read_bytes())


def _seed(rows: int, content: bytes) -> list[Figure]:
    _save(_look(content))
    return []


def _ours(rows: int, content: bytes) -> list[Figure]:
    before = _megabytes()
    history: Any = Asset.history.model
    kept = history.objects.count()
    taken, preview = _timed(lambda: _look(content))
    assert (preview.counts.changed, preview.counts.faulty) == (rows, 0), preview.problems[:3]
    assert all(len(row.after or {}) >= 3 for row in preview.rows)
    by = command("bench")
    keeping, batch = _timed(partial(keep_preview, by=by, preview=preview))
    del preview
    saving, _ = _timed(lambda: commit_batch(by=by, batch=batch, good_rows_only=False, at=timezone.now()))
    assert history.objects.count() == kept + rows
    return _figures(rows, taken, keeping, saving, before)


def _figures(rows: int, taken: float, keeping: float, saving: float, before: float) -> list[Figure]:
    name = f"import of {rows} rows of 30 columns"
    return [
        measured(f"{name}: dry run with what changes in each cell", [rows / taken], "rows/s"),
        measured(f"{name}: dry run, and kept to come back to", [rows / (taken + keeping)], "rows/s"),
        measured(f"{name}: saved, each row checked once more, with history", [rows / saving], "rows/s"),
        counted(f"{name}: peak memory", _megabytes(), "MB").beside("the process before it", before),
    ]


def _peer(rows: int, content: bytes) -> list[Figure]:
    history: Any = Asset.history.model
    before, kept = _megabytes(), history.objects.count()
    said = content.decode()
    taken, result = _timed(lambda: _resource().import_data(Dataset().load(said, format="csv"), dry_run=True))
    _require(result, rows)
    assert all(row.diff for row in result.rows)
    assert history.objects.count() == kept
    saving, result = _timed(
        lambda: _resource().import_data(Dataset().load(said, format="csv"), raise_errors=True)
    )
    _require(result, rows)
    assert history.objects.count() == kept + rows
    return _figures(rows, taken, 0, saving, before)


def _require(result: Any, rows: int) -> None:
    assert not result.has_errors(), [error.error for row in result.rows for error in row.errors][:3]
    assert not result.has_validation_errors()
    assert result.totals[RowResult.IMPORT_TYPE_UPDATE] == rows, dict(result.totals)


class _Pounds(widgets.Widget):
    """Pounds in the file, pence in the register."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> int | None:
        return int(Decimal(value) * 100) if value else None

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else str(value)


def _resource() -> Any:
    """The peer as its manual has it for speed: machines and sites looked up once for all, unchanged rows passed over; history
    by the model's own saving, as there is no other way to keep it."""
    plain = {
        key: fields.Field(attribute=key, column_name=heading, widget=widget)
        for columns, widget in (
            (TEXTS, widgets.CharWidget()),
            (DAYS, widgets.DateWidget("%Y-%m-%d")),
            (NUMBERS, widgets.IntegerWidget()),
            (POUNDS, _Pounds()),
        )
        for key, heading in columns.items()
    }
    site = fields.Field(
        attribute="site",
        column_name=SITE,
        widget=widgets.CachedForeignKeyWidget(Organisation, field="code"),
    )

    class Meta:
        model = Asset
        fields = (*plain, "site")
        import_id_fields = ("serial_number",)
        instance_loader_class = CachedInstanceLoader
        skip_unchanged = True
        use_transactions = True

    return type("AssetResource", (ModelResource,), {**plain, "site": site, "Meta": Meta})()


def _look(content: bytes) -> Preview:
    file = File(io.BytesIO(content), name="wide.csv")
    return look_at_file(by=command("bench"), file=file, trust=None, on=timezone.localdate())


def _save(preview: Preview) -> None:
    assert not preview.counts.faulty, preview.problems[:3]
    by = command("bench")
    batch = keep_preview(by=by, preview=preview)
    commit_batch(by=by, batch=batch, good_rows_only=False, at=timezone.now())


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    gc.collect()
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
