"""The model and the exact money must mean the same: a settled plan is a point of the model, with the same figures."""

import pytest
from hypothesis import given, settings

from procurement.domain.planning.baseline import oldest_first
from procurement.domain.planning.evaluate import evaluate
from procurement.domain.planning.exchange import needier_first
from procurement.domain.planning.exposure import outlook
from procurement.domain.planning.model import COARSE_PENCE, FINE_PENCE, build
from procurement.domain.planning.price_breaks import Commitments
from procurement.domain.planning.problem import Pin
from procurement.domain.planning.result import KEPT, replaced
from procurement.domain.planning.settle import settle
from procurement.domain.planning.start import start_values
from tests.builders.planning_instances import network
from tests.builders.planning_problems import asset, problem, small_problems


@settings(max_examples=150, deadline=None)
@given(small_problems(most_assets=6))
def test_a_settled_plan_is_a_point_of_the_model_with_the_same_figures(made):
    schedule = oldest_first(made)
    metrics = evaluate(made, schedule)
    for unit in (COARSE_PENCE, FINE_PENCE):
        model = build(made, outlook(made), unit)
        values = start_values(model, settle(made, schedule))
        assert len(values) == len(model.upper) == len(model.named)
        for value, low, high in zip(values, model.lower, model.upper, strict=True):
            assert low <= value <= high + 1e-9
        for low, high, terms in model.rows:
            assert low - 1e-7 <= sum(values[column] * factor for column, factor in terms) <= high + 1e-7
        assert model.schedule(made, values) == schedule
        for stage, exact in (
            ("breach", metrics.breaches_pence),
            ("exposure", metrics.exposure),
            ("cost", metrics.cost_present_value_pence),
        ):
            costs, offset, points_or_pence = model.objective(stage)
            value = offset + sum(values[column] * factor for column, factor in costs.items())
            assert value * points_or_pence == pytest.approx(exact, abs=0.51)


def test_every_single_asset_is_linked_to_the_tenders_of_its_year():
    made = network(1, assets=20, horizon_years=5, trusts=3)
    model = build(made, outlook(made))
    code_of = {one.asset_id: one.specification for one in made.assets}
    rows = [frozenset(terms) for _, high, terms in model.rows if high == 0.0]
    assert model.take
    for (asset_id, choice), column in model.take.items():
        tenders = {
            (c, -1.0)
            for (code, _, year, _), c in model.tier.items()
            if (code, year) == (code_of[asset_id], choice.year)
        }
        assert frozenset({(column, 1.0), *tenders}) in rows


def test_only_pins_may_breach():
    free = problem(asset(1), asset(2, trust_id=2), max_installations_per_trust_year=1)
    assert build(free, outlook(free)).breach == {}
    pinned = problem(
        asset(1),
        asset(2),
        asset(3),
        pins=(Pin(1, replaced(2028)), Pin(2, replaced(2028))),
        max_installations_per_trust_year=1,
    )
    model = build(pinned, outlook(pinned))
    assert {name for name, column in model.named.items() if column in model.breach} == {
        ("short", 1, 2028),
        ("over", "installed", 1, "", 2028),
    }
    assert model.lower[model.take[1, replaced(2028)]] == 1.0


@settings(max_examples=100, deadline=None)
@given(small_problems(most_assets=6))
def test_exchanging_like_for_like_costs_nothing_and_never_exposes_more(made):
    ahead = outlook(made)
    schedule = oldest_first(made)
    tidy = needier_first(made, schedule, ahead)
    before, after = evaluate(made, schedule), evaluate(made, tidy)
    assert after.exposure <= before.exposure
    assert after.cost_present_value_pence == before.cost_present_value_pence
    assert after.breaches_pence == before.breaches_pence
    assert needier_first(made, tidy, ahead) == tidy


def test_the_needier_of_two_goes_first():
    made = problem(
        asset(1), asset(2, risk=0.5), asset(3, works_pence=1), asset(4, risk=0.9), pins=(Pin(4, KEPT),)
    )
    schedule = {1: replaced(2027), 2: KEPT, 3: replaced(2028), 4: KEPT}
    assert needier_first(made, schedule, outlook(made)) == {
        1: KEPT,
        2: replaced(2027),
        3: replaced(2028),
        4: KEPT,
    }


def test_commitments_hold_each_tender_to_one_break():
    made = problem(*(asset(n) for n in (1, 2, 3, 4)))
    model = build(made, outlook(made))
    commitments = Commitments(made, model)
    reached = commitments.reached_by(
        {1: replaced(2027), 2: replaced(2027), 3: replaced(2027), 4: replaced(2028)}
    )
    by_name = {name: reached.get(column) for name, column in model.tier.items()}
    assert by_name["CT-A", 0, 2027, 0] == (0.0, 0.0)
    assert by_name["CT-A", 0, 2027, 1] == (1.0, 1.0)
    assert by_name["CT-A", 0, 2028, 0] is None  # may be bought or not, at the single price
    assert by_name["CT-A", 0, 2028, 1] == (0.0, 0.0)
    single = commitments.single_price()
    assert all(
        single.get(column) == (None if tier == 0 else (0.0, 0.0))
        for (_, _, _, tier), column in model.tier.items()
    )
