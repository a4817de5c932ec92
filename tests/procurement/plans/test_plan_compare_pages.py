"""The pages of scenarios and of plans side by side: what they say, hide, refuse and hand over as files."""

import csv
import io

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from networks.domain.access import Role
from networks.models import Run, User
from procurement.actions.scenarios import copy_plan
from procurement.domain.scenario import ScenarioChanges
from procurement.models import Plan, PlanLine, PlanVersion
from procurement.queries.planning_problem import planning_problem
from tests.factories.networks import network_of_trusts, person
from tests.factories.plans import TODAY, Planned, ready_plan
from tests.procurement.plans.test_plan_pages import made_poorer, solved, text_of
from tests.procurement.plans.test_scenarios import lead_of_both

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *_: TODAY)


@pytest.fixture
def made() -> Planned:
    made = ready_plan(assets_each=4)
    made_poorer(made)
    return made


@pytest.fixture
def lead(client, made) -> Client:
    client.force_login(User.objects.get(pk=made.lead.user_id))
    return client


def scenario_of(made: Planned, name: str, **changes: object) -> PlanVersion:
    """A solved scenario."""
    plan = copy_plan(by=made.lead, plan=made.plan, name=name, on=TODAY, changes=ScenarioChanges(**changes))
    return solved(Planned(made.orgs, plan, made.lead, made.assets, made.versions))


def beside(*versions: PlanVersion, page: str = "plan_compare", more: str = "") -> str:
    return f"{reverse(page)}?{'&'.join(f'v={version.pk}' for version in versions)}{more}"


def test_two_plans_stand_side_by_side_with_signed_differences(lead, made):
    plan, richer = solved(made), scenario_of(made, "Twice as much", own_change_basis_points=10_000)
    page = text_of(lead.get(beside(plan, richer)))
    mine, theirs = (one.result["metrics"]["plan"] for one in (plan, richer))
    points = mine["exposure"] - theirs["exposure"]
    assert points > 0
    assert f"Plan B leaves {points:,} points less exposure, spends" in page
    assert f"{mine['exposure']:,}" in page
    assert f"−{points:,}: better" in page
    assert "£8,000,000 over 5 years £16,000,000 over 5 years (100% more)" in page
    assert "not comparable" not in page
    assert "Ages of the machines in each plan" in page


def test_other_guidance_says_why_exposure_is_not_compared_and_judges_by_the_first(lead, made):
    plan, seven = solved(made), scenario_of(made, "Seven", guidance_years=7)
    page = text_of(lead.get(beside(plan, seven)))
    assert (
        "Seven, version 1 answers another question than Plan A, version 1: it aims for 7 years, not 10"
        in page
    )
    assert "Exposure as the first asks, in points" in page
    assert "not comparable" in page


def test_every_difference_is_listed_with_both_reasons_and_exported_as_shown(lead, made):
    plan, poorer = solved(made), scenario_of(made, "Nothing", own_change_basis_points=-10_000)
    address = beside(plan, poorer, more="&sort=-machine&differs=ONLY_FIRST")
    page = lead.get(address)
    rows = page.context["page"].paginator.object_list
    assert rows
    assert all(row.decisions[1].words == "Kept throughout" for row in rows)
    text = text_of(page)
    for row in rows:
        assert row.label in text
        assert row.decisions[0].reason in text
        assert row.decisions[1].reason in text
    export = beside(plan, poorer, page="plan_compare_export", more="&sort=-machine&differs=ONLY_FIRST")
    read = list(csv.DictReader(io.StringIO(b"".join(lead.get(export).streaming_content).decode("utf-8-sig"))))
    assert [row["Machine"] for row in read] == [row.label for row in rows]
    assert [row["Plan A, version 1: decision"] for row in read] == [row.decisions[0].words for row in rows]
    assert [row["Nothing, version 1: reason"] for row in read] == [row.decisions[1].reason for row in rows]
    book = openpyxl.load_workbook(io.BytesIO(lead.get(f"{export}&format=xlsx").content))
    sheet = list(book.active.values)
    assert [row[0] for row in sheet[1:]] == [row.label for row in rows]
    assert list(sheet[0]) == list(read[0])


