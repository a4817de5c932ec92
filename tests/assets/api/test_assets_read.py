from base64 import b64encode
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from assets.domain.vocabulary import Status
from assets.models import Asset
from networks.domain.access import Role
from networks.models import Organisation
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


def ids(client: Client, **query: Any) -> list[int]:
    response = client.get(LIST, query)
    assert response.status_code == 200, response.content
    return [row["id"] for row in response.json()["results"]]


# Permission


@pytest.mark.parametrize(
    ("role", "where", "sees"),
    [
        (Role.EQUIPMENT_MANAGER, "Ash", {"Ash"}),
        (Role.EQUIPMENT_MANAGER, "Beech", {"Beech"}),
        (Role.FINANCE, "Ash", {"Ash"}),
        (Role.FINANCE, "Northern", {"Ash", "Beech"}),
        (Role.PROCUREMENT_LEAD, "Northern", {"Ash", "Beech"}),
        (Role.NATIONAL_ANALYST, "England", {"Ash", "Beech"}),
        (Role.ADMINISTRATOR, "England", {"Ash", "Beech"}),
    ],
)
def test_each_role_reads_and_changes_as_on_the_pages(client, orgs, role, where, sees):
    """A matrix: every role against both trusts and every method."""
    machines = {trust: make(orgs, trust) for trust in ("Ash", "Beech")}
    client.force_login(person(role, orgs[where]))
    assert {row["trust_name"] for row in client.get(LIST).json()["results"]} == sees
    for trust, asset in machines.items():
        edits = role is Role.EQUIPMENT_MANAGER and trust == where
        reads = 200 if trust in sees else 404
        changes = 200 if edits else 403 if trust in sees else 404
        body = {"notes": "x", "reason": "x"}
        assert client.get(one(asset)).status_code == reads
        assert send(client, "patch", one(asset), body, version=1).status_code == changes
        full = new(orgs, site=orgs[f"{trust} site"].code, reason="x")
        assert send(client, "put", one(asset), full, version=2).status_code == changes
        gone = {"retired_on": "2025-09-30", "reason": "x"}
        assert send(client, "post", f"{one(asset)}retire/", gone, version=3).status_code == changes
        assert (
            send(client, "post", f"{one(asset)}bring-back/", {"reason": "x"}, version=4).status_code
            == changes
        )
        added = send(client, "post", LIST, new(orgs, site=orgs[f"{trust} site"].code))
        assert added.status_code == (201 if edits else 403)


def test_without_signing_in_or_without_a_role_there_is_nothing(client, orgs, scanner):
    assert client.get(LIST).status_code == 403
    user = person(Role.EQUIPMENT_MANAGER, orgs["Ash"])
    user.appointments.update(ends_on=date(2020, 1, 1))
    client.force_login(user)
    assert client.get(LIST).status_code == 403
    assert client.get(one(scanner)).status_code == 403


def test_a_refusal_says_why_in_json(client, orgs, scanner):
    client.force_login(person(Role.FINANCE, orgs["Ash"]))
    response = send(client, "patch", one(scanner), {"notes": "x", "reason": "x"}, version=1)
    assert (
        response.json()["detail"]
        == "Finance for Ash cannot add, correct, move, retire and import equipment here."
    )


def test_a_request_forged_from_another_site_is_refused(orgs, scanner):
    client = Client(enforce_csrf_checks=True)
    client.force_login(person(Role.EQUIPMENT_MANAGER, orgs["Ash"]))
    assert send(client, "patch", one(scanner), {"notes": "x", "reason": "x"}, version=1).status_code == 403
    scanner.refresh_from_db()
    assert scanner.version == 1


@pytest.mark.parametrize("pk", ["0", "999999", "abc", "9" * 40])
def test_what_does_not_exist_is_404(manager, pk):
    assert manager.get(f"{LIST}{pk}/").status_code == 404


@pytest.mark.parametrize("method", ["delete", "options", "trace"])
def test_nothing_is_deleted(manager, scanner, method):
    assert getattr(manager, method)(one(scanner)).status_code == 405
    assert Asset.objects.exists()


# Reading


def test_a_machine_reads_with_its_codes_names_and_ages(manager, orgs, scanner):
    response = manager.get(one(scanner), {"as_at": "2026-05-10"})
    body = response.json()
    assert response["ETag"] == '"1"'
    expected = {
        "id": scanner.pk,
        "reference": scanner.reference,
        "version": 1,
        "trust": orgs["Ash"].code,
        "trust_name": "Ash",
        "site": orgs["Ash site"].code,
        "specification": "CT-STD",
        "installed_on": "2012-05-10",
        "installed_precision": "D",
        "price_paid_pence": None,
        "as_at": "2026-05-10",
        "in_fleet": True,
        "age_years": 14,
        "age_is_about": False,
        "age_band": "10-14",
        "over_7": True,
        "over_10": True,
    }
    assert {name: body[name] for name in expected} == expected
    assert "reason" not in body


