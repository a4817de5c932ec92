from dataclasses import replace

import pytest

from networks.domain.access import NotAllowed, Role
from networks.models import Event
from procurement.actions.pins import pin_asset, unpin
from procurement.actions.plan_changes import PlanChanged
from procurement.actions.plans import change_plan, create_plan, set_envelopes
from procurement.domain.plan import PlanInvalid, PlanValues
from procurement.models import Envelope, Pin, Plan
from tests.factories.assets import AssetFactory
from tests.factories.networks import OrganisationFactory, actor, network_of_trusts
from tests.factories.plans import MILLION, TODAY, ready_plan

pytestmark = pytest.mark.django_db

AS_IT_IS = PlanValues(name="Plan A", first_year=2027, horizon_years=5)


def last_event(action: str) -> Event:
    return Event.objects.filter(action=action).latest("pk")


def test_a_plan_is_made_with_its_envelopes_and_recorded():
    made = ready_plan()
    plan = Plan.objects.get()
    assert (plan.name, plan.network, plan.created_by_id) == (
        "Plan A",
        made.orgs["Northern"],
        made.lead.user_id,
    )
    assert Envelope.objects.filter(plan=plan).count() == 10
    event = last_event("plan.created")
    assert (event.network, event.trust, event.subject_id) == (made.orgs["Northern"], None, plan.pk)
    assert event.changes["first year"] == [None, "2027/28"]
    assert event.changes["carry-over"] == [None, "10%"]
    assert event.changes["Ash 2027/28"] == [None, "£2,000,000"]


