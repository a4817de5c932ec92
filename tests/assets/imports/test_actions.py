import csv
import io
from datetime import date

import pytest
from django.core.files.base import ContentFile

from assets.actions.assets import add_asset, correct_asset
from assets.actions.import_batches import check_file, discard_batch
from assets.actions.import_commits import CannotSave, commit_batch
from assets.actions.import_undo import CannotUndo, look_at_undo, undo_batch
from assets.domain.problems import FileProblem
from assets.domain.vocabulary import Condition, Modality, Precision, Status
from assets.exports.assets import HEADINGS as EXPORT_HEADINGS
from assets.exports.assets import text_rows
from assets.models import Asset, ImportBatch, ImportRow, Specification
from networks.domain.access import NotAllowed, Role, command
from networks.domain.organisations import Tie
from networks.models import Event
from procurement.models import Pin, Plan
from tests.assets.imports.conftest import AT, ON
from tests.builders.workbooks import PLANTED, corrected_register, messy_register
from tests.factories.assets import AssetFactory
from tests.factories.networks import LinkFactory, actor

COLUMNS = "Modality,Site,Serial number,Asset number,Room,Installed,Price paid,Reference"
STATUS = ImportBatch.Status


def save(by, batch, *, good_rows_only=False):
    return commit_batch(by=by, batch=batch, good_rows_only=good_rows_only, at=AT)


def undo(by, batch):
    return undo_batch(by=by, batch=batch, at=AT)


def everything():
    """The whole register and its history, but for what counts changes."""
    left_out = {"version", "updated_at"}
    fields = [field.attname for field in Asset._meta.concrete_fields if field.attname not in left_out]
    return list(Asset.objects.order_by("pk").values(*fields))


def rows(batch):
    return {row.number: row for row in ImportRow.objects.filter(batch=batch)}


@pytest.fixture
def scanner(orgs) -> Asset:
    """A CT at Ash with serial number S1."""
    asset: Asset = AssetFactory(
        trust=orgs["Ash"], site=orgs["Ash site"], serial_number="S1", asset_tag="T1", location="Room 1"
    )
    return asset


# Checking


def test_a_check_writes_nothing_to_the_register(check, scanner):
    before = everything(), Asset.history.count(), Event.objects.count()
    batch = check(
        COLUMNS,
        "CT,Ash site,S1,,Room 9,,,",
        "MRI,Ash site,S2,,,,,",
        "CT,Nowhere,S3,,,,,",
        "CT,Ash site,S1,T1,,,,",
    )
    assert (everything(), Asset.history.count(), Event.objects.count()) == before
    assert batch.status == STATUS.CHECKED


def test_a_check_counts_and_keeps_what_each_row_would_do(check, scanner):
    batch = check(
        COLUMNS, "CT,Ash site,S1,,Room 9,,,", "MRI,Ash site,S2,,,June 2012,490k,", "CT,Nowhere,S3,,,,,"
    )
    assert (batch.rows, batch.created, batch.changed, batch.unchanged, batch.faulty) == (3, 1, 1, 0, 1)
    kept = rows(batch)
    assert (kept[2].outcome, kept[2].asset_id, kept[2].before, kept[2].after) == (
        "changed",
        scanner.pk,
        {"location": "Room 1"},
        {"location": "Room 9"},
    )
    assert kept[3].after["installed_on"] == "2012-06-01"
    assert kept[3].after["price_paid_pence"] == 49_000_000
    assert kept[4].cells == {"modality": "CT", "site": "Nowhere", "serial_number": "S3"}
    assert kept[4].problems[0]["column"] == "Site"
    assert batch.uploaded_by_id is not None
    assert batch.headings["location"] == "Room"


