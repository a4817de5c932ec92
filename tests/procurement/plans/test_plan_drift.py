"""What has changed since a plan was solved, and the three-way difference, by the rules alone."""

import copy
import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.domain.vocabulary import Condition
from procurement.domain.plan_account import inputs_of
from procurement.domain.plan_conflicts import NOT_IN_IT, NOTHING_MOVED, Churn, Planned, three_way
from procurement.domain.plan_drift import About, Moved, Names, by_machine
from procurement.domain.plan_drift_asked import moved_since
from procurement.domain.planning.problem import (
    Envelope,
    PlanAsset,
    PlanningProblem,
    PlanTrust,
    Specification,
    Tier,
)
from procurement.domain.risk import condition_in, risk_of

NAMES = Names({1: "Ash", 2: "Beech", 11: "Ash site", 21: "Beech site"}, {8: "Retired on 3 December 2026"})


def machine(number: int, **facts: object) -> PlanAsset:
    given_ = {
        "asset_id": number,
        "label": f"CT {number}",
        "trust_id": 1,
        "site_id": 11,
        "specification": "CT-STD",
        "modality": "CT",
        "installed_on": date(2014, 4, 1),
        "risk": 0.4,
        "risk_reasons": ("Condition fair.", "12 years old, 2 years past the 10-year guidance."),
        "works_pence": 8_000_000,
    }
    return PlanAsset(**{**given_, **facts})


def problem(*assets: PlanAsset, **facts: object) -> PlanningProblem:
    given_ = {
        "first_year": 2027,
        "horizon_years": 5,
        "guidance_years": 10,
        "assets": assets or (machine(7), machine(8)),
        "specifications": (
            Specification("CT-STD", "CT", (Tier(1, 2, 57_000_000), Tier(3, None, 54_000_000))),
        ),
        "trusts": (PlanTrust(1, "Ash"), PlanTrust(2, "Beech")),
        "envelopes": tuple(Envelope(1, year, 100_000_000) for year in range(2027, 2032)),
        "tender_cost_pence": 2_500_000,
    }
    return PlanningProblem(**{**given_, **facts})


def moved(before: PlanningProblem, now: PlanningProblem) -> list[tuple[str, str, str, str]]:
    rows = moved_since(inputs_of(before), inputs_of(now), NAMES)
    return [(row.subject, row.what, row.planned, row.registered) for row in rows]


def test_where_nothing_has_changed_nothing_is_said():
    assert moved(problem(), problem()) == []


@pytest.mark.parametrize(
    ("fact", "said"),
    [
        ({"installed_on": date(2016, 5, 1)}, ("Installed", "1 April 2014", "1 May 2016")),
        ({"installed_on": None}, ("Installed", "1 April 2014", "not known")),
        ({"support_ends_on": date(2029, 3, 31)}, ("Vendor support ends", "not known", "31 March 2029")),
        ({"site_id": 21}, ("Site", "Ash site", "Beech site")),
        ({"trust_id": 2}, ("Trust", "Ash", "Beech")),
        ({"label": "CT 7, new name"}, ("Name", "CT 7", "CT 7, new name")),
        (
            {"risk_reasons": ("Condition poor.", "13 years old, 3 years past the 10-year guidance.")},
            ("Condition", "Fair", "Poor"),
        ),
    ],
)
def test_each_fact_of_a_machine_is_told_as_planned_and_as_registered(fact, said):
    label = fact.get("label", "CT 7")
    now = problem(machine(7, **fact), machine(8))
    assert moved(problem(), now) == [(label, *said)]
    [row] = moved_since(inputs_of(problem()), inputs_of(now), NAMES)
    assert (row.about, row.machine) == (About.MACHINES, 7)
    assert row.trusts == ((1, 2) if "trust_id" in fact else (1,))


def test_a_machine_that_joined_or_left_is_told_whole():
    now = problem(machine(7), machine(9, installed_on=None, site_id=21))
    assert moved(problem(), now) == [
        ("CT 8", "Machine", "In the plan", "Retired on 3 December 2026"),
        ("CT 9", "Machine", "Not in the plan", "New: CT-STD at Beech site, installed not known"),
    ]


def test_another_specification_says_so():
    mri = Specification("CT-HIGH", "CT", (Tier(1, None, 90_000_000),))
    now = problem(
        machine(7, specification="CT-HIGH"), machine(8), specifications=(*problem().specifications, mri)
    )
    assert moved(problem(), now) == [("CT 7", "Specification", "CT-STD", "CT-HIGH")]


