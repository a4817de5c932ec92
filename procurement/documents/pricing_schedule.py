"""The pricing schedule: a workbook in which bidders give every price apart and the sums work themselves out.

Only tinted cells can be filled in. Equipment, options, enabling works, service and VAT never share a cell. No price that
the trusts expect is in it.
"""

import io
from datetime import datetime
from typing import Any

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from procurement.documents.bid_workbook import Styles, add_sheet, bid_workbook, money_only
from procurement.queries.tender_bundle import BundleContent

SERVICE_YEARS = 10
OWN_OPTIONS = 5
VALID_FOR_DAYS = 90
_LOTS_HEADING = 4
_VAT_CELL = "Lots!$B$3"


def pricing_schedule(content: BundleContent) -> bytes:
    """Return the workbook's bytes; equal content gives equal bytes."""
    target = io.BytesIO()
    with bid_workbook(
        target,
        title=f"Pricing schedule: {content.name}",
        subject=content.reference,
        made_on=content.opened_on,
    ) as (book, styles):
        _guide(book, styles, content)
        summary = add_sheet(
            book,
            styles,
            "Summary",
            title=f"Summary: {content.name}",
            columns=[("Sum", 60), ("Amount", 20)],
            heading_row=2,
        )
        lots_total_row = _lots(book, styles, content)
        _quantities(book, styles, content)
        options_total = _options(book, styles, content)
        service_total = _service(book, styles, content)
        _summarise(summary, styles, lots_total_row, options_total, service_total)
    return target.getvalue()


def _guide(book: Any, styles: Styles, content: BundleContent) -> None:
    sheet = add_sheet(
        book,
        styles,
        "Guide",
        title=f"Pricing schedule: {content.name}",
        columns=[("", 34), ("", 70)],
        heading_row=2,
    )
    lines = [
        ("Tender", f"{content.reference}, {content.network}"),
        ("What is bought", f"{content.specification_code} version {content.specification_version}"),
        ("Quantity", str(content.units)),
        ("How to fill in", "Fill in the tinted cells only; the others are locked and work themselves out."),
        ("Prices", "In pounds, without VAT. VAT is worked out in its own columns."),
        (
            "Lots",
            "One line for each machine: its price as the specification asks, and the enabling works of its site.",
        ),
        (
            "Quantity prices",
            "The price of one machine for each quantity, because trusts can still join and withdraw.",
        ),
        (
            "Options",
            "What the specification calls desirable, and options of your own; none is in the sum of the lots.",
        ),
        ("Service", "Each year after the warranty, removal and trade-in, apart from the purchase."),
        ("Validity", f"Prices stand for at least {VALID_FOR_DAYS} days after the date of your answer."),
    ]
    for row, (label, words) in enumerate(lines, start=2):
        sheet.write_string(row, 0, label, styles.total_label)
        sheet.write_string(row, 1, words, styles.text)
    first = len(lines) + 3
    sheet.write_string(first, 0, "Your answer", styles.title)
    for row, label in enumerate(
        ("Bidder", "Model offered", "Contact", "Date of your answer"), start=first + 1
    ):
        sheet.write_string(row, 0, label, styles.total_label)
        sheet.write_blank(row, 1, None, styles.fill_text)
    sheet.data_validation(
        first + 4,
        1,
        first + 4,
        1,
        {
            "validate": "date",
            "criteria": ">=",
            "value": datetime(2020, 1, 1),  # noqa: DTZ001 - the file format has no time zone
            "error_title": "Not a date",
            "error_message": "Enter the date of your answer, as 31/03/2028.",
        },
    )


