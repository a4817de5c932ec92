"""From images to the register, by the page and by the command; and that of the people in them nothing is left anywhere."""

import html
import io
import json
import logging

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from assets.models import Asset, ImportBatch
from networks.domain.access import Role
from tests.assets.activity.conftest import *  # noqa: F403 - the same two trusts
from tests.builders.dicom import MARKERS, dicom_file, zipped
from tests.factories.networks import person


def text(response) -> str:
    return " ".join(html.unescape(response.content.decode()).split())


@pytest.fixture
def browser(client: Client, orgs) -> Client:
    """Ash's equipment manager, signed in."""
    client.force_login(person(Role.EQUIPMENT_MANAGER, orgs["Ash"], name="Mo Manager"))
    return client


@pytest.fixture
def send(browser, orgs):
    """Upload files for Ash's site."""

    def sent(content: bytes, name: str = "MARKER-NAME_Quillon.zip", site: str = "Ash site"):
        file = SimpleUploadedFile(name, content)
        return browser.post(reverse("dicom_new"), {"site": orgs[site].pk, "file": file})

    return sent


def database() -> str:
    """Every row of every table, as text."""
    dump = io.StringIO()
    call_command("dumpdata", "--all", stdout=dump)
    return dump.getvalue()


def traces(said: str) -> list[str]:
    return [marker for marker in MARKERS if marker.casefold() in said.casefold()]


CT, MR = dicom_file(), dicom_file(modality="MR", model="MAGNETOM Vida", serial="41001", station="MR01")
ULTRASOUND = dicom_file(modality="US", manufacturer="GE", model="LOGIQ", serial="5", station="US01")


def test_from_images_to_the_register(send, browser, machine):
    held = machine(serial_number="0073001", station_name="", manufacturer="Siemens Healthineers")
    response = send(zipped(CT, CT, MR, ULTRASOUND, b"no image"))
    said = text(response)
    assert "4 DICOM files read; 1 passed over because they are no DICOM images. 3 devices made them." in said
    assert f'In the register: <a href="{held.get_absolute_url()}">{held.reference}</a>' in said
    assert "New machine" in said
    assert "Outside the register. Its images are US" in said
    assert "March 2026" in said
    batch = ImportBatch.objects.get()
    assert (batch.rows, batch.created, batch.changed, batch.faulty) == (2, 1, 1, 0)
    assert batch.get_absolute_url() in said
    assert Asset.objects.count() == 1
    assert "a row for each device" in text(browser.get(batch.get_absolute_url()))
    browser.post(reverse("import_commit", args=[batch.pk]), {"rows": "all"})
    held.refresh_from_db()
    # What the register knew better is as it was.
    assert (held.station_name, held.serial_number) == ("CT01", "0073001")
    assert held.manufacturer == "Siemens Healthineers"
    made = Asset.objects.exclude(pk=held.pk).get()
    assert (made.modality, made.manufacturer, made.model_name) == ("MRI", "SIEMENS", "MAGNETOM Vida")
    assert (made.serial_number, made.station_name, made.site) == ("41001", "MR01", held.site)


def test_what_cannot_be_told_is_a_row_with_the_reason(send, browser):
    send(zipped(dicom_file(serial="", station=""), MR))
    batch = ImportBatch.objects.get()
    assert (batch.created, batch.faulty) == (1, 1)
    said = text(browser.get(batch.get_absolute_url(), {"show": "problem"}))
    assert "Its files give neither a serial number nor a station name." in said
    # Checking again does not make it a machine: only a person can say which it is.
    browser.post(reverse("import_check_again", args=[batch.pk]), {})
    batch.refresh_from_db()
    assert (batch.created, batch.faulty) == (1, 1)
    browser.post(reverse("import_commit", args=[batch.pk]), {"rows": "good"})
    assert [asset.modality for asset in Asset.objects.all()] == ["MRI"]


