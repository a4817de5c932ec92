"""manage.py load_specifications: publish the standard specifications of the rules folder."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from networks.domain.access import command
from procurement.actions.specifications import publish_all
from procurement.domain.specification_files import FOLDER, FaultyFile, read_folder


class Command(BaseCommand):
    help = (
        "Publish the standard specifications. Files that say what is already published change nothing; a changed file "
        "becomes the next version, and versions published before stay as they are."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", type=Path, default=FOLDER, help="where the TOML files are")

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            published = publish_all(
                by=command("load_specifications"),
                standards=read_folder(options["folder"]),
                today=timezone.localdate(),
            )
        except FaultyFile as exception:
            raise CommandError(f"{exception} Nothing was published.") from exception
        for result in published:
            self.stdout.write(f"{result.version}: {result.outcome}")
            for change in result.changes:
                self.stdout.write(
                    f"  {change.kind} {change.what}: {change.before or '–'} → {change.after or '–'}"
                )
