"""The independent check knows every option, limit and figure: each planted fault is found, and said."""

from dataclasses import replace
from datetime import date

import pytest

from procurement.domain.planning.problem import (
    Pin,
    PlanTrust,
    Pool,
    PoolEnvelope,
    RingFence,
    UpgradeOffer,
)
from procurement.domain.planning.result import (
    KEPT,
    BreachKind,
    CarryLine,
    Choice,
    FundingLine,
    Kind,
    Source,
    replaced,
)
from procurement.domain.planning.settle import settle
from procurement.domain.planning.solve import Stop, solve
from procurement.domain.planning.verify import verify
from tests.builders.planning_problems import CT, MRI, asset, problem

OLD, EIGHT = date(2012, 6, 1), date(2019, 6, 1)
PLENTY = 500_000_000


def upgrade(first, later=None):
    return Choice(Kind.UPGRADE, later, first)


def retired(year):
    return Choice(Kind.RETIRE, year)


def added(year):
    return Choice(Kind.ADD, year)


def candidate(number, **values):
    return asset(number, installed_on=None, need_points=300, **values)


FLEET = problem(
    asset(1, installed_on=OLD, is_only_one=True, cover_pence=3_000_001),
    asset(2, installed_on=EIGHT, support_ends_on=date(2028, 1, 1), upgrade=UpgradeOffer(9_000_001, 4)),
    asset(3, installed_on=OLD, retire_pence=1_000_001),
    asset(4, installed_on=OLD, is_only_one=True, retire_pence=5),
    candidate(-1, wanted_from=2029),
    asset(5, installed_on=OLD, trust_id=2, upgrade=UpgradeOffer(1, 1)),
    envelope_pence=PLENTY,
)
CHOSEN = {
    1: replaced(2027),
    2: upgrade(2028, 2031),
    3: retired(2028),
    4: KEPT,
    -1: added(2029),
    5: KEPT,
}
SOUND = settle(FLEET, CHOSEN)


def decided(asset_id, **values):
    """The sound plan with one decision tampered with."""
    return replace(
        SOUND, decisions=tuple(replace(d, **values) if d.asset_id == asset_id else d for d in SOUND.decisions)
    )


def test_the_sound_plan_is_sound():
    assert verify(FLEET, SOUND) == []
    assert SOUND.breaches == ()


@pytest.mark.parametrize(
    ("tampered", "words"),
    [
        (decided(4, year=2029), "CT 4: what is decided is no decision. What is kept has no year"),
        (decided(2, upgrade_year=2031), "can only be replaced in a later year"),
        (decided(3, upgrade_year=2027), "Only an upgrade has a year of upgrade"),
        (decided(1, year=2033), "CT 1 is decided outside the plan"),
        (decided(2, upgrade_year=2026), "CT 2 is decided outside the plan"),
        (decided(1, kind=Kind.ADD), "CT 1 is added though in use"),
        (decided(-1, kind=Kind.REPLACE), "CT -1 is added though in use, or a candidate that is not added"),
        (decided(1, kind=Kind.UPGRADE, year=None, upgrade_year=2028), "CT 1 is upgraded without an offer"),
        (decided(1, kind=Kind.RETIRE), "CT 1 is retired without an offer"),
        (settle(FLEET, CHOSEN | {5: upgrade(2027)}), "CT 5 is upgraded at 15 years"),
        (settle(FLEET, CHOSEN | {-1: added(2028)}), "CT -1 is sited in 2028/29, before it is wanted"),
        (
            settle(FLEET, CHOSEN | {4: replaced(2029)}),
            "CT 4 is the only one of an emergency site and out of use",
        ),
        (settle(FLEET, CHOSEN | {4: retired(2029)}), "CT 4 is the only one of an emergency site and retired"),
        (decided(1, cover_pence=0), "CT 1 is priced with cover other than for 1 times"),
        (decided(2, cover_pence=1), "CT 2 is priced with cover other than for 2 times"),
        (decided(2, upgrade_pence=9_000_000), "CT 2 is priced with an upgrade that differs"),
        (decided(2, upgrade_year_pence=0), "CT 2 splits its price wrongly"),
        (decided(2, equipment_pence=0), "CT 2 is priced off the break that 1 units reach"),
        (decided(3, works_pence=0), "CT 3 is priced with works that differ"),
        (decided(3, vat_pence=200_001), "CT 3 is priced with VAT that is not 20.0%"),
        (decided(-1, works_pence=1), "CT -1 is priced with works that differ"),
        (decided(4, upgrade_year_pence=1), "CT 4 is kept, yet priced"),
        (decided(2, upgrade_year_pence=SOUND.decisions[1].full_price_pence), "spend lines are not what"),
    ],
)
def test_a_decision_against_the_rules_is_found(tampered, words):
    faults = verify(FLEET, tampered)
    assert any(words in fault for fault in faults), faults


