from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from assets.actions.assets import correct_asset, retire_asset
from assets.domain.vocabulary import Modality
from assets.models import Asset
from networks.domain.access import Role, command
from networks.models import Event, Organisation
from tests.builders.forms import send, text
from tests.factories.assets import AssetFactory, SpecificationFactory
from tests.factories.networks import network_of_trusts, person

pytestmark = pytest.mark.django_db

PAGES = ("asset_detail", "asset_history", "asset_edit", "asset_move", "asset_retire", "asset_bring_back")
CHANGING = ("asset_edit", "asset_move", "asset_retire", "asset_bring_back")


@pytest.fixture
def orgs() -> dict[str, Organisation]:
    for modality in Modality:
        SpecificationFactory(
            code=f"{modality}-STD", modality=modality, name=f"General {modality.label}", is_default=True
        )
    return network_of_trusts("Ash", "Beech")


@pytest.fixture
def scanner(orgs) -> Asset:
    asset: Asset = AssetFactory(
        trust=orgs["Ash"], site=orgs["Ash site"], serial_number="SN1", installed_on=date(2012, 5, 10)
    )
    return asset


@pytest.fixture
def manager(client: Client, orgs) -> Client:
    client.force_login(person(Role.EQUIPMENT_MANAGER, orgs["Ash"], name="Mo Manager"))
    return client


def url(name: str, scanner: Asset) -> str:
    return reverse(name, args=[scanner.pk])


# Who may see and change


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("role", [Role.EQUIPMENT_MANAGER, Role.FINANCE])
def test_a_neighbour_trust_s_people_find_nothing(client, orgs, scanner, page, role):
    client.force_login(person(role, orgs["Beech"]))
    assert client.get(url(page, scanner)).status_code == 404
    assert client.post(url(page, scanner)).status_code == 404


@pytest.mark.parametrize(
    ("role", "where"),
    [
        (Role.FINANCE, "Ash"),
        (Role.PROCUREMENT_LEAD, "Northern"),
        (Role.NATIONAL_ANALYST, "England"),
        (Role.ADMINISTRATOR, "England"),
    ],
)
def test_readers_see_and_are_refused_the_forms(client, orgs, scanner, role, where):
    client.force_login(person(role, orgs[where]))
    page = client.get(url("asset_detail", scanner))
    assert page.status_code == 200
    assert client.get(url("asset_history", scanner)).status_code == 200
    for name in CHANGING:
        assert url(name, scanner) not in text(page)
        assert client.get(url(name, scanner)).status_code == 403
        assert client.post(url(name, scanner), {"reason": "x", "version": 1}).status_code == 403
    assert client.get(reverse("asset_add")).status_code == 403
    assert not Event.objects.exists()


@pytest.mark.parametrize("page", PAGES)
def test_whoever_is_not_signed_in_is_sent_to_sign_in(client, scanner, page):
    response = client.get(url(page, scanner))
    assert response.status_code == 302
    assert "login" in response["Location"]


# The machine's own page


def test_the_page_says_what_where_how_old_and_what_is_not_known(manager, scanner):
    page = text(manager.get(url("asset_detail", scanner)))
    for words in (
        "CT, Siemens Healthineers SOMATOM go.Top",
        "Ash site, Ash",
        "10 to 14 years",
        "10 May 2012: Installed",
        "10 May 2019: 7 years old, replacement due under BEAG",
        "10 May 2022: 10 years old, replacement due under RCR/ESR and NHS England",
        '<span class="app-unknown">not known</span>',
        "Correct its facts",
    ):
        assert words in page


def test_a_vague_date_is_said_to_be_vague(manager, orgs):
    vague = AssetFactory(
        trust=orgs["Ash"], site=orgs["Ash site"], installed_on=date(2012, 1, 1), installed_precision="Y"
    )
    page = text(manager.get(url("asset_detail", vague)))
    assert "about 14 years" in page
    assert "known only to the year, so it may be" in page
    assert "About 2022: 10 years old" in page


def test_an_unknown_date_is_said_and_how_to_mend_it(manager, orgs):
    unknown = AssetFactory(
        trust=orgs["Ash"], site=orgs["Ash site"], installed_on=None, installed_precision=""
    )
    page = text(manager.get(url("asset_detail", unknown)))
    assert "Its installation date is not known" in page
    assert f"{url('asset_edit', unknown)}#id_installed_on" in page
    assert "under 1 year" not in page


def test_a_retired_machine_can_be_brought_back_and_no_more_retired(manager, scanner):
    retire_asset(by=command("test"), asset=scanner, on=date(2025, 9, 30), version=1, reason="Sold")
    page = text(manager.get(url("asset_detail", scanner)))
    assert "Retired on 30 September 2025" in page
    assert "Over by 3 years, when it was retired" in page
    assert url("asset_bring_back", scanner) in page
    assert url("asset_retire", scanner) not in page
    assert manager.get(url("asset_retire", scanner)).status_code == 302


def test_the_history_names_people_and_places_and_says_why(manager, scanner):
    send(manager, url("asset_edit", scanner), installed_on="June 2013", reason="The delivery note")
    page = text(manager.get(url("asset_history", scanner)))
    for words in ("Corrected on", "By Mo Manager: The delivery note", "10 May 2012", "June 2013", "Added on"):
        assert words in page


def test_a_page_costs_the_same_however_long_its_history(
    manager, scanner, django_assert_num_queries, django_assert_max_num_queries
):
    for version in range(1, 5):
        correct_asset(
            by=command("test"), asset=scanner, values={"notes": str(version)}, version=version, reason="x"
        )
    with django_assert_max_num_queries(19) as few:
        manager.get(url("asset_detail", scanner))
    for version in range(5, 30):
        correct_asset(
            by=command("test"), asset=scanner, values={"notes": str(version)}, version=version, reason="x"
        )
    with django_assert_num_queries(len(few)):
        page = manager.get(url("asset_detail", scanner))
    assert "All 30 changes of" in text(page)
