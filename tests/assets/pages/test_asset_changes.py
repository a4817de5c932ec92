from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from assets.actions.assets import correct_asset, retire_asset
from assets.domain.vocabulary import Modality, Status
from assets.models import Asset
from networks.domain.access import Role, command
from networks.models import Organisation
from tests.builders.forms import boxes, send, text
from tests.factories.assets import AssetFactory, SpecificationFactory
from tests.factories.networks import LinkFactory, OrganisationFactory, network_of_trusts, person

pytestmark = pytest.mark.django_db


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


# Adding


def test_adding_with_the_least_one_knows(manager, orgs):
    response = send(manager, reverse("asset_add"), site=orgs["Ash site"].pk, modality="MRI")
    asset = Asset.objects.get()
    assert response["Location"] == asset.get_absolute_url()
    assert (asset.trust, asset.specification.code, asset.installed_on) == (orgs["Ash"], "MRI-STD", None)


def test_adding_with_all_in_the_words_people_use(manager, orgs):
    send(
        manager,
        reverse("asset_add"),
        site=orgs["Ash site"].pk,
        location="CT room 2",
        modality="CT",
        manufacturer="Canon Medical Systems",
        model_name="Aquilion ONE",
        serial_number="SN 77",
        asset_tag="IMG-1",
        year_of_manufacture="2011",
        installed_on="June 2012",
        support_ends_on="March 2028",
        condition="fair",
        examinations_per_year="14,500",
        price_paid_pence="£490k",
        status="standby",
        notes="Two\r\nlines",
    )
    asset = Asset.objects.get()
    assert (asset.installed_on, asset.installed_precision) == (date(2012, 6, 1), "M")
    assert asset.support_ends_on == date(2028, 3, 31)
    assert (asset.examinations_per_year, asset.price_paid_pence) == (14_500, 49_000_000)
    assert (asset.status, asset.notes) == (Status.STANDBY, "Two\nlines")


@pytest.mark.parametrize("price", ["490,000", "£490k", "0.49m", "490000.00", " £ 490,000 "])
def test_money_is_typed_in_pounds_and_kept_in_pence(manager, orgs, price):
    send(manager, reverse("asset_add"), site=orgs["Ash site"].pk, modality="CT", price_paid_pence=price)
    assert Asset.objects.get().price_paid_pence == 49_000_000


def test_one_can_only_add_to_sites_of_one_s_own_trusts(manager, orgs):
    response = send(manager, reverse("asset_add"), site=orgs["Beech site"].pk, modality="CT")
    assert response.context["form"].errors["site"]
    assert not Asset.objects.exists()
    assert "Beech site" not in text(manager.get(reverse("asset_add")))


@pytest.mark.parametrize(
    ("typed", "box", "says"),
    [
        ({"installed_on": "last summer"}, "installed_on", "Installed: this is not a date we can read"),
        ({"installed_on": "31 June 2012"}, "installed_on", "Installed: June 2012 has no day 31"),
        ({"installed_on": "2010/11"}, "installed_on", "may be a financial year"),
        ({"installed_on": "1 January 2090"}, "installed_on", "in the future"),
        ({"installed_on": "01/01/1970"}, "installed_on", "what a spreadsheet makes of an empty date"),
        ({"year_of_manufacture": "20l5"}, "year_of_manufacture", "Enter a whole number"),
        ({"examinations_per_year": "many"}, "examinations_per_year", "Enter a whole number, like 14,500"),
        ({"price_paid_pence": "in confidence"}, "price_paid_pence", "in pounds, without VAT"),
        ({"price_paid_pence": "49"}, "price_paid_pence", "too little for an imaging machine"),
        ({"serial_number": "sn1"}, "serial_number", "already has the serial number sn1"),
        ({"modality": ""}, "modality", "Choose modality"),
        ({"specification": "999"}, "specification", "Select a valid choice"),
    ],
)
def test_what_is_refused_is_said_at_its_box_and_nothing_typed_is_lost(
    manager, orgs, scanner, typed, box, says
):
    response = send(
        manager,
        reverse("asset_add"),
        **{"site": orgs["Ash site"].pk, "modality": "CT", "notes": "Keep this", **typed},
    )
    assert response.status_code == 200
    assert says.casefold() in " ".join(response.context["form"].errors[box]).casefold()
    page = text(response)
    assert "There is a problem" in page
    assert "Keep this" in page
    assert str(typed.get(box)) in page
    assert Asset.objects.count() == 1


# Correcting


def test_a_form_sent_back_as_it_stands_changes_nothing(manager, orgs):
    full = AssetFactory(
        trust=orgs["Ash"],
        site=orgs["Ash site"],
        installed_on=date(2012, 6, 1),
        installed_precision="M",
        year_of_manufacture=2011,
        support_ends_on=date(2028, 3, 31),
        condition="poor",
        examinations_per_year=14_500,
        price_paid_pence=49_000_050,
        notes="Two\nlines",
        asset_tag="T1",
    )
    response = send(manager, url("asset_edit", full), reason="Just looking")
    assert response.status_code == 302
    full.refresh_from_db()
    assert full.version == 1
    assert "Nothing was changed" in text(manager.get(response["Location"]))


def test_a_correction_needs_its_reason(manager, scanner):
    response = send(manager, url("asset_edit", scanner), model_name="Other", reason=" ")
    assert response.context["form"].errors["reason"]
    assert "Other" in text(response)


