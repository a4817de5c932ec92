"""Plans: the list, making and changing one, starting the planner."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from networks.domain.access import Permission
from networks.http import Request
from procurement.actions.plan_changes import PlanChanged
from procurement.actions.plans import change_plan, create_plan
from procurement.domain.plan import PLAN_FIELDS, PlanInvalid, in_words
from procurement.domain.pricing import total_if_known
from procurement.forms.plans import PlanEditForm, PlanForm, SolveForm
from procurement.jobs.solve_plan import active_run, start_solving
from procurement.models import Plan
from procurement.queries.candidates import chosen_candidates
from procurement.queries.plan_drift import basis, changes_since
from procurement.queries.plan_life import notable, standings
from procurement.queries.plan_money import shared_rows
from procurement.queries.plan_versions import rests_on
from procurement.queries.planning_problem import readiness
from procurement.queries.plans import (
    envelope_rows,
    listed_plans,
    networks_to_plan_for,
    pins_of,
    plan_to_change,
    versions_of,
    visible_plan,
)
from procurement.queries.scenarios import differences_from_source, family_of

ROWS_PER_PAGE = 50


def plan_list(request: Request) -> HttpResponse:
    """Show the plans one may see."""
    request.actor.require(Permission.VIEW_PLANS)
    page = Paginator(listed_plans(request.actor), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    lives = {pk: notable(found) for pk, found in standings(page.object_list).items()}
    may_add = request.actor.can(Permission.EDIT_PLANS)
    context = {"page": page, "standings": lives, "may_add": may_add}
    return render(request, "procurement/plan_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_add(request: Request) -> HttpResponse:
    """Make a plan; its envelopes come next."""
    request.actor.require(Permission.EDIT_PLANS)
    today = timezone.localdate()
    networks = networks_to_plan_for(request.actor, on=today)
    form = PlanForm(request.POST or None, networks=networks, today=today)
    if request.method == "POST" and form.is_valid():
        try:
            plan = create_plan(
                by=request.actor, network=form.cleaned_data["network"], on=today, values=form.values()
            )
        except PlanInvalid as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"{plan.name} is made. Now say what each trust can spend.")
            return redirect("plan_envelopes", pk=plan.pk)
    return render(request, "procurement/plan_add.html", {"form": form})


def plan_detail(request: Request, pk: int) -> HttpResponse:
    """Show what a plan asks, what is missing, and the versions that were found."""
    actor, today = request.actor, timezone.localdate()
    plan = visible_plan(actor, pk)
    whole = actor.can(Permission.VIEW_PLANS, network_id=plan.network_id)
    may_edit = actor.can(Permission.EDIT_PLANS, network_id=plan.network_id)
    envelopes = envelope_rows(actor, plan, on=today)
    versions = versions_of(actor, plan)
    newest = versions[0].version if versions else None
    problem, missing = readiness(plan, on=today, based_on=rests_on(newest)) if may_edit else (None, ())
    lives = standings([plan]).get(plan.pk, [])
    measured = basis(lives)
    return render(
        request,
        "procurement/plan_detail.html",
        {
            "plan": plan,
            "whole": whole,
            "may_edit": may_edit,
            "facts": [
                (words[0].upper() + words[1:], in_words(field, getattr(plan, field)))
                for field, words in PLAN_FIELDS.items()
                if field != "name"
            ],
            "envelopes": envelopes,
            "envelope_totals": _totals(plan, [row.amounts for row in envelopes if row.trust.is_member]),
            "shared": shared_rows(plan, on=today) if whole else [],
            "pins": pins_of(actor, plan),
            "candidates": chosen_candidates(actor, plan),
            "versions": versions,
            "missing": missing,
            "moved_on": bool(problem and newest and problem.inputs_hash() != newest.inputs_hash),
            "newest": newest,
            "standings": {standing.version_id: standing for standing in lives},
            "measured": measured,
            "changes": changes_since(actor, measured, problem),
            "family": family_of(actor, plan),
            "differences": differences_from_source(actor, plan),
            "solve_form": SolveForm(),
            "run": active_run(plan) if may_edit else None,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def plan_edit(request: Request, pk: int) -> HttpResponse:
    """Change a plan's name, years, guidance and limits."""
    plan = plan_to_change(request.actor, pk)
    today = timezone.localdate()
    form = PlanEditForm(request.POST or None, plan=plan, today=today)
    now_stored: list[tuple[str, str]] = []
    if request.method == "POST" and form.is_valid():
        try:
            change_plan(
                by=request.actor,
                plan=plan,
                values=form.values(),
                revision=form.cleaned_data["revision"],
                reason=form.cleaned_data["reason"],
            )
        except PlanInvalid as refused:
            form.refuse(refused)
        except PlanChanged as changed:
            form = form.after_change(changed, typed=request.POST, today=today)
            now_stored = [
                (words, in_words(field, getattr(changed.plan, field)))
                for field, words in PLAN_FIELDS.items()
                if form.differs(field, changed.plan)
            ]
        else:
            messages.success(request, f"{plan.name} is changed. Versions solved before stay as they are.")
            return redirect("plan_detail", pk=plan.pk)
    context = {"plan": plan, "form": form, "now_stored": now_stored, "may_edit": True}
    return render(request, "procurement/plan_edit.html", context)


@require_POST
def plan_solve(request: Request, pk: int) -> HttpResponse:
    """Start the planner and go to watch it."""
    plan = plan_to_change(request.actor, pk)
    form = SolveForm(request.POST)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, " ".join(str(error) for error in errors))
        return redirect("plan_detail", pk=plan.pk)
    run = start_solving(
        by=request.actor,
        plan=plan,
        seconds=form.cleaned_data["seconds"],
        seed=form.cleaned_data["seed"],
        based_on=plan.versions.filter(number=form.cleaned_data["based_on"]).first(),
    )
    return redirect("plan_progress", pk=plan.pk, run_pk=run.pk)


def _totals(plan: Plan, amounts: list[tuple[int | None, ...]]) -> list[int | None]:
    """Year by year, then all years together; None where an amount is not known."""
    by_year = [total_if_known(row[place] for row in amounts) for place in range(plan.horizon_years)]
    return [*by_year, total_if_known(by_year)]
