"""Measure the product: one JSON object a line. `make bench` runs it; nothing in var/ is read or written.

Every timing is the median of several runs of this one invocation, with the least and the most. What is compared (`peer`,
`ratio`) was measured in the same invocation too: a ratio of two machines, or of two days, says nothing.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.bench.figures import Figure, counted

ROOT = Path(__file__).resolve().parents[2]
RUNS = 3
PAGE_RUNS = 9
ROWS = 5_000
WIDE_ROWS = 15_000
SOLVE_SECONDS = 20
LIST_SIZES = (1_000, 15_000, 150_000)
"""Machines in the list: a network's, England's, and ten times England's."""


def main() -> None:
    """Measure everything, printing each line as soon as it is known."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--tiny", action="store_true", help="small and once: only to see that it still works")
    tiny = parser.parse_args().tiny
    with tempfile.TemporaryDirectory(prefix="imaging-bench-") as folder:
        for figure in _measure(Path(folder), tiny=tiny):
            sys.stdout.write(figure.line() + "\n")
            sys.stdout.flush()


def _measure(folder: Path, *, tiny: bool) -> Any:
    runs, page_runs, rows = (1, 1, 40) if tiny else (RUNS, PAGE_RUNS, ROWS)
    small = Site(folder / "networks")
    yield small.load("--seed", "1", "--solve-seconds", "0")
    yield from _imports(small, folder, rows=rows, runs=runs)
    yield from _beside_a_peer(small, folder, rows=40 if tiny else WIDE_ROWS)
    of_small = small.measure("pages", runs=page_runs)
    if tiny:
        yield from of_small
    else:
        large = Site(folder / "england")
        yield large.load("--seed", "1", "--solve-seconds", "0", "--scale", "england")
        for figure, peer in zip(large.measure("pages", runs=page_runs), of_small, strict=True):
            yield figure.beside(peer.name, peer.value)
    yield from _lists(folder, LIST_SIZES[:1] if tiny else LIST_SIZES, runs=page_runs)
    yield from small.measure("planning", runs=runs, solve_seconds=2 if tiny else SOLVE_SECONDS)
    yield from small.measure("explaining", runs=runs, machines=30 if tiny else 250)


class Site:
    """An installation of the product in a folder: its database, its uploads, nothing shared with another."""

    def __init__(self, folder: Path, *, settings: str = "tests.bench.settings") -> None:
        self.folder = folder
        (folder / "static").mkdir(parents=True)
        self._environment = os.environ | {
            "VAR_DIR": str(folder),
            "DJANGO_SETTINGS_MODULE": settings,
        }
        for name in ("DATABASE_URL", "SECRET_KEY", "ALLOWED_HOSTS", "HTTPS", "DEBUG"):
            self._environment.pop(name, None)

    def load(self, *options: str) -> Figure:
        """Make the database, load the demonstration, and return how long the loading took."""
        self.make()
        began = time.perf_counter()
        self._run("manage.py", "load_demo", *options)
        return counted(f"load_demo {' '.join(options)}", time.perf_counter() - began, "s")

    def make(self) -> None:
        """Make the database, empty."""
        self._run("manage.py", "migrate", "-v", "0")
        self._run("manage.py", "createcachetable")

    def copy(self, folder: Path) -> "Site":
        """Return another installation with the same data."""
        other = Site(folder)
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return other

    def measure(self, part: str, **options: Any) -> list[Figure]:
        """Measure a part in a process of its own, so that none pays for another's memory."""
        answer = self.folder / "figures.json"
        self._run("-m", "tests.bench.part", part, json.dumps(options), str(answer))
        return [Figure(**each) for each in json.loads(answer.read_text())]

    def _run(self, *arguments: str) -> None:
        # What the parts print (the solver, the loader) must not get between the lines of the bench.
        subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self._environment,
            stdout=subprocess.DEVNULL,
            check=True,
        )


def _imports(site: Site, folder: Path, *, rows: int, runs: int) -> list[Figure]:
    """Import the same file into a fresh copy of the demonstration each time; the median of each figure."""
    file = str(folder / "register.xlsx")
    site.measure("register", rows=rows, file=file)
    each = []
    for number in range(runs):
        copy = site.copy(folder / f"import-{number}")
        each.append(copy.measure("importing", rows=rows, file=file))
        shutil.rmtree(copy.folder)
    return [_median(list(same)) for same in zip(*each, strict=True)]


def _beside_a_peer(site: Site, folder: Path, *, rows: int) -> Iterator[Figure]:
    """Change the same rows of the same register by our import and by django-import-export, each on a copy of its own."""
    base, changed = str(folder / "wide.csv"), str(folder / "wide-changed.csv")
    site.measure("wide_register", rows=rows, file=base, changed=False)
    site.measure("wide_register", rows=rows, file=changed, changed=True)
    start = site.copy(folder / "wide")
    start.measure("importing_wide", rows=rows, file=base, how="seed")
    figures = {}
    for how in ("ours", "peer"):
        copy = start.copy(folder / f"wide-{how}")
        figures[how] = copy.measure("importing_wide", rows=rows, file=changed, how=how)
        shutil.rmtree(copy.folder)
    for ours, peers in zip(figures["ours"], figures["peer"], strict=True):
        yield ours.beside("django-import-export", peers.value)


def _lists(folder: Path, sizes: Sequence[int], *, runs: int) -> Iterator[Figure]:
    """The equipment list at each size beside the size before, and in the middle beside Django's admin."""
    before: list[Figure] = []
    for place, machines in enumerate(sizes):
        site = Site(folder / f"list-{machines}", settings="tests.bench.admin_settings")
        site.make()
        site.measure("england", machines=machines)
        figures = site.measure("lists", machines=machines, runs=runs, beside_admin=True)
        yield from figures
        for figure, peer in zip(figures, before, strict=False):
            if figure.unit == "ms" and place:
                again = replace(figure, name=f"{figure.name}, beside fewer")
                yield again.beside(peer.name, peer.value)
        before = figures
        shutil.rmtree(site.folder)


def _median(same: list[Figure]) -> Figure:
    values = [figure.value for figure in same]
    peers = [figure.peer_value for figure in same if figure.peer_value is not None]
    first = same[0]
    return Figure(
        name=first.name,
        value=statistics.median(values),
        unit=first.unit,
        least=min(values),
        most=max(values),
        runs=len(values),
        peer=first.peer,
        peer_value=statistics.median(peers) if peers else None,
    )


if __name__ == "__main__":
    main()
