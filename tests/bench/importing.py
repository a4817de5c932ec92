"""How fast a register is checked and saved, and how much memory that takes at its highest."""

import io
import resource
import time
from pathlib import Path

from django.core.files import File
from django.utils import timezone

from assets.actions.import_batches import keep_preview, look_at_file
from assets.actions.import_commits import commit_batch
from assets.models import Asset
from networks.domain.access import command
from tests.bench.figures import Figure, counted, measured


def measure(*, rows: int, file: str) -> list[Figure]:
    """Check and save the register in `file`, once, in a process that has done nothing else."""
    content = Path(file).read_bytes()
    before, held = _megabytes(), Asset.objects.count()
    by, now = command("bench"), timezone.now()
    began = time.perf_counter()
    preview = look_at_file(
        by=by, file=File(io.BytesIO(content), name="register.xlsx"), trust=None, on=timezone.localdate(now)
    )
    checked = time.perf_counter()
    assert (preview.counts.rows, preview.counts.faulty) == (rows, 0), preview.problems[:3]
    batch = keep_preview(by=by, preview=preview)
    kept = time.perf_counter()
    commit_batch(by=by, batch=batch, good_rows_only=False, at=now)
    saved = time.perf_counter()
    assert Asset.objects.count() == held + rows
    name = f"import of {rows} rows (XLSX)"
    return [
        measured(f"{name}: checked", [rows / (checked - began)], "rows/s"),
        measured(f"{name}: preview kept", [rows / (kept - checked)], "rows/s"),
        measured(f"{name}: saved", [rows / (saved - kept)], "rows/s"),
        measured(f"{name}: all three steps", [saved - began], "s"),
        counted(f"{name}: peak memory", _megabytes(), "MB").beside("the process before it", before),
    ]


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
