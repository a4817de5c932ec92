"""What a tender's bundle holds, that it proves itself, and that it gives nothing away."""

import csv
import hashlib
import io
import json
import re
import zipfile
from decimal import Decimal
from functools import cache

import openpyxl
import page
import pytest
from pypdf import PdfReader

from networks.documents.pdf import why_unavailable
from procurement.documents.covering_schedule import LOT_HEADINGS
from procurement.documents.pricing_schedule import pricing_schedule
from procurement.documents.response_matrix import MEETS, MISSES, response_matrix
from procurement.documents.tender_bundle import MANIFEST, tender_bundle
from procurement.domain.specification_files import read_folder
from procurement.queries.tender_bundle import BundleContent
from tests.builders.formulas import worked_out
from tests.builders.tender_bundles import INPUTS_HASH, bundle

needs_pango = pytest.mark.skipif(why_unavailable() is not None, reason=why_unavailable() or "")
CONTENT = bundle()


@pytest.fixture
def content() -> BundleContent:
    return CONTENT


@cache
def made(content: BundleContent) -> dict[str, bytes]:
    return unzipped(tender_bundle(content, lambda *_: None))


def unzipped(data: bytes) -> dict[str, bytes]:
    archive = zipfile.ZipFile(io.BytesIO(data))
    assert archive.testzip() is None
    return {name: archive.read(name) for name in archive.namelist()}


@needs_pango
def test_the_manifest_proves_every_file_and_names_what_it_rests_on(content):
    files = dict(made(content))
    stated = json.loads(files.pop(MANIFEST))
    assert list(files) == [
        "1-covering-schedule.pdf",
        "2-lots.csv",
        "3-specification-CT-STD-v1.pdf",
        "4-pricing-schedule.xlsx",
        "5-response-matrix.xlsx",
    ]
    assert {file["name"]: (file["sha256"], file["bytes"]) for file in stated["files"]} == {
        name: (hashlib.sha256(data).hexdigest(), len(data)) for name, data in files.items()
    }
    assert stated["plans"] == [
        {
            "plan": "Plan",
            "version": 1,
            "register_as_at": "2026-11-24",
            "inputs_sha256": INPUTS_HASH,
        }
    ]
    assert stated["specification"]["cpv_code"] == "33115100"
    assert stated["tender"]["units"] == 4


@needs_pango
def test_equal_content_gives_equal_bytes_and_other_content_others():
    again = tender_bundle(bundle(), lambda *_: None)
    assert unzipped(again) == made(CONTENT)
    assert tender_bundle(bundle(), lambda *_: None) == again
    assert tender_bundle(bundle(is_draft=False), lambda *_: None) != again


@needs_pango
def test_each_pdf_is_tagged_and_machine_checked(content):
    files = made(content)
    pdfs = {name: data for name, data in files.items() if name.endswith(".pdf")}
    assert len(pdfs) == 2
    for name, data in pdfs.items():
        report = page.validate_pdf_bytes(data, profile="ua1")
        assert report.is_compliant, (name, [failure.message for failure in report.failures])
        root = PdfReader(io.BytesIO(data)).trailer["/Root"]
        assert root["/Lang"] == "en-GB"
        assert "/StructTreeRoot" in root


@needs_pango
def test_bidders_are_told_no_price_that_the_trusts_expect(content):
    """The figures that plans assume, in every way they could be written."""
    files = made(content)
    told = []
    for name, data in files.items():
        if name.endswith(".pdf"):
            told.append(" ".join(part.extract_text() for part in PdfReader(io.BytesIO(data)).pages))
        elif name.endswith(".xlsx"):
            book = openpyxl.load_workbook(io.BytesIO(data))
            told += [str(cell.value) for sheet in book for row in sheet for cell in row]
        else:
            told.append(data.decode("utf-8-sig"))
    text = " ".join(told)
    assert "33115100" in text
    for secret in (
        "570,000",
        "570000",
        "541,500",
        "541500",
        "150,000",
        "150000",
        "5%",
        "8%",
        "planning assumption",
    ):
        assert not re.search(rf"(?<![\d.]){secret}", text), secret


