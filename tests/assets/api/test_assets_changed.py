from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assets.actions.assets import correct_asset
from assets.api import assets as api
from assets.domain.vocabulary import Status
from assets.models import Asset
from assets.queries.asset_history import history_of
from networks.api.versions import require_version
from networks.domain.access import Role, command
from networks.models import Event, Organisation
from tests.factories.assets import AssetFactory, SpecificationFactory
from tests.factories.networks import network_of_trusts, person

pytestmark = pytest.mark.django_db

LIST = "/api/assets/"


@pytest.fixture
def orgs() -> dict[str, Organisation]:
    SpecificationFactory()
    return network_of_trusts("Ash", "Beech")


@pytest.fixture
def scanner(orgs) -> Asset:
    return make(orgs, serial_number="SN1", installed_on=date(2012, 5, 10))


@pytest.fixture
def manager(client: Client, orgs) -> Client:
    client.force_login(person(Role.EQUIPMENT_MANAGER, orgs["Ash"], name="Mo Manager"))
    return client


def make(orgs, trust: str = "Ash", **values: Any) -> Asset:
    asset: Asset = AssetFactory(trust=orgs[trust], site=orgs[f"{trust} site"], **values)
    return asset


def one(asset: Asset) -> str:
    return f"{LIST}{asset.pk}/"


def send(client: Client, method: str, address: str, body: Any, *, version: object = None):
    headers = {} if version is None else {"If-Match": f'"{version}"' if isinstance(version, int) else version}
    return getattr(client, method)(address, body, content_type="application/json", headers=headers)


def new(orgs, **values: Any) -> dict[str, Any]:
    return {"site": orgs["Ash site"].code, "modality": "CT", "specification": "CT-STD", **values}


# Adding


def test_adding_answers_with_the_machine_and_its_etag(manager, orgs):
    body = new(
        orgs, installed_on="2012-06-17", installed_precision="M", price_paid_pence=49_000_000, reason="New"
    )
    response = send(manager, "post", LIST, body)
    assert (response.status_code, response["ETag"]) == (201, '"1"')
    asset = Asset.objects.get(pk=response.json()["id"])
    assert (asset.trust, asset.installed_on, asset.installed_precision) == (
        orgs["Ash"],
        date(2012, 6, 1),
        "M",
    )
    assert history_of(asset, with_prices=True)[0].reason == "New"
    assert Event.objects.get().action == "asset.added"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"site": "NOWHERE"}, "site"),
        ({"specification": "NONE"}, "specification"),
        ({"modality": "PET"}, "modality"),
        ({"modality": "MRI"}, "specification"),
        ({"installed_on": "17/06/2012"}, "installed_on"),
        ({"installed_on": "2090-01-01"}, "installed_on"),
        ({"installed_precision": "Y"}, "installed_precision"),
        ({"price_paid_pence": "490k"}, "price_paid_pence"),
        ({"price_paid_pence": 0}, "price_paid_pence"),
        ({"price_paid_pence": 10**30}, "price_paid_pence"),
        ({"examinations_per_year": 10**12}, "examinations_per_year"),
        ({"year_of_manufacture": 10**12}, "year_of_manufacture"),
        ({"serial_number": "sn1"}, "serial_number"),
        ({"serial_number": "S" * 81}, "serial_number"),
        ({"serial_number": "a\x00b"}, "serial_number"),
        ({"status": "retired"}, "status"),
        ({"notes": None}, "notes"),
    ],
)
def test_what_cannot_be_is_400_at_its_field_and_nothing_is_written(manager, orgs, scanner, values, field):
    response = send(manager, "post", LIST, new(orgs, **values))
    assert response.status_code == 400, response.content
    assert list(response.json()) == [field]
    assert Asset.objects.count() == 1


@pytest.mark.parametrize("body", ["[]", "null", '"x"', "{", "[1]"])
def test_a_body_that_is_no_machine_is_400(manager, scanner, body):
    assert send(manager, "post", LIST, body).status_code == 400
    assert send(manager, "patch", one(scanner), body, version=1).status_code == 400


# Changing


def test_changing_some_facts_leaves_the_others(manager, scanner):
    response = send(manager, "patch", one(scanner), {"notes": "Seen", "reason": "Audit"}, version=1)
    assert (response.status_code, response["ETag"], response.json()["version"]) == (200, '"2"', 2)
    scanner.refresh_from_db()
    assert (scanner.notes, scanner.serial_number) == ("Seen", "SN1")
    assert (
        history_of(scanner, with_prices=True)[0].who,
        history_of(scanner, with_prices=True)[0].reason,
    ) == ("Mo Manager", "Audit")


def test_what_was_read_can_be_sent_back_whole_and_changes_nothing(manager, orgs):
    full = make(
        orgs,
        installed_on=date(2012, 6, 1),
        installed_precision="M",
        notes="x",
        condition="poor",
        price_paid_pence=49_000_050,
        status=Status.RETIRED,
        retired_on=date(2025, 9, 30),
    )
    body = manager.get(one(full)).json()
    response = send(manager, "put", one(full), {**body, "reason": "Round trip"}, version=1)
    assert (response.status_code, response.json()["version"]) == (200, 1)
    assert full.history.count() == 1