def test_twelve_faults_of_a_messy_workbook_are_named_at_once_then_the_corrected_one_is_saved(orgs, manager):
    sites = [(orgs["Ash site"].code, orgs["Ash site"].name)]
    file = ContentFile(messy_register(sites), name="Kit list.xlsx")
    batch = check_file(by=manager, file=file, trust=orgs["Ash"], on=ON)
    found = [(p["row"], p["column"], p["kind"]) for row in rows(batch).values() for p in row.problems]
    assert sorted(found) == sorted(PLANTED)
    assert (batch.rows, batch.created, batch.faulty) == (60, 48, 12)
    with pytest.raises(CannotSave, match="Some rows have problems"):
        save(manager, batch)
    assert not Asset.objects.exists()

    file = ContentFile(corrected_register(sites), name="Kit list.xlsx")
    batch = save(manager, check_file(by=manager, file=file, trust=orgs["Ash"], on=ON))
    assert (batch.status, batch.created, batch.faulty) == (STATUS.COMMITTED, 60, 0)
    assert Asset.objects.filter(trust=orgs["Ash"]).count() == 60
    precisions = set(Asset.objects.values_list("installed_precision", flat=True))
    assert precisions == {Precision.DAY, Precision.MONTH, Precision.YEAR, Precision.NOT_KNOWN}
    assert Asset.objects.filter(price_paid_pence=None).count() > 10
    assert not Asset.objects.filter(price_paid_pence=0).exists()


def test_the_same_file_again_changes_nothing(orgs, manager):
    content = corrected_register([(orgs["Ash site"].code, orgs["Ash site"].name)])

    def checked():
        return check_file(by=manager, file=ContentFile(content, name="x.xlsx"), trust=orgs["Ash"], on=ON)

    save(manager, checked())
    again = checked()
    assert (again.created, again.changed, again.unchanged, again.faulty) == (0, 0, 60, 0)


def test_a_file_too_large_is_refused(orgs, manager, settings):
    settings.UPLOAD_MAX_BYTES = 10
    with pytest.raises(FileProblem, match="largest taken"):
        check_file(by=manager, file=ContentFile(b"x" * 11, name="x.csv"), trust=orgs["Ash"], on=ON)
    assert not ImportBatch.objects.exists()


def test_a_check_takes_as_many_queries_for_many_rows_as_for_few(orgs, manager, django_assert_max_num_queries):
    def lines(count):
        return "\n".join([COLUMNS, *(f"CT,Ash site,S{n},T{n},Room {n},,," for n in range(count))]).encode()

    for count in (5, 100):
        with django_assert_max_num_queries(18):
            check_file(by=manager, file=ContentFile(lines(count), name="x.csv"), trust=orgs["Ash"], on=ON)


# Saving


def test_saving_writes_what_the_check_said(check, manager, scanner):
    batch = save(manager, check(COLUMNS, "CT,Ash site,S1,,Room 9,,,", "MRI,Ash site,S2,T2,,June 2012,490k,"))
    assert (batch.status, batch.committed_at) == (STATUS.COMMITTED, AT)
    scanner.refresh_from_db()
    assert (scanner.location, scanner.serial_number, scanner.version) == ("Room 9", "S1", 2)
    new = Asset.objects.get(serial_number="S2")
    assert (new.modality, new.specification.code, new.status) == (Modality.MRI, "MRI-STD", Status.IN_USE)
    assert (new.installed_on, new.installed_precision) == (date(2012, 6, 1), Precision.MONTH)
    assert new.price_paid_pence == 49_000_000
    kept = rows(batch)
    assert (kept[2].asset_version, kept[3].asset_id, kept[3].asset_version) == (2, new.pk, 1)


def test_saving_keeps_a_history_that_says_just_what_the_rows_say(check, manager, scanner):
    created_at = scanner.created_at
    save(manager, check(COLUMNS, "CT,Ash site,S1,,Room 9,,,", "MRI,Ash site,S2,,,,,"))
    for asset in Asset.objects.all():
        last = asset.history.latest("history_id")
        for field in Asset._meta.concrete_fields:
            assert getattr(last, field.attname) == getattr(asset, field.attname), field.attname
        assert (last.history_date, last.history_user_id) == (AT, manager.user_id)
        assert last.history_change_reason == "Import of fleet.csv"
    scanner.refresh_from_db()
    assert scanner.created_at == created_at
    assert scanner.updated_at == AT
    assert [row.history_type for row in scanner.history.order_by("history_id")] == ["+", "~"]
    assert Asset.objects.get(serial_number="S2").history.get().history_type == "+"


