"""What commands that take in a file have in common: their options, their report, and how it is said."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar, Protocol

from django.core.management.base import BaseCommand

from assets.domain.problems import FileProblem, Problem
from networks.domain.organisations import Kind
from networks.models import Organisation

Report = dict[str, Any]
"""What is counted ("rows", "figures"), created, changed, unchanged, problems: what is printed with --json."""


class Counts(Protocol):
    """How many rows or figures of a file do what."""

    @property
    def rows(self) -> int: ...

    @property
    def new(self) -> int: ...

    @property
    def changed(self) -> int: ...

    @property
    def unchanged(self) -> int: ...


class FileCommand(BaseCommand):
    """A command that checks a file and saves it. `counted` is what its report counts, `known` what --trust narrows."""

    counted: ClassVar[str]
    known: ClassVar[str]

    read_as = ""
    """Where in the file the rows were found, and what was passed over, where that is worth saying."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the CSV or XLSX file")
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would be saved; write nothing at all"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
        parser.add_argument(
            "--good-rows", action="store_true", help="save the good rows and leave the others out"
        )
        parser.add_argument(
            "--trust", metavar="CODE", help=f"the trust's ODS code; only its {self.known} are then known"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        report = self.take_in(**options)
        if options["json"]:
            self.stdout.write(json.dumps(report, ensure_ascii=False))
        else:
            self._say(report, dry_run=options["dry_run"])
        if report["problems"]:
            sys.exit(1)

    def take_in(self, *args: Any, **options: Any) -> Report:
        """Check the file, save it unless told otherwise, and report."""
        raise NotImplementedError

    def report(self, counts: Counts, problems: Iterable[Problem], *, refused: bool) -> Report:
        """Return what was or would be written: where faulty rows forbid it, nothing."""
        return {
            self.counted: counts.rows,
            "created": 0 if refused else counts.new,
            "changed": 0 if refused else counts.changed,
            "unchanged": counts.unchanged,
            "problems": [
                {"row": each.row, "column": each.column, "value": each.value, "message": each.message}
                for each in problems
            ],
        }

    def report_of_file(self, message: str) -> Report:
        """Return the report of a file that cannot be read at all: one problem, in no row and no column."""
        problem = {"row": None, "column": "", "value": "", "message": message}
        return {self.counted: 0, "created": 0, "changed": 0, "unchanged": 0, "problems": [problem]}

    def _say(self, report: Report, *, dry_run: bool) -> None:
        for problem in report["problems"]:
            where = f"Row {problem['row']}, {problem['column'] or 'whole row'}" if problem["row"] else "File"
            value = f" “{problem['value']}”" if problem["value"] else ""
            self.stderr.write(f"{where}{value}: {problem['message']}")
        if self.read_as:
            self.stdout.write(f"Read from {self.read_as}.")
        verb = "would be " if dry_run else ""
        self.stdout.write(
            f"{report[self.counted]} {self.counted}: {report['created']} {verb}added, {report['changed']} {verb}changed, "
            f"{report['unchanged']} unchanged, {len(report['problems'])} "
            f"{'problem' if len(report['problems']) == 1 else 'problems'}."
        )


def trust_with_code(code: str | None) -> Organisation | None:
    """Return the trust with an ODS code; None without a code. Raises FileProblem where there is none such."""
    if code is None:
        return None
    trust = Organisation.objects.filter(kind=Kind.TRUST, code__iexact=code).first()
    if trust is None:
        raise FileProblem(
            f"There is no trust with the code {code}. Load the organisations first, or correct it."
        )
    return trust
