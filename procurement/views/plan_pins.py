"""Pinning a machine, or a candidate for an additional one, to a decision; or leaving it to the planner again."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from assets.models import Asset
from networks.http import Request
from procurement.actions.pins import pin_asset, pin_candidate, unpin
from procurement.domain.plan import PlanInvalid
from procurement.forms.pins import CandidatePinForm, PinForm
from procurement.models import CandidateSite, Pin, Plan
from procurement.queries.plan_options import options_of
from procurement.queries.plans import plan_to_change


@require_http_methods(["GET", "HEAD", "POST"])
def plan_pin(request: Request, pk: int, asset_pk: int) -> HttpResponse:
    """Pin one machine to a decision and a year, pin it to be kept, or leave it to the planner again."""
    plan = plan_to_change(request.actor, pk)
    asset = get_object_or_404(
        Asset.objects.visible_to(request.actor).select_related("trust", "site"), pk=asset_pk
    )
    pin = Pin.objects.filter(plan=plan, asset=asset).first()
    options = options_of(plan).get(asset.pk)
    form = PinForm(request.POST or None, years=plan.years, pin=pin, options=options)
    back_url = _back_url(request, plan)
    if request.method == "POST" and form.is_valid():
        try:
            if form.is_free:
                unpin(by=request.actor, plan=plan, machine=asset, reason=form.cleaned_data["reason"])
            else:
                pin_asset(
                    by=request.actor,
                    plan=plan,
                    asset=asset,
                    kind=form.kind,
                    year=form.year,
                    upgrade_year=form.upgrade_year,
                    reason=form.cleaned_data["reason"],
                    on=timezone.localdate(),
                )
        except PlanInvalid as refused:
            form.refuse(refused)
        else:
            return _done(request, str(asset), back_url, is_free=form.is_free)
    context = {
        "plan": plan,
        "asset": asset,
        "pin": pin,
        "options": options,
        "form": form,
        "back_url": back_url,
        "may_edit": True,
    }
    return render(request, "procurement/plan_pin.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_pin_candidate(request: Request, pk: int, candidate_pk: int) -> HttpResponse:
    """Pin a candidate to a year, pin it not to be added, or leave it to the planner again."""
    plan = plan_to_change(request.actor, pk)
    candidate = get_object_or_404(
        CandidateSite.objects.filter(plans=plan).select_related("trust", "site"), pk=candidate_pk
    )
    pin = Pin.objects.filter(plan=plan, candidate=candidate).first()
    form = CandidatePinForm(
        request.POST or None, years=plan.years, pin=pin, wanted_from=candidate.wanted_from
    )
    back_url = _back_url(request, plan)
    if request.method == "POST" and form.is_valid():
        try:
            if form.is_free:
                unpin(by=request.actor, plan=plan, machine=candidate, reason=form.cleaned_data["reason"])
            else:
                pin_candidate(
                    by=request.actor,
                    plan=plan,
                    candidate=candidate,
                    year=form.year,
                    reason=form.cleaned_data["reason"],
                    on=timezone.localdate(),
                )
        except PlanInvalid as refused:
            form.refuse(refused)
        else:
            return _done(request, str(candidate), back_url, is_free=form.is_free)
    context = {
        "plan": plan,
        "candidate": candidate,
        "pin": pin,
        "form": form,
        "back_url": back_url,
        "may_edit": True,
    }
    return render(request, "procurement/plan_pin_candidate.html", context)


def _done(request: Request, name: str, back_url: str, *, is_free: bool) -> HttpResponse:
    said = f"{name} is left to the planner." if is_free else f"{name} is pinned."
    messages.success(request, f"{said} Solve the plan again to see what follows.")
    return redirect(back_url)


def _back_url(request: Request, plan: Plan) -> str:
    """Where the person came from within the site, else the plan."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return asked if safe else plan.get_absolute_url()
