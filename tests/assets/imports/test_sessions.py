"""An import as a session: columns chosen and remembered, cells put right where they stand, every row to be looked at."""

import csv
import io

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.urls import reverse

from assets.actions.import_batches import check_file
from assets.actions.import_commits import CannotSave, commit_batch
from assets.actions.import_corrections import LONGEST_CELL, Corrections, check_again, correct_cells
from assets.domain.problems import FileProblem
from assets.models import Asset, ImportBatch, ImportMapping, ImportRow
from networks.domain.access import NotAllowed, Role
from networks.models import Event, Run
from tests.assets.imports.conftest import AT, ON
from tests.assets.imports.test_pages import COLUMNS, as_proposed, page, text, upload
from tests.builders.workbooks import workbook
from tests.factories.assets import AssetFactory
from tests.factories.networks import actor, person

KIT = "Kit,Modality,Site,Serial number,Colour\nOptima,CT,Ash site,S1,grey\n"


def mapped(batch, **fields):
    """The form's fields for headings, by their words: what to choose for each."""
    words = {heading["word"]: place for place, heading in enumerate(batch.layout["headings"])}
    return {f"column_{words[word]}": key for word, key in fields.items()}


def problems(batch):
    rows = ImportRow.objects.filter(batch=batch, outcome="problem").order_by("pk")
    return [(row.number, problem["column"], problem["kind"]) for row in rows for problem in row.problems]


# The columns


def test_columns_nobody_knows_are_asked_once_and_remembered(browser):
    assert upload(browser, KIT).status_code == 302
    batch = ImportBatch.objects.get()
    assert batch.status == ImportBatch.Status.COLUMNS
    assert not Asset.objects.exists()
    asked = text(page(browser, "import_mapping", batch))
    assert "Optima" in asked
    assert "grey" in asked
    assert "Recognised" in asked
    assert as_proposed(browser, batch, **mapped(batch, kit="model_name")).url == batch.get_absolute_url()
    batch.refresh_from_db()
    assert (batch.status, batch.created, batch.headings["model_name"]) == ("checked", 1, "Kit")
    assert batch.ignored == [["Colour", "it was chosen not to be read"]]
    assert dict(ImportMapping.objects.values_list("heading", "column")) == {"kit": "model_name", "colour": ""}
    assert Event.objects.filter(action="import.columns_chosen").count() == 1

    upload(browser, KIT.replace("S1", "S2"), "again.csv")
    again = ImportBatch.objects.first()
    assert (again.file_name, again.status, again.created) == ("again.csv", "checked", 1)
    assert "Remembered from your last files" in text(page(browser, "import_mapping", again))


def test_columns_can_be_chosen_anew_after_the_check(browser):
    upload(browser, KIT)
    batch = ImportBatch.objects.get()
    as_proposed(browser, batch, **mapped(batch, kit="model_name"))
    batch.refresh_from_db()
    as_proposed(browser, batch, **mapped(batch, kit="manufacturer"))
    batch.refresh_from_db()
    assert (batch.rows, batch.headings.get("manufacturer"), "model_name" in batch.headings) == (
        1,
        "Kit",
        False,
    )
    assert ImportMapping.objects.get(heading="kit").column == "manufacturer"
    as_proposed(browser, batch, **mapped(batch, kit="-"))
    assert ImportMapping.objects.get(heading="kit").column == ""


def test_two_columns_for_one_thing_and_a_missing_one_keep_asking(browser):
    upload(browser, "Modality,Site,S/N,Serial no.\nCT,Ash site,1,2\n")
    batch = ImportBatch.objects.get()
    asked = text(page(browser, "import_mapping", batch))
    assert asked.count("Two columns say the same: choose one") == 2
    refused = text(as_proposed(browser, batch))
    assert "Choose what “S/N” is, or “Do not read”" in refused
    assert as_proposed(browser, batch, **mapped(batch, sn="serial_number", serialno="-")).status_code == 302
    batch.refresh_from_db()
    assert batch.headings["serial_number"] == "S/N"

    upload(browser, "Kind,Hospital,Make\nCT,Ash site,GE\n", "other.csv")
    other = ImportBatch.objects.first()
    if other.status == ImportBatch.Status.COLUMNS:
        missing = as_proposed(browser, other)
        assert "o column is read as “Modality”" in text(page(browser, "import_mapping", other)) or missing


