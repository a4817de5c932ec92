"""Tables as files: CSV streamed row by row, and workbooks. Used by every list's export."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import xlsxwriter
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from networks.domain.spreadsheet_text import safe_text

Cell = str | int | Decimal | date | None
"""What a cell may hold. None is written as an empty cell: unknown, never zero."""

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def in_pounds(pence: int) -> Decimal:
    """Return an amount for a cell: pounds, exact to the penny."""
    return Decimal(pence) / 100


def csv_response(
    file_name: str,
    headings: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    guard: Callable[[str], str] = safe_text,
) -> StreamingHttpResponse:
    """Return a CSV download, written row by row as `rows` is read; dates as 31/03/2028, UTF-8 with its mark for Excel.

    `guard` makes each text safe; rows that are safe already are given `str`, lest they be made safe twice.
    """
    response = StreamingHttpResponse(
        _csv_lines(headings, rows, guard), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response


def table_response(
    kind: str,
    name: str,
    sheet: str,
    headings: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    guard: Callable[[str], str] = safe_text,
) -> HttpResponseBase:
    """Return a table as the download that an address asks for: a workbook where `kind` is "xlsx", else CSV.

    `name` is the file's, without its ending. `guard` as for `csv_response`.
    """
    if kind == "xlsx":
        return xlsx_response(f"{name}.xlsx", sheet, headings, rows)
    return csv_response(f"{name}.csv", headings, rows, guard=guard)


def xlsx_response(
    file_name: str, sheet: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> HttpResponse:
    """Return a workbook download of one sheet: heading row frozen and filterable, dates as dates, text never run."""
    response = HttpResponse(xlsx_bytes(sheet, headings, rows), content_type=XLSX_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook. Its name is cut to 31 characters, Excel's limit."""

    name: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def xlsx_bytes(sheet: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return the bytes of a workbook with one sheet (its name cut to 31 characters, Excel's limit)."""
    return workbook_bytes([Sheet(sheet, headings, rows)])


def workbook_bytes(sheets: Iterable[Sheet]) -> bytes:
    """Return the bytes of a workbook, its sheets in order: heading rows frozen and filterable, text never run."""
    target = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        as_date = book.add_format({"num_format": "dd/mm/yyyy"})
        for sheet in sheets:
            _write(book.add_worksheet(sheet.name[:31]), sheet, bold, as_date)
    return target.getvalue()


def _write(page: Worksheet, sheet: Sheet, bold: Format, as_date: Format) -> None:
    page.freeze_panes(1, 0)
    for column, heading in enumerate(sheet.headings):
        page.set_column(column, column, max(12, min(40, len(heading) + 2)))
        page.write_string(0, column, heading, bold)
    last = 0
    for last, row in enumerate(sheet.rows, start=1):  # noqa: B007 - the number of the last row is wanted below
        for column, value in enumerate(row):
            if isinstance(value, date) and not isinstance(value, datetime):
                page.write_datetime(last, column, datetime(value.year, value.month, value.day), as_date)  # noqa: DTZ001
            elif isinstance(value, int | Decimal):
                page.write_number(last, column, value)
            elif value is not None:
                page.write_string(last, column, str(value))
    page.autofilter(0, 0, last, max(len(sheet.headings) - 1, 0))


def _csv_lines(
    headings: Sequence[str], rows: Iterable[Sequence[Cell]], guard: Callable[[str], str]
) -> Iterator[bytes]:
    line = io.StringIO()
    writer = csv.writer(line)

    def taken() -> bytes:
        text = line.getvalue()
        line.seek(0)
        line.truncate()
        return text.encode()

    writer.writerow([guard(heading) for heading in headings])
    yield "\ufeff".encode() + taken()
    for row in rows:
        writer.writerow([_csv_cell(value, guard) for value in row])
        yield taken()


def _csv_cell(value: Cell, guard: Callable[[str], str]) -> str | int | Decimal:
    if value is None:
        return ""
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return guard(value) if isinstance(value, str) else value
