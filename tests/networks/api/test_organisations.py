import pytest
from django.urls import reverse

from networks.domain.access import Role
from networks.models import Organisation
from tests.factories.networks import network_of_trusts, person

pytestmark = pytest.mark.django_db

LIST = "/api/organisations/"


@pytest.fixture
def orgs() -> dict[str, Organisation]:
    return network_of_trusts("Ash", "Beech")


@pytest.fixture
def reader(client, orgs):
    client.force_login(person(Role.EQUIPMENT_MANAGER, orgs["Ash"]))
    return client


def test_only_who_is_signed_in_reads_them(client, orgs):
    assert client.get(LIST).status_code == 403
    assert client.get(f"{LIST}{orgs['Ash'].pk}/").status_code == 403


def test_an_organisation_reads_with_what_it_belongs_to(reader, orgs):
    body = reader.get(f"{LIST}{orgs['Beech'].pk}/").json()
    assert (body["kind"], body["code"], body["name"]) == ("trust", orgs["Beech"].code, "Beech")
    ties = {(link["tie"], link["target_kind"], link["target_name"]) for link in body["links"]}
    assert ties == {("part_of", "icb", "North West ICB"), ("member_of", "network", "Northern")}
    assert body["links"][0]["starts_on"] == "2015-04-01"


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"kind": "trust"}, {"Ash", "Beech"}),
        ({"kind": ["trust", "network"]}, {"Ash", "Beech", "Northern"}),
        ({"name": "ash"}, {"Ash", "Ash site"}),
        ({"kind": "site", "name": "BEECH"}, {"Beech site"}),
    ],
)
def test_filters(reader, query, names):
    assert {row["name"] for row in reader.get(LIST, query).json()["results"]} == names


def test_a_code_finds_its_organisation_whatever_its_case(reader, orgs):
    [found] = reader.get(LIST, {"code": orgs["Ash"].code.lower()}).json()["results"]
    assert found["id"] == orgs["Ash"].pk


def test_a_kind_that_does_not_exist_is_400(reader):
    assert reader.get(LIST, {"kind": "planet"}).status_code == 400


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_they_are_only_read(reader, orgs, method):
    for address in (LIST, f"{LIST}{orgs['Ash'].pk}/"):
        assert getattr(reader, method)(address, {}, content_type="application/json").status_code == 405


def test_the_number_of_questions_does_not_grow(
    reader, django_assert_max_num_queries, django_assert_num_queries
):
    with django_assert_max_num_queries(6) as few:
        reader.get(LIST)
    network_of_trusts("Elm", "Fir", "Gorse", network="Southern", region="South West")
    with django_assert_num_queries(len(few)):
        reader.get(LIST)


def test_it_is_named_at_the_front_door(reader):
    lists = reader.get(reverse("api-root")).json()
    assert lists["organisations"].endswith(LIST)
    for address in lists.values():
        assert reader.get(address).status_code in (200, 403)