def test_of_very_many_headings_the_page_asks_about_some_and_leaves_out_the_rest(browser):
    heads = ",".join(f"Column {number}" for number in range(900))
    cells = ",".join(str(number) for number in range(900))
    upload(browser, f"Modality,{heads},Site,Serial number\nCT,{cells},Ash site,S1\n")
    batch = ImportBatch.objects.get()
    assert len(browser.get(reverse("import_mapping", args=[batch.pk])).context["form"].lines) == 300
    as_proposed(browser, batch)
    batch.refresh_from_db()
    assert (batch.status, batch.created) == ("checked", 1)


def test_a_file_that_is_gone_is_said_to_be(browser):
    upload(browser, KIT)
    batch = ImportBatch.objects.get()
    default_storage.delete(batch.stored_as)
    response = browser.get(reverse("import_mapping", args=[batch.pk]), follow=True)
    assert "The file is no longer kept." in text(response)


def test_what_one_trust_chose_is_nothing_to_another_and_commands_do_not_use_it(
    browser, client, orgs, manager
):
    upload(browser, KIT)
    batch = ImportBatch.objects.get()
    as_proposed(browser, batch, **mapped(batch, kit="model_name"))
    by_command = check_file(
        by=manager, file=ContentFile(KIT.encode(), name="x.csv"), trust=orgs["Ash"], on=ON
    )
    assert "model_name" not in by_command.headings
    client.force_login(person(Role.EQUIPMENT_MANAGER, orgs["Beech"]))
    upload(client, KIT.replace("Ash", "Beech"))
    assert ImportBatch.objects.first().status == ImportBatch.Status.COLUMNS


def test_a_command_uses_what_was_chosen_only_when_told_to(browser, orgs, tmp_path, capsys):
    upload(browser, KIT)
    batch = ImportBatch.objects.get()
    as_proposed(browser, batch, **mapped(batch, kit="model_name"))
    file = tmp_path / "kit.csv"
    file.write_text(KIT.replace("S1", "S2"))
    for options, model in (((), ""), (("--remembered",), "Optima")):
        call_command("import_register", str(file), "--trust", orgs["Ash"].code, *options)
        assert Asset.objects.get(serial_number="S2").model_name == model
    assert "Read from UTF-8 text, cells parted by commas, headings in row 1." in capsys.readouterr().out


def test_a_large_file_is_read_anew_by_a_worker(browser, monkeypatch, django_capture_on_commit_callbacks):
    upload(browser, KIT)
    batch = ImportBatch.objects.get()
    monkeypatch.setattr("assets.views.import_columns.LARGE_FILE_BYTES", 1)
    with django_capture_on_commit_callbacks(execute=True):
        as_proposed(browser, batch, **mapped(batch, kit="model_name"))
    assert Run.objects.get().result_url == batch.get_absolute_url()
    batch.refresh_from_db()
    assert batch.created == 1


# Sheets


def test_a_collection_of_several_sheets_is_read_whole(browser, orgs):
    head = [["National imaging data collection"], [], ["Equipment details", "", "", "Installation", ""]]
    below = ["Site", "Manufacturer", "Serial number", "Date", "Notes"]
    content = workbook(
        [["How to fill this in"], ["One row for each machine"]],
        sheet="Guidance",
        **{
            "CT scanners": [
                *head,
                below,
                ["Ash site", "GE", "S1", "June 2012", ""],
                ["Total", "", "", "1", ""],
            ],
            "MRI": [*head, below, ["Ash site", "GE", "S2", "2014", ""], ["Nowhere", "GE", "S3", "2014", ""]],
            "Summary": [["Modality", "Site"], ["CT", "12"]],
        },
    )
    upload(browser, content, "collection.xlsx")
    batch = ImportBatch.objects.get()
    if batch.status == ImportBatch.Status.COLUMNS:
        as_proposed(browser, batch)
        batch.refresh_from_db()
    assert (batch.status, batch.created, batch.faulty) == ("checked", 2, 1)
    kinds = [row.after["modality"] for row in batch.lines.filter(outcome="new").order_by("pk")]
    assert kinds == ["CT", "MRI"]
    assert batch.lines.get(outcome="problem").where == "sheet MRI, row 6"
    assert "row 6 (“Total”, a total)" in batch.read_as
    assert "sheet “Summary” was passed over" in batch.read_as
    assert "headings in rows 3 and 4 together" in batch.read_as
    assert "MRI, " in text(page(browser, "import_detail", batch))