def test_a_person_says_which_machine_it_is(send, browser, machine):
    other = machine(serial_number="73001", modality="MRI")
    right = machine(serial_number="", manufacturer="")
    send(zipped(CT))
    batch = ImportBatch.objects.get()
    assert (batch.faulty, batch.rows) == (1, 1)
    row = batch.lines.get()
    browser.post(reverse("import_correct", args=[batch.pk]), {f"cell-{row.pk}-reference": right.reference})
    browser.post(reverse("import_check_again", args=[batch.pk]), {})
    batch.refresh_from_db()
    assert (batch.changed, batch.faulty) == (1, 0)
    browser.post(reverse("import_commit", args=[batch.pk]), {"rows": "all"})
    right.refresh_from_db()
    other.refresh_from_db()
    assert (right.manufacturer, right.station_name) == ("SIEMENS", "CT01")
    assert (other.modality, other.version) == ("MRI", 1)


def test_nothing_of_the_people_in_the_images_is_left(send, browser, orgs, tmp_path, caplog, capsys, recwarn):
    """Names, numbers, dates, doctors, descriptions, private tags and names of files: in no row, page, log or file."""
    caplog.set_level(logging.DEBUG)
    odd = dicom_file(serial="41002", more={"PatientSex": "MARKER-SEX", "StudyTime": "MARKER"})
    answers = [
        send(zipped(CT, odd, MR, ULTRASOUND)),
        send(CT),
        send(b"MARKER no image"),
        send(b"PK\x03\x04MARKER"),
    ]
    for batch in ImportBatch.objects.order_by("pk"):
        answers.append(browser.get(batch.get_absolute_url()))
    browser.post(reverse("import_commit", args=[ImportBatch.objects.earliest("pk").pk]), {"rows": "good"})
    answers += [browser.get(asset.get_absolute_url()) for asset in Asset.objects.all()]
    folder = tmp_path / "images"
    folder.mkdir()
    for number, content in enumerate((CT, odd, MR, b"MARKER")):
        (folder / f"MARKER-NAME_Quillon_{number}").write_bytes(content)
    call_command("read_dicom", folder)
    call_command("read_dicom", folder, "--json", "--site", orgs["Ash site"].code, "--save")
    printed = capsys.readouterr()
    assert Asset.objects.count() >= 3
    assert ImportBatch.objects.count() >= 3
    assert [traces(text(answer)) for answer in answers] == [[]] * len(answers)
    assert traces(printed.out + printed.err) == []
    assert traces(database()) == []
    assert traces(caplog.text) == []
    assert [str(warning.message) for warning in recwarn if traces(str(warning.message))] == []
    stored = [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]
    assert [
        path.name for path in stored if traces(path.name) or traces(path.read_bytes().decode("latin-1"))
    ] == []


def test_nothing_to_save_is_said(send):
    said = text(send(zipped(ULTRASOUND)))
    assert "there is nothing to save" in said
    assert not ImportBatch.objects.exists()


def test_only_ones_own_sites_and_machines(send, browser, orgs, machine):
    machine(trust="Beech", serial_number="73001")
    said = text(send(zipped(CT)))
    assert "New machine" in said
    assert "Select a valid choice" in text(send(zipped(CT), site="Beech site"))
    browser.force_login(person(Role.FINANCE, orgs["Ash"]))
    assert send(zipped(CT)).status_code == 403


def test_the_command_prints_and_makes_an_import(orgs, machine, tmp_path, capsys):
    held = machine(serial_number="73001", station_name="CT01")
    for name, content in (("a", CT), ("b", CT), ("c", MR)):
        (tmp_path / name).write_bytes(content)
    call_command("read_dicom", tmp_path)
    said = capsys.readouterr().out
    assert "3 DICOM files read. 2 devices:" in said
    assert (
        f"- SIEMENS SOMATOM Force, serial number 73001 (CT, 2 files): In the register {held.reference}"
        in said
    )
    assert not ImportBatch.objects.exists()
    call_command("read_dicom", tmp_path, "--json", "--save", "--site", orgs["Ash site"].code)
    report = json.loads(capsys.readouterr().out)
    assert [device["proposes"] for device in report["devices"]] == ["match", "new"]
    assert report["devices"][0]["stations"] == ["CT01"]
    assert ImportBatch.objects.get().pk == report["import"]
    for wrong in (["--save"], ["--site", "NOWHERE"]):
        with pytest.raises(CommandError):
            call_command("read_dicom", tmp_path, *wrong)
    with pytest.raises(CommandError, match="no such folder"):
        call_command("read_dicom", tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(SystemExit):
        call_command("read_dicom", tmp_path / "empty")
