"""Load regions, ICBs, trusts and sites from the files of the NHS Organisation Data Service."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from networks.actions.organisations import LoadReport, load_organisations
from networks.domain.access import command
from networks.domain.organisations import Kind
from networks.imports.ods import BadFile, Contents, read_icbs, read_regions, read_sites, read_trusts

_NOUNS = {
    Kind.NATION: "nation",
    Kind.REGION: "regions",
    Kind.ICB: "ICBs",
    Kind.TRUST: "trusts",
    Kind.SITE: "sites",
}


class Command(BaseCommand):
    help = (
        "Load organisations from the files that the NHS Organisation Data Service publishes, as they are. England and its "
        "seven regions are built in. Running it again changes only what the files now say otherwise."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--etr", type=Path, metavar="FILE", help="the ODS etr file: trusts, 27 columns, no headings"
        )
        parser.add_argument(
            "--sites", type=Path, metavar="FILE", help="sites with coordinates and parent trust"
        )
        parser.add_argument("--icbs", type=Path, metavar="FILE", help="ONS names and codes of ICBs")
        parser.add_argument(
            "--regions", type=Path, metavar="FILE", help="names and codes of NHS England regions"
        )

    def handle(
        self,
        *,
        etr: Path | None,
        sites: Path | None,
        icbs: Path | None,
        regions: Path | None,
        **_: Any,
    ) -> None:
        try:
            read = {
                "regions": _read(read_regions, regions),
                "icbs": _read(read_icbs, icbs),
                "trusts": _read(read_trusts, etr),
                "sites": _read(read_sites, sites),
            }
        except BadFile as error:
            raise CommandError(f"{error} Nothing was loaded.") from error
        report = load_organisations(
            by=command("load_organisations"),
            on=timezone.localdate(),
            **{name: contents.rows for name, contents in read.items()},
        )
        report.problems = [p for contents in read.values() for p in contents.problems] + report.problems
        self._print(report)

    def _print(self, report: LoadReport) -> None:
        for kind, noun in _NOUNS.items():
            created, changed, unchanged = (
                counter[kind] for counter in (report.created, report.changed, report.unchanged)
            )
            if created or changed or unchanged:
                self.stdout.write(f"{noun}: {created} added, {changed} changed, {unchanged} unchanged")
        self.stdout.write(f"links: {report.links_made} added")
        for change in report.changes:
            self.stdout.write(f"changed: {change}")
        number = len(report.problems)
        self.stdout.write(f"{number} {'problem' if number == 1 else 'problems'}{':' if number else ''}")
        for problem in report.problems:
            self.stdout.write(f"  {problem}")


def _read(reader: Callable[[Path], Contents[Any]], path: Path | None) -> Contents[Any]:
    return reader(path) if path else Contents()