def test_what_the_action_refuses_stands_at_its_box(manager, scanner):
    response = send(manager, url("asset_edit", scanner), year_of_manufacture="2015", reason="x")
    assert "It was installed in 2012" in str(response.context["form"].errors["year_of_manufacture"])
    response = send(manager, url("asset_edit", scanner), installed_on="1 January 2090", reason="x")
    assert "in the future" in str(response.context["form"].errors["installed_on"])


def test_a_retired_machine_keeps_its_status_when_corrected(manager, scanner):
    retire_asset(by=command("test"), asset=scanner, on=date(2025, 9, 30), version=1, reason="Sold")
    assert "id_status" not in text(manager.get(url("asset_edit", scanner)))
    send(manager, url("asset_edit", scanner), notes="To a vet", reason="Asked")
    scanner.refresh_from_db()
    assert (scanner.notes, scanner.status) == ("To a vet", Status.RETIRED)


def test_a_conflict_shows_both_versions_keeps_what_was_typed_and_can_be_saved_over(manager, scanner):
    address = url("asset_edit", scanner)
    mine = boxes(manager, address, model_name="Mine", installed_on="June 2013", reason="Mine")
    theirs = {"model_name": "Theirs", "notes": "A note of theirs"}
    correct_asset(by=command("test"), asset=scanner, values=theirs, version=1, reason="Label read again")

    response = manager.post(address, mine)

    assert response.status_code == 409
    page = text(response)
    assert "This machine was changed while you had it open" in page
    assert "Label read again" in page
    lines = {
        line.label: (line.seen, line.theirs, line.mine, line.clash) for line in response.context["lines"]
    }
    assert lines == {
        "Model": ("SOMATOM go.Top", "Theirs", "Mine", True),
        "Installed": ("10 May 2012", "10 May 2012", "June 2013", False),
        "Notes": (None, "A note of theirs", "A note of theirs", False),
    }
    form = response.context["form"]
    assert (form["model_name"].value(), form["installed_on"].value(), form["reason"].value()) == (
        "Mine",
        "June 2013",
        "Mine",
    )
    scanner.refresh_from_db()
    assert (scanner.model_name, scanner.version) == ("Theirs", 2)

    again = manager.post(address, {name: form[name].value() for name in form.fields})
    assert again.status_code == 302
    scanner.refresh_from_db()
    assert (scanner.model_name, scanner.notes, scanner.version) == ("Mine", "A note of theirs", 3)


def test_no_alarm_where_both_typed_the_same(manager, scanner):
    address = url("asset_edit", scanner)
    mine = boxes(manager, address, model_name="Same", reason="Mine")
    correct_asset(by=command("test"), asset=scanner, values={"model_name": "Same"}, version=1, reason="x")
    assert manager.post(address, mine).status_code == 302


# Moving, retiring, bringing back


def test_moving_offers_one_s_own_sites_and_moves(manager, orgs, scanner):
    annexe = OrganisationFactory(kind="site", name="Annexe")
    LinkFactory(source=annexe, target=orgs["Ash"])
    page = text(manager.get(url("asset_move", scanner)))
    assert "Annexe" in page
    assert "Beech site" not in page
    response = send(
        manager, url("asset_move", scanner), site=annexe.pk, location="CT 2", reason="Ward closed"
    )
    scanner.refresh_from_db()
    assert (scanner.site, scanner.location) == (annexe, "CT 2")
    assert "was moved to Annexe" in text(manager.get(response["Location"]))


def test_retiring_says_first_what_will_happen(manager, scanner):
    page = text(manager.get(url("asset_retire", scanner)))
    assert "What will happen" in page
    assert "It can be brought back at any time" in page
    scanner.refresh_from_db()
    assert scanner.status == Status.IN_USE
    send(manager, url("asset_retire", scanner), retired_on="30/09/2025", reason="Sold")
    scanner.refresh_from_db()
    assert (scanner.status, scanner.retired_on) == (Status.RETIRED, date(2025, 9, 30))


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Enter retired on"),
        ("2025", "Enter the day too"),
        ("1 January 2090", "in the future"),
        ("1 January 2001", "before it was installed"),
        ("soon", "not a date we can read"),
    ],
)
def test_a_retirement_date_that_cannot_be_is_refused(manager, scanner, typed, says):
    response = send(manager, url("asset_retire", scanner), retired_on=typed, reason="Sold")
    assert says in " ".join(response.context["form"].errors["retired_on"])
    scanner.refresh_from_db()
    assert scanner.status == Status.IN_USE


def test_bringing_back(manager, scanner):
    retire_asset(by=command("test"), asset=scanner, on=date(2025, 9, 30), version=1, reason="Sold")
    send(manager, url("asset_bring_back", scanner), reason="Sale fell through")
    scanner.refresh_from_db()
    assert (scanner.status, scanner.retired_on) == (Status.IN_USE, None)


@pytest.mark.parametrize(
    ("page", "typed"),
    [("asset_move", {"location": "CT 9"}), ("asset_retire", {"retired_on": "30/09/2025"})],
)
def test_other_changes_ask_again_after_a_conflict(manager, scanner, page, typed):
    address = url(page, scanner)
    mine = boxes(manager, address, reason="Mine", **typed)
    correct_asset(
        by=command("test"), asset=scanner, values={"model_name": "Theirs"}, version=1, reason="Label read"
    )
    response = manager.post(address, mine)
    assert response.status_code == 409
    assert "Model from SOMATOM go.Top to Theirs" in text(response)
    form = response.context["form"]
    assert manager.post(address, {name: form[name].value() for name in form.fields}).status_code == 302
    scanner.refresh_from_db()
    assert scanner.version == 3
