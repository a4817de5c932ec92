"""The pin form as it stands beside the board: a list and a line instead of buttons and a box, with a reason offered."""

from django import forms

from procurement.domain.planning.result import Kind
from procurement.forms.pins import CandidatePinForm, PinForm
from procurement.models import Plan
from procurement.queries.board_panel import MachinePanel
from procurement.queries.plan_options import options_of

FREE = "free"


def board_pin_form(
    panel: MachinePanel, *, plan: Plan, number: int, offered: str
) -> PinForm | CandidatePinForm:
    """Return the form that pins the panel's machine.

    `offered` is the decision to begin with, as the board's keys and drags name it: "free", "keep", "2029" (a new machine
    then), "upgrade-2029" or "retire-2029"; one that this machine does not have is left out of account.
    """
    row, line = panel.row, panel.line
    form: PinForm | CandidatePinForm
    if line.candidate is not None:
        form = CandidatePinForm(years=plan.years, pin=row.pin, wanted_from=line.candidate.wanted_from)
    else:
        options = options_of(plan).get(line.planned_id)
        form = PinForm(years=plan.years, pin=row.pin, options=options)
    decision, reason = form.fields["decision"], form.fields["reason"]
    choices = list(decision.choices)  # type: ignore[attr-defined]
    if row.pin is None:
        decision.initial = FREE
        reason.initial = f"Decided on the board of version {number}"
    _offer(form, offered, choices, reason=f"Decided on the board of version {number}")
    decision.label = "Move it to, or leave it"
    decision.widget = forms.Select(choices=choices)
    reason.widget = forms.TextInput(attrs={"maxlength": 300})
    # Only leaving it to the planner needs no reason; the hint says so better than "(optional)".
    form.mark_optional = False
    return form


def _offer(
    form: PinForm | CandidatePinForm, offered: str, choices: list[tuple[str, str]], *, reason: str
) -> None:
    """Begin with the decision that was asked for, and with a reason for it where it is another than is pinned."""
    word, _, year = offered.partition("-")
    field = {Kind.UPGRADE.value: "upgrade_year", Kind.RETIRE.value: "retire_year"}.get(word)
    if word not in {value for value, _ in choices}:
        return
    decision = form.fields["decision"]
    now = (decision.initial, form.fields[field].initial if field else None)
    decision.initial = word
    if field and year.isdigit():
        form.fields[field].initial = int(year)
    if now != (word, int(year) if year.isdigit() else None):
        form.fields["reason"].initial = "" if word == FREE else reason
