"""Plans side by side, the rules: what can be compared, what a figure says, which machines differ and how."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.domain.ageing import Band
from networks.domain.figures import MINUS
from procurement.domain.plan_account import inputs_of
from procurement.domain.plan_compare import (
    Machine,
    Side,
    all_years,
    judged,
    other_question,
    same_machines_and_years,
)
from procurement.domain.plan_compare_figures import figure_rows, spend_rows
from procurement.domain.plan_differences import Differs, differs_from, machine_rows
from procurement.domain.plan_inputs import problem_of
from procurement.domain.plan_life import hash_of
from procurement.domain.plan_words import decided
from procurement.domain.planning.evaluate import evaluate
from procurement.domain.planning.problem import KEPT, PlanningProblem
from procurement.domain.planning.result import Choice, Kind
from tests.builders.plan_wishes import planned, wishful_problems
from tests.builders.planning_problems import asset, problem


def machine(key: int = 1, choice: Choice = KEPT, **facts: object) -> Machine:
    known: dict[str, object] = {
        "key": key,
        "label": f"CT {key}",
        "trust_id": 1,
        "trust": "Ash",
        "site": "Ash site",
        "modality": "CT",
        "installed_on": date(2016, 6, 1),
        "kind": choice.kind,
        "year": choice.year,
        "upgrade_year": choice.upgrade_year,
        "words": decided(choice.kind, choice.year, choice.upgrade_year, is_candidate=key < 0),
        "reason": f"Reason for {key}",
        "is_pinned": False,
        "rank": abs(key),
        "saving_pence": 0,
        "spend": {} if choice.year is None else {choice.year: 100},
    }
    return Machine(**{**known, **facts})


def side(asked: PlanningProblem, schedule: Mapping[int, Choice], name: str = "Plan", **facts: object) -> Side:
    """A plan that answers `asked` with `schedule`; machines not named are kept."""
    machines = {
        one.asset_id: machine(
            one.asset_id,
            schedule.get(one.asset_id, KEPT),
            installed_on=one.installed_on,
            trust_id=one.trust_id,
        )
        for one in asked.assets
    }
    known: dict[str, object] = {
        "name": name,
        "url": "/",
        "years": asked.years,
        "guidance_years": asked.guidance_years,
        "register_as_at": date(2026, 11, 24),
        "machines": machines,
        "problem": asked,
        "envelope_pence": 0,
        "tenders": 0,
        "gap": None,
    }
    return Side(**{**known, **facts})


def row_of(label: str, sides: list[Side]):
    return next(row for row in figure_rows(sides) if row.label == label)


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_a_plan_judged_by_its_own_question_has_the_figures_of_its_account(data):
    asked = data.draw(wishful_problems())
    schedule = data.draw(planned(asked))
    metrics = evaluate(asked, schedule)
    mine = side(asked, schedule)
    found = judged(mine, mine, mine.machines)
    assert (found.exposure, found.years_over_ten, found.years_over_guidance) == (
        metrics.exposure,
        metrics.asset_years_over_10,
        metrics.asset_years_over_guidance,
    )


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_a_plan_of_another_guidance_is_judged_exactly_by_the_first_ones(data):
    asked = data.draw(wishful_problems(pins=False))
    other = replace(asked, guidance_years=17 - asked.guidance_years)
    schedule = data.draw(planned(other))
    first, second = side(asked, {}), side(other, schedule)
    found = judged(second, first, second.machines)
    assert found.exposure == evaluate(asked, schedule).exposure
    assert other_question(first, second) != ()


@settings(max_examples=80, deadline=None)
@given(wishful_problems())
def test_what_was_asked_is_brought_back_from_its_json_exactly(asked):
    kept = json.loads(json.dumps(inputs_of(asked)))
    back = problem_of(kept, asked.inputs_hash())
    assert back is not None
    assert back.inputs_hash() == asked.inputs_hash()


@pytest.mark.parametrize(
    "kept",
    [
        {"network_envelopes": []},
        {"assets": None},
        {"first_year": "soon"},
        {"trusts": [{"trust_id": 1}]},
        {"format": 1},
    ],
)
def test_what_cannot_be_read_is_not_brought_back(kept):
    inputs = inputs_of(problem(asset(1))) | kept
    assert problem_of(inputs, hash_of(inputs)) is None


def test_what_was_altered_is_not_brought_back():
    asked = problem(asset(1))
    assert problem_of(inputs_of(asked) | {"guidance_years": 7}, asked.inputs_hash()) is None


def test_what_the_planner_has_learnt_since_takes_its_default():
    asked = problem(asset(1))
    kept = inputs_of(asked)
    del kept["fairness_basis_points"]
    assert problem_of(kept, hash_of(kept)) == problem_of(inputs_of(asked), asked.inputs_hash())


def test_an_account_that_judging_again_does_not_meet_is_shown_but_not_compared():
    first = side(problem(asset(1)), {})
    stored = {"exposure": 7, "asset_years_over_10": 2, "asset_years_over_guidance": 3}
    second = side(problem(asset(1)), {}, stored=stored)
    cell = row_of("Exposure, in points", [first, second]).cells[1]
    assert (cell.words, cell.against) == ("7", "not comparable")


def test_the_same_question_is_compared_with_sign_and_meaning():
    asked = problem(asset(1))
    first, second = side(asked, {}), side(asked, {1: Choice(Kind.REPLACE, 2027)})
    assert other_question(first, second) == ()
    kept, new = (judged(one, one, one.machines).exposure for one in (first, second))
    assert kept > new == 0
    row = row_of("Exposure, in points", [first, second])
    assert [cell.words for cell in row.cells] == [f"{kept:,}", "0"]
    assert [cell.against for cell in row.cells] == ["", f"{MINUS}{kept:,}: better"]
    assert row_of("Spend, inc VAT", [first, second]).cells[1].against == "+£1: dearer"
    assert row_of("Spend, inc VAT", [second, first]).cells[1].against == f"{MINUS}£1: cheaper"
    assert row_of("Machines replaced", [first, second]).cells[1].against == "+1: more"
    assert row_of("Joint tenders", [first, second]).cells[1].against == "the same"
    assert "Exposure as the first asks, in points" not in {r.label for r in figure_rows([first, second])}


def test_another_guidance_gets_no_false_difference_but_the_first_ones_judgement():
    first = side(problem(asset(1), guidance_years=10), {})
    second = side(problem(asset(1), guidance_years=7), {}, "Seven")
    assert other_question(first, second) == ("it aims for 7 years, not 10",)
    assert row_of("Exposure, in points", [first, second]).cells[1].against == "not comparable"
    assert (
        row_of("Years spent at the guidance age or over", [first, second]).cells[1].against
        == "not comparable"
    )
    assert row_of("Years spent at 10 or over", [first, second]).cells[1].against == "the same"
    judged_row = row_of("Exposure as the first asks, in points", [first, second])
    assert judged_row.cells[1].against == "the same"
    assert "by the 10-year guidance and the register of Plan" in judged_row.note


def test_another_fleet_is_compared_over_the_machines_in_both_only():
    first = side(problem(asset(1), asset(2, trust_id=2)), {})
    second = side(problem(asset(1)), {1: Choice(Kind.REPLACE, 2027)})
    assert other_question(first, second) == ("it does not hold one machine of the first",)
    assert other_question(second, first) == ("it holds one machine that the first does not",)
    assert row_of("Exposure, in points", [first, second]).cells[1].against == "not comparable"
    assert row_of("Spend, inc VAT", [first, second]).cells[1].against == "not comparable"
    one = judged(first, first, [1]).exposure
    assert row_of("Exposure as the first asks, in points", [first, second]).cells[0].value == one
    assert row_of("Spend on these machines, inc VAT", [first, second]).cells[1].against == "+£1: dearer"


def test_longer_plans_are_judged_within_the_first_ones_years_and_shorter_ones_not_at_all():
    short = side(problem(asset(1)), {1: Choice(Kind.REPLACE, 2030)})
    asked = problem(asset(1), horizon_years=7)
    late = side(asked, {1: Choice(Kind.REPLACE, 2033)})
    assert other_question(short, late) == ("it runs from 2027/28 to 2033/34, not from 2027/28 to 2031/32",)
    assert judged(late, short, [1]) == judged(side(problem(asset(1)), {}), short, [1])
    assert judged(short, late, [1]) is None
    row = row_of("Exposure as the first asks, in points", [late, short])
    assert (row.cells[1].words, row.cells[1].against) == ("not known", "")


def test_another_register_is_another_question():
    first = side(problem(asset(1)), {})
    second = side(problem(asset(1, support_ends_on=date(2028, 1, 1))), {})
    assert other_question(first, second) == (
        "one machine had another age, support or risk when it was solved",
    )
    assert same_machines_and_years(first, second)


def test_a_decision_that_the_first_does_not_offer_is_not_judged():
    first = side(problem(asset(1)), {})
    second = side(problem(asset(1, retire_pence=0)), {1: Choice(Kind.RETIRE, 2028)})
    assert judged(second, first, [1]) is None


def test_without_what_was_asked_the_plans_own_account_is_shown_and_nothing_compared():
    first = side(problem(asset(1)), {})
    stored = {"exposure": 7, "asset_years_over_10": 2, "asset_years_over_guidance": 3}
    second = side(problem(asset(1)), {}, problem=None, stored=stored)
    cell = row_of("Exposure, in points", [first, second]).cells[1]
    assert (cell.words, cell.against) == ("7", "not comparable")
    nothing = side(problem(asset(1)), {}, problem=None)
    assert row_of("Exposure, in points", [first, nothing]).cells[1].words == "not known"


def test_spend_of_a_year_that_is_not_a_plans_is_not_known():
    first = side(problem(asset(1)), {1: Choice(Kind.REPLACE, 2028)})
    second = side(problem(asset(1), horizon_years=6), {1: Choice(Kind.REPLACE, 2032)})
    assert list(all_years([first, second])) == list(range(2027, 2033))
    rows = {row.label: [cell.words for cell in row.cells] for row in spend_rows([first, second])}
    assert rows["2028/29"] == ["£1", "£0"]
    assert rows["2032/33"] == ["not known", "£1"]


@pytest.mark.parametrize(
    ("base", "other", "differs"),
    [
        (KEPT, KEPT, None),
        (KEPT, Choice(Kind.REPLACE, 2028), Differs.ONLY_OTHER),
        (Choice(Kind.REPLACE, 2028), KEPT, Differs.ONLY_FIRST),
        (Choice(Kind.REPLACE, 2028), Choice(Kind.REPLACE, 2027), Differs.EARLIER),
        (Choice(Kind.REPLACE, 2028), Choice(Kind.REPLACE, 2031), Differs.LATER),
        (Choice(Kind.REPLACE, 2028), Choice(Kind.RETIRE, 2028), Differs.OTHERWISE),
        (Choice(Kind.UPGRADE, None, 2028), Choice(Kind.UPGRADE, 2031, 2028), Differs.OTHERWISE),
        (Choice(Kind.UPGRADE, 2032, 2028), Choice(Kind.UPGRADE, 2031, 2028), Differs.EARLIER),
        (Choice(Kind.UPGRADE, 2032, 2028), Choice(Kind.UPGRADE, 2032, 2029), Differs.LATER),
    ],
)
def test_how_a_decision_differs(base, other, differs):
    assert differs_from(machine(1, base), machine(1, other)) is differs


def test_only_machines_decided_differently_are_listed_each_with_every_plans_reason():
    asked = problem(asset(1), asset(2), asset(3, trust_id=2))
    first = side(asked, {1: Choice(Kind.REPLACE, 2028), 3: Choice(Kind.REPLACE, 2027)})
    second = side(problem(asset(1), asset(2)), {1: Choice(Kind.REPLACE, 2030)})
    third = side(asked, {1: Choice(Kind.REPLACE, 2027), 3: Choice(Kind.REPLACE, 2027)})
    rows = machine_rows([first, second, third])
    assert [(row.key, row.differs_in_words) for row in rows] == [
        (1, "earlier than in the first; later than in the first"),
        (3, "not in all of the plans"),
    ]
    assert [one and one.words for one in rows[0].decisions] == [
        "Replaced in 2028/29",
        "Replaced in 2030/31",
        "Replaced in 2027/28",
    ]
    assert rows[0].moved_years == 2
    assert rows[1].decisions[1] is None
    assert rows[0].decisions[0].reason == "Reason for 1"


def test_bands_count_what_stands_on_the_day():
    asked = problem(asset(1), asset(2), asset(3))
    mine = side(asked, {1: Choice(Kind.REPLACE, 2028), 2: Choice(Kind.RETIRE, 2028)})
    mine = replace(
        mine,
        machines={
            **mine.machines,
            3: machine(3, installed_on=None),
            -4: machine(-4, Choice(Kind.ADD, 2029), installed_on=None),
        },
    )
    assert mine.bands(2027) == {Band.YEARS_10_14: 2, Band.UNKNOWN: 1}
    assert mine.bands(2029) == {Band.YEARS_0_4: 2, Band.UNKNOWN: 1}
    assert mine.bands(2040) is None
