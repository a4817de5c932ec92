import csv
import io
from datetime import date, datetime
from decimal import Decimal

import openpyxl
from hypothesis import given
from hypothesis import strategies as st

from networks.domain.spreadsheet_text import safe_text, unsafe_text
from networks.exports.tables import csv_response, table_response, xlsx_bytes

ROWS = [["=1+1", 3, date(2028, 3, 31), None], ["-Ash", Decimal("2.5"), None, "x"]]
HEADINGS = ["name", "number", "date", "note"]


def test_csv_shows_formulas_as_text_and_unknown_as_empty():
    body = b"".join(csv_response("a.csv", HEADINGS, ROWS).streaming_content)
    assert body.startswith("\ufeff".encode())
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    assert rows == [HEADINGS, ["'=1+1", "3", "31/03/2028", ""], ["'-Ash", "2.5", "", "x"]]


def test_workbook_keeps_types_and_never_runs_text():
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx_bytes("Prices", HEADINGS, ROWS))).active
    assert [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)] == [
        ["=1+1", 3, datetime(2028, 3, 31), None],
        ["-Ash", 2.5, None, "x"],
    ]
    assert sheet["A2"].data_type == "s"


@given(st.text())
def test_what_is_made_safe_can_be_read_back(value):
    assert unsafe_text(safe_text(value)) == value
    assert not safe_text(value).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_a_table_comes_as_the_address_asks():
    asked = {kind: table_response(kind, "list", "List", ["A"], [["=1"]]) for kind in ("xlsx", "csv", "")}
    assert [answer["Content-Disposition"].split('"')[1] for answer in asked.values()] == [
        "list.xlsx",
        "list.csv",
        "list.csv",
    ]
    assert b"'=1" in b"".join(asked["csv"].streaming_content)
