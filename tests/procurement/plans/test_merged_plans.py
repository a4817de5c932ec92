"""A plan of two networks: who may make it, what comes with the second, and who reads it, on every channel."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from networks.domain.access import NotAllowed, Role
from networks.models import Event, User
from procurement.actions.documents import save_document
from procurement.actions.pins import pin_asset
from procurement.actions.plan_versions import save_version
from procurement.actions.plans import set_envelopes
from procurement.actions.scenarios import copy_plan
from procurement.domain.scenario import Difference, ScenarioChanges
from procurement.jobs.solve_plan import start_solving
from procurement.models import Document, Plan, PlanLine, PlanVersion, RingFence
from procurement.queries.home import newest_reading
from procurement.queries.planning_problem import planning_problem
from procurement.queries.scenarios import differences_from_source
from tests.builders.plan_results import result_for
from tests.factories.networks import actor, person
from tests.factories.plans import MILLION, TODAY, Planned, ready_plan
from tests.procurement.plans.test_plan_pages import solved, text_of
from tests.procurement.plans.test_scenarios import lead_of_both

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *_: TODAY)


@pytest.fixture
def north() -> Planned:
    return ready_plan(assets_each=2)


@pytest.fixture
def south(north) -> Planned:
    """Southern, with Cedar's machines and a plan with a pin and national money."""
    south = ready_plan("Cedar", network="Southern", assets_each=2, envelope_pence=3 * MILLION, name="Plan S")
    pin_asset(by=south.lead, plan=south.plan, asset=south.assets[0], year=2028, reason="Works", on=TODAY)
    for made in (north, south):
        RingFence.objects.create(plan=made.plan, modality="CT", year=2028, amount_pence=MILLION)
    return south


@pytest.fixture
def both(north, south):
    return lead_of_both(north, south)


def merged(north: Planned, south: Planned, by) -> Planned:
    plan = copy_plan(
        by=by,
        plan=north.plan,
        name="Phase two",
        on=TODAY,
        changes=ScenarioChanges(merged=frozenset({south.plan.network_id})),
    )
    return Planned(north.orgs | south.orgs, plan, by, north.assets + south.assets, north.versions)


def test_the_second_network_comes_with_its_trusts_money_and_pins(north, south, both):
    made = merged(north, south, both)
    envelopes = {(e.trust.name, e.amount_pence) for e in made.plan.envelopes.select_related("trust")}
    assert envelopes == {("Ash", 2 * MILLION), ("Beech", 2 * MILLION), ("Cedar", 3 * MILLION)}
    assert made.plan.ring_fences.get().amount_pence == 2 * MILLION
    assert [pin.asset for pin in made.plan.pins.all()] == [south.assets[0]]
    problem = planning_problem(made.plan, on=TODAY)
    assert {trust.name for trust in problem.trusts} == {"Ash", "Beech", "Cedar"}
    assert len(problem.assets) == 6
    said = differences_from_source(both, made.plan)
    assert Difference("Networks merged in", "none", "Southern") in said


def test_a_trust_of_the_second_network_can_be_left_out(north, south, both):
    cedar = south.orgs["Cedar"].pk
    plan = copy_plan(
        by=both,
        plan=north.plan,
        name="Without Cedar",
        on=TODAY,
        changes=ScenarioChanges(merged=frozenset({south.plan.network_id}), left_out=frozenset({cedar})),
    )
    assert {trust.name for trust in planning_problem(plan, on=TODAY).trusts} == {"Ash", "Beech"}


def test_merging_takes_an_appointment_in_each_network(north, south):
    with pytest.raises(NotAllowed, match="an appointment in each of the 2 networks"):
        merged(north, south, north.lead)
    reader = User.objects.get(pk=north.lead.user_id)
    reader.appointments.create(
        role=Role.FINANCE, organisation=south.plan.network, starts_on=TODAY.replace(year=2020)
    )
    assert Plan.objects.count() == 2


def test_who_leads_one_network_only_changes_nothing_of_it(north, south, both):
    made = merged(north, south, both)
    problem = planning_problem(made.plan, on=TODAY)
    ash = north.orgs["Ash"].pk
    for attempt in (
        lambda by: set_envelopes(by=by, plan=made.plan, amounts={(ash, 2027): 1}, revision=1, on=TODAY),
        lambda by: pin_asset(
            by=by, plan=made.plan, asset=north.assets[0], year=None, reason="Mine", on=TODAY
        ),
        lambda by: copy_plan(by=by, plan=made.plan, name="Mine", on=TODAY),
        lambda by: start_solving(by=by, plan=made.plan),
        lambda by: save_version(
            by=by, plan=made.plan, problem=problem, result=result_for(problem), run=None, on=TODAY
        ),
    ):
        for by in (north.lead, south.lead):
            with pytest.raises(NotAllowed):
                attempt(by)
    assert not made.plan.versions.exists()
    assert Plan.objects.count() == 3


