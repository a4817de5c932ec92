import csv
import html
import io
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assets.actions.import_commits import commit_batch
from assets.actions.import_files import EXPIRES_AFTER, LEFT_BEHIND_AFTER, sweep_files
from assets.models import Asset, ImportBatch
from networks.domain.access import Role
from networks.models import Run
from tests.assets.imports.conftest import AT
from tests.builders.workbooks import corrected_register, messy_register
from tests.factories.assets import AssetFactory
from tests.factories.networks import person

COLUMNS = "Modality,Site,Serial number,Room"


def text(response) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return " ".join(html.unescape(content.decode()).split())


def upload(client: Client, content: bytes | str, name: str = "fleet.csv", **data):
    raw = content.encode() if isinstance(content, str) else content
    return client.post(reverse("import_new"), {"file": SimpleUploadedFile(name, raw), **data})


def as_proposed(client: Client, batch: ImportBatch, **otherwise: str):
    """Take the step of the columns as the page proposes it, but for what is chosen otherwise."""
    form = client.get(reverse("import_mapping", args=[batch.pk])).context["form"]
    said = {name: form[name].initial for name in form.fields}
    return client.post(reverse("import_mapping", args=[batch.pk]), said | otherwise)


def page(client: Client, name: str, batch: ImportBatch, **query):
    return client.get(reverse(name, args=[batch.pk]), query)


@pytest.fixture
def site(orgs) -> tuple[str, str]:
    return orgs["Ash site"].code, orgs["Ash site"].name


def test_from_the_messy_file_to_the_register_and_back(browser, site):
    response = upload(browser, messy_register([site]), "Kit list.xlsx")
    batch = ImportBatch.objects.get()
    assert response.url == batch.get_absolute_url()
    asked = text(browser.get(response.url, follow=True))
    assert "What the columns are" in asked
    assert "Not recognised" in asked
    assert as_proposed(browser, batch).url == batch.get_absolute_url()
    checked = text(page(browser, "import_detail", batch))
    assert "12 problems in 12 rows" in checked
    assert "Nothing has been saved" in checked
    assert "Save the 48 good rows only, leave out 12" in checked
    assert "There is no such site in the list of organisations." in checked
    assert "Responsible engineer" in checked
    assert not Asset.objects.exists()

    # What the heading nobody knows means is remembered, so that it is not asked again.
    upload(browser, corrected_register([site]), "Kit list.xlsx")
    batch = ImportBatch.objects.first()
    assert "Save 60 new machines" in text(page(browser, "import_detail", batch))
    response = browser.post(reverse("import_commit", args=[batch.pk]), {"rows": "all"}, follow=True)
    assert "The register was updated from Kit list.xlsx." in text(response)
    assert Asset.objects.count() == 60

    asked = text(page(browser, "import_undo", batch))
    assert "60 machines added by this import will be taken out of the register." in asked
    assert Asset.objects.count() == 60
    response = browser.post(reverse("import_undo", args=[batch.pk]), follow=True)
    assert "The import of Kit list.xlsx was undone." in text(response)
    assert not Asset.objects.exists()
    listed = text(browser.get(reverse("import_list")))
    assert "Go on with Kit list.xlsx" in listed, "the messy one still waits"
    assert "Undone" in listed
    assert "Mo Manager" in listed


def test_problems_are_gathered_by_kind_and_can_be_looked_at_kind_by_kind(browser, check):
    batch = check(COLUMNS, "CT,Nowhere,S1,", "CT,Nowhere,S2,", "Ultrasound,Ash site,S3,")
    everything = text(page(browser, "import_detail", batch))
    assert "Sites that are not in the list of organisations (2)" in everything
    assert "Types of equipment we do not know (1)" in everything
    one = text(page(browser, "import_detail", batch, show="problem", kind="modality_unknown"))
    assert "Ultrasound" in one
    assert "There is no such site" not in one


def test_of_many_problems_one_kind_can_be_chosen(browser, check):
    many = check(COLUMNS, *(f"CT,Nowhere,S{n}," for n in range(20)), "Ultrasound,Ash site,S21,")
    shown = text(page(browser, "import_detail", many))
    assert (
        '?show=problem&kind=site_unknown#rows">Sites that are not in the list of organisations</a>: 20'
        in shown
    )


