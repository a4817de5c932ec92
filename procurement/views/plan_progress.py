"""Watching the planner at work on a plan, and stopping it with the best plan so far."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from networks.domain.access import Permission
from networks.http import Request
from networks.jobs.runs import request_cancel, sweep_lost
from networks.models import Run
from procurement.charts.solve_curve import solve_curve
from procurement.queries.plans import visible_plan
from procurement.queries.solve_runs import run_of, samples_of, standing


def plan_progress(request: Request, pk: int, run_pk: int) -> HttpResponse:
    """Show how far the planner is; go on to the version once there is one. htmx asks for the middle of the page only."""
    plan = visible_plan(request.actor, pk)
    sweep_lost(now=timezone.now())
    run = run_of(request.actor, plan, run_pk)
    asked_by_htmx = request.headers.get("HX-Request") == "true"
    if run.status == Run.Status.SUCCEEDED and run.result_url:
        if not asked_by_htmx:
            return redirect(run.result_url)
        return HttpResponse(headers={"HX-Redirect": run.result_url})
    samples = samples_of(run.pk)
    context = {
        "plan": plan,
        "run": run,
        "standing": standing(run, samples),
        "curve": solve_curve(samples, gone=0 if run.is_over else run.done),
        "may_stop": request.actor.can(Permission.EDIT_PLANS, network_id=plan.network_id),
    }
    template = "plan_progress_now.html" if asked_by_htmx else "plan_progress.html"
    return render(request, f"procurement/{template}", context)


@require_POST
def plan_progress_stop(request: Request, pk: int, run_pk: int) -> HttpResponse:
    """Ask the planner to stop and to keep the best plan it has."""
    plan = visible_plan(request.actor, pk)
    request.actor.require_all(Permission.EDIT_PLANS, plan.network_ids)
    run = run_of(request.actor, plan, run_pk)
    request_cancel(run)
    return redirect("plan_progress", pk=plan.pk, run_pk=run.pk)
