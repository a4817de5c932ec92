"""Starting from an earlier plan: it is taken up as far as it goes, and its proof is believed only where it holds."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from procurement.domain.planning.baseline import oldest_first, risk_first
from procurement.domain.planning.breaches import only_pins_breach
from procurement.domain.planning.exposure import outlook
from procurement.domain.planning.limits import LimitBook
from procurement.domain.planning.problem import Envelope, Pin
from procurement.domain.planning.result import KEPT, replaced
from procurement.domain.planning.settle import settle
from procurement.domain.planning.solve import Stop, solve
from procurement.domain.planning.verify import verify
from procurement.domain.planning.warm import Earlier, bound_that_holds, taken_up
from tests.builders.planning_instances import network
from tests.builders.planning_problems import asset, problem, small_problems
from tests.builders.planning_tiny import tiny

EXACTLY = Stop(seconds=60, relative_gap=0.0)
CT_PENCE = 60_000_000


@settings(max_examples=80, deadline=None)
@given(small_problems(), st.randoms(use_true_random=False))
def test_what_is_taken_up_breaks_nothing_that_no_pin_excuses(made, random):
    ahead = outlook(made)
    wild = {one.asset_id: random.choice(ahead.choices[one.asset_id]) for one in made.assets}
    taken = taken_up(made, ahead, wild)
    assert all(taken[one.asset_id] in ahead.choices[one.asset_id] for one in made.assets)
    assert only_pins_breach(made, settle(made, taken, ahead), LimitBook(made))


def test_with_every_feature_too():
    for seed in range(1, 150):
        made = tiny(seed)
        if made.fairness_basis_points is not None:
            continue
        ahead = outlook(made)
        wild = {one.asset_id: ahead.choices[one.asset_id][-1] for one in made.assets}
        taken = taken_up(made, ahead, wild)
        assert only_pins_breach(made, settle(made, taken, ahead), LimitBook(made)), seed


def test_an_allowed_plan_is_taken_up_as_it_is():
    made = network(2, assets=40, horizon_years=5)
    ahead = outlook(made)
    for rule in (oldest_first, risk_first):
        assert taken_up(made, ahead, rule(made)) == rule(made)


def test_what_a_pin_leaves_no_money_for_is_put_off():
    made = problem(asset(1), asset(2), envelope_pence=CT_PENCE, pins=(Pin(2, replaced(2027)),))
    taken = taken_up(made, outlook(made), {1: replaced(2027), 2: KEPT})
    assert taken == {1: replaced(2028), 2: replaced(2027)}


def test_a_bound_holds_where_nothing_but_pins_was_added():
    made = problem(asset(1), asset(2), envelope_pence=CT_PENCE)
    earlier = Earlier(made, {1: KEPT, 2: KEPT}, 1_000.0)
    pinned = replace(made, pins=(Pin(1, KEPT),), previous=((1, KEPT),))
    assert bound_that_holds(earlier, pinned, 0) == 1_000.0
    assert bound_that_holds(earlier, pinned, 1) is None  # what a pin falls short of pays for something else
    assert bound_that_holds(None, pinned, 0) is None
    assert bound_that_holds(Earlier(pinned, earlier.schedule, 1_000.0), made, 0) is None
    richer = replace(pinned, envelopes=(Envelope(1, 2027, CT_PENCE + 1), *made.envelopes[1:]))
    assert bound_that_holds(earlier, richer, 0) is None


@settings(max_examples=40, deadline=None)
@given(small_problems(pins=False), st.data())
def test_an_earlier_plan_changes_nothing_that_is_proven(made, data):
    before = solve(made, EXACTLY)
    one = data.draw(st.sampled_from(made.assets))
    choice = data.draw(st.sampled_from(outlook(made).choices[one.asset_id]))
    pinned = replace(made, pins=(Pin(one.asset_id, choice),))
    earlier = Earlier(made, before.schedule, before.stages[1].bound)
    warm, cold = solve(pinned, EXACTLY, earlier=earlier), solve(pinned, EXACTLY)
    assert verify(pinned, warm) == []
    assert warm.metrics.rank == cold.metrics.rank
    assert warm.stages[1].bound == cold.stages[1].bound
