"""Money that several trusts may use: whose it is, who may use it, typed, pasted, refused and recorded."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from networks.domain.access import NotAllowed, Role
from networks.domain.organisations import Kind, Tie
from networks.models import Event, Link, User
from networks.queries.organisations import structure
from procurement.actions.plan_changes import PlanChanged
from procurement.actions.plan_money import National, set_shared_money
from procurement.actions.plans import set_envelopes
from procurement.domain.plan import PlanInvalid
from procurement.models import RingFence, SharedEnvelope
from procurement.queries.plan_members import plan_members
from procurement.queries.plan_money import holders, shared_rows
from tests.factories.networks import LinkFactory, OrganisationFactory, actor
from tests.factories.plans import MILLION, TODAY, Planned, ready_plan
from tests.procurement.plans.test_plan_pages import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *_: TODAY)


@pytest.fixture
def made() -> Planned:
    """Ash in the North West's ICB, Beech in one of its own."""
    made = ready_plan()
    made.orgs["East ICB"] = OrganisationFactory(kind=Kind.ICB, name="East ICB", code="QEA")
    Link.objects.filter(source=made.orgs["Beech"], tie=Tie.PART_OF).delete()
    LinkFactory(source=made.orgs["Beech"], target=made.orgs["East ICB"])
    return made


@pytest.fixture
def lead(client, made) -> Client:
    client.force_login(User.objects.get(pk=made.lead.user_id))
    return client


def set_money(made: Planned, shared=None, fenced=None, **more: object):
    values = {"by": made.lead, "plan": made.plan, "revision": 1, "on": TODAY} | more
    return set_shared_money(shared=shared or {}, fenced=fenced or {}, **values)


def test_the_network_holds_for_all_its_trusts_and_an_icb_for_its_own(made):
    england = structure(on=TODAY)
    found = holders(made.plan, england, plan_members(made.plan, england))
    ash, beech = made.orgs["Ash"].pk, made.orgs["Beech"].pk
    assert [(holder.name, holder.trust_ids) for holder in found] == [
        ("Northern", (ash, beech)),
        ("East ICB", (beech,)),
        ("North West ICB", (ash,)),
    ]


def test_money_is_set_changed_taken_out_and_recorded(made):
    network, icb = made.orgs["Northern"].pk, made.orgs["East ICB"].pk
    plan = set_money(
        made,
        {(network, 2027): MILLION, (icb, 2028): 2 * MILLION},
        {("CT", 2027): National(MILLION, "Elective recovery")},
        reason="Board paper 7",
    )
    assert plan.revision == 2
    plan = set_money(
        made,
        {(network, 2027): None, (icb, 2028): 2 * MILLION},
        {("CT", 2027): National(MILLION, "Diagnostics fund"), ("MRI", 2029): National(5)},
        revision=2,
    )
    assert [(row.holder_id, row.year, row.amount_pence) for row in SharedEnvelope.objects.all()] == [
        (icb, 2028, 2 * MILLION)
    ]
    assert [(row.modality, row.year, row.programme) for row in RingFence.objects.all()] == [
        ("CT", 2027, "Diagnostics fund"),
        ("MRI", 2029, ""),
    ]
    first, second = Event.objects.filter(action="plan.shared_money_set").order_by("pk")
    assert first.reason == "Board paper 7"
    assert first.changes == {
        "East ICB 2028/29": [None, "£2,000,000"],
        "Northern 2027/28": [None, "£1,000,000"],
        "national money for CT 2027/28": [None, "£1,000,000 (Elective recovery)"],
    }
    assert second.changes == {
        "Northern 2027/28": ["£1,000,000", None],
        "national money for CT 2027/28": ["£1,000,000 (Elective recovery)", "£1,000,000 (Diagnostics fund)"],
        "national money for MRI 2029/30": [None, "£0.05"],
    }


def test_a_save_that_changes_nothing_writes_nothing(made):
    money = ({(made.orgs["Northern"].pk, 2027): MILLION}, {("CT", 2027): National(MILLION)})
    set_money(made, *money)
    assert set_money(made, *money, revision=2).revision == 2
    assert Event.objects.filter(action="plan.shared_money_set").count() == 1


def test_everything_that_does_not_belong_is_named_and_nothing_written(made):
    stranger = OrganisationFactory(kind=Kind.ICB, name="Far ICB")
    with pytest.raises(PlanInvalid) as refused:
        set_money(
            made,
            {
                (stranger.pk, 2027): 1,
                (made.orgs["Ash"].pk, 2027): 1,
                (made.orgs["Northern"].pk, 2050): 1,
                (made.orgs["Northern"].pk, 2028): -1,
            },
            {
                ("PET", 2027): National(1),
                ("CT", 2028): National(10**12),
                ("CT", 2029): National(1, "x" * 121),
            },
        )
    said = str(refused.value)
    for words in (
        "Far ICB, 2027/28: only a network of this plan or an ICB of its trusts",
        "Ash, 2027/28: only a network",
        "Northern, 2050/51: the year is not one of the plan's",
        "Northern, 2028/29: an amount lies between £0 and £1bn",
        "PET, 2027/28: the register knows no such modality",
        "CT, 2028/29: an amount lies between",
        "CT, 2029/30: the name of a programme has at most 120 characters",
    ):
        assert words in said
    assert not SharedEnvelope.objects.exists()
    assert not RingFence.objects.exists()