def test_saving_writes_one_event_with_the_counts(check, manager, orgs, scanner):
    batch = save(
        manager,
        check(COLUMNS, "CT,Ash site,S1,,Room 9,,,", "MRI,Ash site,S2,,,,,", "CT,Nowhere,S3,,,,,"),
        good_rows_only=True,
    )
    event = Event.objects.get(action="import.saved")
    assert (event.subject_id, event.subject_label, event.trust) == (batch.pk, "fleet.csv", orgs["Ash"])
    assert event.changes == {
        "New machines": [None, "1"],
        "Changed machines": [None, "1"],
        "Rows left out": [None, "1"],
    }


def test_good_rows_only_leaves_out_the_faulty_ones_and_says_so(check, manager):
    batch = check(COLUMNS, "CT,Ash site,S1,,,,,", "CT,Nowhere,S2,,,,,")
    with pytest.raises(CannotSave):
        save(manager, batch)
    assert not Asset.objects.exists()
    batch = save(manager, batch, good_rows_only=True)
    assert (batch.created, batch.faulty) == (1, 1)
    assert [asset.serial_number for asset in Asset.objects.all()] == ["S1"]


def test_a_machine_edited_since_the_check_stops_the_whole_import(check, manager, scanner):
    batch = check(COLUMNS, "CT,Ash site,S1,,Room 9,,,", "MRI,Ash site,S2,,,,,")
    correct_asset(by=manager, asset=scanner, values={"manufacturer": "GE"}, version=1, reason="")
    with pytest.raises(CannotSave, match="1 row is now among the problems"):
        save(manager, batch)
    scanner.refresh_from_db()
    assert (scanner.location, Asset.objects.count()) == ("Room 1", 1)
    batch.refresh_from_db()
    assert (batch.status, batch.created, batch.changed, batch.faulty) == (STATUS.CHECKED, 1, 0, 1)
    assert rows(batch)[2].problems[0]["kind"] == "edited_since"
    assert scanner.reference in rows(batch)[2].problems[0]["message"]
    # The others can still be saved.
    save(manager, batch, good_rows_only=True)
    assert Asset.objects.filter(serial_number="S2").exists()
    scanner.refresh_from_db()
    assert scanner.location == "Room 1"


def test_a_number_taken_since_the_check_stops_the_whole_import(check, manager, scanner, orgs):
    batch = check(COLUMNS, "CT,Ash site,S2,T2,,,,", "CT,Ash site,S3,T3,,,,")
    values = {
        "site": orgs["Ash site"],
        "modality": Modality.CT,
        "specification": Specification.objects.get(code="CT-STD"),
    }
    add_asset(by=manager, values=values | {"serial_number": "s2"})
    add_asset(by=manager, values=values | {"asset_tag": "t3", "serial_number": "S9"})
    with pytest.raises(CannotSave, match="2 rows are now among the problems"):
        save(manager, batch)
    assert Asset.objects.count() == 3


def test_a_machine_removed_since_the_check_stops_the_whole_import(check, manager, scanner):
    batch = check(COLUMNS, "CT,Ash site,S1,,Room 9,,,")
    scanner.delete()
    with pytest.raises(CannotSave):
        save(manager, batch)
    assert not Asset.objects.exists()


def test_an_unchanged_row_does_not_mind_an_edit_elsewhere(check, manager, scanner):
    batch = check(COLUMNS, "CT,Ash site,S1,,Room 1,,,", "MRI,Ash site,S2,,,,,")
    correct_asset(by=manager, asset=scanner, values={"manufacturer": "GE"}, version=1, reason="")
    assert save(manager, batch).unchanged == 1


def test_an_import_is_saved_once(check, manager):
    batch = save(manager, check(COLUMNS, "CT,Ash site,S1,,,,,"))
    with pytest.raises(CannotSave, match="already"):
        save(manager, batch)
    assert Asset.objects.count() == 1


