"""The spreadsheet rule against the same rule worked by hand."""

from datetime import date

from hypothesis import given, settings

from procurement.domain.planning.baseline import do_nothing, oldest_first, risk_first
from procurement.domain.planning.problem import Pin
from procurement.domain.planning.result import KEPT, replaced
from procurement.domain.planning.settle import settle
from procurement.domain.planning.verify import verify
from tests.builders.planning_problems import asset, problem, small_problems
from tests.oracles import planning as oracle

CT_PENCE = 60_000_000  # one CT at the single price, inc VAT


@settings(max_examples=200, deadline=None)
@given(small_problems(most_assets=6))
def test_agrees_with_the_rule_worked_by_hand(made):
    assert oldest_first(made) == oracle.by_rule(made, by_risk=False)
    assert risk_first(made) == oracle.by_rule(made, by_risk=True)


@settings(max_examples=100, deadline=None)
@given(small_problems(most_assets=6))
def test_breaks_no_rule(made):
    assert verify(made, settle(made, oldest_first(made))) == []
    assert verify(made, settle(made, risk_first(made))) == []


def test_the_oldest_goes_first_and_the_rest_wait_for_money():
    made = problem(
        asset(1, installed_on=date(2017, 1, 1)),
        asset(2, installed_on=date(2014, 1, 1)),
        asset(3, installed_on=date(2015, 1, 1)),
        envelope_pence=CT_PENCE,
    )
    assert oldest_first(made) == {2: replaced(2027), 3: replaced(2028), 1: replaced(2029)}


def test_nothing_is_bought_that_never_falls_due():
    made = problem(asset(1, installed_on=date(2024, 1, 1)), envelope_pence=10 * CT_PENCE)
    assert oldest_first(made) == {1: KEPT}


def test_one_more_can_make_an_earlier_one_affordable():
    # Three together cost 54m each: three fit where the single price of 60m only pays for two.
    made = problem(*(asset(n) for n in (1, 2, 3)), envelope_pence=3 * 54_000_000)
    assert set(oldest_first(made).values()) == {replaced(2027)}


def test_pins_come_first_and_kept_ones_stay():
    made = problem(
        asset(1),
        asset(2, installed_on=date(2010, 1, 1)),
        envelope_pence=CT_PENCE,
        pins=(Pin(1, replaced(2027)), Pin(2, KEPT)),
    )
    assert oldest_first(made) == {1: replaced(2027), 2: KEPT}


def test_doing_nothing_keeps_everything_whatever_is_pinned():
    assert do_nothing(problem(asset(1), pins=(Pin(1, replaced(2027)),))) == {1: KEPT}
