"""Take in a file of activity on the server: the same check and the same saving as in the browser."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils import timezone

from assets.actions.activity import (
    CannotSave,
    keep_activity,
    look_at_activity,
    save_activity,
)
from assets.domain.problems import FileProblem
from assets.management.file_command import FileCommand, Report, trust_with_code
from networks.domain.access import command


class Command(FileCommand):
    help = (
        "Take in examinations, hours and downtime from a CSV or XLSX file. Nothing is saved where a row has a problem, unless "
        "--good-rows. The exit status is 0 only when every row is good."
    )
    counted = "figures"
    known = "machines"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--source", default="RIS", help="what the figures come from (RIS)")

    def take_in(
        self, file: Path, dry_run: bool, good_rows: bool, source: str, trust: str | None, **_: Any
    ) -> Report:
        by = command("import_activity")
        now = timezone.now()
        try:
            with file.open("rb") as opened:
                preview = look_at_activity(
                    by=by,
                    file=File(opened, name=file.name),
                    trust=trust_with_code(trust),
                    source=source,
                    on=timezone.localdate(now),
                )
        except FileProblem as problem:
            return self.report_of_file(str(problem))
        except OSError as error:
            return self.report_of_file(f"{file} cannot be read: {error.strerror}.")
        refused = preview.counts.faulty > 0 and not good_rows
        if not (dry_run or refused):
            try:
                # Together, so that a saving that fails leaves no file behind.
                with transaction.atomic():
                    batch = keep_activity(by=by, preview=preview)
                    save_activity(by=by, batch=batch, good_rows_only=good_rows, at=now)
            except CannotSave as refusal:
                return self.report_of_file(str(refusal))
        return self.report(preview.counts, preview.problems, refused=refused)