def test_two_machines_swap_their_serial_numbers(check, manager, orgs, scanner):
    other = AssetFactory(trust=orgs["Ash"], site=orgs["Ash site"], serial_number="S2", asset_tag="T2")
    lines = f"CT,Ash site,S2,,,,,{scanner.reference}", f"CT,Ash site,s1,,,,,{other.reference}"
    batch = save(manager, check(COLUMNS, *lines))
    scanner.refresh_from_db()
    other.refresh_from_db()
    assert (scanner.serial_number, other.serial_number) == ("S2", "s1")
    undo(manager, batch)
    scanner.refresh_from_db()
    other.refresh_from_db()
    assert (scanner.serial_number, other.serial_number) == ("S1", "S2")


def test_a_failure_half_way_leaves_nothing(check, manager, scanner, monkeypatch):
    batch = check(COLUMNS, "CT,Ash site,S1,,Room 9,,,", "MRI,Ash site,S2,,,,,")
    before = everything(), Asset.history.count(), Event.objects.count()

    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("assets.actions.import_commits.record_import", fail)
    with pytest.raises(RuntimeError):
        save(manager, batch)
    batch.refresh_from_db()
    assert batch.status == STATUS.CHECKED
    assert (everything(), Asset.history.count(), Event.objects.count()) == before


def test_an_export_comes_back_unchanged_even_with_what_spreadsheets_would_run(check, manager, orgs, scanner):
    AssetFactory(
        trust=orgs["Ash"],
        site=orgs["Ash site"],
        manufacturer="=HYPERLINK(1)",
        model_name="-5",
        serial_number="@1",
        notes='two\r\nlines, and a "quote"',
        condition=Condition.POOR,
        price_paid_pence=49_000_050,
        examinations_per_year=0,
        installed_on=date(2012, 1, 1),
        installed_precision=Precision.YEAR,
        status=Status.RETIRED,
        retired_on=date(2025, 9, 30),
    )
    target = io.StringIO()
    assets = Asset.objects.select_related("trust", "site", "specification").order_by("pk")
    csv.writer(target).writerows([EXPORT_HEADINGS, *text_rows(assets, on=ON)])
    batch = check_file(
        by=manager,
        file=ContentFile(target.getvalue().encode("utf-8-sig"), name="x.csv"),
        trust=orgs["Ash"],
        on=ON,
    )
    assert (batch.unchanged, batch.changed, batch.created, batch.faulty) == (2, 0, 0, 0)
    assert batch.ignored == []


# Undoing


def test_undoing_puts_every_row_back_exactly(check, manager, orgs, scanner):
    AssetFactory(trust=orgs["Ash"], site=orgs["Ash site"], serial_number="S3", price_paid_pence=100)
    before = everything()
    batch = check(
        COLUMNS,
        "MRI,Ash site,S1,CLEAR,Room 9,June 2012,£1.2m,",
        "CT,Ash site,S2,,,2010,,",
        "CT,Ash site,S3,T3,,CLEAR,CLEAR,",
    )
    save(manager, batch)
    assert everything() != before
    undoing = undo(manager, batch)
    assert everything() == before
    assert (len(undoing.remove), len(undoing.restore), len(undoing.keep)) == (1, 2, 0)
    batch.refresh_from_db()
    assert (batch.status, batch.undone_at) == (STATUS.UNDONE, AT)
    assert Event.objects.filter(action="import.undone", subject_id=batch.pk).exists()
    scanner.refresh_from_db()
    assert scanner.version == 3
    assert [row.history_type for row in scanner.history.order_by("history_id")] == ["+", "~", "~"]
    gone = Asset.history.filter(serial_number="S2").order_by("history_id")
    assert [row.history_type for row in gone] == ["+", "-"]


