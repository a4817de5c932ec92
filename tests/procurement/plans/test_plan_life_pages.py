"""Pages of a version's life: what each reader sees and may do, that nothing typed is lost, and what the lists and files say."""

import csv
import io
import re
from datetime import date

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assets.models import Asset
from networks.domain.access import Role
from networks.models import Event, User
from procurement.actions.plan_life import submit_version, withdraw_version
from procurement.actions.plan_versions import save_version
from procurement.models import Conflict, PlanLine, PlanVersion, TrustAnswer
from procurement.queries.plan_life import life_of
from procurement.queries.planning_problem import planning_problem
from tests.builders.plan_results import result_for
from tests.factories.networks import network_of_trusts, person
from tests.factories.plans import TODAY, Planned, ready_plan
from tests.procurement.plans.lives import answer, approve, solved, submit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *value: value[0].date() if value else TODAY)


@pytest.fixture
def made() -> Planned:
    return ready_plan("Ash", "Beech", "Cedar", assets_each=3)


@pytest.fixture
def version(made) -> PlanVersion:
    return solved(made)


@pytest.fixture
def lead(made) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=made.lead.user_id))
    return client


def signed_in(role: Role, organisation: object, name: str = "") -> Client:
    client = Client()
    client.force_login(person(role, organisation, name=name))
    return client


