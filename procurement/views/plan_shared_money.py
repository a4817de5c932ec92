"""What networks and ICBs hold for several trusts, and national money for one modality: typed or pasted."""

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from networks.http import Request
from networks.queries.organisations import structure
from procurement.actions.plan_changes import PlanChanged
from procurement.actions.plan_money import set_shared_money
from procurement.domain.plan import PlanInvalid, in_words
from procurement.forms.shared_money import SharedMoneyForm
from procurement.models import Plan
from procurement.queries.plan_members import plan_members
from procurement.queries.plan_money import holders, ring_fences, shared_amounts
from procurement.queries.plans import plan_to_change


@require_http_methods(["GET", "HEAD", "POST"])
def plan_shared_money(request: Request, pk: int) -> HttpResponse:
    """Show the tables; on POST fill them from what was pasted, or save them."""
    plan = plan_to_change(request.actor, pk)
    form = _form(plan, request.POST if request.method == "POST" else None)
    filled = 0
    if request.method == "POST":
        can_be_saved = form.is_valid()
        if form.found.amounts and not form.has_error("pasted"):
            # Shown first, saved by a second press: nobody's figures change unseen.
            filled = len(form.found.amounts)
            form = _form(plan, form.filled(request.POST))
            form.is_valid()
        elif can_be_saved:
            refused = _save(request, plan, form)
            if refused is None:
                messages.success(request, f"The shared money of {plan.name} is saved.")
                return redirect("plan_detail", pk=plan.pk)
            form = refused
    context = {
        "plan": plan,
        "form": form,
        "years": plan.years,
        "filled": filled,
        "may_edit": True,
        "carry_over": in_words("network_carry_over_basis_points", plan.network_carry_over_basis_points),
    }
    return render(request, "procurement/plan_shared_money.html", context)


def _form(plan: Plan, data: QueryDict | None) -> SharedMoneyForm:
    england = structure(on=timezone.localdate())
    members = plan_members(plan, england)
    return SharedMoneyForm(
        data,
        holders=holders(plan, england, members),
        years=plan.years,
        shared=shared_amounts(plan, england),
        fences=ring_fences(plan),
        trust_names={trust: england.name(trust) for trust in members},
        revision=plan.revision,
    )


def _save(request: Request, plan: Plan, form: SharedMoneyForm) -> SharedMoneyForm | None:
    """Save and return None; or return the form to show again, with everything typed still in it."""
    try:
        set_shared_money(
            by=request.actor,
            plan=plan,
            shared=form.shared(),
            fenced=form.fenced(),
            revision=form.cleaned_data["revision"],
            on=timezone.localdate(),
            reason=form.cleaned_data["reason"],
        )
    except PlanInvalid as refused:
        form.add_error(None, str(refused))
    except PlanChanged as changed:
        data = request.POST.copy()
        data["revision"] = str(changed.plan.revision)
        form = _form(changed.plan, data)
        form.is_valid()
        form.add_error(None, str(changed))
        form.show_stored()
    else:
        return None
    return form
