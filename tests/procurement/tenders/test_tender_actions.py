from datetime import UTC, date, datetime

import pytest

from networks.domain.access import NotAllowed, Role, command
from networks.models import Event
from procurement.actions.tenders import (
    TenderRefused,
    add_machines,
    close_tender,
    open_tender,
    reinstate,
    withdraw,
)
from procurement.models import PlanLine, Tender, TenderLine
from procurement.queries.tender_candidates import candidates, free_lines
from tests.factories.networks import actor, network_of_trusts
from tests.factories.procurement import TODAY, plan_with_version, specification_version, tender_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
BY = command("test")
CT3 = [("Ash", "CT-STD", 2028), ("Beech", "CT-STD", 2028), ("Cedar", "CT-STD", 2028)]


@pytest.fixture
def orgs():
    return network_of_trusts("Ash", "Beech", "Cedar")


def line_of(tender: Tender, trust: str) -> TenderLine:
    return TenderLine.objects.get(tender=tender, trust__name=trust)


def test_a_tender_takes_every_machine_of_its_kind_and_year(orgs):
    version = plan_with_version(
        orgs,
        lines=[*CT3, ("Ash", "CT-STD", 2029), ("Ash", "MRI-15T", 2028), ("Beech", "CT-STD", None)],
    )
    lead = actor(Role.PROCUREMENT_LEAD, orgs["Northern"])
    tender = tender_of(version, by=lead, year=2028)
    lines = TenderLine.objects.filter(tender=tender).select_related("trust", "site")
    assert sorted(line.trust.name for line in lines) == ["Ash", "Beech", "Cedar"]
    assert {line.site.name for line in lines} == {"Ash site", "Beech site", "Cedar site"}
    assert {line.deliver_by for line in lines} == {date(2029, 3, 31)}
    assert (tender.name, tender.opened_by_id) == ("Standard CT-STD, 2028/29", lead.user_id)
    event = Event.objects.get(action="tender.opened")
    assert event.changes["machines"] == [None, "3"]
    assert event.changes["key date"] == [None, "1 March 2028"]


def test_a_machine_is_bought_once_even_when_the_plan_is_solved_again(orgs):
    first = plan_with_version(orgs, lines=CT3)
    tender_of(first, year=2028)
    assets = [line.asset for line in PlanLine.objects.filter(version=first).order_by("rank")]
    second = plan_with_version(orgs, plan=first.plan, lines=[*CT3, ("Ash", "CT-STD", 2028)], assets=assets)
    assert [line.trust.name for line in free_lines(second)] == ["Ash"]
    with pytest.raises(TenderRefused, match="open already"):
        tender_of(second, year=2028)


def test_what_the_plan_wants_in_addition_can_join_an_open_tender(orgs):
    first = plan_with_version(orgs, lines=CT3[:2])
    tender = tender_of(first, year=2028)
    assets = [line.asset for line in PlanLine.objects.filter(version=first).order_by("rank")]
    second = plan_with_version(orgs, plan=first.plan, lines=CT3, assets=assets)
    added = add_machines(by=BY, tender=tender, version=second)
    assert [line.trust.name for line in added] == ["Cedar"]
    assert TenderLine.objects.filter(tender=tender).count() == 3
    with pytest.raises(TenderRefused, match="not in a tender already"):
        add_machines(by=BY, tender=tender, version=second)


def test_another_networks_plan_cannot_join(orgs):
    tender = tender_of(plan_with_version(orgs, lines=CT3), year=2028)
    others = network_of_trusts("Oak", network="Southern")
    with pytest.raises(TenderRefused, match="another network"):
        add_machines(by=BY, tender=tender, version=plan_with_version(others, network="Southern"))


def test_only_those_who_gather_tenders_for_the_network_may(orgs):
    version = plan_with_version(orgs, lines=CT3)
    tender = tender_of(version, year=2028)
    southern = network_of_trusts("Oak", network="Southern")
    for stranger in (
        actor(Role.FINANCE, orgs["Northern"]),
        actor(Role.FINANCE, orgs["Ash"]),
        actor(Role.EQUIPMENT_MANAGER, orgs["Ash"]),
        actor(Role.NATIONAL_ANALYST, orgs["England"]),
        actor(Role.PROCUREMENT_LEAD, southern["Southern"]),
    ):
        with pytest.raises(NotAllowed):
            tender_of(version, by=stranger, year=2028)
        with pytest.raises(NotAllowed):
            add_machines(by=stranger, tender=tender, version=version)
        with pytest.raises(NotAllowed):
            withdraw(by=stranger, tender=tender, line_ids=[line_of(tender, "Ash").pk], reason="x", at=NOW)
        with pytest.raises(NotAllowed):
            reinstate(by=stranger, tender=tender, line_ids=[line_of(tender, "Ash").pk], reason="x")
        with pytest.raises(NotAllowed):
            close_tender(by=stranger, tender=tender)


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"key_date_on": date(2026, 11, 1)}, "today or later"),
        ({"deliver_by": date(2030, 1, 1)}, "from 1 April 2028 to 31 March 2029"),
        ({"year": 2030, "deliver_by": date(2031, 3, 31)}, "wants no Standard CT-STD in 2030/31"),
    ],
)
def test_a_tender_that_cannot_stand_is_refused_and_leaves_nothing(orgs, parts, words):
    version = plan_with_version(orgs, lines=CT3)
    asked = {"year": 2028, "key_date_on": date(2028, 6, 30), "deliver_by": date(2029, 3, 31), **parts}
    with pytest.raises(TenderRefused, match=words):
        open_tender(
            by=BY, version=version, specification_version=specification_version(), today=TODAY, **asked
        )
    assert not Tender.objects.exists()
    assert not Event.objects.exists()


