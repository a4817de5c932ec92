"""A wide register: thirty columns a machine, as CSV that both our import and django-import-export read as it is."""

import csv
from datetime import date, timedelta
from pathlib import Path

from networks.domain.organisations import Kind
from networks.models import Organisation
from tests.bench.figures import Figure

TEXTS = {
    "location": "Room",
    "asset_tag": "Asset number",
    "modality": "Modality",
    "manufacturer": "Manufacturer",
    "model_name": "Model",
    "serial_number": "Serial number",
    "udi_di": "Device identifier (UDI-DI)",
    "software_version": "Software version",
    "operating_system": "Operating system",
    "ownership": "Ownership",
    "finance_number": "Number in the asset ledger",
    "maintenance_provider": "Maintained by",
    "condition": "Condition",
    "notes": "Notes",
}
DAYS = {
    "installed_on": "Installed",
    "support_ends_on": "End of support",
    "operating_system_ends_on": "End of operating system support",
    "warranty_ends_on": "End of warranty",
    "maintenance_ends_on": "End of maintenance contract",
    "qa_on": "Date of quality assurance",
}
NUMBERS = {
    "year_of_manufacture": "Year of manufacture",
    "price_year": "Year of these prices",
    "accounting_life_years": "Life in the accounts (years)",
    "downtime_hours": "Unplanned downtime (hours a year)",
    "examinations_per_year": "Examinations per year",
    "hours_per_week": "Hours of use a week",
}
POUNDS = {
    "price_paid_pence": "Price paid (£ ex VAT)",
    "works_paid_pence": "Building works (£ ex VAT)",
    "maintenance_cost_pence": "Maintenance a year (£ ex VAT)",
}
SITE = "Site code"
HEADINGS = (SITE, *TEXTS.values(), *DAYS.values(), *NUMBERS.values(), *POUNDS.values())
_KINDS = (("CT", "Siemens", "SOMATOM go.Top"), ("MRI", "Philips", "Ingenia"), ("XR", "GE", "Optima"))


def measure(*, rows: int, file: str, changed: bool) -> list[Figure]:
    """Write so many good rows, spread over every site; `changed`, with three cells of each changed. Nothing is timed."""
    sites = list(Organisation.objects.filter(kind=Kind.SITE).order_by("code").values_list("code", flat=True))
    with Path(file).open("w", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(HEADINGS)
        for number in range(rows):
            cells = _cells(number, changed=changed)
            writer.writerow(
                [sites[number % len(sites)], *(cells[key] for key in (*TEXTS, *DAYS, *NUMBERS, *POUNDS))]
            )
    assert len(HEADINGS) == 30
    return []


def _cells(number: int, *, changed: bool) -> dict[str, object]:
    modality, maker, model = _KINDS[number % len(_KINDS)]
    installed = date(2005 + number % 18, 1 + number % 12, 1 + number % 28)
    return {
        "location": f"Room {number + 1 if changed else number}",
        "asset_tag": f"WIDE-{number:05d}",
        "modality": modality,
        "manufacturer": maker,
        "model_name": model,
        "serial_number": f"W{number * 7919}",
        "udi_di": f"0{5_012_345_000_000 + number}",
        "software_version": f"VB{number % 40}",
        "operating_system": f"Windows {7 + number % 4}",
        "ownership": ("owned", "leased", "managed")[number % 3],
        "finance_number": f"FA{number:06d}",
        "maintenance_provider": maker,
        "condition": ("good", "fair", "poor")[(number + changed) % 3],
        "notes": f"Seen by the engineer, visit {number % 50}",
        "installed_on": installed,
        "support_ends_on": installed + timedelta(days=365 * 12),
        "operating_system_ends_on": installed + timedelta(days=365 * 10),
        "warranty_ends_on": installed + timedelta(days=365),
        "maintenance_ends_on": installed + timedelta(days=365 * 9),
        "qa_on": date(2026, 1, 1) + timedelta(days=number % 200),
        "year_of_manufacture": installed.year,
        "price_year": installed.year,
        "accounting_life_years": 7 + number % 5,
        "downtime_hours": number % 90,
        "examinations_per_year": 4_000 + number % 9_000 + changed,
        "hours_per_week": 40 + number % 60,
        "price_paid_pence": 200_000 + 1_000 * (number % 700),
        "works_paid_pence": 50_000 + 100 * (number % 900),
        "maintenance_cost_pence": 20_000 + 10 * (number % 900),
    }