@pytest.mark.parametrize("choice", [upgrade(2028), upgrade(2028, 2030), replaced(2030), retired(2027), KEPT])
def test_a_pin_is_this_choice_and_no_other(choice):
    one = asset(1, installed_on=EIGHT, upgrade=UpgradeOffer(1, 5), retire_pence=1)
    made = problem(one, pins=(Pin(1, choice),), envelope_pence=PLENTY)
    assert verify(made, settle(made, {1: choice})) == []
    for other in {upgrade(2028), upgrade(2028, 2030), replaced(2030), retired(2027), KEPT} - {choice}:
        assert any("is pinned to" in fault for fault in verify(made, settle(made, {1: other})))


def test_what_cannot_arrive_yet_is_found_and_a_pin_to_it_must_be_named():
    late = (replace(CT, earliest_year=2029), MRI)
    made = problem(asset(1), specifications=late, envelope_pence=PLENTY)
    faults = verify(made, settle(made, {1: replaced(2027)}))
    assert any("comes in 2027/28, before CT-A can arrive" in fault for fault in faults)
    assert any("without pins that ask for it: lead time" in fault for fault in faults)
    pinned = replace(made, pins=(Pin(1, replaced(2027)),))
    plan = settle(pinned, {1: replaced(2027)})
    [breach] = plan.breaches
    assert (breach.kind, breach.units) == (BreachKind.LEAD_TIME, 2)
    assert breach.amount_pence == 2 * made.over_limit_price_pence
    assert verify(pinned, plan) == []
    assert any("says otherwise: lead time" in fault for fault in verify(pinned, replace(plan, breaches=())))
    cheap = replace(plan, breaches=(replace(breach, amount_pence=1),))
    assert any("another price" in fault for fault in verify(pinned, cheap))
    twice = replace(plan, breaches=(breach, breach))
    assert "A breach is named twice." in verify(pinned, twice)


@pytest.mark.parametrize("choice", [replaced(2028), retired(2028), upgrade(2028), upgrade(2028, 2029)])
def test_a_pin_that_leaves_an_emergency_site_without_is_named(choice):
    only = asset(1, installed_on=EIGHT, is_only_one=True, retire_pence=1, upgrade=UpgradeOffer(1, 1))
    made = problem(only, pins=(Pin(1, choice),), envelope_pence=PLENTY)
    plan = settle(made, {1: choice})
    assert {breach.kind for breach in plan.breaches} == {BreachKind.CONTINUITY}
    assert len(plan.breaches) == len(choice.years)
    assert verify(made, plan) == []
    assert any("says otherwise: continuity" in f for f in verify(made, replace(plan, breaches=())))


LIMITS = [
    (
        {"most_out_per_site": 1},
        {"site_id": 1, "trust_id": 1, "modality": "CT"},
        "2 CT scanners on one site of Ash would be out of use in 2028/29, 1 more than the 1 that may be at once.",
    ),
    (
        {"most_out_per_trust": 1},
        {"trust_id": 1, "modality": "CT"},
        "2 CT scanners in Ash would be out of use in 2028/29, 1 more than the 1 that may be at once.",
    ),
    (
        {"most_out_per_network": 1},
        {"network_id": 0, "trust_id": None, "modality": "CT"},
        "2 CT scanners in the network would be out of use in 2028/29, 1 more than the 1 that may be at once.",
    ),
    (
        {"max_installations_per_trust_year": 1},
        {"trust_id": 1},
        "Ash would install 2 scanners in 2028/29, 1 more than the 1 it can install in a year.",
    ),
]


