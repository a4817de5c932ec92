"""The independent check finds nothing in sound plans, and every planted fault."""

from dataclasses import replace
from datetime import date

import pytest

from procurement.domain.planning.baseline import oldest_first
from procurement.domain.planning.problem import Pin, RingFence
from procurement.domain.planning.result import KEPT, BreachKind, CarryLine, FundingLine, Source, replaced
from procurement.domain.planning.settle import settle
from procurement.domain.planning.solve import Stop, solve
from procurement.domain.planning.verify import verify
from tests.builders.planning_problems import asset, problem, shared

MADE = problem(
    asset(1),
    asset(2, installed_on=date(2017, 6, 1)),
    asset(3, trust_id=2),
    asset(4, installed_on=date(2025, 6, 1)),
    asset(5, modality="MRI", specification="MRI-A"),
    pins=(Pin(3, replaced(2028)),),
    envelope_pence=65_000_000,
    **shared(*((year, 40_000_000) for year in range(2027, 2032))),
    ring_fences=(RingFence(2027, "MRI", 30_000_000),),
    max_installations_per_trust_year=2,
)
RESULT = solve(MADE, Stop(seconds=30))
PLAN = RESULT.settlement


def with_decision(asset_id, **values):
    return replace(
        PLAN, decisions=tuple(replace(d, **values) if d.asset_id == asset_id else d for d in PLAN.decisions)
    )


def with_first(name, **values):
    lines = getattr(PLAN, name)
    return replace(PLAN, **{name: (replace(lines[0], **values), *lines[1:])})


def with_ct_tender_at_the_other_break():
    return replace(
        PLAN,
        tenders=tuple(replace(t, tier=1 - t.tier) if t.specification == "CT-A" else t for t in PLAN.tenders),
    )


def test_a_sound_plan_has_no_fault():
    assert verify(MADE, RESULT) == []
    assert verify(MADE, PLAN) == []
    assert PLAN.funding
    assert PLAN.carry_over
    assert len({line.source for line in PLAN.funding}) == 3, (
        "every source should be in use, to be tampered with"
    )


@pytest.mark.parametrize(
    ("tampered", "words"),
    [
        (replace(PLAN, decisions=PLAN.decisions[1:]), "does not decide every asset exactly once"),
        (
            replace(PLAN, decisions=(PLAN.decisions[0], *PLAN.decisions)),
            "does not decide every asset exactly once",
        ),
        (
            settle(MADE, RESULT.schedule | {3: replaced(2029)}),
            "CT 3 is pinned to replace in 2028/29 but decided as replace in 2029/30",
        ),
        (
            settle(MADE, RESULT.schedule | {3: KEPT}),
            "CT 3 is pinned to replace in 2028/29 but decided as keep",
        ),
        (
            settle(MADE, RESULT.schedule | {4: replaced(2028)}),
            "CT 4 is replaced in 2028/29, younger than a plan may replace",
        ),
        (settle(MADE, RESULT.schedule | {4: replaced(2031)}), "though it never falls due"),
        (
            settle(
                MADE, {1: replaced(2027), 2: replaced(2027), 3: replaced(2028), 4: KEPT, 5: replaced(2027)}
            ),
            "without a pin",
        ),
        (
            settle(
                MADE, {1: replaced(2027), 2: replaced(2027), 3: replaced(2028), 4: KEPT, 5: replaced(2027)}
            ),
            "without pins that ask for it: installations (1, 0, 2027)",
        ),
        (with_decision(1, year=2040), "outside the plan"),
        (with_decision(1, equipment_pence=49_999_999), "priced off the break"),
        (with_decision(1, works_pence=1), "works that differ"),
        (with_decision(1, vat_pence=10_000_002), "VAT that is not 20.0%"),
        (with_decision(4, works_pence=1), "CT 4 is kept, yet priced"),
        (replace(PLAN, tenders=PLAN.tenders[1:]), "not one for each specification, network and year"),
        (
            replace(PLAN, tenders=(*PLAN.tenders, PLAN.tenders[0])),
            "not one for each specification, network and year",
        ),
        (with_first("tenders", asset_ids=(4,)), "does not hold the assets decided"),
        (with_first("tenders", units=9), "does not hold the assets decided"),
        (with_first("tenders", trust_units=((2, 1),)), "counts the trusts' units wrongly"),
        (with_first("tenders", tier=9), "at a break that does not exist"),
        (with_ct_tender_at_the_other_break(), "at a break it does not reach"),
        (with_first("tenders", unit_price_pence=1), "another price than its break's"),
        (with_first("tenders", saving_pence=1), "a wrong saving"),
        (with_first("spend", amount_pence=1), "not what the decisions cost"),
        (replace(PLAN, spend=(*PLAN.spend, PLAN.spend[0])), "not what the decisions cost"),
        (replace(PLAN, funding=PLAN.funding[1:]), "not what is named as a breach"),
        (with_first("funding", amount_pence=PLAN.funding[0].amount_pence + 1), "More is funded than spent"),
        (with_first("funding", amount_pence=0), "not a positive sum"),
        (replace(PLAN, carry_over=()), "is used in"),
        (
            replace(PLAN, carry_over=(CarryLine(Source.OWN, 1, 2027, 6_500_001),)),
            "More of trust 1's envelope is carried out of 2027 than its limit allows",
        ),
        (
            replace(PLAN, carry_over=(*PLAN.carry_over, CarryLine(Source.POOL, None, 2031, 1, 1))),
            "is listed twice or leaves the plan",
        ),
    ],
)
def test_a_planted_fault_is_found(tampered, words):
    faults = verify(MADE, tampered)
    assert any(words in fault for fault in faults), faults


