"""Read the headers of a folder of DICOM files: which devices made them, and what they propose for the register."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from assets.actions.dicom import Proposed, keep_devices, look_at_devices
from assets.domain.dicom_proposals import Proposal
from assets.domain.problems import FileProblem
from assets.imports.dicom_headers import read_folder
from assets.models import ImportBatch
from assets.queries.dicom_register import site_with_code
from assets.queries.places import Place, place_of
from networks.domain.access import command


class Command(BaseCommand):
    help = (
        "Say which devices made the DICOM files of a folder and what each proposes for the register. Only tags of the device "
        "are read; nothing about patients is kept or printed. With --site and --save they become an import, to be checked "
        "and saved on its page."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="the folder; those below it are read too")
        parser.add_argument(
            "--site", metavar="CODE", help="the ODS code of the site where new machines stand"
        )
        parser.add_argument("--save", action="store_true", help="make an import of them; needs --site")
        parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")

    def handle(
        self, *args: Any, folder: Path, site: str | None, save: bool, json: bool, **options: Any
    ) -> None:
        if save and not site:
            raise CommandError("Say with --site where the machines stand.")
        by, on = command("read_dicom"), timezone.localdate()
        try:
            place = _place(site)
            proposed = look_at_devices(by=by, found=read_folder(folder), place=place, on=on)
        except FileProblem as problem:
            raise CommandError(str(problem)) from None
        batch = None
        if save and place and proposed.to_check:
            batch = keep_devices(by=by, proposed=proposed, place=place, on=on)
        if json:
            self._print_json(proposed, batch)
        else:
            self._print(proposed, batch)
        if not proposed.proposals:
            sys.exit(1)

    def _print_json(self, proposed: Proposed, batch: ImportBatch | None) -> None:
        report = {
            "read": proposed.read,
            "import": batch.pk if batch else None,
            "devices": [_report(proposal) for proposal in proposed.proposals],
        }
        self.stdout.write(json.dumps(report, ensure_ascii=False))

    def _print(self, proposed: Proposed, batch: ImportBatch | None) -> None:
        self.stdout.write(f"{proposed.read}. {len(proposed.proposals)} devices:")
        for proposal in proposed.proposals:
            device = proposal.device
            which = f" {proposal.machine.reference}" if proposal.machine else ""
            codes = ", ".join(sorted(device.modalities))
            self.stdout.write(
                f"- {device.label} ({codes}, {device.files:,} files): {proposal.proposes.label}{which}"
            )
            for said in (proposal.reason, *proposal.notes):
                if said:
                    self.stdout.write(f"    {said}")
        if batch:
            self.stdout.write(f"Import {batch.pk} was made. Check and save it at {batch.get_absolute_url()}")


def _place(code: str | None) -> Place | None:
    if code is None:
        return None
    site = site_with_code(code)
    place = place_of(site_id=site.pk, on=timezone.localdate()) if site else None
    if place is None:
        raise FileProblem(
            f"There is no site of a trust with the code {code}. Load the organisations first, or correct it."
        )
    return place


def _report(proposal: Proposal) -> dict[str, Any]:
    device = proposal.device
    return {
        "manufacturer": device.manufacturer or None,
        "model": device.model or None,
        "serial_number": device.serial or None,
        "stations": sorted(device.stations),
        "modalities": sorted(device.modalities),
        "files": device.files,
        "first_month": device.first_month.isoformat()[:7] if device.first_month else None,
        "last_month": device.last_month.isoformat()[:7] if device.last_month else None,
        "proposes": proposal.proposes.value,
        "machine": proposal.machine.reference if proposal.machine else None,
        "reason": proposal.reason or None,
        "notes": proposal.notes,
    }
