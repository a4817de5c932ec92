import time

import pytest

from assets.domain.columns import COLUMNS, TO_CORRECT, WORKED_OUT, compact
from assets.domain.headings import column_letter, key_of


@pytest.mark.parametrize(
    ("heading", "key"),
    [
        ("Installed", "installed_on"),
        ("Install date", "installed_on"),
        ("Date of installation", "installed_on"),
        ("Year installed", "installed_on"),
        ("INSTALLED (dd/mm/yyyy)", "installed_on"),
        ("Serial no.", "serial_number"),
        ("S/N", "serial_number"),
        ("SERIAL_NUMBER", "serial_number"),
        ("Serial\nNumber *", "serial_number"),
        ("Site code", "site_code"),
        ("ODS site", "site_code"),
        ("Hospital", "site"),
        ("Make", "manufacturer"),
        ("Vendor", "manufacturer"),
        ("OEM", "manufacturer"),
        ("Equipment type", "modality"),
        ("Modality (CT/MRI/XR/MG)", "modality"),
        ("Exams p.a.", "examinations_per_year"),
        ("Cost (£, ex VAT)", "price_paid_pence"),
        ("Price paid (£ ex VAT)", "price_paid_pence"),
    ],
)
def test_headings_as_people_write_them(heading, key):
    assert key_of(heading) == key


@pytest.mark.parametrize(
    "heading", ["Cost (£000)", "Cost (£k)", "Price (inc VAT)", "Cost incl VAT", "Age", "Engineer", ""]
)
def test_a_price_in_another_measure_is_not_taken_for_one_in_pounds(heading):
    assert key_of(heading) is None


def test_no_two_columns_share_a_heading():
    names = [
        compact(name)
        for column in (*COLUMNS, *WORKED_OUT, *TO_CORRECT)
        for name in {compact(each) for each in (column.heading, *column.synonyms)}
    ]
    assert len(names) == len(set(names))
    assert all(names)


def test_columns_have_their_letters():
    assert [column_letter(place) for place in (0, 25, 26, 51, 52, 701, 702)] == [
        "A",
        "Z",
        "AA",
        "AZ",
        "BA",
        "ZZ",
        "AAA",
    ]


def test_a_long_text_is_no_heading_and_is_passed_over_at_once():
    began = time.process_time()
    assert key_of("Serial number (" * 20_000) is None
    assert time.process_time() - began < 0.5