def test_an_envelope_used_by_a_penny_too_much_is_found():
    made = problem(asset(1), envelope_pence=60_000_000, own_carry_over_basis_points=0)
    plan = settle(made, {1: replaced(2027)})
    assert verify(made, plan) == []
    assert verify(problem(asset(1), envelope_pence=59_999_999, own_carry_over_basis_points=0), plan) == [
        "More of trust 1's envelope is used in 2027 than it holds."
    ]


def test_ring_fenced_money_for_another_modality_is_found():
    made = problem(asset(1), envelope_pence=10_000_000, ring_fences=(RingFence(2027, "MRI", 90_000_000),))
    plan = replace(
        settle(made, {1: replaced(2027)}),
        funding=(
            FundingLine(1, "CT", 2027, Source.RING_FENCE, 50_000_000),
            FundingLine(1, "CT", 2027, Source.OWN, 10_000_000),
        ),
        breaches=(),
    )
    assert verify(made, plan) == ["More CT money than is ring-fenced is used in 2027."]


def test_a_silent_breach_is_found():
    made = problem(asset(1), pins=(Pin(1, replaced(2027)),), envelope_pence=10_000_000)
    plan = settle(made, {1: replaced(2027)})
    assert verify(made, plan) == []
    assert verify(made, replace(plan, breaches=())) == [
        "What is not funded is not what is named as a breach."
    ]


def test_installations_beyond_the_limit_must_be_named_and_priced():
    made = problem(
        asset(1),
        asset(2),
        pins=(Pin(1, replaced(2027)), Pin(2, replaced(2027))),
        envelope_pence=500_000_000,
        max_installations_per_trust_year=1,
    )
    plan = settle(made, {1: replaced(2027), 2: replaced(2027)})
    assert [b.kind for b in plan.breaches] == [BreachKind.INSTALLATIONS]
    assert verify(made, plan) == []
    assert verify(made, replace(plan, breaches=())) == [
        "The plan goes beyond the limit by 1, and says otherwise: installations (1, 0, 2027)."
    ]
    cheap = (replace(plan.breaches[0], amount_pence=1),)
    assert verify(made, replace(plan, breaches=cheap)) == [
        "A breach has another price than set: installations (1, 0, 2027)."
    ]
    unlimited = replace(made, max_installations_per_trust_year=None)
    assert verify(unlimited, plan) == [
        "The plan goes beyond the limit by 0, and says otherwise: installations (1, 0, 2027)."
    ]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"exposure": RESULT.metrics.exposure - 1}, "The exposure shown"),
        ({"asset_years_over_10": 0}, "asset-years"),
        ({"asset_years_over_guidance": 0}, "asset-years"),
        ({"spend_pence": 1}, "The spend shown"),
        ({"breaches_pence": 1}, "The breaches shown"),
        ({"exposure": 10**9}, "worse than oldest-first"),
    ],
)
def test_a_false_claim_is_found(values, words):
    claimed = replace(RESULT, metrics=replace(RESULT.metrics, **values))
    assert any(words in fault for fault in verify(MADE, claimed))


def test_a_plan_for_other_inputs_is_found():
    assert verify(replace(MADE, cost_tolerance_basis_points=1), RESULT) == [
        "The plan was made for other inputs."
    ]


def test_oldest_first_is_checked_by_the_same_rules():
    assert verify(MADE, settle(MADE, oldest_first(MADE))) == []
