import csv
import io
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from assets.domain.facts import PRICE_KEYS
from assets.domain.list_columns import DEFAULT, SHOWABLE, SORT_OF, columns_in
from assets.queries.assets import SORTS
from networks.domain.access import Role
from tests.factories.assets import AssetFactory
from tests.factories.networks import network_of_trusts, person

pytestmark = pytest.mark.django_db
LIST, EXPORT, CHOOSE = "asset_list", "asset_export", "asset_columns"


@pytest.fixture
def orgs():
    return network_of_trusts("Ash", "Beech")


@pytest.fixture
def manager(client: Client, orgs) -> Client:
    client.force_login(person(Role.EQUIPMENT_MANAGER, orgs["Ash"]))
    return client


def headings(client: Client, **query: str) -> list[str]:
    return [label for label, _, _ in client.get(reverse(LIST), query).context["headings"]]


def exported(client: Client, **query: str) -> Iterator[list[str]]:
    content = b"".join(client.get(reverse(EXPORT), query).streaming_content)
    return csv.reader(io.StringIO(content.decode("utf-8-sig")))


def test_every_default_column_and_every_order_exists():
    keys = {column.key for column in SHOWABLE}
    assert set(DEFAULT) <= keys
    assert set(SORT_OF) <= keys
    assert set(SORT_OF.values()) <= set(SORTS)


def test_columns_are_named_in_an_address_each_once_and_those_unknown_are_left_out():
    found = columns_in("age,reference,age,nothing,,price_paid_pence", with_prices=False)
    assert [column.key for column in found] == ["age", "reference"]
    assert columns_in("nothing", with_prices=True) == ()


def test_the_page_and_its_file_show_the_columns_of_the_address_in_their_order(manager, orgs):
    AssetFactory(trust=orgs["Ash"], site=orgs["Ash site"], serial_number="S-1", examinations_per_year=12345)
    query = {"columns": "serial_number,examinations_per_year,site,age"}
    shown = headings(manager, **query)
    assert len(shown) == 4
    assert "12,345" in manager.get(reverse(LIST), query).content.decode()
    head, row = exported(manager, **query)
    assert head == shown
    assert row[:3] == ["S-1", "12345", "Ash site"]
    again = next(exported(manager, **query, again="1"))
    assert again == ["Reference", *shown, "Register version"]
    assert manager.get(reverse(EXPORT), query | {"format": "xlsx"}).status_code == 200


def test_without_columns_the_file_has_all_of_them(manager, orgs):
    AssetFactory(trust=orgs["Ash"], site=orgs["Ash site"])
    assert len(next(exported(manager))) > 50
    assert headings(manager)[0] == "Reference"
    assert "Trust" not in headings(manager)


def test_the_file_of_the_page_is_linked_with_its_columns_and_filters(manager, orgs):
    AssetFactory(trust=orgs["Ash"], site=orgs["Ash site"])
    text = manager.get(reverse(LIST), {"modality": "CT", "columns": "age,site"}).content.decode()
    assert f"{reverse(EXPORT)}?modality=CT&amp;columns=age%2Csite&amp;format=csv" in text
    assert f"{reverse(EXPORT)}?modality=CT&amp;format=csv" in text
    assert '<input type="hidden" name="columns" value="age,site">' in text


def test_choosing_columns_leads_back_to_the_list_as_it_was(manager):
    page = manager.get(reverse(CHOOSE), {"modality": "CT", "columns": "age,site", "page": "x"})
    form = page.context["form"]
    assert (form["show_age"].initial, form["place_age"].initial) == (True, 1)
    assert form["place_site"].initial == 2
    assert '<input type="hidden" name="modality" value="CT">' in page.content.decode()
    sent = {"choose": "1", "modality": "CT", "show_site": "on", "place_site": "2"}
    sent |= {"show_age": "on", "show_location": "on", "place_location": "1", "place_notes": "7"}
    answer = manager.get(reverse(CHOOSE), sent)
    assert answer.status_code == 302
    assert answer["Location"] == f"{reverse(LIST)}?modality=CT&columns=location%2Csite%2Cage"


@pytest.mark.parametrize(
    ("sent", "said"),
    [({}, "Choose at least one column"), ({"show_age": "on", "place_age": "first"}, "Enter a whole number")],
)
def test_a_choice_that_cannot_be_is_said_and_kept(manager, sent, said):
    answer = manager.get(reverse(CHOOSE), {"choose": "1"} | sent)
    assert answer.status_code == 200
    assert said in answer.content.decode()


def test_prices_are_no_columns_for_those_who_may_not_see_them(client, orgs):
    AssetFactory(trust=orgs["Ash"], site=orgs["Ash site"], price_paid_pence=61234500)
    client.force_login(person(Role.MODALITY_LEAD, orgs["Ash"]))
    fields = client.get(reverse(CHOOSE)).context["form"].fields
    assert not {f"show_{key}" for key in PRICE_KEYS} & set(fields)
    query = {"columns": ",".join(["reference", *sorted(PRICE_KEYS)])}
    assert headings(client, **query) == ["Reference"]
    assert [len(row) for row in exported(client, **query)] == [1, 1]


def test_columns_cost_no_query(manager, orgs, django_assert_max_num_queries):
    for _ in range(5):
        AssetFactory(trust=orgs["Ash"], site=orgs["Ash site"])
    everything = ",".join(column.key for column in SHOWABLE)
    with django_assert_max_num_queries(12):
        manager.get(reverse(LIST), {"columns": everything})
