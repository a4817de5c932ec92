from datetime import date

import pytest

from assets.domain.checking import Outcome
from assets.domain.columns import COLUMNS
from assets.domain.rows import SourceRow
from assets.models import Asset
from tests.builders.registers import (
    BEECH,
    BEECH_SITE,
    GENERAL,
    ROYAL,
    check,
    held,
    kinds,
    register,
    row,
)


def only(*args, **kwargs):
    (checked,) = check(*args, **kwargs)
    return checked


def test_a_new_machine_with_all_it_says():
    checked = only(
        row(
            2,
            modality="CT scanner",
            site="RAA02",
            location="Room 4",
            asset_tag="IMG-1",
            specification="cardiac ct",
            manufacturer="Siemens",
            model_name="Force",
            serial_number="SN 1",
            year_of_manufacture="2015",
            installed_on="June 2016",
            support_ends_on="March 2029",
            condition="satisfactory",
            examinations_per_year="14,500",
            price_paid_pence="£490,000",
            status="in service",
            notes="Moved once",
        )
    )
    assert checked.outcome is Outcome.NEW
    assert checked.trust_id == 1
    assert checked.after == {
        "site_id": GENERAL.id,
        "location": "Room 4",
        "asset_tag": "IMG-1",
        "modality": "CT",
        "specification_id": 2,
        "manufacturer": "Siemens",
        "model_name": "Force",
        "serial_number": "SN 1",
        "year_of_manufacture": 2015,
        "installed_on": date(2016, 6, 1),
        "installed_precision": "M",
        "support_ends_on": date(2029, 3, 31),
        "support_source": "own",
        "condition": "fair",
        "examinations_per_year": 14_500,
        "price_paid_pence": 49_000_000,
        "status": "in_use",
        "notes": "Moved once",
    }


@pytest.mark.parametrize(
    ("words", "modality", "specification"),
    [
        ("CT", "CT", 1),
        ("CAT scanner", "CT", 1),
        ("64-slice CT", "CT", 1),
        ("MR", "MRI", 3),
        ("MRI 1.5T", "MRI", 3),
        ("x ray", "XR", 4),
        ("DR", "XR", 4),
        ("Fluoroscopy", "XR", 5),
        ("R/F", "XR", 5),
        ("Mammo", "MG", 6),
        ("FFDM", "MG", 6),
    ],
)
def test_modalities_as_people_say_them_with_the_usual_specification(words, modality, specification):
    after = only(row(2, modality=words)).after
    assert (after["modality"], after["specification_id"]) == (modality, specification)


@pytest.mark.parametrize(
    "words", ["PET-CT", "SPECT CT", "Ultrasound", "CT injector", "MRI coil", "DEXA", "gamma camera"]
)
def test_other_equipment_is_not_guessed_at(words):
    assert kinds(only(row(2, modality=words))) == [("Modality", "modality_unknown")]


def test_what_is_not_known_is_not_zero():
    checked = only(
        row(
            2,
            serial_number="n/k",
            asset_tag="-",
            manufacturer="0000000",
            model_name="Unknown",
            year_of_manufacture="TBC",
            installed_on="not known",
            support_ends_on="?",
            condition="N/A",
            examinations_per_year="n/a",
            price_paid_pence="Commercial in confidence",
            status="unknown",
            retired_on="none",
        )
    )
    assert checked.after == {"site_id": ROYAL.id, "modality": "CT", "specification_id": 1, "status": "in_use"}


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({"site": "St Elsewhere"}, ("Site", "site_unknown")),
        ({"site": BEECH_SITE.name}, ("Site", "site_unknown")),
        ({"site": "", "site_code": BEECH_SITE.code}, ("Site code", "site_unknown")),
        ({"site": ""}, ("Site code", "missing")),
        ({"modality": ""}, ("Modality", "missing")),
        ({"trust": BEECH.name}, ("Trust", "trust_unknown")),
        ({"trust_code": BEECH.code}, ("Trust code", "trust_unknown")),
        ({"site_code": "RAA02", "site": "Ash Royal Infirmary"}, ("Site", "trust_differs")),
        ({"specification": "CT-OLD"}, ("Specification", "specification_unknown")),
        ({"specification": "MRI-STD"}, ("Specification", "specification_unknown")),
        ({"status": "broken"}, ("Status", "word_unknown")),
        ({"condition": "B"}, ("Condition", "word_unknown")),
        ({"installed_on": "11 November 2026"}, ("Installed", "date_future")),
        ({"installed_on": "2027"}, ("Installed", "date_future")),
        ({"installed_on": "1970-01-01"}, ("Installed", "date_implausible")),
        ({"installed_on": "1949"}, ("Installed", "date_implausible")),
        ({"installed_on": "2010/11"}, ("Installed", "date_two_meanings")),
        ({"year_of_manufacture": "2027"}, ("Year of manufacture", "date_future")),
        ({"year_of_manufacture": "2016", "installed_on": "2015"}, ("Year of manufacture", "dates_disagree")),
        ({"support_ends_on": "2014", "installed_on": "2015"}, ("End of support", "dates_disagree")),
        ({"support_ends_on": "31/12/9999"}, ("End of support", "date_implausible")),
        ({"retired_on": "2014", "installed_on": "2015"}, ("Retired on", "dates_disagree")),
        ({"retired_on": "2027"}, ("Retired on", "date_future")),
        ({"retired_on": "2025", "status": "In use"}, ("Retired on", "dates_disagree")),
        ({"examinations_per_year": "lots"}, ("Examinations per year", "number_unreadable")),
        ({"examinations_per_year": "-5"}, ("Examinations per year", "number_unreadable")),
        ({"examinations_per_year": "1000001"}, ("Examinations per year", "number_implausible")),
        ({"examinations_per_year": "999999999999"}, ("Examinations per year", "number_implausible")),
        ({"price_paid_pence": "£588,000 inc VAT"}, ("Price paid (£ ex VAT)", "price_vat")),
        ({"price_paid_pence": "490"}, ("Price paid (£ ex VAT)", "price_implausible")),
        ({"price_paid_pence": "0"}, ("Price paid (£ ex VAT)", "price_implausible")),
        ({"price_paid_pence": "9" * 40}, ("Price paid (£ ex VAT)", "price_implausible")),
        ({"serial_number": "x" * 81}, ("Serial number", "text_too_long")),
        ({"notes": "x" * 4001}, ("Notes", "text_too_long")),
        ({"notes": "=HYPERLINK(1)"}, ("Notes", "formula")),
        ({"location": "Room\x074"}, ("Room", "text_unreadable")),
        ({"status": "CLEAR"}, ("Status", "clear_refused")),
        ({"reference": "A000999"}, ("Reference", "reference_unknown")),
        ({"reference": "123"}, ("Reference", "reference_unknown")),
    ],
)
def test_each_fault_is_named_with_its_column(cells, problem):
    checked = only(row(7, **cells))
    assert kinds(checked) == [problem]
    (found,) = checked.problems
    assert found.row == 7
    assert found.value == next((text for key, text in cells.items() if found.value == text), "")
    assert found.message.endswith(".")
    assert checked.outcome is Outcome.PROBLEM