def test_an_age_that_only_grew_is_no_change_but_a_score_that_moved_is_told_apart():
    older = machine(7, risk=0.45, risk_reasons=("Condition fair.", "13 years old, 3 years past it."))
    rows = moved_since(inputs_of(problem()), inputs_of(problem(older, machine(8))), NAMES)
    assert [(row.about, row.planned, row.registered) for row in rows] == [(About.RISK, "0.40", "0.45")]
    assert by_machine(rows) == {}


def test_money_prices_and_limits_are_told():
    asked = problem(
        envelopes=(
            Envelope(1, 2027, 0),
            Envelope(2, 2027, 50_000_000),
            *(Envelope(1, year, 100_000_000) for year in range(2029, 2032)),
        ),
        specifications=(Specification("CT-STD", "CT", (Tier(1, None, 60_000_000),)),),
        guidance_years=7,
        tender_cost_pence=3_000_000,
        own_carry_over_basis_points=1000,
    )
    found = moved(problem(own_carry_over_basis_points=500), asked)
    assert ("Envelope of Ash", "2027/28", "£1,000,000", "£0") in found
    assert ("Envelope of Ash", "2028/29", "£1,000,000", "none") in found
    assert ("Envelope of Beech", "2027/28", "none", "£500,000") in found
    assert (
        "CT-STD",
        "Price",
        "£570,000 each; £540,000 each from 3 together",
        "£600,000 each",
    ) in found
    assert ("The plan", "Guidance", "10", "7") in found
    assert ("The plan", "Cost of one tender", "£25,000", "£30,000") in found
    assert ("The plan", "Carry-over", "5%", "10%") in found
    assert len(found) == 7


def test_works_that_cost_more_are_told_once_not_for_every_machine():
    now = problem(machine(7, works_pence=9_000_000), machine(8, works_pence=9_000_000))
    assert moved(problem(), now) == [("CT-STD", "Works", "£80,000", "£90,000")]


def test_a_trust_that_joined_says_so():
    now = problem(trusts=(PlanTrust(1, "Ash"), PlanTrust(2, "Beech"), PlanTrust(3, "Cedar")))
    assert moved(problem(), now) == [("Cedar", "Takes part", "no", "yes")]


def test_nothing_stored_escapes():
    """Every input is either told when it differs or stands in another part; an unknown one is told by its own name."""
    before = inputs_of(problem())
    for key in before:
        if key in ("assets", "pins", "specifications", "trusts", "previous"):
            continue
        now = copy.deepcopy(before)
        now[key] = (
            {"made_up": 1} if isinstance(now[key], dict) else 77 if not isinstance(now[key], list) else None
        )
        if now[key] is None:
            continue
        assert moved_since(before, now, NAMES), key
    now = {**before, "something_new_pence": 1200}
    [row] = moved_since(before, now, NAMES)
    assert (row.what, row.planned, row.registered) == ("Something new", "not stated", "£12")


def test_inputs_of_an_older_form_compare():
    before, now = inputs_of(problem()), inputs_of(problem())
    for row in before["assets"]:
        row.pop("is_only_one", None)
        row.pop("family", None)
    before["network_envelopes"] = []
    assert [row for row in moved_since(before, now, NAMES) if row.about is About.MACHINES] == []


@pytest.mark.parametrize("condition", list(Condition))
@pytest.mark.parametrize("on", [date(2026, 11, 24), date(2031, 1, 1)])
def test_a_condition_is_read_back_from_the_reasons_of_a_risk(condition, on):
    risk = risk_of(
        installed_on=date(2014, 4, 1), support_ends_on=None, condition=condition, guidance_years=10, on=on
    )
    assert condition_in(risk.reasons) == condition.label


FACTS = st.fixed_dictionaries(
    {},
    optional={
        "installed_on": st.none() | st.dates(date(2005, 1, 1), date(2026, 1, 1)),
        "support_ends_on": st.none() | st.dates(date(2020, 1, 1), date(2035, 1, 1)),
        "site_id": st.sampled_from([11, 21]),
        "trust_id": st.sampled_from([1, 2]),
        "label": st.sampled_from(["CT 1", "CT one"]),
    },
)
FLEET = st.dictionaries(st.integers(1, 6), FACTS, min_size=1, max_size=6)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(FLEET, FLEET)
def test_every_difference_is_told_both_ways_and_only_differences_are(before, now):
    first, second = (
        json.loads(json.dumps(inputs_of(problem(*(machine(n, **f) for n, f in fleet.items())))))
        for fleet in (before, now)
    )
    rows = moved_since(first, second, NAMES)
    back = moved_since(second, first, NAMES)
    assert all(row.planned != row.registered for row in rows)
    both = set(before) & set(now)
    told = {(r.machine, r.what): (r.planned, r.registered) for r in rows if r.machine in both}
    assert told == {(r.machine, r.what): (r.registered, r.planned) for r in back if r.machine in both}
    assert {r.machine for r in rows if r.what == "Machine"} == set(before) ^ set(now)
    by_number = [{row["asset_id"]: row for row in side["assets"]} for side in (first, second)]
    assert {r.machine for r in rows} == {
        n for n in {*before, *now} if by_number[0].get(n) != by_number[1].get(n)
    }