def test_what_was_touched_since_stays_and_is_named(check, manager, scanner):
    batch = check(
        COLUMNS, "CT,Ash site,S1,,Room 9,,,", "CT,Ash site,S2,,Room 2,,,", "CT,Ash site,S3,,Room 3,,,"
    )
    save(manager, batch)
    scanner.refresh_from_db()
    correct_asset(by=manager, asset=scanner, values={"location": "Room 10"}, version=2, reason="")
    new = Asset.objects.get(serial_number="S2")
    correct_asset(by=manager, asset=new, values={"location": "Room 20"}, version=1, reason="")
    undoing = undo(manager, batch)
    assert [row.number for row, _ in undoing.keep] == [2, 3]
    assert set(Asset.objects.values_list("location", flat=True)) == {"Room 10", "Room 20"}
    assert "changed since" in rows(batch)[2].problems[0]["message"]


def test_looking_at_an_undoing_writes_nothing(check, manager, scanner):
    batch = save(manager, check(COLUMNS, "CT,Ash site,S1,,Room 9,,,", "CT,Ash site,S2,,,,,"))
    before = everything(), Asset.history.count()
    looked = look_at_undo(by=manager, batch=batch)
    assert (len(looked.remove), len(looked.restore)) == (1, 1)
    assert (everything(), Asset.history.count()) == before


def test_a_new_machine_that_a_plan_names_stays(check, manager, orgs):
    batch = save(manager, check(COLUMNS, "CT,Ash site,S1,,,,,", "CT,Ash site,S2,,,,,"))
    pinned = Asset.objects.get(serial_number="S1")
    plan = Plan.objects.create(network=orgs["Northern"], name="Next five years", first_year=2027)
    Pin.objects.create(plan=plan, asset=pinned, year=2028, reason="agreed")
    undoing = undo(manager, batch)
    assert [why for _, why in undoing.keep] == [
        "A plan or another record names it, so it stays in the register."
    ]
    assert list(Asset.objects.all()) == [pinned]


def test_a_former_number_that_another_machine_has_by_now_is_not_taken_back(check, manager, orgs, scanner):
    other = AssetFactory(trust=orgs["Ash"], site=orgs["Ash site"], serial_number="S2", asset_tag="")
    batch = save(
        manager,
        check(COLUMNS, f"CT,Ash site,S8,,,,,{scanner.reference}", f"CT,Ash site,S1,,,,,{other.reference}"),
    )
    third = AssetFactory(trust=orgs["Ash"], site=orgs["Ash site"], serial_number="S2", asset_tag="")
    undoing = undo(manager, batch)
    # The second cannot have S2 back, so it keeps S1, so the first cannot have S1 back.
    assert [row.number for row, _ in undoing.keep] == [2, 3]
    numbers = {asset.pk: asset.serial_number for asset in Asset.objects.all()}
    assert numbers == {scanner.pk: "S8", other.pk: "S1", third.pk: "S2"}


def test_imports_are_undone_one_after_another(check, manager, scanner):
    before = everything()
    first = save(manager, check(COLUMNS, "CT,Ash site,S1,,Room 2,,,", "CT,Ash site,S2,,Room 2,,,"))
    second = save(manager, check(COLUMNS, "CT,Ash site,S1,,Room 3,,,", "CT,Ash site,S2,,Room 3,,,"))
    assert len(undo(manager, second).restore) == 2
    first.refresh_from_db()
    undoing = undo(manager, first)
    assert (len(undoing.remove), len(undoing.restore), undoing.keep) == (1, 1, [])
    assert everything() == before


@pytest.mark.parametrize("state", ["checked", "discarded", "undone"])
def test_only_a_saved_import_is_undone(check, manager, state):
    batch = check(COLUMNS, "CT,Ash site,S1,,,,,")
    if state == "discarded":
        discard_batch(by=manager, batch=batch)
    if state == "undone":
        undo(manager, save(manager, batch))
        batch.refresh_from_db()
    with pytest.raises(CannotUndo):
        undo(manager, batch)


def test_a_discarded_import_cannot_be_saved(check, manager):
    batch = check(COLUMNS, "CT,Ash site,S1,,,,,")
    discard_batch(by=manager, batch=batch)
    assert batch.status == STATUS.DISCARDED
    with pytest.raises(CannotSave, match="discarded"):
        save(manager, batch)
    assert Event.objects.filter(action="import.discarded").count() == 1