@pytest.mark.parametrize(("limit", "named", "words"), LIMITS)
def test_more_out_at_once_than_allowed_is_found_and_named_only_for_pins(limit, named, words):
    made = problem(asset(1), asset(2), envelope_pence=PLENTY, **limit)
    both = {1: replaced(2028), 2: replaced(2028)}
    assert any("without pins that ask for it" in fault for fault in verify(made, settle(made, both)))
    one_pin = replace(made, pins=(Pin(1, replaced(2028)),))
    assert any("without pins that ask for it" in fault for fault in verify(one_pin, settle(one_pin, both)))
    pinned = replace(made, pins=tuple(Pin(n, replaced(2028)) for n in (1, 2)))
    plan = settle(pinned, both)
    [breach] = plan.breaches
    assert all(getattr(breach, name) == value for name, value in named.items())
    assert (breach.units, breach.words) == (1, words)
    assert verify(pinned, plan) == []
    assert any("says otherwise" in fault for fault in verify(pinned, replace(plan, breaches=())))
    elsewhere = replace(plan, breaches=(replace(breach, year=2029),))
    assert any("says otherwise" in fault for fault in verify(pinned, elsewhere))


def test_an_upgrade_counts_as_out_of_use_and_an_addition_does_not():
    made = problem(
        asset(1, installed_on=EIGHT, support_ends_on=OLD, upgrade=UpgradeOffer(1, 5)),
        asset(2),
        candidate(-1),
        envelope_pence=PLENTY,
        most_out_per_site=1,
    )
    assert verify(made, settle(made, {1: KEPT, 2: replaced(2028), -1: added(2028)})) == []
    assert verify(made, settle(made, {1: upgrade(2028), 2: replaced(2028), -1: KEPT})) != []


def test_a_fair_share_must_be_kept_or_named_to_the_point():
    made = problem(asset(1), asset(2, trust_id=2), fairness_basis_points=10_000, envelope_pence=PLENTY)
    assert verify(made, settle(made, {1: KEPT, 2: KEPT})) == []
    plan = settle(made, {1: KEPT, 2: replaced(2027)})
    [breach] = plan.breaches
    # 550, 600, 650, 700 and 750 points are left of one trust of two alike: half of them are beyond its share.
    assert (breach.kind, breach.trust_id, breach.units) == (BreachKind.FAIRNESS, 1, 1_625)
    assert breach.amount_pence == 1_625 * made.fairness_price_pence_per_point
    assert verify(made, plan) == []
    assert any("says otherwise: fairness" in fault for fault in verify(made, replace(plan, breaches=())))
    less = replace(plan, breaches=(replace(breach, units=1_624),))
    assert any("says otherwise: fairness" in fault for fault in verify(made, less))


def pooled(**values):
    facts = {
        "pools": (Pool(7, "Ash's pool", (1,), 1_000), Pool(8, "Everybody's", (1, 2), 0)),
        "pool_envelopes": (PoolEnvelope(7, 2027, 60_000_000), PoolEnvelope(8, 2027, 60_000_000)),
        "envelopes": (),
    }
    return problem(asset(1), asset(2, trust_id=2), **{**facts, **values})


def test_a_pool_pays_only_its_trusts_and_only_what_it_holds():
    made = pooled()
    plan = settle(made, {1: replaced(2027), 2: replaced(2027)})
    assert {(line.trust_id, line.pool_id) for line in plan.funding} == {(1, 7), (2, 8)}
    assert verify(made, plan) == []
    first, second = plan.funding
    swapped = (replace(first, pool_id=8), replace(second, pool_id=7))
    assert "Trust 2 is paid from Ash's pool, which is not for it." in verify(
        made, replace(plan, funding=swapped)
    )
    both = (replace(first, pool_id=8), second)
    assert "More of the envelope of Everybody's is used in 2027 than it holds." in verify(
        made, replace(plan, funding=both)
    )
    for wrong in (replace(first, pool_id=9), replace(first, pool_id=None), replace(first, source=Source.OWN)):
        assert "A line names a pool that is none." in verify(made, replace(plan, funding=(wrong, second)))


def test_a_pool_carries_over_no_more_than_its_share():
    made = pooled(pool_envelopes=(PoolEnvelope(7, 2027, 60_000_000), PoolEnvelope(7, 2028, 54_000_000)))
    plan = settle(made, {1: replaced(2028), 2: KEPT})
    assert plan.carry_over == (CarryLine(Source.POOL, None, 2027, 6_000_000, 7),)
    assert verify(made, plan) == []
    more = replace(plan, carry_over=(replace(plan.carry_over[0], amount_pence=6_000_001),))
    assert verify(made, more) == [
        "More of the envelope of Ash's pool is carried out of 2027 than its limit allows."
    ]


