"""Every kind of file people send by mistake, and some they send on purpose, by their real bytes."""

import io
import struct
import time
import zipfile
import zlib
from datetime import date, datetime

import openpyxl
import pytest
import xlsxwriter
from django.core.files.base import ContentFile
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from assets.domain.problems import FileProblem
from assets.imports import archive, sheets, worksheet
from assets.imports.register_file import read_register_file
from tests.builders.workbooks import HEADING_ROW, ROWS, corrected_register, workbook

CSV = "Modality,Site,Serial number,Installed,Notes\nCT,Ash,S1,June 2012,fine\nMRI,Ash,S2,2010,£5 fee\n"
MAX = 50 * 1024 * 1024


def read(content: bytes, name: str = "register.xlsx"):
    return read_register_file(ContentFile(content, name=name), max_bytes=MAX)


def refusal(content: bytes, name: str = "register.xlsx") -> str:
    with pytest.raises(FileProblem) as refused:
        read(content, name)
    return str(refused.value)


def cells(file) -> list[dict[str, str]]:
    return [dict(row.cells) for row in file.rows]


def zipped(**parts: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts.items():
            made.writestr(name.replace("__", "/"), data)
    return content.getvalue()


def repacked(content: bytes, **changes) -> bytes:
    """Return a workbook with parts rewritten: the part's name to a function of its bytes."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            data = old.read(name)
            short = name.rpartition("/")[2].partition(".")[0]
            new.writestr(name, changes[short](data) if short in changes else data)
    return target.getvalue()


SMALL = workbook([["Modality", "Site", "Serial number"], ["CT", "Ash", "S1"]])


# Files that are something else


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b" \r\n\t\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"\x00" * 512, "empty"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "PDF document"),
        (b"<!DOCTYPE html>\n<html><body>Sign in</body></html>", "web page"),
        (b"\xef\xbb\xbf\n <html xmlns:x='excel'><table><tr><td>Modality", "web page"),
        (b"<?xml version='1.0'?>\n<?mso-application progid='Excel.Sheet'?><Workbook>", "XML"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "picture"),
        (b"\x1f\x8b\x08\x00\x00\x00", "gzip"),
        (b"{\\rtf1\\ansi Modality, Site}", "RTF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "Workbook".encode("utf-16-le"), "old format"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
            "password",
        ),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old Office document"),
        (
            zipped(**{"content.xml": b"<x/>", "mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}),
            "OpenDocument",
        ),
        (zipped(word__document=b"<w/>"), "Word document"),
        (zipped(ppt__presentation=b"<p/>"), "PowerPoint"),
        (zipped(**{"xl__workbook.bin": b"x"}), "binary Excel"),
        (zipped(**{"readme.txt": b"hello"}), "ZIP archive without a workbook"),
        (b"PK\x03\x04" + bytes(200), "damaged"),
        (b"Modality,Site\nCT,Ash\x00\x01\x02\nMRI,Ash", "no text"),
        (b'{"modality": "CT", "site": "Ash"}', "No row among the first 20"),
    ],
)
@pytest.mark.parametrize("name", ["register.xlsx", "register.csv", "register.zip"])
def test_what_is_no_register_is_named_for_what_it_is_whatever_its_name(content, words, name):
    said = refusal(content, name)
    assert words in said
    assert said.endswith(".")


def test_a_file_too_large_is_refused_before_it_is_read():
    class Large:
        name, size = "huge.xlsx", 60 * 1024 * 1024

        def read(self) -> bytes:
            raise AssertionError("It was read.")

    with pytest.raises(FileProblem, match="60 MB; the largest taken is 50 MB"):
        read_register_file(Large(), max_bytes=MAX)


# Text files


@pytest.mark.parametrize(
    ("content", "read_as"),
    [
        (CSV.encode(), "UTF-8 text, cells parted by commas"),
        (CSV.encode("utf-8-sig"), "UTF-8 text, cells parted by commas"),
        (CSV.encode("cp1252"), "Windows-1252 text, cells parted by commas"),
        (CSV.encode("utf-16"), "UTF-16 text, cells parted by commas"),
        (CSV.encode("utf-16-le"), "UTF-16 text, cells parted by commas"),
        (CSV.encode("utf-16-be"), "UTF-16 text, cells parted by commas"),
        (CSV.replace(",", ";").encode(), "UTF-8 text, cells parted by semicolons"),
        (CSV.replace(",", "\t").encode("utf-16"), "UTF-16 text, cells parted by tabs"),
        (CSV.replace(",", "|").encode("cp1252"), "Windows-1252 text, cells parted by upright bars"),
        (CSV.replace("\n", "\r").encode(), "UTF-8 text, cells parted by commas"),
        (CSV.replace("\n", "\r\n").encode(), "UTF-8 text, cells parted by commas"),
    ],
)
def test_text_is_read_in_every_usual_encoding_and_with_every_usual_delimiter(content, read_as):
    file = read(content, "register.csv")
    assert file.read_as.startswith(read_as)
    assert cells(file)[1] == {
        "modality": "MRI",
        "site": "Ash",
        "serial_number": "S2",
        "installed_on": "2010",
        "notes": "£5 fee",
    }


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8"])
def test_text_parted_by_a_strange_sign_is_refused_by_its_name(encoding):
    said = refusal(CSV.replace(",", "¬").encode(encoding), "register.csv")
    assert "“¬”" in said
    assert "0xAC" in said
    assert "save it as" in said


def test_text_without_headings_says_how_it_begins():
    assert "begins with “CT,Ash,S1”" in refusal(b"CT,Ash,S1\nMRI,Ash,S2\n")
    assert "begins with" in refusal(("word " * 100).encode())


def test_letters_in_no_known_encoding_are_refused():
    assert "neither UTF-8 nor Windows" in refusal(b"Modality,Site\nCT,\x81\x8d\x8f\n")


def test_a_quotation_that_is_never_closed_is_refused():
    said = refusal(b'Modality,Site\nCT,"Ash\n' + b"MRI,Ash\n" * 20_000)
    assert "quotation mark" in said


def test_more_rows_than_any_register_has_are_refused(monkeypatch):
    monkeypatch.setattr("assets.imports.csv_text.MAX_ROWS", 10)
    assert "more than 10 rows" in refusal(b"Modality,Site\n" + b"CT,Ash\n" * 10)


def test_lines_within_a_cell_and_a_line_for_excel_do_not_shift_the_rows():
    content = b'sep=;\nModality;Site;Notes\nCT;Ash;"two\nlines"\n\nMRI;Ash;\n'
    file = read(content, "register.csv")
    assert [row.number for row in file.rows] == [3, 5]
    assert file.rows[0].cells["notes"] == "two\nlines"


@pytest.mark.parametrize(
    "content", [b"Modality,Site\n", b"Modality,Site\n,,\n  , \n", workbook([["Modality", "Site"], []])]
)
def test_headings_alone_are_no_register(content):
    assert "no machines below the headings in row 1" in refusal(content)


# Workbooks


def test_a_messy_workbook_is_read_from_its_headings_on():
    file = read(corrected_register([("RAA01", "Ash")]))
    assert file.read_as == f"sheet “Kit list”, headings in row {HEADING_ROW}"
    assert len(file.rows) == ROWS
    assert file.rows[0].number == HEADING_ROW + 1
    assert file.ignored == (("Responsible engineer", "the register has no such column"),)


def test_numbers_dates_and_texts_come_as_people_type_them():
    content = workbook(
        [
            [
                "Modality",
                "Site",
                "Serial number",
                "Year made",
                "Installed",
                "Cost",
                "Exams",
                "Room",
                "Asset no",
            ],
            ["CT", "Ash", 12345, 2010.0, date(2012, 6, 1), 490000.5, 1e6, True, 0.1 + 0.2],
        ]
    )
    assert cells(read(content)) == [
        {
            "modality": "CT",
            "site": "Ash",
            "serial_number": "12345",
            "year_of_manufacture": "2010",
            "installed_on": "1 June 2012",
            "price_paid_pence": "490000.5",
            "examinations_per_year": "1000000",
            "location": "TRUE",
            "asset_tag": "0.3",
        }
    ]


def test_a_date_shown_without_its_day_keeps_that_precision():
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["Modality", "Site", "Installed"])
        shown = ["mmm-yy", "mmmm yyyy", "yyyy", "dd/mm/yyyy", "d mmm yy", '[$-809]mmm "of" yyyy']
        for row, form in enumerate(shown, 1):
            page.write_row(row, 0, ["CT", "Ash"])
            page.write_datetime(row, 2, datetime(2012, 1, 1), book.add_format({"num_format": form}))  # noqa: DTZ001
        page.write_row(7, 0, ["CT", "Ash"])
        page.write_datetime(7, 2, datetime(2012, 6, 15), book.add_format({"num_format": "mmm-yy"}))  # noqa: DTZ001
    installed = [row["installed_on"] for row in cells(read(content.getvalue()))]
    assert installed == [
        "January 2012",
        "January 2012",
        "2012",
        "1 January 2012",
        "1 January 2012",
        "January 2012",
        "15 June 2012",
    ]


def test_workbooks_that_count_days_from_1904_are_read_right():
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active.append(["Modality", "Site", "Installed"])
    book.active.append(["CT", "Ash", date(2012, 6, 1)])
    content = io.BytesIO()
    book.save(content)
    assert cells(read(content.getvalue()))[0]["installed_on"] == "1 June 2012"


@pytest.mark.parametrize("writer", ["openpyxl", "xlsxwriter"])
def test_a_formula_that_nothing_has_worked_out_is_a_problem_of_its_cell(writer):
    content = io.BytesIO()
    if writer == "openpyxl":
        book = openpyxl.Workbook()
        for line in (["Modality", "Site", "Year made"], ["CT", "Ash", "=2000+10"], ["CT", "Ash", None]):
            book.active.append(line)
        book.save(content)
    else:
        content.write(workbook([["Modality", "Site", "Year made"], ["CT", "Ash", "=2000+10"], ["CT", "Ash"]]))
    first, second = read(content.getvalue()).rows
    (problem,) = first.problems
    assert (problem.row, problem.column, problem.value, problem.kind) == (
        2,
        "Year made",
        "=2000+10",
        "formula",
    )
    assert second.problems == ()


def test_a_formula_with_its_result_counts_as_its_result():
    """As Excel saves it: the result beside the formula, and no wish to have everything worked out anew."""

    def with_result(sheet: bytes) -> bytes:
        return sheet.replace(b"</f><v>0</v>", b"</f><v>2010</v>")

    def settled(book: bytes) -> bytes:
        return book.replace(b' fullCalcOnLoad="1"', b"")

    content = workbook([["Modality", "Site", "Year made"], ["CT", "Ash", "=2000+10"]])
    (row,) = read(repacked(content, sheet1=with_result, workbook=settled)).rows
    assert row.cells["year_of_manufacture"] == "2010"
    assert row.problems == ()


def test_a_formula_whose_result_is_an_empty_text_is_an_empty_cell():
    def empty_text(sheet: bytes) -> bytes:
        return sheet.replace(b'<c r="C2"><f>', b'<c r="C2" t="str"><f>').replace(
            b"</f><v>0</v>", b"</f><v></v>"
        )

    def settled(book: bytes) -> bytes:
        return book.replace(b' fullCalcOnLoad="1"', b"")

    content = workbook([["Modality", "Site", "Year made"], ["CT", "Ash", '=IF(1,"","")']])
    (row,) = read(repacked(content, sheet1=empty_text, workbook=settled)).rows
    assert row.problems == ()
    assert "year_of_manufacture" not in row.cells


def test_a_cell_that_shows_an_error_is_a_problem():
    def error(sheet: bytes) -> bytes:
        return sheet.replace(b'<c r="C2"><v>5</v>', b'<c r="C2" t="e"><v>#REF!</v>')

    content = workbook([["Modality", "Site", "Year made"], ["CT", "Ash", 5]])
    (problem,) = read(repacked(content, sheet1=error)).rows[0].problems
    assert (problem.column, problem.kind) == ("Year made", "error_cell")


def test_a_long_number_that_the_spreadsheet_has_rounded_is_a_problem():
    (row,) = read(workbook([["Modality", "Site", "S/N"], ["CT", "Ash", 12345678901234567890]])).rows
    assert [problem.kind for problem in row.problems] == ["error_cell"]


def test_the_one_sheet_with_headings_is_read():
    rows = [["Modality", "Site"], ["CT", "Ash"]]
    file = read(workbook([["Read me first"]], Fleet=rows, Lists=[["Modality"], ["CT"]]))
    assert file.read_as.startswith("sheet “Fleet”")


def test_a_sheet_with_headings_but_no_machines_does_not_stand_in_the_way():
    file = read(workbook([["Modality", "Site"], ["CT", "Ash"]], Empty=[["Modality", "Site"]]))
    assert len(file.rows) == 1


def test_a_hidden_sheet_is_not_read():
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        for name in ("Seen", "Hidden"):
            page = book.add_worksheet(name)
            page.write_row(0, 0, ["Modality", "Site"])
            page.write_row(1, 0, ["CT", name])
        page.hide()
    assert cells(read(content.getvalue())) == [{"modality": "CT", "site": "Seen"}]


def test_a_workbook_of_empty_sheets_is_empty():
    assert "Every sheet of this workbook is empty" in refusal(workbook([]))


def test_a_missing_column_is_named_with_its_sheet():
    said = refusal(workbook([["Make", "Site"], ["GE", "Ash"]], More=[["x"]]))
    assert "Sheet “Sheet1”" in said
    assert "“Modality”" in said


def test_empty_formatted_cells_to_the_end_of_the_sheet_do_no_harm():
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        page = book.add_worksheet()
        grey = book.add_format({"bg_color": "gray"})
        page.write_row(0, 0, ["Modality", "Site"])
        page.write_row(1, 0, ["CT", "Ash"])
        page.write_blank(1_048_575, 16_383, None, grey)
    assert len(read(content.getvalue()).rows) == 1


# Workbooks meant to hurt


def test_one_cell_in_the_last_corner_does_not_fill_the_memory():
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["Modality", "Site"])
        page.write(1_048_575, 16_383, "far")
    assert "reaches to row 1,048,576 and column 16,384" in refusal(content.getvalue())


def test_a_workbook_that_unpacks_to_too_much_is_refused_unread(monkeypatch):
    monkeypatch.setattr(archive, "MAX_UNPACKED_BYTES", 100_000)
    bomb = repacked(SMALL, sheet1=lambda data: data + b" " * 1_000_000)
    assert len(bomb) < 20_000
    assert "unpacks to more than" in refusal(bomb)


def test_a_workbook_that_lies_about_its_size_is_refused():
    """The directory says ten bytes, the part unpacks to a hundred thousand."""
    data = b"<worksheet>" + b" " * 100_000 + b"</worksheet>"
    squeezed = zlib.compressobj(wbits=-15)
    packed = squeezed.compress(data) + squeezed.flush()
    honest = repacked(SMALL, sheet1=lambda _: data)
    true_size, lie = struct.pack("<II", len(packed), len(data)), struct.pack("<II", len(packed), 10)
    lying = honest.replace(true_size, lie)
    assert lying != honest
    assert "damaged" in refusal(lying)


def test_the_sign_nought_is_left_out_of_texts():
    content = workbook([["Modality", "Site", "Room"], ["CT", "Ash", "zzz"]])
    content = repacked(content, sharedStrings=lambda data: data.replace(b"zzz", b"CT_x0000_ 2"))
    assert cells(read(content)) == [{"modality": "CT", "site": "Ash", "location": "CT 2"}]


def test_definitions_of_entities_are_refused():
    laughs = b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY l2 "&lol;&lol;">]>'

    def with_entities(data: bytes) -> bytes:
        return laughs + data.partition(b"?>")[2]

    for part in ("sheet1", "sharedStrings", "workbook", "styles"):
        assert "words of its own" in refusal(repacked(SMALL, **{part: with_entities}))


def test_a_long_text_shown_by_very_many_cells_is_refused(monkeypatch):
    monkeypatch.setattr(worksheet, "MAX_TEXT", 10_000)
    rows = [["Modality", "Site"], *([["CT", "x" * 1_000]] * 20)]
    assert "far more text" in refusal(workbook(rows))


def test_a_small_file_of_very_many_empty_cells_is_refused(monkeypatch):
    monkeypatch.setattr(archive, "MAX_TAGS", 20_000)
    assert len(read(SMALL).rows) == 1
    bomb = repacked(
        SMALL, sheet1=lambda data: data.replace(b"</sheetData>", b"<c/>" * 50_000 + b"</sheetData>")
    )
    assert len(bomb) < 10_000
    assert "far more cells than a register" in refusal(bomb)


def test_a_formula_of_nothing_but_empty_lines_takes_no_time():
    lines = b"<c><f>" + b"\n" * 5_000_000 + b"</f></c></sheetData>"
    bomb = repacked(SMALL, sheet1=lambda data: data.replace(b"</sheetData>", lines))
    began = time.process_time()
    read(bomb)
    assert time.process_time() - began < 1


def test_two_parts_of_one_name_are_refused():
    content = io.BytesIO(SMALL)
    with zipfile.ZipFile(content, "a") as more, pytest.warns(UserWarning, match="Duplicate name"):
        more.writestr("xl/worksheets/sheet1.xml", b"<worksheet/>")
    assert "damaged" in refusal(content.getvalue())


def test_too_many_parts_or_sheets_are_refused(monkeypatch):
    monkeypatch.setattr(archive, "MAX_PARTS", 3)
    assert "unpacks to more than" in refusal(SMALL)
    monkeypatch.undo()
    monkeypatch.setattr("assets.imports.workbook.MAX_SHEETS", 1)
    assert "more than 1 sheets" in refusal(workbook([["x"]], More=[["y"]]))


def test_a_workbook_with_a_wrong_checksum_is_damaged():
    with zipfile.ZipFile(io.BytesIO(SMALL)) as whole:
        offset = whole.getinfo("xl/worksheets/sheet1.xml").header_offset
    spoilt = bytearray(SMALL)
    spoilt[offset + 80] ^= 0xFF
    assert "damaged" in refusal(bytes(spoilt))


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_a_workbook_cut_off_is_damaged(share):
    assert "damaged" in refusal(SMALL[: int(len(SMALL) * share)])


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_spoilt_workbook_is_read_or_refused_in_words(data):
    spoilt = bytearray(SMALL)
    for place in data.draw(st.lists(st.integers(0, len(SMALL) - 1), min_size=1, max_size=4)):
        spoilt[place] ^= data.draw(st.integers(1, 255))
    try:
        read(bytes(spoilt))
    except FileProblem as problem:
        assert len(str(problem)) > 40  # noqa: PT017 - any refusal will do, but it must say something


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode()))
def test_any_bytes_are_read_or_refused_in_words(content):
    try:
        read(b"Modality,Site\nCT," + content)
        read(content)
    except FileProblem as problem:
        assert len(str(problem)) > 40  # noqa: PT017 - any refusal will do, but it must say something


def test_a_files_name_is_shown_without_folders_and_invisible_signs():
    file = read_register_file(ContentFile(CSV.encode(), name="C:\\up\\fl\x07eet.csv"), max_bytes=MAX)
    assert file.name == "fleet.csv"


def test_the_limits_leave_room_for_the_largest_register():
    assert sheets.MAX_CELLS >= 20_000 * 40
