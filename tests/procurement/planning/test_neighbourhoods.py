"""Rounds of the search: what they hold is the plan, what they free comes round to everything, and a seed repeats them."""

from dataclasses import replace
from itertools import pairwise

import pytest

from procurement.domain.planning.baseline import oldest_first
from procurement.domain.planning.exposure import outlook
from procurement.domain.planning.model import build
from procurement.domain.planning.neighbourhoods import Neighbourhoods
from procurement.domain.planning.problem import Pin
from procurement.domain.planning.result import replaced
from tests.builders.planning_instances import network


@pytest.fixture(scope="module")
def made():
    return network(3, assets=60, horizon_years=7)


def rounds(made, count, seed=1):
    model = build(made, outlook(made))
    around = Neighbourhoods(made, model, seed)
    schedule = oldest_first(made)
    return model, schedule, [around.next(schedule) for _ in range(count)]


def test_a_seed_gives_the_same_rounds_and_another_one_others(made):
    first, second, other = (rounds(made, 12, seed)[2] for seed in (1, 1, 2))
    assert first == second
    assert first != other


def test_what_is_held_is_held_as_in_the_plan(made):
    model, schedule, found = rounds(made, 12)
    name = {column: key for key, column in model.take.items()}
    for bounds in found:
        for column, bound in bounds.items():
            if column in name:
                asset_id, choice = name[column]
                value = float(schedule[asset_id] == choice)
                assert bound == (value, value)


def test_a_round_frees_something_and_every_choice_is_free_in_some_round(made):
    model, _, found = rounds(made, 60)
    everything = set(model.take.values())
    free = [everything - set(bounds) for bounds in found]
    assert all(free)
    assert set().union(*free) == everything


def test_rounds_grow_while_they_are_solved_and_shrink_while_they_are_not(made):
    around = Neighbourhoods(made, build(made, outlook(made)), 1)
    sizes = [around.size]
    for solved in (True, True, False, False, False):
        around.learn(solved=solved)
        sizes.append(around.size)
    assert [after > before for before, after in pairwise(sizes)] == [True, True, False, False, False]
    for _ in range(100):
        around.learn(solved=False)
    assert around.size > 0


def test_the_first_round_frees_the_trust_of_a_pin(made):
    asset = made.assets[0]
    pinned = replace(made, pins=(Pin(asset.asset_id, replaced(2030)),))
    model = build(pinned, outlook(pinned))
    schedule = dict(oldest_first(pinned))
    bounds = Neighbourhoods(pinned, model, 1).next(schedule)
    trust_of = {one.asset_id: one.trust_id for one in pinned.assets}
    free = {trust_of[asset_id] for (asset_id, _), column in model.take.items() if column not in bounds}
    assert free == {asset.trust_id}
