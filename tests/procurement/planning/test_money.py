"""Prices, joint tenders and who pays, to the penny."""

from collections import Counter
from itertools import chain, combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procurement.domain.planning.baseline import oldest_first
from procurement.domain.planning.evaluate import evaluate
from procurement.domain.planning.funding import allocate
from procurement.domain.planning.problem import Envelope, Pin, Pool, PoolEnvelope, RingFence
from procurement.domain.planning.result import KEPT, Source, replaced
from procurement.domain.planning.settle import settle
from procurement.domain.planning.verify import verify
from procurement.domain.planning.words import listed, modality_name, pounds, whole_pounds, year_ranges
from tests.builders.planning_problems import asset, problem, shared, small_problems
from tests.oracles import planning as oracle


def least_cut(made, spend):
    """The most that can be paid, by the theorem on flows and cuts: the smallest of all ways to part the purses."""
    purses = {("own", e.trust_id, e.year): e.amount_pence for e in made.envelopes}
    purses |= {("network", n.year): n.amount_pence for n in made.pool_envelopes}
    purses |= {("ring", r.modality, r.year): r.amount_pence for r in made.ring_fences}
    own_carry, network_carry = made.own_carry_over_basis_points, made.pools[0].carry_over_basis_points
    nodes = list(purses)
    nodes += [("own", e.trust_id, e.year + 1) for e in made.envelopes]
    nodes += [("network", n.year + 1) for n in made.pool_envelopes]
    nodes = list(dict.fromkeys(nodes))
    smallest = None
    for near in chain.from_iterable(combinations(nodes, count) for count in range(len(nodes) + 1)):
        inside = set(near)
        cut = sum(amount for purse, amount in purses.items() if purse not in inside)
        for e in made.envelopes:
            if ("own", e.trust_id, e.year) in inside and ("own", e.trust_id, e.year + 1) not in inside:
                cut += e.amount_pence * own_carry // 10_000
        for n in made.pool_envelopes:
            if ("network", n.year) in inside and ("network", n.year + 1) not in inside:
                cut += n.amount_pence * network_carry // 10_000
        for (trust, modality, year), amount in spend.items():
            if inside & {("own", trust, year), ("network", year), ("ring", modality, year)}:
                cut += amount
        smallest = cut if smallest is None else min(smallest, cut)
    return smallest


amounts = st.integers(0, 40)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.tuples(st.integers(1, 2), st.integers(2027, 2028)), amounts, max_size=4),
    st.dictionaries(st.integers(2027, 2028), amounts, max_size=2),
    st.dictionaries(st.tuples(st.integers(2027, 2028), st.sampled_from(("CT", "MRI"))), amounts, max_size=2),
    st.dictionaries(
        st.tuples(st.integers(1, 2), st.sampled_from(("CT", "MRI")), st.integers(2027, 2029)),
        st.integers(1, 60),
        max_size=5,
    ),
    st.sampled_from((0, 5_000, 10_000)),
)
def test_as_much_is_paid_as_can_be(own, network, ring, spend, carry):
    made = problem(
        envelopes=tuple(Envelope(*key, amount) for key, amount in own.items()),
        pools=(Pool(1, "The network", (1, 2), carry),),
        pool_envelopes=tuple(PoolEnvelope(1, year, amount) for year, amount in network.items()),
        ring_fences=tuple(RingFence(*key, amount) for key, amount in ring.items()),
        own_carry_over_basis_points=carry,
    )
    found = allocate(made, spend)
    paid = sum(line.amount_pence for line in found.funding)
    assert paid == least_cut(made, spend)
    assert sum(spend.values()) - paid == sum(found.short_pence.values())


@settings(max_examples=100, deadline=None)
@given(small_problems(), st.data())
def test_any_schedule_settles_as_worked_by_hand(made, data):
    years = st.sampled_from((KEPT, *map(replaced, made.years)))
    schedule = {one.asset_id: data.draw(years) for one in made.assets}
    settlement = settle(made, schedule)
    metrics = evaluate(made, schedule)
    assert metrics.exposure == oracle.exposure(made, schedule)
    assert metrics.cost_present_value_pence == oracle.cost(made, schedule)
    assert sum(b.amount_pence for b in settlement.breaches if b.kind == "envelope") == oracle.shortfall(
        made, schedule
    )
    bought = [one for one in made.assets if schedule[one.asset_id] != KEPT]
    assert metrics.spend_pence == sum(oracle.price(made, schedule, one) for one in bought)
    assert metrics.replaced == len(bought)
    assert metrics.tender_count == len({(one.specification, schedule[one.asset_id]) for one in bought})


