"""What the parts of the planner promise, on hundreds of tiny problems with every feature on by chance."""

from dataclasses import replace
from random import Random

import pytest

from procurement.domain.planning.baseline import oldest_first, risk_first
from procurement.domain.planning.breaches import only_pins_breach
from procurement.domain.planning.evaluate import evaluate, evaluate_settlement
from procurement.domain.planning.exchange import needier_first
from procurement.domain.planning.exposure import outlook
from procurement.domain.planning.funding import allocate
from procurement.domain.planning.model import COARSE_PENCE, FINE_PENCE, build
from procurement.domain.planning.problem import KEPT, Kind
from procurement.domain.planning.settle import settle
from procurement.domain.planning.solve import Stop, solve
from procurement.domain.planning.start import start_values
from procurement.domain.planning.verify import verify
from procurement.domain.planning.verify_ages import Ages
from tests.builders.planning_tiny import tiny
from tests.oracles.enumeration import is_excused
from tests.oracles.flows import most_paid
from tests.oracles.plan_choices import every_choice, open_choices

SEEDS = range(5_000, 5_300)


def by_chance(made, seed, choices=every_choice):
    """A schedule picked blindly, pins kept."""
    rng = Random(seed)
    pins = {pin.asset_id: pin.choice for pin in made.pins}
    return {one.asset_id: pins.get(one.asset_id) or rng.choice(choices(made, one)) for one in made.assets}


def offered(ahead):
    """What the outlook offers, as ``choices`` of ``by_chance``."""
    return lambda _, one: ahead.choices[one.asset_id]


def alike(made):
    """The problem with machines of one trust and price, so that they may be exchanged; sites and families differ."""
    first = made.assets[0]
    common = {
        name: getattr(first, name)
        for name in ("trust_id", "specification", "modality", "works_pence", "is_only_one", "cover_pence")
    }
    machines = tuple(one if one.is_candidate else replace(one, **common) for one in made.assets)
    return made if first.is_candidate else replace(made, assets=machines)


def test_the_choices_open_are_those_of_the_rules_without_useless_upgrades():
    dropped = 0
    for seed in SEEDS:
        made = tiny(seed)
        ahead = outlook(made)
        for one in made.assets:
            allowed, kept = open_choices(made, one), ahead.choices[one.asset_id]
            assert list(kept) == [choice for choice in sorted(allowed) if choice in kept]
            for choice in set(allowed) - set(kept):
                dropped += 1
                without = KEPT if choice.year is None else next(c for c in allowed if c.year == choice.year)
                totals = ahead.totals[one.asset_id]
                assert choice.kind is Kind.UPGRADE
                assert totals[choice] >= totals[without]
                assert choice != dict(made.previous).get(one.asset_id)
    assert dropped > 50


def test_the_points_of_every_choice_are_those_counted_year_by_year():
    for seed in SEEDS:
        made = tiny(seed)
        ages, ahead = Ages(made), outlook(made)
        for one in made.assets:
            totals = ahead.totals[one.asset_id]
            assert list(totals) == every_choice(made, one)
            for choice, points in totals.items():
                assert points == ages.points_left(one, choice)


@pytest.mark.parametrize("unit", [COARSE_PENCE, FINE_PENCE])
def test_a_settled_plan_is_a_point_of_the_model_with_the_same_figures(unit):
    tried = 0
    for seed in SEEDS:
        made = tiny(seed)
        ahead = outlook(made)
        for schedule in (oldest_first(made), by_chance(made, seed, offered(ahead))):
            settlement = settle(made, schedule, ahead)
            if not only_pins_breach(made, settlement):
                continue
            tried += 1
            model = build(made, ahead, unit)
            check_point(made, model, start_values(model, settlement), schedule)
    assert tried > 350


