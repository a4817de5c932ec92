"""Solving a plan: read what is asked, let the planner work with progress and cancel, keep what it found."""

from collections.abc import Callable
from datetime import date

from django.utils import timezone
from django_tasks import task

from networks.domain.access import Actor, Permission
from networks.jobs.runs import Cancelled, CannotFinish, Progress, perform, start, sweep_lost
from networks.models import Run
from procurement.actions.plan_versions import OutOfDate, save_version
from procurement.models import Plan, PlanVersion
from procurement.queries.planning_problem import PlanIncomplete, planning_problem

KIND = "plan.solve"


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
    report: Callable[[str, float], None] | None = None,
    should_cancel: Callable[[], bool] | None = None,
) -> PlanVersion:
    """Read a plan with the register as at `on`, solve it, and write its next version, all of it at the end.

    `report` is told, as the planner works, what it does in words and how many seconds have gone; `should_cancel` is
    asked whether to stop. Raises NotAllowed, PlanIncomplete, OutOfDate, Cancelled.
    """
    by.require(Permission.EDIT_PLANS, network_id=plan.network_id)
    problem = planning_problem(plan, on=on)
    # The solver's library takes a good part of a second to load; pages that only start a run do without.
    from procurement.domain.planning.solve import Stop, solve

    result = solve(problem, Stop(seconds=seconds, should_cancel=should_cancel), seed=seed)
    if result.cancelled:
        raise Cancelled
    return save_version(by=by, plan=plan, problem=problem, result=result, run=run, on=on)


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
            should_cancel=progress.should_cancel,
        )
    except (PlanIncomplete, OutOfDate) as refused:
        raise CannotFinish(str(refused)) from refused
    return version.get_absolute_url()
