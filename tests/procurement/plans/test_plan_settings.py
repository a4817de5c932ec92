"""The limits and wishes of a plan beside its years and money: typed, checked, recorded, and shown in words."""

from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from networks.models import Event, User
from procurement.actions.plans import change_plan
from procurement.domain.plan import PlanInvalid, PlanValues, in_words
from procurement.models import Plan
from tests.factories.plans import TODAY, Planned, ready_plan
from tests.procurement.plans.test_plan_pages import text_of

pytestmark = pytest.mark.django_db

AS_IT_IS = PlanValues(name="Plan A", first_year=2027, horizon_years=5)
TYPED = {
    "name": "Plan A",
    "first_year": 2027,
    "horizon_years": 5,
    "guidance_years": 10,
    "max_installations": 4,
    "tender_cost_pence": "25,000",
    "vat_basis_points": "20",
    "carry_over_basis_points": "10",
    "network_carry_over_basis_points": "7.5",
    "joint_discount_basis_points": "50%",
    "most_out_per_site": "1",
    "most_out_per_network": "",
    "fairness_basis_points": "120",
    "family_price_pence": "40k",
    "revision": 1,
    "reason": "Board",
}


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *_: TODAY)


@pytest.fixture
def made() -> Planned:
    return ready_plan()


@pytest.fixture
def lead(client, made) -> Client:
    client.force_login(User.objects.get(pk=made.lead.user_id))
    return client


def test_settings_are_typed_stored_recorded_and_shown(lead, made):
    assert lead.post(reverse("plan_edit", args=[made.plan.pk]), TYPED).status_code == 302
    plan = Plan.objects.get(pk=made.plan.pk)
    assert (plan.network_carry_over_basis_points, plan.joint_discount_basis_points) == (750, 5000)
    assert (plan.most_out_per_site, plan.most_out_per_network) == (1, None)
    assert (plan.fairness_basis_points, plan.family_price_pence, plan.revision) == (12_000, 4_000_000, 2)
    event = Event.objects.filter(action="plan.changed").get()
    assert event.changes == {
        "carry-over of shared money": ["5%", "7.5%"],
        "joint discounts counted on": ["100%", "50%"],
        "most machines of a modality out at one site in a year": ["no limit", "1"],
        "fairness limit": ["no limit", "120% of the network's average"],
        "one more family of machines counts as": ["£0", "£40,000"],
    }
    page = text_of(lead.get(plan.get_absolute_url()))
    assert "Joint discounts counted on 50%" in page
    assert "Most machines of a modality out in the network in a year no limit" in page


def test_an_emptied_limit_is_no_limit_again(made):
    limited = replace(AS_IT_IS, fairness_basis_points=10_000, most_out_per_site=2)
    change_plan(by=made.lead, plan=made.plan, values=limited, revision=1)
    plan = change_plan(by=made.lead, plan=made.plan, values=AS_IT_IS, revision=2)
    assert (plan.fairness_basis_points, plan.most_out_per_site) == (None, None)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("network_carry_over_basis_points", 10_001, "between 0% and 100%"),
        ("joint_discount_basis_points", -1, "between 0% and 100%"),
        ("fairness_basis_points", 9_999, "between 100% and 1,000%"),
        ("family_price_pence", -1, "from £0 to £1bn"),
        ("most_out_per_site", 0, "from 1 to 20"),
        ("most_out_per_network", 21, "from 1 to 20"),
    ],
)
def test_a_setting_out_of_range_is_named(made, field, value, words):
    with pytest.raises(PlanInvalid) as refused:
        change_plan(by=made.lead, plan=made.plan, values=replace(AS_IT_IS, **{field: value}), revision=1)
    assert words in refused.value.errors[field]
    assert Plan.objects.get().revision == 1


def test_what_cannot_be_read_is_named_and_kept(lead, made):
    wrong = TYPED | {
        "fairness_basis_points": "80",
        "most_out_per_site": "one",
        "joint_discount_basis_points": "",
    }
    answer = lead.post(reverse("plan_edit", args=[made.plan.pk]), wrong)
    page = text_of(answer)
    assert "Enter a share of at least 100%" in page
    assert "Enter a whole number of machines, like 1, or leave it empty" in page
    assert 'value="one"' in answer.content.decode()
    assert 'value="40k"' in answer.content.decode()


def test_somebody_elses_change_is_shown_beside_what_was_typed(lead, made):
    change_plan(
        by=made.lead, plan=made.plan, values=replace(AS_IT_IS, fairness_basis_points=20_000), revision=1
    )
    page = text_of(lead.post(reverse("plan_edit", args=[made.plan.pk]), TYPED))
    assert "changed by somebody else" in page
    assert "Fairness limit 200% of the network" in page


def test_a_setting_is_said_in_words():
    assert in_words("fairness_basis_points", 12_500) == "125% of the network's average"
    assert in_words("most_out_per_site", None) == "no limit"
