"""The plan's pages: what they say, what they refuse, and that nothing typed is lost."""

import re
import time
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from networks.domain.access import Role
from networks.models import User
from procurement.actions.pins import pin_asset
from procurement.actions.plan_versions import save_version
from procurement.actions.plans import set_envelopes
from procurement.models import Envelope, Pin, Plan, PlanVersion
from procurement.queries.planning_problem import planning_problem
from tests.builders.plan_results import result_for
from tests.factories.networks import network_of_trusts, person
from tests.factories.plans import MILLION, TODAY, Planned, ready_plan

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *_: TODAY)


def solved(made: Planned, **values: object) -> PlanVersion:
    problem = planning_problem(made.plan, on=TODAY)
    result = result_for(problem, **values)
    return save_version(by=made.lead, plan=made.plan, problem=problem, result=result, run=None, on=TODAY)


def made_poorer(made: Planned) -> None:
    """Leave each trust with money for one machine a year, so that some grow old."""
    amounts = dict.fromkeys(
        ((made.orgs[trust].pk, year) for trust in ("Ash", "Beech") for year in made.plan.years), 80_000_000
    )
    set_envelopes(by=made.lead, plan=made.plan, amounts=amounts, revision=made.plan.revision, on=TODAY)


def signed_in(client: Client, role: Role, organisation: object) -> Client:
    client.force_login(person(role, organisation))
    return client


@pytest.fixture
def lead(client, made) -> Client:
    client.force_login(User.objects.get(pk=made.lead.user_id))
    return client


@pytest.fixture
def made() -> Planned:
    return ready_plan(assets_each=4)


