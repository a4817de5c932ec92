"""Import a register from a file on the server: the same check and the same saving as in the browser."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from assets.actions.import_batches import Preview, keep_preview, look_at_file
from assets.actions.import_commits import CannotSave, commit_batch
from assets.domain.problems import FileProblem
from networks.domain.access import command
from networks.domain.organisations import Kind
from networks.models import Organisation

Report = dict[str, Any]
"""rows, created, changed, unchanged, problems: what is printed with --json."""


class Command(BaseCommand):
    help = (
        "Import equipment from a CSV or XLSX file. Nothing is saved where a row has a problem, unless --good-rows. "
        "The exit status is 0 only when every row is good."
    )

    _read_as = ""
    """Where in the file the rows were found, and what was passed over."""

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
            "--trust", metavar="CODE", help="the trust's ODS code; only its sites are then known"
        )
        parser.add_argument(
            "--remembered",
            action="store_true",
            help="with --trust, read headings as the trust's people have chosen in the browser",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        report = self._import(**options)
        if options["json"]:
            self.stdout.write(json.dumps(report, ensure_ascii=False))
        else:
            self._say(report, dry_run=options["dry_run"])
        if report["problems"]:
            sys.exit(1)

    def _import(
        self, file: Path, dry_run: bool, good_rows: bool, trust: str | None, remembered: bool, **_: Any
    ) -> Report:
        by = command("import_register")
        now = timezone.now()
        try:
            with file.open("rb") as opened:
                preview = look_at_file(
                    by=by,
                    file=File(opened, name=file.name),
                    trust=_trust(trust),
                    on=timezone.localdate(now),
                    remembered=remembered,
                )
        except FileProblem as problem:
            return _report_of_file(str(problem))
        except OSError as error:
            return _report_of_file(f"{file} cannot be read: {error.strerror}.")
        self._read_as = preview.file.read_as
        refused = preview.counts.faulty > 0 and not good_rows
        if not (dry_run or refused):
            try:
                # Together, so that a saving that fails leaves no import behind.
                with transaction.atomic():
                    batch = keep_preview(by=by, preview=preview)
                    commit_batch(by=by, batch=batch, good_rows_only=good_rows, at=now)
            except CannotSave as refusal:
                return _report_of_file(str(refusal))
        return _report(preview, refused=refused)

    def _say(self, report: Report, *, dry_run: bool) -> None:
        for problem in report["problems"]:
            where = f"Row {problem['row']}, {problem['column'] or 'whole row'}" if problem["row"] else "File"
            value = f" “{problem['value']}”" if problem["value"] else ""
            self.stderr.write(f"{where}{value}: {problem['message']}")
        if self._read_as:
            self.stdout.write(f"Read from {self._read_as}.")
        verb = "would be " if dry_run else ""
        self.stdout.write(
            f"{report['rows']} rows: {report['created']} {verb}added, {report['changed']} {verb}changed, "
            f"{report['unchanged']} unchanged, {len(report['problems'])} "
            f"{'problem' if len(report['problems']) == 1 else 'problems'}."
        )


def _trust(code: str | None) -> Organisation | None:
    if code is None:
        return None
    trust = Organisation.objects.filter(kind=Kind.TRUST, code__iexact=code).first()
    if trust is None:
        raise FileProblem(
            f"There is no trust with the code {code}. Load the organisations first, or correct it."
        )
    return trust


def _report(preview: Preview, *, refused: bool) -> Report:
    """What was or would be written: where faulty rows forbid it, nothing."""
    counts = preview.counts
    return {
        "rows": counts.rows,
        "created": 0 if refused else counts.new,
        "changed": 0 if refused else counts.changed,
        "unchanged": counts.unchanged,
        "problems": [
            {
                "row": problem.row,
                "column": problem.column,
                "value": problem.value,
                "message": problem.message,
            }
            for problem in preview.problems
        ],
    }


def _report_of_file(message: str) -> Report:
    """A file that cannot be read at all has one problem, in no row and no column."""
    problem = {"row": None, "column": "", "value": "", "message": message}
    return {"rows": 0, "created": 0, "changed": 0, "unchanged": 0, "problems": [problem]}