def _lots(book: Any, styles: Styles, content: BundleContent) -> int:
    """Write a line for each machine; return the number of the row of totals, as spreadsheets count."""
    columns = [
        ("No.", 8), ("Trust", 34), ("Site", 34), ("Deliver by", 18), ("Quantity", 10), ("Unit price ex VAT", 18),
        ("Equipment ex VAT", 18), ("Enabling works ex VAT", 18), ("Total ex VAT", 18), ("VAT on equipment", 16),
        ("VAT on works", 16), ("Total inc VAT", 18),
    ]  # fmt: skip
    sheet = add_sheet(
        book,
        styles,
        "Lots",
        title="Lots: one line for each machine",
        columns=columns,
        heading_row=_LOTS_HEADING,
    )
    sheet.write_string(2, 0, "VAT rate", styles.total_label)
    sheet.write_number(2, 1, content.vat_basis_points / 10_000, styles.share)
    first = _LOTS_HEADING + 1
    for row, delivery in enumerate(content.deliveries, start=first):
        line = row + 1
        day = delivery.deliver_by
        sheet.write_string(row, 0, delivery.number, styles.text)
        sheet.write_string(row, 1, delivery.trust, styles.text)
        sheet.write_string(row, 2, delivery.site, styles.text)
        sheet.write_datetime(row, 3, datetime(day.year, day.month, day.day), styles.day)  # noqa: DTZ001
        sheet.write_number(row, 4, 1, styles.whole)
        sheet.write_blank(row, 5, None, styles.fill_money)
        sheet.write_formula(row, 6, f"=E{line}*F{line}", styles.money, 0)
        sheet.write_blank(row, 7, None, styles.fill_money)
        sheet.write_formula(row, 8, f"=G{line}+H{line}", styles.money, 0)
        sheet.write_formula(row, 9, f"=ROUND(G{line}*{_VAT_CELL},2)", styles.money, 0)
        sheet.write_formula(row, 10, f"=ROUND(H{line}*{_VAT_CELL},2)", styles.money, 0)
        sheet.write_formula(row, 11, f"=I{line}+J{line}+K{line}", styles.money, 0)
    last = first + content.units - 1
    money_only(sheet, first, 5, last, 5)
    money_only(sheet, first, 7, last, 7)
    total = last + 1
    sheet.write_string(total, 0, "All", styles.total_label)
    for column in (1, 2, 3, 5):
        sheet.write_blank(total, column, None, styles.total_label)
    sheet.write_formula(total, 4, _sum(4, first, last), styles.total_label, content.units)
    for column in (6, 7, 8, 9, 10, 11):
        sheet.write_formula(total, column, _sum(column, first, last), styles.total, 0)
    return total + 1


def _quantities(book: Any, styles: Styles, content: BundleContent) -> None:
    columns = [
        ("From this quantity", 20),
        ("Unit price ex VAT", 20),
        ("All of them ex VAT", 20),
        ("Remark", 60),
    ]
    sheet = add_sheet(
        book,
        styles,
        "Quantity prices",
        title="The price of one machine by quantity",
        columns=columns,
        heading_row=2,
    )
    for row, quantity in enumerate(content.quantities, start=3):
        sheet.write_number(row, 0, quantity, styles.whole)
        sheet.write_blank(row, 1, None, styles.fill_money)
        sheet.write_formula(row, 2, f"=A{row + 1}*B{row + 1}", styles.money, 0)
        now = "The quantity of this tender as it stands." if quantity == content.units else ""
        sheet.write_string(row, 3, now, styles.text)
    money_only(sheet, 3, 1, 2 + len(content.quantities), 1)


