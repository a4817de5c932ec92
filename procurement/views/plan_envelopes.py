"""What each trust can spend in each year: typed into a table, or pasted into it from a spreadsheet."""

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from networks.domain.figures import pounds
from networks.http import Request
from procurement.actions.plan_changes import PlanChanged
from procurement.actions.plans import set_envelopes
from procurement.domain.plan import PlanInvalid
from procurement.forms.envelope_paste import PasteForm
from procurement.forms.envelopes import name_of
from procurement.models import Plan
from procurement.queries.plans import envelope_amounts, envelope_trusts, plan_to_change


@require_http_methods(["GET", "HEAD", "POST"])
def plan_envelopes(request: Request, pk: int) -> HttpResponse:
    """Show the table; on POST fill it from what was pasted, or save it."""
    plan = plan_to_change(request.actor, pk)
    form = _form(plan, request.POST if request.method == "POST" else None)
    filled = 0
    if request.method == "POST":
        can_be_saved = form.is_valid()
        if form.found.amounts and not form.has_error("pasted"):
            # Shown first, saved by a second press: nobody's figures change unseen.
            filled = len(form.found.amounts)
            form = _form(plan, _with_pasted(request.POST, form.found.amounts))
            form.is_valid()
        elif can_be_saved:
            refused = _save(request, plan, form)
            if refused is None:
                messages.success(request, f"The envelopes of {plan.name} are saved.")
                return redirect("plan_detail", pk=plan.pk)
            form = refused
    context = {"plan": plan, "form": form, "years": plan.years, "filled": filled, "may_edit": True}
    return render(request, "procurement/plan_envelopes.html", context)


def _form(plan: Plan, data: QueryDict | None) -> PasteForm:
    return PasteForm(
        data,
        trusts=envelope_trusts(plan, on=timezone.localdate()),
        years=plan.years,
        amounts=envelope_amounts(plan, plan.years),
        revision=plan.revision,
    )


def _with_pasted(data: QueryDict, amounts: dict[tuple[int, int], int]) -> QueryDict:
    """What was typed, with the pasted amounts in their boxes and the paste box emptied."""
    merged = data.copy()
    for (trust, year), pence in amounts.items():
        merged[name_of(trust, year)] = pounds(pence)
    merged["pasted"] = merged["do"] = ""
    return merged


def _save(request: Request, plan: Plan, form: PasteForm) -> PasteForm | None:
    """Save and return None; or return the form to show again, with everything typed still in it."""
    try:
        set_envelopes(
            by=request.actor,
            plan=plan,
            amounts=form.cleaned_amounts(),
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
