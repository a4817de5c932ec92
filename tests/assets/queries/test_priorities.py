"""Priorities read from the register: whose machines, which weights, whose money, and in how many queries."""

from datetime import date

import pytest

from assets.actions.priority_weights import follow_national_weights, set_weights
from assets.domain.priority_rules import Weights, priority_rules_on
from assets.domain.vocabulary import Modality, Status, Technology
from assets.queries import replacement_prices
from assets.queries.asset_priority import clocks_of, priority_of
from assets.queries.fleet_clocks import fleet_clocks
from assets.queries.priorities import Known, priorities, rows_of
from assets.queries.priority_weights import weights_in_force
from networks.domain.access import Role, command
from networks.queries.organisations import structure
from procurement.queries.replacement_prices import unit_prices
from tests.factories.assets import AssetFactory
from tests.factories.networks import actor, network_of_trusts
from tests.factories.procurement import specification_version

pytestmark = pytest.mark.django_db

NOW = date(2026, 11, 24)
AGE_ALONE = Weights(age=100, support=0, reliability=0, criticality=0, technology=0, cost=0)
COST_ALONE = Weights(age=0, support=0, reliability=0, criticality=0, technology=0, cost=100)


@pytest.fixture
def orgs():
    return network_of_trusts("Ash", "Beech") | network_of_trusts(
        "Cedar", network="Southern", region="South East"
    )


def machine(orgs, trust, **facts):
    return AssetFactory(trust=orgs[trust], site=orgs[f"{trust} site"], **facts)


def ranking(by, *, on=NOW, **narrowed):
    return priorities(by, on=on, england=structure(on=on), **narrowed)


def order(found):
    return list(found.stability.ranges)


def test_an_actor_gets_the_machines_they_may_see_the_oldest_first(orgs):
    young = machine(orgs, "Ash", installed_on=date(2024, 1, 1))
    old = machine(orgs, "Beech", installed_on=date(2010, 1, 1))
    machine(orgs, "Cedar", installed_on=date(2008, 1, 1))
    machine(orgs, "Ash", installed_on=date(2008, 1, 1), status=Status.RETIRED)
    assert order(ranking(actor(Role.PROCUREMENT_LEAD, orgs["Northern"]))) == [old.pk, young.pk]
    assert order(ranking(actor(Role.EQUIPMENT_MANAGER, orgs["Ash"]))) == [young.pk]
    assert len(order(ranking(command("test")))) == 3


def test_ranks_are_among_the_machines_that_are_chosen(orgs):
    ct = machine(orgs, "Ash", installed_on=date(2020, 1, 1))
    machine(orgs, "Beech", modality=Modality.MRI, installed_on=date(2010, 1, 1))
    by = command("test")
    assert ranking(by, modalities=["CT"]).stability.ranges[ct.pk].rank == 1
    assert order(ranking(by, trust_ids={orgs["Ash"].pk})) == [ct.pk]
    assert order(ranking(by, trust_ids=())) == []
    assert ranking(by).stability.ranges[ct.pk].rank == 2


def test_as_at_another_day_ages_and_the_fleet_are_of_that_day(orgs):
    gone = machine(
        orgs, "Ash", installed_on=date(2005, 1, 1), status=Status.RETIRED, retired_on=date(2025, 1, 1)
    )
    later = machine(orgs, "Ash", installed_on=date(2026, 1, 1))
    by = command("test")
    assert order(ranking(by, on=date(2024, 3, 31))) == [gone.pk]
    assert order(ranking(by)) == [later.pk]
    assert "no earlier one is on file" in ranking(by, on=date(2024, 3, 31)).version


def test_cost_is_scored_against_the_price_of_its_specification_for_those_who_may_see_it(orgs):
    version = specification_version("CT-STD", unit_price_pence=60_000_000)
    costly = machine(orgs, "Ash", specification=version.specification, maintenance_cost_pence=30_000_000)
    for role, where, points in (
        (Role.EQUIPMENT_MANAGER, "Ash", "100"),
        (Role.MODALITY_LEAD, "Ash", "not shown to you"),
        (Role.NATIONAL_ANALYST, "England", "100"),
    ):
        by = actor(role, orgs[where])
        found = ranking(by)
        assert found.priorities[costly.pk].marks[-1].points == points
        assert found.hides_money == (points == "not shown to you")
        assert priority_of(costly, by, NOW).priority == found.priorities[costly.pk]


def test_without_a_price_the_cost_is_missing_and_named(orgs, monkeypatch):
    monkeypatch.setattr(replacement_prices, "_sources", [])
    one = machine(orgs, "Ash", maintenance_cost_pence=30_000_000)
    found = priority_of(one, command("test"), NOW).priority
    assert "replacement price" in found.missing
    assert found.marks[-1].tenths is None


def test_prices_are_those_published_by_the_day(orgs):
    version = specification_version("CT-STD")
    assert unit_prices(NOW) == {version.specification_id: 57_000_000}
    assert unit_prices(date(2026, 3, 31)) == {}
    assert replacement_prices.replacement_prices(on=NOW) == unit_prices(NOW)


def set_by(by, network, weights, *, seen=0, on=NOW):
    return set_weights(by=by, network=network, weights=weights, reason="Because", seen=seen, on=on)


