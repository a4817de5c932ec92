"""The inventory of regulation 15 of IR(ME)R as a PDF and as a workbook, both of the same `Inventory`."""

import io
from collections.abc import Iterable
from datetime import UTC, datetime, time

import xlsxwriter
from xlsxwriter.format import Format

from assets.domain.irmer import Inventory, Machine, by_site
from networks.documents.pdf import document_html, make_pdf
from networks.templatetags.format import NOT_KNOWN, date_gb

MOST_ROWS = 300
"""The longest inventory that is set in type while somebody waits (three seconds); a longer one is had by site, or as the workbook, which has no limit."""

HEADINGS = (
    ("Site", 34),
    ("Site code", 11),
    ("Room", 24),
    ("Reference", 12),
    ("Asset number", 16),
    ("Modality", 14),
    ("Manufacturer", 26),
    ("Model", 26),
    ("Serial number", 22),
    ("Year of manufacture", 14),
    ("Year of installation", 14),
)
"""The columns of the workbook's lists, with their widths in characters."""
OUTSIDE = "Outside regulation 15: MRI uses no ionising radiation."


class TooLong(ValueError):
    """An inventory of more machines than a PDF holds; the message says what to do."""


def inventory_html(inventory: Inventory, *, furnished_by: str, on: datetime) -> str:
    """Return the document's HTML. `furnished_by` names the person; `on` is the moment, of which the day is told."""
    return document_html(
        "documents/irmer_inventory.html",
        {
            "inventory": inventory,
            "furnished_by": furnished_by,
            "furnished_on": on.date(),
            "about": inventory.site or "all sites",
            "outside": by_site(inventory.outside),
        },
    )


def inventory_pdf(inventory: Inventory, *, furnished_by: str, on: datetime) -> bytes:
    """Return the PDF/UA-1 file. Raises TooLong, or PdfUnavailable where this machine cannot make one."""
    if len(inventory.machines) > MOST_ROWS:
        raise TooLong(
            f"This inventory has {len(inventory.machines):,} machines, more than the {MOST_ROWS} that a PDF holds. "
            "Choose one site, or take the workbook, which has them all."
        )
    return make_pdf(inventory_html(inventory, furnished_by=furnished_by, on=on))


def inventory_workbook(inventory: Inventory, *, furnished_by: str, on: datetime) -> bytes:
    """Return the workbook: what the inventory is, the machines within regulation 15, and those outside it."""
    target = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(target, options) as book:
        # The same state gives the same bytes: the file's clock is the day on which it is furnished.
        made = datetime.combine(on.date(), time(), tzinfo=UTC)
        book.set_properties(
            {"title": "IR(ME)R inventory", "author": "Imaging Capital Planner", "created": made}
        )
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        _about(book, inventory, bold, furnished_by, on)
        _list(book, "Regulation 15 inventory", inventory.covered, bold)
        _list(book, "MRI, outside regulation 15", inventory.outside, bold)
    return target.getvalue()


def file_name(inventory: Inventory, ending: str) -> str:
    """Return the name under which a file of the inventory is saved and sent."""
    return f"irmer-inventory-{inventory.employer_code}-{inventory.on:%Y-%m-%d}.{ending}"


def cells(machine: Machine) -> tuple[str | int, ...]:
    """Return a machine under HEADINGS, with what is not known in words. An empty room or asset number says the same."""
    values = (
        *(machine.site, machine.site_code, machine.room, machine.reference, machine.asset_number),
        *(machine.modality.label, machine.manufacturer, machine.model, machine.serial_number),
        *(machine.year_of_manufacture, machine.year_of_installation),
    )
    return tuple(value or NOT_KNOWN for value in values)


def _about(
    book: xlsxwriter.Workbook, inventory: Inventory, bold: Format, furnished_by: str, on: datetime
) -> None:
    page = book.add_worksheet("About")
    page.set_column(0, 0, 34)
    page.set_column(1, 1, 80)
    gaps = "; ".join(gap.words for gap in inventory.gaps) or "none"
    facts = (
        ("Inventory of equipment", "Ionising Radiation (Medical Exposure) Regulations 2017, regulation 15"),
        ("Employer", f"{inventory.employer} ({inventory.employer_code})"),
        ("Sites", inventory.site or "All sites with machines"),
        ("In the fleet as at", date_gb(inventory.on)),
        ("Furnished by", furnished_by),
        ("Furnished on", date_gb(on.date())),
        ("Machines within regulation 15", len(inventory.covered)),
        ("Of these with all five facts", inventory.complete),
        ("Not known", gaps),
        ("MRI, listed apart", f"{len(inventory.outside)}. {OUTSIDE}"),
    )
    for row, (label, value) in enumerate(facts):
        page.write_string(row, 0, label, bold)
        if isinstance(value, int):
            page.write_number(row, 1, value)
        else:
            page.write_string(row, 1, value)


def _list(book: xlsxwriter.Workbook, name: str, machines: Iterable[Machine], bold: Format) -> None:
    page = book.add_worksheet(name)
    page.freeze_panes(1, 0)
    page.repeat_rows(0)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    for column, (heading, width) in enumerate(HEADINGS):
        page.set_column(column, column, width)
        page.write_string(0, column, heading, bold)
    last = 0
    for last, machine in enumerate(machines, start=1):  # noqa: B007 - the number of the last row is wanted below
        for column, value in enumerate(cells(machine)):
            if isinstance(value, int):
                page.write_number(last, column, value)
            else:
                page.write_string(last, column, value)
    page.autofilter(0, 0, last, len(HEADINGS) - 1)
