"""Reasons in words, and which money binds."""

from dataclasses import replace
from datetime import date

from procurement.domain.planning.binding import binding, binding_note, left_over
from procurement.domain.planning.explain import explained
from procurement.domain.planning.exposure import outlook
from procurement.domain.planning.problem import Choice, Kind, Pin, UpgradeOffer
from procurement.domain.planning.result import KEPT, Flag, replaced
from procurement.domain.planning.settle import settle
from procurement.domain.planning.solve import Stop, solve
from tests.builders.planning_instances import network
from tests.builders.planning_problems import CT, MRI, asset, problem, shared

CT_PENCE = 60_000_000


def reasons(made, schedule):
    return {d.asset_id: d.reason for d in explained(made, settle(made, schedule))}


def test_money_that_went_elsewhere_the_year_before_is_named():
    made = problem(asset(1), asset(2, installed_on=date(2014, 1, 1)), envelope_pence=CT_PENCE + 700_000)
    found = reasons(made, {1: replaced(2028), 2: replaced(2027)})
    assert found[2] == (
        "Replaced in 2027/28: kept, it would be 14 years old on 31 March 2028, the oldest CT of its trust and past the "
        "10-year guidance. It is bought alone."
    )
    assert found[1] == (
        "Replaced in 2028/29: kept, it would be 12 years old on 31 March 2029, past the 10-year guidance. "
        "2027/28's money goes to CT 2: £7,000 is left, and bought alone it costs £600,000 inc VAT. It is bought alone."
    )


def test_support_and_the_joint_price_are_said():
    made = problem(
        *(asset(n, support_ends_on=date(2027, 5, 31)) for n in (1, 2, 3)),
        envelope_pence=10 * CT_PENCE,
        guidance_years=7,
    )
    found = reasons(made, dict.fromkeys((1, 2, 3), replaced(2027)))
    assert found[1] == (
        "Replaced in 2027/28: kept, it would be 11 years old on 31 March 2028, the oldest CT of its trust, past the "
        "7-year guidance and ten years or older and without vendor support since 31 May 2027. It is bought together "
        "with 2 others of CT-A, which saves £50,000 ex VAT on it."
    )


def test_the_limit_on_installations_is_said():
    made = problem(asset(1), asset(2), envelope_pence=10 * CT_PENCE, max_installations_per_trust_year=1)
    assert (
        "2027/28 already has the 1 installations that its trust can take: CT 1."
        in reasons(made, {1: replaced(2027), 2: replaced(2028)})[2]
    )


def test_waiting_without_need_is_said():
    made = problem(
        asset(1, installed_on=date(2018, 6, 1)),
        asset(2, installed_on=date(2021, 6, 1), support_ends_on=date(2030, 1, 1)),
        envelope_pence=10 * CT_PENCE,
    )
    found = reasons(made, {1: replaced(2028), 2: replaced(2029)})
    assert "Replacing it in 2027/28 would lessen no exposure." in found[1]
    assert (
        "it would be 8 years old on 31 March 2030, under the 10-year guidance and without vendor" in found[2]
    )
    young = problem(asset(1, installed_on=date(2022, 6, 1), support_ends_on=date(2027, 3, 31)))
    assert (
        "younger than a plan may replace" not in reasons(young, {1: replaced(2028)})[1]
    )  # unsupported, so it may go


def test_why_it_is_kept():
    made = problem(
        asset(1, installed_on=date(2025, 6, 1)),
        asset(2),
        asset(3, installed_on=None, trust_id=2),
        asset(4),
        envelope_pence=100_000,
        pins=(Pin(4, KEPT),),
    )
    found = reasons(made, dict.fromkeys((1, 2, 3, 4), KEPT))
    assert found[1].startswith("Kept: on 31 March 2032 it would be 6 years old, under the 10-year guidance")
    assert found[2] == (
        "Kept: bought alone it costs £600,000 inc VAT, and the most left for it in any year is £1,000, in 2027/28. Kept, it would be 15 years old on 31 March 2032, the oldest CT of its "
        "trust and past the 10-year guidance."
    )
    assert found[3].endswith(
        "Its installation date is not known: the median age of CT in this plan is assumed."
    )
    assert found[4].startswith("Pinned: kept throughout the plan. Kept, it would be")


def test_an_upgrade_says_what_support_it_brings_and_what_it_takes_off():
    """Unsupported from 2027/28 on it would collect 1,000 points more each year; the upgrade saves 3 years of them."""
    offer = UpgradeOffer(10_000_000, 3)
    made = problem(
        asset(1, installed_on=date(2018, 6, 1), support_ends_on=date(2027, 6, 1), upgrade=offer),
        envelope_pence=CT_PENCE,
    )
    assert reasons(made, {1: Choice(Kind.UPGRADE, 2031, 2027)})[1] == (
        "Upgraded in 2027/28 and replaced in 2031/32. The upgrade brings support until 31 March 2031, or longer where it "
        "lasts longer: 4,000 points less than without it. It is bought alone."
    )