def test_only_those_who_may_change_the_plan_set_its_money_and_not_over_each_other(made):
    for role in (Role.FINANCE, Role.EQUIPMENT_MANAGER):
        with pytest.raises(NotAllowed):
            set_money(made, by=actor(role, made.orgs["Ash"]))
    ash = made.orgs["Ash"].pk
    set_envelopes(by=made.lead, plan=made.plan, amounts={(ash, 2027): 1}, revision=1, on=TODAY)
    with pytest.raises(PlanChanged):
        set_money(made, {(made.orgs["Northern"].pk, 2027): 1})


def test_an_icb_taken_over_leaves_its_money_to_its_successor(made):
    old, new = made.orgs["East ICB"], OrganisationFactory(kind=Kind.ICB, name="Greater East ICB")
    set_money(made, {(old.pk, 2027): MILLION})
    LinkFactory(source=old, target=new, tie=Tie.SUCCEEDED_BY)
    (row,) = shared_rows(made.plan, on=TODAY)
    assert (row.name, row.note, row.amounts[0]) == ("Greater East ICB", "for Beech", MILLION)
    set_money(made, {(new.pk, 2027): 2 * MILLION}, revision=2)
    assert [(row.holder_id, row.amount_pence) for row in SharedEnvelope.objects.all()] == [
        (new.pk, 2 * MILLION)
    ]


def test_money_is_typed_saved_and_shown(lead, made):
    url = reverse("plan_shared_money", args=[made.plan.pk])
    page = text_of(lead.get(url))
    assert "For all trusts of the plan" in page
    assert "East ICB (QEA) For 1 of the plan’s 2 trusts" in page
    assert "East ICB : Beech" in page
    assert "5% of the amount may be carried into the next" in page
    typed = {
        f"shared_{made.orgs['Northern'].pk}_2027": "1.5m",
        "national_CT_2028": "600k",
        "national_CT_programme": "Elective recovery",
        "revision": 1,
        "do": "save",
    }
    assert lead.post(url, typed).status_code == 302
    plan = text_of(lead.get(made.plan.get_absolute_url()))
    assert "Northern For all trusts £1,500,000 none stated" in plan
    assert "National money for CT Elective recovery none stated £600,000" in plan
    assert 'value="Elective recovery"' in lead.get(url).content.decode()


def test_one_paste_fills_both_tables_and_is_saved_by_a_second_press(lead, made):
    url = reverse("plan_shared_money", args=[made.plan.pk])
    pasted = "Whose\t2027/28\t2028/29\nQEA\t1,500\t\nnorthern\t\t20\nCT\t3\t4\n"
    answer = lead.post(url, {"revision": 1, "pasted": pasted, "unit": 1000, "do": "save"})
    page = answer.content.decode()
    assert "4 amounts filled in from what you pasted" in page
    assert 'value="£1,500,000"' in page
    assert 'value="£20,000"' in page
    assert not SharedEnvelope.objects.exists()
    filled = {
        f"shared_{made.orgs['East ICB'].pk}_2027": "£1,500,000",
        "national_CT_2027": "£3,000",
        "revision": 1,
        "do": "save",
    }
    lead.post(url, filled)
    assert SharedEnvelope.objects.get().amount_pence == 150_000_000
    assert RingFence.objects.get().amount_pence == 300_000


def test_what_cannot_be_read_is_named_and_kept(lead, made):
    url = reverse("plan_shared_money", args=[made.plan.pk])
    answer = lead.post(
        url, {"revision": 1, "national_CT_2027": "lots", "pasted": "Elm\t5\nMRI\tmuch", "do": "fill"}
    )
    page = text_of(answer)
    assert "CT, 2027/28: enter an amount in pounds" in page
    assert "Row 1: “Elm” is neither a network or ICB of this plan nor a modality." in page
    assert "Row 2, MRI, 2027/28: “much” cannot be used" in page
    assert 'value="lots"' in answer.content.decode()
    assert "Elm\t5\nMRI\tmuch" in answer.content.decode()
    nothing = lead.post(url, {"revision": 1, "do": "fill"})
    assert "Paste the cells of your spreadsheet here first" in text_of(nothing)


def test_somebody_elses_change_is_shown_beside_what_was_typed(lead, made):
    network = made.orgs["Northern"].pk
    set_money(made, {(network, 2027): MILLION})
    url = reverse("plan_shared_money", args=[made.plan.pk])
    typed = {f"shared_{network}_2027": "7m", "revision": 1, "do": "save"}
    answer = lead.post(url, typed)
    assert "Stored now: £1,000,000" in text_of(answer)
    assert 'value="7m"' in answer.content.decode()
    assert lead.post(url, typed | {"revision": 2}).status_code == 302
    assert SharedEnvelope.objects.get().amount_pence == 7 * MILLION


def test_a_trusts_finance_does_not_see_money_of_others(client, made):
    set_money(made, {(made.orgs["East ICB"].pk, 2027): MILLION})
    client.force_login(User.objects.get(pk=actor(Role.FINANCE, made.orgs["Ash"]).user_id))
    assert "East ICB" not in text_of(client.get(made.plan.get_absolute_url()))
    assert client.get(reverse("plan_shared_money", args=[made.plan.pk])).status_code == 403


def test_the_page_asks_the_database_the_same_for_many_rows(lead, made, django_assert_max_num_queries):
    url = reverse("plan_shared_money", args=[made.plan.pk])
    everything = {
        (made.orgs[name].pk, year): 1 for name in ("Northern", "East ICB") for year in made.plan.years
    }
    lead.get(url)
    set_money(made, everything, {(m, year): National(1) for m in ("CT", "MRI") for year in made.plan.years})
    with django_assert_max_num_queries(14):
        lead.get(url)
