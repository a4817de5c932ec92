"""What else than replacement is open to a plan: the list of its machines, and one machine's options."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from networks.exports.tables import table_response
from networks.http import Request
from procurement.actions.plan_changes import PlanChanged
from procurement.actions.plan_options import set_options
from procurement.domain.plan import PlanInvalid
from procurement.domain.plan_options import Options
from procurement.domain.planning.rules import planning_rules
from procurement.exports.plan_options import HEADINGS, cells
from procurement.forms.plan_options import OptionFilter, OptionsForm, in_order
from procurement.queries.plan_options import plan_options
from procurement.queries.plans import plan_to_change

ROWS_PER_PAGE = 50


def plan_option_list(request: Request, pk: int) -> HttpResponse:
    """List a plan's machines with what is open for each."""
    plan = plan_to_change(request.actor, pk)
    found = plan_options(plan, on=timezone.localdate())
    chosen = OptionFilter(request.GET, found=found)
    chosen.form.mark_optional = False
    page = Paginator(_in_order(request, chosen), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "procurement/plan_option_list.html",
        {
            "plan": plan,
            "may_edit": True,
            "found": found,
            "filter": chosen,
            "filtered": any(request.GET.get(name) for name in chosen.filters if name != "sort"),
            "page": page,
            "rows": found.rows(page.object_list),
        },
    )


def plan_option_export(request: Request, pk: int) -> HttpResponseBase:
    """Download the list with the page's filters and order, as CSV or (format=xlsx) a workbook."""
    plan = plan_to_change(request.actor, pk)
    found = plan_options(plan, on=timezone.localdate())
    rows = cells(found.rows(_in_order(request, OptionFilter(request.GET, found=found))))
    return table_response(
        request.GET.get("format", ""), f"plan-{plan.pk}-options", "Options", list(HEADINGS), rows
    )


@require_http_methods(["GET", "HEAD", "POST"])
def plan_option_edit(request: Request, pk: int, asset_pk: int) -> HttpResponse:
    """Offer one machine's upgrade or retirement, state its cover, or take them back."""
    plan = plan_to_change(request.actor, pk)
    found = plan_options(plan, on=timezone.localdate())
    asset = found.fleet.filter(pk=asset_pk).first()
    if asset is None:
        raise Http404("No such machine in this plan")
    (row,) = found.rows([asset])
    form = OptionsForm(
        request.POST if request.method == "POST" else None, options=row.options, revision=plan.revision
    )
    stored: Options | None = None
    if request.method == "POST" and form.is_valid():
        try:
            set_options(
                by=request.actor,
                plan=plan,
                asset=asset,
                options=form.options(),
                revision=form.cleaned_data["revision"],
                on=timezone.localdate(),
            )
        except PlanInvalid as refused:
            form.refuse(refused)
        except PlanChanged as changed:
            form, stored = _again(request.POST, changed, row.options), row.options
        else:
            messages.success(request, f"The options of {asset} are saved.")
            return redirect(f"{reverse('plan_option_list', args=[plan.pk])}?open=any")
    rules = planning_rules()
    context = {
        "plan": plan,
        "may_edit": True,
        "row": row,
        "asset": asset,
        "form": form,
        "stored": stored,
        "upgrade_ages": (rules.upgrade_from_age_years, rules.upgrade_to_age_years),
    }
    return render(request, "procurement/plan_option_edit.html", context)


def _again(typed: QueryDict, changed: PlanChanged, options: Options) -> OptionsForm:
    """The form with everything typed, ready to be saved over what somebody else has stored since."""
    data = typed.copy()
    data["revision"] = str(changed.plan.revision)
    form = OptionsForm(data, options=options, revision=changed.plan.revision)
    form.is_valid()
    form.add_error(None, str(changed))
    return form


def _in_order(request: Request, chosen: OptionFilter) -> Any:
    return in_order(chosen.qs, request.GET.get("sort", "trust"))
