"""The steps of a version's life: who may take them, what they need, what they record, and that nobody acts on old ground."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection

from networks.domain.access import Actor, NotAllowed, Role
from networks.domain.organisations import Tie
from networks.models import Appointment, Event, Link, User
from networks.queries.actors import actor_for
from procurement.actions.plan_life import (
    LifeMoved,
    StepRefused,
    answer_version,
    approve_version,
    submit_version,
    supersede_version,
    withdraw_version,
)
from procurement.domain.plan_life import State
from procurement.models import Conflict, PlanLine, PlanVersion, TrustAnswer, VersionStep
from procurement.queries.plan_life import life_of, standings, under_way
from tests.factories.networks import actor, network_of_trusts
from tests.factories.plans import Planned, ready_plan
from tests.procurement.plans.lives import answer, approve, finance_of, solved, submit

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Planned:
    return ready_plan("Ash", "Beech", "Cedar")


@pytest.fixture
def version(made) -> PlanVersion:
    return solved(made)


def board(made: Planned) -> Actor:
    return actor(Role.FINANCE, made.orgs["Northern"])


def test_a_version_goes_from_draft_to_approved(made, version):
    assert life_of(version).state is State.DRAFT
    submit(made, version)
    for trust in ("Ash", "Beech", "Cedar"):
        answer(made, version, trust)
    assert life_of(version).state is State.AGREED
    approve(made, version)
    life = life_of(version)
    assert (life.state, life.approved.reason) == (State.APPROVED, "Board of 1 December 2026")
    actions = Event.objects.filter(subject_type="plan").order_by("pk").values_list("action", flat=True)
    assert list(actions)[-5:] == ["plan.submitted", *["plan.agreed"] * 3, "plan.approved"]


def test_an_answer_is_recorded_for_its_trust_with_what_it_was_before(made, version):
    submit(made, version)
    answer(made, version, "Beech", agreed=False, note="One CT too few")
    answer(made, version, "Beech")
    event = Event.objects.filter(action="plan.agreed").latest("pk")
    assert event.trust == made.orgs["Beech"]
    assert event.changes == {"version 1, Beech": ["does not agree", "agrees"]}
    assert Event.objects.get(action="plan.not_agreed").reason == "One CT too few"
    assert [row.agreed for row in TrustAnswer.objects.order_by("pk")] == [False, True]


@pytest.mark.parametrize(
    ("role", "place"),
    [
        (Role.FINANCE, "Northern"),
        (Role.FINANCE, "Ash"),
        (Role.EQUIPMENT_MANAGER, "Ash"),
        (Role.NATIONAL_ANALYST, "England"),
        (Role.ADMINISTRATOR, "England"),
    ],
)
def test_only_the_procurement_lead_submits_takes_back_and_supersedes(made, version, role, place):
    who, later = actor(role, made.orgs[place]), solved(made)
    mark = life_of(version).mark()
    with pytest.raises(NotAllowed):
        submit_version(by=who, version=version, mark=mark)
    with pytest.raises(NotAllowed):
        supersede_version(by=who, version=version, successor=later, mark=mark, reason="x")
    submit(made, version)
    with pytest.raises(NotAllowed):
        withdraw_version(by=who, version=version, mark=life_of(version).mark(), reason="x")
    assert life_of(version).state is State.SUBMITTED


@pytest.mark.parametrize(
    ("role", "place"),
    [
        (Role.PROCUREMENT_LEAD, "Northern"),
        (Role.FINANCE, "Northern"),
        (Role.FINANCE, "Beech"),
        (Role.EQUIPMENT_MANAGER, "Ash"),
        (Role.NATIONAL_ANALYST, "England"),
    ],
)
def test_only_a_trusts_own_finance_answers_for_it(made, version, role, place):
    submit(made, version)
    who, ash = actor(role, made.orgs[place]), made.orgs["Ash"].pk
    with pytest.raises(NotAllowed):
        answer_version(
            by=who, version=version, trust_id=ash, agreed=True, note="", mark=life_of(version).mark(ash)
        )
    assert not TrustAnswer.objects.exists()


@pytest.mark.parametrize(
    ("role", "place"),
    [(Role.PROCUREMENT_LEAD, "Northern"), (Role.FINANCE, "Ash"), (Role.NATIONAL_ANALYST, "England")],
)
def test_only_the_networks_finance_records_the_boards_approval(made, version, role, place):
    submit(made, version)
    for trust in ("Ash", "Beech", "Cedar"):
        answer(made, version, trust)
    with pytest.raises(NotAllowed):
        approve_version(
            by=actor(role, made.orgs[place]), version=version, mark=life_of(version).mark(), reason="x"
        )


def test_a_network_elsewhere_has_no_say(made, version):
    elsewhere = ready_plan("Elm", network="Southern", name="Plan B")
    with pytest.raises(NotAllowed):
        submit_version(by=elsewhere.lead, version=version, mark=life_of(version).mark())


def test_a_trust_that_takes_no_part_does_not_answer(made, version):
    elsewhere = ready_plan("Elm", network="Southern", name="Plan B")
    submit(made, version)
    elm = elsewhere.orgs["Elm"]
    with pytest.raises(StepRefused, match="takes no part"):
        answer_version(
            by=actor(Role.FINANCE, elm),
            version=version,
            trust_id=elm.pk,
            agreed=True,
            note="",
            mark=life_of(version).mark(elm.pk),
        )


def test_the_board_does_not_approve_before_everybody_agrees_and_conflicts_are_acknowledged(made, version):
    submit(made, version)
    for trust in ("Ash", "Beech"):
        answer(made, version, trust)
    answer(made, version, "Cedar", agreed=False, note="Not in this year")
    Conflict.objects.create(
        version=version,
        new_line=PlanLine.objects.filter(version=version).first(),
        trust=made.orgs["Ash"],
        label="CT",
        planned="x",
        registered="y",
        replanned="z",
        facts_changed=True,
        decision_changed=False,
    )
    with pytest.raises(StepRefused, match="Cedar does not agree. 1 conflict with the register is not ack"):
        approve(made, version)
    answer(made, version, "Cedar")
    with pytest.raises(StepRefused, match="^1 conflict"):
        approve(made, version)


def test_altered_inputs_are_found_out_and_cannot_be_submitted(made, version):
    assert life_of(version).unaltered
    version.inputs["envelopes"][0]["amount_pence"] += 1
    PlanVersion.objects.filter(pk=version.pk).update(inputs=version.inputs)
    stored = PlanVersion.objects.get(pk=version.pk)
    assert not life_of(stored).unaltered
    with pytest.raises(StepRefused, match="altered"):
        submit(made, stored)


def test_what_is_typed_is_checked(made, version):
    later = solved(made)
    mark = life_of(version).mark()
    with pytest.raises(StepRefused) as refused:
        supersede_version(by=made.lead, version=later, successor=version, mark=mark, reason=" ")
    assert set(refused.value.errors) == {"reason", "successor"}
    submit(made, version)
    for agreed, note, field in ((None, "", "agreed"), (False, " ", "note"), (True, "x" * 501, "note")):
        with pytest.raises(StepRefused) as refused:
            answer(made, version, "Ash", agreed=agreed, note=note)
        assert set(refused.value.errors) == {field}
    with pytest.raises(StepRefused) as refused:
        withdraw_version(by=made.lead, version=version, mark=life_of(version).mark(), reason="")
    assert set(refused.value.errors) == {"reason"}


def test_a_second_version_is_submitted_only_once_the_first_is_taken_back(made, version):
    later = solved(made)
    submit(made, version)
    with pytest.raises(StepRefused, match="Version 1 is submitted now"):
        submit(made, later)
    withdraw_version(
        by=made.lead, version=version, mark=life_of(version).mark(), reason="Cedar needs another year"
    )
    submit(made, later)
    assert [life_of(v).state for v in (version, later)] == [State.DRAFT, State.SUBMITTED]


def test_a_new_approval_supersedes_the_one_before_with_a_reason(made, version):
    later = solved(made)
    for each in (version, later):
        submit(made, each)
        for trust in ("Ash", "Beech", "Cedar"):
            answer(made, each, trust)
        if each is later:
            with pytest.raises(StepRefused) as refused:
                approve(made, each)
            assert set(refused.value.errors) == {"superseding_reason"}
            approve(made, each, superseding_reason="The register moved")
        else:
            approve(made, each)
    assert life_of(later).state is State.APPROVED
    old = life_of(version)
    assert (old.words, old.last.reason) == ("Superseded by version 2", "The register moved")
    event = Event.objects.filter(action="plan.superseded").get()
    assert event.changes == {"version 1": ["approved by the board", "superseded by version 2"]}


def test_what_the_board_approved_is_not_superseded_by_hand(made, version):
    submit(made, version)
    for trust in ("Ash", "Beech", "Cedar"):
        answer(made, version, trust)
    approve(made, version)
    with pytest.raises(StepRefused, match="next version it approves"):
        supersede_version(
            by=made.lead,
            version=version,
            successor=solved(made),
            mark=life_of(version).mark(),
            reason="Other plans",
        )


def test_a_step_sent_twice_is_taken_once(made, version):
    seen = life_of(version).mark()
    submit_version(by=made.lead, version=version, mark=seen)
    with pytest.raises(LifeMoved):
        submit_version(by=made.lead, version=version, mark=seen)
    ash = made.orgs["Ash"].pk
    seen = life_of(version).mark(ash)
    yes = {"by": finance_of(made, "Ash"), "trust_id": ash, "agreed": True, "note": "", "mark": seen}
    answer_version(version=version, **yes)
    with pytest.raises(LifeMoved):
        answer_version(version=version, **yes)
    assert (VersionStep.objects.count(), TrustAnswer.objects.count()) == (1, 1)


def test_two_trusts_that_answer_at_once_do_not_disturb_each_other(made, version):
    submit(made, version)
    seen = {trust: life_of(version).mark(made.orgs[trust].pk) for trust in ("Ash", "Beech")}
    for trust, mark in seen.items():
        answer_version(
            by=finance_of(made, trust),
            version=version,
            trust_id=made.orgs[trust].pk,
            agreed=True,
            note="",
            mark=mark,
        )
    assert life_of(version).agreed == 2


def test_nobody_answers_a_version_that_was_taken_back_meanwhile_nor_approves_on_old_answers(made, version):
    submit(made, version)
    ash = made.orgs["Ash"].pk
    seen = life_of(version).mark(ash)
    withdraw_version(by=made.lead, version=version, mark=life_of(version).mark(), reason="Once more")
    submit(made, version)
    with pytest.raises(LifeMoved):
        answer_version(
            by=finance_of(made, "Ash"), version=version, trust_id=ash, agreed=True, note="", mark=seen
        )
    for trust in ("Ash", "Beech", "Cedar"):
        answer(made, version, trust)
    seen = life_of(version).mark()
    answer(made, version, "Cedar", agreed=False, note="The board said no")
    with pytest.raises(LifeMoved):
        approve_version(by=board(made), version=version, mark=seen, reason="Board")


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one write at a time anyway")
def test_of_two_versions_submitted_at_the_same_moment_one_is():
    made = ready_plan()
    versions = [solved(made), solved(made)]
    marks = [life_of(version).mark() for version in versions]
    together = threading.Barrier(2)

    def send(place: int) -> str:
        try:
            together.wait()
            submit_version(by=made.lead, version=versions[place], mark=marks[place])
        except StepRefused:
            return "refused"
        finally:
            connection.close()
        return "submitted"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(send, range(2))) == ["refused", "submitted"]
    assert VersionStep.objects.count() == 1


def test_lists_say_where_each_version_stands_and_who_is_awaited(made, version):
    later = solved(made)
    submit(made, later)
    answer(made, later, "Ash")
    found = standings([made.plan])[made.plan.pk]
    assert [(row.number, row.life.words) for row in found] == [
        (2, "Submitted, agreed by 1 of 3 trusts"),
        (1, "Draft"),
    ]
    [waiting] = under_way(made.lead)
    assert waiting.version_id == later.pk
    assert waiting.awaited(finance_of(made, "Beech")) == (made.orgs["Beech"].pk,)
    assert waiting.awaited(finance_of(made, "Ash")) == waiting.awaited(made.lead) == ()
    elsewhere = ready_plan("Elm", network="Southern", name="Plan B")
    assert under_way(elsewhere.lead) == []


def test_reading_takes_the_same_queries_for_many_versions(made, django_assert_num_queries):
    versions = [solved(made) for _ in range(4)]
    submit(made, versions[-1])
    for trust in ("Ash", "Beech", "Cedar"):
        answer(made, versions[-1], trust)
    version = PlanVersion.objects.get(pk=versions[-1].pk)
    with django_assert_num_queries(4):
        life_of(version)
    with django_assert_num_queries(4):
        standings([made.plan])
    with django_assert_num_queries(4):
        under_way(made.lead)


def test_the_successor_of_a_trust_answers_for_it(made, version):
    submit(made, version)
    ash, beech = made.orgs["Ash"], made.orgs["Beech"]
    Link.objects.create(source=ash, target=beech, tie=Tie.SUCCEEDED_BY, starts_on=date(2026, 10, 1))
    heir = actor(Role.FINANCE, beech)
    answer_version(
        by=heir, version=version, trust_id=ash.pk, agreed=True, note="", mark=life_of(version).mark(ash.pk)
    )
    assert [stand.words for stand in life_of(version).stands] == ["Agrees", "No answer yet", "No answer yet"]


def test_the_steps_of_a_merged_plan_take_an_appointment_in_each_network(made, version):
    elsewhere = network_of_trusts("Elm", network="Southern", region="South East")
    made.plan.with_networks.add(elsewhere["Southern"])
    merged = PlanVersion.objects.select_related("plan").get(pk=version.pk)
    with pytest.raises(NotAllowed, match="in each of the 2 networks"):
        submit(made, merged)
    Appointment.objects.create(
        user_id=made.lead.user_id,
        role=Role.PROCUREMENT_LEAD,
        organisation=elsewhere["Southern"],
        starts_on=date(2015, 4, 1),
    )
    user = User.objects.get(pk=made.lead.user_id)
    held = list(user.appointments.select_related("organisation").order_by("pk"))
    both = actor_for(user, held[0], on=date(2026, 11, 1), held=held)
    submit_version(by=both, version=merged, mark=life_of(merged).mark())
    assert life_of(merged).state is State.SUBMITTED