def text_of(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def agreement_of(version: PlanVersion) -> str:
    return reverse("plan_agreement", args=[version.plan_id, version.number])


def moved_and_made_again(made: Planned, before: PlanVersion) -> PlanVersion:
    """Ash's oldest machine is younger than was thought, Beech's oldest is retired; then the plan is made again."""
    Asset.objects.filter(pk=made.assets[0].pk).update(installed_on=date(2024, 5, 1))
    Asset.objects.filter(pk=made.assets[3].pk).update(status="retired", retired_on=date(2026, 11, 20))
    problem = planning_problem(made.plan, on=TODAY)
    return save_version(
        by=made.lead,
        plan=made.plan,
        problem=problem,
        result=result_for(problem),
        run=None,
        on=TODAY,
        based_on=before,
    )


def test_the_lead_submits_from_the_page(lead, made, version):
    url = agreement_of(version)
    page = lead.get(url)
    assert "It has not been submitted to the trusts." in text_of(page)
    mark = life_of(version).mark()
    sent = lead.post(
        url, {"do": "submit", "submit-mark": mark, "submit-reason": "As talked over"}, follow=True
    )
    text = text_of(sent)
    assert "Version 1 is submitted." in text
    assert "Submitted, agreed by 0 of 3 trusts" in text
    assert "As talked over" in text
    assert "No trust has answered yet." in text


def test_a_trusts_finance_answers_and_is_told_what_it_agrees_to(made, version):
    submit(made, version)
    ash = made.orgs["Ash"]
    client = signed_in(Role.FINANCE, ash, "Asif")
    page = client.get(agreement_of(version))
    lines = PlanLine.objects.filter(version=version, trust=ash)
    [row] = [row for row in page.context["found"].rows if row.is_told]
    assert row.spend_pence == sum(line.total_pence for line in lines) > 0
    assert row.spend == tuple(
        sum(line.total_pence for line in lines if line.year == year) for year in made.plan.years
    )
    assert "What your trust would agree to" in text_of(page)
    mark = life_of(version).mark(ash.pk)
    facts = {"do": "answer", "trust": ash.pk, f"answer-{ash.pk}-mark": mark}
    refused = client.post(agreement_of(version), facts)
    assert "Choose whether the trust agrees." in text_of(refused)
    without = client.post(agreement_of(version), {**facts, f"answer-{ash.pk}-agreed": "no"})
    assert "Say what would have to change for the trust to agree." in text_of(without)
    assert re.search(r"value=\"no\"[^>]* checked", without.content.decode())
    done = client.post(agreement_of(version), {**facts, f"answer-{ash.pk}-agreed": "yes"}, follow=True)
    assert "The answer is recorded." in text_of(done)
    assert "Change the answer of Ash" in text_of(done)
    assert TrustAnswer.objects.get().agreed


def test_money_carried_in_counts_beside_the_envelope(made, version):
    ash = made.orgs["Ash"].pk
    carried = {"trust_id": ash, "pool_id": None, "year": 2027, "amount_pence": 12_300}
    result = {**version.result, "carry_over": [carried, {**carried, "trust_id": None, "pool_id": 1}]}
    PlanVersion.objects.filter(pk=version.pk).update(result=result)
    page = signed_in(Role.FINANCE, made.orgs["Ash"]).get(agreement_of(version))
    row = page.context["found"].told[0]
    assert row.carried_in == (0, 12_300, 0, 0, 0)
    rows = zip(row.spend, row.envelopes, row.carried_in, row.left, strict=True)
    assert all(left == envelope + carried - spend for spend, envelope, carried, left in rows)
    assert "£123" in text_of(page)


def test_other_trusts_see_who_agrees_but_not_who_said_so_nor_why_nor_the_money(made, version):
    submit(made, version)
    answer(made, version, "Ash", agreed=False, note="ASH-NOTE")
    beech = signed_in(Role.FINANCE, made.orgs["Beech"])
    text = text_of(beech.get(agreement_of(version)))
    assert "Does not agree" in text
    assert "ASH-NOTE" not in text
    assert "Not shown" in text
    whole = text_of(signed_in(Role.FINANCE, made.orgs["Northern"]).get(agreement_of(version)))
    assert "ASH-NOTE" in whole


def test_forms_stand_only_where_they_are_open_and_the_readers(lead, made, version):
    def offered(client: Client) -> set[str]:
        return set(re.findall(r'name="do" value="(\w+)"', client.get(agreement_of(version)).content.decode()))

    ash, board = (signed_in(Role.FINANCE, made.orgs[place]) for place in ("Ash", "Northern"))
    analyst = signed_in(Role.NATIONAL_ANALYST, made.orgs["England"])
    solved(made)
    assert [offered(who) for who in (lead, ash, board, analyst)] == [
        {"submit", "supersede"},
        set(),
        set(),
        set(),
    ]
    submit(made, version)
    assert [offered(who) for who in (lead, ash, board, analyst)] == [
        {"withdraw", "supersede"},
        {"answer"},
        set(),
        set(),
    ]
    for trust in ("Ash", "Beech", "Cedar"):
        answer(made, version, trust)
    assert [offered(who) for who in (lead, ash, board)] == [
        {"withdraw", "supersede"},
        {"answer"},
        {"approve"},
    ]
    approve(made, version)
    assert [offered(who) for who in (lead, ash, board)] == [set(), set(), set()]


@pytest.mark.parametrize("do", ["submit", "withdraw", "supersede", "approve"])
def test_steps_of_the_network_are_refused_to_a_trust(made, version, do):
    client = signed_in(Role.FINANCE, made.orgs["Ash"])
    assert client.post(agreement_of(version), {"do": do}).status_code == 403


def test_answers_for_others_and_unknown_steps_are_refused(lead, made, version):
    submit(made, version)
    ash = signed_in(Role.FINANCE, made.orgs["Ash"])
    facts = {"do": "answer", "trust": made.orgs["Beech"].pk}
    assert ash.post(agreement_of(version), facts).status_code == 403
    assert lead.post(agreement_of(version), facts).status_code == 403
    for facts in ({"do": "dance"}, {"do": "answer", "trust": "x"}, {"do": "answer", "trust": "9" * 30}, {}):
        assert ash.post(agreement_of(version), facts).status_code == 404
    assert not TrustAnswer.objects.exists()


def test_what_was_typed_is_kept_where_somebody_moved_first(lead, made, version):
    submit(made, version)
    ash = made.orgs["Ash"]
    client, url = signed_in(Role.FINANCE, ash), agreement_of(version)
    seen = life_of(version).mark(ash.pk)
    answer(made, version, "Ash", agreed=False, note="A colleague was quicker")
    prefix = f"answer-{ash.pk}"
    typed = {
        "do": "answer",
        "trust": ash.pk,
        f"{prefix}-mark": seen,
        f"{prefix}-agreed": "yes",
        f"{prefix}-note": "My note",
    }
    page = client.post(url, typed)
    text = text_of(page)
    assert "Somebody took a step or answered after you opened this page." in text
    assert "My note" in text
    assert "A colleague was quicker" in text
    assert TrustAnswer.objects.count() == 1
    again = re.search(rf'name="{prefix}-mark" value="([^"]*)"', page.content.decode())
    client.post(url, {**typed, f"{prefix}-mark": again[1]})
    assert life_of(version).agreed == 1


def test_what_was_typed_is_shown_where_its_step_is_closed_by_now(made, version):
    submit(made, version)
    ash = made.orgs["Ash"]
    seen = life_of(version).mark(ash.pk)
    withdraw_version(by=made.lead, version=version, mark=life_of(version).mark(), reason="Once more")
    prefix = f"answer-{ash.pk}"
    facts = {"do": "answer", "trust": ash.pk, f"{prefix}-mark": seen, f"{prefix}-agreed": "yes"}
    page = signed_in(Role.FINANCE, ash).post(
        agreement_of(version), {**facts, f"{prefix}-note": "My long note"}
    )
    text = text_of(page)
    assert "Trusts answer while a version is submitted" in text
    assert "You had typed: My long note" in text


def test_the_board_approves_a_second_version_and_says_why_it_replaces_the_first(made, version):
    later = solved(made)
    for each in (version, later):
        submit(made, each)
        for trust in ("Ash", "Beech", "Cedar"):
            answer(made, each, trust)
        if each is version:
            approve(made, each)
    board = signed_in(Role.FINANCE, made.orgs["Northern"])
    facts = {
        "do": "approve",
        "approve-mark": life_of(later).mark(),
        "approve-reason": "Board of 4 March 2027",
    }
    refused = board.post(agreement_of(later), facts)
    assert "Say why it replaces version 1" in text_of(refused)
    assert "Board of 4 March 2027" in text_of(refused)
    done = board.post(
        agreement_of(later), {**facts, "approve-superseding_reason": "Register moved"}, follow=True
    )
    assert "Version 2 is approved by the board." in text_of(done)
    assert "By version 2 on" in text_of(board.get(agreement_of(version)))


def test_the_lead_supersedes_a_version_by_a_later_one(lead, made, version):
    later = solved(made)
    facts = {"do": "supersede", "supersede-mark": life_of(version).mark(), "supersede-reason": "Typing error"}
    assert "Choose the later version" in text_of(lead.post(agreement_of(version), facts))
    wrong = lead.post(agreement_of(version), {**facts, "supersede-successor": "77"})
    assert wrong.status_code == 200
    lead.post(agreement_of(version), {**facts, "supersede-successor": later.number})
    assert life_of(version).words == "Superseded by version 2"


def test_a_version_that_another_keeps_from_being_submitted_leads_there(lead, made, version):
    later = solved(made)
    submit(made, version)
    page = lead.get(agreement_of(later))
    assert "Version 1 is submitted now." in text_of(page)
    assert f'href="{agreement_of(version)}"' in page.content.decode()


def test_altered_inputs_are_shown(lead, made, version):
    assert "Unaltered: what is stored still gives the hash" in text_of(lead.get(agreement_of(version)))
    version.inputs["tender_cost_pence"] += 1
    PlanVersion.objects.filter(pk=version.pk).update(inputs=version.inputs)
    for page in (agreement_of(version), version.get_absolute_url()):
        text = text_of(lead.get(page))
        assert "Altered" in text
        assert "no longer gives the hash it was solved under" in text


def test_lists_and_first_pages_say_where_a_plan_stands_and_who_is_awaited(lead, made, version):
    home, ash = reverse("home"), signed_in(Role.FINANCE, made.orgs["Ash"])
    board = signed_in(Role.FINANCE, made.orgs["Northern"])
    assert "Plans waiting" not in text_of(ash.get(home))
    submit(made, version)
    assert "Plans waiting for your answer" in text_of(ash.get(home))
    assert "Say whether Ash agrees" in text_of(ash.get(home))
    assert "No trust has answered yet." in text_of(lead.get(home))
    assert "Plans waiting" not in text_of(board.get(home))
    for trust in ("Ash", "Beech", "Cedar"):
        answer(made, version, trust)
    assert "Plans waiting" not in text_of(ash.get(home))
    assert "record the board’s approval" in text_of(board.get(home))
    for page in (reverse("plan_list"), made.plan.get_absolute_url(), version.get_absolute_url()):
        assert "Agreed by all 3 trusts" in text_of(lead.get(page)), page
    approve(made, version)
    solved(made)
    text = text_of(lead.get(reverse("plan_list")))
    assert "Draft" in text
    assert "Approved by the board : Plan A, version 1 (version 1)" in text


def test_what_has_changed_is_listed_filtered_sorted_and_exported(lead, made, version):
    url, plan = reverse("plan_changes", args=[made.plan.pk, 1]), made.plan.get_absolute_url()
    assert "Nothing it rests on has changed" in text_of(lead.get(url))
    assert "changes since" not in text_of(lead.get(plan))
    Asset.objects.filter(pk=made.assets[0].pk).update(installed_on=date(2024, 5, 1))
    Asset.objects.filter(pk=made.assets[3].pk).update(status="retired", retired_on=date(2026, 11, 20))
    text = text_of(lead.get(url))
    assert "2 things this version rests on are not as they were" in text
    assert "1 April 2013 1 May 2024" in text
    assert "Retired on 20 November 2026" in text
    assert "2 changes since version 1" in text_of(lead.get(plan))
    beech = made.orgs["Beech"].pk
    filtered = lead.get(url, {"trust": beech})
    assert [row.registered for row in filtered.context["page"]] == ["Retired on 20 November 2026"]
    assert [row.what for row in lead.get(url, {"sort": "-what"}).context["page"]] == ["Machine", "Installed"]
    assert [r.about for r in lead.get(url, {"about": "risk"}).context["page"]] == ["risk"]
    export = reverse("plan_changes_export", args=[made.plan.pk, 1])
    body = b"".join(lead.get(export, {"trust": beech})).decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(body))
    assert (row["Kind"], row["As it is now"], row["Trust"]) == (
        "Machines",
        "Retired on 20 November 2026",
        "Beech",
    )
    book = lead.get(export, {"format": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(book.content)).worksheets[0]
    assert sheet.max_row == 3


def test_a_trusts_people_see_their_own_changes_and_cannot_plan_again(made, version):
    Asset.objects.filter(pk=made.assets[0].pk).update(installed_on=date(2024, 5, 1))
    url = reverse("plan_changes", args=[made.plan.pk, 1])
    ash, beech = (text_of(signed_in(Role.FINANCE, made.orgs[t]).get(url)) for t in ("Ash", "Beech"))
    assert "1 May 2024" in ash
    assert "1 May 2024" not in beech
    assert "Nothing it rests on has changed" in beech
    assert "Plan again from" not in ash + beech


def test_conflicts_are_listed_and_acknowledged_one_by_one_and_together(lead, made, version):
    again = moved_and_made_again(made, version)
    url = reverse("plan_conflicts", args=[made.plan.pk, again.number])
    text = text_of(lead.get(url))
    assert "Installed: 1 April 2013." in text
    assert "Installed: 1 May 2024." in text
    assert re.search(r"\d of 8 decisions changed", text)
    assert "not acknowledged" in text_of(lead.get(again.get_absolute_url()))
    first, *rest = Conflict.objects.order_by("label", "pk").values_list("pk", flat=True)
    assert "Choose at least one conflict" in text_of(lead.post(url, {"do": "chosen", "note": "A note"}))
    kept = lead.post(url, {"do": "chosen", "conflict": first, "note": "x" * 301})
    assert "at most 300 characters" in text_of(kept)
    assert f'value="{first}" checked' in kept.content.decode()
    lead.post(url, {"do": "chosen", "conflict": first, "note": "Checked"})
    assert Conflict.objects.get(pk=first).note == "Checked"
    stale = lead.post(url, {"do": "all", "seen": len(rest) + 1, "note": ""})
    assert "The list has changed since you opened this page" in text_of(stale)
    done = lead.post(f"{url}?state=open", {"do": "all", "seen": len(rest), "note": "The rest"}, follow=True)
    assert f"{len(rest)} conflict" in text_of(done)
    assert done.redirect_chain[0][0].endswith("?state=open")
    assert not Conflict.objects.filter(acknowledged_at=None).exists()
    assert "Every conflict is acknowledged." in text_of(lead.get(url))
    assert Event.objects.filter(action="plan.conflicts_acknowledged").count() == 2


def test_conflicts_are_filtered_sorted_and_exported(lead, made, version):
    again = moved_and_made_again(made, version)
    url = reverse("plan_conflicts", args=[made.plan.pk, again.number])
    ours = made.orgs["Ash"].pk
    of_ash = lead.get(url, {"trust": ours, "changed": "facts"}).context["page"]
    assert {row.trust_id for row in of_ash} == {ours}
    assert all(row.facts_changed for row in of_ash)
    both = [row.pk for row in lead.get(url, {"changed": "both"}).context["page"]]
    stored = Conflict.objects.filter(facts_changed=True, decision_changed=True)
    assert both == list(stored.order_by("label", "pk").values_list("pk", flat=True))
    labels = [row.label for row in lead.get(url, {"sort": "-machine"}).context["page"]]
    assert labels == sorted(labels, reverse=True)
    export = reverse("plan_conflicts_export", args=[made.plan.pk, again.number])
    rows = list(csv.DictReader(io.StringIO(b"".join(lead.get(export)).decode("utf-8-sig"))))
    assert len(rows) == Conflict.objects.count()
    assert {row["Facts or wishes changed"] for row in rows} <= {"yes", "no"}
    sheet = openpyxl.load_workbook(io.BytesIO(lead.get(export, {"format": "xlsx"}).content)).worksheets[0]
    assert sheet.max_row == len(rows) + 1


def test_a_trusts_people_see_their_own_conflicts_and_acknowledge_none(made, version):
    again = moved_and_made_again(made, version)
    url = reverse("plan_conflicts", args=[made.plan.pk, again.number])
    beech = signed_in(Role.FINANCE, made.orgs["Beech"])
    page = beech.get(url)
    assert {row.trust.name for row in page.context["page"]} == {"Beech"}
    assert "Acknowledge those chosen" not in text_of(page)
    pk = Conflict.objects.filter(trust=made.orgs["Beech"]).first().pk
    assert beech.post(url, {"do": "chosen", "conflict": pk}).status_code == 403
    assert not Conflict.objects.exclude(acknowledged_at=None).exists()


def test_a_version_made_afresh_says_that_there_is_nothing_to_compare(lead, made, version):
    text = text_of(lead.get(reverse("plan_conflicts", args=[made.plan.pk, 1])))
    assert "made afresh" in text


def test_people_elsewhere_and_equipment_managers_find_nothing(made, version):
    elsewhere = network_of_trusts("Elm", network="Southern", region="South East")
    pages = (
        "plan_agreement",
        "plan_changes",
        "plan_changes_export",
        "plan_conflicts",
        "plan_conflicts_export",
    )
    for who, status in (
        (signed_in(Role.PROCUREMENT_LEAD, elsewhere["Southern"]), 404),
        (signed_in(Role.EQUIPMENT_MANAGER, made.orgs["Ash"]), 403),
    ):
        for page in pages:
            assert who.get(reverse(page, args=[made.plan.pk, 1])).status_code == status, page


def test_pages_ask_the_database_the_same_for_many_machines_and_answers(lead, django_assert_max_num_queries):
    big = ready_plan("Fir", "Gorse", "Hazel", "Ivy", network="Western", assets_each=15, name="Big plan")
    version = solved(big)
    Asset.objects.filter(trust=big.orgs["Fir"]).update(installed_on=date(2020, 4, 1))
    problem = planning_problem(big.plan, on=TODAY)
    facts = {"by": big.lead, "plan": big.plan, "problem": problem, "result": result_for(problem)}
    again = save_version(**facts, run=None, on=TODAY, based_on=version)
    submit_version(by=big.lead, version=again, mark=life_of(again).mark())
    for trust in ("Fir", "Gorse", "Hazel", "Ivy", "Fir"):
        answer(big, again, trust)
    client = Client()
    client.force_login(User.objects.get(pk=big.lead.user_id))
    for page, most in (("plan_agreement", 18), ("plan_changes", 36), ("plan_conflicts", 22)):
        with django_assert_max_num_queries(most):
            assert client.get(reverse(page, args=[big.plan.pk, 2])).status_code == 200
