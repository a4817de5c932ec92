"""Upgrades, retirement and cover: offered, refused, taken back, listed, exported; and which machines need cover."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assets.domain.vocabulary import Modality
from networks.domain.access import NotAllowed, Role
from networks.models import Event, User
from procurement.actions.plan_changes import PlanChanged
from procurement.actions.plan_options import set_options
from procurement.domain.plan import PlanInvalid
from procurement.domain.plan_options import Covered, Options, Retirement, Standing, Upgrade, need_cover
from procurement.models import Cover, OptionOffer, Pin
from procurement.queries.plan_options import options_of
from tests.factories.assets import AssetFactory
from tests.factories.networks import actor
from tests.factories.plans import TODAY, Planned, ready_plan
from tests.procurement.plans.test_plan_pages import text_of

pytestmark = pytest.mark.django_db

ALL = Options(
    Upgrade(18_000_000, 5, "Maker offers a new tube"),
    Retirement(1_000_000, "The list moves to Beech"),
    Covered(4_000_000, "Mobile unit for six weeks"),
)


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


def offer(made: Planned, options: Options, **more):
    values = {"by": made.lead, "plan": made.plan, "asset": made.assets[0], "revision": 1, "on": TODAY}
    return set_options(options=options, **values | more)


def test_options_are_offered_changed_taken_back_and_recorded(made):
    asset = made.assets[0]
    assert offer(made, ALL).revision == 2
    assert options_of(made.plan) == {asset.pk: ALL}
    changed = replace(ALL, upgrade=replace(ALL.upgrade, support_years=1), retirement=None)
    assert offer(made, changed, revision=2, reason="New quotation").revision == 3
    assert options_of(made.plan) == {asset.pk: changed}
    offer(made, Options(), revision=3)
    assert not OptionOffer.objects.exists()
    assert not Cover.objects.exists()
    first, second, third = Event.objects.filter(action="plan.options_set").order_by("pk")
    assert first.changes[f"{asset}: upgrade"] == [
        None,
        "£180,000, supported for 5 years (Maker offers a new tube)",
    ]
    assert second.reason == "New quotation"
    assert second.changes == {
        f"{asset}: upgrade": [
            "£180,000, supported for 5 years (Maker offers a new tube)",
            "£180,000, supported for 1 year (Maker offers a new tube)",
        ],
        f"{asset}: retirement": ["£10,000 for its removal (The list moves to Beech)", None],
    }
    assert third.changes[f"{asset}: cover"] == ["£40,000: Mobile unit for six weeks", None]


def test_a_save_that_changes_nothing_writes_nothing(made):
    offer(made, ALL)
    assert offer(made, ALL, revision=2).revision == 2
    assert Event.objects.filter(action="plan.options_set").count() == 1


def test_everything_wrong_is_named_by_its_field(made):
    wrong = Options(Upgrade(-1, 0, " "), Retirement(10**12, "x" * 301), Covered(-1, ""))
    with pytest.raises(PlanInvalid) as refused:
        offer(made, wrong)
    assert set(refused.value.errors) == {
        "upgrade_cost",
        "upgrade_years",
        "upgrade_reason",
        "retire_cost",
        "retire_reason",
        "cover_cost",
        "cover_how",
    }
    with pytest.raises(PlanInvalid, match="belongs to no trust of this plan"):
        offer(made, ALL, asset=AssetFactory())
    assert not OptionOffer.objects.exists()


def test_an_offer_on_which_a_pin_rests_cannot_be_taken_back(made):
    offer(made, ALL)
    Pin.objects.create(plan=made.plan, asset=made.assets[0], kind="retire", year=2028, reason="x")
    with pytest.raises(PlanInvalid) as refused:
        offer(made, replace(ALL, retirement=None), revision=2)
    assert refused.value.errors == {"retire_offered": "It is pinned: retired in 2028/29. Unpin it first."}
    offer(made, replace(ALL, upgrade=None), revision=2)
    assert options_of(made.plan)[made.assets[0].pk].retirement == ALL.retirement


def test_only_those_who_may_change_the_plan_and_not_over_each_other(made):
    for role in (Role.FINANCE, Role.EQUIPMENT_MANAGER):
        with pytest.raises(NotAllowed):
            offer(made, ALL, by=actor(role, made.orgs["Ash"]))
    offer(made, ALL)
    with pytest.raises(PlanChanged):
        offer(made, Options())


@pytest.mark.parametrize(
    ("machines", "needing"),
    [
        # One CT that serves emergencies, alone on its site; the MRI beside it does not serve them.
        ([Standing(1, 9, "CT", True, None), Standing(2, 9, "MRI", None, None)], {1}),
        # Two CTs: neither is the only one, unless the register says of one that it is.
        ([Standing(1, 9, "CT", True, None), Standing(2, 9, "CT", True, None)], set()),
        ([Standing(1, 9, "CT", True, True), Standing(2, 9, "CT", True, None)], {1}),
        # Alone by the count, but said not to be.
        ([Standing(1, 9, "CT", True, False)], set()),
        # Not known whether it serves emergencies: no cover is asked for.
        ([Standing(1, 9, "CT", None, True), Standing(2, 8, "CT", False, True)], set()),
        # The same modality on another site does not help.
        ([Standing(1, 9, "CT", True, None), Standing(2, 8, "CT", True, None)], {1, 2}),
    ],
)
def test_which_machines_need_cover(machines, needing):
    assert need_cover(machines) == needing


def test_the_list_says_what_is_open_filters_sorts_and_exports(lead, made):
    asset = made.assets[0]
    alone = AssetFactory(
        trust=made.orgs["Beech"],
        site=made.orgs["Beech site"],
        modality=Modality.MRI,
        specification__modality=Modality.MRI,
        specification__code="MRI-STD",
        is_emergency=True,
    )
    offer(made, ALL)
    url = reverse("plan_option_list", args=[made.plan.pk])
    page = text_of(lead.get(url))
    assert "£180,000, supported for 5 years Maker offers a new tube" in page
    assert "Needed, not stated" in page
    assert "1 needs cover ; for 1 of them none is stated" in page

    def shown(query: str) -> set[int]:
        return {row.asset.pk for row in lead.get(f"{url}?{query}").context["rows"]}

    everything = {machine.pk for machine in made.assets} | {alone.pk}
    assert shown("") == everything
    assert shown("open=any") == shown("open=upgrade") == shown("open=cover") == {asset.pk}
    assert shown("open=none") == everything - {asset.pk}
    assert shown("cover=lacking") == shown("cover=needed") == shown("modality=MRI") == {alone.pk}
    ash = made.orgs["Ash"].pk
    assert shown(f"trust={ash}") == {machine.pk for machine in made.assets if machine.trust_id == ash}
    assert shown("machine=beech site") == everything - shown(f"trust={ash}")
    oldest = [
        row.asset.installed_on
        for row in lead.get(f"{url}?sort=-age").context["rows"]
        if row.asset.installed_on
    ]
    assert oldest == sorted(oldest)
    exported = lead.get(reverse("plan_option_export", args=[made.plan.pk]), {"open": "any"})
    lines = b"".join(exported.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "180000" in lines[1]
    assert "Mobile unit for six weeks" in lines[1]


def test_options_are_typed_and_saved(lead, made):
    url = reverse("plan_option_edit", args=[made.plan.pk, made.assets[0].pk])
    typed = {
        "revision": 1,
        "upgrade_offered": "on",
        "upgrade_cost": "180k",
        "upgrade_years": "5",
        "upgrade_reason": "Maker offers a new tube",
        "retire_cost": "5",
    }
    assert lead.post(url, typed).status_code == 302
    assert options_of(made.plan) == {made.assets[0].pk: Options(ALL.upgrade)}
    page = lead.get(url).content.decode()
    assert 'value="180,000"' in page
    assert lead.post(url, {"revision": 2}).status_code == 302
    assert options_of(made.plan) == {}


def test_what_is_missing_is_named_and_what_was_typed_kept(lead, made):
    url = reverse("plan_option_edit", args=[made.plan.pk, made.assets[0].pk])
    typed = {"revision": 1, "upgrade_offered": "on", "upgrade_cost": "lots", "cover_stated": "on"}
    answer = lead.post(url, typed)
    page = text_of(answer)
    for words in (
        "Enter an amount in pounds",
        "Enter for how many years it is supported after the upgrade",
        "Say why it could be upgraded",
        "Enter what the cover costs, if only 0",
        "Say how it is covered",
    ):
        assert words in page
    assert 'value="lots"' in answer.content.decode()
    assert options_of(made.plan) == {}


def test_somebody_elses_change_is_shown_and_saved_over_by_a_second_press(lead, made):
    offer(made, ALL)
    url = reverse("plan_option_edit", args=[made.plan.pk, made.assets[0].pk])
    typed = {"revision": 1, "retire_offered": "on", "retire_cost": "9", "retire_reason": "Mine"}
    answer = lead.post(url, typed)
    assert "changed by somebody else" in text_of(answer)
    assert "£10,000 for its removal: The list moves to Beech" in text_of(answer)
    assert 'value="Mine"' in answer.content.decode()
    assert lead.post(url, typed | {"revision": 2}).status_code == 302
    assert options_of(made.plan)[made.assets[0].pk].retirement == Retirement(900, "Mine")


def test_a_machine_of_another_network_is_not_found(lead, made):
    assert lead.get(reverse("plan_option_edit", args=[made.plan.pk, AssetFactory().pk])).status_code == 404


def test_the_list_asks_the_database_the_same_for_many_machines(lead, made):
    big = ready_plan("Cedar", "Elm", network="Southern", name="Big", assets_each=30)
    for place, machine in enumerate(big.assets):
        offer(big, ALL, plan=big.plan, asset=machine, revision=place + 1)
    counted = []
    for whose in (made, big):
        lead.force_login(User.objects.get(pk=whose.lead.user_id))
        url = reverse("plan_option_list", args=[whose.plan.pk])
        lead.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert lead.get(url).status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1]