@pytest.mark.parametrize(
    "role", [Role.EQUIPMENT_MANAGER, Role.FINANCE, Role.NATIONAL_ANALYST, Role.ADMINISTRATOR]
)
def test_only_procurement_leads_change_plans(role):
    made = ready_plan()
    where = made.orgs["England" if role in {Role.NATIONAL_ANALYST, Role.ADMINISTRATOR} else "Ash"]
    refused = actor(role, where)
    for attempt in (
        lambda: create_plan(by=refused, network=made.orgs["Northern"], values=AS_IT_IS, on=TODAY),
        lambda: change_plan(by=refused, plan=made.plan, values=AS_IT_IS, revision=1),
        lambda: set_envelopes(by=refused, plan=made.plan, amounts={}, revision=1, on=TODAY),
        lambda: pin_asset(by=refused, plan=made.plan, asset=made.assets[0], year=None, reason="x", on=TODAY),
        lambda: unpin(by=refused, plan=made.plan, machine=made.assets[0]),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_a_neighbours_lead_is_refused():
    made = ready_plan()
    neighbour = actor(
        Role.PROCUREMENT_LEAD, network_of_trusts("Elm", network="Southern", region="South East")["Southern"]
    )
    with pytest.raises(NotAllowed):
        change_plan(by=neighbour, plan=made.plan, values=replace(AS_IT_IS, name="Mine"), revision=1)
    with pytest.raises(NotAllowed):
        create_plan(by=neighbour, network=made.orgs["Northern"], values=AS_IT_IS, on=TODAY)


def test_every_value_out_of_range_is_named_and_nothing_is_written():
    made = ready_plan()
    with pytest.raises(PlanInvalid) as refused:
        create_plan(
            by=made.lead,
            network=made.orgs["Northern"],
            values=PlanValues(
                name=" ",
                first_year=1999,
                horizon_years=4,
                guidance_years=8,
                max_installations=0,
                tender_cost_pence=-1,
                vat_basis_points=10_001,
                carry_over_basis_points=-1,
            ),
            on=TODAY,
        )
    assert len(refused.value.errors) == 8
    assert Plan.objects.count() == 1


def test_a_name_is_used_once_per_network():
    made = ready_plan()
    with pytest.raises(PlanInvalid) as refused:
        create_plan(by=made.lead, network=made.orgs["Northern"], values=AS_IT_IS, on=TODAY)
    assert "Choose another name" in refused.value.errors["name"]
    assert Plan.objects.count() == 1


def test_a_change_says_what_it_changed_and_counts_up():
    made = ready_plan()
    values = replace(AS_IT_IS, horizon_years=7, tender_cost_pence=3_000_000)
    changed = change_plan(by=made.lead, plan=made.plan, values=values, revision=1, reason="Longer view")
    assert (changed.horizon_years, changed.revision) == (7, 2)
    event = last_event("plan.changed")
    assert event.changes == {"years": ["5", "7"], "cost of one tender": ["£25,000", "£30,000"]}
    assert event.reason == "Longer view"


def test_a_change_that_changes_nothing_writes_nothing():
    made = ready_plan()
    change_plan(by=made.lead, plan=made.plan, values=AS_IT_IS, revision=1)
    amounts = {(made.orgs["Ash"].pk, 2027): 2 * MILLION}
    set_envelopes(by=made.lead, plan=made.plan, amounts=amounts, revision=1, on=TODAY)
    made.plan.refresh_from_db()
    assert made.plan.revision == 1
    assert set(Event.objects.values_list("action", flat=True)) == {"plan.created"}


def test_two_people_cannot_overwrite_each_other():
    made = ready_plan()
    ash = made.orgs["Ash"].pk
    set_envelopes(by=made.lead, plan=made.plan, amounts={(ash, 2027): 1}, revision=1, on=TODAY)
    for attempt in (
        lambda: set_envelopes(by=made.lead, plan=made.plan, amounts={(ash, 2027): 2}, revision=1, on=TODAY),
        lambda: change_plan(by=made.lead, plan=made.plan, values=AS_IT_IS, revision=1),
    ):
        with pytest.raises(PlanChanged, match="changed by somebody else"):
            attempt()
    assert Envelope.objects.get(plan=made.plan, trust_id=ash, year=2027).amount_pence == 1


def test_envelopes_are_changed_added_and_taken_out():
    made = ready_plan()
    ash, beech = made.orgs["Ash"].pk, made.orgs["Beech"].pk
    set_envelopes(
        by=made.lead,
        plan=made.plan,
        amounts={(ash, 2027): 125_000_050, (ash, 2028): None, (beech, 2027): 2 * MILLION},
        revision=1,
        on=TODAY,
        reason="Settlement",
    )
    rows = {(e.trust_id, e.year): e.amount_pence for e in Envelope.objects.filter(plan=made.plan)}
    assert (rows[ash, 2027], (ash, 2028) in rows, len(rows)) == (125_000_050, False, 9)
    event = last_event("plan.envelopes_set")
    assert event.changes == {
        "Ash 2027/28": ["£2,000,000", "£1,250,000.50"],
        "Ash 2028/29": ["£2,000,000", None],
    }


def test_stray_envelopes_are_all_named_and_none_is_written():
    made = ready_plan()
    stranger = OrganisationFactory(name="Elm")
    amounts = {
        (stranger.pk, 2027): 1,
        (made.orgs["Ash"].pk, 2050): 1,
        (made.orgs["Ash"].pk, 2028): -1,
        (made.orgs["Beech"].pk, 2028): 5,
    }
    with pytest.raises(PlanInvalid) as refused:
        set_envelopes(by=made.lead, plan=made.plan, amounts=amounts, revision=1, on=TODAY)
    said = str(refused.value)
    assert "Elm, 2027/28: the trust is not in this plan's network." in said
    assert "Ash, 2050/51: the year is not one of the plan's." in said
    assert "Ash, 2028/29: an envelope lies between £0 and £1bn." in said
    assert not Envelope.objects.exclude(amount_pence=2 * MILLION).exists()


def test_a_pin_is_set_changed_and_taken_off_with_its_reason():
    made = ready_plan()
    asset = made.assets[0]
    pin_asset(by=made.lead, plan=made.plan, asset=asset, year=2028, reason=" Building works ", on=TODAY)
    pin_asset(by=made.lead, plan=made.plan, asset=asset, year=None, reason="Service closes", on=TODAY)
    pin = Pin.objects.get()
    assert (pin.year, pin.reason) == (None, "Service closes")
    assert last_event("plan.pinned").changes == {str(asset): ["Replaced in 2028/29", "Kept throughout"]}
    unpin(by=made.lead, plan=made.plan, machine=asset)
    unpin(by=made.lead, plan=made.plan, machine=asset)
    assert not Pin.objects.exists()
    assert Event.objects.filter(action="plan.unpinned").count() == 1


def test_a_pin_that_makes_no_sense_is_refused_with_everything_wrong():
    made = ready_plan()
    elsewhere = AssetFactory()
    with pytest.raises(PlanInvalid) as refused:
        pin_asset(by=made.lead, plan=made.plan, asset=elsewhere, year=2040, reason="  ", on=TODAY)
    assert set(refused.value.errors) == {"reason", "year", "asset"}
    assert not Pin.objects.exists()


def test_new_years_may_not_leave_a_pin_behind():
    made = ready_plan()
    pin_asset(by=made.lead, plan=made.plan, asset=made.assets[0], year=2031, reason="Works", on=TODAY)
    with pytest.raises(PlanInvalid, match="replaced in 2031/32. Unpin it first"):
        change_plan(by=made.lead, plan=made.plan, values=replace(AS_IT_IS, first_year=2025), revision=1)
    made.plan.refresh_from_db()
    assert made.plan.first_year == 2027
