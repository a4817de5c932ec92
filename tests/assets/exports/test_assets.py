import csv
import io
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from assets.actions.import_batches import look_at_file
from assets.domain.vocabulary import Status
from assets.exports.assets import HEADINGS
from assets.models import Asset
from networks.domain.access import Role
from networks.models import Organisation
from tests.factories.assets import AssetFactory
from tests.factories.networks import actor, network_of_trusts, person

pytestmark = pytest.mark.django_db

RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r")


@pytest.fixture
def orgs() -> dict[str, Organisation]:
    return network_of_trusts("Ash", "Beech")


@pytest.fixture
def manager(client: Client, orgs) -> Client:
    client.force_login(person(Role.EQUIPMENT_MANAGER, orgs["Ash"]))
    return client


def make(orgs, trust: str = "Ash", **values: Any) -> Asset:
    asset: Asset = AssetFactory(trust=orgs[trust], site=orgs[f"{trust} site"], **values)
    return asset


@pytest.fixture
def awkward(orgs) -> list[Asset]:
    """Machines with everything that is hard to write and read back."""
    return [
        make(orgs, installed_on=date(2012, 6, 1), installed_precision="M"),
        make(orgs, installed_on=date(2010, 1, 1), installed_precision="Y"),
        make(orgs, installed_on=None, installed_precision=""),
        make(orgs, installed_on=date(1989, 2, 28), support_ends_on=date(2028, 3, 31)),
        make(orgs, serial_number="=HYPERLINK(1)", asset_tag="-12", manufacturer="@acme", model_name="+1"),
        make(orgs, serial_number="'quoted", asset_tag="''=x", location="'=1+1"),
        make(orgs, serial_number="0012", asset_tag="1E5", model_name="3/4", notes="CLEAR"),
        make(orgs, serial_number="", notes='Two\nlines, "quoted", and a comma'),
        make(orgs, price_paid_pence=49_000_050, year_of_manufacture=2011, examinations_per_year=14_500),
        make(orgs, condition="poor", status=Status.STANDBY, notes="Übergröße, naïve – £5"),
        make(orgs, status=Status.RETIRED, retired_on=date(2025, 9, 30)),
        make(orgs, status=Status.RETIRED),
    ]


def download(client: Client, **query: Any) -> bytes:
    response = client.get(reverse("asset_export"), query)
    assert response.status_code == 200
    return b"".join(response.streaming_content) if response.streaming else response.content


def csv_rows(client: Client, **query: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(download(client, **query).decode("utf-8-sig"), newline="")))


def cells(client: Client, **query: Any) -> Iterator[str]:
    for row in csv_rows(client, **query):
        yield from row.values()


def test_it_writes_what_the_list_shows_in_its_order_and_says_how_many(manager, orgs):
    for number in range(60):
        make(orgs, modality="CT" if number % 2 else "MRI")
    make(orgs, "Beech")
    query = {"modality": "CT", "sort": "-reference"}
    page = manager.get(reverse("asset_list"), query)
    rows = csv_rows(manager, **query)
    assert "Export 30 machines" in page.content.decode()
    assert len(rows) == 30
    assert [row["Reference"] for row in rows] == [line.asset.reference for line in page.context["rows"]]
    assert {row["Trust"] for row in rows} == {"Ash"}


def test_it_writes_the_age_with_its_band(manager, orgs):
    make(orgs, installed_on=date(2012, 5, 10))
    make(orgs, installed_on=None, installed_precision="")
    first, second = csv_rows(manager, as_at="2026-05-10")
    assert (first["Age in years"], first["Age band"]) == ("14", "10 to 14 years")
    assert (second["Age in years"], second["Age band"]) == ("", "age not known")


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_it_is_read_back_unchanged(manager, orgs, awkward, form):
    file = SimpleUploadedFile(f"equipment.{form}", download(manager, status="all", format=form))
    by = actor(Role.EQUIPMENT_MANAGER, orgs["Ash"], on=timezone.localdate())
    preview = look_at_file(by=by, file=file, trust=orgs["Ash"], on=timezone.localdate())
    assert [row.problems for row in preview.rows if row.problems] == []
    assert (preview.counts.unchanged, preview.counts.rows) == (len(awkward), len(awkward))


def test_no_cell_can_be_run_by_a_spreadsheet(manager, awkward):
    assert not [cell for cell in cells(manager, status="all") if cell.startswith(RUN_BY_SPREADSHEETS)]


def test_the_workbook_has_numbers_as_numbers_days_as_days_and_no_formula(manager, orgs, awkward):
    sheet = load_workbook(io.BytesIO(download(manager, status="all", sort="reference", format="xlsx"))).active
    headings, *rows = sheet.iter_rows()
    assert [cell.value for cell in headings] == HEADINGS
    assert len(rows) == len(awkward)
    by_heading = [dict(zip(HEADINGS, row, strict=True)) for row in rows]
    assert by_heading[8]["Price paid (£ ex VAT)"].value == 490_000.5
    assert by_heading[8]["Year of manufacture"].value == 2011
    assert by_heading[3]["Installed"].value.date() == date(1989, 2, 28)
    assert by_heading[0]["Installed"].value == "June 2012"
    assert not [cell for row in rows for cell in row if cell.data_type == "f"]


def test_the_file_says_which_day_it_is_of(manager, orgs):
    make(orgs)
    response = manager.get(reverse("asset_export"), {"as_at": "31 March 2028"})
    assert 'filename="equipment-2028-03-31.csv"' in response["Content-Disposition"]


def test_an_empty_list_is_a_file_of_headings(manager):
    assert download(manager).decode("utf-8-sig").strip().split(",")[:3] == HEADINGS[:3]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_number_of_questions_does_not_grow_with_the_rows(
    manager, orgs, form, django_assert_max_num_queries, django_assert_num_queries
):
    for _ in range(3):
        make(orgs)
    with django_assert_max_num_queries(8) as few:
        download(manager, format=form)
    for _ in range(30):
        make(orgs)
    with django_assert_num_queries(len(few)):
        download(manager, format=form)