def test_withdrawing_keeps_the_line_and_the_reason(orgs):
    tender = tender_of(plan_with_version(orgs, lines=CT3), year=2028)
    line = line_of(tender, "Beech")
    withdraw(by=BY, tender=tender, line_ids=[line.pk], reason="No room until 2030", at=NOW)
    line.refresh_from_db()
    assert line.withdrawn_at == NOW
    event = Event.objects.get(action="tender.withdrawn")
    assert event.reason == "No room until 2030"
    assert event.changes["machines in the tender"] == ["3", "2"]
    assert (event.trust_id, event.network_id) == (orgs["Beech"].pk, orgs["Northern"].pk)


def test_a_withdrawal_without_a_reason_or_of_what_is_gone_is_refused(orgs):
    tender = tender_of(plan_with_version(orgs, lines=CT3), year=2028)
    line = line_of(tender, "Beech")
    with pytest.raises(TenderRefused, match="Give the reason"):
        withdraw(by=BY, tender=tender, line_ids=[line.pk], reason="  ", at=NOW)
    withdraw(by=BY, tender=tender, line_ids=[line.pk], reason="x", at=NOW)
    with pytest.raises(TenderRefused, match="no longer in it"):
        withdraw(by=BY, tender=tender, line_ids=[line.pk, line_of(tender, "Ash").pk], reason="x", at=NOW)
    assert line_of(tender, "Ash").withdrawn_at is None


def test_reinstating_puts_back_what_was_withdrawn(orgs):
    tender = tender_of(plan_with_version(orgs, lines=CT3), year=2028)
    line = line_of(tender, "Beech")
    with pytest.raises(TenderRefused, match="back in it"):
        reinstate(by=BY, tender=tender, line_ids=[line.pk], reason="x")
    withdraw(by=BY, tender=tender, line_ids=[line.pk], reason="x", at=NOW)
    reinstate(by=BY, tender=tender, line_ids=[line.pk], reason="Room found")
    line.refresh_from_db()
    assert line.withdrawn_at is None
    assert Event.objects.get(action="tender.reinstated").changes["machines in the tender"] == ["2", "3"]


def test_a_closed_tender_cannot_change(orgs):
    tender = tender_of(plan_with_version(orgs, lines=CT3), year=2028)
    withdraw(by=BY, tender=tender, line_ids=[line_of(tender, "Ash").pk], reason="x", at=NOW)
    close_tender(by=BY, tender=tender)
    assert Tender.objects.get().status == "closed"
    assert Event.objects.get(action="tender.closed").changes["machines"] == [None, "2"]
    for change in (
        lambda: withdraw(by=BY, tender=tender, line_ids=[line_of(tender, "Beech").pk], reason="x", at=NOW),
        lambda: reinstate(by=BY, tender=tender, line_ids=[line_of(tender, "Ash").pk], reason="x"),
        lambda: add_machines(by=BY, tender=tender, version=plan_with_version(orgs, name="New", lines=CT3)),
        lambda: close_tender(by=BY, tender=tender),
    ):
        with pytest.raises(TenderRefused, match="closed"):
            change()


def test_a_machine_withdrawn_is_free_only_once_the_tender_is_closed(orgs):
    version = plan_with_version(orgs, lines=CT3)
    tender = tender_of(version, year=2028)
    withdraw(by=BY, tender=tender, line_ids=[line_of(tender, "Ash").pk], reason="x", at=NOW)
    assert free_lines(version) == []
    close_tender(by=BY, tender=tender)
    assert [line.trust.name for line in free_lines(version)] == ["Ash"]
    second = tender_of(version, year=2028)
    assert second.pk != tender.pk


def test_candidates_are_the_latest_plans_groups_with_what_each_trust_brings(
    orgs, django_assert_max_num_queries
):
    plan_with_version(orgs, name="Old plan", lines=[("Ash", "MRI-15T", 2028)])
    version = plan_with_version(orgs, name="New plan", lines=[*CT3, ("Ash", "MRI-15T", 2029)])
    lead = actor(Role.PROCUREMENT_LEAD, orgs["Northern"])
    with django_assert_max_num_queries(5):
        found = candidates(lead, orgs["Northern"])
    assert found.version == version
    assert [
        (g.gathering.year, g.specification_version.specification.code, g.trusts) for g in found.groups
    ] == [
        (2028, "CT-STD", ("Ash", "Beech", "Cedar")),
        (2029, "MRI-15T", ("Ash",)),
    ]
    assert found.groups[0].gathering.reached.discount == "5%"
    assert (found.in_tenders, found.groups[0].open_tender) == (0, None)


def test_candidates_are_for_those_who_cover_the_network(orgs):
    plan_with_version(orgs, lines=CT3)
    for stranger in (actor(Role.FINANCE, orgs["Ash"]), actor(Role.EQUIPMENT_MANAGER, orgs["Ash"])):
        with pytest.raises(NotAllowed):
            candidates(stranger, orgs["Northern"])


def test_a_network_without_a_plan_has_no_candidates(orgs):
    assert candidates(actor(Role.PROCUREMENT_LEAD, orgs["Northern"]), orgs["Northern"]) is None
