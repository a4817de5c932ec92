"""Solving through the job: a small network for real, cancel, refusals, and the shell."""

import json
import threading
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from networks.domain.access import NotAllowed, Role
from networks.jobs.runs import perform, request_cancel
from networks.models import Run
from procurement.actions.pins import pin_asset
from procurement.actions.plans import set_envelopes
from procurement.domain.plan_account import metrics_in
from procurement.domain.planning import solve as solver
from procurement.domain.solve_curve import Keeper, Sample
from procurement.jobs import solve_plan as job
from procurement.models import PlanLine, PlanVersion
from procurement.queries.solve_runs import samples_of
from tests.builders.plan_results import result_for
from tests.factories.networks import actor
from tests.factories.plans import TODAY, Planned, ready_plan

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *_: TODAY)


def start(made: Planned, commit) -> Run:
    with commit(execute=True):
        run = job.start_solving(by=made.lead, plan=made.plan, seconds=10)
    run.refresh_from_db()
    return run


def test_a_small_network_is_solved_for_real(django_capture_on_commit_callbacks):
    made = ready_plan("Ash", "Beech", "Cedar", assets_each=4, envelope_pence=80_000_000)
    pin_asset(by=made.lead, plan=made.plan, asset=made.assets[3], year=2029, reason="Works", on=TODAY)
    run = start(made, django_capture_on_commit_callbacks)
    assert (run.status, run.error) == (Run.Status.SUCCEEDED, "")
    version = PlanVersion.objects.get(plan=made.plan)
    assert run.result_url == version.get_absolute_url()
    assert (version.run, version.register_as_at, version.created_by_id) == (run, TODAY, made.lead.user_id)
    plan, oldest = (metrics_in(version.result, of) for of in ("plan", "oldest_first"))
    assert plan.rank <= oldest.rank
    assert {stage["name"] for stage in version.result["stages"]} == {
        "breach",
        "exposure",
        "cost",
        "churn",
    }
    lines = PlanLine.objects.filter(version=version)
    assert lines.count() == 12
    assert lines.get(asset=made.assets[3]).year == 2029
    assert all(line.reason for line in lines)
    assert {sample.stage for sample in samples_of(run.pk)} <= {"breach", "exposure", "cost", "churn"}
    assert sum(line.total_pence for line in lines) == plan.spend_pence


def test_the_same_inputs_give_the_same_plan(django_capture_on_commit_callbacks):
    made = ready_plan(assets_each=4, envelope_pence=80_000_000)
    for _ in range(2):
        start(made, django_capture_on_commit_callbacks)
    first, second = PlanVersion.objects.order_by("number")
    decided = [
        dict(PlanLine.objects.filter(version=version).values_list("asset_id", "year"))
        for version in (first, second)
    ]
    assert decided[0] == decided[1]
    assert first.inputs_hash == second.inputs_hash


def test_what_is_missing_ends_the_run_in_words(django_capture_on_commit_callbacks):
    made = ready_plan()
    ash = made.orgs["Ash"].pk
    gone = dict.fromkeys(((ash, year) for year in made.plan.years), None)
    set_envelopes(by=made.lead, plan=made.plan, amounts=gone, revision=1, on=TODAY)
    run = start(made, django_capture_on_commit_callbacks)
    assert (run.status, run.error) == (
        Run.Status.FAILED,
        "Ash has no envelope. Give it one for each year, if only £0.",
    )
    assert not PlanVersion.objects.exists()


def test_a_second_start_leads_to_the_run_that_is_on_its_way():
    made = ready_plan()
    first = job.start_solving(by=made.lead, plan=made.plan)
    assert job.start_solving(by=made.lead, plan=made.plan) == first
    other = ready_plan("Cedar", network="Southern", name="Other")
    assert job.start_solving(by=other.lead, plan=other.plan) != first


def test_starting_needs_permission_for_the_network():
    made = ready_plan()
    for role in (Role.FINANCE, Role.EQUIPMENT_MANAGER):
        with pytest.raises(NotAllowed):
            job.start_solving(by=actor(role, made.orgs["Ash"]), plan=made.plan)


