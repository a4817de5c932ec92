"""Copying a plan into a scenario: all of it comes along, what is to change changes, and the plan stays as it is."""

from datetime import date

import pytest

from networks.domain.access import NotAllowed, Role
from networks.models import Event, User
from networks.queries.actors import actor_for, appointments_of
from procurement.actions.pins import pin_asset
from procurement.actions.plan_life import StepRefused, submit_version
from procurement.actions.scenarios import copy_plan, what_if
from procurement.actions.tenders import TenderRefused, open_tender
from procurement.domain.plan import PlanInvalid
from procurement.domain.planning.result import Kind
from procurement.domain.scenario import (
    Difference,
    PlanPicture,
    ScenarioChanges,
    changed_amount,
    differences,
)
from procurement.models import (
    CandidateSite,
    Cover,
    Envelope,
    OptionOffer,
    Pin,
    Plan,
    PlanLine,
    PlanVersion,
    RingFence,
    SharedEnvelope,
)
from procurement.queries.plan_life import life_of
from procurement.queries.planning_problem import planning_problem
from procurement.queries.scenarios import differences_from_source
from procurement.queries.tender_candidates import latest_version
from tests.factories.networks import Appointment, actor
from tests.factories.plans import MILLION, TODAY, Planned, ready_plan
from tests.procurement.plans.test_plan_pages import solved

COPIED = {Envelope, SharedEnvelope, RingFence, OptionOffer, Cover, Pin}
"""What belongs to a plan and comes along."""
LEFT = {PlanVersion, Plan}
"""What points at a plan and does not: what was solved, and scenarios of it."""


@pytest.fixture
def made(db) -> Planned:
    """Northern's plan with something of every kind in it."""
    made = ready_plan(assets_each=3)
    plan, first = made.plan, made.assets[0]
    icb = made.orgs["North West ICB"]
    SharedEnvelope.objects.create(plan=plan, holder=icb, year=2028, amount_pence=MILLION)
    RingFence.objects.create(plan=plan, modality="CT", year=2029, amount_pence=MILLION, programme="Scanners")
    OptionOffer.objects.create(
        plan=plan, asset=first, kind="upgrade", cost_pence=100, support_years=4, reason="Offered"
    )
    Cover.objects.create(plan=plan, asset=first, cost_pence=200, how="A mobile unit")
    site = CandidateSite.objects.create(
        network=made.orgs["Northern"],
        trust=made.orgs["Beech"],
        site=made.orgs["Beech site"],
        name="Beech second CT",
        service="capacity",
        modality="CT",
        specification=first.specification,
        works_pence=0,
        need_points=100,
        reason="Waits",
    )
    plan.candidates.add(site)
    pin_asset(by=made.lead, plan=plan, asset=first, year=2031, reason="Rebuilding", on=TODAY)
    pin_asset(by=made.lead, plan=plan, asset=made.assets[-1], year=None, reason="Wanted", on=TODAY)
    return made


def rows(model, plan) -> list[tuple]:
    """Rows of a plan without their own number and the plan's."""
    names = [f.attname for f in model._meta.concrete_fields if f.attname not in ("id", "plan_id")]
    return sorted(model.objects.filter(plan=plan).values_list(*names), key=str)


def test_everything_that_belongs_to_a_plan_comes_along(made):
    scenario = copy_plan(by=made.lead, plan=made.plan, name="As it is", on=TODAY)
    assert scenario.scenario_of == made.plan
    assert (scenario.name, scenario.revision, scenario.created_by_id) == ("As it is", 1, made.lead.user_id)
    for model in COPIED:
        assert rows(model, scenario) == rows(model, made.plan) != [], model
    assert list(scenario.candidates.all()) == list(made.plan.candidates.all())
    own = {"id", "name", "revision", "created_at", "created_by_id", "scenario_of_id"}
    for field in Plan._meta.concrete_fields:
        if field.attname not in own:
            assert getattr(scenario, field.attname) == getattr(made.plan, field.attname), field
    assert differences_from_source(made.lead, scenario) == ()


def test_no_kind_of_row_that_belongs_to_a_plan_is_forgotten():
    belongs = {
        relation.related_model
        for relation in Plan._meta.related_objects
        if relation.field.model._meta.app_label == "procurement" and not relation.many_to_many
    }
    assert belongs == COPIED | LEFT
    assert {field.name for field in Plan._meta.many_to_many} == {
        "with_networks",
        "without_trusts",
        "candidates",
    }


