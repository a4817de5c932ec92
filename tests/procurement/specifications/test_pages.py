import csv
import io
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import openpyxl
import page
import pytest
from django.test import Client
from django.urls import reverse

from networks.documents.pdf import why_unavailable
from networks.domain.access import Role, command
from networks.models import Run
from procurement.actions.specifications import publish_all
from procurement.domain.specification_files import read_folder
from tests.factories.networks import UserFactory, network_of_trusts, person

pytestmark = pytest.mark.django_db
STANDARDS = read_folder()
BY = command("test")


@pytest.fixture
def published():
    publish_all(by=BY, standards=STANDARDS, today=date(2026, 11, 24))
    wider = [
        replace(
            s,
            content=replace(
                s.content,
                requirements=tuple(
                    replace(r, minimum=Decimal(80)) if r.number == "1.3" else r
                    for r in s.content.requirements
                ),
            ),
        )
        if s.code == "CT-STD"
        else s
        for s in STANDARDS
    ]
    publish_all(by=BY, standards=wider, today=date(2027, 4, 1))


@pytest.fixture
def orgs():
    return network_of_trusts("Ash")


@pytest.fixture
def manager(orgs) -> Client:
    client = Client()
    client.force_login(person(Role.EQUIPMENT_MANAGER, orgs["Ash"]))
    return client


def text_of(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def every_page() -> list[str]:
    return [
        reverse("specification_list"),
        reverse("specification_detail", args=["CT-STD"]),
        reverse("specification_pdf", args=["CT-STD", 1]),
        reverse("specification_export", args=["CT-STD", 1]),
    ]


def test_the_list_has_every_specification_with_its_price_and_default(
    manager, published, django_assert_max_num_queries
):
    with django_assert_max_num_queries(12):
        response = manager.get(reverse("specification_list"))
    text = text_of(response)
    for standard in STANDARDS:
        assert f"{standard.code} {standard.name}" in text
    assert text.count("Default for") == 4
    assert "£570,000" in text
    assert "5% from 3, 8% from 6" in text


def test_without_specifications_the_list_says_how_to_begin(manager):
    assert "load_specifications" in text_of(manager.get(reverse("specification_list")))


def test_a_specification_names_the_source_of_its_price(manager, published):
    text = text_of(manager.get(reverse("specification_detail", args=["CT-STD"])))
    assert "£570,000 ex VAT" in text
    assert "midpoint of £490k and £650k" in text
    assert "planning assumption, to be replaced by your own benchmark" in text
    assert "From 6: £524,400 ex VAT each (8% off)" in text


def test_versions_are_all_there_with_what_changed(manager, published):
    newest = text_of(manager.get(reverse("specification_detail", args=["CT-STD"])))
    assert "1.3 Bore diameter at least 80 cm" in newest
    assert "What changed against version 1" in newest
    assert "1.3 Bore diameter Changed at least 70 cm, mandatory at least 80 cm, mandatory" in newest
    first = text_of(manager.get(reverse("specification_detail", args=["CT-STD"]) + "?version=1"))
    assert "This is an earlier version" in first
    assert "1.3 Bore diameter at least 70 cm" in first


@pytest.mark.parametrize(
    "url",
    [
        "/specifications/NOPE/",
        "/specifications/CT-STD/?version=9",
        "/specifications/CT-STD/?version=x",
        "/specifications/CT-STD/9/pdf/",
        "/specifications/CT-STD/9/export/",
    ],
)
def test_what_is_not_published_is_not_found(manager, published, url):
    assert manager.get(url).status_code == 404


def test_requirements_go_out_as_csv_and_workbook_alike(manager, published):
    url = reverse("specification_export", args=["CT-STD", 1])
    sent = manager.get(url + "?format=csv")
    assert 'filename="requirements-CT-STD-v1.csv"' in sent["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(b"".join(sent.streaming_content).decode("utf-8-sig"))))
    ct = next(s.content for s in STANDARDS if s.code == "CT-STD")
    assert [row["number"] for row in rows] == [r.number for r in ct.requirements]
    bore = next(row for row in rows if row["number"] == "1.3")
    assert (bore["minimum"], bore["maximum"], bore["unit"], bore["asked_for"]) == (
        "70.000",
        "",
        "cm",
        "at least 70 cm",
    )
    sheet = openpyxl.load_workbook(io.BytesIO(manager.get(url + "?format=xlsx").content)).active
    assert sheet.max_row == len(rows) + 1
    assert [cell.value for cell in sheet[1]] == list(rows[0])


@pytest.mark.skipif(why_unavailable() is not None, reason=why_unavailable() or "")
def test_the_pdf_is_made_once_when_asked_for(
    manager, published, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.MEDIA_ROOT = tmp_path
    url = reverse("specification_pdf", args=["MG-TOMO", 1])
    detail = reverse("specification_detail", args=["MG-TOMO"])
    assert "has not been made yet" in text_of(manager.get(url))
    assert "Make the PDF of version 1" in text_of(manager.get(detail))
    assert not Run.objects.exists(), "looking makes nothing"
    with django_capture_on_commit_callbacks(execute=True):
        manager.post(url)
    run = Run.objects.get()
    assert (run.status, run.result_url) == ("succeeded", f"{detail}#version-1")
    sent = manager.get(url)
    data = b"".join(sent.streaming_content)
    assert sent["Content-Type"] == "application/pdf"
    assert 'filename="specification-MG-TOMO-v1.pdf"' in sent["Content-Disposition"]
    assert page.validate_pdf_bytes(data, profile="ua1").is_compliant
    with django_capture_on_commit_callbacks(execute=True):
        manager.post(url)
    assert len(list(tmp_path.rglob("*.pdf"))) == 1
    assert "Version 1 as PDF" in text_of(manager.get(detail))


def test_whoever_holds_no_role_reads_none(published):
    stranger = Client()
    stranger.force_login(UserFactory())
    assert {stranger.get(url).status_code for url in every_page()} == {403}
    assert {Client().get(url).status_code for url in every_page()} == {302}