def test_a_networks_own_weights_go_before_englands_and_both_before_the_proposal(orgs):
    administrator = actor(Role.ADMINISTRATOR, orgs["England"])
    lead = actor(Role.PROCUREMENT_LEAD, orgs["Northern"])
    northern, southern = orgs["Northern"].pk, orgs["Southern"].pk
    assert weights_in_force(northern, on=NOW).weights == priority_rules_on(NOW).weights
    set_by(administrator, None, COST_ALONE)
    assert weights_in_force(northern, on=NOW).weights == COST_ALONE
    set_by(lead, orgs["Northern"], AGE_ALONE)
    assert weights_in_force(northern, on=NOW).weights == AGE_ALONE
    assert weights_in_force(southern, on=NOW).weights == COST_ALONE
    assert weights_in_force(None, on=NOW).weights == COST_ALONE
    # The day before, nobody had set any.
    assert weights_in_force(northern, on=date(2026, 11, 23)).number == 0
    follow_national_weights(by=lead, network=orgs["Northern"], reason="Because", seen=1, on=NOW)
    assert (
        weights_in_force(northern, on=NOW).words
        == "England’s weights, version 1, in force from 24 November 2026"
    )


def test_everybody_of_a_network_works_with_its_weights(orgs):
    set_by(actor(Role.PROCUREMENT_LEAD, orgs["Northern"]), orgs["Northern"], AGE_ALONE)
    one = machine(orgs, "Ash", installed_on=date(2020, 1, 1), technology=Technology.CURRENT)
    for role, where, own in (
        (Role.EQUIPMENT_MANAGER, "Ash", True),
        (Role.FINANCE, "Northern", True),
        (Role.NATIONAL_ANALYST, "England", False),
    ):
        by = actor(role, orgs[where])
        assert (ranking(by).weights.weights == AGE_ALONE) == own
        assert (priority_of(one, by, NOW).weights.weights == AGE_ALONE) == own
    assert ranking(actor(Role.EQUIPMENT_MANAGER, orgs["Cedar"])).weights.number == 0


def test_the_list_can_be_narrowed_and_sorted_without_changing_a_rank(orgs):
    notice = machine(orgs, "Ash", installed_on=date(2024, 1, 1), has_safety_notice=True)
    old = machine(orgs, "Beech", installed_on=date(2010, 1, 1))
    unknown = machine(orgs, "Beech", installed_on=None, installed_precision="")
    found = ranking(command("test"))
    names = {orgs["Ash"].pk: "Ash", orgs["Beech"].pk: "Beech"}
    assert order(found) == [notice.pk, old.pk, unknown.pk]
    assert (found.gated, found.complete) == (1, 0)
    assert found.chosen(is_gated=True) == [notice.pk]
    assert found.chosen(is_gated=False) == [old.pk, unknown.pk]
    assert found.chosen(known=Known.LESS) == order(found)
    assert found.chosen(known=Known.HALF) == []
    everything = order(found)
    assert found.in_order(everything, "-score", names) == [old.pk, notice.pk, unknown.pk]
    assert found.in_order(everything, "score", names) == [notice.pk, old.pk, unknown.pk]
    assert found.in_order(everything, "-trust", names) == [old.pk, unknown.pk, notice.pk]
    assert found.in_order(everything, "reference", names) == [notice.pk, old.pk, unknown.pk]
    assert found.in_order(everything, "nonsense", names) == everything
    assert found.in_order(everything, "-rank", names) == everything[::-1]
    assert [row.place.rank for row in rows_of(found, [unknown.pk, notice.pk])] == [3, 1]


@pytest.mark.parametrize("count", [3, 40])
def test_however_many_machines_it_takes_three_queries(orgs, django_assert_num_queries, count):
    for number in range(count):
        machine(orgs, "Ash", installed_on=date(2000 + number % 25, 1, 1))
    england, by = structure(on=NOW), actor(Role.PROCUREMENT_LEAD, orgs["Northern"])
    with django_assert_num_queries(3):
        found = priorities(by, on=NOW, england=england)
    with django_assert_num_queries(1):
        assert len(rows_of(found, order(found))) == count
    with django_assert_num_queries(1):
        fleet_clocks(by, on=NOW)


def test_one_machine_takes_as_many_queries_as_its_docstring_says(orgs, django_assert_num_queries):
    one = machine(orgs, "Ash")
    lead, manager = actor(Role.PROCUREMENT_LEAD, orgs["Northern"]), actor(Role.EQUIPMENT_MANAGER, orgs["Ash"])
    with django_assert_num_queries(2):
        priority_of(one, lead, NOW)
    with django_assert_num_queries(4):
        priority_of(one, manager, NOW)
    with django_assert_num_queries(0):
        assert clocks_of(one, NOW).earliest.key == "age-7"


def test_the_clocks_of_a_fleet_count_every_machine_once(orgs):
    machine(orgs, "Ash", installed_on=date(2010, 1, 1), examinations_per_year=16_000)
    machine(orgs, "Ash", installed_on=date(2020, 1, 1), support_ends_on=date(2027, 1, 1))
    machine(orgs, "Ash", installed_on=None, installed_precision="")
    machine(orgs, "Cedar", installed_on=date(2000, 1, 1))
    found = fleet_clocks(actor(Role.EQUIPMENT_MANAGER, orgs["Ash"]), on=NOW)
    assert [(c.name, c.over, c.due, c.within, c.not_known) for c in found.every] == [
        ("7 years", 1, 1, 0, 1),
        ("10 years", 1, 0, 1, 1),
        ("Life by use", 1, 0, 0, 2),
        ("Longest that any is kept", 1, 0, 1, 1),
        ("End of support", 0, 1, 0, 2),
    ]
    assert [c.name for c in found.every if c.is_doubtful] == ["Life by use"]
    assert fleet_clocks(command("test"), on=NOW, modality=Modality.MRI).every == ()