def test_what_is_to_change_changes_and_the_plan_stays_as_it_is(made):
    before = {model: rows(model, made.plan) for model in COPIED}
    scenario = copy_plan(
        by=made.lead,
        plan=made.plan,
        name="A tenth less",
        on=TODAY,
        changes=ScenarioChanges(
            own_change_basis_points=-1000,
            shared_change_basis_points=5000,
            national_change_basis_points=-10_000,
            guidance_years=7,
            horizon_years=6,
            joint_discount_basis_points=0,
            keep_pins=False,
        ),
        reason="The board asked",
    )
    assert {model: rows(model, made.plan) for model in COPIED} == before
    assert (scenario.guidance_years, scenario.horizon_years, scenario.joint_discount_basis_points) == (
        7,
        6,
        0,
    )
    assert {row.amount_pence for row in scenario.envelopes.all()} == {180_000_000}
    assert scenario.shared_envelopes.get().amount_pence == 150_000_000
    assert scenario.ring_fences.get().amount_pence == 0
    assert not scenario.pins.exists()
    said = differences_from_source(made.lead, scenario)
    assert Difference("Guidance", "10 years", "7 years") in said
    assert Difference("Years", "5", "6") in said
    assert Difference("Joint discounts counted on", "100%", "0%") in said
    money = "Trusts’ own envelopes, inc VAT"
    assert Difference(money, "£20,000,000 over 5 years", "£18,000,000 over 6 years (10% less)") in said
    shared = "Shared envelopes, inc VAT"
    assert Difference(shared, "£1,000,000 over 5 years", "£1,500,000 over 6 years (50% more)") in said
    assert Difference(f"Pin of {made.assets[0]}", "Replaced in 2031/32", "not pinned") in said
    event = Event.objects.get(action="plan.copied")
    assert event.reason == "The board asked"
    assert event.changes["copied from"] == [None, "Plan A"]
    assert event.changes["Guidance"] == ["10 years", "7 years"]


def test_a_pin_to_a_year_that_falls_out_is_left_out_and_said(made):
    made.plan.horizon_years = 6
    made.plan.save()
    pin_asset(by=made.lead, plan=made.plan, asset=made.assets[0], year=2032, reason="Late", on=TODAY)
    scenario = copy_plan(
        by=made.lead, plan=made.plan, name="Shorter", on=TODAY, changes=ScenarioChanges(horizon_years=5)
    )
    assert [pin.asset for pin in scenario.pins.all()] == [made.assets[-1]]
    said = differences_from_source(made.lead, scenario)
    assert Difference(f"Pin of {made.assets[0]}", "Replaced in 2032/33", "not pinned") in said


def test_a_trust_that_is_left_out_takes_its_money_pins_and_offers_along(made):
    ash = made.orgs["Ash"]
    scenario = copy_plan(
        by=made.lead,
        plan=made.plan,
        name="Without Ash",
        on=TODAY,
        changes=ScenarioChanges(left_out=frozenset({ash.pk})),
    )
    assert list(scenario.without_trusts.all()) == [ash]
    assert {row.trust.name for row in scenario.envelopes.all()} == {"Beech"}
    assert [pin.asset for pin in scenario.pins.all()] == [made.assets[-1]]
    assert not scenario.offers.exists()
    assert not scenario.covers.exists()
    assert scenario.candidates.count() == 1
    problem = planning_problem(scenario, on=TODAY)
    assert {asset.trust_id for asset in problem.assets} == {made.orgs["Beech"].pk}
    assert Difference("Trusts left out", "none", "Ash") in differences_from_source(made.lead, scenario)


def test_at_least_one_trust_stays(made):
    both = frozenset({made.orgs["Ash"].pk, made.orgs["Beech"].pk})
    with pytest.raises(PlanInvalid, match="at least one trust"):
        copy_plan(by=made.lead, plan=made.plan, name="None", on=TODAY, changes=ScenarioChanges(left_out=both))
    assert Plan.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        (ScenarioChanges(own_change_basis_points=-10_001), "own_change_basis_points"),
        (ScenarioChanges(national_change_basis_points=100_001), "national_change_basis_points"),
        (ScenarioChanges(guidance_years=8), "guidance_years"),
        (ScenarioChanges(horizon_years=11), "horizon_years"),
        (ScenarioChanges(joint_discount_basis_points=10_001), "joint_discount_basis_points"),
        (ScenarioChanges(left_out=frozenset({-1})), "left_out"),
        (ScenarioChanges(merged=frozenset({-1})), "merged"),
    ],
)
def test_nonsense_is_refused_at_its_field_and_nothing_is_written(made, changes, field):
    made.lead = actor(Role.PROCUREMENT_LEAD, made.orgs["Northern"]) if field != "merged" else made.lead
    with pytest.raises((PlanInvalid, NotAllowed)) as refused:
        copy_plan(by=made.lead, plan=made.plan, name="Wrong", on=TODAY, changes=changes)
    if refused.type is PlanInvalid:
        assert set(refused.value.errors) == {field}
    assert Plan.objects.count() == 1


@pytest.mark.parametrize("name", ["", "  ", "Plan A", "x" * 121])
def test_a_name_is_needed_short_and_new(made, name):
    with pytest.raises(PlanInvalid):
        copy_plan(by=made.lead, plan=made.plan, name=name, on=TODAY)
    assert Plan.objects.count() == 1