def test_the_lead_of_both_reads_and_solves_it(north, south, both):
    made = merged(north, south, both)
    version = solved(made)
    assert list(PlanVersion.objects.visible_to(both)) == [version]
    assert PlanLine.objects.visible_to(both).count() == 6


def test_who_covers_one_network_only_reads_it_on_no_channel(north, south, both):
    made = merged(north, south, both)
    version = solved(made)
    save_document(
        by=both,
        kind=Document.Kind.CAPITAL_PLAN_PDF,
        title="Capital plan of Phase two",
        file_name="phase-two.pdf",
        content=b"%PDF",
        version=version,
    )
    for role, network in (
        (Role.PROCUREMENT_LEAD, north.plan.network),
        (Role.FINANCE, north.plan.network),
        (Role.PROCUREMENT_LEAD, south.plan.network),
        (Role.FINANCE, south.plan.network),
    ):
        someone = actor(role, network)
        assert made.plan not in Plan.objects.visible_to(someone)
        assert not PlanVersion.objects.visible_to(someone).exists()
        lines = PlanLine.objects.visible_to(someone)
        assert {line.trust.name for line in lines} <= (
            {"Ash", "Beech"} if network == north.plan.network else {"Cedar"}
        )
        assert not Document.objects.visible_to(someone).exists()
        assert not Event.objects.visible_to(someone).filter(subject_label="Phase two").exists()
        assert newest_reading(someone) is None
        client = Client()
        client.force_login(User.objects.get(pk=someone.user_id))
        for page in (
            reverse("plan_list"),
            reverse("plan_compare"),
            reverse("document_list"),
            reverse("home"),
        ):
            assert "Phase two" not in text_of(client.get(page)), page
        address = reverse("plan_version", args=[made.plan.pk, 1])
        for page in (
            made.plan.get_absolute_url(),
            address,
            f"{address}export/",
            reverse("plan_edit", args=[made.plan.pk]),
            reverse("plan_envelopes", args=[made.plan.pk]),
            reverse("scenario_add", args=[made.plan.pk]),
            f"{reverse('plan_compare')}?v={version.pk}&v={version.pk + 1}",
            f"{reverse('plan_compare_export')}?v={version.pk}&v={version.pk + 1}",
            reverse("api-plan-detail", args=[made.plan.pk]),
            reverse("api-plan-version-detail", args=[made.plan.pk, 1]),
        ):
            assert client.get(page).status_code == 404, page


def test_those_who_cover_england_read_all_of_it(north, south, both):
    made = merged(north, south, both)
    solved(made)
    analyst = actor(Role.NATIONAL_ANALYST, north.orgs["England"])
    assert made.plan in Plan.objects.visible_to(analyst)
    assert PlanLine.objects.visible_to(analyst).count() == 6


def test_a_trusts_finance_reads_its_own_part_of_it(north, south, both, client):
    made = merged(north, south, both)
    version = solved(made)
    client.force_login(person(Role.FINANCE, south.orgs["Cedar"]))
    page = text_of(client.get(version.get_absolute_url()))
    assert "You see the part of Cedar only" in page
    assert "Ash" not in page
    assert "Beech" not in page


def test_the_other_appointment_counts_on_the_pages(north, south, both, client):
    made = merged(north, south, both)
    client.force_login(User.objects.get(pk=both.user_id))
    assert "Phase two" in text_of(client.get(reverse("plan_list")))
    page = text_of(client.get(made.plan.get_absolute_url()))
    assert "Copy into a scenario" in page
    assert "Cedar" in page


def test_changes_of_it_are_recorded_where_no_single_network_reads_them(north, south, both):
    made = merged(north, south, both)
    cedar = south.orgs["Cedar"].pk
    set_envelopes(
        by=both, plan=made.plan, amounts={(cedar, 2027): 5 * MILLION}, revision=made.plan.revision, on=TODAY
    )
    event = Event.objects.get(action="plan.envelopes_set", subject_id=made.plan.pk)
    assert event.network_id is None
