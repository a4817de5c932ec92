import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.domain.columns import COLUMNS, TO_CORRECT, WORKED_OUT, compact
from assets.domain.headings import column_letter, find_headings, heading_row, key_of
from assets.domain.problems import FileProblem


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


def test_the_heading_row_may_stand_below_titles():
    rows = [
        ["Equipment register"],
        [],
        ["Site", "as at 2026"],
        ["Modality", "Site", "S/N"],
        ["CT", "Ash", "1"],
    ]
    headings = find_headings(rows)
    assert headings.row == 4
    assert headings.columns == {"modality": (0, "Modality"), "site": (1, "Site"), "serial_number": (2, "S/N")}


def test_a_heading_row_too_far_down_is_not_found():
    assert heading_row([["title"]] * 20 + [["Modality", "Site"]]) is None
    assert heading_row([["title"]] * 19 + [["Modality", "Site"]]) == 19
    assert heading_row([]) is None


def test_columns_that_are_not_read_are_named_with_the_reason():
    headings = find_headings(
        [["Modality", "Site", "Engineer", "Cost (£000)", "Age in years", "What is wrong", ""]]
    )
    assert [heading for heading, _ in headings.ignored] == ["Engineer", "Cost (£000)"]
    assert "in pounds without VAT" in headings.ignored[1][1]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (["Modality", "S/N"], "no column for “Site code” or “Site”"),
        (["Site", "S/N"], "no column for “Modality”"),
        (["Make", "S/N"], "no column for “Modality” and “Site code” or “Site”"),
    ],
)
def test_a_missing_needed_column_is_named(row, words):
    with pytest.raises(FileProblem, match=words):
        find_headings([["Title"], row])


def test_two_columns_for_the_same_thing_are_refused_with_their_letters():
    with pytest.raises(FileProblem, match="column C .“Serial no.”. and column D .“S/N”."):
        find_headings([["Modality", "Site", "Serial no.", "S/N"]])
    with pytest.raises(FileProblem, match="“Modality”: column A"):
        find_headings([["Modality", "Site", "Modality"]])


def test_of_two_columns_the_one_headed_as_ours_is_read():
    headings = find_headings([["Supplier", "Modality", "Site", "Manufacturer"]])
    assert headings.columns["manufacturer"] == (3, "Manufacturer")
    assert headings.ignored == (("Supplier", "“Manufacturer” is read from another column"),)


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


@given(
    st.lists(
        st.lists(st.text(max_size=20) | st.sampled_from(["Modality", "Site", "S/N", "S/N "]), max_size=6),
        max_size=25,
    )
)
def test_finding_headings_only_fails_in_words(rows):
    try:
        headings = find_headings(rows)
    except FileProblem as problem:
        assert len(str(problem)) > 40  # noqa: PT017 - any refusal will do, but it must say something
    else:
        assert headings is None or rows[headings.row - 1]


def test_a_long_text_is_no_heading_and_is_passed_over_at_once():
    began = time.process_time()
    assert key_of("Serial number (" * 20_000) is None
    assert time.process_time() - began < 0.5