def test_ring_fenced_money_goes_first_then_own_then_the_networks():
    made = problem(
        asset(1),
        envelopes=(Envelope(1, 2027, 20_000_000),),
        **shared((2027, 50_000_000)),
        ring_fences=(RingFence(2027, "CT", 15_000_000), RingFence(2027, "MRI", 99_000_000)),
    )
    settlement = settle(made, {1: replaced(2027)})
    assert [(line.source, line.amount_pence) for line in settlement.funding] == [
        (Source.RING_FENCE, 15_000_000),
        (Source.OWN, 20_000_000),
        (Source.POOL, 25_000_000),
    ]
    assert verify(made, settlement) == []


def test_a_pinned_trust_year_is_paid_last_so_that_nobody_else_falls_short():
    made = problem(
        asset(1),
        asset(2, trust_id=2),
        envelopes=(),
        **shared((2027, 60_000_000)),
        pins=(Pin(1, replaced(2027)),),
    )
    settlement = settle(made, {1: replaced(2027), 2: replaced(2027)})
    [breach] = settlement.breaches
    assert (breach.trust_id, breach.amount_pence) == (1, 60_000_000)
    assert breach.words == (
        "Ash is £600,000 inc VAT short in 2027/28: more is to be paid for than every envelope open to it can pay for."
    )


def test_the_price_falls_for_all_with_the_third_unit():
    made = problem(asset(1), asset(2, trust_id=2), asset(3), envelope_pence=500_000_000)
    two, three = (
        settle(made, {1: replaced(2027), 2: replaced(2027), 3: KEPT}),
        settle(made, {1: replaced(2027), 2: replaced(2027), 3: replaced(2027)}),
    )
    assert [d.equipment_pence for d in two.decisions] == [50_000_000, 50_000_000, 0]
    assert [d.full_price_pence for d in three.decisions] == [54_000_000] * 3
    [tender] = three.tenders
    assert tender.trust_units == ((1, 2), (2, 1))
    assert tender.saving_pence == 15_000_000


def test_a_schedule_must_fit_the_problem():
    made = problem(asset(1))
    for schedule in ({}, {1: KEPT, 2: KEPT}, {2: KEPT}):
        with pytest.raises(ValueError, match="every asset of the plan and no other"):
            settle(made, schedule)
    with pytest.raises(ValueError, match="outside the plan's years"):
        settle(made, {1: replaced(2032)})


def test_spend_and_funding_add_up_by_year():
    made = problem(*(asset(n) for n in range(1, 6)), envelope_pence=120_000_000)
    settlement = settle(made, oldest_first(made))
    spend = Counter()
    for line in settlement.spend:
        spend[line.year] += line.amount_pence
    funding = Counter()
    for line in settlement.funding:
        funding[line.year] += line.amount_pence
    assert spend == funding
    assert sum(spend.values()) == sum(d.full_price_pence for d in settlement.decisions)


@pytest.mark.parametrize(
    ("pence", "words"),
    [
        (0, "£0"),
        (1, "£0.01"),
        (64_000_000, "£640,000"),
        (125_000_000, "£1.25m"),
        (199_499_999, "£1.99m"),
        (199_500_000, "£2.00m"),
        (-64_000_000, "-£640,000"),
    ],
)
def test_sums_in_words(pence, words):
    assert pounds(pence) == words


def test_lists_and_years_in_words():
    assert whole_pounds(18_753_480) == "£187,534"
    assert listed([]) == ""
    assert listed(["A"]) == "A"
    assert listed(["A", "B", "C"]) == "A, B and C"
    assert listed(["A", "B", "C", "D"], most=2) == "A, B and 2 others"
    assert listed(["A", "B", "C"], most=2) == "A, B and 1 other"
    assert year_ranges([2027, 2029, 2030, 2031, 2033]) == "2027/28, 2029/30 to 2031/32 and 2033/34"
    assert modality_name("XR") == "X-ray"
    assert modality_name("PET") == "PET"