def test_a_scenario_of_a_scenario_belongs_to_the_same_plan(made):
    first = copy_plan(by=made.lead, plan=made.plan, name="One", on=TODAY)
    second = copy_plan(by=made.lead, plan=first, name="Two", on=TODAY)
    assert second.scenario_of == made.plan


def test_only_who_plans_for_the_network_copies(made):
    for role, where in (
        (Role.FINANCE, "Northern"),
        (Role.FINANCE, "Ash"),
        (Role.NATIONAL_ANALYST, "England"),
    ):
        with pytest.raises(NotAllowed):
            copy_plan(by=actor(role, made.orgs[where]), plan=made.plan, name="Mine", on=TODAY)


def test_what_if_pins_one_machine_in_a_scenario_only(made):
    version = solved(made)
    line = PlanLine.objects.get(version=version, asset=made.assets[1])
    scenario = what_if(by=made.lead, line=line, kind=Kind.REPLACE, year=2030, reason="The room", on=TODAY)
    assert scenario.scenario_of == made.plan
    assert scenario.name == f"What if: {line.asset_label}, replaced in 2030/31"[:120]
    pin = scenario.pins.get(asset=made.assets[1])
    assert (pin.words, pin.reason) == ("Replaced in 2030/31", "The room")
    assert not made.plan.pins.filter(asset=made.assets[1]).exists()
    assert [d.what for d in differences_from_source(made.lead, scenario)] == [f"Pin of {made.assets[1]}"]
    again = what_if(by=made.lead, line=line, kind=Kind.REPLACE, year=2030, on=TODAY)
    assert again.name.endswith("(2)")
    with pytest.raises(PlanInvalid, match="2040/41 is not one of the plan's years"):
        what_if(by=made.lead, line=line, kind=Kind.REPLACE, year=2040, on=TODAY)


def test_what_if_asked_in_a_scenario_stays_in_it(made):
    scenario = copy_plan(by=made.lead, plan=made.plan, name="Try", on=TODAY)
    line = PlanLine.objects.get(
        version=solved(Planned(made.orgs, scenario, made.lead, made.assets, made.versions)),
        asset=made.assets[1],
    )
    assert what_if(by=made.lead, line=line, kind=Kind.KEEP, year=None, on=TODAY) == scenario
    assert scenario.pins.get(asset=made.assets[1]).words == "Kept throughout"


def test_tenders_are_never_gathered_from_a_scenario(made):
    version = solved(made)
    scenario = copy_plan(by=made.lead, plan=made.plan, name="Try", on=TODAY)
    tried = solved(Planned(made.orgs, scenario, made.lead, made.assets, made.versions))
    assert latest_version(made.plan.network_id) == version
    with pytest.raises(TenderRefused, match="Try is a scenario"):
        open_tender(
            by=made.lead,
            version=tried,
            specification_version=made.versions["CT-STD"],
            year=2027,
            key_date_on=date(2027, 6, 1),
            deliver_by=date(2028, 3, 1),
            today=TODAY,
        )


def test_a_scenario_is_not_submitted_to_the_trusts(made):
    scenario = copy_plan(by=made.lead, plan=made.plan, name="Try", on=TODAY)
    version = solved(Planned(made.orgs, scenario, made.lead, made.assets, made.versions))
    with pytest.raises(StepRefused, match="Try is a scenario"):
        submit_version(by=made.lead, version=version, mark=life_of(version).mark())
    assert not version.steps.exists()


def test_amounts_change_in_whole_pounds_halves_up():
    assert changed_amount(125_000_100, -1000) == 112_500_100  # £1,125,000.90 is £1,125,001
    assert changed_amount(123_45, 0) == 123_45
    assert changed_amount(100, -5000) == 100  # 50p is £1
    assert changed_amount(999, -10_000) == 0


def test_differences_say_what_appears_and_what_goes():
    was = PlanPicture(
        settings={"years": "5"}, years=5, money={"Own": 0, "Shared": None}, merged=frozenset({"B", "A"})
    )
    now = PlanPicture(
        settings={"years": "5"}, years=5, money={"Own": 5_000, "Shared": 7}, decisions={"CT 1": "Kept"}
    )
    assert differences(was, now) == (
        Difference("Own", "£0 over 5 years", "£50 over 5 years"),
        Difference("Pin of CT 1", "not pinned", "Kept"),
        Difference("Networks merged in", "A; B", "none"),
    )


def lead_of_both(first: Planned, second: Planned):
    """Northern's lead, appointed to Southern too, acting for Northern."""
    user = User.objects.get(pk=first.lead.user_id)
    Appointment.objects.create(
        user=user, role=Role.PROCUREMENT_LEAD, organisation=second.plan.network, starts_on=date(2020, 1, 1)
    )
    held = list(appointments_of(user, on=TODAY))
    acting = next(one for one in held if one.organisation_id == first.plan.network_id)
    return actor_for(user, acting, on=TODAY, held=held)
