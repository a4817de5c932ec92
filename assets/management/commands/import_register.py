"""Import a register from a file on the server: the same check and the same saving as in the browser."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils import timezone

from assets.actions.import_batches import keep_preview, look_at_file
from assets.actions.import_commits import CannotSave, commit_batch
from assets.domain.problems import FileProblem
from assets.management.file_command import FileCommand, Report, trust_with_code
from networks.domain.access import command


class Command(FileCommand):
    help = (
        "Import equipment from a CSV or XLSX file. Nothing is saved where a row has a problem, unless --good-rows. "
        "The exit status is 0 only when every row is good."
    )
    counted = "rows"
    known = "sites"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--remembered",
            action="store_true",
            help="with --trust, read headings as the trust's people have chosen in the browser",
        )

    def take_in(
        self, file: Path, dry_run: bool, good_rows: bool, trust: str | None, remembered: bool, **_: Any
    ) -> Report:
        by = command("import_register")
        now = timezone.now()
        try:
            with file.open("rb") as opened:
                preview = look_at_file(
                    by=by,
                    file=File(opened, name=file.name),
                    trust=trust_with_code(trust),
                    on=timezone.localdate(now),
                    remembered=remembered,
                )
        except FileProblem as problem:
            return self.report_of_file(str(problem))
        except OSError as error:
            return self.report_of_file(f"{file} cannot be read: {error.strerror}.")
        self.read_as = preview.file.read_as
        refused = preview.counts.faulty > 0 and not good_rows
        if not (dry_run or refused):
            try:
                # Together, so that a saving that fails leaves no import behind.
                with transaction.atomic():
                    batch = keep_preview(by=by, preview=preview)
                    commit_batch(by=by, batch=batch, good_rows_only=good_rows, at=now)
            except CannotSave as refusal:
                return self.report_of_file(str(refusal))
        return self.report(preview.counts, preview.problems, refused=refused)
