"""Registers as trusts really send them: titles above the headings, words of their own, every form of date and price.

`messy_register` has twelve faults planted in its sixty rows; `corrected_register` is the same file put right.
"""

import io
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import xlsxwriter

HEADINGS = (
    "Equipment type",
    "Hospital",
    "Location",
    "Asset no.",
    "Make",
    "Model",
    "S/N",
    "Year made",
    "Date of installation",
    "EOS date",
    "Condition",
    "Exams p.a.",
    "Cost (£, ex VAT)",
    "Responsible engineer",
    "Status",
    "Comments",
)
HEADING_ROW = 4
"""Below a title, the date of the list and an empty row."""

FIRST_ROW = HEADING_ROW + 1
ROWS = 60

_KINDS = (
    (
        ("CT", "CT scanner", "64-slice CT"),
        (("Siemens", "SOMATOM Definition AS"), ("TOSHIBA", "Aquilion ONE")),
    ),
    (("MRI", "MR", "MRI 1.5T"), (("GE MEDICAL SYSTEMS", "Optima MR450w"), ("Philips", "Achieva"))),
    (("X-ray", "DR", "Digital radiography"), (("Carestream", "DRX-Revolution"), ("Siemens", "Ysio"))),
    (
        ("Mammography", "Mammo", "MG"),
        (("HOLOGIC, Inc.", "Selenia Dimensions"), ("GE HEALTHCARE", "Senographe")),
    ),
)
_DATES: tuple[Callable[[date], Any], ...] = (
    lambda day: f"{day:%B} {day.year}",
    lambda day: str(day.year),
    lambda day: f"{day.year}-",
    lambda day: f"{day:%d/%m/%Y}",
    lambda day: f"{day.day} {day:%B} {day.year}",
    lambda day: f"{day:%d.%m.%y}",
    lambda day: day.isoformat(),
    lambda day: (day - date(1899, 12, 30)).days,
    lambda day: day,
    lambda day: day.year,
)
_PRICES: tuple[Callable[[int], Any], ...] = (
    lambda pounds: f"£{pounds:,}",
    lambda pounds: f"{pounds // 1000}k",
    lambda pounds: f"£{pounds / 1_000_000:.2f}m",
    lambda pounds: pounds,
    lambda pounds: "Commercial in confidence",
    lambda pounds: "n/k",
    lambda pounds: "",
)
_FAULTS: Mapping[int, tuple[str, Any, str]] = {
    6: ("Hospital", "St Elsewhere General", "site_unknown"),
    11: ("Date of installation", "June 2031", "date_future"),
    15: ("S/N", "DUP-7781", "same_in_file"),
    19: ("Equipment type", "", "missing"),
    23: ("Equipment type", "Ultrasound", "modality_unknown"),
    27: ("Date of installation", "Spring 2012", "date_unreadable"),
    32: ("Date of installation", "2010/11", "date_two_meanings"),
    38: ("Cost (£, ex VAT)", "£588,000 inc VAT", "price_vat"),
    43: ("Cost (£, ex VAT)", "=490000*1.02", "formula"),
    48: ("Year made", 2024, "dates_disagree"),
    53: ("S/N", "dup-7781", "same_in_file"),
    57: ("Exams p.a.", "lots", "number_unreadable"),
}
PLANTED = tuple((row, heading, kind) for row, (heading, _, kind) in _FAULTS.items())
"""Row in the spreadsheet, heading of the column, kind of problem: what a check of `messy_register` must name."""


def messy_register(sites: Sequence[tuple[str, str]]) -> bytes:
    """Return a workbook of sixty machines at the given sites (code and name each) with twelve faults in it."""
    rows = _rows(sites)
    for number, (heading, value, _) in _FAULTS.items():
        rows[number - FIRST_ROW][HEADINGS.index(heading)] = value
    return _workbook(rows)


def corrected_register(sites: Sequence[tuple[str, str]]) -> bytes:
    """Return the same workbook with the faults put right."""
    return _workbook(_rows(sites))


def workbook(
    rows: Sequence[Sequence[Any]], *, sheet: str = "Sheet1", **more: Sequence[Sequence[Any]]
) -> bytes:
    """Return a workbook with the given cells: texts, numbers, dates; a text that begins with "=" is a formula."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_numbers": False})
    days = book.add_format({"num_format": "dd/mm/yyyy"})
    for name, cells in {sheet: rows, **more}.items():
        page = book.add_worksheet(name)
        for row, values in enumerate(cells):
            for column, value in enumerate(values):
                if isinstance(value, date):
                    page.write_datetime(row, column, value, days)
                elif value not in ("", None):
                    page.write(row, column, value)
    book.close()
    return content.getvalue()


def _rows(sites: Sequence[tuple[str, str]]) -> list[list[Any]]:
    return [_row(index, sites) for index in range(ROWS)]


def _row(index: int, sites: Sequence[tuple[str, str]]) -> list[Any]:
    words, makes = _KINDS[index % len(_KINDS)]
    maker, model = makes[index % 3 % len(makes)]
    installed = date(2004 + index % 19, 1 + index % 12, 1 + index % 27)
    code, name = sites[index % len(sites)]
    return [
        words[index % len(words)],
        (code, name, name.upper())[index % 3],
        f"Room {index + 1}",
        f"KIT-{index + 1:04d}",
        maker,
        model,
        "unknown" if index % 17 == 16 else f"SN{index * 7919 + 10_000}",
        "" if index % 4 else installed.year - 1,
        "not known" if index % 13 == 12 else _DATES[index % len(_DATES)](installed),
        "" if index % 3 else f"31 March {installed.year + 12}",
        ("Good", "fair", "Poor", "")[index % 4],
        "" if index % 5 == 4 else f"{4_000 + index * 97:,}",
        _PRICES[index % len(_PRICES)](180_000 + index * 10_000),
        "A. Engineer",
        ("In use", "in service", "")[index % 3],
        "Detector replaced; see file" if index % 11 == 3 else "",
    ]


def _workbook(rows: Sequence[Sequence[Any]]) -> bytes:
    title = [
        ["Imaging equipment register"],
        ["", "as at 3 November 2026, please return to Medical Physics"],
        [],
    ]
    nothing_more = [["", "", "  "], [], [" "]]
    return workbook(
        [*title, HEADINGS, *rows, *nothing_more], sheet="Kit list", Notes=[["Colours: red is overdue"]]
    )