def test_replacing_empties_what_is_left_out(manager, orgs, scanner):
    response = send(manager, "put", one(scanner), new(orgs, reason="Start again"), version=1)
    assert response.status_code == 200, response.content
    scanner.refresh_from_db()
    assert (scanner.serial_number, scanner.installed_on, scanner.installed_precision) == ("", None, "")
    assert scanner.status == Status.IN_USE


def test_another_site_moves_the_machine(manager, orgs, scanner):
    body = {"site": orgs["Beech site"].code, "reason": "Sold"}
    assert send(manager, "patch", one(scanner), body, version=1).status_code == 403
    scanner.refresh_from_db()
    assert scanner.trust == orgs["Ash"]


@pytest.mark.parametrize("body", [{"notes": "x"}, {"notes": "x", "reason": " "}])
def test_a_change_needs_its_reason(manager, scanner, body):
    response = send(manager, "patch", one(scanner), body, version=1)
    assert response.status_code == 400
    assert list(response.json()) == ["reason"]


CHANGES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "put": ("put", "", {"modality": "CT", "specification": "CT-STD", "reason": "x"}),
    "patch": ("patch", "", {"notes": "x", "reason": "x"}),
    "retire": ("post", "retire/", {"retired_on": "2025-09-30", "reason": "x"}),
    "bring back": ("post", "bring-back/", {"reason": "x"}),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(
    ("version", "code"),
    [(None, 428), ("", 428), (2, 412), ('W/"1"', 412), ("1", 412), ('"0", "7"', 412)],
)
def test_a_change_must_name_the_version_it_has_seen(manager, orgs, scanner, change, version, code):
    method, path, body = CHANGES[change]
    body = {**body, "site": orgs["Ash site"].code} if method == "put" else body
    response = send(manager, method, one(scanner) + path, body, version=version)
    assert response.status_code == code
    assert response.json()["detail"]
    scanner.refresh_from_db()
    assert (scanner.version, scanner.notes, scanner.status) == (1, "", Status.IN_USE)


@pytest.mark.parametrize("version", ['"1"', "*", '"0", "1"'])
def test_a_change_that_names_it_is_made(manager, scanner, version):
    body = {"notes": "x", "reason": "x"}
    assert send(manager, "patch", one(scanner), body, version=version).status_code == 200


def test_somebody_quicker_between_reading_and_writing_is_412_too(manager, scanner, monkeypatch):
    def theirs(request, version):
        correct_asset(by=command("x"), asset=scanner, values={"notes": "Theirs"}, version=1, reason="Quicker")
        return require_version(request, version)

    monkeypatch.setattr(api, "require_version", theirs)
    response = send(manager, "patch", one(scanner), {"notes": "Mine", "reason": "x"}, version=1)
    assert response.status_code == 412
    scanner.refresh_from_db()
    assert scanner.notes == "Theirs"


def test_retiring_and_bringing_back(manager, scanner):
    gone = {"retired_on": "2025-09-30", "reason": "Sold"}
    response = send(manager, "post", f"{one(scanner)}retire/", gone, version=1)
    assert (response.status_code, response.json()["status"], response["ETag"]) == (200, "retired", '"2"')
    assert response.json()["in_fleet"] is False
    back = send(manager, "post", f"{one(scanner)}bring-back/", {"reason": "Not sold"}, version=2)
    assert (back.json()["status"], back.json()["retired_on"]) == ("in_use", None)


@pytest.mark.parametrize(
    "body",
    [
        {"reason": "x"},
        {"retired_on": "2025-09-30"},
        {"retired_on": "soon", "reason": "x"},
        {"retired_on": (date.today() + timedelta(days=9)).isoformat(), "reason": "x"},  # noqa: DTZ011
    ],
)
def test_a_retirement_needs_a_day_that_has_passed_and_a_reason(manager, scanner, body):
    assert send(manager, "post", f"{one(scanner)}retire/", body, version=1).status_code == 400


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"installed_on": "2013-06-17"}, (date(2013, 6, 17), "D")),
        ({"installed_on": "2013-06-17", "installed_precision": "M"}, (date(2013, 6, 1), "M")),
        ({"installed_precision": "Y"}, (date(2012, 1, 1), "Y")),
        ({"installed_on": None}, (None, "")),
        ({"installed_on": "2013-06-17", "installed_precision": ""}, (date(2013, 6, 17), "D")),
    ],
)
def test_date_and_precision_always_agree(manager, scanner, body, expected):
    response = send(manager, "patch", one(scanner), {**body, "reason": "x"}, version=1)
    assert response.status_code == 200, response.content
    scanner.refresh_from_db()
    assert (scanner.installed_on, scanner.installed_precision) == expected


def test_addresses_are_as_documented():
    assert reverse("api-asset-list") == LIST
    assert reverse("api-asset-bring-back", args=[7]) == "/api/assets/7/bring-back/"
