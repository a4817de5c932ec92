"""What would end a breach does end it, and a penny, a machine or a year less does not."""

from dataclasses import replace
from itertools import product

from hypothesis import assume, given, settings

from procurement.domain.planning.breaches import only_pins_breach
from procurement.domain.planning.exposure import outlook
from procurement.domain.planning.ledger import Money
from procurement.domain.planning.problem import (
    KEPT,
    Choice,
    Envelope,
    Kind,
    Pin,
    Pool,
    PoolEnvelope,
)
from procurement.domain.planning.relaxations import (
    EarlierArrival,
    HigherLimit,
    MoreMoney,
    MovedPin,
    WiderShare,
    relaxed,
    relief,
)
from procurement.domain.planning.result import Source
from procurement.domain.planning.settle import settle
from tests.builders.plan_wishes import wishful_problems
from tests.builders.planning_problems import asset, problem


def total(made, schedule):
    """The priced breaches of a schedule; None where it breaks a rule that no pin excuses."""
    settlement = settle(made, schedule)
    if not only_pins_breach(made, settlement):
        return None
    return sum(breach.amount_pence for breach in settlement.breaches)


def least_breach(made):
    """Try every schedule: the one with the least priced breach, and that breach."""
    ahead = outlook(made)
    ids = [one.asset_id for one in made.assets]
    best = None
    for choices in product(*(ahead.choices[asset_id] for asset_id in ids)):
        schedule = dict(zip(ids, choices, strict=True))
        broken = total(made, schedule)
        if broken is not None and (best is None or broken < best[0]):
            best = (broken, schedule)
    return best


def a_little_less(relaxation):
    """The same relaxation one step smaller; None where there is nothing smaller."""
    if isinstance(relaxation, MoreMoney):
        return replace(relaxation, pence=relaxation.pence - 1)
    if isinstance(relaxation, HigherLimit):
        return replace(relaxation, units=relaxation.units - 1)
    if isinstance(relaxation, WiderShare):
        return replace(relaxation, basis_points=relaxation.basis_points - 1)
    return replace(relaxation, year=relaxation.year + 1) if isinstance(relaxation, EarlierArrival) else None


@settings(max_examples=100, deadline=None)
@given(wishful_problems(most_assets=3))
def test_relaxing_ends_the_breach_and_a_little_less_does_not(made):
    assume(any(pin.choice != KEPT for pin in made.pins))
    sizes = [len(choices) for choices in outlook(made).choices.values()]
    assume(sizes[0] * (sizes[1] if len(sizes) > 1 else 1) * (sizes[2] if len(sizes) > 2 else 1) < 400)
    broken, schedule = least_breach(made)
    settlement = settle(made, schedule)
    found = relief(made, settlement)
    if not broken:
        assert found is None
        return
    assert total(relaxed(made, found.together), schedule) == 0
    for one in found.together:
        if less := a_little_less(one):
            others = [other for other in found.together if other != one]
            assert total(relaxed(made, [*others, less]), schedule) > 0
    for remedy in found.remedies:
        goal = broken - remedy.breach.amount_pence
        for one in remedy.alone:
            eased = one.applied(made)
            assert least_breach(eased)[0] <= goal
            less = a_little_less(one)
            if less is not None:
                assert total(less.applied(made), schedule) > goal
            # Fairness is a breach of another kind: money may lessen it instead.
            is_all = isinstance(one, MoreMoney) and one.pence == remedy.breach.amount_pence
            if is_all and made.fairness_basis_points is None:
                assert least_breach(less.applied(made))[0] > goal


def own(trust, year):
    return Money(Source.OWN, year, trust_id=trust)


def test_a_shortfall_can_be_met_by_its_trust_by_a_pool_or_by_moving_the_pin():
    made = problem(
        asset(1),
        envelopes=(Envelope(1, 2027, 55_000_000), Envelope(1, 2029, 60_000_000)),
        pools=(Pool(1, "Network money", (1, 2)), Pool(2, "Beech's friends", (2,))),
        pool_envelopes=(PoolEnvelope(1, 2027, 700_000),),
        pins=(Pin(1, Choice(Kind.REPLACE, 2027)),),
    )
    found = relief(made, settle(made, {1: Choice(Kind.REPLACE, 2027)}))
    assert found.together == (MoreMoney(own(1, 2027), 4_300_000),)
    [remedy] = found.remedies
    assert remedy.alone == (
        MoreMoney(own(1, 2027), 4_300_000),
        MoreMoney(Money(Source.POOL, 2027, pool_id=1), 4_300_000),
        MovedPin(1, Choice(Kind.REPLACE, 2029)),
    )


def test_one_pool_does_for_two_shortfalls_where_each_trust_would_need_its_own():
    made = problem(
        asset(1),
        asset(2, trust_id=2),
        pools=(Pool(1, "Network money", (1, 2), 0),),
        envelope_pence=50_000_000,
        own_carry_over_basis_points=0,
        pins=tuple(Pin(number, Choice(Kind.REPLACE, 2027)) for number in (1, 2)),
    )
    schedule = dict.fromkeys((1, 2), Choice(Kind.REPLACE, 2027))
    found = relief(made, settle(made, schedule))
    assert found.together == (MoreMoney(Money(Source.POOL, 2027, pool_id=1), 20_000_000),)
    assert [remedy.alone[0] for remedy in found.remedies] == [
        MoreMoney(own(1, 2027), 10_000_000),
        MoreMoney(own(2, 2027), 10_000_000),
    ]


def test_two_shortfalls_that_no_one_envelope_can_meet_need_two():
    made = problem(
        asset(1),
        asset(2, trust_id=2),
        own_carry_over_basis_points=0,
        pins=tuple(Pin(number, Choice(Kind.REPLACE, 2026 + number)) for number in (1, 2)),
    )
    schedule = {1: Choice(Kind.REPLACE, 2027), 2: Choice(Kind.REPLACE, 2028)}
    found = relief(made, settle(made, schedule))
    assert found.together == (MoreMoney(own(1, 2027), 60_000_000), MoreMoney(own(2, 2028), 60_000_000))


def test_a_limit_of_installations_goes_up_by_what_the_pins_need():
    made = problem(
        asset(1),
        asset(2),
        envelope_pence=200_000_000,
        max_installations_per_trust_year=1,
        pins=tuple(Pin(number, Choice(Kind.REPLACE, 2028)) for number in (1, 2)),
    )
    schedule = dict.fromkeys((1, 2), Choice(Kind.REPLACE, 2028))
    found = relief(made, settle(made, schedule))
    assert found.together == (HigherLimit("installed", 1),)
    [remedy] = found.remedies
    assert remedy.alone == (
        HigherLimit("installed", 1),
        MovedPin(1, Choice(Kind.REPLACE, 2029)),
        MovedPin(2, Choice(Kind.REPLACE, 2029)),
    )


def test_a_machine_pinned_before_it_can_arrive():
    made = problem(asset(1), envelope_pence=200_000_000, pins=(Pin(1, Choice(Kind.REPLACE, 2027)),))
    made = replace(
        made,
        specifications=tuple(
            replace(spec, earliest_year=2029) if spec.code == "CT-A" else spec for spec in made.specifications
        ),
    )
    found = relief(made, settle(made, {1: Choice(Kind.REPLACE, 2027)}))
    assert found.together == (EarlierArrival("CT-A", 2027),)
    assert found.remedies[0].alone == (
        EarlierArrival("CT-A", 2027),
        MovedPin(1, Choice(Kind.REPLACE, 2029)),
    )
