"""Problem data refuses nonsense in plain words, and hashes alike when it is alike."""

from dataclasses import replace
from datetime import date

import pytest

from procurement.domain.planning.problem import (
    Envelope,
    Pin,
    PlanTrust,
    Pool,
    PoolEnvelope,
    RingFence,
    Specification,
    Tier,
)
from procurement.domain.planning.result import KEPT, Choice, Kind, replaced
from procurement.domain.planning.rules import ExposureWeights, planning_rules
from tests.builders.planning_instances import network
from tests.builders.planning_problems import CT, MRI, asset, problem, shared


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"horizon_years": 4}, "5 to 10 years, not 4"),
        ({"horizon_years": 11}, "5 to 10 years, not 11"),
        ({"guidance_years": 8}, "7 or 10 years, not 8"),
        ({"first_year": 27}, "calendar year such as 2027"),
        ({"first_year": "2027"}, "calendar year such as 2027"),
        ({"tender_cost_pence": -1}, "The cost of one tender in pence"),
        ({"tender_cost_pence": 1.5}, "The cost of one tender in pence"),
        ({"max_installations_per_trust_year": -1}, "The limit on installations"),
        ({"over_limit_price_pence": 0}, "at least 1, not 0"),
        ({"own_carry_over_basis_points": 10_001}, "Own carry over cannot be more than 100%"),
        ({"discount_basis_points": -1}, "Discount in basis points"),
        ({"specifications": (CT,), "assets": (asset(1), asset(1))}, "Asset 1 is given twice"),
        ({"trusts": (PlanTrust(1, "Ash"), PlanTrust(1, "Ash"))}, "Trust 1 is given twice"),
        ({"specifications": (CT, CT, MRI)}, "Specification 'CT-A' is given twice"),
        ({"specifications": (MRI,)}, "CT 1 names the unknown specification 'CT-A'"),
        ({"assets": (asset(1, modality="MRI"),)}, "CT 1 is MRI, but CT-A is not"),
        ({"assets": (asset(1, trust_id=3),)}, "CT 1 belongs to trust 3, which is not in the plan"),
        ({"envelopes": (Envelope(9, 2027, 1),)}, "names trust 9"),
        ({"envelopes": (Envelope(1, 2026, 1),)}, "outside the plan's years"),
        ({"envelopes": (Envelope(1, 2027, 1), Envelope(1, 2027, 2))}, "is given twice"),
        (shared((2032, 1)), "outside the plan's years"),
        ({"ring_fences": (RingFence(2027, "CT", 1), RingFence(2027, "CT", 1))}, "is given twice"),
        ({"pool_envelopes": (PoolEnvelope(1, 2027, 1),)}, "names pool 1, which is not in the plan"),
        ({"pools": (Pool(1, "Ours", (1,)), Pool(1, "Theirs", (2,)))}, "Pool 1 is given twice"),
        ({"pools": (Pool(1, "Ours", (1, 9)),)}, "The pool Ours names trust 9"),
        ({"ring_fences": (RingFence(2027, "CT", 1, (9,)),)}, "A ring-fence for CT names trust 9"),
        (
            {"ring_fences": (RingFence(2027, "CT", 1, (1, 2)), RingFence(2027, "CT", 1, (2, 1)))},
            "is given twice",
        ),
        ({"most_out_per_site": -1}, "The limit on machines out at once in a site"),
        ({"most_out_per_network": 1.5}, "The limit on machines out at once in a network"),
        ({"fairness_basis_points": 0}, "at least 1, not 0"),
        ({"family_price_pence": -1}, "The price of a model family"),
        ({"cost_tolerance_basis_points": 10_001}, "Cost tolerance cannot be more than 100%"),
        ({"pins": (Pin(1, Choice(Kind.ADD, 2027)),)}, "CT 1 is in use already and cannot be added"),
        ({"pins": (Pin(1, Choice(Kind.RETIRE, 2027)),)}, "CT 1 has no price of removal"),
        ({"pins": (Pin(1, Choice(Kind.UPGRADE, None, 2027)),)}, "CT 1 has no offer of an upgrade"),
        (
            {
                "assets": (asset(1, installed_on=None, need_points=1),),
                "pins": (Pin(1, replaced(2027)),),
            },
            "CT 1 is a candidate and cannot be replaced",
        ),
        ({"previous": ((2, KEPT),)}, "An earlier decision names asset 2"),
        ({"previous": ((1, KEPT), (1, replaced(2027)))}, "The earlier decision of asset 1 is given twice"),
        ({"pins": (Pin(2, replaced(2027)),)}, "A pin names asset 2"),
        ({"pins": (Pin(1, replaced(2032)),)}, "pinned to 2032, outside the plan's years"),
        ({"pins": (Pin(1, replaced(2027)), Pin(1, KEPT))}, "The pin of asset 1 is given twice"),
    ],
)
def test_a_senseless_problem_is_refused_in_words(values, words):
    sound = problem(asset(1))
    with pytest.raises(ValueError, match=words):
        replace(sound, **values)


@pytest.mark.parametrize("risk", [-0.01, 1.01, float("nan"), float("inf")])
def test_a_risk_outside_0_and_1_is_refused(risk):
    with pytest.raises(ValueError, match="The risk of CT 1 must lie between 0 and 1"):
        asset(1, risk=risk)


@pytest.mark.parametrize("pence", [-1, 10.0, True, None])
def test_money_is_whole_pence(pence):
    with pytest.raises(ValueError, match="whole number"):
        Envelope(1, 2027, pence)
    with pytest.raises(ValueError, match="whole number"):
        asset(1, works_pence=pence)


