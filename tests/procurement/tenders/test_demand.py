from datetime import date

import pytest

from networks.domain.access import NotAllowed, Role
from networks.domain.organisations import Tie
from networks.models import Link
from procurement.queries.demand import demand
from tests.factories.networks import actor, network_of_trusts
from tests.factories.procurement import plan_with_version

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 24)


@pytest.fixture
def north():
    orgs = network_of_trusts("Ash", "Beech")
    plan_with_version(orgs, name="Superseded", lines=[("Ash", "CT-STD", 2027)] * 9)
    plan_with_version(
        orgs,
        lines=[
            ("Ash", "CT-STD", 2028),
            ("Ash", "CT-STD", 2029),
            ("Beech", "CT-STD", 2028),
            ("Beech", "MRI-15T", None),
        ],
    )
    return orgs


@pytest.fixture
def south():
    orgs = network_of_trusts("Oak", "Pine", network="Southern")
    plan_with_version(
        orgs,
        network="Southern",
        lines=[("Oak", "CT-STD", 2028), ("Pine", "CT-STD", 2028), ("Pine", "MRI-15T", 2029)],
    )
    return orgs


def test_the_lead_sees_own_trusts_by_name_and_other_networks_as_counts(north, south):
    found = demand(actor(Role.PROCUREMENT_LEAD, north["Northern"]), on=ON)
    assert found.years == (2028, 2029)
    ct, mri = found.groups
    assert [(row.name, row.units) for row in ct.own] == [("Ash", (1, 1)), ("Beech", (1, 0))]
    assert ct.own_total.units == (2, 1)
    assert [(row.name, row.units) for row in ct.networks] == [("Southern", (2, 0))]
    assert ct.england.units == (4, 1)
    assert (mri.code, mri.own, mri.own_total.units) == ("MRI-15T", (), ())
    assert (found.networks_with_plans, found.networks) == (2, 2)


@pytest.mark.parametrize(
    ("role", "where"),
    [
        (Role.PROCUREMENT_LEAD, "Northern"),
        (Role.FINANCE, "Northern"),
        (Role.FINANCE, "Ash"),
        (Role.NATIONAL_ANALYST, "England"),
    ],
)
def test_no_trust_of_another_network_is_named(north, south, role, where):
    found = repr(demand(actor(role, north[where]), on=ON))
    assert "Southern" in found
    assert "Oak" not in found
    assert "Pine" not in found


def test_a_trust_sees_itself_and_its_network_as_a_count(north, south):
    ct = demand(actor(Role.FINANCE, north["Ash"]), on=ON).groups[0]
    assert [(row.name, row.units) for row in ct.own] == [("Ash", (1, 1))]
    assert [(row.name, row.units) for row in ct.networks] == [
        ("Northern, yours among them", (2, 1)),
        ("Southern", (2, 0)),
    ]


def test_the_analyst_sees_networks(north, south):
    ct = demand(actor(Role.NATIONAL_ANALYST, north["England"]), on=ON).groups[0]
    assert ct.own == ()
    assert [row.name for row in ct.networks] == ["Northern", "Southern"]


def test_a_network_that_has_been_absorbed_is_no_longer_counted(north, south):
    Link.objects.create(
        source=south["Southern"], target=north["Northern"], tie=Tie.SUCCEEDED_BY, starts_on=date(2026, 4, 1)
    )
    found = demand(actor(Role.PROCUREMENT_LEAD, north["Northern"]), on=ON)
    assert found.groups[0].england.units == (2, 1)
    assert found.networks == 1


def test_whoever_may_not_see_plans_may_not_see_demand(north):
    with pytest.raises(NotAllowed):
        demand(actor(Role.EQUIPMENT_MANAGER, north["Ash"]), on=ON)


def test_without_plans_there_is_no_demand():
    orgs = network_of_trusts("Ash")
    found = demand(actor(Role.FINANCE, orgs["Ash"]), on=ON)
    assert (found.years, found.groups, found.networks_with_plans, found.networks) == ((), (), 0, 1)


def test_the_table_costs_the_same_however_large(north, south, django_assert_max_num_queries):
    who = actor(Role.FINANCE, north["Ash"])
    with django_assert_max_num_queries(5):
        demand(who, on=ON)