def test_a_retirement_an_addition_and_a_candidate_left_out():
    made = problem(
        asset(1, retire_pence=1_000_000),
        asset(-2, label="North CT", installed_on=None, need_points=300),
        asset(-3, label="East CT", installed_on=None, need_points=100, trust_id=2),
        envelope_pence=CT_PENCE,
        pins=(Pin(1, Choice(Kind.RETIRE, 2029)),),
    )
    found = reasons(made, {1: Choice(Kind.RETIRE, 2029), -2: Choice(Kind.ADD, 2028), -3: KEPT})
    assert found[1] == (
        "Pinned: retired in 2029/30 without a successor. From then on it collects nothing: 2,100 points less than if it "
        "were kept."
    )
    assert found[-2] == (
        "Added in 2028/29. Left out, it would collect 1,500 points within the plan; so it is 1,200 points less. It is "
        "bought alone."
    )
    assert found[-3] == (
        "Not sited within the plan. Left out, it collects 500 points within the plan. Bought alone it costs £600,000 inc "
        "VAT; the most left for it in any year is £600,000, in 2027/28."
    )


def test_what_closes_the_year_before_is_named_whatever_it_is():
    """Not always its youth: it may not arrive, or as many as may be are out of use already."""
    made = problem(asset(1), asset(2), envelope_pence=10 * CT_PENCE, most_out_per_trust=1)
    found = reasons(made, {1: replaced(2028), 2: replaced(2027)})
    assert "As many CT machines of its trust as may be are out of use in 2027/28 already (1)." in found[1]
    late = replace(CT, earliest_year=2029)
    made = replace(problem(asset(1), envelope_pence=CT_PENCE), specifications=(late, MRI))
    assert "CT-A cannot arrive before 2029/30." in reasons(made, {1: replaced(2029)})[1]


def test_pins_and_what_is_not_paid_for_are_said_and_flagged():
    made = problem(asset(1, installed_on=None), pins=(Pin(1, replaced(2028)),), envelope_pence=10_000_000)
    [decision] = explained(made, settle(made, {1: replaced(2028)}))
    assert decision.reason.startswith("Pinned to 2028/29: ")
    assert "Its trust is £490,000 inc VAT short in 2028/29." in decision.reason
    assert set(decision.flags) == {Flag.PINNED, Flag.AGE_ASSUMED, Flag.NOT_PAID_FOR}


def test_what_is_left_of_every_envelope_adds_up():
    made = network(3, assets=24, horizon_years=5, trusts=3)
    settlement = solve(made, Stop(seconds=20, relative_gap=0.05, node_limit=1)).settlement
    left = left_over(made, settlement)
    given = sum(e.amount_pence for e in (*made.envelopes, *made.pool_envelopes, *made.ring_fences))
    used = sum(line.amount_pence for line in settlement.funding)
    assert used > 0
    assert sum(left.own.values()) + sum(left.pool.values()) + sum(left.ring.values()) == given - used
    assert min(left.own.values()) >= 0
    assert min(left.pool.values()) >= 0


def test_which_money_binds():
    made = problem(
        asset(1),
        asset(2),
        asset(3, trust_id=2),
        envelope_pence=CT_PENCE,
        **shared((2029, 100)),
    )
    schedule = {1: replaced(2027), 2: replaced(2028), 3: replaced(2027)}
    found = binding(made, settle(made, schedule), outlook(made))
    assert [(one.trust_id, one.year) for one in found] == [(1, 2027)]
    assert found[0].words == (
        "Ash's money binds in 2027/28: £0 is left for CT 2, which costs £600,000 inc VAT bought alone."
    )
    assert binding_note(made, found) == "Money binds, so that something due must wait, for Ash in 2027/28."
    assert binding_note(made, ()) is None


def test_a_limit_other_than_money_is_not_blamed_on_money():
    made = problem(asset(1), asset(2), envelope_pence=CT_PENCE, max_installations_per_trust_year=1)
    assert binding(made, settle(made, {1: replaced(2027), 2: replaced(2028)}), outlook(made)) == ()


def test_every_decision_of_a_plan_has_its_reason():
    made = network(2, assets=30, horizon_years=5, trusts=3)
    decisions = solve(made, Stop(seconds=20, relative_gap=0.05, node_limit=1)).decisions
    assert {d.year is None for d in decisions} == {True, False}
    for decision in decisions:
        opening = "Kept: " if decision.year is None else f"Replaced in {decision.year}/"
        assert decision.reason.startswith(opening)
        assert decision.reason.endswith(".")
