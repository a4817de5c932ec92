"""What-ifs against trying everything: what is said to be possible is, and nothing better with two machines was missed."""

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from procurement.domain.planning.breaches import only_pins_breach
from procurement.domain.planning.evaluate import evaluate_settlement
from procurement.domain.planning.exposure import outlook
from procurement.domain.planning.neighbours import Neighbourhood, Stopped
from procurement.domain.planning.problem import KEPT, Choice, Kind
from procurement.domain.planning.settle import settle
from tests.builders.plan_wishes import planned, wishful_problems
from tests.builders.planning_problems import asset, problem


def settled(made, ahead, schedule):
    """The figures of a schedule, or None where it breaks a rule that no pin excuses."""
    settlement = settle(made, schedule, ahead)
    return evaluate_settlement(made, settlement, ahead) if only_pins_breach(made, settlement) else None


@st.composite
def small_plans(draw, **limits):
    """A problem with a schedule that keeps its rules: the first choices that still can be had, in a drawn order."""
    made = draw(wishful_problems(**limits))
    ahead = outlook(made)
    wishes = draw(planned(made))
    schedule = {one.asset_id: KEPT for one in made.assets} | {pin.asset_id: pin.choice for pin in made.pins}
    assume(settled(made, ahead, schedule) is not None)
    for asset_id in draw(st.permutations(sorted(wishes))):
        wished = {**schedule, asset_id: wishes[asset_id]}
        if settled(made, ahead, wished) is not None:
            schedule = wished
    return made, ahead, schedule


@settings(max_examples=150, deadline=None)
@given(small_plans())
def test_what_is_said_to_be_possible_is_and_differs_by_what_is_said(plan):
    made, ahead, schedule = plan
    base = settled(made, ahead, schedule)
    hood = Neighbourhood(made, schedule, ahead)
    for one in made.assets:
        for alternative in hood.best(one.asset_id, ahead.choices[one.asset_id]):
            found = alternative.found
            if found is None:
                continue
            changed = {**schedule, one.asset_id: alternative.choice}
            if found.other is not None:
                assert found.other[0] != one.asset_id
                changed[found.other[0]] = found.other[1]
            then = settled(made, ahead, changed)
            assert then is not None
            assert found.points == then.exposure - base.exposure
            assert found.breach_pence == then.breaches_pence - base.breaches_pence <= 0
            assert found.cost_pence == then.cost_present_value_pence - base.cost_present_value_pence
            assert found.spend_pence == then.spend_pence - base.spend_pence


@settings(max_examples=120, deadline=None)
@given(small_plans(most_assets=4))
def test_nothing_better_with_two_machines_is_missed(plan):
    made, ahead, schedule = plan
    made = replace(made, fairness_basis_points=None)
    base = settled(made, ahead, schedule)
    hood = Neighbourhood(made, schedule, ahead)
    pinned = {pin.asset_id for pin in made.pins}
    for one in made.assets:
        for alternative in hood.best(one.asset_id, ahead.choices[one.asset_id]):
            best = None
            alone = settled(made, ahead, {**schedule, one.asset_id: alternative.choice})
            is_alone = alone is not None and alone.breaches_pence <= base.breaches_pence
            assert is_alone == alternative.alone.possible
            if is_alone:
                best = alone.exposure
            for other in made.assets:
                if other.asset_id == one.asset_id or other.asset_id in pinned:
                    continue
                for choice in ahead.choices[other.asset_id]:
                    by_itself = settled(made, ahead, {**schedule, other.asset_id: choice})
                    if is_alone and by_itself and by_itself.breaches_pence <= base.breaches_pence:
                        continue  # an improvement that has nothing to do with this machine
                    both = settled(
                        made, ahead, {**schedule, one.asset_id: alternative.choice, other.asset_id: choice}
                    )
                    if both is not None and both.breaches_pence <= base.breaches_pence:
                        best = both.exposure if best is None else min(best, both.exposure)
            found = None if alternative.found is None else base.exposure + alternative.found.points
            assert found == best


def two_machines(**values):
    """CT 2 is older and goes first; the money of a year is that of one machine."""
    return problem(asset(1), asset(2), envelope_pence=60_000_000, own_carry_over_basis_points=0, **values)


def test_an_exchange_is_found_and_priced():
    made = two_machines()
    hood = Neighbourhood(made, {1: Choice(Kind.REPLACE, 2028), 2: Choice(Kind.REPLACE, 2027)}, outlook(made))
    [earlier] = hood.best(1, [Choice(Kind.REPLACE, 2027)])
    assert not earlier.alone.possible
    assert earlier.alone.missing.strict_pence == 60_000_000
    assert earlier.found.other == (2, Choice(Kind.REPLACE, 2028))
    assert (earlier.found.points, earlier.found.cost_pence, earlier.found.spend_pence) == (0, 0, 0)


def test_a_machine_that_leaves_money_lets_another_go_earlier():
    made = two_machines()
    hood = Neighbourhood(made, {1: Choice(Kind.REPLACE, 2027), 2: Choice(Kind.REPLACE, 2028)}, outlook(made))
    [later] = hood.best(1, [Choice(Kind.REPLACE, 2029)])
    assert later.alone.possible
    assert later.found.other == (2, Choice(Kind.REPLACE, 2027))


def test_it_stops_when_told_to():
    made = two_machines()
    with pytest.raises(Stopped):
        Neighbourhood(made, {1: KEPT, 2: KEPT}, outlook(made), lambda: True)


def test_a_schedule_that_breaks_a_rule_is_refused():
    made = problem(asset(1))
    with pytest.raises(ValueError, match="breaks a rule that no pin excuses"):
        Neighbourhood(made, {1: Choice(Kind.REPLACE, 2027)}, outlook(made))
