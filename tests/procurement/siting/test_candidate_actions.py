"""The life of a candidate: made, changed, judged anew, chosen for a plan, withdrawn; each step recorded and guarded."""

from datetime import date

import pytest

from assets.models import Asset
from networks.domain.access import NotAllowed
from networks.models import Event, Population
from procurement.actions.candidates import (
    CandidateChanged,
    change_candidate,
    judge_candidate,
    reinstate_candidate,
    withdraw_candidate,
)
from procurement.actions.plan_candidates import choose_candidates
from procurement.actions.plan_changes import PlanChanged
from procurement.domain.candidate import CandidateInvalid
from procurement.domain.siting_evidence import as_json, differences, from_json
from procurement.models import CandidateSite, Pin, Plan
from procurement.queries.candidates import choosable, evidence_for, evidence_today
from tests.factories.assets import SpecificationFactory
from tests.factories.plans import TODAY
from tests.procurement.siting.conftest import Siting, a_candidate, put, values

LATER = date(2027, 2, 1)


def change(
    siting: Siting, candidate: CandidateSite, *, site: str = "Cedar", **changed: object
) -> CandidateSite:
    given = {"revision": candidate.revision, "on": TODAY, "specification": candidate.specification}
    said = {
        name: changed.pop(name)
        for name in list(changed)
        if name in ("name", "service", "works_pence", "reason", "wanted_from")
    }
    return change_candidate(
        by=changed.pop("by", siting.lead),
        candidate=candidate,
        site=siting.orgs[f"{site} site"],
        values=values(**said),
        **given | changed,
    )


def test_it_is_made_with_the_figures_of_its_day_and_an_event(siting):
    candidate = a_candidate(siting)
    assert candidate.trust == siting.orgs["Cedar"]
    assert (candidate.modality, candidate.revision) == ("CT", 1)
    evidence = from_json(candidate.evidence)
    assert (evidence.as_at, evidence.points) == (TODAY, candidate.need_points)
    assert evidence.points == sum(score.points for score in evidence.scores) > 0
    assert as_json(evidence) == candidate.evidence
    event = Event.objects.get(action="candidate.added")
    assert (event.subject_id, event.trust, event.network) == (
        candidate.pk,
        siting.orgs["Cedar"],
        siting.network,
    )
    assert event.changes["need"] == [None, f"{candidate.need_points} points a year"]
    assert event.reason == "The nearest CT is too far for a stroke"


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"name": "  "}, "name", "Enter a name"),
        ({"name": "x" * 121}, "name", "at most 120 characters; this one has 121"),
        ({"reason": ""}, "reason", "Say why"),
        ({"works_pence": -1}, "works_pence", "from £0 to £1bn"),
        ({"service": "tea"}, "service", "Choose what"),
        ({"wanted_from": 1999}, "wanted_from", "Choose the financial year"),
        ({"site": "Elm"}, "site", "Elm site is no site of this network"),
    ],
)
def test_what_breaks_a_rule_is_refused_at_its_field_and_nothing_is_written(siting, changed, field, words):
    with pytest.raises(CandidateInvalid) as refused:
        a_candidate(siting, **changed)
    assert words in refused.value.errors[field]
    assert not CandidateSite.objects.exists()
    assert not Event.objects.filter(subject_type="candidate").exists()


def test_a_service_needs_its_kind_of_machine_and_a_machine_its_price(siting):
    mri, no_price = SpecificationFactory(code="MRI-STD"), SpecificationFactory(code="CT-NEW", modality="CT")
    candidate = a_candidate(siting)
    for specification, field, words in (
        (mri, "service", "done on CT"),
        (no_price, "specification", "CT-NEW has no published price"),
    ):
        with pytest.raises(CandidateInvalid) as refused:
            change(siting, candidate, specification=specification)
        assert words in refused.value.errors[field]


def test_a_name_is_used_once_in_a_network(siting):
    a_candidate(siting)
    with pytest.raises(CandidateInvalid, match="already"):
        a_candidate(siting)


def test_a_site_of_which_nothing_is_known_cannot_be_one(siting):
    Population.objects.all().delete()
    Asset.objects.update(examinations_per_year=None)
    for name in ("Ash", "Beech", "Cedar"):
        put(siting.orgs[f"{name} site"], None)
    with pytest.raises(CandidateInvalid, match="Nothing is known that its need could be judged by"):
        a_candidate(siting)