@needs_pango
def test_the_covering_schedule_says_who_buys_what_for_where_by_when(content):
    text = " ".join(
        part.extract_text() for part in PdfReader(io.BytesIO(made(content)["1-covering-schedule.pdf"])).pages
    )
    text = " ".join(text.split())
    for words in (
        "3 trusts of Northern buy 4 machines together",
        "Lot 2: Ash",
        "Beech site",
        "31 March 2029",
        "CT Siemens Healthineers SOMATOM go.Top",
        "Draft.",
        "1, 3, 4 and 6",
    ):
        assert words in text, words
    closed = made(bundle(is_draft=False))["1-covering-schedule.pdf"]
    assert "Draft." not in " ".join(part.extract_text() for part in PdfReader(io.BytesIO(closed)).pages)


@needs_pango
def test_the_lots_as_a_table_hold_the_same_deliveries_and_run_nothing(content):
    rows = list(csv.DictReader(io.StringIO(made(content)["2-lots.csv"].decode("utf-8-sig"))))
    assert tuple(rows[0]) == LOT_HEADINGS
    assert [row["delivery"] for row in rows] == [delivery.number for delivery in content.deliveries]
    assert rows[0]["trust"] == "'=Cedar & Sons"
    assert {row["deliver_by"] for row in rows} == {"31/03/2029"}
    assert rows[2]["room"] == "", "not known is an empty cell in a table for machines"


def test_a_filled_in_pricing_schedule_adds_up(content):
    book = openpyxl.load_workbook(io.BytesIO(pricing_schedule(content)))
    lots = book["Lots"]
    prices = [Decimal("512345.67"), Decimal("498000.01"), Decimal("500000"), Decimal("499999.99")]
    works = [Decimal("120000.33"), Decimal("0"), Decimal("99999.99"), Decimal("150000")]
    for row, (price, work) in enumerate(zip(prices, works, strict=True), start=6):
        lots[f"F{row}"], lots[f"H{row}"] = price, work
    penny = Decimal("0.01")
    vat = (
        [(p * Decimal("0.2")).quantize(penny) for p in prices],
        [(w * Decimal("0.2")).quantize(penny) for w in works],
    )
    expected = {
        "Equipment ex VAT": sum(prices),
        "Enabling works ex VAT": sum(works),
        "VAT on equipment": sum(vat[0]),
        "VAT on works": sum(vat[1]),
        "Purchase inc VAT": sum(prices) + sum(works) + sum(vat[0]) + sum(vat[1]),
    }
    summary = book["Summary"]
    found = {summary[f"A{row}"].value: worked_out(book, "Summary", f"B{row}") for row in range(4, 9)}
    assert found == expected


def test_options_and_service_stay_out_of_the_purchase(content):
    book = openpyxl.load_workbook(io.BytesIO(pricing_schedule(content)))
    book["Options"]["D4"] = 1000
    book["Service and removal"]["B4"] = 2000
    book["Quantity prices"]["B4"] = 3000
    totals = {row[0].value: row[1].coordinate for row in book["Summary"]["A4:B10"]}
    assert worked_out(book, "Summary", totals["All options ex VAT, not in the purchase"]) == 4000
    assert worked_out(book, "Summary", totals["Service over 10 years ex VAT, not in the purchase"]) == 8000
    assert worked_out(book, "Summary", totals["Purchase inc VAT"]) == 0
    assert [book["Quantity prices"][f"A{row}"].value for row in range(4, 8)] == [1, 3, 4, 6]
    desirable = [r.name for r in content.specification.requirements if not r.is_mandatory]
    assert [book["Options"][f"B{row}"].value for row in range(4, 4 + len(desirable))] == desirable


def test_only_what_bidders_give_can_be_changed(content):
    for workbook in (pricing_schedule(content), response_matrix(content)):
        book = openpyxl.load_workbook(io.BytesIO(workbook))
        unlocked = 0
        for sheet in book:
            assert sheet.protection.sheet, sheet.title
            for row in sheet:
                for cell in row:
                    if not cell.protection.locked:
                        unlocked += 1
                        assert cell.value is None, (sheet.title, cell.coordinate)
        assert unlocked > 20


