"""Take in a file of activity on the server: the same check and the same saving as in the browser."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from assets.actions.activity import (
    ActivityPreview,
    CannotSave,
    keep_activity,
    look_at_activity,
    save_activity,
)
from assets.domain.problems import FileProblem
from networks.domain.access import command
from networks.domain.organisations import Kind
from networks.models import Organisation

Report = dict[str, Any]
"""figures, created, changed, unchanged, problems: what is printed with --json."""


class Command(BaseCommand):
    help = (
        "Take in examinations, hours and downtime from a CSV or XLSX file. Nothing is saved where a row has a problem, unless "
        "--good-rows. The exit status is 0 only when every row is good."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the CSV or XLSX file")
        parser.add_argument("--dry-run", action="store_true", help="say what would be saved; write nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
        parser.add_argument(
            "--good-rows", action="store_true", help="save the good rows and leave the others out"
        )
        parser.add_argument("--source", default="RIS", help="what the figures come from (RIS)")
        parser.add_argument(
            "--trust", metavar="CODE", help="the trust's ODS code; only its machines are then known"
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
        self, file: Path, dry_run: bool, good_rows: bool, source: str, trust: str | None, **_: Any
    ) -> Report:
        by = command("import_activity")
        now = timezone.now()
        try:
            with file.open("rb") as opened:
                preview = look_at_activity(
                    by=by,
                    file=File(opened, name=file.name),
                    trust=_trust(trust),
                    source=source,
                    on=timezone.localdate(now),
                )
        except FileProblem as problem:
            return _report_of_file(str(problem))
        except OSError as error:
            return _report_of_file(f"{file} cannot be read: {error.strerror}.")
        refused = preview.counts.faulty > 0 and not good_rows
        if not (dry_run or refused):
            try:
                # Together, so that a saving that fails leaves no file behind.
                with transaction.atomic():
                    batch = keep_activity(by=by, preview=preview)
                    save_activity(by=by, batch=batch, good_rows_only=good_rows, at=now)
            except CannotSave as refusal:
                return _report_of_file(str(refusal))
        return _report(preview, refused=refused)

    def _say(self, report: Report, *, dry_run: bool) -> None:
        for problem in report["problems"]:
            where = f"Row {problem['row']}, {problem['column'] or 'whole row'}" if problem["row"] else "File"
            value = f" “{problem['value']}”" if problem["value"] else ""
            self.stderr.write(f"{where}{value}: {problem['message']}")
        verb = "would be " if dry_run else ""
        self.stdout.write(
            f"{report['figures']} figures: {report['created']} {verb}added, {report['changed']} {verb}changed, "
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


def _report(preview: ActivityPreview, *, refused: bool) -> Report:
    """What was or would be written: where faulty rows forbid it, nothing."""
    counts = preview.counts
    return {
        "figures": counts.rows,
        "created": 0 if refused else counts.new,
        "changed": 0 if refused else counts.changed,
        "unchanged": counts.unchanged,
        "problems": [
            {"row": p.row, "column": p.column, "value": p.value, "message": p.message}
            for p in preview.problems
        ],
    }


def _report_of_file(message: str) -> Report:
    """A file that cannot be read at all has one problem, in no row and no column."""
    problem = {"row": None, "column": "", "value": "", "message": message}
    return {"figures": 0, "created": 0, "changed": 0, "unchanged": 0, "problems": [problem]}
