"""A large register of good rows, for the import to read; written beforehand, so that writing it costs the import nothing."""

from datetime import date
from pathlib import Path

from networks.domain.organisations import Kind
from networks.models import Organisation
from tests.bench.figures import Figure
from tests.builders.workbooks import workbook

_HEADINGS = (
    "Site code",
    "Room",
    "Asset number",
    "Equipment type",
    "Manufacturer",
    "Model",
    "Serial number",
    "Year of manufacture",
    "Date of installation",
    "End of support",
    "Condition",
    "Exams p.a.",
    "Cost (£, ex VAT)",
    "Status",
    "Comments",
)
_KINDS = (("CT", "Siemens", "SOMATOM go.Top"), ("MRI", "Philips", "Ingenia"), ("X-ray", "GE", "Optima"))


def measure(*, rows: int, file: str) -> list[Figure]:
    """Write a workbook of so many good rows, spread over every site, dated as registers date. Nothing is timed."""
    sites = list(Organisation.objects.filter(kind=Kind.SITE).order_by("code").values_list("code", flat=True))
    content = workbook([_HEADINGS, *(_row(number, sites[number % len(sites)]) for number in range(rows))])
    Path(file).write_bytes(content)
    return []


def _row(number: int, site: str) -> list[object]:
    modality, maker, model = _KINDS[number % len(_KINDS)]
    installed = date(2005 + number % 20, 1 + number % 12, 1 + number % 28)
    dates = (installed, f"{installed:%B %Y}", str(installed.year), f"{installed:%d/%m/%Y}")
    return [
        site,
        f"Room {number}",
        f"BENCH-{number:05d}",
        modality,
        maker,
        model,
        f"B{number * 7919}",
        installed.year - 1,
        dates[number % len(dates)],
        f"31 March {installed.year + 12}",
        ("Good", "Fair", "Poor")[number % 3],
        4_000 + number % 9_000,
        200_000 + 1_000 * (number % 700),
        "In use",
        "",
    ]