def test_prices_must_be_amounts(content):
    lots = openpyxl.load_workbook(io.BytesIO(pricing_schedule(content)))["Lots"]
    rules = {
        str(rule.sqref): (rule.type, rule.operator, rule.formula1)
        for rule in lots.data_validations.dataValidation
    }
    assert rules == {
        "F6:F9": ("decimal", "greaterThanOrEqual", "0"),
        "H6:H9": ("decimal", "greaterThanOrEqual", "0"),
    }


def test_names_are_never_run_as_formulas(content):
    lots = openpyxl.load_workbook(io.BytesIO(pricing_schedule(content)))["Lots"]
    assert (lots["B6"].value, lots["B6"].data_type) == ("=Cedar & Sons", "s")


def answers(content: BundleContent, number: str, value: object) -> str:
    """Fill in one requirement's value and return what the matrix says of it."""
    book = openpyxl.load_workbook(io.BytesIO(response_matrix(content)))
    sheet = book["Requirements"]
    row = next(cell.row for cell in sheet["A"] if cell.value == number)
    sheet[f"G{row}"] = value
    return worked_out(book, "Requirements", f"H{row}")


@pytest.mark.parametrize(
    ("number", "value", "verdict"),
    [
        ("1.3", 70, MEETS),
        ("1.3", 69.9, MISSES),
        ("1.3", "seventy", MISSES),
        ("1.3", None, ""),
        ("1.4", 0.5, MEETS),
        ("1.4", 0.51, MISSES),
        ("2.5", "Yes", MEETS),
        ("2.5", "No", MISSES),
        ("1.6", "Mechanical", MEETS),
        ("1.6", "None of these", MISSES),
        ("5.1", "A room of 30 m²", "Judged by people"),
    ],
)
def test_the_response_matrix_checks_answers(content, number, value, verdict):
    assert answers(content, number, value) == verdict


def test_every_requirement_can_be_answered_with_evidence(content):
    sheet = openpyxl.load_workbook(io.BytesIO(response_matrix(content)))["Requirements"]
    requirements = content.specification.requirements
    assert [sheet[f"A{row}"].value for row in range(5, 5 + len(requirements))] == [
        r.number for r in requirements
    ]
    assert all(sheet[f"I{row}"].value for row in range(5, 5 + len(requirements)))
    assert not any(sheet[f"J{row}"].protection.locked for row in range(5, 5 + len(requirements)))
    listed = {
        str(rule.sqref): rule.formula1
        for rule in sheet.data_validations.dataValidation
        if rule.type == "list"
    }
    assert listed["G10"] == '"Mechanical,By reconstruction,None of these"'


def test_an_answer_with_a_comma_can_be_chosen_and_is_recognised():
    """A list in a cell is one text with commas, so X-ray's "Ceiling, motorised" must not become two answers."""
    content = bundle("XR-DR")
    assert answers(content, "3.1", "Ceiling; motorised") == MEETS
    sheet = openpyxl.load_workbook(io.BytesIO(response_matrix(content)))["Requirements"]
    lists = [rule.formula1 for rule in sheet.data_validations.dataValidation if rule.type == "list"]
    assert '"Ceiling; motorised,Ceiling; manual,None of these"' in lists


def test_lists_fit_what_a_spreadsheet_allows():
    for standard in read_folder():
        for requirement in standard.content.requirements:
            assert len(",".join([*requirement.choices, "None of these"])) <= 255, (
                standard.code,
                requirement.number,
            )


def test_whoever_waits_can_stop_it(content):
    class Stop(Exception):
        pass

    def stop(what: str, done: int, total: int) -> None:
        assert total == 5
        if done == 1:
            raise Stop

    if why_unavailable():
        pytest.skip(why_unavailable())
    with pytest.raises(Stop):
        tender_bundle(content, stop)
