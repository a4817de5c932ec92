"""Everything about a version in one workbook: it adds up to the plan, and shows each reader no more than the pages do."""

import io
from decimal import Decimal

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from networks.domain.access import Role
from networks.models import Run, User
from procurement.actions.pins import pin_asset, unpin
from procurement.actions.plan_versions import save_version
from procurement.actions.solve_samples import keep_samples
from procurement.domain.solve_curve import Sample
from procurement.models import PlanVersion
from procurement.queries.planning_problem import planning_problem
from tests.builders.plan_results import result_for
from tests.factories.networks import network_of_trusts, person
from tests.factories.plans import TODAY, Planned, ready_plan

pytestmark = pytest.mark.django_db
Rows = dict[str, list[tuple[object, ...]]]


@pytest.fixture
def made() -> Planned:
    made = ready_plan(assets_each=4, envelope_pence=80_000_000)
    pin_asset(by=made.lead, plan=made.plan, asset=made.assets[0], year=2028, reason="Rebuilding", on=TODAY)
    return made


@pytest.fixture
def version(made) -> PlanVersion:
    run = Run.objects.create(kind="plan.solve", title="Solving")
    keep_samples(run, [Sample("exposure", 0.5, 120.0, None, None), Sample("cost", 2.0, 250.0, 200.0, 0.2)])
    problem = planning_problem(made.plan, on=TODAY)
    return save_version(
        by=made.lead, plan=made.plan, problem=problem, result=result_for(problem), run=run, on=TODAY
    )


def sheets(client: Client, version: PlanVersion) -> Rows:
    answer = client.get(reverse("plan_version_workbook", args=[version.plan_id, version.number]))
    assert answer.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def read_by(role: Role, organisation: object, client: Client) -> Client:
    client.force_login(person(role, organisation))
    return client


def total(rows: list[tuple[object, ...]], heading: str) -> Decimal:
    column = rows[0].index(heading)
    return sum((Decimal(str(row[column])) for row in rows[1:] if row[column] is not None), Decimal(0))


def test_the_money_of_every_sheet_is_the_plans(client, made, version):
    client.force_login(User.objects.get(pk=made.lead.user_id))
    book = sheets(client, version)
    spent = Decimal(version.result["metrics"]["plan"]["spend_pence"]) / 100
    assert total(book["Lines"], "Total (£, inc VAT)") == spent
    assert total(book["Spend"], "Spend (£, inc VAT)") == spent
    paid = [h for h in book["Spend"][0] if str(h).startswith("Paid:")] + ["Not paid for (£, inc VAT)"]
    assert sum(total(book["Spend"], str(heading)) for heading in paid) == spent
    assert total(book["Envelopes"], "Envelope (£, inc VAT)") == 10 * 800_000
    replaced = sum(line.year is not None for line in version.lines.all())
    assert total(book["Tenders"], "Machines") == replaced
    assert len(book["Lines"]) == 9


def test_the_summary_says_hash_and_status_and_each_sheet_its_source(client, made, version):
    client.force_login(User.objects.get(pk=made.lead.user_id))
    book = sheets(client, version)
    said = {row[0]: row[1] for row in book["Summary"][1:]}
    assert said["Hash of the inputs"] == version.inputs_hash
    assert said["How good it is"] == version.status
    assert said["Where it stands"] == "draft"
    assert said["Version"] == 1
    assert {row[0] for row in book["Sources"][1:]} == set(book) - {"Sources"}
    assert all(row[1] for row in book["Sources"][1:])


def test_the_proof_has_stages_and_the_way_there(client, made, version):
    client.force_login(User.objects.get(pk=made.lead.user_id))
    book = sheets(client, version)
    exposure = next(row for row in book["Proof"] if "exposure" in str(row[0]))
    assert exposure[1:4] == (
        "points",
        version.result["stages"][1]["value"],
        pytest.approx(exposure[2] * 0.99, abs=0.01),
    )
    cost = next(row for row in book["Proof"] if "cost" in str(row[0]))
    assert cost[3] is None
    assert cost[2] == version.result["stages"][2]["value"] / 100
    assert book["Search"][1:] == [
        ("Stage 2, exposure", 0.5, "points", 120, None, None),
        ("Stage 3, whole cost at present value", 2, "£", 2.5, 2, 20),
    ]


def test_pins_say_what_the_version_has_and_what_is_wanted_since(client, made, version):
    client.force_login(User.objects.get(pk=made.lead.user_id))
    unpin(by=made.lead, plan=made.plan, machine=made.assets[0])
    pin_asset(by=made.lead, plan=made.plan, asset=made.assets[5], year=2031, reason="New wing", on=TODAY)
    rows = {row[0]: row[2:] for row in sheets(client, version)["Pins"][1:]}
    assert rows == {
        str(made.assets[0]): ("Replaced in 2028/29", None, None, "yes"),
        str(made.assets[5]): (None, "Replaced in 2031/32", "New wing", "yes"),
    }


def test_a_trusts_finance_gets_its_own_part(client, made, version):
    book = sheets(read_by(Role.FINANCE, made.orgs["Ash"], client), version)
    assert {"Proof", "Search"}.isdisjoint(book)
    everything = " ".join(str(cell) for rows in book.values() for row in rows for cell in row)
    assert "Beech" not in everything
    assert f"{version.result['metrics']['plan']['exposure']:,}" not in everything
    assert version.status not in everything
    assert len(book["Lines"]) == 5
    assert ("What is shown", "the part of Ash", None) in book["Summary"]


def test_others_get_nothing(client, made, version):
    url = reverse("plan_version_workbook", args=[version.plan_id, version.number])
    elsewhere = network_of_trusts("Elm", network="Southern", region="South East")
    assert read_by(Role.PROCUREMENT_LEAD, elsewhere["Southern"], client).get(url).status_code == 404
    assert read_by(Role.EQUIPMENT_MANAGER, made.orgs["Ash"], client).get(url).status_code == 403
