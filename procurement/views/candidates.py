"""Candidates for additional machines: the list, one with what its need was judged by, and every step of its life."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from networks.domain.access import NotAllowed, Permission
from networks.exports.tables import table_response
from networks.http import Request
from networks.queries.organisations import structure
from procurement.actions.candidates import (
    CandidateChanged,
    add_candidate,
    change_candidate,
    judge_candidate,
    reinstate_candidate,
    withdraw_candidate,
)
from procurement.domain.candidate import CandidateInvalid
from procurement.domain.siting_evidence import differences
from procurement.exports.siting import CANDIDATE_HEADINGS, candidate_cells
from procurement.forms.candidates import (
    CandidateEditForm,
    CandidateFilter,
    CandidateForm,
    RevisionForm,
    StepForm,
)
from procurement.forms.site_needs import NetworkForm
from procurement.queries.candidates import (
    candidate_to_change,
    evidence_for,
    evidence_today,
    listed_candidates,
    networks_seen_whole,
    plans_with,
    proposed,
    visible_candidate,
)
from procurement.queries.site_need import sites_by_trust
from procurement.views.site_needs import method

ROWS_PER_PAGE = 50


@require_safe
def candidate_list(request: Request) -> HttpResponse:
    """Show the candidates one may see."""
    request.actor.require(Permission.VIEW_PLANS)
    found = CandidateFilter(request.GET, queryset=listed_candidates(request.actor))
    page = Paginator(found.qs, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "procurement/candidate_list.html",
        {
            "filter": found,
            "page": page,
            "may_add": request.actor.can(Permission.EDIT_PLANS),
            "is_filtered": any(request.GET.get(name) for name in found.filters if name != "sort"),
            "several": len({candidate.network_id for candidate in page}) > 1,
        },
    )


@require_safe
def candidate_export(request: Request) -> HttpResponseBase:
    """Download the rows of the list, with its filters and order, as CSV or (format=xlsx) a workbook."""
    request.actor.require(Permission.VIEW_PLANS)
    found = CandidateFilter(request.GET, queryset=listed_candidates(request.actor))
    rows = ((each, evidence_for(request.actor, each)) for each in found.qs)
    return table_response(
        request.GET.get("format", ""), "candidates", "Candidates", CANDIDATE_HEADINGS, candidate_cells(rows)
    )


@require_safe
def candidate_detail(request: Request, pk: int) -> HttpResponse:
    """Show a candidate, how its need is built up, and the plans that may site it."""
    candidate = visible_candidate(request.actor, pk)
    return render(
        request,
        "procurement/candidate_detail.html",
        {
            "candidate": candidate,
            "evidence": evidence_for(request.actor, candidate),
            "plans": plans_with(request.actor, candidate),
            "whole": request.actor.can(Permission.VIEW_PLANS, network_id=candidate.network_id),
            "may_edit": request.actor.can(Permission.EDIT_PLANS, network_id=candidate.network_id),
            "step": RevisionForm(initial={"revision": candidate.revision}),
            **method(),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def candidate_add(request: Request) -> HttpResponse:
    """Make a candidate; a site, service and specification in the address are filled in."""
    request.actor.require(Permission.EDIT_PLANS)
    today = timezone.localdate()
    networks = networks_seen_whole(request.actor, structure(on=today), Permission.EDIT_PLANS)
    if not networks:
        raise NotAllowed("There is no current network of yours to make a candidate for.")
    network = NetworkForm(request.GET, networks=networks).of
    form = CandidateForm(
        request.POST or None,
        sites=sites_by_trust(network.pk, on=today),
        today=today,
        initial=proposed(request.GET, on=today),
    )
    if request.method == "POST" and form.is_valid():
        try:
            candidate = add_candidate(
                by=request.actor,
                network=network,
                site=form.cleaned_data["site"],
                specification=form.cleaned_data["specification"],
                values=form.values(),
                on=today,
            )
        except CandidateInvalid as refused:
            form.refuse(refused)
        else:
            messages.success(
                request, f"{candidate.name} is a candidate. A plan may site it once it is chosen there."
            )
            return redirect(candidate)
    return render(request, "procurement/candidate_add.html", {"form": form, "network": network})


@require_http_methods(["GET", "HEAD", "POST"])
def candidate_edit(request: Request, pk: int) -> HttpResponse:
    """Change a candidate."""
    candidate = candidate_to_change(request.actor, pk)
    today = timezone.localdate()
    given: dict[str, Any] = {"sites": sites_by_trust(candidate.network_id, on=today), "today": today}
    form = CandidateEditForm(request.POST or None, candidate=candidate, **given)
    stored: list[tuple[str, object]] = []
    if request.method == "POST" and form.is_valid():
        try:
            changed = change_candidate(
                by=request.actor,
                candidate=candidate,
                site=form.cleaned_data["site"],
                specification=form.cleaned_data["specification"],
                values=form.values(),
                revision=form.cleaned_data["revision"],
                on=today,
                reason=form.cleaned_data["why"],
            )
        except CandidateInvalid as refused:
            form.refuse(refused)
        except CandidateChanged as overtaken:
            now = overtaken.candidate
            form = CandidateEditForm(form.with_revision(now, request.POST), candidate=now, **given)
            form.is_valid()
            form.add_error(None, str(overtaken))
            stored = _stored(form)
        else:
            messages.success(request, f"{changed.name} is changed.")
            return redirect(changed)
    context = {"candidate": candidate, "form": form, "stored": stored}
    return render(request, "procurement/candidate_edit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def candidate_judge(request: Request, pk: int) -> HttpResponse:
    """Show what has changed since the need was judged; on POST keep today's figures."""
    candidate = candidate_to_change(request.actor, pk)
    today = timezone.localdate()
    form = RevisionForm(request.POST or None, initial={"revision": candidate.revision})
    if request.method == "POST" and form.is_valid():
        try:
            judged = judge_candidate(
                by=request.actor, candidate=candidate, revision=form.cleaned_data["revision"], on=today
            )
        except CandidateInvalid as refused:
            form.add_error(None, str(refused))
        except CandidateChanged as overtaken:
            candidate = overtaken.candidate
            form = RevisionForm({"revision": candidate.revision})
            form.add_error(
                None, f"{candidate.name} was changed by somebody else meanwhile. Compare again, then keep."
            )
        else:
            messages.success(
                request, f"{judged.name} is judged by today’s figures: {judged.need_points} points a year."
            )
            return redirect(judged)
    then, now = evidence_for(request.actor, candidate), evidence_today(request.actor, candidate, on=today)
    return render(
        request,
        "procurement/candidate_judge.html",
        {
            "candidate": candidate,
            "form": form,
            "then": then,
            "now": now,
            "differences": differences(then, now) if then and now else (),
            "data_as_at": today,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def candidate_withdraw(request: Request, pk: int) -> HttpResponse:
    """Show what withdrawing takes with it; on POST withdraw."""
    candidate = candidate_to_change(request.actor, pk)
    form = StepForm(request.POST or None, initial={"revision": candidate.revision})
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_candidate(
                by=request.actor, candidate=candidate, on=timezone.localdate(), **form.cleaned_data
            )
        except (CandidateInvalid, CandidateChanged) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{candidate.name} is withdrawn.")
            return redirect(candidate)
    plans = plans_with(request.actor, candidate)
    losses = [f"{plan.name} may no longer site it." for plan in plans]
    losses.append("Nobody can choose it for a plan. Versions already solved keep what they found.")
    context = {"candidate": candidate, "form": form, "losses": losses}
    return render(request, "procurement/candidate_withdraw.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def candidate_reinstate(request: Request, pk: int) -> HttpResponse:
    """Ask why, and make a withdrawn candidate one again."""
    candidate = candidate_to_change(request.actor, pk)
    form = StepForm(request.POST or None, initial={"revision": candidate.revision})
    if request.method == "POST" and form.is_valid():
        try:
            reinstate_candidate(by=request.actor, candidate=candidate, **form.cleaned_data)
        except (CandidateInvalid, CandidateChanged) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{candidate.name} is a candidate again. Plans have to choose it anew.")
            return redirect(candidate)
    return render(request, "procurement/candidate_reinstate.html", {"candidate": candidate, "form": form})


def _stored(form: CandidateEditForm) -> list[tuple[str, object]]:
    """What is stored now, where it differs from what was typed."""
    return [
        (str(form[name].label), form.fields[name].prepare_value(form.initial.get(name)))
        for name in form.changed_data
        if name not in ("revision", "why")
    ]