def _options(book: Any, styles: Styles, content: BundleContent) -> str:
    """Write the desirable requirements as options; return the address of their sum."""
    columns = [
        ("No.", 10),
        ("Option", 60),
        ("Asked for", 34),
        ("For one machine ex VAT", 22),
        ("For all ex VAT", 20),
    ]
    sheet = add_sheet(
        book, styles, "Options", title="Options, not in the sum of the lots", columns=columns, heading_row=2
    )
    desirable = [r for r in content.specification.requirements if not r.is_mandatory]
    rows = [(r.number, r.name, r.asks) for r in desirable]
    rows += [(f"Own {number}", "", "") for number in range(1, OWN_OPTIONS + 1)]
    for row, (number, name, asks) in enumerate(rows, start=3):
        sheet.write_string(row, 0, number, styles.text)
        if name:
            sheet.write_string(row, 1, name, styles.text)
            sheet.write_string(row, 2, asks, styles.text)
        else:
            sheet.write_blank(row, 1, None, styles.fill_text)
            sheet.write_blank(row, 2, None, styles.fill_text)
        sheet.write_blank(row, 3, None, styles.fill_money)
        sheet.write_formula(row, 4, f"=D{row + 1}*{content.units}", styles.money, 0)
    last = 2 + len(rows)
    money_only(sheet, 3, 3, last, 3)
    return _total(sheet, styles, last + 1, "All options for all machines", 4, 3, last)


def _service(book: Any, styles: Styles, content: BundleContent) -> str:
    """Write service year by year, removal and trade-in; return the address of the sum of service."""
    columns = [("What", 60), ("For one machine ex VAT", 22), ("For all ex VAT", 20)]
    sheet = add_sheet(
        book,
        styles,
        "Service and removal",
        title="Service, removal and trade-in",
        columns=columns,
        heading_row=2,
    )
    years = [f"Full service, year {year} from hand-over" for year in range(1, SERVICE_YEARS + 1)]
    for row, label in enumerate(years, start=3):
        _service_row(sheet, styles, row, label, content.units)
    last = 2 + SERVICE_YEARS
    total = _total(sheet, styles, last + 1, f"Service over {SERVICE_YEARS} years", 2, 3, last)
    others = (
        "Removal of the machine replaced",
        "Trade-in allowance, paid to the trust",
        "One more day of training",
    )
    for row, label in enumerate(others, start=last + 3):
        _service_row(sheet, styles, row, label, content.units)
    money_only(sheet, 3, 1, last + 2 + len(others), 1)
    return total


def _service_row(sheet: Any, styles: Styles, row: int, label: str, units: int) -> None:
    sheet.write_string(row, 0, label, styles.text)
    sheet.write_blank(row, 1, None, styles.fill_money)
    sheet.write_formula(row, 2, f"=B{row + 1}*{units}", styles.money, 0)


def _summarise(sheet: Any, styles: Styles, lots_row: int, options_total: str, service_total: str) -> None:
    rows = [
        ("Equipment ex VAT", f"=Lots!G{lots_row}"),
        ("Enabling works ex VAT", f"=Lots!H{lots_row}"),
        ("VAT on equipment", f"=Lots!J{lots_row}"),
        ("VAT on works", f"=Lots!K{lots_row}"),
        ("Purchase inc VAT", f"=Lots!L{lots_row}"),
        ("All options ex VAT, not in the purchase", f"=Options!{options_total}"),
        (
            f"Service over {SERVICE_YEARS} years ex VAT, not in the purchase",
            f"='Service and removal'!{service_total}",
        ),
    ]
    for row, (label, formula) in enumerate(rows, start=3):
        is_total = label == "Purchase inc VAT"
        sheet.write_string(row, 0, label, styles.total_label if is_total else styles.text)
        sheet.write_formula(row, 1, formula, styles.total if is_total else styles.money, 0)


def _total(sheet: Any, styles: Styles, row: int, label: str, column: int, first: int, last: int) -> str:
    """Write a row of totals and return the address of its sum, as "E12"."""
    sheet.write_string(row, 0, label, styles.total_label)
    for between in range(1, column):
        sheet.write_blank(row, between, None, styles.total_label)
    sheet.write_formula(row, column, _sum(column, first, last), styles.total, 0)
    return str(xl_rowcol_to_cell(row, column))


def _sum(column: int, first: int, last: int) -> str:
    letter = xl_col_to_name(column)
    return f"=SUM({letter}{first + 1}:{letter}{last + 1})"