def test_changes_are_shown_from_old_to_new_in_words(browser, check, orgs):
    AssetFactory(trust=orgs["Ash"], site=orgs["Ash site"], serial_number="S1", location="Room 1")
    batch = check(
        "Modality,Site,Serial number,Room,Installed,Price paid,Condition,Exams",
        "MRI,Ash site,S1,Room 9,2017,£490k,fair,14500",
    )
    shown = text(page(browser, "import_detail", batch, show="changed"))
    for words in (
        "Room 1",
        "Room 9",
        "1 April 2018",
        "2017",
        "£490,000",
        "not known",
        "Fair",
        "14,500",
        "MRI-STD",
    ):
        assert words in shown


def test_new_and_unchanged_machines_are_listed(browser, check, orgs):
    AssetFactory(trust=orgs["Ash"], site=orgs["Ash site"], serial_number="S1")
    batch = check(COLUMNS, "CT,Ash site,S1,", "MRI,Ash site,S2,Room 4")
    new = text(page(browser, "import_detail", batch, show="new"))
    assert "Room: Room 4" in new
    assert "MRI make and model not known" in new
    assert "Modality:" not in new
    assert "SOMATOM go.Top" in text(page(browser, "import_detail", batch, show="unchanged"))


def test_a_file_of_nothing_new_offers_nothing_to_save(browser, check, orgs):
    AssetFactory(trust=orgs["Ash"], site=orgs["Ash site"], serial_number="S1")
    shown = text(page(browser, "import_detail", check(COLUMNS, "CT,Ash site,S1,")))
    assert "There is nothing to save." in shown
    assert reverse("import_commit", args=[1]) not in shown


@pytest.mark.parametrize("show", ["problem", "changed", "new", "unchanged"])
def test_a_page_takes_as_many_queries_for_many_rows_as_for_few(
    browser, check, orgs, show, django_assert_max_num_queries
):
    for serial in range(40):
        AssetFactory(trust=orgs["Ash"], site=orgs["Ash site"], serial_number=f"S{serial}", location="1")
    lines = [f"CT,Ash site,S{n},{n % 2}" for n in range(40)]
    lines += [f"CT,Ash site,N{n}," for n in range(40)] + [f"CT,Nowhere,X{n}," for n in range(40)]
    batch = check(COLUMNS, *lines)
    with django_assert_max_num_queries(16):
        page(browser, "import_detail", batch, show=show)


