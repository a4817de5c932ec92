"""Solving a plan: read what is asked, let the planner work with progress and cancel, keep what it found."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from datetime import date

from django.utils import timezone
from django_tasks import task

from networks.domain.access import Actor, Permission
from networks.domain.figures import pounds
from networks.jobs.runs import Cancelled, CannotFinish, Progress, perform, start, sweep_lost
from networks.models import Run
from procurement.actions.plan_versions import OutOfDate, save_version
from procurement.domain.planning.problem import PlanningProblem
from procurement.domain.planning.result import Result
from procurement.models import Plan, PlanVersion
from procurement.queries.plan_figures import EXPOSURE, percent
from procurement.queries.planning_problem import PlanIncomplete, planning_problem

KIND = "plan.solve"
POLL_SECONDS = 0.5


def start_solving(*, by: Actor, plan: Plan, seconds: int = 30, seed: int = 1) -> Run:
    """Start solving a plan, or return the run that is solving it already. `seconds` is the longest the planner may look.

    Raises NotAllowed without EDIT_PLANS for the plan's network.
    """
    by.require(Permission.EDIT_PLANS, network_id=plan.network_id)
    return active_run(plan) or start(
        by=by,
        kind=KIND,
        title=f"Solving {plan.name}",
        task=solve_plan,
        arguments={"plan_id": plan.pk, "seconds": seconds, "seed": seed},
        back_url=plan.get_absolute_url(),
        network_id=plan.network_id,
    )


def active_run(plan: Plan) -> Run | None:
    """Return the run that is solving a plan now, if any; one whose worker has gone silent is none."""
    sweep_lost(now=timezone.now())
    waiting = [Run.Status.QUEUED, Run.Status.RUNNING]
    return Run.objects.filter(kind=KIND, back_url=plan.get_absolute_url(), status__in=waiting).first()


@task()
def solve_plan(run_id: int, plan_id: int, seconds: int = 30, seed: int = 1) -> None:
    """Solve a plan in a worker."""
    perform(run_id, lambda by, progress: _solve(by, progress, run_id, plan_id, seconds, seed))


def solve_version(
    *,
    by: Actor,
    plan: Plan,
    seconds: int,
    seed: int,
    on: date,
    run: Run | None = None,
    report: Callable[[str, int], None] | None = None,
    should_cancel: Callable[[], bool] | None = None,
) -> PlanVersion:
    """Read a plan with the register as at `on`, solve it, and write its next version, all of it at the end.

    About twice a second `report` is told in words how far the planner is and how many seconds have gone, and
    `should_cancel` is asked whether to stop; both may use the database. Raises NotAllowed, PlanIncomplete, OutOfDate, Cancelled.
    """
    by.require(Permission.EDIT_PLANS, network_id=plan.network_id)
    problem = planning_problem(plan, on=on)
    result = _solve_beside(problem, seconds, seed, report or _silent, should_cancel or _never)
    if result.cancelled:
        raise Cancelled
    return save_version(by=by, plan=plan, problem=problem, result=result, run=run, on=on)


def in_words(stage: str, best: float | None, bound: float | None, gap: float | None) -> str:
    """Say how far the planner is: "Stage 2 of 3, exposure: 25,539 points found, proven within 4.2% of the best"."""
    name = _STAGES.get(stage, stage)
    if best is None:
        return f"{name}: looking for a first plan"
    unit = f"{round(best):,} points" if stage == EXPOSURE else pounds(round(best / 100) * 100)
    said = f"{name}: {unit} found"
    return (
        f"{said}, proven within {percent(gap)} of the best" if gap is not None and bound is not None else said
    )


_STAGES = {
    "breach": "Stage 1 of 3, wishes that the limits do not allow",
    EXPOSURE: "Stage 2 of 3, exposure",
    "cost": "Stage 3 of 3, cost",
}


def _silent(words: str, gone: int) -> None:
    """Report to nobody."""


def _never() -> bool:
    return False


def _solve_beside(
    problem: PlanningProblem,
    seconds: int,
    seed: int,
    report: Callable[[str, int], None],
    should_cancel: Callable[[], bool],
) -> Result:
    """Solve in a thread of its own, which touches no database, and talk to the database from this one meanwhile.

    The solver asks whether to stop from deep inside its own code, where a failing database must not surface.
    """
    # The solver's library takes a good part of a second to load; pages that only start a run do without.
    from procurement.domain.planning.solve import Progress as Found
    from procurement.domain.planning.solve import Stop, solve

    stopping = threading.Event()
    newest: list[Found] = []

    def keep(found: Found) -> None:
        newest[:] = [found]

    began = time.monotonic()
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="planner") as pool:
        stop = Stop(seconds=seconds, should_cancel=stopping.is_set)
        answer = pool.submit(solve, problem, stop, seed=seed, on_progress=keep)
        try:
            while not wait([answer], timeout=POLL_SECONDS).done:
                found = newest[0] if newest else None
                words = (
                    in_words(found.stage, found.best, found.bound, found.gap) if found else "Making a start"
                )
                report(words, round(time.monotonic() - began))
                if should_cancel():
                    stopping.set()
        finally:
            stopping.set()  # whatever happened here, the planner must not go on alone
        return answer.result()


def _solve(by: Actor, progress: Progress, run_id: int, plan_id: int, seconds: int, seed: int) -> str:
    """Solve for a run and return the address of the version made."""
    plan = Plan.objects.filter(pk=plan_id).first()
    if plan is None:
        raise CannotFinish("The plan is not there any more.")
    progress.report("Reading the register, prices and envelopes", force=True)
    try:
        version = solve_version(
            by=by,
            plan=plan,
            seconds=seconds,
            seed=seed,
            on=timezone.localdate(),
            run=Run.objects.get(pk=run_id),
            report=lambda words, gone: _tell(progress, words, gone, seconds),
            should_cancel=progress.should_cancel,
        )
    except (PlanIncomplete, OutOfDate) as refused:
        raise CannotFinish(str(refused)) from refused
    return version.get_absolute_url()


def _tell(progress: Progress, words: str, gone: int, seconds: int) -> None:
    """Write progress, in seconds of those it may take; a stop asked for is left to the planner, which ends in good order."""
    with suppress(Cancelled):
        progress.report(words, done=min(gone, seconds), total=seconds, force=True)
