"""A tender's bundle: one ZIP of all that bidders need, with a manifest that proves each file.

Equal content gives equal bytes: no clock goes into any file, and the archive stores files as they are, in a fixed order
and with a fixed date.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

from networks.documents.pdf import make_pdf
from procurement.documents.covering_schedule import covering_schedule_html, lots_csv
from procurement.documents.pricing_schedule import pricing_schedule
from procurement.documents.response_matrix import response_matrix
from procurement.documents.specification_pdf import specification_file_name, specification_html
from procurement.queries.tender_bundle import BundleContent

MANIFEST = "manifest.json"
FORMAT = 1
"""Of the manifest: raised when the meaning of a field changes."""
_OLDEST_ZIP_DATE = (1980, 1, 1, 0, 0, 0)

Report = Callable[[str, int, int], None]
"""Told what is being made, how many files are done, and of how many."""


@dataclass(frozen=True, slots=True)
class _Part:
    name: str
    what: str
    make: Callable[[], bytes]


def tender_bundle(content: BundleContent, report: Report) -> bytes:
    """Make every file of the bundle and return the ZIP.

    `report` is called before each file and may raise to stop. Raises PdfUnavailable where the machine cannot make PDFs.
    """
    parts = _parts(content)
    made: list[tuple[str, str, bytes]] = []
    for number, part in enumerate(parts):
        report(f"Making the {part.what[0].lower()}{part.what[1:]}", number, len(parts))
        made.append((part.name, part.what, part.make()))
    files = [(name, data) for name, _, data in made]
    return _zipped([*files, (MANIFEST, _manifest(content, made))])


def bundle_file_name(content: BundleContent) -> str:
    """Return the archive's name: reference, specification and year."""
    return f"tender-{content.reference}-{content.specification_code}-{content.year}-{content.year + 1}.zip"


def _parts(content: BundleContent) -> list[_Part]:
    specification = f"3-{specification_file_name(content.specification_code, content.specification_version)}"
    names = [
        ("1-covering-schedule.pdf", "Covering schedule: who buys what, for which sites, by when"),
        ("2-lots.csv", "Lots, delivery sites and dates as a table"),
        (specification, "Standard specification with its requirements"),
        ("4-pricing-schedule.xlsx", "Pricing schedule to be filled in"),
        ("5-response-matrix.xlsx", "Response matrix: requirements, values and evidence to be filled in"),
    ]
    listed = [*names, (MANIFEST, "Manifest: the SHA-256 of each file and what the tender rests on")]
    makers: list[Callable[[], bytes]] = [
        lambda: make_pdf(covering_schedule_html(content, listed)),
        lambda: lots_csv(content),
        lambda: make_pdf(
            specification_html(
                code=content.specification_code,
                name=content.specification_name,
                version=content.specification_version,
                published_on=content.specification_published_on,
                content=content.specification,
            )
        ),
        lambda: pricing_schedule(content),
        lambda: response_matrix(content),
    ]
    return [_Part(name, what, make) for (name, what), make in zip(names, makers, strict=True)]


def _manifest(content: BundleContent, made: list[tuple[str, str, bytes]]) -> bytes:
    stated = {
        "format": FORMAT,
        "tender": {
            "reference": content.reference,
            "name": content.name,
            "network": content.network,
            "status": "draft" if content.is_draft else "closed",
            "state": content.state,
            "opened_on": content.opened_on.isoformat(),
            "key_date_on": content.key_date_on.isoformat(),
            "deliver_by": content.deliver_by.isoformat(),
            "units": content.units,
            "trusts": [lot.trust_code for lot in content.lots],
        },
        "specification": {
            "code": content.specification_code,
            "version": content.specification_version,
            "published_on": content.specification_published_on.isoformat(),
            "cpv_code": content.specification.cpv_code,
        },
        "plans": [
            {
                "plan": plan.plan,
                "version": plan.version,
                "register_as_at": plan.register_as_at.isoformat(),
                "inputs_sha256": plan.inputs_hash,
            }
            for plan in content.plans
        ],
        "files": [
            {"name": name, "what": what, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            for name, what, data in made
        ],
    }
    return (json.dumps(stated, indent=2, ensure_ascii=False) + "\n").encode()


def _zipped(files: list[tuple[str, bytes]]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, data in files:
            entry = zipfile.ZipInfo(name, _OLDEST_ZIP_DATE)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return target.getvalue()
