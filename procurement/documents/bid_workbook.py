"""What the workbooks that bidders fill in have in common: their look, locked cells, and bytes that do not change."""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import xlsxwriter

MONEY = "£#,##0.00"


@dataclass(frozen=True, slots=True)
class Styles:
    """The formats of a workbook. Cells to fill in are unlocked and tinted; all others are locked."""

    title: Any
    heading: Any
    text: Any
    whole: Any
    day: Any
    money: Any
    total_label: Any
    total: Any
    share: Any
    fill_text: Any
    fill_money: Any
    fill_number: Any


@contextmanager
def bid_workbook(
    target: io.BytesIO, *, title: str, subject: str, made_on: date
) -> Iterator[tuple[Any, Styles]]:
    """Open a workbook and its styles; closing it writes the file into `target`.

    `made_on` stands in the file as its date, so that equal content gives equal bytes whenever it is written.
    """
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        stamp = datetime(made_on.year, made_on.month, made_on.day)  # noqa: DTZ001 - the file format has no time zone
        book.set_properties(
            {"title": title, "subject": subject, "author": "Imaging Capital Planner", "created": stamp}
        )
        yield book, _styles(book)


def _styles(book: Any) -> Styles:
    wrapped = {"text_wrap": True, "valign": "top"}
    fill = {"locked": False, "bg_color": "#FFF9C4", "border": 1, "border_color": "#4C6272", **wrapped}
    total = {"bold": True, "top": 1, "valign": "top"}
    return Styles(
        title=book.add_format({"bold": True, "font_size": 16, "font_color": "#003087"}),
        heading=book.add_format({"bold": True, "bottom": 1, "bg_color": "#D8DDE0", **wrapped}),
        text=book.add_format(wrapped),
        whole=book.add_format({"num_format": "0", **wrapped}),
        day=book.add_format({"num_format": "d mmmm yyyy", "align": "left", **wrapped}),
        money=book.add_format({"num_format": MONEY, "valign": "top"}),
        total_label=book.add_format(total),
        total=book.add_format({"num_format": MONEY, **total}),
        share=book.add_format({"num_format": "0.##%", "valign": "top"}),
        fill_text=book.add_format(fill),
        fill_money=book.add_format({"num_format": MONEY, **fill}),
        fill_number=book.add_format({"num_format": "0.###", **fill}),
    )


def add_sheet(
    book: Any,
    styles: Styles,
    name: str,
    *,
    title: str,
    columns: Sequence[tuple[str, float]],
    heading_row: int,
) -> Any:
    """Add a protected sheet with a title in its first row and column headings in `heading_row` (counted from 0).

    `columns` are (heading, width in characters). Printing: landscape, one page wide, headings on every page.
    """
    sheet = book.add_worksheet(name)
    sheet.write_string(0, 0, title, styles.title)
    for column, (heading, width) in enumerate(columns):
        sheet.set_column(column, column, width)
        if heading:
            sheet.write_string(heading_row, column, heading, styles.heading)
    if any(heading for heading, _ in columns):
        sheet.freeze_panes(heading_row + 1, 0)
        sheet.repeat_rows(heading_row)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&A&RPage &P of &N")
    # No password: the lock keeps formulas from being overwritten by accident, it is no secret.
    sheet.protect("", {"format_columns": True, "format_rows": True})
    return sheet


def money_only(sheet: Any, first_row: int, first_column: int, last_row: int, last_column: int) -> None:
    """Let cells take an amount of zero or more, and say so to whoever types anything else."""
    sheet.data_validation(
        first_row,
        first_column,
        last_row,
        last_column,
        {
            "validate": "decimal",
            "criteria": ">=",
            "value": 0,
            "input_title": "Price ex VAT",
            "input_message": "An amount in pounds without VAT. Leave it empty where you offer none.",
            "error_title": "Not an amount",
            "error_message": "Enter an amount in pounds of 0 or more, as 125000.50, without VAT.",
        },
    )
