"""The page of the weights: who sets which, what is said and kept, and the sum as it is typed."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from assets.models import PriorityWeights
from networks.domain.access import Role
from tests.assets.pages.test_priority import signed_in, words
from tests.factories.networks import network_of_trusts

pytestmark = pytest.mark.django_db

NOW = date(2026, 11, 24)
OTHERS = {"age": 35, "support": 20, "reliability": 20, "criticality": 15, "technology": 10, "cost": 0}


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: NOW)


@pytest.fixture
def orgs():
    return network_of_trusts("Ash") | network_of_trusts("Cedar", network="Southern", region="South East")


@pytest.fixture
def lead(client, orgs):
    return signed_in(client, orgs, Role.PROCUREMENT_LEAD, "Northern")


def send(client, *, seen=0, name="priority_weights", **more):
    return client.post(reverse(name), {**OTHERS, "reason": "The board asked", "seen": seen, **more})


def test_a_lead_sets_the_weights_of_the_network(lead, orgs):
    response = send(lead)
    assert response.status_code == 302
    text = words(lead, "priority_weights")
    assert "Weights 1 of Northern are in force from today." in text
    assert "Weights of England, the newest first" not in text
    assert "In force: the weights of Northern, version 1, in force from 24 November 2026." in text
    assert "The board asked" in text
    assert "the weights of Northern, version 1" in words(lead)
    assert PriorityWeights.objects.get().network == orgs["Northern"]


def test_weights_that_do_not_add_up_are_said_and_kept(lead):
    response = send(lead, age=40)
    text = " ".join(response.content.decode().split())
    assert "The weights add up to 105, 5 too many: they must add up to 100." in text
    assert 'value="40"' in text
    assert "The board asked" in text
    assert not PriorityWeights.objects.exists()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"age": ""}, "Enter a weight for age against expected life, 0 if it does not count"),
        ({"age": "-1"}, "Enter at least 0 for age against expected life"),
        ({"age": "101"}, "Enter at most 100 for age against expected life"),
        ({"age": "2.5"}, "Enter a whole number for age against expected life, like 20"),
        ({"reason": ""}, "Enter why the weights are changed"),
    ],
)
def test_what_cannot_be_a_weight_is_said(lead, typed, said):
    response = send(lead, **typed)
    assert response.status_code == 200
    assert said in response.content.decode()
    assert not PriorityWeights.objects.exists()


def test_the_sum_can_be_checked_without_saving_with_and_without_javascript(lead):
    text = " ".join(send(lead, age="20", reason="", check="yes").content.decode().split())
    assert "The weights add up to 85, 15 too few: they must add up to 100." in text
    assert "There is a problem" not in text
    assert 'value="20"' in text
    assert not PriorityWeights.objects.exists()
    part = lead.get(reverse("priority_weights_sum"), OTHERS, headers={"HX-Request": "true"})
    assert part.content.decode().strip() == "The weights add up to 100."
    strange = lead.get(reverse("priority_weights_sum"), {"age": "ten"}, headers={"HX-Request": "true"})
    assert "Enter a whole number in each box" in strange.content.decode()


def test_somebody_elses_newer_set_is_said_and_what_was_typed_kept(lead):
    send(lead)
    response = send(lead, seen=0, age=45, support=10)
    text = " ".join(response.content.decode().split())
    assert "Somebody has set other weights after you opened this page." in text
    assert 'value="45"' in text
    assert PriorityWeights.objects.count() == 1
    # What is sent next has seen the newest.
    assert 'name="seen" value="1"' in text
    assert send(lead, seen=1, age=45, support=10).status_code == 302


def test_a_network_can_go_back_to_englands_weights(lead, orgs):
    send(lead)
    assert "Go back to England’s weights" in words(lead, "priority_weights")
    refused = lead.post(reverse("priority_weights_follow"), {"follow-reason": "", "follow-seen": 1})
    assert "Enter why the network goes back to England’s weights" in refused.content.decode()
    done = lead.post(reverse("priority_weights_follow"), {"follow-reason": "To compare", "follow-seen": 1})
    assert done.status_code == 302
    text = words(lead, "priority_weights")
    assert "Northern goes by England’s weights from today." in text
    assert "Gave up its own weights for England’s. To compare" in text


@pytest.mark.parametrize(
    ("role", "where"),
    [
        (Role.EQUIPMENT_MANAGER, "Ash"),
        (Role.FINANCE, "Northern"),
        (Role.NATIONAL_ANALYST, "England"),
        (Role.MODALITY_LEAD, "Ash"),
    ],
)
def test_others_read_the_weights_and_set_none(client, orgs, role, where):
    signed_in(client, orgs, role, where)
    assert "Set these weights" not in words(client, "priority_weights")
    assert send(client).status_code == 403
    assert client.post(reverse("priority_weights_follow"), {}).status_code == 403
    assert not PriorityWeights.objects.exists()


def test_an_administrator_sets_englands(client, orgs):
    administrator = signed_in(client, orgs, Role.ADMINISTRATOR, "England")
    assert send(administrator).status_code == 302
    assert PriorityWeights.objects.get().network is None
    assert "England’s weights, version 1" in words(administrator, "priority_weights")
