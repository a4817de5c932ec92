"""manage.py load_catalogue: put the makers and models of the rules folder into the catalogue."""

import tomllib
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assets.actions.catalogue_loading import load_catalogue
from assets.domain.catalogue_file import FILE, read_makers
from networks.domain.access import command


class Command(BaseCommand):
    help = (
        "Add the makers, models and spellings that the catalogue lacks. What stands there already is left as it is, so "
        "that the command can be run again at any time."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--file", type=Path, default=FILE, help="the TOML file of makers")

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            read = read_makers(tomllib.loads(options["file"].read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError) as exception:
            raise CommandError(
                f"{options['file']} cannot be read: {exception}. Nothing was added."
            ) from exception
        done = load_catalogue(by=command("load_catalogue"), read=read)
        for what in (*done.makers, *done.models, *done.successions):
            self.stdout.write(f"  added {what}")
        for what in done.left:
            self.stdout.write(f"  left  {what}")
        self.stdout.write(
            "Everything was in the catalogue already."
            if done.is_nothing
            else f"Added {len(done.makers)} makers, {len(done.models)} models and {done.spellings} spellings."
        )