def text_of(response) -> str:
    """What is read on a page: no markup, one space between words."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def every_page(made: Planned) -> list[str]:
    plan = made.plan.pk
    return [
        reverse("plan_detail", args=[plan]),
        reverse("plan_version", args=[plan, 1]),
        reverse("plan_version_export", args=[plan, 1]),
        reverse("plan_edit", args=[plan]),
        reverse("plan_envelopes", args=[plan]),
        reverse("plan_pin", args=[plan, made.assets[0].pk]),
    ]


def test_the_lead_reads_every_page(lead, made):
    solved(made)
    for page in [reverse("plan_list"), reverse("plan_add"), *every_page(made)]:
        assert lead.get(page).status_code == 200, page


def test_a_neighbours_lead_finds_nothing(client, made):
    solved(made)
    elsewhere = network_of_trusts("Elm", network="Southern", region="South East")
    signed_in(client, Role.PROCUREMENT_LEAD, elsewhere["Southern"])
    assert "Plan A" not in text_of(client.get(reverse("plan_list")))
    for page in every_page(made):
        assert client.get(page).status_code == 404, page
    assert client.post(reverse("plan_solve", args=[made.plan.pk])).status_code == 404


def test_an_equipment_manager_is_refused(client, made):
    solved(made)
    signed_in(client, Role.EQUIPMENT_MANAGER, made.orgs["Ash"])
    for page in [reverse("plan_list"), reverse("plan_add"), *every_page(made)]:
        assert client.get(page).status_code == 403, page


def test_finance_reads_and_changes_nothing(client, made):
    solved(made)
    signed_in(client, Role.FINANCE, made.orgs["Northern"])
    reads, changes = every_page(made)[:3], [reverse("plan_add"), *every_page(made)[3:]]
    assert {client.get(page).status_code for page in reads} == {200}
    assert {client.get(page).status_code for page in changes} == {403}
    assert {client.post(page).status_code for page in changes} == {403}
    assert client.post(reverse("plan_solve", args=[made.plan.pk])).status_code == 403
    assert "Change the envelopes" not in text_of(client.get(reads[0]))


def test_a_trusts_finance_sees_its_own_part_and_is_told_so(client, made):
    made_poorer(made)
    version = solved(made)
    network = version.result["metrics"]["plan"]
    assert network["exposure"] > 999
    signed_in(client, Role.FINANCE, made.orgs["Ash"])
    page = text_of(client.get(reverse("plan_version", args=[made.plan.pk, 1])))
    assert "You see the part of Ash only" in page
    assert "Beech" not in page
    assert f"{network['exposure']:,}" not in page
    assert "How good the plan is" not in page
    detail = text_of(client.get(reverse("plan_detail", args=[made.plan.pk])))
    assert "What your trust can spend" in detail
    assert "Beech" not in detail
    assert "£4,000,000" in detail
    assert "£8,000,000" not in detail
    exported = client.get(reverse("plan_version_export", args=[made.plan.pk, 1]))
    assert "Beech" not in b"".join(exported.streaming_content).decode()


def test_a_plan_is_made_step_by_step(lead, made):
    typed = {
        "network": made.orgs["Northern"].pk,
        "name": "Board plan",
        "first_year": 2027,
        "horizon_years": 6,
        "guidance_years": 7,
        "max_installations": 3,
        "tender_cost_pence": "£30,000",
        "vat_basis_points": "20",
        "carry_over_basis_points": "12.5%",
        "network_carry_over_basis_points": "5",
        "joint_discount_basis_points": "100",
        "family_price_pence": "0",
    }
    answer = lead.post(reverse("plan_add"), typed)
    plan = Plan.objects.get(name="Board plan")
    assert answer.headers["Location"] == reverse("plan_envelopes", args=[plan.pk])
    assert (plan.horizon_years, plan.guidance_years, plan.max_installations) == (6, 7, 3)
    assert (plan.tender_cost_pence, plan.carry_over_basis_points) == (3_000_000, 1250)
    page = text_of(lead.get(plan.get_absolute_url()))
    assert "Ash has no envelope. Give it one for each year, if only £0." in page
    assert "Solve the plan" not in page


def test_wrong_values_are_all_named_and_kept(lead, made):
    typed = {
        "name": "Plan A",
        "tender_cost_pence": "lots",
        "vat_basis_points": "200",
        "max_installations": "x",
    }
    page = text_of(lead.post(reverse("plan_add"), typed))
    assert "Enter an amount in pounds" in page
    assert "Enter a share of at most 100%" in page
    assert "Enter a whole number of installations, like 4" in page
    again = lead.post(reverse("plan_add"), {**typed, "tender_cost_pence": "lots"})
    assert 'value="lots"' in again.content.decode()
    good = {
        "network": made.orgs["Northern"].pk,
        "name": "Plan A",
        "first_year": 2027,
        "horizon_years": 7,
        "guidance_years": 10,
        "max_installations": 4,
        "tender_cost_pence": "25,000",
        "vat_basis_points": "20",
        "carry_over_basis_points": "10",
        "network_carry_over_basis_points": "5",
        "joint_discount_basis_points": "100",
        "family_price_pence": "0",
    }
    assert "has a plan named Plan A already" in text_of(lead.post(reverse("plan_add"), good))
    assert Plan.objects.count() == 1


def test_envelopes_are_typed_and_saved(lead, made):
    ash = made.orgs["Ash"].pk
    page = lead.get(url := reverse("plan_envelopes", args=[made.plan.pk])).content.decode()
    assert f'<label class="nhsuk-u-visually-hidden" for="id_envelope_{ash}_2027">Ash, 2027/28</label>' in page
    assert "£10,000,000" in page
    typed = boxes(made) | {f"envelope_{ash}_2027": "1.25m", f"envelope_{ash}_2028": ""}
    assert lead.post(url, typed | {"revision": 1, "do": "save"}).status_code == 302
    rows = {(e.trust_id, e.year): e.amount_pence for e in Envelope.objects.all()}
    assert (rows[ash, 2027], (ash, 2028) in rows, len(rows)) == (125_000_000, False, 9)
    assert "not known" in text_of(lead.get(made.plan.get_absolute_url()))


def boxes(made: Planned) -> dict[str, str]:
    return {
        f"envelope_{made.orgs[trust].pk}_{year}": "2,000,000"
        for trust in ("Ash", "Beech")
        for year in made.plan.years
    }


def test_a_pasted_table_fills_the_boxes_and_is_saved_by_a_second_press(lead, made):
    url = reverse("plan_envelopes", args=[made.plan.pk])
    pasted = "Trust\t2027/28\t2028/29\nAsh\t1,500\t1,600\n"
    typed = boxes(made) | {"revision": 1, "pasted": pasted, "unit": 1000}
    page = lead.post(url, typed | {"do": "fill"}).content.decode()
    assert "2 amounts filled in from what you pasted" in page
    assert 'value="£1,500,000"' in page
    assert not Envelope.objects.exclude(amount_pence=2 * MILLION).exists()
    # "Save" with something still in the paste box shows it first, too.
    assert "2 amounts filled in" in lead.post(url, typed | {"do": "save"}).content.decode()
    ash = made.orgs["Ash"].pk
    filled = boxes(made) | {f"envelope_{ash}_2027": "£1,500,000", f"envelope_{ash}_2028": "£1,600,000"}
    lead.post(url, filled | {"revision": 1, "do": "save"})
    assert Envelope.objects.get(trust=ash, year=2028).amount_pence == 160_000_000


def test_what_cannot_be_pasted_is_named_and_kept(lead, made):
    url = reverse("plan_envelopes", args=[made.plan.pk])
    typed = boxes(made) | {"revision": 1, "pasted": "Elm\t5\nAsh\tmuch", "do": "fill"}
    response = lead.post(url, typed)
    page = text_of(response)
    assert "Row 1: “Elm” is no trust of this plan." in page
    assert "Row 2, Ash, 2027/28: “much” cannot be used" in page
    assert "Elm\t5\nAsh\tmuch" in response.content.decode()
    nothing = lead.post(url, boxes(made) | {"revision": 1, "pasted": "", "do": "fill"})
    assert "Paste the cells of your spreadsheet here first" in text_of(nothing)


def test_a_box_that_cannot_be_read_is_named_and_kept(lead, made):
    ash = made.orgs["Ash"].pk
    url = reverse("plan_envelopes", args=[made.plan.pk])
    typed = boxes(made) | {f"envelope_{ash}_2027": "plenty", "revision": 1, "do": "save"}
    response = lead.post(url, typed)
    assert "Ash, 2027/28: enter an amount in pounds" in text_of(response)
    assert 'value="plenty"' in response.content.decode()
    assert f'href="#id_envelope_{ash}_2027"' in response.content.decode()
    assert not Envelope.objects.exclude(amount_pence=2 * MILLION).exists()


def test_somebody_elses_change_meanwhile_is_shown_and_nothing_is_lost(lead, made):
    ash = made.orgs["Ash"].pk
    url = reverse("plan_envelopes", args=[made.plan.pk])
    set_envelopes(by=made.lead, plan=made.plan, amounts={(ash, 2027): 77_700}, revision=1, on=TODAY)
    typed = boxes(made) | {f"envelope_{ash}_2028": "3m", "revision": 1, "do": "save"}
    response = lead.post(url, typed)
    page = text_of(response)
    assert "changed by somebody else after you opened this page" in page
    assert "Stored now: £777" in page
    assert 'value="3m"' in response.content.decode()
    assert 'name="revision" value="2"' in response.content.decode()
    assert lead.post(url, typed | {"revision": 2}).status_code == 302
    assert Envelope.objects.get(trust=ash, year=2027).amount_pence == 2 * MILLION


def test_a_plans_limits_are_changed_with_the_same_care(lead, made):
    url = reverse("plan_edit", args=[made.plan.pk])
    page = lead.get(url).content.decode()
    assert 'value="25,000"' in page
    typed = {
        "name": "Plan A",
        "first_year": 2027,
        "horizon_years": 7,
        "guidance_years": 10,
        "max_installations": 4,
        "tender_cost_pence": "25,000",
        "vat_basis_points": "20",
        "carry_over_basis_points": "10",
        "network_carry_over_basis_points": "5",
        "joint_discount_basis_points": "100",
        "family_price_pence": "0",
        "reason": "Longer settlement",
    }
    assert lead.post(url, typed | {"revision": 1}).status_code == 302
    assert Plan.objects.get().horizon_years == 7
    late = lead.post(url, typed | {"revision": 1, "horizon_years": 9})
    assert "changed by somebody else" in text_of(late)
    assert "What is stored now, where it differs from what you typed Years 7" in text_of(late)
    assert lead.post(url, typed | {"revision": 2, "horizon_years": 9}).status_code == 302


def test_a_machine_is_pinned_and_left_free_again(lead, made):
    asset = made.assets[0]
    url = reverse("plan_pin", args=[made.plan.pk, asset.pk])
    back = reverse("plan_detail", args=[made.plan.pk]) + "?sort=age"
    answer = lead.post(url, {"decision": "2029", "reason": "Building works", "next": back})
    assert answer.headers["Location"] == back
    assert Pin.objects.get().year == 2029
    assert "Replaced in 2029/30" in text_of(lead.get(back))
    lead.post(url, {"decision": "keep", "reason": "Service closes"})
    assert Pin.objects.get().year is None
    elsewhere = lead.post(url, {"decision": "free", "next": "https://elsewhere.example/"})
    assert elsewhere.headers["Location"] == made.plan.get_absolute_url()
    assert not Pin.objects.exists()


def test_a_pin_without_a_reason_is_refused_and_the_choice_kept(lead, made):
    url = reverse("plan_pin", args=[made.plan.pk, made.assets[0].pk])
    response = lead.post(url, {"decision": "2030", "reason": ""})
    assert "Enter why it is pinned" in text_of(response)
    assert re.search(r'value="2030"[^>]*checked', response.content.decode())
    assert not Pin.objects.exists()


def test_a_version_says_its_numbers_beside_both_baselines(lead, made):
    made_poorer(made)
    version = solved(made)
    page = text_of(lead.get(version.get_absolute_url()))
    metrics = version.result["metrics"]
    for schedule in ("plan", "oldest_first", "do_nothing"):
        assert f"{metrics[schedule]['exposure']:,}" in page
    assert "the same exposure as replacing the oldest first within the same envelopes" in page
    assert f"Oldest first: {metrics['oldest_first']['exposure']:,}. Nothing replaced:" in page
    assert "at most 1.0%" in page
    assert "Time limit reached" in page
    assert "Reason for" in page
    assert version.inputs_hash in page


def test_a_breach_is_named_on_top_and_in_its_cell(lead):
    made = ready_plan("Cedar", "Dogwood", network="Eastern", envelope_pence=10_000_000, name="Poor plan")
    pin_asset(by=made.lead, plan=made.plan, asset=made.assets[0], year=2028, reason="Works", on=TODAY)
    version = solved(made)
    client = Client()
    client.force_login(User.objects.get(pk=made.lead.user_id))
    page = text_of(client.get(version.get_absolute_url()))
    words = version.result["breaches"][0]["words"]
    assert "Pinned wishes that the limits do not allow" in page
    assert page.count(words) == 2
    assert "Why pinned: Works" in page


def test_the_list_filters_sorts_and_exports_what_it_shows(lead, made):
    made.assets[0].location = "=1+1"
    version = solved(made)
    url, export = version.get_absolute_url(), reverse("plan_version_export", args=[made.plan.pk, 1])
    kept = sum(line.year is None for line in version.lines.all())
    assert 0 < kept < 8
    assert f"Export {kept} row" in text_of(lead.get(url, {"decided": "out"}))
    assert f"Export {8 - kept} row" in text_of(lead.get(url, {"decided": "in"}))
    query = {"trust": made.orgs["Ash"].pk, "sort": "-age"}
    page = text_of(lead.get(url, query))
    assert "Export 4 rows" in page
    rows = b"".join(lead.get(export, query).streaming_content).decode("utf-8-sig").splitlines()
    assert rows[0].startswith(
        "Rank,Reference,Machine,Modality,Specification,Trust,Site,Installed,Age on 31 March 2028"
    )
    assert len(rows) == 5
    dates = ["2013", "2016", "2019", "2022"]
    assert [row.split(",")[7].split()[-1] for row in rows[1:]] == dates
    workbook = lead.get(export, query | {"format": "xlsx"})
    assert workbook.content.startswith(b"PK")
    assert "No machine of this version fits these filters" in text_of(lead.get(url, {"machine": "zzz"}))


def test_the_exported_money_adds_up_to_the_plan(lead, made):
    import csv
    from decimal import Decimal

    version = solved(made)
    text = b"".join(
        lead.get(reverse("plan_version_export", args=[made.plan.pk, 1])).streaming_content
    ).decode("utf-8-sig")
    rows = list(csv.DictReader(text.splitlines()))
    total = sum(Decimal(row["Total (£, inc VAT)"] or 0) for row in rows)
    assert total * 100 == version.result["metrics"]["plan"]["spend_pence"]
    assert all(row["Total (£, inc VAT)"] == "" for row in rows if not row["Replace in"])


def test_pages_ask_the_database_the_same_for_many_machines(lead, made, django_assert_max_num_queries):
    small = solved(made)
    big = ready_plan("Cedar", "Dogwood", "Elder", network="Western", assets_each=20, name="Big plan")
    large = solved(big)
    other = Client()
    other.force_login(User.objects.get(pk=big.lead.user_id))
    for client, version in ((lead, small), (other, large)):
        with django_assert_max_num_queries(16):
            client.get(version.get_absolute_url())
        with django_assert_max_num_queries(50):
            client.get(version.plan.get_absolute_url())
        with django_assert_max_num_queries(12):
            client.get(reverse("plan_list"))


def test_a_plan_that_has_moved_on_says_so(lead, made):
    solved(made)
    url = made.plan.get_absolute_url()
    assert "something it rests on has changed" not in text_of(lead.get(url))
    made.assets[0].support_ends_on = date(2027, 1, 1)
    made.assets[0].save()
    assert "something it rests on has changed" in text_of(lead.get(url))


def test_an_older_version_leads_to_the_newest(lead, made):
    first, second = solved(made), solved(made)
    assert "There is a newer one: version 2" in text_of(lead.get(first.get_absolute_url()))
    assert "There is a newer one" not in text_of(lead.get(second.get_absolute_url()))


def test_the_first_plan_is_asked_for(client):
    orgs = network_of_trusts("Ash")
    signed_in(client, Role.PROCUREMENT_LEAD, orgs["Northern"])
    assert "Make the first plan" in text_of(client.get(reverse("plan_list")))


def test_four_hundred_machines_are_shown_within_a_second():
    made = ready_plan("Ash", "Beech", "Cedar", "Dogwood", network="Great", assets_each=100, name="Great plan")
    version = solved(made)
    client = Client()
    client.force_login(User.objects.get(pk=made.lead.user_id))
    seconds = []
    for _ in range(3):
        began = time.perf_counter()
        page = client.get(version.get_absolute_url())
        seconds.append(time.perf_counter() - began)
    assert "Showing 1 to 50 of 400 machines" in text_of(page)
    assert min(seconds) < 1