def test_long_lists_are_paged_and_keep_what_is_shown(browser, check):
    batch = check(COLUMNS, *(f"CT,Nowhere,S{n}," for n in range(120)))
    first = text(page(browser, "import_detail", batch))
    assert "120 problems in 120 rows" in first
    assert "page=2" in first
    assert "S119" not in first
    assert page(browser, "import_detail", batch, show="problem", page="3").context["page"].number == 3


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"%PDF-1.7 ...", "fleet.xlsx", "This file is a PDF document"),
        (b"<html><body>Log in", "fleet.zip", "This file is a web page"),
        (b"", "fleet.csv", "This file is empty"),
        ("Modality¬Site\nCT¬Ash site\n".encode("cp1252"), "fleet.csv", "0xAC"),
        (b"Make,Model\n", "fleet.csv", "no machines below the headings"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_beside_its_box(browser, content, name, words):
    response = upload(browser, content, name)
    assert response.status_code == 200
    shown = text(response)
    assert "There is a problem" in shown
    assert shown.count(words) == 2, "in the summary and at the box"
    assert "<title>Error: Import a spreadsheet" in shown
    assert not ImportBatch.objects.exists()


def test_no_file_and_a_file_too_large_are_refused(browser, settings):
    assert "Choose a file" in text(browser.post(reverse("import_new")))
    settings.UPLOAD_MAX_BYTES = 100
    assert "the largest taken is" in text(upload(browser, "x" * 101))


def test_a_large_file_is_checked_by_a_worker(
    browser, monkeypatch, django_capture_on_commit_callbacks, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr("assets.views.imports.LARGE_FILE_BYTES", 10)
    with django_capture_on_commit_callbacks(execute=True):
        response = upload(browser, f"{COLUMNS}\nCT,Ash site,S1,\n")
    run = Run.objects.get()
    assert response.url == reverse("run_detail", args=[run.pk])
    batch = ImportBatch.objects.get()
    assert (run.status, run.result_url) == (Run.Status.SUCCEEDED, batch.get_absolute_url())
    assert (batch.file_name, batch.created) == ("fleet.csv", 1)
    assert len(list((settings.MEDIA_ROOT / "imports").iterdir())) == 1
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(reverse("import_commit", args=[batch.pk]), {"rows": "all"})
    assert not list((settings.MEDIA_ROOT / "imports").iterdir()), "let go with the import"


def test_a_large_file_that_cannot_be_read_ends_its_run_in_words(
    browser, monkeypatch, django_capture_on_commit_callbacks, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr("assets.views.imports.LARGE_FILE_BYTES", 3)
    with django_capture_on_commit_callbacks(execute=True):
        upload(browser, b"%PDF-1.7")
    run = Run.objects.get()
    assert run.status == Run.Status.FAILED
    assert "PDF document" in run.error
    assert not list((settings.MEDIA_ROOT / "imports").iterdir())


def test_many_rows_are_saved_and_undone_by_a_worker(
    browser, check, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr("assets.views.imports.MANY_ROWS", 1)
    batch = check(COLUMNS, "CT,Ash site,S1,", "CT,Ash site,S2,", "CT,Nowhere,S3,")
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(reverse("import_commit", args=[batch.pk]), {"rows": "good"})
    assert Asset.objects.count() == 2
    assert Run.objects.get().result_url == batch.get_absolute_url()
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(reverse("import_commit", args=[batch.pk]), {"rows": "good"})
    assert "saved already" in Run.objects.first().error
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(reverse("import_undo", args=[batch.pk]))
    assert not Asset.objects.exists()


def test_files_that_nobody_comes_back_to_are_removed(browser, settings):
    upload(browser, f"{COLUMNS}\nCT,Ash site,S1,\n")
    batch = ImportBatch.objects.get()
    lost = default_storage.save("imports/upload", ContentFile(b"x"))
    sweep_files(now=timezone.now())
    assert default_storage.exists(lost)
    sweep_files(now=timezone.now() + LEFT_BEHIND_AFTER + timedelta(minutes=1))
    assert not default_storage.exists(lost)
    assert default_storage.exists(batch.stored_as)
    sweep_files(now=timezone.now() + EXPIRES_AFTER + timedelta(minutes=1))
    assert not default_storage.exists(batch.stored_as)
    response = browser.get(reverse("import_mapping", args=[batch.pk]), follow=True)
    assert "The file is no longer kept. Upload it again" in text(response)


def test_saving_with_problems_is_refused_without_the_choice(browser, check):
    batch = check(COLUMNS, "CT,Ash site,S1,", "CT,Nowhere,S2,")
    response = browser.post(reverse("import_commit", args=[batch.pk]), {"rows": "all"}, follow=True)
    assert "Some rows have problems." in text(response)
    assert not Asset.objects.exists()
    browser.post(reverse("import_commit", args=[batch.pk]), {"rows": "good"})
    shown = text(page(browser, "import_detail", batch))
    assert "1 row with problems was left out." in shown


def test_the_problem_rows_come_back_to_be_corrected_and_sent_again(browser, check):
    batch = check(
        "Modality,Site,Serial number,Room,Engineer,Exams",
        "CT,Ash site,S1,,Ann,",
        "CT,Nowhere,S2,-5,Ann,=2*7000",
        "Ultrasound,Ash site,S3,'=x,Ann,CLEAR",
    )
    content = b"".join(page(browser, "import_problems_export", batch).streaming_content).decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(content)))
    assert [line["Row in the file"] for line in lines] == ["3", "4"]
    assert "Site: There is no such site" in lines[0]["What is wrong"]
    assert [line["Room"] for line in lines] == ["'-5", "'=x"]
    assert [line["Exams"] for line in lines] == ["formula 2*7000", "CLEAR"]
    corrected = (
        content.replace("Nowhere", "Ash site").replace("Ultrasound", "CT").replace("formula 2*7000", "14000")
    )
    upload(browser, corrected, "to-correct.csv")
    again = ImportBatch.objects.first()
    assert (again.created, again.faulty, again.ignored) == (2, 0, [])
    browser.post(reverse("import_commit", args=[again.pk]), {"rows": "all"})
    assert dict(Asset.objects.values_list("serial_number", "location")) == {"S2": "-5", "S3": "=x"}


def test_an_import_can_be_discarded(browser, check):
    batch = check(COLUMNS, "CT,Ash site,S1,")
    response = browser.post(reverse("import_discard", args=[batch.pk]), follow=True)
    assert "fleet.csv was discarded. The register is as it was." in text(response)
    assert reverse("import_commit", args=[batch.pk]) not in text(page(browser, "import_detail", batch))


def test_undoing_names_what_stays_and_an_undone_import_is_not_undone_again(browser, check, manager):
    batch = check(COLUMNS, "CT,Ash site,S1,", "CT,Ash site,S2,")
    commit_batch(by=manager, batch=batch, good_rows_only=False, at=AT)
    Asset.objects.filter(serial_number="S1").update(version=5)
    asked = text(page(browser, "import_undo", batch))
    assert "1 machine will stay as they are now" in asked or "1 machine will stay" in asked
    assert "changed since the import" in asked
    browser.post(reverse("import_undo", args=[batch.pk]))
    response = browser.get(reverse("import_undo", args=[batch.pk]), follow=True)
    assert "undone already" in text(response)
    assert Asset.objects.get().serial_number == "S1"


def test_the_guide_and_the_templates(browser):
    guide = text(browser.get(reverse("import_columns")))
    assert "Date of installation" in guide
    as_csv = b"".join(browser.get(reverse("import_template"), {"format": "csv"}).streaming_content)
    assert as_csv.decode("utf-8-sig").startswith(
        "Reference,Trust code,Trust,Site code,Site,Room,Location number (GLN),Asset number,Modality"
    )
    response = browser.get(reverse("import_template"))
    assert response["Content-Disposition"].endswith('"register-template.xlsx"')
    assert "no machines below the headings" in text(
        upload(browser, response.content, "register-template.xlsx")
    )


def test_with_several_trusts_one_is_chosen(client, orgs, monkeypatch):
    from assets.domain.register import TrustName

    two = [TrustName(orgs[name].pk, orgs[name].code, name, orgs[name].pk) for name in ("Ash", "Beech")]
    monkeypatch.setattr("assets.views.imports.importing_trusts", lambda actor, on: two)
    client.force_login(person(Role.EQUIPMENT_MANAGER, orgs["Ash"]))
    assert "Choose trust" in text(upload(client, f"{COLUMNS}\nCT,Ash site,S1,\n"))
    upload(client, f"{COLUMNS}\nCT,Ash site,S1,\n", trust=str(orgs["Ash"].pk))
    assert ImportBatch.objects.get().trust == orgs["Ash"]
    # Whatever a page was made to send, the action decides.
    assert upload(client, f"{COLUMNS}\nCT,Beech site,S1,\n", trust=str(orgs["Beech"].pk)).status_code == 403


# Who may see and do what

OF_A_BATCH = (
    "import_detail",
    "import_mapping",
    "import_correct",
    "import_check_again",
    "import_rows_export",
    "import_commit",
    "import_undo",
    "import_discard",
    "import_problems_export",
)


@pytest.mark.parametrize("name", OF_A_BATCH)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_neighbours_import_does_not_exist(client, orgs, check, name, method):
    batch = check(COLUMNS, "CT,Ash site,S1,")
    client.force_login(person(Role.EQUIPMENT_MANAGER, orgs["Beech"]))
    response = getattr(client, method)(reverse(name, args=[batch.pk]), {"rows": "all"})
    assert response.status_code in (404, 405)
    batch.refresh_from_db()
    assert batch.status == ImportBatch.Status.CHECKED
    assert "fleet.csv" not in text(client.get(reverse("import_list")))


@pytest.mark.parametrize(
    "name", ["import_commit", "import_undo", "import_discard", "import_correct", "import_check_again"]
)
def test_who_may_only_look_may_not_change(client, orgs, check, name):
    batch = check(COLUMNS, "CT,Ash site,S1,")
    client.force_login(person(Role.FINANCE, orgs["Ash"]))
    assert "Only the trust’s equipment manager can save this import." in text(
        page(client, "import_detail", batch)
    )
    assert client.post(reverse(name, args=[batch.pk]), {"rows": "all"}).status_code == 403
    assert client.get(reverse("import_new")).status_code == 403
    batch.refresh_from_db()
    assert batch.status == ImportBatch.Status.CHECKED


@pytest.mark.parametrize("name", ["import_list", "import_new", "import_columns", "import_template"])
def test_the_signed_out_are_sent_to_sign_in(client, db, name):
    response = client.get(reverse(name))
    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))


def test_empty_lists_say_how_to_begin(browser, client, orgs):
    assert "No imports yet" in text(browser.get(reverse("import_list")))


def test_imports_of_a_command_are_seen_by_those_who_see_all_of_england(client, orgs, check):
    from networks.domain.access import command

    batch = check(COLUMNS, "CT,Ash site,S1,", by=command("import_register"), trust=None)
    client.force_login(person(Role.NATIONAL_ANALYST, orgs["England"]))
    listed = text(client.get(reverse("import_list")))
    assert "Several trusts" in listed
    assert "A command run on the server" in listed
    assert "several trusts" in text(page(client, "import_detail", batch))
