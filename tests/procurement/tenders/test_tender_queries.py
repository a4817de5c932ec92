from datetime import UTC, date, datetime

import pytest

from networks.domain.access import Role, command
from procurement.actions.tenders import close_tender, withdraw
from procurement.domain.tender_dates import Progress
from procurement.models import Tender, TenderLine
from procurement.queries.tender_changes import reinstatement, withdrawal
from procurement.queries.tenders import state_of, tender_account, tender_lines, tenders
from tests.factories.networks import actor, network_of_trusts
from tests.factories.procurement import TODAY, plan_with_version, tender_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
BY = command("test")
CT4 = [
    ("Ash", "CT-STD", 2028),
    ("Ash", "CT-STD", 2028),
    ("Beech", "CT-STD", 2028),
    ("Cedar", "CT-STD", 2029),
]


@pytest.fixture
def orgs():
    return network_of_trusts("Ash", "Beech", "Cedar")


@pytest.fixture
def tender(orgs):
    return tender_of(plan_with_version(orgs, lines=CT4), year=2028)


def lines_of(tender: Tender, trust: str) -> list[int]:
    return list(TenderLine.objects.filter(tender=tender, trust__name=trust).values_list("pk", flat=True))


def test_the_network_sees_everybodys_share(orgs, tender):
    account = tender_account(actor(Role.PROCUREMENT_LEAD, orgs["Northern"]), tender, today=TODAY)
    assert (account.units, account.trusts, account.sees_all, account.may_edit) == (3, 2, True, True)
    assert [(p.trust.name, p.share.units, p.share.saving_pence) for p in account.participants] == [
        ("Ash", 2, 5_700_000),
        ("Beech", 1, 2_850_000),
    ]
    assert account.whole.saving_pence == 8_550_000
    assert account.reached.discount == "5%"


def test_a_trusts_finance_sees_its_own_money_and_the_totals_of_units(orgs, tender):
    account = tender_account(actor(Role.FINANCE, orgs["Beech"]), tender, today=TODAY)
    assert (account.units, account.trusts, account.sees_all, account.may_edit) == (3, 2, False, False)
    assert [(p.trust.name, p.share.saving_pence) for p in account.participants] == [("Beech", 2_850_000)]
    assert account.whole is None
    assert account.documents == ()


def test_the_networks_finance_reads_everything_and_changes_nothing(orgs, tender):
    account = tender_account(actor(Role.FINANCE, orgs["Northern"]), tender, today=TODAY)
    assert account.sees_all
    assert not account.may_edit


def test_tenders_are_listed_for_those_who_take_part(orgs, tender):
    southern = network_of_trusts("Oak", network="Southern")
    seen = {
        "lead": actor(Role.PROCUREMENT_LEAD, orgs["Northern"]),
        "part": actor(Role.FINANCE, orgs["Ash"]),
        "not part": actor(Role.FINANCE, orgs["Cedar"]),
        "manager": actor(Role.EQUIPMENT_MANAGER, orgs["Ash"]),
        "neighbour": actor(Role.PROCUREMENT_LEAD, southern["Southern"]),
        "analyst": actor(Role.NATIONAL_ANALYST, orgs["England"]),
    }
    assert {name: tenders(who).count() for name, who in seen.items()} == {
        "lead": 1,
        "part": 1,
        "not part": 0,
        "manager": 0,
        "neighbour": 0,
        "analyst": 1,
    }
    row = tenders(seen["part"]).get()
    assert (row.units, row.trusts, row.deliver_by) == (3, 2, date(2029, 3, 31))


def test_machines_planned_close_by_are_named_for_the_next_break(orgs, tender):
    account = tender_account(actor(Role.PROCUREMENT_LEAD, orgs["Northern"]), tender, today=TODAY)
    step = account.next_break
    assert (step.more_units, step.step.discount, step.could_move) == (3, "8%", ((2029, 1),))
    assert not step.within_reach


