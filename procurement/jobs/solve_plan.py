"""Solving a plan: read what is asked, let the planner work with progress and cancel, keep what it found."""

import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from datetime import date

from django.utils import timezone
from django_tasks import task

from networks.domain.access import Actor, Permission
from networks.jobs.runs import Cancelled, CannotFinish, Progress, perform, start, sweep_lost
from networks.models import Run
from procurement.actions.plan_versions import OutOfDate, save_version
from procurement.actions.solve_samples import keep_samples
from procurement.domain.plan_account import stages_in
from procurement.domain.plan_inputs import problem_of
from procurement.domain.planning.problem import PlanningProblem
from procurement.domain.planning.result import Result
from procurement.domain.planning.warm import Earlier
from procurement.domain.solve_curve import Keeper, Sample, amount, stage_name
from procurement.jobs.explain_plan import explained
from procurement.models import Plan, PlanVersion
from procurement.queries.plan_compare import address_after_solving
from procurement.queries.plan_figures import percent
from procurement.queries.planning_problem import PlanIncomplete, planning_problem
from procurement.queries.solve_runs import KIND

POLL_SECONDS = 0.5


def start_solving(
    *, by: Actor, plan: Plan, seconds: int = 30, seed: int = 1, based_on: PlanVersion | None = None
) -> Run:
    """Start solving a plan, or return the run that is solving it already. `seconds` is the longest the planner may look.

    `based_on`: the version whose decisions are kept where that costs nothing.
    Raises NotAllowed without EDIT_PLANS for the plan's network.
    """
    by.require_all(Permission.EDIT_PLANS, plan.network_ids)
    return active_run(plan) or start(
        by=by,
        kind=KIND,
        title=f"Solving {plan.name}",
        task=solve_plan,
        arguments={
            "plan_id": plan.pk,
            "seconds": seconds,
            "seed": seed,
            "based_on": based_on.pk if based_on else None,
        },
        back_url=plan.get_absolute_url(),
        network_id=plan.network_id,
    )


def active_run(plan: Plan) -> Run | None:
    """Return the run that is solving a plan now, if any; one whose worker has gone silent is none."""
    sweep_lost(now=timezone.now())
    waiting = [Run.Status.QUEUED, Run.Status.RUNNING]
    return Run.objects.filter(kind=KIND, back_url=plan.get_absolute_url(), status__in=waiting).first()


@task()
def solve_plan(
    run_id: int, plan_id: int, seconds: int = 30, seed: int = 1, based_on: int | None = None
) -> None:
    """Solve a plan in a worker. `based_on` is the key of a version of it, or of the plan that it is a scenario of."""
    perform(run_id, lambda by, progress: _solve(by, progress, run_id, plan_id, seconds, seed, based_on))


def solve_version(
    *,
    by: Actor,
    plan: Plan,
    seconds: int,
    seed: int,
    on: date,
    based_on: PlanVersion | None = None,
    run: Run | None = None,
    report: Callable[[str, int], None] | None = None,
    should_cancel: Callable[[], bool] | None = None,
) -> PlanVersion:
    """Read a plan with the register as at `on`, solve it, and write its next version, all of it at the end.

    About twice a second `report` is told in words how far the planner is and how many seconds have gone, and
    `should_cancel` is asked whether to stop; both may use the database. A planner that is stopped hands over the best
    plan it has, whose status says that it was stopped. With a `run`, its way to the plan is kept too.
    Raises NotAllowed, PlanIncomplete, OutOfDate.
    """
    by.require_all(Permission.EDIT_PLANS, plan.network_ids)
    problem = planning_problem(plan, on=on, based_on=based_on)
    keeper = Keeper()

    def keep(reported: list[Sample], at_end: bool) -> None:
        if run is not None:
            keep_samples(run, keeper.take(reported, at_end=at_end))

    tell, stop = report or _silent, should_cancel or _never
    result = _solve_beside(problem, seconds, seed, tell, stop, keep, _earlier(problem, based_on))
    account = explained(problem, result, report=lambda words: tell(words, seconds), should_cancel=stop)
    return save_version(
        by=by,
        plan=plan,
        problem=problem,
        result=result,
        run=run,
        on=on,
        based_on=based_on,
        explained=account,
    )


