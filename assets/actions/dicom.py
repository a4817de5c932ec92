"""From the headers of DICOM files to an import that a person checks and saves: one row for each device.

What is kept is what the register holds of a machine (maker, model, serial number, station name, modality). Files, their
names, and anything about a patient are not kept, not even while the import waits.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assets.actions.import_batches import Preview, keep_preview, require_import
from assets.domain.checking import check_rows
from assets.domain.columns import BY_KEY
from assets.domain.dicom_devices import Device
from assets.domain.dicom_proposals import Proposal, Proposes, propose
from assets.domain.problems import Problem
from assets.domain.rows import SourceRow
from assets.imports.dicom_headers import Found
from assets.imports.register_file import RegisterFile
from assets.models import ImportBatch
from assets.queries.dicom_register import standing_machines
from assets.queries.import_register import register_for
from assets.queries.places import Place
from networks.domain.access import Actor

COLUMNS = (
    "reference",
    "site_code",
    "modality",
    "manufacturer",
    "model_name",
    "serial_number",
    "station_name",
)


@dataclass(frozen=True, slots=True)
class Proposed:
    """What the files of an upload or folder propose: by device, and how many files were read."""

    proposals: Sequence[Proposal]
    read: str

    @property
    def to_check(self) -> list[Proposal]:
        """The proposals that become rows of an import: all but what is outside the register."""
        return [each for each in self.proposals if each.proposes is not Proposes.OUTSIDE]


def look_at_devices(*, by: Actor, found: Found, place: Place | None, on: date) -> Proposed:
    """Return what devices propose for a site; for all of England where `place` is None. Writes nothing.

    Raises NotAllowed without EDIT_ASSETS for the site's trust.
    """
    trust_id = place.trust_id if place else None
    require_import(by, trust_id)
    devices: list[Device] = found.gathering.devices()
    standing = standing_machines(by, trust_id, on=on)
    site_id, code = (place.site_id, place.site_code) if place else (None, "")
    return Proposed(propose(devices, standing, site_id=site_id, site_code=code), found.words)


def keep_devices(*, by: Actor, proposed: Proposed, place: Place, on: date) -> ImportBatch:
    """Make an import of what devices propose for a site, to be looked at, corrected and saved as any other.

    Raises NotAllowed; ValueError where nothing is proposed.
    """
    if not proposed.to_check:
        raise ValueError("There is no device to keep.")
    rows = [_row(number, proposal) for number, proposal in enumerate(proposed.to_check, 1)]
    headings = {key: BY_KEY[key].heading for key in COLUMNS}
    said = json.dumps([sorted(row.cells.items()) for row in rows])
    file = RegisterFile(
        name=f"DICOM headers, {place.site_name}"[:255],
        sha256=hashlib.sha256(said.encode()).hexdigest(),
        headings=headings,
        rows=rows,
        ignored=(),
        read_as=f"DICOM headers, a row for each device; {proposed.read}",
    )
    register = register_for(by, place.trust_id, on=on)
    checked = check_rows(rows, register, headings, on=on)
    return keep_preview(by=by, preview=Preview(file, checked, place.trust_id))


def _row(number: int, proposal: Proposal) -> SourceRow:
    """A device as a row. One that cannot be told is a row with the problem that says why, and without what would let the row
    be taken for a machine by itself: it stays a problem until a person says which machine it is, or where a new one stands.
    """
    if proposal.proposes is not Proposes.UNCLEAR:
        return SourceRow(number, proposal.cells)
    cells = {key: text for key, text in proposal.cells.items() if key not in ("site_code", "serial_number")}
    message = (
        f"{proposal.device.label}: {proposal.reason} If it is in the register, write its reference here; if it is new, write "
        "its site and its serial number."
    )
    problem = Problem(number, BY_KEY["reference"].heading, "", message, "match_unclear")
    return SourceRow(number, cells, (problem,))
