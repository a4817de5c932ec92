"""Setting weights: who may, what is kept, what is refused, and two people at once."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from assets.actions.priority_weights import (
    WeightsChanged,
    WeightsInvalid,
    follow_national_weights,
    set_weights,
)
from assets.domain.priority_rules import Weights
from assets.models import PriorityWeights
from assets.queries.priority_weights import history_of_weights, newest_number
from networks.domain.access import NotAllowed, Role
from networks.models import Event
from tests.factories.networks import actor, network_of_trusts

pytestmark = pytest.mark.django_db

NOW = date(2026, 11, 24)
OTHERS = Weights(age=35, support=20, reliability=20, criticality=15, technology=10, cost=0)


@pytest.fixture
def orgs():
    return network_of_trusts("Ash") | network_of_trusts("Cedar", network="Southern", region="South East")


@pytest.fixture
def lead(orgs):
    return actor(Role.PROCUREMENT_LEAD, orgs["Northern"])


def put(by, network, *, weights=OTHERS, seen=0, reason="The board asked for it"):
    return set_weights(by=by, network=network, weights=weights, reason=reason, seen=seen, on=NOW)


def test_a_set_is_added_with_its_reason_and_recorded(orgs, lead):
    row = put(lead, orgs["Northern"])
    assert (row.number, row.valid_from, row.set_by_id, row.set_by_name) == (1, NOW, lead.user_id, lead.name)
    event = Event.objects.get(action="priority_weights.set")
    assert (event.network_id, event.reason) == (orgs["Northern"].pk, "The board asked for it")
    assert event.changes == {
        "age against expected life": ["25", "35"],
        "annual cost against replacement price": ["10", "0"],
    }
    assert Event.objects.visible_to(lead).filter(pk=event.pk).exists()


@pytest.mark.parametrize(
    ("role", "where", "network", "is_allowed"),
    [
        (Role.ADMINISTRATOR, "England", None, True),
        (Role.PROCUREMENT_LEAD, "Northern", "Northern", True),
        (Role.PROCUREMENT_LEAD, "Northern", None, False),
        (Role.PROCUREMENT_LEAD, "Northern", "Southern", False),
        (Role.ADMINISTRATOR, "England", "Northern", False),
        (Role.FINANCE, "Northern", "Northern", False),
        (Role.EQUIPMENT_MANAGER, "Ash", "Northern", False),
        (Role.NATIONAL_ANALYST, "England", None, False),
    ],
)
def test_who_may_set_which_weights(orgs, role, where, network, is_allowed):
    by, whose = actor(role, orgs[where]), orgs[network] if network else None
    if is_allowed:
        assert put(by, whose).number == 1
        return
    with pytest.raises(NotAllowed):
        put(by, whose)
    if whose is not None:
        with pytest.raises(NotAllowed):
            follow_national_weights(by=by, network=whose, reason="x", seen=0, on=NOW)
    assert not PriorityWeights.objects.exists()
    assert not Event.objects.exists()


def test_whoever_has_not_seen_the_newest_set_is_told(orgs, lead):
    put(lead, orgs["Northern"])
    with pytest.raises(WeightsChanged, match="Somebody has set other weights"):
        put(lead, orgs["Northern"], seen=0)
    assert put(lead, orgs["Northern"], seen=1).number == 2
    assert [past.number for past in history_of_weights(orgs["Northern"].pk)] == [2, 1]


def test_two_at_the_same_moment_are_told_apart_by_the_database(orgs, lead, monkeypatch):
    put(lead, orgs["Northern"])
    monkeypatch.setattr("assets.actions.priority_weights.newest_number", lambda _network: 0)
    with pytest.raises(WeightsChanged):
        put(lead, orgs["Northern"], seen=0)
    assert newest_number(orgs["Northern"].pk) == 1


def test_a_reason_and_a_network_are_needed(orgs, lead):
    with pytest.raises(WeightsInvalid, match="why"):
        put(lead, orgs["Northern"], reason="  ")
    with pytest.raises(NotAllowed):
        put(lead, orgs["Ash"])


def test_giving_up_ones_own_weights_is_a_version_too(orgs, lead):
    put(actor(Role.ADMINISTRATOR, orgs["England"]), None)
    put(lead, orgs["Northern"], weights=Weights(100, 0, 0, 0, 0, 0))
    row = follow_national_weights(by=lead, network=orgs["Northern"], reason="To compare", seen=1, on=NOW)
    assert (row.number, row.follows_national, row.age) == (2, True, 35)
    assert Event.objects.filter(action="priority_weights.given_up", network=orgs["Northern"]).exists()


def test_sets_are_never_changed_or_deleted(orgs, lead):
    put(lead, orgs["Northern"])
    with pytest.raises(TypeError, match="add a new one"):
        PriorityWeights.objects.update(age=1)
    with pytest.raises(TypeError, match="never deleted"):
        PriorityWeights.objects.all().delete()


@pytest.mark.parametrize(
    "wrong",
    [
        {"age": 26},
        {"follows_national": True},
        {"number": 1},
    ],
)
def test_the_database_refuses_what_makes_no_sense(orgs, wrong):
    put(actor(Role.ADMINISTRATOR, orgs["England"]), None)
    facts = {
        **{"age": 25, "support": 20, "reliability": 20, "criticality": 15, "technology": 10, "cost": 10},
        **{"network": None, "number": 2, "valid_from": NOW, "reason": "x", "set_by_name": "x"},
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        PriorityWeights.objects.create(**(facts | wrong))
