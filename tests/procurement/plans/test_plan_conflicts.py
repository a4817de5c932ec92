"""A plan made again after the register moved: what has changed is shown, conflicts are written, and acknowledged."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assets.models import Asset
from networks.domain.access import NotAllowed, Role
from networks.models import Event
from procurement.actions.pins import pin_asset
from procurement.actions.plan_drift import acknowledge_conflicts
from procurement.actions.plan_life import StepRefused
from procurement.actions.plan_versions import save_version
from procurement.actions.plans import set_envelopes
from procurement.domain.plan_account import metrics_in
from procurement.domain.plan_conflicts import NOTHING_MOVED
from procurement.domain.plan_drift import About
from procurement.jobs.solve_plan import solve_version
from procurement.models import Conflict, PlanLine, PlanVersion
from procurement.queries.plan_drift import basis, churn_of, drift_since, visible_conflicts
from procurement.queries.plan_life import life_of, standings
from procurement.queries.planning_problem import planning_problem
from tests.builders.plan_results import result_for
from tests.factories.assets import AssetFactory
from tests.factories.networks import actor
from tests.factories.plans import MILLION, TODAY, Planned, ready_plan
from tests.procurement.plans.lives import answer, approve, finance_of, solved, submit

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Planned:
    return ready_plan(assets_each=4)


def solved_again(made: Planned, before: PlanVersion) -> PlanVersion:
    problem = planning_problem(made.plan, on=TODAY)
    return save_version(
        by=made.lead,
        plan=made.plan,
        problem=problem,
        result=result_for(problem),
        run=None,
        on=TODAY,
        based_on=before,
    )


def register_moves(made: Planned) -> dict[str, Asset]:
    """Ash's oldest is younger than was thought, Beech's oldest is retired, Ash has a new machine."""
    younger, gone = made.assets[0], made.assets[4]
    Asset.objects.filter(pk=younger.pk).update(installed_on=date(2024, 5, 1))
    Asset.objects.filter(pk=gone.pk).update(status="retired", retired_on=date(2026, 11, 20))
    new = AssetFactory(
        trust=made.orgs["Ash"],
        site=made.orgs["Ash site"],
        specification=younger.specification,
        installed_on=date(2012, 4, 1),
    )
    return {"younger": younger, "gone": gone, "new": new}


def test_a_register_that_has_not_moved_shows_no_change(made):
    version = solved(made)
    assert drift_since(made.lead, version, on=TODAY).rows == ()


def test_a_register_that_moved_is_told_machine_by_machine(made):
    version = solved(made)
    machines = register_moves(made)
    found = drift_since(made.lead, version, on=TODAY)
    told = {(row.machine, row.what): row.registered for row in found.rows if row.about is About.MACHINES}
    assert told == {
        (machines["younger"].pk, "Installed"): "1 May 2024",
        (machines["gone"].pk, "Machine"): "Retired on 20 November 2026",
        (machines["new"].pk, "Machine"): "New: CT-STD at Ash site, installed 1 April 2012",
    }
    assert found.count == 3


def test_a_trusts_people_see_what_is_theirs(made):
    version = solved(made)
    register_moves(made)
    amounts = {(made.orgs[trust].pk, 2027): MILLION for trust in ("Ash", "Beech")}
    made.plan.refresh_from_db()
    set_envelopes(by=made.lead, plan=made.plan, amounts=amounts, revision=made.plan.revision, on=TODAY)
    found = drift_since(finance_of(made, "Beech"), version, on=TODAY)
    beech = made.orgs["Beech"].pk
    assert {row.trusts for row in found.rows} == {(beech,)}
    assert {row.about for row in found.rows} == {About.MACHINES, About.MONEY}
    whole = drift_since(made.lead, version, on=TODAY)
    assert whole.count > found.count


def test_what_keeps_the_plan_from_being_read_is_said(made):
    version = solved(made)
    made.plan.envelopes.all().delete()
    found = drift_since(made.lead, version, on=TODAY)
    assert found.rows == ()
    assert "has no envelope" in found.unread[0]


def test_a_version_made_afresh_has_no_conflicts(made):
    version = solved(made)
    register_moves(made)
    second = solved(made)
    assert not Conflict.objects.exists()
    assert churn_of(made.lead, version) is churn_of(made.lead, second) is None


def test_a_version_made_again_keeps_three_ways_of_each_machine_that_moved(made):
    version = solved(made)
    machines = register_moves(made)
    again = solved_again(made, version)
    rows = {c.label: c for c in Conflict.objects.filter(version=again)}
    younger = rows[str(machines["younger"])]
    assert "Installed: 1 April 2013." in younger.planned
    assert younger.registered.startswith("Installed: 1 May 2024.")
    assert younger.facts_changed
    assert (younger.line.version_id, younger.new_line.version_id) == (version.pk, again.pk)
    gone = rows[str(machines["gone"])]
    assert (gone.registered, gone.new_line, gone.trust) == (
        "Retired on 20 November 2026.",
        None,
        made.orgs["Beech"],
    )
    assert rows[str(machines["new"])].line is None
    for row in rows.values():
        if row.registered == NOTHING_MOVED:
            assert row.decision_changed
            assert row.line.year != row.new_line.year


def test_churn_counts_the_decisions_in_both_versions_as_the_lines_have_them(made):
    version = solved(made)
    register_moves(made)
    again = solved_again(made, version)
    old, new = (
        {line.asset_id: line.year for line in PlanLine.objects.filter(version=each)}
        for each in (version, again)
    )
    both = set(old) & set(new)
    changed = {asset for asset in both if old[asset] != new[asset]}
    found = churn_of(made.lead, again)
    assert (found.compared, found.changed) == (len(both), len(changed))
    assert found.with_new_facts == Conflict.objects.filter(decision_changed=True, facts_changed=True).count()
    assert found.changed > 0
    ash = churn_of(finance_of(made, "Ash"), again)
    assert ash.compared == 4


def test_a_pin_set_since_counts_as_a_fact_of_its_machine(made):
    version = solved(made)
    pinned = made.assets[3]
    pin_asset(by=made.lead, plan=made.plan, asset=pinned, year=2029, reason="Works", on=TODAY)
    again = solved_again(made, version)
    row = Conflict.objects.get(version=again, label=str(pinned))
    assert row.registered == "Pin: Replaced in 2029/30."
    assert row.facts_changed


def test_the_lead_acknowledges_and_the_rest_stays_open(made):
    version = solved(made)
    register_moves(made)
    again = solved_again(made, version)
    everything = list(visible_conflicts(made.lead, again).values_list("pk", flat=True))
    assert life_of(again).unacknowledged == len(everything) > 2
    now = timezone.now()
    done = acknowledge_conflicts(
        by=made.lead, version=again, conflicts=everything[:2], note="Checked with Ash", at=now
    )
    assert done == 2
    first = Conflict.objects.get(pk=everything[0])
    assert (first.acknowledged_by_id, first.acknowledged_at, first.note) == (
        made.lead.user_id,
        now,
        "Checked with Ash",
    )
    assert life_of(again).unacknowledged == len(everything) - 2
    event = Event.objects.get(action="plan.conflicts_acknowledged")
    left = [str(len(everything)), str(len(everything) - 2)]
    assert event.changes == {"version 2, conflicts not acknowledged": left}


def test_a_conflict_is_acknowledged_once_and_only_by_the_lead(made):
    version = solved(made)
    register_moves(made)
    again = solved_again(made, version)
    pks = list(Conflict.objects.values_list("pk", flat=True))
    for who in (finance_of(made, "Ash"), actor(Role.FINANCE, made.orgs["Northern"])):
        with pytest.raises(NotAllowed):
            acknowledge_conflicts(by=who, version=again, conflicts=pks, note="", at=timezone.now())
    for conflicts, note, words in (
        ([], "", "Choose at least one"),
        (pks, "x" * 301, "at most 300"),
        ([*pks, 999_999], "", "since you opened"),
    ):
        with pytest.raises(StepRefused, match=words):
            acknowledge_conflicts(
                by=made.lead, version=again, conflicts=conflicts, note=note, at=timezone.now()
            )
    acknowledge_conflicts(by=made.lead, version=again, conflicts=pks[:1], note="", at=timezone.now())
    with pytest.raises(StepRefused, match="Somebody has acknowledged"):
        acknowledge_conflicts(by=made.lead, version=again, conflicts=pks, note="", at=timezone.now())
    assert Conflict.objects.filter(acknowledged_at=None).count() == len(pks) - 1


def test_conflicts_of_another_version_are_not_acknowledged_through_this_one(made):
    version = solved(made)
    register_moves(made)
    again = solved_again(made, version)
    other = solved_again(made, again)
    pks = list(Conflict.objects.filter(version=again).values_list("pk", flat=True))
    with pytest.raises(StepRefused):
        acknowledge_conflicts(by=made.lead, version=other, conflicts=pks, note="", at=timezone.now())


def test_changes_are_measured_from_what_is_approved_else_submitted_else_newest(made):
    first, second, third = (solved(made) for _ in range(3))

    def measured_from() -> int:
        return basis(standings([made.plan])[made.plan.pk]).number

    assert measured_from() == third.number
    submit(made, second)
    assert measured_from() == second.number
    for trust in ("Ash", "Beech"):
        answer(made, second, trust)
    approve(made, second)
    submit(made, third)
    assert measured_from() == second.number
    assert basis([]) is None
    assert first.number == 1


def queries_for(machines_each: int, network: str, *trusts: str) -> tuple[int, int, int]:
    """The queries of comparing, of saving a version made again (but for its writing), and of counting its churn."""
    made = ready_plan(*trusts, assets_each=machines_each, network=network, name=f"Plan {network}")
    version = solved(made)
    Asset.objects.filter(trust__in=[made.orgs[trust] for trust in trusts]).update(
        installed_on=date(2020, 4, 1)
    )
    Asset.objects.filter(pk=made.assets[0].pk).update(status="retired")
    version = PlanVersion.objects.select_related("plan").get(pk=version.pk)
    with CaptureQueriesContext(connection) as compared:
        assert drift_since(made.lead, version, on=TODAY).count >= len(made.assets)
    problem = planning_problem(made.plan, on=TODAY)
    facts = {"by": made.lead, "plan": made.plan, "problem": problem, "result": result_for(problem)}
    with CaptureQueriesContext(connection) as saved:
        again = save_version(**facts, run=None, on=TODAY, based_on=version)
    with CaptureQueriesContext(connection) as counted:
        assert churn_of(made.lead, again).compared == len(made.assets) - 1
    # Rows are written in batches of as many as the database takes at once.
    read = [query for query in saved.captured_queries if not query["sql"].startswith("INSERT")]
    return len(compared), len(read), len(counted)


def test_queries_do_not_grow_with_machines():
    few = queries_for(2, "Northern", "Ash", "Beech")
    many = queries_for(25, "Southern", "Cedar", "Elm", "Fir")
    assert all(later <= sooner for later, sooner in zip(many, few, strict=True)), (few, many)
    assert few[2] == 2


def test_the_churn_that_is_shown_is_the_churn_that_the_planner_counts(made):
    before = solve_version(by=made.lead, plan=made.plan, seconds=5, seed=1, on=TODAY)
    register_moves(made)
    again = solve_version(by=made.lead, plan=made.plan, seconds=5, seed=1, on=TODAY, based_on=before)
    assert churn_of(made.lead, again).changed == metrics_in(again.result, "plan").churn
    unmoved = solve_version(by=made.lead, plan=made.plan, seconds=5, seed=1, on=TODAY, based_on=again)
    assert churn_of(made.lead, unmoved).words == "None of 8 decisions changed"
    assert not Conflict.objects.filter(version=unmoved).exists()
