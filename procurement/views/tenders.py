"""Joint tenders: the list with what the plan would gather, opening one, its page, and the steps that change it."""

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from networks.domain.access import Actor, Permission
from networks.http import Request
from procurement.actions.tenders import (
    TenderRefused,
    add_machines,
    close_tender,
    open_tender,
    reinstate,
    withdraw,
)
from procurement.domain.tender_dates import proposed_dates
from procurement.forms.tenders import OpenTenderForm, ReasonForm, TenderFilter
from procurement.jobs.tender_bundle import start_bundle
from procurement.models import PlanVersion, Tender, TenderLine
from procurement.queries.tender_candidates import candidates, latest_version, networks_to_gather_for
from procurement.queries.tender_changes import ChangeAccount, reinstatement, withdrawal
from procurement.queries.tenders import tender_account, tenders

ROWS_PER_PAGE = 50


def tender_list(request: Request) -> HttpResponse:
    """Show the tenders one may see and, for a network's people, what its latest plan would gather."""
    actor = request.actor
    actor.require(Permission.VIEW_TENDERS)
    found = TenderFilter(request.GET, queryset=tenders(actor))
    networks = networks_to_gather_for(actor, on=timezone.localdate())
    gathered = [(network, candidates(actor, network)) for network in networks]
    return render(
        request,
        "procurement/tender_list.html",
        {
            "filter": found,
            "page": Paginator(found.qs, ROWS_PER_PAGE).get_page(request.GET.get("page")),
            "gathered": gathered,
            "may_edit": actor.can(Permission.EDIT_TENDERS),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def tender_open(request: Request, version_pk: int, specification_pk: int, year: int) -> HttpResponse:
    """Show what would be gathered and ask for the dates; open the tender."""
    actor, today = request.actor, timezone.localdate()
    version = get_object_or_404(
        PlanVersion.objects.visible_to(actor).select_related("plan__network"), pk=version_pk
    )
    actor.require(Permission.EDIT_TENDERS, network_id=version.plan.network_id)
    found = candidates(actor, version.plan.network)
    group = found.to_open(specification_pk, year) if found and found.version == version else None
    if group is None:
        messages.info(
            request, "That group has changed since you looked: this is what the latest plan would gather now."
        )
        return redirect("tender_list")
    bought = group.specification_version
    proposed = proposed_dates(year=year, lead_time_months=bought.lead_time_months, today=today)
    form = OpenTenderForm(request.POST or None, year=year, proposed=proposed, today=today)
    if request.method == "POST" and form.is_valid():
        try:
            tender = open_tender(
                by=actor,
                version=version,
                specification_version=bought,
                year=year,
                today=today,
                **form.cleaned_data,
            )
        except TenderRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"The tender for {tender.name} is open until it is closed.")
            return redirect(tender)
    return render(
        request,
        "procurement/tender_open.html",
        {
            "form": form,
            "group": group,
            "version": version,
            "proposed": proposed,
            "shares": group.named_shares,
        },
    )


@require_POST
def tender_add(request: Request, pk: int) -> HttpResponse:
    """Add what the latest plan wants of the same to an open tender."""
    tender = _tender(request.actor, pk)
    request.actor.require(Permission.EDIT_TENDERS, network_id=tender.network_id)
    version = latest_version(tender.network_id)
    try:
        if version is None:
            raise TenderRefused("The network has no solved plan to take machines from.")
        added = add_machines(by=request.actor, tender=tender, version=version)
    except TenderRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(
            request, f"{len(added)} machine{'s' if len(added) != 1 else ''} joined {tender.name}."
        )
    return redirect(tender)


def tender_detail(request: Request, pk: int) -> HttpResponse:
    """Show a tender: stages, price reached, who takes part, everybody's share, documents."""
    account = tender_account(request.actor, _tender(request.actor, pk), today=timezone.localdate())
    return render(request, "procurement/tender_detail.html", {"account": account, "tender": account.tender})


@require_http_methods(["GET", "HEAD", "POST"])
def tender_withdraw(request: Request, pk: int) -> HttpResponse:
    """Show what a withdrawal means for everybody; then, with a reason, withdraw. Give ?trust= or ?line=."""
    tender = _tender(request.actor, pk)
    request.actor.require(Permission.EDIT_TENDERS, network_id=tender.network_id)
    return _change(
        request,
        tender,
        _asked_lines(request, tender, withdrawn=False),
        withdrawal,
        lambda lines, reason: withdraw(
            by=request.actor, tender=tender, line_ids=lines, reason=reason, at=timezone.now()
        ),
        leaving=True,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def tender_reinstate(request: Request, pk: int) -> HttpResponse:
    """Show what a reinstatement means for everybody; then, with a reason, reinstate. Give ?trust= or ?line=."""
    tender = _tender(request.actor, pk)
    request.actor.require(Permission.EDIT_TENDERS, network_id=tender.network_id)
    return _change(
        request,
        tender,
        _asked_lines(request, tender, withdrawn=True),
        reinstatement,
        lambda lines, reason: reinstate(by=request.actor, tender=tender, line_ids=lines, reason=reason),
        leaving=False,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def tender_close(request: Request, pk: int) -> HttpResponse:
    """Say what closing means; then close."""
    tender = _tender(request.actor, pk)
    request.actor.require(Permission.EDIT_TENDERS, network_id=tender.network_id)
    if request.method == "POST":
        try:
            close_tender(by=request.actor, tender=tender)
        except TenderRefused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, f"{tender.name} is closed.")
        return redirect(tender)
    account = tender_account(request.actor, tender, today=timezone.localdate())
    return render(request, "procurement/tender_close.html", {"account": account, "tender": tender})


@require_POST
def tender_bundle(request: Request, pk: int) -> HttpResponse:
    """Have the bundle made, and go and watch."""
    run = start_bundle(by=request.actor, tender=_tender(request.actor, pk))
    return redirect("run_detail", pk=run.pk)


def _tender(actor: Actor, pk: int) -> Tender:
    return get_object_or_404(tenders(actor), pk=pk)


def _asked_lines(request: Request, tender: Tender, *, withdrawn: bool) -> list[int]:
    """The lines named by ?line= (several) or all of one ?trust= that can still change. 404 where the address names none."""
    values = request.GET.getlist("line")
    trust = request.GET.get("trust", "")
    if not all(map(_is_number, [*values, trust or "0"])) or not (values or trust):
        raise Http404("The address names no machine of this tender.")
    if values:
        return [int(value) for value in values]
    of_trust = TenderLine.objects.filter(
        tender=tender, trust_id=int(trust), withdrawn_at__isnull=not withdrawn
    )
    return list(of_trust.values_list("pk", flat=True))


def _is_number(text: str) -> bool:
    """Whether a text can be a row's number; the database knows none of 18 digits."""
    return text.isdecimal() and len(text) < 18


def _change(
    request: Request,
    tender: Tender,
    line_ids: list[int],
    account_of: Callable[[Tender, list[int]], ChangeAccount | None],
    act: Callable[[list[int], str], object],
    *,
    leaving: bool,
) -> HttpResponse:
    account = account_of(tender, line_ids)
    if account is None or tender.status != Tender.Status.OPEN:
        words = "The tender is closed" if tender.status != Tender.Status.OPEN else "The tender has changed"
        messages.info(
            request, f"{words} since you looked: nothing was {'withdrawn' if leaving else 'reinstated'}."
        )
        return redirect(tender)
    form = ReasonForm(request.POST or None)
    if request.method == "POST":
        form.seen(request.POST.get("state", ""), account.state)
    if request.method == "POST" and form.is_valid():
        try:
            act(line_ids, form.cleaned_data["reason"])
        except TenderRefused as refused:
            form.add_error(None, str(refused))
        else:
            names = " and ".join(account.trust_names)
            done = (
                "withdrawn. Prices and shares below are the new ones." if leaving else "back in the tender."
            )
            count = len(account.lines)
            messages.success(
                request,
                f"{count} machine{'s' if count != 1 else ''} of {names} {'are' if count != 1 else 'is'} {done}",
            )
            return redirect(tender)
    return render(
        request,
        "procurement/tender_change.html",
        {"tender": tender, "account": account, "form": form, "leaving": leaving},
    )
