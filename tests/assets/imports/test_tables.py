"""Where the machines stand in a sheet, and what its headings are read as."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.domain.mapping import How, require_clear, settle, word_of
from assets.domain.problems import FileProblem
from assets.domain.tables import find_table

CT = ["CT", "Ash", "S1"]


def settled(rows, chosen=None, remembered=None, merged=()):
    return settle(find_table(rows, merged), rows, chosen=chosen or {}, remembered=remembered or {})


def columns(rows, **more):
    return {key: position for key, (position, _) in settled(rows, **more).columns.items()}


def refused(*rows):
    table = find_table(rows)
    with pytest.raises(FileProblem) as problem:
        require_clear(settle(table, rows, chosen={}, remembered={}), table.row)
    return str(problem.value)


def passed_over(*rows):
    return [(each.row, each.reason) for each in find_table(rows).passed_over]


# The heading row


def test_the_heading_row_may_stand_below_titles():
    rows = [["Equipment register"], [], ["Site", "as at 2026"], ["Modality", "Site", "S/N"], CT]
    table = find_table(rows)
    assert (table.row, table.is_joined, list(table.body)) == (4, False, [4])
    assert columns(rows) == {"modality": 0, "site": 1, "serial_number": 2}


def test_a_heading_row_too_far_down_is_not_found():
    assert find_table([["title"]] * 20 + [["Modality", "Site"]]) is None
    assert find_table([["title"]] * 19 + [["Modality", "Site"]]).row == 20
    assert find_table([]) is None


def test_headings_over_headings_are_read_together():
    rows = [
        ["Modality", "Site", "Installation", "", "Service contract", ""],
        ["", "", "Date", "Notes", "Provider", "End"],
        ["CT", "Ash", "June 2012", "x", "Maker", "2030"],
    ]
    table = find_table(rows)
    assert (table.row, table.is_joined) == (2, True)
    assert columns(rows)["installed_on"] == 2
    assert [heading.label for heading in table.headings][2:4] == [
        "Installation / Date",
        "Installation / Notes",
    ]


def test_where_the_workbook_says_what_is_merged_a_heading_reaches_no_further():
    rows = [
        ["Machine", "", "Installation", ""],
        ["Modality", "Make", "Date", "Site"],
        ["CT", "GE", "2012", "Ash"],
    ]
    assert "site" not in columns(rows), "the file does not say that Installation ends before it: it is asked"
    found = columns(rows, merged=[(0, 0, 1)])
    assert (found["installed_on"], found["site"]) == (2, 3)


def test_a_heading_over_others_that_says_nothing_leaves_them_as_they_are():
    rows = [
        ["Location", "", "Equipment details", ""],
        ["Trust", "Site", "Modality", "S/N"],
        ["", "Ash", "CT", "1"],
    ]
    assert columns(rows) == {"trust": 0, "site": 1, "modality": 2, "serial_number": 3}


def test_what_a_heading_below_another_may_mean_is_asked_and_not_guessed():
    rows = [
        ["Modality", "Site", "Installation", "", "Insurance", ""],
        ["", "", "Date", "", "Supplier", "Cost"],
        ["CT", "Ash", "2012", "", "Aviva", "500"],
    ]
    found = {each.label: each for each in settled(rows).found}
    assert found["Insurance / Supplier"].how is How.SUGGESTED
    assert found["Insurance / Supplier"].is_doubtful
    assert "manufacturer" not in columns(rows)


# What is no machine


def test_totals_notes_and_headings_again_are_passed_over_and_named():
    head = ["Modality", "Site", "S/N", "Exams"]
    assert passed_over(
        head,
        ["CT", "Ash", "S1", "5"],
        ["Subtotal", "", "", "5"],
        head,
        ["CT", "Ash", "S2", "7"],
        ["Grand total", "12", "", "12"],
        [],
        ["Note: examinations are of the year to 31 March"],
        ["* not verified"],
    ) == [(3, "a total"), (4, "the headings again"), (6, "a total"), (8, "a note"), (9, "a note")]


@pytest.mark.parametrize(
    "row",
    [
        ["Total body CT", "Ash", "", ""],
        ["Total", "", "S9", ""],
        ["CT", "Ash", "", "total of two rooms"],
        ["", "Ash", "", ""],
    ],
)
def test_what_may_be_a_machine_is_no_total(row):
    assert passed_over(["Modality", "Site", "S/N", "Notes"], row, ["CT", "Ash", "S1", ""]) == []


def test_a_note_between_machines_stays_a_row_to_be_looked_at():
    assert passed_over(["Modality", "Site"], ["CT", "Ash"], ["All of these are leased"], ["CT", "Ash"]) == []


# What the headings mean


def test_columns_that_are_not_read_are_named_with_the_reason():
    head = ["Modality", "Site", "Engineer", "Cost (£000)", "Age in years", "What is wrong", ""]
    found = settled([head, ["CT", "Ash", "Ann", "4", "1", "x"]])
    assert [label for label, _ in found.ignored] == ["Engineer", "Cost (£000)"]
    assert "in pounds without VAT" in found.ignored[1][1]
    assert not found.is_clear
    assert settled([head, CT]).is_clear is False
    assert settled([head[:3], ["CT", "Ash", ""]]).is_clear, "a column without a value is nothing to ask about"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (["Modality", "S/N"], "no column for “Site code” or “Site”"),
        (["Site", "S/N"], "no column for “Modality”"),
        (["Make", "S/N"], "no column for “Modality” and “Site code” or “Site”"),
    ],
)
def test_a_missing_needed_column_is_named(row, words):
    assert words in refused(["Title"], row)


def test_a_file_of_machines_by_reference_needs_no_more():
    assert settled([["Reference", "Room"], ["A000001", "4"]]).missing == ()


def test_two_columns_for_the_same_thing_are_refused_with_their_letters():
    said = refused(["Modality", "Site", "Serial no.", "S/N"], ["CT", "Ash", "1", "2"])
    assert "column C (“Serial no.”) and column D (“S/N”)" in said
    assert "“Modality”: column A (“Modality”)" in refused(
        ["Modality", "Site", "Modality"], ["CT", "Ash", "CT"]
    )


def test_of_two_columns_the_one_headed_as_ours_or_the_one_with_cells_is_read():
    head = ["Supplier", "Modality", "Site", "Manufacturer"]
    found = settled([head, ["a", "CT", "Ash", "b"]])
    assert found.columns["manufacturer"] == (3, "Manufacturer")
    assert found.ignored == (("Supplier", "“Manufacturer” is read from another column"),)
    assert columns([["Modality", "Site", "S/N", "Serial no"], ["CT", "Ash", "", "7"]])["serial_number"] == 3


def test_what_is_chosen_goes_before_what_is_remembered_and_that_before_our_words():
    rows = [["Modality", "Site", "Kit", "Room", "S/N"], ["CT", "Ash", "x", "4", "1"]]
    assert columns(rows, remembered={word_of("Kit"): "model_name"})["model_name"] == 2
    assert "location" not in columns(rows, remembered={word_of("Room"): ""})
    both = {"remembered": {word_of("Kit"): "model_name"}, "chosen": {word_of("KIT"): "manufacturer"}}
    assert columns(rows, **both)["manufacturer"] == 2
    assert columns(rows, remembered={word_of("Kit"): "no such column"}).keys() == {
        "modality",
        "site",
        "location",
        "serial_number",
    }


@given(
    st.lists(
        st.lists(
            st.text(max_size=20) | st.sampled_from(["Modality", "Site", "S/N", "S/N ", "Total"]), max_size=6
        ),
        max_size=25,
    )
)
def test_any_sheet_is_laid_open_or_refused_in_words(rows):
    table = find_table(rows)
    if table is None:
        return
    found = settle(table, rows, chosen={}, remembered={})
    assert set(table.body).isdisjoint(each.row - 1 for each in table.passed_over)
    assert all(position < max(map(len, rows)) for position, _ in found.columns.values())
    try:
        require_clear(found, table.row)
    except FileProblem as problem:
        assert len(str(problem)) > 40  # noqa: PT017 - any refusal will do, but it must say something