def test_every_problem_of_a_row_is_named_at_once():
    checked = only(
        row(
            9,
            modality="Ultrasound",
            site="St Elsewhere",
            installed_on="June 2031",
            price_paid_pence="lots",
            condition="so-so",
            reference="A000999",
        )
    )
    assert sorted(kind for _, kind in kinds(checked)) == [
        "date_future",
        "modality_unknown",
        "price_unreadable",
        "reference_unknown",
        "site_unknown",
        "word_unknown",
    ]


def test_an_old_machine_is_never_refused():
    assert only(row(2, modality="X-ray", installed_on="1989")).outcome is Outcome.NEW


def test_installed_today_is_not_in_the_future():
    assert only(row(2, installed_on="10/11/2026")).outcome is Outcome.NEW
    assert only(row(2, installed_on="November 2026")).outcome is Outcome.NEW


def test_near_names_are_proposed_and_only_ones_own():
    (problem,) = only(row(2, site="Ash Royal Infirmry")).problems
    assert "Ash Royal Infirmary (RAA01)" in problem.message
    (problem,) = only(row(2, site="Beech Hospitl")).problems
    assert "Beech" not in problem.message


def test_names_of_sites_are_read_without_regard_to_case_and_punctuation():
    assert only(row(2, site="ST. MARYS GENERAL")).after["site_id"] == GENERAL.id


def test_a_code_decides_before_an_informal_name():
    assert only(row(2, site_code="RAA02", site="the General")).after["site_id"] == GENERAL.id


def test_a_site_must_belong_to_the_trust_the_row_names():
    checked = only(row(2, trust="RAA", site="RBB01"), against=register(england=True))
    assert kinds(checked) == [("Site", "trust_differs")]
    assert only(row(2, trust="RBB", site="RBB01"), against=register(england=True)).trust_id == BEECH.id


def test_a_retirement_date_alone_means_retired():
    after = only(row(2, retired_on="March 2025", installed_on="2010")).after
    assert (after["status"], after["retired_on"]) == ("retired", date(2025, 3, 1))


def test_texts_made_safe_for_spreadsheets_are_read_as_they_were():
    after = only(row(2, notes="'=1+1", serial_number="'-5", model_name="'CLEAR")).after
    assert (after["notes"], after["serial_number"], after["model_name"]) == ("=1+1", "-5", "CLEAR")


def test_what_the_file_reader_found_is_among_the_problems():
    from assets.domain.problems import Problem

    seen = Problem(5, "Notes", "=A1", "No result.", "formula")
    checked = only(SourceRow(5, {"modality": "CT", "site": "RAA01", "notes": "=A1"}, (seen,)))
    assert checked.problems == (seen,)


@pytest.mark.parametrize(
    "column", [c for c in COLUMNS if c.max_length and c.key != "notes"], ids=lambda c: c.key
)
def test_texts_are_kept_as_long_as_the_register_can(column):
    assert column.max_length == Asset._meta.get_field(column.key).max_length


def test_the_machine_of_a_site_that_has_moved_away_comes_back_unchanged_but_takes_no_new_one():
    from assets.domain.register import Place, Register

    ash = register(held(5, site_id=31, serial_number="S5"))
    moved = Place(31, "ROLD1", "Old Site", trust_id=1, open_to_new=False)
    against = Register(ash.trusts, [*ash.places, moved], ash.specifications, ash.held)
    assert only(row(2, site="ROLD1", serial_number="S5"), against=against).outcome is Outcome.UNCHANGED
    assert kinds(only(row(2, site="ROLD1", serial_number="S6"), against=against)) == [
        ("Site", "site_unknown")
    ]
