"""Files of activity: what is read, every problem at once, saving, sending again, taking back."""

import io
from contextlib import suppress
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.base import ContentFile
from hypothesis import given
from hypothesis import strategies as st

from assets.actions.activity import CannotSave, check_activity, discard_activity, save_activity
from assets.actions.activity_undo import undo_activity
from assets.domain.activity import Measure
from assets.domain.activity_headings import find_layout
from assets.domain.activity_numbers import NotANumber, read_number
from assets.domain.problems import FileProblem
from assets.models import Activity, ActivityBatch, ActivityRow
from networks.domain.access import NotAllowed, Role, command
from networks.models import Event
from tests.assets.activity.conftest import AT, ON
from tests.factories.networks import actor

MONTHLY = "Serial number,Month,Exams,Hours in use,Unplanned downtime (hours),Planned downtime"


def problems(batch) -> list[tuple[int, str, str]]:
    rows = ActivityRow.objects.filter(batch=batch, outcome="problem").order_by("number", "pk")
    return [(p["row"], p["column"], p["kind"]) for row in rows for p in row.problems]


def messages(batch) -> str:
    rows = ActivityRow.objects.filter(batch=batch, outcome="problem")
    return " ".join(p["message"] for row in rows for p in row.problems)


def save(batch, manager, *, good_rows_only=False):
    return save_activity(by=manager, batch=batch, good_rows_only=good_rows_only, at=AT)


def test_a_row_for_each_machine_and_month(check, manager, machine):
    asset = machine(serial_number="S1")
    batch = check(MONTHLY, "s1,Apr-26,1204,412.5,8:30,4", "S1,May 2026,,400,,")
    assert (batch.created, batch.faulty) == (2, 0)
    assert not Activity.objects.exists()
    save(batch, manager)
    april, may = Activity.objects.order_by("starts_on")
    assert (april.asset, april.site, april.machines, april.period_hours) == (asset, None, 1, 720)
    assert (april.starts_on, april.ends_on, april.source) == (date(2026, 4, 1), date(2026, 4, 30), "RIS")
    assert (april.examinations, april.hours_in_use) == (1204, Decimal("412.5"))
    assert (april.downtime_hours_unplanned, april.downtime_hours_planned) == (Decimal("8.5"), 4)
    # What the cell did not say is not known, never nought.
    assert (may.examinations, may.hours_in_use, may.downtime_hours_unplanned) == (None, 400, None)
    assert (april.file_name, april.recorded_by_id) == ("ris.csv", manager.user_id)
    assert Event.objects.get(action="activity.saved").changes["New figures"] == [None, "2"]


@pytest.mark.parametrize(
    ("heading", "text"),
    [
        ("Reference", "{0.reference}"),
        ("Serial no", "serial-1"),
        ("Asset number", "tag-1"),
        ("DICOM station name", "ct01"),
        ("Scanner name", "CT01"),
    ],
)
def test_a_machine_is_found_by_each_of_its_names(check, machine, heading, text):
    asset = machine(serial_number="SERIAL-1", asset_tag="TAG-1", station_name="CT01")
    machine()
    batch = check(f"{heading},Financial year,Examinations", f"{text.format(asset)},2025/26,14500")
    row = batch.lines.get()
    assert (row.outcome, row.asset, row.period_kind) == ("new", asset, "Y")


def test_a_column_for_each_month_and_each_year(check, manager, machine):
    machine(station_name="CT01")
    batch = check("RIS export,,,", "Station,Apr 2026,May 2026,2024/25", 'CT01,"1,100",,12000')
    assert "a column for each of 3 periods" in batch.read_as
    save(batch, manager)
    found = Activity.objects.order_by("starts_on").values_list("starts_on", "period_kind", "examinations")
    assert list(found) == [(date(2024, 4, 1), "Y", 12000), (date(2026, 4, 1), "M", 1100)]


def test_a_workbook_with_months_as_dates(check, manager, orgs, machine):
    machine(serial_number="S1")
    book = openpyxl.Workbook()
    book.active.append(["Serial number", date(2026, 4, 1), date(2026, 5, 1)])
    book.active.append(["S1", 1100, 900])
    for column in "BC":
        book.active[f"{column}1"].number_format = "mmm-yy"
    content = io.BytesIO()
    book.save(content)
    file = ContentFile(content.getvalue(), name="ris.xlsx")
    batch = check_activity(by=manager, file=file, trust=orgs["Ash"], source="RIS", on=ON)
    assert [row.after["examinations"] for row in batch.lines.all()] == ["1100", "900"]


