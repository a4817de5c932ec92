"""What is due: the list, its export, answering, and how often one is told by e-mail."""

from collections.abc import Sequence

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assets.actions.alerts import NoSuchAlert, acknowledge, choose_digest, reopen, snooze
from assets.domain.alerts import AlertKind, rules
from assets.domain.digest import Frequency
from assets.exports.alerts import HEADINGS, alert_rows
from assets.forms.alerts import AlertFilter, AnswerForm, DigestForm
from assets.models import Asset
from assets.queries.alerts import Told, ToldOf, may_answer, standing, told, with_machines
from assets.queries.digests import frequency_of
from networks.domain.access import Permission
from networks.exports.tables import table_response
from networks.http import Request
from networks.models import Organisation

PER_PAGE = 50
_MOST_AT_ONCE = 200


@require_safe
def alert_list(request: Request) -> HttpResponse:
    """Show what is due, soonest first, narrowed as the address says."""
    form, found = _filtered(request)
    today = timezone.localdate()
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "assets/alert_list.html",
        {
            "form": form,
            "page": page,
            "rows": with_machines(list(page), on=today),
            "shows_trusts": "trust" in form.fields,
            "may_answer": may_answer(request.actor),
            "digest_form": DigestForm(initial={"frequency": frequency_of(request.actor, on=today)}),
            "rules": [(kind.label, rule.lead_months) for kind, rule in rules().items()],
            "data_as_at": today,
        },
    )


@require_safe
def alert_export(request: Request) -> HttpResponseBase:
    """Download the list, all its pages, as CSV or (format=xlsx) a workbook."""
    _, found = _filtered(request)
    today = timezone.localdate()
    rows = alert_rows(with_machines(found, on=today))
    name = f"alerts-{today:%Y-%m-%d}"
    return table_response(request.GET.get("format", ""), name, "Alerts", HEADINGS, rows)


@require_http_methods(["GET", "HEAD", "POST"])
def alert_answer(request: Request) -> HttpResponse:
    """Acknowledge, put off or open again the alerts whose keys stand in the address (`alert`, several times)."""
    request.actor.require(Permission.VIEW_ASSETS)
    today = timezone.localdate()
    keys = request.GET.getlist("alert")[:_MOST_AT_ONCE]
    found = with_machines(standing(request.actor, keys, on=today), on=today)
    if not found:
        raise Http404("None of these alerts stands any more. The list of alerts shows what is due now.")
    form = AnswerForm(request.POST if request.method == "POST" else None, on=today)
    if form.is_valid():
        try:
            _answer(request, form, found)
        except NoSuchAlert as gone:
            form.add_error(None, str(gone))
        else:
            number = len(found)
            messages.success(request, f"{number} alert{'' if number == 1 else 's'} answered.")
            return redirect("alert_list")
    may = all(may_answer(request.actor, trust_id=each.asset.trust_id) for each in found)
    context = {"form": form, "rows": found, "may_answer": may, "gone": len(set(keys)) - len(found)}
    return render(request, "assets/alert_answer.html", context)


@require_POST
def alert_digest(request: Request) -> HttpResponse:
    """Choose how often one is sent a digest."""
    form = DigestForm(request.POST)
    if form.is_valid():
        frequency = Frequency(form.cleaned_data["frequency"])
        choose_digest(by=request.actor, frequency=frequency, at=timezone.now())
        messages.success(request, f"What is due is sent to you: {frequency.label.lower()}.")
    else:
        messages.error(request, "Choose every week, every month or never; nothing was changed.")
    return redirect("alert_list")


@transaction.atomic
def _answer(request: Request, form: AnswerForm, found: Sequence[ToldOf]) -> None:
    """All or none."""
    at, reason = timezone.localtime(), form.cleaned_data["reason"]
    for each in found:
        kind: AlertKind = each.told.alert.kind
        due_on = each.told.alert.due_on
        match form.cleaned_data["decision"]:
            case AnswerForm.ACKNOWLEDGE:
                acknowledge(
                    by=request.actor, asset=each.asset, kind=kind, due_on=due_on, at=at, reason=reason
                )
            case AnswerForm.SNOOZE:
                until = form.cleaned_data["until"]
                snooze(
                    by=request.actor,
                    asset=each.asset,
                    kind=kind,
                    due_on=due_on,
                    until=until,
                    at=at,
                    reason=reason,
                )
            case _:
                reopen(by=request.actor, asset=each.asset, kind=kind, due_on=due_on, at=at, reason=reason)


def _filtered(request: Request) -> tuple[AlertFilter, list[Told]]:
    request.actor.require(Permission.VIEW_ASSETS)
    today = timezone.localdate()
    trusts = Organisation.objects.trusts_visible_to(request.actor).order_by("name")
    form = AlertFilter(request.GET, trusts=list(trusts.values_list("pk", "name")))
    among = Asset.objects.visible_to(request.actor)
    if modalities := form.asked.get("modality"):
        among = among.filter(modality__in=modalities)
    if trust := form.asked.get("trust"):
        among = among.filter(trust_id=int(trust))
    kinds = form.asked.get("kind")
    found = told(request.actor, on=today, among=among)
    return form, [
        each
        for each in found
        if (form.chosen_state == "all" or each.state.value == form.chosen_state)
        and (not kinds or each.alert.kind.value in kinds)
    ]
