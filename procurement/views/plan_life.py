"""The agreement to a plan version: where it stands, what each trust says, and the steps that are open to the reader."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from networks.domain.access import Permission
from networks.http import Request
from procurement.actions.plan_life import (
    LifeMoved,
    StepRefused,
    answer_version,
    approve_version,
    submit_version,
    supersede_version,
    withdraw_version,
)
from procurement.domain.plan_life import Life, Move
from procurement.forms.plan_life import (
    AnswerForm,
    ApproveForm,
    StepForm,
    SubmitForm,
    SupersedeForm,
    WithdrawForm,
)
from procurement.models import PlanVersion
from procurement.queries.plan_agreement import Agreement, agreement
from procurement.queries.plan_drift import churn_of
from procurement.queries.plan_life import life_of
from procurement.queries.plan_versions import visible_version

SAID = {
    Move.SUBMIT: "Version {number} is submitted. Its trusts are asked whether they agree.",
    Move.WITHDRAW: "Version {number} is a draft again.",
    Move.ANSWER: "The answer is recorded.",
    Move.APPROVE: "Version {number} is approved by the board.",
    Move.SUPERSEDE: "Version {number} is superseded.",
}


@require_http_methods(["GET", "HEAD", "POST"])
def plan_agreement(request: Request, pk: int, number: int) -> HttpResponse:
    """Show where a version stands; take a step (`do`) that is open and the person's to take."""
    version = visible_version(request.actor, plan_id=pk, number=number)
    sent: StepForm | None = None
    if request.method == "POST":
        sent = _sent(request, version)
        if sent.is_valid():
            try:
                _take(request, version, sent)
            except StepRefused as refused:
                sent.refuse(refused)
            except LifeMoved as moved:
                sent = sent.after_move(moved, _mark(life_of(version), sent))
            else:
                messages.success(request, SAID[sent.move].format(number=version.number))
                return redirect("plan_agreement", pk=pk, number=number)
    found = agreement(request.actor, version)
    open_forms = _forms(found, sent)
    return render(
        request,
        "procurement/plan_agreement.html",
        {
            "version": version,
            "plan": version.plan,
            "found": found,
            "life": found.life,
            "forms": [open_forms[sent.prefix]] if sent and sent.prefix in open_forms else [],
            "refused": _refused(sent, open_forms),
            "steps": {name: form for name, form in open_forms.items() if not isinstance(form, AnswerForm)},
            "answers": [
                (row, open_forms[AnswerForm.prefix_of(row.stand.trust_id)]) for row in found.answering
            ],
            "churn": churn_of(request.actor, version),
            "may_edit": found.may_edit,
            "data_as_at": version.register_as_at,
        },
    )


def _sent(request: Request, version: PlanVersion) -> StepForm:
    """The form of the step that is asked for. Refused to whoever may not take it, before anything is read of it."""
    try:
        move = Move(request.POST.get("do", ""))
    except ValueError as unknown:
        raise Http404("No such step") from unknown
    plan, typed = version.plan, request.POST
    if move is Move.ANSWER:
        trust_id = _number(typed.get("trust", ""))
        request.actor.require(Permission.AGREE_PLANS, trust_id=trust_id)
        return AnswerForm(typed, mark="", trust_id=trust_id)
    needed = Permission.APPROVE_PLANS if move is Move.APPROVE else Permission.EDIT_PLANS
    request.actor.require_all(needed, plan.network_ids)
    return _form(move, life_of(version), _later(version), typed)


def _form(move: Move, life: Life, later: list[int], typed: Any = None) -> StepForm:
    mark = life.mark()
    match move:
        case Move.SUBMIT:
            return SubmitForm(typed, mark=mark)
        case Move.WITHDRAW:
            return WithdrawForm(typed, mark=mark)
        case Move.SUPERSEDE:
            return SupersedeForm(typed, mark=mark, later=later)
        case _:
            return ApproveForm(typed, mark=mark, replaces=life.approved_now)


def _forms(found: Agreement, sent: StepForm | None) -> dict[str, StepForm]:
    """The forms of the steps that are open, by prefix; the one that was sent and refused with what was typed."""
    forms = [_form(move, found.life, list(found.later)) for move in found.moves]
    forms += [
        AnswerForm(mark=found.life.mark(row.stand.trust_id), trust_id=row.stand.trust_id)
        for row in found.answering
    ]
    by_prefix = {str(form.prefix): form for form in forms}
    if sent is not None and sent.prefix in by_prefix:
        by_prefix[str(sent.prefix)] = sent
    return by_prefix


def _refused(sent: StepForm | None, open_forms: Mapping[str, StepForm]) -> list[str]:
    """Why a step was refused whose form is no longer on the page, and what was typed in it."""
    if sent is None or sent.prefix in open_forms:
        return []
    words = [str(error) for errors in sent.errors.values() for error in errors]
    typed = [str(sent.cleaned_data.get(name, "")) for name in ("reason", "note")]
    return [*words, *(f"You had typed: {text}" for text in typed if text)]


def _mark(life: Life, sent: StepForm) -> str:
    return life.mark(sent.trust_id) if isinstance(sent, AnswerForm) else life.mark()


def _take(request: Request, version: PlanVersion, sent: StepForm) -> None:
    facts: dict[str, Any] = {"by": request.actor, "version": version, **sent.facts}
    match sent.move:
        case Move.SUBMIT:
            submit_version(**facts)
        case Move.WITHDRAW:
            withdraw_version(**facts)
        case Move.SUPERSEDE:
            number = facts.pop("successor")
            successor = PlanVersion.objects.filter(plan=version.plan_id, number=number).first()
            supersede_version(**facts, successor=successor)
        case Move.APPROVE:
            approve_version(**facts)
        case Move.ANSWER:
            answer_version(**facts)


def _later(version: PlanVersion) -> list[int]:
    later = PlanVersion.objects.filter(plan=version.plan_id, number__gt=version.number)
    return list(later.order_by("-number").values_list("number", flat=True))


def _number(text: str) -> int:
    """The number of a trust; 404 where there is none. The database knows none of 18 digits."""
    if not text.isdecimal() or len(text) >= 18:
        raise Http404("No such trust")
    return int(text)
