"""Several networks taken apart: what is put together keeps every rule, and the bound holds for the whole."""

from dataclasses import replace
from random import Random

import pytest

from procurement.domain.planning import solve as solving
from procurement.domain.planning.baseline import oldest_first, risk_first
from procurement.domain.planning.breaches import only_pins_breach
from procurement.domain.planning.exposure import outlook
from procurement.domain.planning.limits import LimitBook
from procurement.domain.planning.model import COARSE_PENCE, POINTS_PER_UNIT
from procurement.domain.planning.national import (
    bought_elsewhere,
    common_money,
    common_parts,
    network_numbers,
    network_problem,
    own_schedule,
    used_shares,
)
from procurement.domain.planning.national_solve import NationalSearch
from procurement.domain.planning.network_jobs import Task, improved, priced, proven
from procurement.domain.planning.settle import settle
from procurement.domain.planning.solve import Stop, solve
from procurement.domain.planning.verify import verify
from tests.builders.planning_england import england
from tests.builders.planning_tiny import tiny
from tests.oracles.enumeration import best


def tiny_of_several(count):
    """Tiny problems of more than one network, with money or tenders in common more often than not."""
    found, seed = [], 0
    while len(found) < count:
        seed += 1
        made = tiny(seed)
        if len(network_numbers(made)) > 1 and made.fairness_basis_points is None:
            found.append(made)
    return found


def start_of(made):
    """The better of the two rules that is allowed."""
    ahead, book = outlook(made), LimitBook(made)
    starts = [rule(made, ahead) for rule in (oldest_first, risk_first)]
    return next(s for s in starts if only_pins_breach(made, settle(made, s, ahead), book))


def bound_of_all(made, prices):
    """The bound as the search of all networks works it out, in points, at given prices of the common money."""
    total = 0.0
    for number in network_numbers(made):
        part = network_problem(made, number)
        parts = common_parts(made, number)
        task = Task(part, own_schedule(part, start_of(made)), 30.0, 1, 0.0)
        bound = proven(task, {parts[sum_]: price for sum_, price in prices.items()})
        assert bound is not None
        total += bound
    worth = sum(price * sum_.amount_pence for sum_, price in prices.items()) / COARSE_PENCE
    return total - worth * POINTS_PER_UNIT


def test_the_bound_holds_whatever_the_price_of_common_money():
    rng = Random(1)
    with_common_money = with_national_tenders = 0
    for made in tiny_of_several(40):
        least = best(made).exposure
        money = common_money(made)
        with_common_money += bool(money)
        with_national_tenders += any(spec.national for spec in made.specifications)
        for _ in range(2):
            prices = {sum_: rng.choice((0.0, 0.001, 0.01, 0.05)) for sum_ in money}
            assert bound_of_all(made, prices) <= least + 0.01
    assert with_common_money >= 5
    assert with_national_tenders >= 5


def test_one_network_may_change_while_the_others_keep_to_the_plan():
    for made in tiny_of_several(40):
        ahead, book = outlook(made), LimitBook(made)
        plan = dict(start_of(made))
        before = settle(made, plan, ahead)
        shares = used_shares(made, before)
        for number in network_numbers(made):
            part = network_problem(made, number, bought_elsewhere(made, plan, number), shares)
            found = improved(Task(part, own_schedule(part, plan), 5.0, 1, 0.0))
            after = settle(made, {**plan, **found}, ahead)
            assert only_pins_breach(made, after, book)


def test_shares_are_never_more_than_there_is():
    for made in [*tiny_of_several(40), england(1, networks=3, assets=90, horizon_years=5)]:
        shares = used_shares(made, settle(made, start_of(made), outlook(made)))
        for sum_ in common_money(made):
            assert sum(shares.get((number, sum_), 0) for number in network_numbers(made)) <= sum_.amount_pence


def test_a_machine_of_unknown_age_is_as_old_in_its_network_as_in_the_whole():
    made = england(2, networks=3, assets=150, horizon_years=5)
    whole = outlook(made)
    assert whole.assumed
    for number in network_numbers(made):
        part = network_problem(made, number)
        ahead = outlook(part)
        for asset in part.assets:
            assert ahead.totals[asset.asset_id] == whole.totals[asset.asset_id]


def test_more_of_a_scarce_common_sum_has_a_price():
    made = england(1, networks=2, assets=120, horizon_years=5)
    number = network_numbers(made)[0]
    part = network_problem(made, number)
    scarce = replace(
        part,
        envelopes=(),
        pool_envelopes=(),
        ring_fences=tuple(replace(r, amount_pence=10_000_000) for r in part.ring_fences),
    )
    prices = priced(Task(scarce, own_schedule(scarce, start_of(made)), 20.0, 1, 0.0))
    assert set(prices) == set(scarce.ring_fences)
    assert all(price > 0 for price in prices.values())


@pytest.fixture(scope="module")
def two_networks():
    return england(1, networks=2, assets=90, horizon_years=5)


def test_a_plan_of_two_networks_is_better_than_the_rules_and_keeps_every_rule(two_networks, monkeypatch):
    monkeypatch.setattr(solving, "_MOST_AT_ONCE", 0)
    told = []
    result = solve(two_networks, Stop(seconds=40), on_progress=told.append)
    assert verify(two_networks, result) == []
    assert result.metrics.exposure < min(result.baseline.exposure, result.risk_first.exposure)
    exposure = result.stages[1]
    assert exposure.bound is not None
    assert 0 < exposure.bound <= exposure.value
    assert told[-1].best == result.metrics.exposure


def test_a_search_that_is_cancelled_ends_soon_with_the_best_so_far(two_networks):
    ahead = outlook(two_networks)
    rules = [oldest_first(two_networks, ahead), risk_first(two_networks, ahead)]
    search = NationalSearch(
        two_networks,
        ahead,
        rules,
        seed=1,
        relative_gap=0.001,
        should_cancel=lambda: True,
        news=lambda *_: None,
    )
    search.run(until=solving.time.monotonic() + 600)
    assert search.cancelled
    assert search.bound is None
    assert search.best.metrics.rank <= min(
        settled.rank for rule in rules if (settled := search._whole(rule).metrics)
    )