def test_what_cannot_be_told_apart_is_a_figure_of_the_site(check, manager, orgs, machine):
    for serial in ("S1", "S2"):
        machine(serial_number=serial)
    machine(installed_on=date(2026, 6, 1))
    machine(status="retired", retired_on=date(2020, 1, 1))
    machine(modality="MRI")
    machine(trust="Beech")
    code = orgs["Ash site"].code
    batch = check("Site code,Modality,Month,Exams,Downtime", f"{code},CT scanner,April 2026,2500,1000")
    save(batch, manager)
    figure = Activity.objects.get()
    assert (figure.asset, figure.site, figure.trust) == (None, orgs["Ash site"], orgs["Ash"])
    # Two stood there at the end of April; 1,000 hours fit into twice 720.
    assert (figure.machines, figure.modality, figure.examinations) == (2, "CT", 2500)


def test_every_problem_of_every_row_at_once(check, machine, orgs):
    machine(serial_number="S1", station_name="CT01")
    machine(serial_number="S2", installed_on=date(2026, 6, 1))
    code = orgs["Ash site"].code
    batch = check(
        "Serial number,Station,Site code,Modality,Month,Exams,Hours in use",
        "S1,,,,April 2026,12.5,900",
        "S9,,,,Q1,many,-3",
        "S1,,,MRI,April 2026,5,",
        "S1,CT99,,,April 2026,5,",
        "S2,CT01,,,April 2026,5,",
        ",,,,April 2026,5,",
        f",,{code},,April 2026,5,",
        f",,{code},MRI,April 2026,5,",
        ",,NOWHERE,CT,April 2026,5,",
        "S2,,,,April 2026,5,",
        "S1,,,,November 2026,5,",
        "S1,,,,May 2026,,",
        "S1,,,,,5,",
    )
    assert problems(batch) == [
        (2, "Exams", "number_unreadable"),
        (2, "Hours in use", "number_implausible"),
        (3, "Serial number", "reference_unknown"),
        (3, "Month", "date_unreadable"),
        (3, "Exams", "number_unreadable"),
        (3, "Hours in use", "number_unreadable"),
        (4, "Modality", "match_unclear"),
        (5, "Station", "reference_unknown"),
        (6, "Station", "match_unclear"),
        (7, "", "missing"),
        (8, "Modality", "missing"),
        (9, "", "match_unclear"),
        (10, "Site code", "site_unknown"),
        (11, "", "dates_disagree"),
        (12, "Month", "date_future"),
        (13, "", "missing"),
        (14, "Month", "missing"),
    ]
    assert batch.faulty == 13


def test_an_unknown_station_is_never_taken_for_the_whole_site(check, orgs, machine):
    machine()
    code = orgs["Ash site"].code
    batch = check("Station,Site code,Modality,Month,Exams", f"CT77,{code},CT,April 2026,5")
    assert (batch.created, batch.faulty) == (0, 1)
    assert "No machine in the register has this DICOM station name." in messages(batch)


def test_of_two_rows_for_one_month_neither_is_taken(check, machine):
    machine(serial_number="S1")
    batch = check("Serial number,Month,Exams", "S1,April 2026,5", "S1,Apr-26,6", "S1,May 2026,7")
    assert (batch.created, batch.faulty) == (1, 2)
    assert "Row 3 has a figure of the same machine and period, April 2026." in messages(batch)


def test_machines_of_another_trust_are_not_there(check, machine, orgs):
    other = machine(trust="Beech", serial_number="B1", station_name="BCT")
    for heading, text in (("Reference", other.reference), ("Serial number", "B1"), ("Station", "BCT")):
        batch = check(f"{heading},Month,Exams", f"{text},April 2026,5")
        assert problems(batch) == [(2, heading, "reference_unknown")]
    batch = check("Site code,Modality,Month,Exams", f"{orgs['Beech site'].code},CT,April 2026,5")
    assert problems(batch) == [(2, "Site code", "site_unknown")]


def test_a_second_file_of_the_same_months_replaces_and_is_undone(check, manager, machine):
    machine(serial_number="S1")
    first = save(check(MONTHLY, "S1,April 2026,1204,412.5,8,4"), manager)
    second = check(MONTHLY, "S1,April 2026,1300,412.5,,")
    row = second.lines.get()
    assert (row.outcome, row.before, row.after) == (
        "changed",
        {"examinations": "1204"},
        {"examinations": "1300"},
    )
    second = save(second, manager)
    figure = Activity.objects.get()
    assert (figure.examinations, figure.downtime_hours_unplanned) == (1300, 8)
    assert check(MONTHLY, "S1,April 2026,1300,,,").unchanged == 1
    # The first cannot be taken back over the second, which is left as it is.
    undoing = undo_activity(by=manager, batch=second, at=AT)
    assert (len(undoing.restore), len(undoing.remove), len(undoing.keep)) == (1, 0, 0)
    assert Activity.objects.get().examinations == 1204
    undo_activity(by=manager, batch=first, at=AT)
    assert not Activity.objects.exists()