def test_a_ring_fence_pays_only_its_trusts():
    made = problem(
        asset(1), asset(2, trust_id=2), envelopes=(), ring_fences=(RingFence(2027, "CT", 60_000_000, (1,)),)
    )
    plan = settle(made, {1: replaced(2027), 2: KEPT})
    assert plan.funding == (FundingLine(1, "CT", 2027, Source.RING_FENCE, 60_000_000, ring_trust_ids=(1,)),)
    assert verify(made, plan) == []
    other = settle(made, {1: KEPT, 2: replaced(2027)})
    paid = FundingLine(2, "CT", 2027, Source.RING_FENCE, 60_000_000, ring_trust_ids=(1,))
    faults = verify(made, replace(other, funding=(paid,), breaches=()))
    assert faults == ["Trust 2 is paid from a ring-fence that is not for it."]
    everybody = replace(paid, ring_trust_ids=None)
    assert verify(made, replace(other, funding=(everybody,), breaches=())) == [
        "More CT money than is ring-fenced is used in 2027."
    ]


def test_each_network_runs_its_own_tender_unless_it_is_national():
    trusts = (PlanTrust(1, "Ash", 1), PlanTrust(2, "Beech", 2))
    machines = (asset(1), asset(2, trust_id=2), asset(3, trust_id=2))
    together = dict.fromkeys((1, 2, 3), replaced(2027))
    apart = problem(*machines, trusts=trusts, envelope_pence=PLENTY)
    plan = settle(apart, together)
    assert [(t.network_id, t.units, t.tier) for t in plan.tenders] == [(1, 1, 0), (2, 2, 0)]
    assert verify(apart, plan) == []
    joint = replace(apart, specifications=(replace(CT, national=True), MRI))
    national = settle(joint, together)
    assert [(t.network_id, t.units, t.tier) for t in national.tenders] == [(None, 3, 1)]
    assert verify(joint, national) == []
    for made, wrong in ((apart, national), (joint, plan)):
        assert any("not one for each specification, network and year" in f for f in verify(made, wrong))


RICH = problem(
    asset(1, installed_on=OLD, family="Aurora"),
    asset(
        2,
        installed_on=EIGHT,
        support_ends_on=date(2027, 9, 1),
        upgrade=UpgradeOffer(100, 5),
        family="Borealis",
    ),
    asset(3, installed_on=OLD, retire_pence=1, trust_id=2, family="Aurora"),
    candidate(-1),
    envelope_pence=130_000_000,
    family_price_pence=1_000_000,
    previous=((1, replaced(2029)), (2, KEPT)),
)
RESULT = solve(RICH, Stop(seconds=30, relative_gap=0.0))


def test_the_rich_plan_is_sound():
    assert verify(RICH, RESULT) == []
    assert {d.kind for d in RESULT.decisions} >= {Kind.REPLACE, Kind.UPGRADE, Kind.RETIRE, Kind.ADD}


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"cost_present_value_pence": 1}, "present value"),
        ({"family_count": 0}, "model families"),
        ({"family_price_pence": 0}, "model families"),
        ({"churn": 0}, "changed decisions"),
        ({"added": 0}, "shown as added"),
        ({"upgraded": 0}, "shown as upgraded"),
        ({"retired": 0}, "shown as retired"),
        ({"replaced": 9}, "shown as replaced"),
        ({"tender_count": 0}, "shown as tender_count"),
        ({"saving_pence": 1}, "shown as saving_pence"),
        ({"exposure": 10**9}, "worse than risk-first"),
    ],
)
def test_a_false_figure_is_found(values, words):
    claimed = replace(RESULT, metrics=replace(RESULT.metrics, **values))
    assert any(words in fault for fault in verify(RICH, claimed))


@pytest.mark.parametrize("place", range(4))
def test_a_stage_must_show_the_plans_own_figure_and_no_bound_above_it(place):
    def with_stage(**values):
        stages = list(RESULT.stages)
        stages[place] = replace(stages[place], **values)
        return replace(RESULT, stages=tuple(stages))

    stage = RESULT.stages[place]
    assert any("shows another figure" in f for f in verify(RICH, with_stage(value=stage.value + 1)))
    assert any("nothing is as good" in f for f in verify(RICH, with_stage(bound=stage.value * 1.01 + 1)))
