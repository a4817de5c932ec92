"""What has changed since a version was solved; and the conflicts of one made again, to be acknowledged."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from networks.domain.access import Permission
from networks.exports.tables import table_response
from networks.http import Request
from procurement.actions.plan_drift import acknowledge_conflicts
from procurement.actions.plan_life import StepRefused
from procurement.exports.plan_life import CHANGE_HEADINGS, CONFLICT_HEADINGS, change_cells, conflict_cells
from procurement.forms.plan_drift import DriftFilter
from procurement.forms.plan_life import AcknowledgeForm, ConflictFilter
from procurement.forms.plans import SolveForm
from procurement.jobs.solve_plan import active_run
from procurement.models import PlanVersion
from procurement.queries.plan_drift import Drift, churn_of, drift_since, trusts_named, visible_conflicts
from procurement.queries.plan_life import life_of
from procurement.queries.plan_versions import visible_version

ROWS_PER_PAGE = 50
MOVED_ON = "The list has changed since you opened this page. Look again at what is left, then acknowledge it."


def plan_changes(request: Request, pk: int, number: int) -> HttpResponse:
    """Show how the register and the plan of today differ from what a version was solved on."""
    actor = request.actor
    version = visible_version(actor, plan_id=pk, number=number)
    drift, form = _drift(request, version)
    page = Paginator(form.chosen(), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    may_edit = actor.can_all(Permission.EDIT_PLANS, version.plan.network_ids)
    return render(
        request,
        "procurement/plan_changes.html",
        {
            "version": version,
            "plan": version.plan,
            "life": life_of(version),
            "drift": drift,
            "filter": {"form": form},
            "page": page,
            "trusts": trusts_named(actor, version),
            "may_edit": may_edit,
            "solve_form": SolveForm(initial={"based_on": version.number}),
            "run": active_run(version.plan) if may_edit else None,
            "today": timezone.localdate(),
            "data_as_at": timezone.localdate(),
        },
    )


def plan_changes_export(request: Request, pk: int, number: int) -> HttpResponseBase:
    """Download the changes with the page's filters and order, as CSV or (format=xlsx) a workbook."""
    version = visible_version(request.actor, plan_id=pk, number=number)
    _, form = _drift(request, version)
    rows = change_cells(form.chosen(), trusts_named(request.actor, version))
    name = f"plan-{version.plan_id}-changes-since-version-{version.number}"
    return table_response(request.GET.get("format", ""), name, "Changes", CHANGE_HEADINGS, rows)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_conflicts(request: Request, pk: int, number: int) -> HttpResponse:
    """List a version's conflicts with the register; acknowledge those ticked, or all that the filters leave."""
    actor = request.actor
    version = visible_version(actor, plan_id=pk, number=number)
    may_edit = actor.can_all(Permission.EDIT_PLANS, version.plan.network_ids)
    chosen = _conflicts(request, version)
    left = chosen.qs.filter(acknowledged_at=None)
    form = AcknowledgeForm()
    if request.method == "POST":
        actor.require_all(Permission.EDIT_PLANS, version.plan.network_ids)
        open_ = list(left.values_list("pk", flat=True))
        form = AcknowledgeForm(request.POST)
        if form.is_valid() and (done := _acknowledge(request, version, form, open_)):
            messages.success(request, f"{done} conflict{'s' if done > 1 else ''} acknowledged.")
            return redirect(f"{request.path}?{request.GET.urlencode()}")
    page = Paginator(chosen.qs, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "procurement/plan_conflicts.html",
        {
            "version": version,
            "plan": version.plan,
            "life": life_of(version),
            "churn": churn_of(actor, version),
            "filter": chosen,
            "form": form,
            "ticked": form.ticked,
            "left": left.count(),
            "page": page,
            "may_edit": may_edit,
            "data_as_at": version.register_as_at,
        },
    )


def plan_conflicts_export(request: Request, pk: int, number: int) -> HttpResponseBase:
    """Download the conflicts with the page's filters and order, as CSV or (format=xlsx) a workbook."""
    version = visible_version(request.actor, plan_id=pk, number=number)
    rows = conflict_cells(_conflicts(request, version).qs)
    name = f"plan-{version.plan_id}-version-{version.number}-conflicts"
    return table_response(request.GET.get("format", ""), name, "Conflicts", CONFLICT_HEADINGS, rows)


def _drift(request: Request, version: PlanVersion) -> tuple[Drift, DriftFilter]:
    drift = drift_since(request.actor, version, on=timezone.localdate())
    trusts = trusts_named(request.actor, version)
    return drift, DriftFilter(request.GET, rows=drift.rows, trusts=trusts)


def _conflicts(request: Request, version: PlanVersion) -> ConflictFilter:
    found = ConflictFilter(request.GET, queryset=visible_conflicts(request.actor, version))
    found.form.mark_optional = False
    return found


def _acknowledge(request: Request, version: PlanVersion, form: AcknowledgeForm, open_: list[int]) -> int:
    """Acknowledge, and return how many; 0, with the reason beside the form, where that is refused."""
    everything = request.POST.get("do") == "all"
    try:
        if everything and form.cleaned_data["seen"] != len(open_):
            raise StepRefused({"": MOVED_ON})
        return acknowledge_conflicts(
            by=request.actor,
            version=version,
            conflicts=open_ if everything else form.ticked,
            note=form.cleaned_data["note"],
            at=timezone.now(),
        )
    except StepRefused as refused:
        form.refuse(refused)
        return 0
