"""Which candidates for an additional machine a plan may site."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from networks.http import Request
from procurement.actions.plan_candidates import choose_candidates
from procurement.actions.plan_changes import PlanChanged
from procurement.domain.candidate import CandidateInvalid
from procurement.forms.candidates import ChooseForm
from procurement.models import Plan
from procurement.queries.candidates import choosable, chosen_candidates, densities, overlapping
from procurement.queries.plans import plan_to_change
from procurement.queries.site_need import NetworkDemand


@require_http_methods(["GET", "HEAD", "POST"])
def plan_candidates(request: Request, pk: int) -> HttpResponse:
    """Show the candidates with a box for each; on POST keep which are ticked."""
    actor, today = request.actor, timezone.localdate()
    plan = plan_to_change(actor, pk)
    candidates = choosable(actor, plan, on=today)
    stored = chosen_candidates(actor, plan)
    initial = {"candidates": [str(c.pk) for c in stored], "revision": plan.revision}
    form = ChooseForm(request.POST or None, candidates=candidates, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            choose_candidates(
                by=actor,
                plan=plan,
                candidate_ids=form.chosen(),
                revision=form.cleaned_data["revision"],
                on=today,
                reason=form.cleaned_data["reason"],
            )
        except CandidateInvalid as refused:
            form.add_error(None, str(refused))
        except PlanChanged as changed:
            data = request.POST.copy()
            data["revision"] = str(changed.plan.revision)
            form = ChooseForm(data, candidates=candidates, initial=initial)
            form.is_valid()
            form.add_error(None, str(changed))
        else:
            messages.success(request, _said(plan, len(form.chosen())))
            return redirect("plan_candidates", pk=plan.pk)
    ticked = form.ticked
    return render(
        request,
        "procurement/plan_candidates.html",
        {
            "plan": plan,
            "may_edit": True,
            "form": form,
            "rows": [(candidate, str(candidate.pk) in ticked) for candidate in candidates],
            "overlapping": overlapping(stored),
            "densities": densities(NetworkDemand(actor, plan.network_id, on=today), stored),
            "data_as_at": today,
        },
    )


def _said(plan: Plan, number: int) -> str:
    if not number:
        return f"{plan.name} sites no additional machine."
    machines = "1 additional machine" if number == 1 else f"{number} additional machines"
    return f"{plan.name} may site {machines}. Solve it again to see what follows."