def test_a_sheet_for_each_site_is_read_under_its_name(manager, orgs):
    head = ["Modality", "Serial number", "Room"]
    content = workbook(
        [head, ["CT", "S1", ""]], sheet="Ash site", **{orgs["Ash site"].code: [head, ["MRI", "S2", "4"]]}
    )
    file = ContentFile(content, name="sites.xlsx")
    batch = check_file(by=manager, file=file, trust=orgs["Ash"], on=ON)
    assert (batch.created, batch.faulty) == (2, 0)
    assert {row.after["site_id"] for row in batch.lines.all()} == {orgs["Ash site"].pk}
    assert "site “Ash site” from the sheet’s name" in batch.read_as


def test_a_sheet_whose_name_says_nothing_is_not_guessed(manager, orgs):
    content = workbook([["Modality", "Serial number"], ["CT", "S1"]], sheet="Scanners of the trust")
    with pytest.raises(FileProblem, match="no column for “Site code” or “Site”"):
        check_file(by=manager, file=ContentFile(content, name="x.xlsx"), trust=orgs["Ash"], on=ON)


def test_rows_of_two_sheets_with_one_number_are_told_of_each_other(manager, orgs):
    rows = [["Modality", "Site", "Serial number"], ["CT", "Ash site", "S1"]]
    file = ContentFile(workbook(rows, sheet="North", South=rows), name="x.xlsx")
    batch = check_file(by=manager, file=file, trust=orgs["Ash"], on=ON)
    messages = [problem["message"] for row in batch.lines.order_by("pk") for problem in row.problems]
    assert ["sheet “South”" in messages[0], "sheet “North”" in messages[1]] == [True, True]


def test_the_sheets_to_read_can_be_chosen(browser):
    rows = [["Modality", "Site", "Serial number", "Colour"], ["CT", "Ash site", "S1", "red"]]
    others = [rows[0], ["CT", "Ash site", "S2", "blue"]]
    upload(browser, workbook(rows, sheet="North", South=others), "two.xlsx")
    batch = ImportBatch.objects.get()
    as_proposed(browser, batch, sheets=["1"])
    batch.refresh_from_db()
    assert list(batch.lines.values_list("cells__serial_number", flat=True)) == ["S2"]
    assert "sheet “North” was passed over: it was chosen not to be read" in batch.read_as


# The cells


def test_a_cell_is_put_right_where_it_stands(browser, check):
    batch = check(COLUMNS, "CT,Nowhere,S1,", "CT,Ash site,S2,")
    row = batch.lines.get(outcome="problem")
    shown = text(page(browser, "import_detail", batch))
    assert f'name="cell-{row.pk}-site" value="Nowhere"' in shown
    response = browser.post(
        reverse("import_correct", args=[batch.pk]),
        {f"cell-{row.pk}-site": " Ash site ", f"was-{row.pk}-site": "Nowhere"},
        follow=True,
    )
    assert "1 cell put right. The rows were checked again: No row has a problem now, 1 before." in text(
        response
    )
    row.refresh_from_db()
    batch.refresh_from_db()
    assert (row.outcome, row.cells["site"], row.corrected) == ("new", "Ash site", {"site": "Nowhere"})
    assert (batch.created, batch.faulty) == (2, 0)
    assert Event.objects.filter(action="import.corrected").count() == 1
    assert "Corrected here" in text(page(browser, "import_detail", batch, show="new"))


def test_like_cells_are_put_right_together(browser, check):
    lines = [f"CT,Nowhere,S{n}," for n in range(5)]
    batch = check(COLUMNS, *lines, "CT,Elsewhere,S9,")
    first = batch.lines.earliest("pk")
    assert "In all 5 rows alike" in text(page(browser, "import_detail", batch))
    name = f"{first.pk}-site"
    browser.post(
        reverse("import_correct", args=[batch.pk]),
        {f"cell-{name}": "Ash site", f"was-{name}": "Nowhere", f"alike-{name}": "1"},
    )
    batch.refresh_from_db()
    assert (batch.created, batch.faulty) == (5, 1)


