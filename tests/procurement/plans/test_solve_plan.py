"""Solving through the job: a small network for real, cancel, refusals, and the shell."""

import json
import threading
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from networks.domain.access import NotAllowed, Role
from networks.jobs.runs import Cancelled, perform, request_cancel
from networks.models import Run
from procurement.actions.plans import pin_asset, set_envelopes
from procurement.domain.plan_account import metrics_in
from procurement.domain.planning import solve as solver
from procurement.jobs import solve_plan as job
from procurement.models import PlanLine, PlanVersion
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
    assert {stage["name"] for stage in version.result["stages"]} == {"breach", "exposure", "cost"}
    lines = PlanLine.objects.filter(version=version)
    assert lines.count() == 12
    assert lines.get(asset=made.assets[3]).year == 2029
    assert all(line.reason for line in lines)
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


def test_a_stop_asked_for_reaches_the_planner_and_nothing_is_written(monkeypatch):
    made = ready_plan()
    run = Run.objects.create(kind=job.KIND, title="Solving", network=made.orgs["Northern"])
    asked = []

    def slow(problem, stop, *, seed, on_progress):
        on_progress(solver.Progress("exposure", 1234.0, 1200.0, 0.0275, 0.1))
        for _ in range(100):
            asked.append(threading.current_thread().name)
            if stop.should_cancel():
                return result_for(problem, cancelled=True)
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
    perform(run.pk, lambda by, progress: job._solve(made.lead, progress, run.pk, made.plan.pk, 10, 1))
    run.refresh_from_db()
    assert run.status == Run.Status.CANCELLED
    assert run.message == "Stage 2 of 3, exposure: 1,234 points found, proven within 2.8% of the best"
    assert run.total == 10
    assert asked[0].startswith("planner")
    assert not PlanVersion.objects.exists()


def test_a_cancelled_result_is_not_kept(monkeypatch):
    made = ready_plan()
    monkeypatch.setattr(solver, "solve", lambda problem, *_, **__: result_for(problem, cancelled=True))
    with pytest.raises(Cancelled):
        job.solve_version(by=made.lead, plan=made.plan, seconds=5, seed=1, on=TODAY)
    assert not PlanVersion.objects.exists()


def test_progress_is_said_in_words():
    assert job.in_words("breach", None, None, None) == (
        "Stage 1 of 3, wishes that the limits do not allow: looking for a first plan"
    )
    assert job.in_words("exposure", 25539.0, None, None) == "Stage 2 of 3, exposure: 25,539 points found"
    assert job.in_words("cost", 6_123_456_789.0, 6_000_000_000.0, 0.02) == (
        "Stage 3 of 3, cost: £61,234,568 found, proven within 2.0% of the best"
    )


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