def test_only_the_networks_lead_makes_and_changes_one(siting):
    candidate = a_candidate(siting)
    for who in (siting.finance, siting.network_finance, siting.manager, siting.stranger):
        for refused in (
            lambda who=who: change(siting, candidate, by=who),
            lambda who=who: judge_candidate(by=who, candidate=candidate, revision=1, on=TODAY),
            lambda who=who: withdraw_candidate(by=who, candidate=candidate, revision=1, reason="x", on=TODAY),
            lambda who=who: reinstate_candidate(by=who, candidate=candidate, revision=1, reason="x"),
            lambda who=who: choose_candidates(
                by=who, plan=siting.planned.plan, candidate_ids=[], revision=1, on=TODAY
            ),
        ):
            with pytest.raises(NotAllowed):
                refused()
    assert CandidateSite.objects.get() == candidate


def test_a_change_keeps_the_figures_unless_it_is_about_another_need(siting):
    candidate = a_candidate(siting)
    kept = candidate.evidence
    candidate = change(siting, candidate, works_pence=70_000_000, wanted_from=2029, on=LATER)
    assert (candidate.revision, candidate.evidence) == (2, kept)
    event = Event.objects.get(action="candidate.changed")
    assert event.changes == {"building works": ["£600,000", "£700,000"], "wanted from": ["now", "2029/30"]}
    other = change(siting, candidate, service="lung", on=LATER)
    assert from_json(other.evidence).as_at == LATER
    moved = change(siting, other, site="Beech", service="lung", on=TODAY)
    assert (moved.trust, from_json(moved.evidence).as_at) == (siting.orgs["Beech"], TODAY)


def test_saving_what_stands_is_no_change(siting):
    candidate = a_candidate(siting)
    assert change(siting, candidate).revision == 1
    assert not Event.objects.filter(action="candidate.changed").exists()


def test_whoever_was_overtaken_loses_nothing_and_overwrites_nothing(siting):
    candidate = a_candidate(siting)
    change(siting, candidate, works_pence=70_000_000)
    with pytest.raises(CandidateChanged) as overtaken:
        change(siting, candidate, works_pence=80_000_000, revision=1)
    assert overtaken.value.candidate.works_pence == 70_000_000
    with pytest.raises(CandidateChanged):
        judge_candidate(by=siting.lead, candidate=candidate, revision=1, on=TODAY)


def test_judging_anew_shows_what_has_changed_and_then_keeps_it(siting):
    candidate = a_candidate(siting)
    Asset.objects.filter(trust=siting.orgs["Ash"]).update(examinations_per_year=16_500)
    now = evidence_today(siting.lead, candidate, on=LATER)
    then = from_json(candidate.evidence)
    changed = [each.name for each in differences(then, now) if not each.is_same]
    assert "Examinations for each scanner, network" in changed
    judged = judge_candidate(by=siting.lead, candidate=candidate, revision=1, on=LATER)
    assert judged.need_points == now.points != then.points
    assert judged.evidence == as_json(now)
    event = Event.objects.get(action="candidate.judged")
    assert event.changes["figures as at"] == ["24 November 2026", "1 February 2027"]


def test_a_plan_sites_what_is_chosen_for_it(siting):
    one, two = a_candidate(siting), a_candidate(siting, name="Another", service="lung")
    plan = choose_candidates(
        by=siting.lead,
        plan=siting.planned.plan,
        candidate_ids=[one.pk],
        revision=1,
        on=TODAY,
        reason="Stroke",
    )
    assert (list(plan.candidates.all()), plan.revision) == ([one], 2)
    plan = choose_candidates(by=siting.lead, plan=plan, candidate_ids=[two.pk], revision=2, on=TODAY)
    events = Event.objects.filter(action="plan.candidates_chosen").order_by("pk")
    assert [event.changes for event in events] == [
        {"CT at Cedar": [None, "may be sited"]},
        {"CT at Cedar": ["may be sited", "left out"], "Another": [None, "may be sited"]},
    ]
    assert events[0].reason == "Stroke"
    with pytest.raises(PlanChanged):
        choose_candidates(by=siting.lead, plan=plan, candidate_ids=[], revision=2, on=TODAY)
    same = choose_candidates(by=siting.lead, plan=plan, candidate_ids=[two.pk], revision=3, on=TODAY)
    assert same.revision == 3