def test_what_the_reader_saw_is_put_right_too(manager, check, orgs):
    content = workbook([["Modality", "Site", "Exams"], ["CT", "Ash site", "=2*7000"]])
    batch = check_file(by=manager, file=ContentFile(content, name="x.xlsx"), trust=orgs["Ash"], on=ON)
    row = batch.lines.get()
    assert problems(batch) == [(2, "Exams", "formula")]
    check_again(by=manager, batch=batch, on=ON)
    assert problems(batch) == [(2, "Exams", "formula")], "checking again finds it again"
    correct_cells(
        by=manager, batch=batch, corrections=Corrections({row.pk: {"examinations_per_year": "14000"}})
    )
    batch = check_again(by=manager, batch=batch, on=ON)
    assert (batch.created, batch.faulty) == (1, 0)


def test_rows_that_clash_are_checked_together_again(manager, check):
    batch = check(COLUMNS, "CT,Ash site,S1,", "CT,Ash site,S1,")
    assert batch.faulty == 2
    last = batch.lines.latest("pk")
    correct_cells(by=manager, batch=batch, corrections=Corrections({last.pk: {"serial_number": "S2"}}))
    batch = check_again(by=manager, batch=batch, on=ON)
    assert (batch.created, batch.faulty) == (2, 0)
    commit_batch(by=manager, batch=batch, good_rows_only=False, at=AT)
    assert set(Asset.objects.values_list("serial_number", flat=True)) == {"S1", "S2"}


def test_a_cell_put_back_as_the_file_had_it_is_not_corrected(manager, check):
    batch = check(COLUMNS, "CT,Nowhere,S1,")
    row = batch.lines.get()
    for site in ("Ash site", "", "Nowhere"):
        correct_cells(by=manager, batch=batch, corrections=Corrections({row.pk: {"site": site}}))
    row.refresh_from_db()
    assert (row.cells["site"], row.corrected) == ("Nowhere", {})


def test_too_long_a_text_is_refused_and_nothing_typed_is_lost(browser, check):
    batch = check(COLUMNS, "CT,Nowhere,S1,", "Ultrasound,Ash site,S2,")
    one, two = batch.lines.order_by("pk")
    typed = {f"cell-{one.pk}-site": "x" * (LONGEST_CELL + 1), f"cell-{two.pk}-modality": "CT scanner"}
    response = browser.post(reverse("import_correct", args=[batch.pk]), typed)
    shown = text(response)
    assert "There is a problem" in shown
    assert 'value="CT scanner"' in shown
    assert batch.lines.filter(outcome="problem").count() == 2


def test_any_cell_of_a_row_is_put_right_on_its_own_page(browser, check):
    batch = check(COLUMNS, "CT,Ash site,S1,Room 1")
    row = batch.lines.get()
    url = reverse("import_row", args=[batch.pk, row.pk])
    assert 'value="Room 1"' in text(browser.get(url))
    browser.post(url, {f"cell-{row.pk}-location": "Room 2", f"was-{row.pk}-location": "Room 1"})
    row.refresh_from_db()
    assert row.after["location"] == "Room 2"
    assert browser.get(reverse("import_row", args=[batch.pk, row.pk + 1000])).status_code == 404


def test_a_conflict_is_decided_on_the_page(browser, check, orgs):
    asset = AssetFactory(trust=orgs["Ash"], site=orgs["Ash site"], serial_number="S1", location="1")
    asset.location, asset.version = "9", 2
    asset.save()
    batch = check("Reference,Room,Register version,Modality,Site", f"{asset.reference},2,1,,")
    row = batch.lines.get()
    shown = text(page(browser, "import_detail", batch))
    for words in ("As exported: 1", "Keep the register: 9", "Take the file: 2"):
        assert words in shown
    browser.post(reverse("import_correct", args=[batch.pk]), {f"decide-{row.pk}-location": "file"})
    batch.refresh_from_db()
    assert (batch.changed, batch.faulty) == (1, 0)
    browser.post(reverse("import_commit", args=[batch.pk]), {"rows": "all"})
    asset.refresh_from_db()
    assert asset.location == "2"


def test_many_conflicts_are_decided_together_but_for_those_decided_alone(browser, check, orgs):
    lines = []
    for number in range(3):
        asset = AssetFactory(
            trust=orgs["Ash"], site=orgs["Ash site"], serial_number=f"S{number}", location="1"
        )
        asset.location, asset.version = "9", 2
        asset.save()
        lines.append(f"{asset.reference},2,1")
    batch = check("Reference,Room,Register version", *lines)
    assert batch.faulty == 3
    assert "Keep the register in all of them" in text(page(browser, "import_detail", batch))
    first = batch.lines.earliest("pk")
    browser.post(
        reverse("import_correct", args=[batch.pk]),
        {f"decide-{first.pk}-location": "file", "decide-all": "register"},
    )
    batch.refresh_from_db()
    assert (batch.changed, batch.unchanged, batch.faulty) == (1, 2, 0)


