"""What more money would buy: the sum named does, a penny less does not, and what it buys can be had with it."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from procurement.domain.planning.changes import with_more
from procurement.domain.planning.exposure import outlook
from procurement.domain.planning.ledger import Money
from procurement.domain.planning.margins import Bought, limit_margins, margins
from procurement.domain.planning.neighbours import Neighbourhood
from procurement.domain.planning.problem import KEPT, Choice, Envelope, Kind, Pool, PoolEnvelope
from procurement.domain.planning.result import Source
from tests.builders.planning_problems import asset, problem
from tests.procurement.planning.test_neighbours import settled, small_plans


def had(made, ahead, schedule, base, changes):
    """The figures of the plan with these changes; None where it cannot be had without a wider breach."""
    then = settled(made, ahead, {**schedule, **dict(changes)})
    return then if then is not None and then.breaches_pence <= base.breaches_pence else None


@settings(max_examples=120, deadline=None)
@given(small_plans())
def test_every_sum_is_the_least_that_does(plan):
    made, ahead, schedule = plan
    base = settled(made, ahead, schedule)
    hood = Neighbourhood(made, schedule, ahead)
    found = margins(hood, 20_000_000)
    for one in found:
        richer = with_more(made, one.money, one.needed_pence)
        then = had(richer, ahead, schedule, base, one.next.changes)
        assert then.exposure - base.exposure == one.next.points < 0
        assert then.cost_present_value_pence - base.cost_present_value_pence == one.next.cost_pence
        poorer = with_more(made, one.money, one.needed_pence - 1)
        for candidate in made.assets:
            for choice in ahead.choices[candidate.asset_id]:
                change = {candidate.asset_id: choice}
                nearly = had(poorer, ahead, schedule, base, change)
                if nearly is not None and nearly.exposure < base.exposure:
                    # Better with a penny less: then it is no matter of this money at all.
                    assert had(made, ahead, schedule, base, change) is not None or _by_fairness(made)
        if one.bought is not None:
            assert one.needed_pence <= one.more_pence == 20_000_000
            then = had(with_more(made, one.money, one.more_pence), ahead, schedule, base, one.bought.changes)
            assert then.exposure - base.exposure == one.bought.points < 0
            assert then.cost_present_value_pence - base.cost_present_value_pence == one.bought.cost_pence
    assert hood.schedule == schedule


def _by_fairness(made):
    return made.fairness_basis_points is not None


@settings(max_examples=80, deadline=None)
@given(small_plans())
def test_one_more_machine_within_a_limit_allows_what_is_said(plan):
    made, ahead, schedule = plan
    made = replace(made, fairness_basis_points=None)
    base = settled(made, ahead, schedule)
    names = {
        "installed": "max_installations_per_trust_year",
        "site": "most_out_per_site",
        "trust": "most_out_per_trust",
        "network": "most_out_per_network",
    }
    for one in limit_margins(Neighbourhood(made, schedule, ahead)):
        name = names[one.limit[0]]
        assert had(made, ahead, schedule, base, one.next.changes) is None
        wider = replace(made, **{name: getattr(made, name) + 1})
        then = had(wider, ahead, schedule, base, one.next.changes)
        assert then.exposure - base.exposure == one.next.points < 0


def test_the_next_better_thing_and_what_a_round_sum_buys_of_it():
    """A CT costs £600,000 inc VAT. Ash has £560,000 in 2027/28: £40,000 short of CT 1; with £700,000 more it buys both."""
    made = problem(
        asset(1),
        asset(2),
        envelopes=(Envelope(1, 2027, 56_000_000), Envelope(1, 2028, 60_000_000)),
        own_carry_over_basis_points=0,
        pools=(Pool(1, "ICB", (2,)),),
        pool_envelopes=(PoolEnvelope(1, 2027, 90_000_000),),
    )
    hood = Neighbourhood(made, {1: Choice(Kind.REPLACE, 2028), 2: KEPT}, outlook(made))
    money = Money(Source.OWN, 2027, trust_id=1)
    [first] = [one for one in margins(hood, 5_000_000) if one.money == money]
    assert first.needed_pence == 4_000_000
    assert first.next.changes == ((2, Choice(Kind.REPLACE, 2027)),)
    assert first.bought == first.next
    [much] = [one for one in margins(hood, 64_000_000) if one.money == money]
    assert dict(much.bought.changes) == dict.fromkeys((1, 2), Choice(Kind.REPLACE, 2027))
    [little] = [one for one in margins(hood, 1_000_000) if one.money == money]
    assert little.bought is None
    assert all(one.money.pool_id is None for one in margins(hood))


def test_a_limit_that_binds_is_named():
    made = problem(asset(1), asset(2), envelope_pence=60_000_000, max_installations_per_trust_year=1)
    made = replace(made, envelopes=(Envelope(1, 2027, 120_000_000), Envelope(1, 2028, 60_000_000)))
    hood = Neighbourhood(made, {1: Choice(Kind.REPLACE, 2027), 2: Choice(Kind.REPLACE, 2028)}, outlook(made))
    [one] = limit_margins(hood)
    assert one.limit == ("installed", 1, "", 2027)
    assert one.next == Bought(((2, Choice(Kind.REPLACE, 2027)),), one.next.points, one.next.cost_pence)
    assert one.next.points == -550


def test_money_for_an_unknown_ring_fence_is_refused():
    with pytest.raises(ValueError, match="no money ring-fenced"):
        with_more(problem(), Money(Source.RING_FENCE, 2027, modality="MRI"), 1)