def test_a_stop_asked_for_reaches_the_planner_which_keeps_its_best_and_how_it_got_there(monkeypatch):
    made = ready_plan()
    run = Run.objects.create(kind=job.KIND, title="Solving", network=made.orgs["Northern"])
    asked = []

    def slow(problem, stop, *, seed, on_progress, earlier):
        on_progress(solver.Progress("breach", 0.0, 0.0, 0.0, 0.05))
        on_progress(solver.Progress("exposure", 1300.0, float("-inf"), None, 0.1))
        on_progress(solver.Progress("exposure", 1234.0, 1200.0, 34 / 1234, 0.7))
        for _ in range(100):
            asked.append(threading.current_thread().name)
            if stop.should_cancel():
                return result_for(problem, cancelled=True, status="stopped when asked to: proven within 2.8%")
            threading.Event().wait(0.05)
        pytest.fail("it was never told to stop")

    tell = job._tell

    def tell_and_lose_patience(progress, words, gone, seconds):
        tell(progress, words, gone, seconds)
        if words.startswith("Stage"):
            request_cancel(run)

    monkeypatch.setattr(solver, "solve", slow)
    monkeypatch.setattr(job, "_tell", tell_and_lose_patience)
    monkeypatch.setattr(job, "POLL_SECONDS", 0.05)
    perform(run.pk, lambda by, progress: job._solve(made.lead, progress, run.pk, made.plan.pk, 10, 1, None))
    run.refresh_from_db()
    version = PlanVersion.objects.get()
    assert (run.status, run.result_url) == (Run.Status.SUCCEEDED, version.get_absolute_url())
    assert run.message == "Stopped when asked to. The best plan so far is kept as version 1"
    assert version.status.startswith("stopped when asked to")
    assert asked[0].startswith("planner")
    assert samples_of(version.run_id) == [
        Sample("breach", 0.05, 0.0, 0.0, 0.0),
        Sample("exposure", 0.1, 1300.0, None, None),
        Sample("exposure", 0.7, 1234.0, 1200.0, 34 / 1234),
    ]


def test_a_run_stopped_before_the_planner_began_writes_nothing():
    made = ready_plan()
    run = job.start_solving(by=made.lead, plan=made.plan)
    Run.objects.filter(pk=run.pk).update(status=Run.Status.RUNNING)
    request_cancel(run)
    Run.objects.filter(pk=run.pk).update(status=Run.Status.QUEUED)
    perform(run.pk, lambda by, progress: pytest.fail("it was to begin nothing"))
    run.refresh_from_db()
    assert run.status == Run.Status.CANCELLED
    assert not PlanVersion.objects.exists()


def test_a_version_says_which_one_it_rests_on(django_capture_on_commit_callbacks):
    made = ready_plan(assets_each=2)
    start(made, django_capture_on_commit_callbacks)
    first = PlanVersion.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        job.start_solving(by=made.lead, plan=made.plan, seconds=10, based_on=first)
    assert PlanVersion.objects.get(number=2).based_on == first
    assert first.based_on is None


def test_progress_is_said_in_words():
    assert job.in_words("breach", None, None, None) == (
        "Stage 1, pinned wishes that the limits do not allow: looking for a first plan"
    )
    assert job.in_words("exposure", 25539.0, None, None) == "Stage 2, exposure: 25,539 points found"
    assert job.in_words("cost", 6_123_456_789.0, 6_000_000_000.0, 0.02) == (
        "Stage 3, whole cost at present value: £61.23m found, proven within 2.0% of the best"
    )


def test_moments_worth_keeping_are_first_last_and_what_changed_thinned_out_as_time_goes():
    keeper = Keeper()
    first = Sample("exposure", 0.1, 100.0, float("-inf"), None)
    assert keeper.take([first]) == [Sample("exposure", 0.1, 100.0, None, None)]
    assert keeper.take([Sample("exposure", 0.2, 99.0, 50.0, 0.49)]) == []
    late = Sample("exposure", 60.0, 90.0, 80.0, 0.11)
    assert keeper.take([Sample("exposure", 30.0, 100.0, None, None), late]) == [late]
    assert keeper.take([Sample("exposure", 60.55, 89.0, 80.0, 0.1)]) == []
    cost = Sample("cost", 61.0, 5.0, 5.0, 0.0)
    assert keeper.take([cost]) == [Sample("exposure", 60.55, 89.0, 80.0, 0.1), cost]
    assert keeper.take([], at_end=True) == []
    many = [Sample("cost", 61 + n / 10, 9e9 - n, float(n), 0.5) for n in range(1, 36_000)]
    assert 300 < len(keeper.take(many, at_end=True)) < 500


def test_the_shell_solves_a_plan_and_says_how_good_it_is():
    made = ready_plan(envelope_pence=80_000_000)
    out = StringIO()
    call_command("solve_plan", str(made.plan.pk), "--seconds=5", stdout=out, stderr=StringIO())
    version = PlanVersion.objects.get()
    assert f"Plan A: version 1, {version.status}, by HiGHS" in out.getvalue()
    assert "oldest first: exposure" in out.getvalue()
    out = StringIO()
    call_command("solve_plan", str(made.plan.pk), "--seconds=5", "--json", stdout=out)
    said = json.loads(out.getvalue())
    assert (said["plan_id"], said["version"]) == (made.plan.pk, 2)
    assert said["plan"] == version.result["metrics"]["plan"]


def test_the_shell_names_what_is_missing():
    made = ready_plan(assets_each=0)
    with pytest.raises(CommandError, match="The register holds no machine"):
        call_command("solve_plan", str(made.plan.pk))
    with pytest.raises(CommandError, match=r"There is no plan 999. There are: \d+ \(Plan A\)."):
        call_command("solve_plan", "999")
    with pytest.raises(CommandError, match="at least 1"):
        call_command("solve_plan", str(made.plan.pk), "--seconds=0")
