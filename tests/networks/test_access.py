from datetime import date

import pytest

from networks.actions.appointments import RoleNotHeldThere, appoint, end_appointment
from networks.domain.access import NOBODY, NotAllowed, Permission, Role, command
from networks.domain.organisations import Tie
from networks.models import Event, Link
from networks.queries.actors import appointments_of
from tests.factories.networks import UserFactory, actor, network_of_trusts

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 1)


def test_an_equipment_manager_covers_their_own_trust_only():
    orgs = network_of_trusts("Ash", "Beech")
    manager = actor(Role.EQUIPMENT_MANAGER, orgs["Ash"])
    assert manager.can(Permission.EDIT_ASSETS, trust_id=orgs["Ash"].pk)
    assert not manager.can(Permission.EDIT_ASSETS, trust_id=orgs["Beech"].pk)
    assert not manager.can(Permission.VIEW_PLANS)
    with pytest.raises(NotAllowed, match="Equipment manager for Ash cannot"):
        manager.require(Permission.VIEW_PRICES)


def test_a_procurement_lead_covers_the_networks_members_and_reads_their_equipment():
    orgs = network_of_trusts("Ash", "Beech")
    lead = actor(Role.PROCUREMENT_LEAD, orgs["Northern"])
    assert lead.scope(Permission.VIEW_ASSETS).trust_ids == {orgs["Ash"].pk, orgs["Beech"].pk}
    assert lead.can(Permission.EDIT_PLANS, network_id=orgs["Northern"].pk)
    assert not lead.can(Permission.EDIT_ASSETS)


def test_a_successor_trust_sees_what_its_predecessor_owned_from_the_day_it_takes_over():
    orgs = network_of_trusts("Ash", "Beech")
    Link.objects.create(
        source=orgs["Ash"], target=orgs["Beech"], tie=Tie.SUCCEEDED_BY, starts_on=date(2026, 4, 1)
    )
    before = actor(Role.EQUIPMENT_MANAGER, orgs["Beech"], on=date(2026, 3, 31))
    after = actor(Role.EQUIPMENT_MANAGER, orgs["Beech"], on=date(2026, 4, 1))
    assert not before.can(Permission.VIEW_ASSETS, trust_id=orgs["Ash"].pk)
    assert after.can(Permission.VIEW_ASSETS, trust_id=orgs["Ash"].pk)


def test_an_heir_network_covers_all_and_the_absorbed_one_only_what_it_had():
    north, south = (
        network_of_trusts("Ash"),
        network_of_trusts("Beech", network="Southern", region="South East"),
    )
    Link.objects.create(
        source=south["Southern"], target=north["Northern"], tie=Tie.SUCCEEDED_BY, starts_on=date(2026, 4, 1)
    )
    heir = actor(Role.PROCUREMENT_LEAD, north["Northern"])
    absorbed = actor(Role.PROCUREMENT_LEAD, south["Southern"])
    assert heir.where.trust_ids == {north["Ash"].pk, south["Beech"].pk}
    assert heir.where.network_ids == {north["Northern"].pk, south["Southern"].pk}
    assert absorbed.where.trust_ids == {south["Beech"].pk}
    assert absorbed.where.network_ids == {south["Southern"].pk}


def test_only_a_trusts_own_finance_agrees_for_it_and_only_the_networks_records_what_the_board_approves():
    orgs = network_of_trusts("Ash", "Beech")
    ash, network = actor(Role.FINANCE, orgs["Ash"]), actor(Role.FINANCE, orgs["Northern"])
    assert ash.can(Permission.AGREE_PLANS, trust_id=orgs["Ash"].pk)
    assert not ash.can(Permission.AGREE_PLANS, trust_id=orgs["Beech"].pk)
    assert not ash.can(Permission.APPROVE_PLANS)
    assert network.can(Permission.APPROVE_PLANS, network_id=orgs["Northern"].pk)
    assert not network.can(Permission.AGREE_PLANS, trust_id=orgs["Ash"].pk)
    others = (
        actor(Role.PROCUREMENT_LEAD, orgs["Northern"]),
        actor(Role.EQUIPMENT_MANAGER, orgs["Ash"]),
        actor(Role.NATIONAL_ANALYST, orgs["England"]),
        actor(Role.ADMINISTRATOR, orgs["England"]),
    )
    assert not any(
        other.can(permission)
        for other in others
        for permission in (Permission.AGREE_PLANS, Permission.APPROVE_PLANS)
    )


def test_nobody_can_do_nothing():
    assert not any(NOBODY.can(permission) for permission in Permission)


def test_roles_are_held_only_where_they_belong():
    orgs = network_of_trusts("Ash")
    with pytest.raises(RoleNotHeldThere, match="role in a trust"):
        appoint(
            by=command("test"),
            user=UserFactory(),
            role=Role.EQUIPMENT_MANAGER,
            organisation=orgs["Northern"],
            starts_on=TODAY,
        )


def test_appointing_needs_an_administrator_and_is_recorded():
    orgs = network_of_trusts("Ash")
    user = UserFactory(name="Ann")
    with pytest.raises(NotAllowed):
        appoint(
            by=actor(Role.FINANCE, orgs["Ash"]),
            user=user,
            role=Role.FINANCE,
            organisation=orgs["Ash"],
            starts_on=TODAY,
        )
    admin = actor(Role.ADMINISTRATOR, orgs["England"])
    held = appoint(by=admin, user=user, role=Role.FINANCE, organisation=orgs["Ash"], starts_on=TODAY)
    end_appointment(by=admin, appointment=held, ends_on=TODAY)
    assert not appointments_of(user, on=TODAY).exists()
    assert list(Event.objects.filter(subject_id=user.pk).values_list("action", flat=True)) == [
        "appointment.ended",
        "appointment.made",
    ]


def test_events_cannot_be_changed_or_deleted():
    with pytest.raises(TypeError, match="never changed"):
        Event.objects.update(reason="x")
    with pytest.raises(TypeError, match="never deleted"):
        Event.objects.all().delete()


def test_trusts_are_worth_naming_to_those_who_see_several():
    orgs = network_of_trusts("Ash", "Beech")
    seen = {
        role: actor(role, place).scope(Permission.VIEW_ASSETS).has_several_trusts
        for role, place in (
            (Role.EQUIPMENT_MANAGER, orgs["Ash"]),
            (Role.PROCUREMENT_LEAD, orgs["Northern"]),
            (Role.NATIONAL_ANALYST, orgs["England"]),
        )
    }
    assert seen == {
        Role.EQUIPMENT_MANAGER: False,
        Role.PROCUREMENT_LEAD: True,
        Role.NATIONAL_ANALYST: True,
    }
