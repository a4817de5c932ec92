from datetime import date

import pytest

from assets.domain.checking import Outcome
from tests.builders.registers import BEECH, BEECH_SITE, GENERAL, check, held, kinds, register, row


def outcomes(checked):
    return [each.outcome for each in checked]


@pytest.mark.parametrize(
    "cells",
    [
        {"reference": "A000007"},
        {"reference": "a7"},
        {"serial_number": "sn7"},
        {"asset_tag": "tag7"},
        {"serial_number": "SN7", "asset_tag": "TAG7"},
        {"reference": "A000007", "serial_number": "SN7"},
    ],
)
def test_a_machine_is_found_by_reference_serial_or_asset_number(cells):
    against = register(held(7, serial_number="SN7", asset_tag="TAG7"))
    (checked,) = check(row(2, location="Room 9", **cells), against=against)
    assert (checked.outcome, checked.held.id) == (Outcome.CHANGED, 7)
    assert checked.before["location"] == ""
    assert checked.after["location"] == "Room 9"


def test_an_empty_cell_leaves_a_fact_and_clear_empties_it():
    against = register(
        held(
            7,
            serial_number="SN7",
            manufacturer="GE",
            price_paid_pence=100,
            installed_on=date(2012, 6, 1),
            installed_precision="M",
        )
    )
    (checked,) = check(
        row(2, serial_number="SN7", installed_on="CLEAR", price_paid_pence="CLEAR"), against=against
    )
    assert checked.after == {"installed_on": None, "installed_precision": "", "price_paid_pence": None}
    assert checked.before == {
        "installed_on": date(2012, 6, 1),
        "installed_precision": "M",
        "price_paid_pence": 100,
    }


def test_saying_what_is_known_already_changes_nothing():
    against = register(held(7, serial_number="SN7", notes="two\r\nlines"))
    assert outcomes(check(row(2, serial_number="SN7", notes="two\nlines"), against=against)) == [
        Outcome.UNCHANGED
    ]


def test_an_odd_value_that_stands_already_is_no_problem_but_a_new_one_is():
    odd = held(
        7, serial_number="SN7", price_paid_pence=0, installed_on=date(2027, 1, 1), installed_precision="Y"
    )
    same = row(2, serial_number="SN7", price_paid_pence="0", installed_on="2027")
    other = row(2, serial_number="SN7", price_paid_pence="5", installed_on="2028")
    assert outcomes(check(same, against=register(odd))) == [Outcome.UNCHANGED]
    assert outcomes(check(other, against=register(odd))) == [Outcome.PROBLEM]


def test_dates_that_disagree_already_do_not_stop_another_change():
    odd = held(
        7,
        serial_number="SN7",
        year_of_manufacture=2020,
        installed_on=date(2012, 1, 1),
        installed_precision="Y",
    )
    assert outcomes(check(row(2, serial_number="SN7", location="4"), against=register(odd))) == [
        Outcome.CHANGED
    ]
    changed = check(row(2, serial_number="SN7", installed_on="2013"), against=register(odd))
    assert [kinds(each) for each in changed] == [[("Installed", "dates_disagree")]]


def test_precision_alone_is_a_change():
    known = held(7, serial_number="SN7", installed_on=date(2012, 1, 1), installed_precision="D")
    (checked,) = check(row(2, serial_number="SN7", installed_on="2012"), against=register(known))
    assert checked.after == {"installed_on": date(2012, 1, 1), "installed_precision": "Y"}


def test_another_modality_brings_its_usual_specification():
    (checked,) = check(
        row(2, serial_number="S", modality="MRI"), against=register(held(7, serial_number="S"))
    )
    assert checked.after == {"modality": "MRI", "specification_id": 3}


def test_back_in_use_is_no_longer_retired():
    retired = held(7, serial_number="S", status="retired", retired_on=date(2024, 1, 1))
    (checked,) = check(row(2, serial_number="S", status="In use"), against=register(retired))
    assert checked.after == {"status": "in_use", "retired_on": None}


def test_a_reference_of_another_trust_is_refused_exactly_like_one_that_does_not_exist():
    # Beech's machine is not in what Ash may see; nor is one that nobody has.
    ash = register(held(7))
    theirs = check(row(2, reference="A000008"), against=ash)[0].problems[0]
    nobodys = check(row(2, reference="A999999"), against=ash)[0].problems[0]
    assert (theirs.message, theirs.kind) == (nobodys.message, nobodys.kind)


