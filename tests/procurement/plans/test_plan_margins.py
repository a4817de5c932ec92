"""What a version says of itself beside its figures: accounts of machines, what more money would buy, what has to give."""

import csv
import io

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from networks.domain.access import Role
from procurement.actions.pins import pin_asset
from procurement.actions.plan_versions import save_version
from procurement.actions.plans import set_envelopes
from procurement.domain.planning.explanations import explanations
from procurement.jobs.explain_plan import explained
from procurement.models import PlanLine
from procurement.queries.plan_margins import margins_of
from procurement.queries.plan_versions import read_version
from procurement.queries.planning_problem import planning_problem
from tests.builders.plan_results import result_for
from tests.factories.networks import actor, person
from tests.factories.plans import TODAY, Planned, ready_plan

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *_: TODAY)


@pytest.fixture
def made() -> Planned:
    """Two trusts with four machines each, and money for one machine of each trust a year."""
    made = ready_plan(assets_each=4)
    amounts = dict.fromkeys(
        ((made.orgs[trust].pk, year) for trust in ("Ash", "Beech") for year in made.plan.years), 80_000_000
    )
    set_envelopes(by=made.lead, plan=made.plan, amounts=amounts, revision=made.plan.revision, on=TODAY)
    made.plan.refresh_from_db()
    return made


def solved(made, *, with_account=True):
    problem = planning_problem(made.plan, on=TODAY)
    result = result_for(problem)
    account = explanations(problem, result.settlement) if with_account else None
    return save_version(
        by=made.lead,
        plan=made.plan,
        problem=problem,
        result=result,
        run=None,
        on=TODAY,
        explained=account,
    )


def signed_in(role, organisation) -> Client:
    client = Client()
    client.force_login(person(role, organisation))
    return client


def address(version, name="plan_margins"):
    return reverse(name, args=[version.plan_id, version.number])


def rows_of(response):
    """The rows of a CSV response, headings first."""
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_every_machine_has_its_account_on_the_page_and_in_the_file(made):
    version = solved(made)
    client = signed_in(Role.FINANCE, made.orgs["Northern"])
    lines = PlanLine.objects.filter(version=version)
    assert all(
        set(line.account) == {"earlier", "later", "binding", "would_change", "figures"} for line in lines
    )
    page = client.get(version.get_absolute_url()).content.decode()
    headings, *cells = rows_of(client.get(address(version, "plan_version_export")))
    rows = [dict(zip(headings, row, strict=True)) for row in cells]
    late = [line for line in lines if line.account["would_change"]]
    assert late
    for line in late:
        assert line.account["would_change"][0] in page.replace("&#x27;", "'")
    for line in lines:
        row = next(row for row in rows if row["Rank"] == str(line.rank))
        assert row["What binds"] == " ".join(line.account["binding"])
        assert row["A year earlier"] == " ".join(line.account["earlier"])


def test_the_page_says_what_more_money_would_buy_and_the_file_says_the_same(made):
    version = solved(made)
    client = signed_in(Role.FINANCE, made.orgs["Northern"])
    found = margins_of(read_version(actor(Role.FINANCE, made.orgs["Northern"]), version))
    assert {row.whose for row in found.rows} == {"Ash’s own money", "Beech’s own money"}
    page = client.get(address(version)).content.decode()
    assert page.count("instead of") >= len(found.rows)
    chosen = {"whose": "Ash’s own money", "sort": "needed"}
    rows = rows_of(client.get(address(version, "plan_margins_export"), chosen))[1:]
    ash = sorted((row.needed_pence, row.year) for row in found.rows if row.whose == "Ash’s own money")
    assert [float(row[3]) for row in rows] == [pence / 100 for pence, _ in ash]
    assert "What more money would buy" in client.get(version.get_absolute_url()).content.decode()


def test_a_trusts_finance_sees_its_own_money_and_no_machine_of_others(made):
    version = solved(made)
    client = signed_in(Role.FINANCE, made.orgs["Ash"])
    page = (
        client.get(address(version)).content.decode()
        + client.get(version.get_absolute_url()).content.decode()
    )
    assert "Ash’s own money" in page
    assert "Beech" not in page
    for line in PlanLine.objects.filter(version=version, trust=made.orgs["Beech"]):
        assert line.asset_label not in page


def test_a_wish_that_cannot_be_paid_for_says_what_would_have_to_give(made):
    first = made.plan.years[0]
    for asset in made.assets[:2]:
        pin_asset(
            by=made.lead, plan=made.plan, asset=asset, year=first, reason="Floor is being done", on=TODAY
        )
    version = solved(made)
    page = signed_in(Role.PROCUREMENT_LEAD, made.orgs["Northern"]).get(address(version)).content.decode()
    assert "What would have to give" in page
    assert "more, inc VAT, of Ash’s own money in" in page
    assert "The pin of" in page
    beech = signed_in(Role.FINANCE, made.orgs["Beech"]).get(address(version)).content.decode()
    assert "What would have to give" not in beech


def test_a_version_without_it_says_so(made):
    version = solved(made, with_account=False)
    client = signed_in(Role.FINANCE, made.orgs["Northern"])
    assert "Not worked out for this version" in client.get(address(version)).content.decode()
    assert "Not worked out for this version" in client.get(version.get_absolute_url()).content.decode()
    assert client.get(address(version, "plan_margins_export")).status_code == 200


def test_queries_do_not_grow_with_rows(made, django_assert_max_num_queries):
    version = solved(made)
    client = signed_in(Role.FINANCE, made.orgs["Northern"])
    client.get(address(version))
    with django_assert_max_num_queries(16):
        client.get(address(version))


def test_the_step_stops_when_told_to_or_out_of_time_and_leaves_the_plan_without(made):
    problem = planning_problem(made.plan, on=TODAY)
    result = result_for(problem)
    told = []
    assert explained(problem, result, report=told.append, should_cancel=lambda: False) is not None
    assert told[0].startswith("Explaining: what one year earlier or later would mean")
    late = explained(problem, result, report=told.append, should_cancel=lambda: False, longest_seconds=0)
    assert late is None
    stopped = result_for(problem, cancelled=True)
    assert explained(problem, stopped, report=told.append, should_cancel=lambda: False) is None