def test_a_withdrawal_shows_everybody_before_and_after(tender):
    account = withdrawal(tender, lines_of(tender, "Beech"))
    assert account.moves_break
    assert [(name, c.before.equipment_pence, c.each_change_pence) for name, c in account.changes] == [
        ("Ash", 108_300_000, 2_850_000),
        ("Beech", 54_150_000, None),
    ]
    assert account.changes[0][1].after.equipment_pence == 114_000_000


def test_after_a_withdrawal_the_page_has_the_new_figures(orgs, tender):
    lead = actor(Role.PROCUREMENT_LEAD, orgs["Northern"])
    expected = withdrawal(tender, lines_of(tender, "Beech"))
    state = state_of(tender, tender_lines(tender))
    withdraw(by=BY, tender=tender, line_ids=lines_of(tender, "Beech"), reason="x", at=NOW)
    account = tender_account(lead, tender, today=TODAY)
    assert account.whole == expected.after
    assert account.state != state
    beech = next(p for p in account.participants if p.trust.name == "Beech")
    assert (beech.share, len(beech.withdrawn_lines), beech.live_lines) == (None, 1, ())
    assert [event.action for event in account.events] == ["tender.withdrawn", "tender.opened"]


def test_a_reinstatement_shows_the_withdrawal_backwards(tender):
    beech = lines_of(tender, "Beech")
    assert reinstatement(tender, beech) is None
    gone = withdrawal(tender, beech)
    withdraw(by=BY, tender=tender, line_ids=beech, reason="x", at=NOW)
    back = reinstatement(tender, beech)
    assert (back.before, back.after) == (gone.after, gone.before)
    assert [(name, c.each_change_pence) for name, c in back.changes] == [("Ash", -2_850_000), ("Beech", None)]


def test_withdrawing_what_is_not_in_it_has_no_account(tender):
    assert withdrawal(tender, []) is None
    assert withdrawal(tender, [0]) is None
    everybody = withdrawal(tender, lines_of(tender, "Ash") + lines_of(tender, "Beech"))
    assert everybody.after is None
    assert not everybody.moves_break
    assert everybody.trust_names == ("Ash", "Beech")


def test_a_tender_with_nobody_left_still_shows(orgs, tender):
    both = lines_of(tender, "Ash") + lines_of(tender, "Beech")
    withdraw(by=BY, tender=tender, line_ids=both, reason="x", at=NOW)
    account = tender_account(actor(Role.PROCUREMENT_LEAD, orgs["Northern"]), tender, today=TODAY)
    assert (account.units, account.whole, account.reached, account.next_break) == (0, None, None, None)
    assert tenders(actor(Role.PROCUREMENT_LEAD, orgs["Northern"])).get().units == 0


def test_a_closed_tender_dates_its_stages_from_the_day_it_closed(orgs, tender):
    close_tender(by=BY, tender=tender)
    tender.refresh_from_db()
    account = tender_account(actor(Role.PROCUREMENT_LEAD, orgs["Northern"]), tender, today=TODAY)
    assert account.closed_on is not None
    assert account.stages[1].name == "Closed"
    assert account.stages[1].progress is Progress.DONE
    assert account.next_break is None


def test_a_page_costs_the_same_however_many_trusts_take_part(orgs, django_assert_max_num_queries):
    names = [f"Trust {number}" for number in range(12)]
    many = network_of_trusts(*names, network="Big")
    big = tender_of(
        plan_with_version(many, network="Big", lines=[(n, "CT-STD", 2028) for n in names * 2]), year=2028
    )
    lead = actor(Role.PROCUREMENT_LEAD, many["Big"])
    big = tenders(lead).get(pk=big.pk)
    with django_assert_max_num_queries(10):
        assert tender_account(lead, big, today=TODAY).units == 24
    with django_assert_max_num_queries(4):
        withdrawal(big, lines_of(big, "Trust 3"))
