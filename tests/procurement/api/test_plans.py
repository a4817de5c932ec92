import pytest
from django.urls import reverse

from networks.domain.access import Role
from networks.models import Organisation
from procurement.models import PlanVersion
from tests.factories.networks import network_of_trusts, person
from tests.factories.procurement import plan_with_version

pytestmark = pytest.mark.django_db

LIST = "/api/plans/"


@pytest.fixture
def orgs() -> dict[str, Organisation]:
    return network_of_trusts("Ash", "Beech") | network_of_trusts("Elm", network="Southern", region="South")


@pytest.fixture
def version(orgs) -> PlanVersion:
    northern = {name: org for name, org in orgs.items() if not name.startswith("Elm")}
    return plan_with_version(
        northern,
        lines=[("Ash", "CT-STD", 2028), ("Beech", "CT-STD", 2028), ("Beech", "MRI-STD", None)],
    )


@pytest.fixture
def southern(orgs) -> PlanVersion:
    names = ("Elm", "Elm site", "Southern")
    return plan_with_version({name: orgs[name] for name in names}, network="Southern", name="Southern plan")


def of(version: PlanVersion, *, lines: bool = False) -> str:
    address = f"{LIST}{version.plan_id}/versions/{version.number}/"
    return f"{address}lines/" if lines else address


def rows(client, address: str) -> list[dict]:
    response = client.get(address)
    assert response.status_code == 200, response.content
    return response.json()["results"]


@pytest.mark.parametrize(
    ("role", "where", "plans", "trusts"),
    [
        (Role.PROCUREMENT_LEAD, "Northern", {"Plan"}, ["Ash", "Beech", "Beech"]),
        (Role.PROCUREMENT_LEAD, "Southern", {"Southern plan"}, None),
        (Role.FINANCE, "Northern", {"Plan"}, ["Ash", "Beech", "Beech"]),
        (Role.FINANCE, "Ash", {"Plan"}, ["Ash"]),
        (Role.FINANCE, "Beech", {"Plan"}, ["Beech", "Beech"]),
        (Role.FINANCE, "Elm", {"Southern plan"}, None),
        (Role.NATIONAL_ANALYST, "England", {"Plan", "Southern plan"}, ["Ash", "Beech", "Beech"]),
        (Role.ADMINISTRATOR, "England", {"Plan", "Southern plan"}, ["Ash", "Beech", "Beech"]),
    ],
)
def test_each_sees_the_plans_and_the_lines_of_what_they_cover(
    client, orgs, version, southern, role, where, plans, trusts
):
    """`trusts` is None where the northern plan is hidden: it, its versions and its lines."""
    client.force_login(person(role, orgs[where]))
    assert {plan["name"] for plan in rows(client, LIST)} == plans
    hidden = 404 if trusts is None else 200
    assert client.get(f"{LIST}{version.plan_id}/").status_code == hidden
    assert client.get(of(version)).status_code == hidden
    assert len(rows(client, f"{LIST}{version.plan_id}/versions/")) == (trusts is not None)
    assert sorted(line["trust_name"] for line in rows(client, of(version, lines=True))) == (trusts or [])


def test_an_equipment_manager_is_refused_plans(client, orgs, version):
    client.force_login(person(Role.EQUIPMENT_MANAGER, orgs["Ash"]))
    for address in (LIST, f"{LIST}{version.plan_id}/", of(version), of(version, lines=True)):
        assert client.get(address).status_code == 403


def test_whoever_is_not_signed_in_is_refused(client, version):
    for address in (LIST, f"{LIST}{version.plan_id}/", of(version), of(version, lines=True)):
        assert client.get(address).status_code == 403


@pytest.fixture
def lead(client, orgs):
    client.force_login(person(Role.PROCUREMENT_LEAD, orgs["Northern"]))
    return client


def test_a_plan_reads_with_its_years_and_newest_version(lead, orgs, version):
    northern = {name: org for name, org in orgs.items() if not name.startswith("Elm")}
    plan_with_version(northern, plan=version.plan)
    [plan] = rows(lead, LIST)
    assert plan["network"] == orgs["Northern"].code
    assert plan["years"][0] == "2027/28"
    assert len(plan["years"]) == version.plan.horizon_years
    assert plan["latest_version"] == 2
    assert [v["number"] for v in rows(lead, f"{LIST}{version.plan_id}/versions/")] == [1, 2]


def test_a_version_keeps_its_inputs_and_results_to_itself(lead, version):
    body = lead.get(of(version)).json()
    assert (body["number"], body["register_as_at"]) == (1, "2026-11-24")
    assert not {"inputs", "result"} & set(body)


def test_a_line_reads_with_its_money_in_pence(lead, version):
    bought, _, kept = rows(lead, of(version, lines=True))
    line = version.lines.get(rank=1)
    assert bought["year"] == "2028/29"
    assert bought["total_pence"] == line.total_pence
    assert bought["equipment_pence"] + bought["works_pence"] + bought["vat_pence"] == line.total_pence
    assert (bought["specification"], bought["specification_version"]) == ("CT-STD", 1)
    assert kept["year"] is None


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_plans_are_only_read(lead, version, method):
    for address in (LIST, f"{LIST}{version.plan_id}/", of(version), of(version, lines=True)):
        assert getattr(lead, method)(address, {}, content_type="application/json").status_code == 405


def test_the_number_of_questions_does_not_grow(
    lead, orgs, version, django_assert_max_num_queries, django_assert_num_queries
):
    with django_assert_max_num_queries(8) as few:
        rows(lead, of(version, lines=True))
    northern = {name: org for name, org in orgs.items() if not name.startswith("Elm")}
    longer = plan_with_version(northern, plan=version.plan, lines=[("Ash", "CT-STD", 2028)] * 12)
    with django_assert_num_queries(len(few)):
        assert len(rows(lead, of(longer, lines=True))) == 12
    with django_assert_max_num_queries(7):
        rows(lead, LIST)


def test_addresses_are_as_documented():
    assert reverse("api-plan-list") == LIST
    assert reverse("api-plan-line-list", args=[3, 2]) == "/api/plans/3/versions/2/lines/"
