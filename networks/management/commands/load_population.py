"""Load the population of integrated care boards, for figures per million."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from networks.actions.population import load_population
from networks.domain.access import command
from networks.imports.ods import BadFile
from networks.imports.population import read_population, year_in_name

SOURCE = "Office for National Statistics, population of integrated care boards, Open Government Licence v3.0"


class Command(BaseCommand):
    help = (
        "Load the population of integrated care boards from a CSV file with the columns icb_gss, icb_name and population. "
        "Load the organisations first. Running it again changes only what the file now says otherwise."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--year", type=int, help="the year the figures are of (that in the file's name)")
        parser.add_argument("--source", default=SOURCE, help="who published them, as pages shall say it")

    def handle(self, *, file: Path, year: int | None, source: str, **_: Any) -> None:
        year = year or year_in_name(file)
        if year is None:
            raise CommandError(f"{file.name} names no year. Give --year, such as --year 2023.")
        try:
            rows = read_population(file)
        except BadFile as error:
            raise CommandError(f"{error} Nothing was loaded.") from error
        report = load_population(by=command("load_population"), rows=rows, year=year, source=source[:200])
        self.stdout.write(
            f"population of {year}: {report.added} added, {report.changed} changed, {report.unchanged} unchanged"
        )
        for name in report.not_found:
            self.stdout.write(f"no such ICB in the list of organisations, left out: {name}")