def test_the_rows_can_be_checked_again_after_the_register_changed(browser, check, orgs):
    asset = AssetFactory(trust=orgs["Ash"], site=orgs["Ash site"], serial_number="S1", location="1")
    batch = check(COLUMNS, "CT,Ash site,S1,2")
    asset.notes, asset.version = "meanwhile", 2
    asset.save()
    response = browser.post(reverse("import_commit", args=[batch.pk]), {"rows": "all"}, follow=True)
    assert "1 row is now among the problems" in text(response)
    assert "Check these rows again" in text(response)
    assert "Save what I put right" not in text(response)
    browser.post(reverse("import_check_again", args=[batch.pk]))
    batch.refresh_from_db()
    assert (batch.changed, batch.faulty) == (1, 0)
    browser.post(reverse("import_commit", args=[batch.pk]), {"rows": "all"})
    asset.refresh_from_db()
    assert (asset.location, asset.notes) == ("2", "meanwhile")


def test_many_rows_are_checked_again_by_a_worker(
    browser, check, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr("assets.views.import_rows.MANY_TO_CHECK", 1)
    batch = check(COLUMNS, "CT,Nowhere,S1,", "CT,Ash site,S2,")
    row = batch.lines.earliest("pk")
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(reverse("import_correct", args=[batch.pk]), {f"cell-{row.pk}-site": "Ash site"})
    assert Run.objects.get().result_url == batch.get_absolute_url()
    batch.refresh_from_db()
    assert batch.faulty == 0


def test_what_is_over_is_not_corrected(manager, check):
    batch = check(COLUMNS, "CT,Ash site,S1,")
    row = batch.lines.get()
    commit_batch(by=manager, batch=batch, good_rows_only=False, at=AT)
    for late in (
        lambda: correct_cells(by=manager, batch=batch, corrections=Corrections({row.pk: {"location": "9"}})),
        lambda: check_again(by=manager, batch=batch, on=ON),
    ):
        with pytest.raises(CannotSave, match="This import is over"):
            late()


def test_cells_of_another_import_are_not_reached(manager, check):
    mine, other = check(COLUMNS, "CT,Nowhere,S1,"), check(COLUMNS, "CT,Nowhere,S2,")
    theirs = other.lines.get()
    assert (
        correct_cells(by=manager, batch=mine, corrections=Corrections({theirs.pk: {"site": "Ash site"}})) == 0
    )
    theirs.refresh_from_db()
    assert theirs.cells["site"] == "Nowhere"


# Every row


def test_rows_are_found_by_words_and_columns_and_taken_away(browser, check, orgs):
    for number in range(3):
        AssetFactory(trust=orgs["Ash"], site=orgs["Ash site"], serial_number=f"S{number}", location="1")
    batch = check(
        COLUMNS + ",Notes",
        "CT,Ash site,S0,2,",
        "CT,Ash site,S1,1,Zoé’s",
        "CT,Ash site,S2,1,",
        "CT,Ash site,N1,,",
    )
    by_column = page(browser, "import_detail", batch, show="changed", column="location").context
    assert [row.number for row in by_column["rows"]] == [2]
    by_words = page(browser, "import_detail", batch, show="changed", text="ZOÉ").context
    assert [row.number for row in by_words["rows"]] == [3]
    nothing = page(browser, "import_detail", batch, show="new", text="nowhere to be found")
    assert "0 fit the filter" in text(nothing)
    for show, expected in {
        "changed": [["2", "Room", "1", "2"], ["3", "Notes", "not known", "Zoé’s"]],
    }.items():
        content = b"".join(page(browser, "import_rows_export", batch, show=show).streaming_content)
        lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
        assert [[line[0], *line[3:]] for line in lines[1:]] == expected
    whole = page(browser, "import_rows_export", batch, show="new", format="xlsx")
    assert whole["Content-Disposition"].endswith('-new.xlsx"')
    content = b"".join(page(browser, "import_rows_export", batch, show="unchanged").streaming_content).decode(
        "utf-8-sig"
    )
    assert content.splitlines() == [
        "Row in the file,Modality,Site,Serial number,Room,Notes",
        "4,CT,Ash site,S2,1,",
    ]


# What equipment cost


@pytest.fixture
def modality_lead(orgs):
    return actor(Role.MODALITY_LEAD, orgs["Ash"], on=ON)


PRICED = "Modality,Site,Serial number,Price paid (£ ex VAT)"


def test_whoever_sees_no_prices_reads_none_in(check, modality_lead, orgs):
    AssetFactory(trust=orgs["Ash"], site=orgs["Ash site"], serial_number="S1", price_paid_pence=5_000_000)
    batch = check(PRICED, "CT,Ash site,S1,700000", by=modality_lead)
    assert (batch.unchanged, batch.faulty) == (1, 0)
    assert "you do not see what equipment cost" in dict(batch.ignored)["Price paid (£ ex VAT)"]


def test_whoever_sees_no_prices_sees_none_in_anothers_import_and_does_not_save_it(
    client, check, modality_lead, orgs
):
    AssetFactory(trust=orgs["Ash"], site=orgs["Ash site"], serial_number="S1", price_paid_pence=51_234_500)
    batch = check(PRICED, "CT,Ash site,S1,712345", "CT,Ash site,S2,612345", "CT,Ash site,S3,412345 inc VAT")
    client.force_login(person(Role.MODALITY_LEAD, orgs["Ash"]))
    for show in ("problem", "changed", "new"):
        shown = text(page(client, "import_detail", batch, show=show))
        shown += text(page(client, "import_rows_export", batch, show=show))
        shown += "".join(
            text(client.get(reverse("import_row", args=[batch.pk, row.pk]))) for row in batch.lines.all()
        )
        for amount in ("712", "612", "412", "512"):
            assert f"{amount}345" not in shown
            assert f"{amount},345" not in shown
    for tab in ("changed", "new"):
        assert "0 fit the filter" in text(page(client, "import_detail", batch, show=tab, text="12345"))
    assert "Save the" not in text(page(client, "import_detail", batch))
    with pytest.raises(NotAllowed):
        commit_batch(by=modality_lead, batch=batch, good_rows_only=True, at=AT)
    undo = client.get(reverse("import_undo", args=[batch.pk]), follow=True)
    assert "This file may say what equipment cost, which you are not shown." in text(undo)


def test_whoever_sees_no_prices_opens_no_file_of_another(browser, client, orgs):
    upload(browser, "Modality,Site,Serial number,Cost incl VAT\nCT,Ash site,S1,712345\n")
    batch = ImportBatch.objects.get()
    client.force_login(person(Role.MODALITY_LEAD, orgs["Ash"]))
    shown = text(client.get(reverse("import_mapping", args=[batch.pk]), follow=True))
    assert "712345" not in shown
    assert "may say what equipment cost" in shown
    upload(client, "Modality,Site,Serial number,Colour\nCT,Ash site,S1,grey\n")
    own = ImportBatch.objects.first()
    assert "grey" in text(page(client, "import_mapping", own))


def test_an_import_that_came_to_say_prices_meanwhile_is_asked_about_as_it_is_now(check, modality_lead, orgs):
    AssetFactory(trust=orgs["Ash"], site=orgs["Ash site"], serial_number="S1", price_paid_pence=51_234_500)
    batch = check(PRICED, "CT,Ash site,S1,712345")
    # As it was read before its manager chose that the column is the price.
    batch.headings = {key: heading for key, heading in batch.headings.items() if "pence" not in key}
    with pytest.raises(NotAllowed):
        commit_batch(by=modality_lead, batch=batch, good_rows_only=True, at=AT)
    with pytest.raises(NotAllowed):
        check_again(by=modality_lead, batch=batch, on=ON)
    assert Asset.objects.get().price_paid_pence == 51_234_500


def test_whoever_sees_no_prices_is_not_quoted_what_was_passed_over_in_anothers_file(browser, client, orgs):
    upload(browser, "Modality,Site,Serial number\nCT,Ash site,S1\nAll together they cost £9 876 543,,\n")
    batch = ImportBatch.objects.get()
    assert "9 876 543" in text(page(browser, "import_detail", batch))
    client.force_login(person(Role.MODALITY_LEAD, orgs["Ash"]))
    assert "9 876 543" not in text(page(client, "import_detail", batch))