@pytest.mark.parametrize(
    ("tiers", "words"),
    [
        ((), "must begin at one unit"),
        ((Tier(2, None, 1),), "must begin at one unit"),
        ((Tier(1, 2, 1),), "must have no largest quantity"),
        ((Tier(1, 2, 5), Tier(4, None, 5)), "without gap or overlap"),
        ((Tier(1, 3, 5), Tier(3, None, 5)), "without gap or overlap"),
        ((Tier(1, None, 5), Tier(3, None, 5)), "without gap or overlap"),
        ((Tier(1, 2, 5), Tier(3, None, 6)), "may not rise with the quantity"),
    ],
)
def test_price_breaks_must_make_sense(tiers, words):
    with pytest.raises(ValueError, match=words):
        Specification("CT-A", "CT", tiers)


def test_a_price_break_holds_its_quantities():
    assert [CT.tier_index(units) for units in (1, 2, 3, 40)] == [0, 0, 1, 1]
    with pytest.raises(ValueError, match="cannot be bought in a quantity of 0"):
        CT.tier_index(0)
    with pytest.raises(ValueError, match="largest quantity"):
        Tier(3, 2, 1)


def test_equal_inputs_hash_alike_in_any_order_and_every_input_counts():
    made = network(1, assets=12, horizon_years=5, trusts=2)
    assert made.inputs_hash() == network(1, assets=12, horizon_years=5, trusts=2).inputs_hash()
    assert made.inputs_hash() == replace(made, assets=made.assets[::-1]).inputs_hash()
    first = made.assets[0]
    changes = [
        {"guidance_years": 7},
        {"tender_cost_pence": 1},
        {"pins": (Pin(1, KEPT),)},
        {"exposure_tolerance_basis_points": 0},
        {"weights": replace(made.weights, past_ten_points=501)},
        {"assets": (replace(first, risk=first.risk / 2 + 0.01), *made.assets[1:])},
        {"assets": (replace(first, installed_on=date(2001, 1, 1)), *made.assets[1:])},
        {"envelopes": made.envelopes[1:]},
    ]
    hashes = {replace(made, **change).inputs_hash() for change in changes} | {made.inputs_hash()}
    assert len(hashes) == len(changes) + 1


def test_a_risk_of_1_hashes_like_a_risk_of_1_point_0():
    assert problem(asset(1, risk=1)).inputs_hash() == problem(asset(1, risk=1.0)).inputs_hash()


def test_weights_refuse_nonsense():
    weights = planning_rules().weights
    with pytest.raises(ValueError, match="past_ten_points must be a whole number"):
        replace(weights, past_ten_points=1.5)
    with pytest.raises(ValueError, match="below the ten-year edge"):
        ExposureWeights(100, 10, 500, 50, 9, 1000)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"installed_on": date(2020, 1, 1)}, "is a candidate: it has no age"),
        ({"is_only_one": True}, "is a candidate"),
        ({"family": "Aurora"}, "is a candidate"),
        ({"need_points": -1}, "The need for CT 1 in points"),
        ({"need_points": None, "wanted_from": 2028}, "only a candidate is wanted from a year on"),
    ],
)
def test_a_candidate_has_a_need_and_nothing_of_a_machine(values, words):
    facts = {"installed_on": None, "need_points": 100}
    assert asset(1, **facts).is_candidate
    with pytest.raises(ValueError, match=words):
        asset(1, **{**facts, **values})


@pytest.mark.parametrize("name", ["retire_pence", "cover_pence"])
def test_offers_are_whole_pence(name):
    with pytest.raises(ValueError, match="whole number"):
        asset(1, **{name: -1})


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ((Kind.KEEP, 2027), "What is kept has no year"),
        ((Kind.REPLACE,), "The choice to replace needs a year"),
        ((Kind.ADD, None), "The choice to add needs a year"),
        ((Kind.RETIRE, 2027, 2027), "Only an upgrade has a year of upgrade"),
        ((Kind.UPGRADE, 2027), "An upgrade needs the year"),
        ((Kind.UPGRADE, 2027, 2027), "only be replaced in a later year"),
        (("repair", 2027), "is not a valid Kind"),
    ],
)
def test_a_senseless_choice_is_refused(values, words):
    with pytest.raises(ValueError, match=words):
        Choice(*values)


def test_choices_have_an_order_and_say_what_happens_when():
    both = Choice(Kind.UPGRADE, 2030, 2028)
    assert sorted([both, Choice(Kind.ADD, 2027), replaced(2029), KEPT, replaced(2028)]) == [
        KEPT,
        replaced(2028),
        replaced(2029),
        both,
        Choice(Kind.ADD, 2027),
    ]
    assert (both.bought_in, both.out_in, both.years) == (2030, (2028, 2030), (2028, 2030))
    gone = Choice(Kind.RETIRE, 2030)
    assert (gone.bought_in, gone.out_in, gone.years) == (None, (), (2030,))
    assert (Choice(Kind.ADD, 2030).bought_in, Choice(Kind.ADD, 2030).out_in) == (2030, ())


def test_the_order_of_a_pools_trusts_does_not_matter():
    one, other = (
        replace(
            problem(asset(1)),
            pools=(Pool(1, "Ours", trusts),),
            ring_fences=(RingFence(2027, "CT", 1, trusts),),
        )
        for trusts in ((1, 2), (2, 1))
    )
    assert one.inputs_hash() == other.inputs_hash()
