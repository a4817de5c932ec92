"""Pins of every kind, for machines and candidates: what they hold to, what they refuse, how they are typed."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from networks.domain.access import NotAllowed, Role
from networks.models import Event, User
from procurement.actions.pins import pin_asset, pin_candidate, unpin
from procurement.domain.plan import PlanInvalid
from procurement.domain.plan_options import Options
from procurement.domain.planning.problem import Choice, Kind
from procurement.models import Pin
from procurement.queries.planning_problem import planning_problem, readiness
from tests.builders.plan_options import RETIREMENT, UPGRADE, add_candidate, offer
from tests.factories.networks import actor
from tests.factories.plans import TODAY, Planned, ready_plan
from tests.procurement.plans.test_plan_pages import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *_: TODAY)


@pytest.fixture
def made() -> Planned:
    made = ready_plan()
    offer(made, 0, Options(UPGRADE, RETIREMENT))
    return made


@pytest.fixture
def lead(client, made) -> Client:
    client.force_login(User.objects.get(pk=made.lead.user_id))
    return client


def pin(made: Planned, place: int = 0, **decision):
    facts = {"by": made.lead, "plan": made.plan, "reason": "Works", "on": TODAY, "year": None}
    return pin_asset(asset=made.assets[place], **facts | decision)


@pytest.mark.parametrize(
    ("decision", "choice", "words"),
    [
        ({"year": 2028}, Choice(Kind.REPLACE, 2028), "Replaced in 2028/29"),
        ({}, Choice(Kind.KEEP), "Kept throughout"),
        ({"kind": Kind.RETIRE, "year": 2029}, Choice(Kind.RETIRE, 2029), "Retired in 2029/30"),
        (
            {"kind": Kind.UPGRADE, "upgrade_year": 2027},
            Choice(Kind.UPGRADE, None, 2027),
            "Upgraded in 2027/28",
        ),
        (
            {"kind": Kind.UPGRADE, "upgrade_year": 2027, "year": 2031},
            Choice(Kind.UPGRADE, 2031, 2027),
            "Upgraded in 2027/28, replaced in 2031/32",
        ),
    ],
)
def test_a_machine_is_pinned_to_any_decision_and_the_planner_is_told(made, decision, choice, words):
    pin(made, year=2030)
    assert pin(made, **decision).words == words
    (held,) = planning_problem(made.plan, on=TODAY).pins
    assert (held.asset_id, held.choice) == (made.assets[0].pk, choice)
    event = Event.objects.filter(action="plan.pinned").latest("pk")
    assert event.changes == {str(made.assets[0]): ["Replaced in 2030/31", words]}


@pytest.mark.parametrize(
    ("decision", "field"),
    [
        ({"kind": Kind.RETIRE}, "year"),
        ({"kind": Kind.RETIRE, "year": 2050}, "year"),
        ({"kind": Kind.UPGRADE}, "upgrade_year"),
        ({"kind": Kind.UPGRADE, "upgrade_year": 2050}, "upgrade_year"),
        ({"kind": Kind.UPGRADE, "upgrade_year": 2029, "year": 2029}, "year"),
        ({"kind": Kind.REPLACE, "upgrade_year": 2028, "year": 2029}, "upgrade_year"),
        ({"kind": Kind.KEEP, "year": 2028}, "year"),
        ({"kind": Kind.ADD, "year": 2028}, "kind"),
        ({"reason": " "}, "reason"),
        ({"reason": "x" * 301}, "reason"),
    ],
)
def test_a_pin_that_makes_no_sense_is_refused(made, decision, field):
    with pytest.raises(PlanInvalid) as refused:
        pin(made, **decision)
    assert set(refused.value.errors) == {field}
    assert not Pin.objects.exists()


def test_what_is_not_offered_cannot_be_pinned(made):
    for kind, years in ((Kind.UPGRADE, {"upgrade_year": 2028}), (Kind.RETIRE, {"year": 2028})):
        with pytest.raises(PlanInvalid, match="under the plan's options first"):
            pin(made, 1, kind=kind, **years)


def test_a_pin_whose_offer_is_gone_keeps_the_plan_from_being_solved_in_words(made):
    pin(made, kind=Kind.RETIRE, year=2028)
    made.plan.offers.all().delete()
    assert readiness(made.plan, on=TODAY)[1] == (
        f"{made.assets[0]} is pinned to its retirement, which is not offered. Offer it, or change the pin.",
    )


def test_a_candidate_is_pinned_to_a_year_or_not_at_all(made):
    candidate = add_candidate(made, wanted_from=2028)
    facts = {"by": made.lead, "plan": made.plan, "candidate": candidate, "on": TODAY}
    assert pin_candidate(year=2029, reason="Opens then", **facts).words == "Added in 2029/30"
    (held,) = planning_problem(made.plan, on=TODAY).pins
    assert (held.asset_id, held.choice) == (-candidate.pk, Choice(Kind.ADD, 2029))
    assert pin_candidate(year=None, reason="No room", **facts).words == "Not added"
    assert planning_problem(made.plan, on=TODAY).pins[0].choice == Choice(Kind.KEEP)
    for year in (2027, 2050):
        with pytest.raises(PlanInvalid) as refused:
            pin_candidate(year=year, reason="x", **facts)
        assert set(refused.value.errors) == {"year"}
    unpin(by=made.lead, plan=made.plan, machine=candidate)
    assert not Pin.objects.exists()
    made.plan.candidates.clear()
    with pytest.raises(PlanInvalid, match="not among this plan's candidates"):
        pin_candidate(year=2029, reason="x", **facts)


def test_only_those_who_may_change_the_plan_pin(made):
    candidate = add_candidate(made)
    finance = actor(Role.FINANCE, made.orgs["Northern"])
    for attempt in (
        lambda: pin(made, by=finance, year=2028),
        lambda: pin_candidate(
            by=finance, plan=made.plan, candidate=candidate, year=2028, reason="x", on=TODAY
        ),
        lambda: unpin(by=finance, plan=made.plan, machine=candidate),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_an_upgrade_and_a_retirement_are_pinned_from_the_page(lead, made):
    url = reverse("plan_pin", args=[made.plan.pk, made.assets[0].pk])
    page = text_of(lead.get(url))
    assert "Open for it besides: an upgrade for £180,000, supported for 5 years." in page
    refused = text_of(lead.post(url, {"decision": "upgrade", "reason": "Maker offers"}))
    assert "Choose the year of the upgrade" in refused
    typed = {"decision": "upgrade", "upgrade_year": "2028", "then_year": "2027", "reason": "Maker offers"}
    assert "It can only be replaced in a year after its upgrade" in text_of(lead.post(url, typed))
    assert lead.post(url, typed | {"then_year": "2031"}).status_code == 302
    assert Pin.objects.get().words == "Upgraded in 2028/29, replaced in 2031/32"
    shown = lead.get(url).content.decode()
    assert '<option value="2031" selected>' in shown
    assert "Choose the year in which it is retired" in text_of(
        lead.post(url, {"decision": "retire", "reason": "x"})
    )
    assert lead.post(url, {"decision": "retire", "retire_year": "2029", "reason": "x"}).status_code == 302
    assert Pin.objects.get().words == "Retired in 2029/30"
    assert "Retired in 2029/30" in text_of(lead.get(made.plan.get_absolute_url()))


def test_what_is_not_offered_is_not_on_the_page(lead, made):
    url = reverse("plan_pin", args=[made.plan.pk, made.assets[1].pk])
    page = lead.get(url).content.decode()
    assert "Retire it without a successor" not in page
    assert "offer that first" in page
    assert lead.post(url, {"decision": "retire", "retire_year": "2029", "reason": "x"}).status_code == 200
    assert not Pin.objects.exists()


def test_a_candidate_is_pinned_from_its_page_and_left_free_again(lead, made):
    candidate = add_candidate(made, wanted_from=2029)
    url = reverse("plan_pin_candidate", args=[made.plan.pk, candidate.pk])
    page = text_of(lead.get(url))
    assert "An additional CT for lung health checks: Ash, Ash site. Wanted from 2029/30." in page
    assert "Add it in 2028/29" not in page
    assert lead.post(url, {"decision": "2029", "reason": "Opens then"}).status_code == 302
    detail = text_of(lead.get(made.plan.get_absolute_url()))
    assert "Second CT at Ash Ash Added in 2029/30 Opens then" in detail
    assert lead.post(url, {"decision": "free"}).status_code == 302
    assert not Pin.objects.exists()
    made.plan.candidates.clear()
    assert lead.get(url).status_code == 404