def test_a_machine_does_not_change_trusts_by_an_import():
    england = register(held(7), england=True)
    (checked,) = check(row(2, reference="A000007", site=BEECH_SITE.name), against=england)
    assert kinds(checked) == [("Site", "trust_differs")]


def test_numbers_are_a_trusts_own():
    theirs = held(8, trust=BEECH, site_id=BEECH_SITE.id, serial_number="S1")
    (checked,) = check(row(2, serial_number="S1"), against=register(theirs, england=True))
    assert checked.outcome is Outcome.NEW


def test_two_rows_with_one_serial_number_are_both_named():
    rows = check(row(5, serial_number="s1"), row(6, serial_number="S2"), row(9, serial_number="S1"))
    assert outcomes(rows) == [Outcome.PROBLEM, Outcome.NEW, Outcome.PROBLEM]
    assert "Row 9" in rows[0].problems[0].message
    assert "Row 5" in rows[2].problems[0].message


def test_many_rows_with_one_number_are_told_of_a_few():
    rows = check(*(row(number, asset_tag="T") for number in range(2, 22)))
    assert "Rows 3, 4, 5, 6, 7 and 14 more" in rows[0].problems[0].message


def test_two_rows_about_one_machine_are_both_named():
    against = register(held(7, serial_number="S", asset_tag="T"))
    rows = check(row(2, serial_number="S"), row(3, asset_tag="T"), row(4, reference="A7"), against=against)
    assert outcomes(rows) == [Outcome.PROBLEM] * 3
    assert all(kinds(each) == [("", "same_in_file")] for each in rows)


def test_a_number_that_another_machine_has_is_named():
    against = register(held(7, serial_number="S7"), held(8, serial_number="S8"))
    (checked,) = check(row(2, reference="A7", serial_number="s8"), against=against)
    assert kinds(checked) == [("Serial number", "taken")]
    assert "A000008" in checked.problems[0].message


def test_an_asset_number_used_again_for_another_serial_number_is_not_guessed_at():
    against = register(held(7, serial_number="OLD", asset_tag="T"))
    (checked,) = check(row(2, serial_number="NEW", asset_tag="T"), against=against)
    assert ("Asset number", "match_unclear") in kinds(checked)


def test_two_machines_may_swap_their_numbers():
    against = register(held(7, serial_number="S7"), held(8, serial_number="S8"))
    rows = check(
        row(2, reference="A7", serial_number="S8"),
        row(3, reference="A8", serial_number="S7"),
        against=against,
    )
    assert outcomes(rows) == [Outcome.CHANGED, Outcome.CHANGED]


def test_a_swap_with_a_faulty_row_is_refused_on_both_sides():
    against = register(held(7, serial_number="S7"), held(8, serial_number="S8"), held(9, serial_number="S9"))
    rows = check(
        row(2, reference="A7", serial_number="S8"),
        row(3, reference="A8", serial_number="S9"),
        row(4, reference="A9", serial_number="S7", installed_on="2031"),
        against=against,
    )
    assert [kinds(each) for each in rows] == [
        [("Serial number", "taken")],
        [("Serial number", "taken")],
        [("Installed", "date_future"), ("Serial number", "taken")],
    ]


def test_a_row_without_numbers_that_says_what_a_machine_says_is_that_machine():
    against = register(held(7, location="Room 1", serial_number="S7"), held(8, location="Room 1"))
    same = row(2, location="Room 1")
    assert [each.held and each.held.id for each in check(same, against=against)] == [7]
    # Three alike in the file, two in the register: one is new.
    rows = check(same, row(3, location="Room 1"), row(4, location="Room 1"), against=against)
    assert outcomes(rows) == [Outcome.UNCHANGED, Outcome.UNCHANGED, Outcome.NEW]
    # One that another row is about is not found a second time.
    rows = check(row(2, location="Room 1"), row(3, reference="A7", location="Room 1"), against=against)
    assert [each.held.id for each in rows] == [8, 7]


def test_a_machine_may_move_within_its_trust():
    (checked,) = check(row(2, reference="A7", site=GENERAL.name), against=register(held(7)))
    assert checked.after == {"site_id": GENERAL.id}


def test_several_machines_with_one_number_need_a_reference():
    # They can have come together when one trust took over another.
    against = register(held(7, serial_number="S"), held(8, serial_number="S"))
    assert kinds(check(row(2, serial_number="S"), against=against)[0]) == [("Serial number", "match_unclear")]
    assert check(row(2, serial_number="S", reference="A8"), against=against)[0].outcome is Outcome.UNCHANGED