@pytest.mark.parametrize(
    ("as_at", "years", "over_7", "over_10"),
    [
        ("2012-05-10", 0, False, False),
        ("2019-05-09", 6, False, False),
        ("2019-05-10", 7, True, False),
        ("2022-05-10", 10, True, True),
        ("2040-01-01", 27, True, True),
        ("2012-05-09", None, None, None),
    ],
)
def test_ages_are_as_at_any_day(manager, scanner, as_at, years, over_7, over_10):
    body = manager.get(one(scanner), {"as_at": as_at}).json()
    assert (body["age_years"], body["over_7"], body["over_10"]) == (years, over_7, over_10)


def test_without_a_day_it_is_today(manager, scanner):
    assert manager.get(one(scanner)).json()["as_at"] == timezone.localdate().isoformat()


def test_an_unknown_date_gives_no_age_and_the_band_unknown(manager, orgs):
    asset = make(orgs, installed_on=None, installed_precision="")
    body = manager.get(one(asset)).json()
    assert (body["age_years"], body["age_band"], body["over_10"]) == (None, "unknown", None)


@pytest.mark.parametrize("as_at", ["soon", "2026-13-01", "9999-01-01", "0001-01-01", "2026-02-30"])
def test_a_day_that_cannot_be_read_is_400(manager, scanner, as_at):
    for address in (one(scanner), LIST):
        response = manager.get(address, {"as_at": as_at})
        assert response.status_code == 400
        assert list(response.json()) == ["as_at"]


def test_the_list_has_the_page_s_filters(manager, orgs):
    ct = make(orgs, modality="CT", installed_on=date(2010, 5, 1), serial_number="AAA")
    mri = make(orgs, modality="MRI", installed_on=date(2024, 5, 1))
    retired = make(orgs, status=Status.RETIRED, retired_on=date(2025, 1, 1))
    assert ids(manager) == [ct.pk, mri.pk]
    assert ids(manager, modality="MRI") == [mri.pk]
    assert ids(manager, band="15+", as_at="2025-05-01") == [ct.pk]
    assert ids(manager, q="aaa") == [ct.pk]
    assert ids(manager, status="all") == [ct.pk, mri.pk, retired.pk]
    assert ids(manager, trust=orgs["Beech"].pk) == []
    assert manager.get(one(retired)).status_code == 200


@pytest.mark.parametrize(
    "query",
    [{"modality": "PET"}, {"band": "ten"}, {"site": "x"}, {"support_before": "soon"}, {"status": "sold"}],
)
def test_a_filter_that_cannot_be_read_is_400_and_names_itself(manager, scanner, query):
    response = manager.get(LIST, query)
    assert response.status_code == 400
    assert list(response.json()) == list(query)


def test_pages_follow_on_each_other_though_rows_are_added_meanwhile(manager, orgs):
    machines = [make(orgs).pk for _ in range(5)]
    first = manager.get(LIST, {"page_size": 2}).json()
    machines.append(make(orgs).pk)
    seen, page = [row["id"] for row in first["results"]], first
    while page["next"]:
        page = manager.get(page["next"]).json()
        seen += [row["id"] for row in page["results"]]
    assert seen == machines


@pytest.mark.parametrize("size", ["0", "501", "all", "-1", "", "9" * 30])
def test_more_than_the_most_is_refused_and_not_cut(manager, scanner, size):
    response = manager.get(LIST, {"page_size": size})
    assert response.status_code == 400
    assert response.json() == {"page_size": ["Ask for 1 to 500 rows on a page."]}


@pytest.mark.parametrize("told", ["p=abc", "r=1&p=a", "p=-1", "p=1.5", "p=\x00"])
def test_a_page_that_begins_nowhere_is_not_found(manager, scanner, told):
    response = manager.get(LIST, {"cursor": b64encode(told.encode()).decode()})
    assert (response.status_code, response.json()) == (404, {"detail": "Invalid cursor"})


def test_a_search_of_very_many_words_is_refused_in_words(manager, scanner):
    response = manager.get(LIST, {"q": "a " * 2_000})
    assert response.status_code == 400
    assert "at most 200 characters" in response.json()["q"][0]


def test_the_number_of_questions_does_not_grow_with_the_rows(
    manager, orgs, django_assert_max_num_queries, django_assert_num_queries
):
    make(orgs)
    with django_assert_max_num_queries(8) as few:
        ids(manager)
    for _ in range(40):
        make(orgs)
    with django_assert_num_queries(len(few)):
        assert len(ids(manager)) == 41
