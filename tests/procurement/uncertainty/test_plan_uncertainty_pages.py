"""The page "How sure are these figures": what it says, to whom, from where, and as files."""

import csv
import io
import re

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from networks.domain.access import Permission, Role
from networks.models import User
from procurement.models import PlanVersion
from tests.factories.networks import network_of_trusts, person
from tests.procurement.uncertainty.conftest import change, solved

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(client, made) -> Client:
    client.force_login(User.objects.get(pk=made.lead.user_id))
    return client


def address(version, **query) -> str:
    return reverse("plan_uncertainty", args=[version.plan_id, version.number], query=query)


def exported(client, version, **query) -> list[dict[str, str]]:
    at = reverse("plan_uncertainty_export", args=[version.plan_id, version.number], query=query)
    text = b"".join(client.get(at).streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def text_of(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_the_page_says_what_the_plan_may_cost_and_what_is_not_known(lead, version):
    page = text_of(lead.get(address(version)))
    assert "How sure are these figures?" in page
    assert re.search(r"spends £[\d.]+m inc VAT as planned, and in 8 of 10 outcomes between £", page)
    assert "6 of 12" in page  # dates known to the day
    assert "Only the year of installation is known." in page
    assert "Taken to lie between the oldest and the newest CT of known date in this plan" in page
    assert "A stated share, 15% below to 15% above: no purchases of it on record" in page
    assert "Works at" in page


def test_a_machine_of_exact_date_is_no_row_and_a_month_changes_nothing(lead, made, version):
    rows = exported(lead, version, kind="date")
    named = {row["Our reference"] for row in rows}
    assert named == {made.assets[n].reference for n in (0, 1, 6, 7)}


def test_the_box_to_fill_in_is_named_and_leads_where_it_stands(lead, made, version):
    row = exported(lead, version, kind="date")[0]
    assert re.fullmatch(r"http://testserver/.*/correct/#id_installed_on", row["Where to fill it in"])
    manager = Client()
    manager.force_login(person(Role.EQUIPMENT_MANAGER, made.orgs["Ash"]))
    ash = next(r for r in exported(lead, version, kind="date") if r["Trust"] == "Ash")
    box = manager.get(ash["Where to fill it in"].removeprefix("http://testserver").partition("#")[0])
    assert box.status_code == 200
    assert 'id="id_installed_on"' in box.content.decode()


def test_who_may_not_fill_it_in_is_led_to_the_machine_and_told_who_may(lead, made, version):
    page = lead.get(address(version, kind="date")).content.decode()
    assert f'href="{reverse("asset_detail", args=[made.assets[0].pk])}"' in page
    assert "equipment manager fills in the date" in page
    assert "/correct/" not in page


def test_a_date_filled_in_since_is_said_to_be(lead, made, version):
    change(made.assets[0], installed_on=made.assets[3].installed_on, installed_precision="D")
    assert "Filled in since" in text_of(lead.get(address(version)))
    rows = {r["Our reference"]: r["Filled in since"] for r in exported(lead, version, kind="date")}
    assert rows[made.assets[0].reference] == "yes"
    assert rows[made.assets[1].reference] == "no"


def test_filters_and_order_hold_on_the_page_and_in_the_file(lead, version):
    everything = exported(lead, version)
    assert {row["Kind"] for row in everything} == {
        "Installation date",
        "Price of a specification",
        "Works at a site",
    }
    ash = exported(lead, version, trust="Ash", kind="date")
    assert ash
    assert {row["Trust"] for row in ash} == {"Ash"}
    page = text_of(lead.get(address(version, trust="Ash", kind="date")))
    assert f"Export {len(ash)} rows" in page
    by_money = exported(lead, version, sort="-money")
    pounds = [float(row["Takes off the range of spend (£, inc VAT)"]) for row in by_money]
    assert pounds == sorted(pounds, reverse=True)
    assert pounds[0] > 0
    assert "Nothing fits these filters" in text_of(lead.get(address(version, find="no such thing")))
    names = [row["What is not known"].casefold() for row in exported(lead, version, sort="name")]
    assert names == sorted(names)


def test_the_years_and_the_trusts_add_up_in_the_file(lead, made, version):
    rows = exported(lead, version, table="years")
    network = made.orgs["Northern"].name
    assert [row["Whose"] for row in rows[::6]] == [network, "Ash", "Beech"]
    for column in (
        "Every price low (£, inc VAT)",
        "As planned (£, inc VAT)",
        "Every price high (£, inc VAT)",
    ):
        pence = [round(100 * float(row[column])) for row in rows]
        totals = []
        for start in (0, 6, 12):
            *years, total = pence[start : start + 6]
            assert sum(years) == total
            totals.append(total)
        assert totals[0] == totals[1] + totals[2]
    at = reverse(
        "plan_uncertainty_export", args=[version.plan_id, 1], query={"table": "years", "format": "xlsx"}
    )
    book = openpyxl.load_workbook(io.BytesIO(lead.get(at).content))
    assert [row[1].value for row in book.active.rows][-1] == "All years"


def test_a_trusts_finance_sees_its_own_part_only(client, made, version):
    client.force_login(person(Role.FINANCE, made.orgs["Ash"]))
    page = text_of(client.get(address(version)))
    assert "You see the part of Ash only" in page
    assert "Beech" not in page
    whole = version.result["uncertainty"]["spend"]["planned"]
    own = sum(line.total_pence for line in version.lines.all() if line.trust_id == made.orgs["Ash"].pk)
    assert 0 < own < whole
    rows = exported(client, version)
    assert "Beech" not in str(rows)
    assert {row["Trust"] for row in rows} == {"Ash", ""}
    years = exported(client, version, table="years")
    assert {row["Whose"] for row in years} == {"Ash"}
    assert round(100 * float(years[-1]["As planned (£, inc VAT)"])) == own


def test_strangers_are_kept_out(client, made, version):
    pages = [address(version), reverse("plan_uncertainty_export", args=[version.plan_id, 1])]
    elsewhere = network_of_trusts("Elm", network="Southern", region="South East")
    client.force_login(person(Role.PROCUREMENT_LEAD, elsewhere["Southern"]))
    assert [client.get(page).status_code for page in pages] == [404, 404]
    client.force_login(person(Role.EQUIPMENT_MANAGER, made.orgs["Ash"]))
    assert [client.get(page).status_code for page in pages] == [403, 403]


def test_whoever_sees_plans_may_see_benchmarks_on_which_the_ranges_rest():
    for role in Role:
        if Permission.VIEW_PLANS in role.permissions:
            assert Permission.VIEW_BENCHMARKS in role.permissions


def test_a_version_made_before_ranges_were_kept_says_so(lead, version):
    account = {name: value for name, value in version.result.items() if name != "uncertainty"}
    PlanVersion.objects.filter(pk=version.pk).update(result=account)
    assert "Not known for this version" in text_of(lead.get(address(version)))
    assert exported(lead, version) == []
    assert exported(lead, version, table="years") == []


def test_the_page_asks_the_same_number_of_questions_however_many_rows(
    lead, made, version, django_assert_max_num_queries
):
    lead.get(address(version))
    with django_assert_max_num_queries(20) as few:
        lead.get(address(version))
    count = len(few)
    for asset in made.assets[3:6]:
        change(asset, installed_on=None, installed_precision="")
    more = solved(made)
    with django_assert_max_num_queries(count):
        lead.get(address(more))