def test_withdrawn_and_foreign_candidates_cannot_be_chosen_nor_pinned_ones_left_out(siting):
    candidate, plan = a_candidate(siting), siting.planned.plan
    foreign = CandidateSite.objects.get(pk=candidate.pk)
    foreign.pk, foreign.network, foreign.name = None, siting.orgs["Southern"], "Foreign"
    foreign.save()
    with pytest.raises(CandidateInvalid, match="of a network that is not in this plan"):
        choose_candidates(by=siting.lead, plan=plan, candidate_ids=[foreign.pk], revision=1, on=TODAY)
    choose_candidates(by=siting.lead, plan=plan, candidate_ids=[candidate.pk], revision=1, on=TODAY)
    pin = Pin.objects.create(plan=plan, candidate=candidate, kind="add", year=2028, reason="Agreed")
    with pytest.raises(CandidateInvalid, match="Pinned in this plan: CT at Cedar"):
        choose_candidates(by=siting.lead, plan=plan, candidate_ids=[], revision=2, on=TODAY)
    with pytest.raises(CandidateInvalid, match="pinned in Plan A"):
        withdraw_candidate(by=siting.lead, candidate=candidate, revision=1, reason="No room", on=TODAY)
    pin.delete()
    withdraw_candidate(by=siting.lead, candidate=candidate, revision=1, reason="No room", on=TODAY)
    assert choosable(siting.lead, plan, on=TODAY) == []
    assert not Plan.objects.get(pk=plan.pk).candidates.exists()
    assert Event.objects.filter(action="plan.candidates_chosen").latest("pk").changes == {
        "CT at Cedar": ["may be sited", "withdrawn"]
    }
    with pytest.raises(CandidateInvalid, match="is withdrawn"):
        choose_candidates(by=siting.lead, plan=plan, candidate_ids=[candidate.pk], revision=3, on=TODAY)


def test_a_withdrawn_one_can_only_be_made_one_again(siting):
    candidate = a_candidate(siting)
    with pytest.raises(CandidateInvalid, match="Say why"):
        withdraw_candidate(by=siting.lead, candidate=candidate, revision=1, reason=" ", on=TODAY)
    withdrawn = withdraw_candidate(
        by=siting.lead, candidate=candidate, revision=1, reason="No room", on=TODAY
    )
    for refused in (
        lambda: change(siting, withdrawn),
        lambda: judge_candidate(by=siting.lead, candidate=withdrawn, revision=2, on=TODAY),
        lambda: withdraw_candidate(by=siting.lead, candidate=withdrawn, revision=2, reason="x", on=TODAY),
    ):
        with pytest.raises(CandidateInvalid, match="is withdrawn"):
            refused()
    again = reinstate_candidate(by=siting.lead, candidate=withdrawn, revision=2, reason="There is room")
    assert again.withdrawn_on is None
    with pytest.raises(CandidateInvalid, match="is not withdrawn"):
        reinstate_candidate(by=siting.lead, candidate=again, revision=3, reason="x")


def test_candidates_of_a_trust_left_out_of_the_plan_are_not_offered(siting):
    candidate, plan = a_candidate(siting), siting.planned.plan
    assert choosable(siting.lead, plan, on=TODAY) == [candidate]
    plan.without_trusts.add(siting.orgs["Cedar"])
    assert choosable(siting.lead, plan, on=TODAY) == []


def test_a_trusts_people_read_their_own_candidates_without_the_networks_figures(siting):
    theirs = a_candidate(siting, site="Ash", name="CT at Ash")
    others = a_candidate(siting)
    visible = CandidateSite.objects.visible_to(siting.finance)
    assert list(visible) == [theirs]
    read = evidence_for(siting.finance, theirs)
    hidden = [score for score in read.scores if score.measured.is_of_network]
    assert len(hidden) == 2
    assert {(score.percent, score.points) for score in hidden} == {(None, 0)}
    assert "not shown to you" in hidden[0].words
    assert read.density == ""
    assert evidence_for(siting.lead, others) == from_json(others.evidence)
    assert not CandidateSite.objects.visible_to(siting.manager).exists()
    assert not CandidateSite.objects.visible_to(siting.stranger).exists()