def test_undoing_leaves_what_a_later_file_changed(check, manager, machine):
    machine(serial_number="S1")
    first = save(check("Serial number,Month,Exams", "S1,April 2026,5", "S1,May 2026,6"), manager)
    save(check("Serial number,Month,Exams", "S1,April 2026,9"), manager)
    undoing = undo_activity(by=manager, batch=first, at=AT)
    assert (len(undoing.remove), len(undoing.keep)) == (1, 1)
    assert Activity.objects.get().examinations == 9
    with pytest.raises(CannotSave, match="Only a file that is saved"):
        undo_activity(by=manager, batch=first, at=AT)


def test_another_source_stands_beside(check, manager, machine):
    machine(serial_number="S1")
    save(check("Serial number,Month,Exams,Source", "S1,April 2026,5,RIS", "S1,April 2026,6,PACS"), manager)
    assert Activity.objects.count() == 2


def test_nothing_is_saved_that_was_not_shown(check, manager, machine):
    machine(serial_number="S1")
    one = check("Serial number,Month,Exams", "S1,April 2026,5")
    other = check("Serial number,Month,Exams", "S1,April 2026,6")
    save(one, manager)
    with pytest.raises(CannotSave, match="changed since the file was checked"):
        save(other, manager)
    with pytest.raises(CannotSave, match="saved already"):
        save(one, manager)
    assert Activity.objects.get().examinations == 5


def test_good_rows_only_where_asked(check, manager, machine):
    machine(serial_number="S1")
    batch = check("Serial number,Month,Exams", "S1,April 2026,5", "S2,April 2026,6")
    with pytest.raises(CannotSave, match="Some rows have problems"):
        save(batch, manager)
    save(batch, manager, good_rows_only=True)
    assert Activity.objects.count() == 1


def test_a_discarded_file_cannot_be_saved(check, manager, machine):
    machine(serial_number="S1")
    batch = check("Serial number,Month,Exams", "S1,April 2026,5")
    discard_activity(by=manager, batch=batch)
    with pytest.raises(CannotSave, match="discarded"):
        save(batch, manager)


def test_only_who_may_edit_and_only_their_trust(check, orgs, machine):
    machine(serial_number="S1")
    for who in (actor(Role.FINANCE, orgs["Ash"], on=ON), actor(Role.EQUIPMENT_MANAGER, orgs["Beech"], on=ON)):
        with pytest.raises(NotAllowed):
            check("Serial number,Month,Exams", "S1,April 2026,5", by=who)
    batch = check("Serial number,Month,Exams", "S1,April 2026,5")
    for who in (actor(Role.FINANCE, orgs["Ash"], on=ON), actor(Role.EQUIPMENT_MANAGER, orgs["Beech"], on=ON)):
        with pytest.raises(NotAllowed):
            save(batch, who)
    assert check("Serial number,Month,Exams", "S1,April 2026,5", by=command("test"), trust=None).created == 1


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["Serial number,Exams", "S1,5"], "no column says the month or year"),
        (["Month,Exams", "April 2026,5"], "no column names the machines"),
        (["Serial number,Month", "S1,April 2026"], "no column of figures"),
        (["Serial number,Month,Exams,Apr 2026", "S1,April 2026,5,6"], "both as headings"),
        (["Serial number,Month,Exams,Scans", "S1,April 2026,5,6"], "says the same"),
        (["Serial number,Month,Exams"], "No row among the first 20"),
        (["what,ever", "x,y"], "No row among the first 20"),
    ],
)
def test_a_file_that_is_none_is_refused_in_words(check, lines, said):
    with pytest.raises(FileProblem, match=said):
        check(*lines)
    assert not ActivityBatch.objects.exists()


@pytest.mark.parametrize("heading", ["Downtime (minutes)", "Downtime (days)", "Downtime (%)"])
def test_minutes_are_not_read_as_hours(heading):
    layout = find_layout([["Serial number", "Month", "Exams", heading]], on=ON)
    assert layout.ignored == (heading,)


@given(st.text(max_size=40), st.sampled_from(Measure))
def test_no_text_is_more_than_refused(text, measure):
    try:
        number = read_number(text, measure)
    except NotANumber:
        return
    assert 0 <= number < 10**7
    assert number == number.quantize(Decimal("0.01"))


@given(st.lists(st.lists(st.text(max_size=12), max_size=6), max_size=8))
def test_no_rows_are_more_than_refused(rows):
    with suppress(FileProblem):
        find_layout(rows, on=ON)
