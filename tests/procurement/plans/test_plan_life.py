"""The rules of a version's life, without a database."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procurement.domain import plan_life
from procurement.domain.plan_life import Answer, Life, Move, State, Step, StepTaken, hash_of
from procurement.models import Step as StoredStep

TRUSTS = {1: "Ash", 2: "Beech", 3: "Cedar"}
START = datetime(2026, 11, 24, 9, tzinfo=UTC)


def life(*happened: str, trusts: dict[int, str] | None = None, **facts: object) -> Life:
    """A life told in words: "submitted", "withdrawn", "approved", "1 agrees", "2 does not"."""
    steps, answers = [], []
    for place, what in enumerate(happened, start=1):
        at = START + timedelta(hours=place)
        first, _, rest = what.partition(" ")
        if first.isdecimal():
            answers.append(Answer(place, int(first), rest == "agrees", at, "Ann", "Because"))
        else:
            steps.append(StepTaken(place, Step(first), at, "Bo", rest, 4 if first == "superseded" else None))
    return Life(2, TRUSTS if trusts is None else trusts, steps, answers, **facts)


def test_the_steps_of_the_rules_are_the_steps_that_are_stored():
    assert {step.value for step in Step} == set(StoredStep.values)


@pytest.mark.parametrize(
    ("happened", "state", "words"),
    [
        ((), State.DRAFT, "Draft"),
        (("submitted",), State.SUBMITTED, "Submitted, agreed by 0 of 3 trusts"),
        (("submitted", "1 agrees", "2 does not"), State.SUBMITTED, "Submitted, agreed by 1 of 3 trusts"),
        (("submitted", "1 agrees", "2 agrees", "3 agrees"), State.AGREED, "Agreed by all 3 trusts"),
        (("submitted", "1 agrees", "withdrawn"), State.DRAFT, "Draft"),
        (
            ("submitted", "1 agrees", "2 agrees", "3 agrees", "approved"),
            State.APPROVED,
            "Approved by the board",
        ),
        (("submitted", "superseded"), State.SUPERSEDED, "Superseded by version 4"),
    ],
)
def test_where_a_version_stands(happened, state, words):
    assert (life(*happened).state, life(*happened).words) == (state, words)


def test_a_later_answer_replaces_an_earlier_one_which_stays_as_history():
    found = life("submitted", "1 does not", "1 agrees")
    ash = found.stands[0]
    assert (ash.words, [answer.agreed for answer in ash.earlier]) == ("Agrees", [False])
    assert found.agreed == 1


def test_answers_given_before_it_was_taken_back_count_no_more():
    found = life("submitted", "1 agrees", "2 agrees", "withdrawn", "submitted", "1 agrees")
    assert found.agreed == 1
    assert found.silent == ("Beech", "Cedar")
    assert [answer.agreed for answer in found.stands[1].earlier] == [True]


def test_what_is_missing_for_approval_is_said():
    found = life("submitted", "1 agrees", "2 does not", unacknowledged=2)
    assert found.missing == (
        "Cedar has not answered.",
        "Beech does not agree.",
        "2 conflicts with the register are not acknowledged.",
    )
    assert life("submitted").missing == ("No trust has answered yet.",)
    assert life("submitted", "1 agrees", "2 agrees", "3 agrees").missing == ()
    assert life().missing == ("It has not been submitted to the trusts.",)
    assert life(unaltered=False).missing[0] == plan_life.ALTERED
    assert life("submitted", "1 agrees", "2 agrees", "3 agrees", unacknowledged=1).missing == (
        "1 conflict with the register is not acknowledged.",
    )


def test_many_trusts_are_counted_before_they_are_named():
    many = {**TRUSTS, 4: "Elm", 5: "Fir"}
    assert life("submitted", "1 agrees", trusts=many).missing == (
        "4 trusts have not answered: Beech, Cedar, Elm and Fir.",
    )


OPEN = {
    State.DRAFT: {Move.SUBMIT, Move.SUPERSEDE},
    State.SUBMITTED: {Move.WITHDRAW, Move.ANSWER, Move.SUPERSEDE},
    State.AGREED: {Move.WITHDRAW, Move.ANSWER, Move.SUPERSEDE, Move.APPROVE},
    State.APPROVED: set(),
    State.SUPERSEDED: set(),
}


@pytest.mark.parametrize(
    "happened",
    [
        (),
        ("submitted",),
        ("submitted", "1 agrees", "2 agrees", "3 agrees"),
        ("submitted", "1 agrees", "2 agrees", "3 agrees", "approved"),
        ("superseded",),
    ],
)
def test_which_steps_are_open(happened):
    found = life(*happened)
    assert {move for move in Move if not found.why_closed(move)} == OPEN[found.state]
    assert all(found.why_closed(move).endswith(".") for move in set(Move) - OPEN[found.state])


def test_one_version_of_a_plan_is_submitted_at_a_time():
    assert "Version 1 is submitted now" in life(rival=1).why_closed(Move.SUBMIT)


def test_altered_inputs_are_neither_submitted_nor_approved():
    everybody = ("submitted", "1 agrees", "2 agrees", "3 agrees")
    assert "altered" in life(unaltered=False).why_closed(Move.SUBMIT)
    assert "altered" in life(*everybody, unaltered=False).why_closed(Move.APPROVE)


def test_a_mark_moves_with_what_it_stands_for_and_with_nothing_else():
    before, after = life("submitted", "1 agrees"), life("submitted", "1 agrees", "2 agrees")
    assert before.mark() != after.mark()
    assert before.mark(1) == after.mark(1)
    assert before.mark(2) != after.mark(2)


def test_a_life_without_trusts_is_refused():
    with pytest.raises(ValueError, match="No trust"):
        life(trusts={})


HAPPENINGS = st.sampled_from(
    ["submitted", "withdrawn", "approved", "superseded"]
    + [f"{trust} {said}" for trust in TRUSTS for said in ("agrees", "does not")]
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(HAPPENINGS, max_size=12), st.integers(0, 2), st.booleans())
def test_whatever_happened_the_counts_add_up_and_only_what_all_agree_to_can_be_approved(
    happened, unacknowledged, unaltered
):
    found = life(*happened, unacknowledged=unacknowledged, unaltered=unaltered)
    assert found.agreed + len(found.refused) + len(found.silent) == len(TRUSTS)
    said = sum(len(stand.earlier) + (stand.answer is not None) for stand in found.stands)
    assert said == len(found.answers)
    if not found.why_closed(Move.APPROVE):
        assert found.state is State.AGREED
        assert (found.agreed, unacknowledged, unaltered, found.missing) == (3, 0, True, ())
    assert found.words


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.text(), JSON, min_size=1))
def test_a_hash_survives_being_stored_and_not_being_altered(inputs):
    assert hash_of(json.loads(json.dumps(inputs))) == hash_of(inputs)
    assert hash_of({**inputs, "altered": 1}) != hash_of(inputs) or "altered" in inputs