# Permission


def test_a_neighbours_machines_and_sites_do_not_exist(check, orgs, scanner):
    theirs = AssetFactory(trust=orgs["Beech"], site=orgs["Beech site"], serial_number="B1", asset_tag="BT1")
    batch = check(
        COLUMNS,
        f"CT,Ash site,,,Room 9,,,{theirs.reference}",
        "CT,Ash site,,,Room 9,,,A999999",
        "CT,Beech site,B7,,Room 9,,,",
        "CT,Nowhere site,B2,,Room 9,,,",
        "CT,Ash site,B1,BT1,,,,",
    )
    kept = rows(batch)
    assert kept[2].problems[0]["message"] == kept[3].problems[0]["message"]
    assert kept[4].problems[0]["message"] == kept[5].problems[0]["message"]
    # The number is Beech's own affair: at Ash it is a new machine's.
    assert kept[6].outcome == "new"
    assert kept[2].asset_id is None


@pytest.mark.parametrize(
    "role", [Role.FINANCE, Role.PROCUREMENT_LEAD, Role.NATIONAL_ANALYST, Role.ADMINISTRATOR]
)
def test_who_may_not_edit_may_not_import(check, manager, orgs, role):
    held_in = {"trust": "Ash", "network": "Northern", "nation": "England"}[min(role.held_in)]
    other = actor(role, orgs[held_in], on=ON)
    mine = check(COLUMNS, "CT,Ash site,S1,,,,,")
    for refused in (
        lambda: check(COLUMNS, "CT,Ash site,S1,,,,,", by=other),
        lambda: save(other, mine),
        lambda: discard_batch(by=other, batch=mine),
        lambda: undo(other, mine),
        lambda: look_at_undo(by=other, batch=mine),
    ):
        with pytest.raises(NotAllowed):
            refused()
    assert not Asset.objects.exists()


def test_a_neighbours_manager_may_not_touch_our_imports(check, manager, orgs):
    neighbour = actor(Role.EQUIPMENT_MANAGER, orgs["Beech"], on=ON)
    batch = save(manager, check(COLUMNS, "CT,Ash site,S1,,,,,"))
    with pytest.raises(NotAllowed):
        undo(neighbour, batch)
    with pytest.raises(NotAllowed):
        check(COLUMNS, "CT,Ash site,S1,,,,,", by=neighbour)
    with pytest.raises(NotAllowed):
        check(COLUMNS, "CT,Ash site,S1,,,,,", by=neighbour, trust=None)
    assert not ImportBatch.objects.visible_to(neighbour).exists()


def test_the_trust_that_took_over_another_imports_for_both(orgs, check):
    LinkFactory(source=orgs["Beech"], target=orgs["Ash"], tie=Tie.SUCCEEDED_BY, starts_on=date(2026, 4, 1))
    merged = actor(Role.EQUIPMENT_MANAGER, orgs["Ash"], on=ON)
    old = AssetFactory(trust=orgs["Beech"], site=orgs["Beech site"], serial_number="B1", location="1")
    batch = save(merged, check(COLUMNS, "CT,Beech site,B1,,Room 9,,,", "CT,Beech site,B2,,,,,", by=merged))
    assert (batch.created, batch.changed) == (1, 1)
    old.refresh_from_db()
    assert (old.location, old.trust) == ("Room 9", orgs["Beech"])
    assert Asset.objects.get(serial_number="B2").trust == orgs["Ash"]


def test_a_command_imports_for_all_trusts_each_by_its_site(orgs, check):
    by = command("import_register")
    batch = save(by, check(COLUMNS, "CT,Ash site,S1,,,,,", "CT,Beech site,S1,,,,,", by=by, trust=None))
    assert batch.trust is None
    assert {asset.trust for asset in Asset.objects.all()} == {orgs["Ash"], orgs["Beech"]}
    assert Event.objects.get(action="import.saved").by_name == "import_register"
    undo(by, batch)
    assert not Asset.objects.exists()