def in_words(stage: str, best: float | None, bound: float | None, gap: float | None) -> str:
    """Say how far the planner is: "Stage 2, exposure: 25,539 points found, proven within 4.2% of the best"."""
    name = stage_name(stage)
    if best is None:
        return f"{name}: looking for a first plan"
    said = f"{name}: {amount(stage, best)} found"
    return (
        f"{said}, proven within {percent(gap)} of the best" if gap is not None and bound is not None else said
    )


def _silent(words: str, gone: int) -> None:
    """Report to nobody."""


def _never() -> bool:
    return False


def _earlier(problem: PlanningProblem, based_on: PlanVersion | None) -> Earlier | None:
    """The version to start from, with what was proven of it; None where its question cannot be brought back exactly."""
    asked = problem_of(based_on.inputs, based_on.inputs_hash) if based_on is not None else None
    if based_on is None or asked is None:
        return None
    bounds = {stage.name: stage.bound for stage in stages_in(based_on.result)}
    return Earlier(asked, dict(problem.previous), bounds.get("exposure"))


def _solve_beside(
    problem: PlanningProblem,
    seconds: int,
    seed: int,
    report: Callable[[str, int], None],
    should_cancel: Callable[[], bool],
    keep: Callable[[list[Sample], bool], None],
    earlier: Earlier | None,
) -> Result:
    """Solve in a thread of its own, which touches no database, and talk to the database from this one meanwhile.

    The solver asks whether to stop from deep inside its own code, where a failing database must not surface.
    """
    # The solver's library takes a good part of a second to load; pages that only start a run do without.
    from procurement.domain.planning.solve import Progress as Found
    from procurement.domain.planning.solve import Stop, solve

    stopping = threading.Event()
    found: deque[Found] = deque()

    def fetched() -> list[Sample]:
        """What was reported since the last time; the other thread may add to it meanwhile."""
        news = [found.popleft() for _ in range(len(found))]
        return [Sample(at.stage, at.seconds, at.best, at.bound, at.gap) for at in news]

    began, words = time.monotonic(), "Making a start"
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="planner") as pool:
        stop = Stop(seconds=seconds, should_cancel=stopping.is_set)
        answer = pool.submit(solve, problem, stop, seed=seed, on_progress=found.append, earlier=earlier)
        try:
            while not wait([answer], timeout=POLL_SECONDS).done:
                if news := fetched():
                    keep(news, False)
                    last = news[-1]
                    words = in_words(last.stage, last.best, last.bound, last.gap)
                report(words, round(time.monotonic() - began))
                if should_cancel():
                    stopping.set()
        finally:
            stopping.set()  # whatever happened here, the planner must not go on alone
        result = answer.result()
    keep(fetched(), True)
    return result


def _solve(
    by: Actor, progress: Progress, run_id: int, plan_id: int, seconds: int, seed: int, based_on: int | None
) -> str:
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
            based_on=PlanVersion.objects.visible_to(by).filter(pk=based_on).first() if based_on else None,
            run=Run.objects.get(pk=run_id),
            report=lambda words, gone: _tell(progress, words, gone, seconds),
            should_cancel=progress.should_cancel,
        )
    except (PlanIncomplete, OutOfDate) as refused:
        raise CannotFinish(str(refused)) from refused
    if progress.should_cancel():
        words = f"Stopped when asked to. The best plan so far is kept as version {version.number}"
        _tell(progress, words, seconds, seconds)
    return address_after_solving(version)


def _tell(progress: Progress, words: str, gone: int, seconds: int) -> None:
    """Write progress, in seconds of those it may take; a stop asked for is left to the planner, which ends in good order."""
    with suppress(Cancelled):
        progress.report(words, done=min(gone, seconds), total=seconds, force=True)