def test_filters_narrow_and_can_be_cleared(lead, made):
    plan, poorer = solved(made), scenario_of(made, "Nothing", own_change_basis_points=-10_000)
    everything = lead.get(beside(plan, poorer)).context["page"].paginator.count
    ash = made.orgs["Ash"].pk
    narrowed = lead.get(beside(plan, poorer, more=f"&trust={ash}&modality=CT"))
    rows = narrowed.context["page"].paginator.object_list
    assert 0 < len(rows) < everything
    assert {row.trust for row in rows} == {"Ash"}
    none = lead.get(beside(plan, poorer, more="&machine=no+such+machine"))
    assert "No machine fits these filters" in text_of(none)
    assert f"v={plan.pk}&amp;v={poorer.pk}#machines" in none.content.decode()
    nonsense = lead.get(beside(plan, poorer, more="&sort=x&trust=y&modality=z&differs=q&page=99"))
    assert nonsense.context["page"].paginator.count == everything


def test_alike_plans_say_so(lead, made):
    page = text_of(lead.get(beside(solved(made), scenario_of(made, "The same"))))
    assert "Every machine is decided alike in 2 plans" in page
    assert "The same and Plan A ask the same today" in page
    assert "leaves the same exposure, spends the same and decides 0 of 8 machines otherwise" in page


@pytest.mark.parametrize("count", [1, 5])
def test_too_few_or_too_many_are_refused_and_the_choice_is_kept(lead, made, count):
    versions = [solved(made) for _ in range(count)]
    page = lead.get(beside(*versions))
    assert "Choose 2 to 4 different versions to compare" in text_of(page)
    assert page.content.decode().count(" checked") == count
    assert lead.get(beside(*versions, page="plan_compare_export")).status_code == 400


def test_four_are_shown_and_any_can_be_the_first(lead, made):
    versions = [solved(made) for _ in range(4)]
    page = lead.get(beside(*versions))
    assert "Plan D" in text_of(page)
    third = page.context["columns"][2].first_url
    assert lead.get(reverse("plan_compare") + third).context["columns"][0].version == versions[2]


def test_a_trusts_finance_sees_its_own_part_of_both_and_no_total(client, made):
    plan, richer = solved(made), scenario_of(made, "Twice as much", own_change_basis_points=10_000)
    client.force_login(person(Role.FINANCE, made.orgs["Ash"]))
    answer = client.get(beside(plan, richer))
    page = text_of(answer)
    assert "You see your own trust’s part only" in page
    assert "Beech" not in page
    network = plan.result["metrics"]["plan"]["exposure"]
    assert network > 999
    assert f"{network:,}" not in page
    own = PlanLine.objects.filter(version=plan, trust=made.orgs["Ash"])
    rows = {row.label: row for row in answer.context["figure_rows"]}
    assert rows["Spend, inc VAT"].cells[0].value == sum(line.total_pence for line in own)
    assert "£4,000,000 over 5 years £8,000,000 over 5 years" in page
    assert "How far from the best" not in page
    export = client.get(beside(plan, richer, page="plan_compare_export"))
    assert "Beech" not in b"".join(export.streaming_content).decode()


def test_strangers_and_neighbours_find_nothing(client, made):
    plan, richer = solved(made), scenario_of(made, "Twice as much", own_change_basis_points=10_000)
    elsewhere = network_of_trusts("Elm", network="Southern", region="South East")
    client.force_login(person(Role.PROCUREMENT_LEAD, elsewhere["Southern"]))
    for page in (beside(plan, richer), beside(plan, richer, page="plan_compare_export")):
        assert client.get(page).status_code == 404
    assert "Plan A" not in text_of(client.get(reverse("plan_compare")))
    assert client.get(reverse("scenario_add", args=[made.plan.pk])).status_code == 404
    client.force_login(person(Role.EQUIPMENT_MANAGER, made.orgs["Ash"]))
    assert client.get(beside(plan, richer)).status_code == 403
    client.force_login(person(Role.FINANCE, made.orgs["Northern"]))
    assert client.get(beside(plan, richer)).status_code == 200
    for method in (client.get, client.post):
        assert method(reverse("scenario_add", args=[made.plan.pk])).status_code == 403
    assert Plan.objects.count() == 2