def line(number: int, year: int | None, words: str) -> Planned:
    return Planned(
        number, 100 + number, f"CT {number}", 1, ("keep" if year is None else "replace", year, None), words
    )


BEFORE = [
    line(1, 2028, "Replaced in 2028/29"),
    line(2, 2029, "Replaced in 2029/30"),
    line(3, None, "Kept throughout"),
]


def fact(number: int) -> Moved:
    return Moved(About.MACHINES, f"CT {number}", "Installed", "1 April 2014", "1 May 2016", (1,), number)


def test_a_machine_whose_facts_and_decision_changed_is_told_three_ways():
    after = [line(1, 2030, "Replaced in 2030/31"), *BEFORE[1:]]
    [row] = three_way(BEFORE, after, {1: (fact(1),)})
    assert (row.planned, row.registered, row.replanned) == (
        "Replaced in 2028/29. Installed: 1 April 2014.",
        "Installed: 1 May 2016.",
        "Replaced in 2030/31.",
    )
    assert (row.facts_changed, row.decision_changed) == (True, True)


def test_a_decision_that_changed_for_others_sake_says_that_nothing_changed_about_the_machine():
    [row] = three_way(BEFORE, [BEFORE[0], line(2, 2031, "Replaced in 2031/32"), BEFORE[2]], {})
    assert (row.registered, row.facts_changed, row.decision_changed) == (NOTHING_MOVED, False, True)


def test_facts_that_changed_no_decision_are_told_too():
    [row] = three_way(BEFORE, BEFORE, {3: (fact(3),)})
    assert (row.replanned, row.facts_changed, row.decision_changed) == ("Kept throughout.", True, False)


def test_machines_that_joined_and_left_are_told_and_are_no_churn():
    gone = Moved(About.MACHINES, "CT 1", "Machine", "In the plan", "Retired on 3 December 2026", (1,), 1)
    new = Moved(About.MACHINES, "CT 4", "Machine", "Not in the plan", "New: CT-STD at Ash site", (1,), 4)
    after = [*BEFORE[1:], line(4, None, "Kept throughout")]
    rows = three_way(BEFORE, after, {1: (gone,), 4: (new,)})
    assert [(row.planned, row.registered, row.replanned) for row in rows] == [
        ("Replaced in 2028/29.", "Retired on 3 December 2026.", NOT_IN_IT),
        (NOT_IN_IT, "New: CT-STD at Ash site.", "Kept throughout."),
    ]
    assert all(row.facts_changed and not row.decision_changed for row in rows)


def test_what_is_too_long_to_keep_is_cut_at_its_end():
    many = tuple(replace(fact(1), what="A fact with a long name " * 3) for _ in range(9))
    [row] = three_way(BEFORE, BEFORE, {1: many})
    assert len(row.registered) <= 300
    assert row.registered.endswith("…")


def test_churn_is_said_in_words():
    assert Churn(147, 7, 5).words == "7 of 147 decisions changed, 5 because their facts changed"
    assert Churn(147, 2, 0).words == "2 of 147 decisions changed, none because their facts changed"
    assert Churn(147, 0, 0).words == "None of 147 decisions changed"


CHOICES = st.dictionaries(st.integers(1, 8), st.none() | st.integers(2027, 2031), max_size=8)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(CHOICES, CHOICES, st.sets(st.integers(1, 8)))
def test_three_ways_hold_exactly_what_changed(before, after, moved_machines):
    old, new = ([line(n, year, f"{year}") for n, year in side.items()] for side in (before, after))
    rows = three_way(old, new, {n: (fact(n),) for n in moved_machines})
    stated = {row.line.machine: row for row in rows}
    for number in {*before, *after}:
        in_both = number in before and number in after
        decided_anew = in_both and before[number] != after[number]
        assert (number in stated) == (decided_anew or not in_both or number in moved_machines)
        if number in stated:
            assert stated[number].decision_changed == decided_anew