def check_point(made, model, values, schedule):
    metrics = evaluate(made, schedule)
    assert len(values) == len(model.upper) == len(model.named) == len(model.owner)
    for value, low, high in zip(values, model.lower, model.upper, strict=True):
        assert low <= value <= high + 1e-9
    for low, high, terms in model.rows:
        assert low - 1e-6 <= sum(values[column] * factor for column, factor in terms) <= high + 1e-6
    assert model.schedule(made, values) == schedule
    for stage, exact in (
        ("breach", metrics.breaches_pence),
        ("exposure", metrics.exposure),
        ("cost", metrics.cost_stage_pence),
        ("churn", metrics.churn),
    ):
        costs, offset, unit = model.objective(stage)
        value = offset + sum(values[column] * factor for column, factor in costs.items())
        assert value * unit == pytest.approx(exact, abs=0.51)


def test_every_column_says_whose_it_is():
    for seed in SEEDS[:60]:
        made = tiny(seed)
        network = {trust.trust_id: trust.network_id for trust in made.trusts}
        of_asset = {one.asset_id: one.trust_id for one in made.assets}
        model = build(made, outlook(made))
        for name, column in model.named.items():
            trust, where = model.owner[column]
            if name[0] == "take":
                assert (trust, where) == (of_asset[name[1]], network[of_asset[name[1]]])
            elif name[0] == "tier":
                assert (trust, where) == (None, name[2])
            elif trust is not None:
                assert where == network[trust]


def test_the_spreadsheet_rules_break_nothing():
    for seed in SEEDS:
        made = tiny(seed)
        for rule in (oldest_first, risk_first):
            assert verify(made, settle(made, rule(made))) == []


def test_as_much_is_paid_as_can_be_from_every_kind_of_money():
    short = 0
    for seed in SEEDS:
        made = tiny(seed)
        settlement = settle(made, by_chance(made, seed))
        spend = {(s.trust_id, s.modality, s.year): s.amount_pence for s in settlement.spend}
        found = allocate(made, spend)
        paid = sum(line.amount_pence for line in found.funding)
        assert paid == most_paid(made, spend)
        assert sum(spend.values()) - paid == sum(found.short_pence.values())
        short += bool(found.short_pence)
    assert 0 < short < len(SEEDS)


def test_what_pins_excuse_is_what_they_ask_for_by_themselves():
    outcomes = set()
    for seed in SEEDS:
        made = tiny(seed)
        settlement = settle(made, by_chance(made, seed, open_choices))
        excused = only_pins_breach(made, settlement)
        assert excused == is_excused(made, settlement)
        if settlement.breaches:
            outcomes.add(excused)
        without_pins = [fault for fault in verify(made, settlement) if "without" in fault]
        assert bool(without_pins) != excused
    assert outcomes == {True, False}


def test_exchanging_like_for_like_costs_nothing_and_never_exposes_more():
    exchanged = 0
    for seed in range(5_000, 5_600):
        made = alike(tiny(seed))
        ahead = outlook(made)
        schedule = by_chance(made, seed, offered(ahead))
        tidy = needier_first(made, schedule, ahead)
        before, after = (
            evaluate_settlement(made, settle(made, one, ahead), ahead) for one in (schedule, tidy)
        )
        assert after.exposure <= before.exposure
        assert after.cost_stage_pence == before.cost_stage_pence
        assert after.breaches_pence == before.breaches_pence
        assert needier_first(made, tidy, ahead) == tidy
        exchanged += tidy != schedule
    assert exchanged > 30


def test_the_order_in_which_things_are_listed_changes_nothing():
    for seed in range(6_000, 6_060):
        made = tiny(seed)
        parts = {name: getattr(made, name) for name in made.__slots__}
        turned = replace(
            made, **{name: part[::-1] for name, part in parts.items() if isinstance(part, tuple)}
        )
        assert made.inputs_hash() == turned.inputs_hash()
        one, other = solve(made, Stop(relative_gap=0.0)), solve(turned, Stop(relative_gap=0.0))
        assert one.schedule == other.schedule
        assert one.metrics == other.metrics
        assert one.settlement.funding == other.settlement.funding
        assert one.breaches == other.breaches
        assert one.tenders == other.tenders
