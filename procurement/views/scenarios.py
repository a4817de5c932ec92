"""Copying a plan into a scenario, and asking "what if" of one machine of a version."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from networks.http import Request
from procurement.actions.scenarios import copy_plan, what_if
from procurement.domain.plan import PlanInvalid
from procurement.domain.planning.result import Kind
from procurement.forms.scenarios import ScenarioForm, WhatIfForm
from procurement.jobs.solve_plan import start_solving
from procurement.models import OptionOffer, PlanLine
from procurement.queries.plan_versions import visible_version
from procurement.queries.plans import plan_to_change
from procurement.queries.scenarios import networks_to_merge, trusts_to_leave_out


@require_http_methods(["GET", "HEAD", "POST"])
def scenario_add(request: Request, pk: int) -> HttpResponse:
    """Copy a plan with changes; its page then says what is missing before it can be solved."""
    plan = plan_to_change(request.actor, pk)
    today = timezone.localdate()
    networks = networks_to_merge(request.actor, plan, on=today)
    form = ScenarioForm(
        request.POST or None,
        plan=plan,
        networks=networks,
        trusts=trusts_to_leave_out(plan, networks, on=today),
    )
    if request.method == "POST" and form.is_valid():
        try:
            scenario = copy_plan(
                by=request.actor,
                plan=plan,
                name=form.cleaned_data["name"],
                on=today,
                changes=form.changes(),
                reason=form.cleaned_data["reason"],
            )
        except PlanInvalid as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"{scenario.name} is made. {plan.name} stays as it is.")
            return redirect("plan_detail", pk=scenario.pk)
    return render(request, "procurement/scenario_add.html", {"plan": plan, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def scenario_what_if(request: Request, pk: int, number: int, line_pk: int) -> HttpResponse:
    """Pin one machine of a version to another decision in a scenario, and solve it from that version."""
    plan = plan_to_change(request.actor, pk)
    version = visible_version(request.actor, plan_id=plan.pk, number=number)
    line = get_object_or_404(
        PlanLine.objects.visible_to(request.actor).select_related("version__plan", "trust", "site"),
        version=version,
        pk=line_pk,
    )
    offered = set(OptionOffer.objects.filter(plan=plan, asset=line.asset_id).values_list("kind", flat=True))
    form = WhatIfForm(
        request.POST or None,
        years=plan.years,
        is_candidate=line.asset_id is None,
        may_retire=Kind.RETIRE in offered,
        may_upgrade=Kind.UPGRADE in offered,
    )
    if request.method == "POST" and form.is_valid():
        kind, year, upgrade_year = form.decided
        try:
            scenario = what_if(
                by=request.actor,
                line=line,
                kind=kind,
                year=year,
                upgrade_year=upgrade_year,
                reason=form.cleaned_data["reason"],
                on=timezone.localdate(),
            )
        except PlanInvalid as refused:
            form.refuse(refused)
        else:
            run = start_solving(
                by=request.actor, plan=scenario, seconds=form.cleaned_data["seconds"], based_on=version
            )
            messages.success(
                request, f"{scenario.name} is being solved. What follows is shown beside {version}."
            )
            return redirect("plan_progress", pk=scenario.pk, run_pk=run.pk)
    context = {"plan": plan, "version": version, "line": line, "form": form}
    return render(request, "procurement/scenario_what_if.html", context)