def test_pages_ask_the_database_the_same_for_many_machines(client, made):
    big = ready_plan("Cedar", "Dogwood", network="Western", assets_each=30, name="Big")
    asked = []
    for planned in (made, big):
        client.force_login(User.objects.get(pk=planned.lead.user_id))
        versions = [solved(planned), scenario_of(planned, "Half", own_change_basis_points=-5000)]
        pages = [beside(*versions), beside(*versions, page="plan_compare_export"), reverse("plan_compare")]
        pages.append(versions[1].plan.get_absolute_url())
        counts = []
        for page in pages:
            with CaptureQueriesContext(connection) as queries:
                answer = client.get(page)
                b"".join(answer)
            counts.append(len(queries))
        asked.append(counts)
    assert asked[0] == asked[1]
    assert asked[0][0] <= 25
    assert asked[0][1] <= 10


def test_a_scenario_is_made_on_one_page_and_says_what_differs(lead, made):
    address = reverse("scenario_add", args=[made.plan.pk])
    assert "What changes" in text_of(lead.get(address))
    typed = {
        "name": "A tenth less",
        "own_change_basis_points": "−10%",
        "shared_change_basis_points": "",
        "national_change_basis_points": "+15",
        "guidance_years": "7",
        "horizon_years": "5",
        "joint_discount_basis_points": "50",
        "pins": "remove",
        "left_out": [made.orgs["Beech"].pk],
    }
    answer = lead.post(address, typed)
    scenario = Plan.objects.get(name="A tenth less")
    assert answer.headers["Location"] == scenario.get_absolute_url()
    assert {row.amount_pence for row in scenario.envelopes.all()} == {72_000_000}
    page = text_of(lead.get(scenario.get_absolute_url()))
    assert "This was copied from Plan A to try something" in page
    assert "Guidance 10 years 7 years" in page
    assert "Trusts left out none Beech" in page
    listed = text_of(lead.get(reverse("plan_list")))
    assert listed.index("Plan A") < listed.index("Scenario: A tenth less")


def test_what_is_wrong_is_named_and_what_was_typed_is_kept(lead, made):
    address = reverse("scenario_add", args=[made.plan.pk])
    typed = {
        "name": "Plan A",
        "own_change_basis_points": "-101",
        "shared_change_basis_points": "lots",
        "guidance_years": "7",
        "horizon_years": "5",
        "joint_discount_basis_points": "100",
        "pins": "keep",
    }
    page = lead.post(address, typed)
    assert "Enter a change of at least −100%" in text_of(page)
    assert "Enter a change in per cent, like -10 or 15" in text_of(page)
    assert 'value="lots"' in page.content.decode()
    again = lead.post(address, typed | {"own_change_basis_points": "0", "shared_change_basis_points": "0"})
    assert "has a plan named Plan A already" in text_of(again)
    assert Plan.objects.count() == 1


def test_a_network_to_be_merged_is_offered_to_the_lead_of_both(client, made):
    other = ready_plan("Cedar", network="Southern", name="Plan S")
    address = reverse("scenario_add", args=[made.plan.pk])
    client.force_login(User.objects.get(pk=made.lead.user_id))
    assert "Networks merged in" not in text_of(client.get(address))
    lead_of_both(made, other)
    page = text_of(client.get(address))
    assert "Networks merged in" in page
    assert "Southern" in page


def test_what_if_is_asked_of_a_line_solved_and_shown_beside_its_version(
    lead, made, django_capture_on_commit_callbacks
):
    version = solved(made)
    line = PlanLine.objects.get(version=version, asset=made.assets[1])
    address = reverse("scenario_what_if", args=[made.plan.pk, 1, line.pk])
    assert line.asset_label in text_of(lead.get(address))
    assert "There is a problem" in text_of(lead.post(address, {"seconds": "10"}))
    assert Plan.objects.count() == 1
    with django_capture_on_commit_callbacks(execute=True):
        answer = lead.post(address, {"decision": "replace-2030", "seconds": "10"})
    assert answer.status_code == 302
    run = Run.objects.get()
    assert (run.status, run.error) == (Run.Status.SUCCEEDED, "")
    tried = PlanVersion.objects.get(plan__scenario_of=made.plan)
    assert tried.based_on == version
    assert PlanLine.objects.get(version=tried, asset=made.assets[1]).year == 2030
    assert run.result_url == beside(version, tried)
    page = text_of(lead.get(run.result_url))
    assert "Replaced in 2030/31" in page
    assert planning_problem(made.plan, on=TODAY).pins == ()
