"""Finding alerts, answering them, and choosing how often one is told."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms

from assets.domain.alerts import AlertKind, Answer
from assets.domain.digest import Frequency
from assets.domain.vocabulary import Modality
from networks.forms.fields import DayField

MOST_YEARS_OFF = 5
"""An alert put off for longer is one acknowledged."""


class AlertFilter(forms.Form):
    """What the list of alerts can be narrowed by. Without a state asked for: the open ones."""

    state = forms.ChoiceField(
        label="Answered",
        required=False,
        choices=[*((answer.value, answer.label) for answer in Answer), ("all", "All")],
        widget=forms.RadioSelect,
    )
    kind = forms.MultipleChoiceField(
        label="What ends",
        required=False,
        choices=[(kind.value, kind.label) for kind in AlertKind],
        widget=forms.CheckboxSelectMultiple,
    )
    modality = forms.MultipleChoiceField(
        label="Modality",
        required=False,
        choices=[(modality.value, modality.label) for modality in Modality],
        widget=forms.CheckboxSelectMultiple,
    )
    trust = forms.ChoiceField(label="Trust", required=False)

    def __init__(self, data: Any, *, trusts: Sequence[tuple[int, str]]) -> None:
        super().__init__(data)
        if len(trusts) < 2:
            del self.fields["trust"]
        else:
            choices = [("", "Any trust"), *((str(pk), name) for pk, name in trusts)]
            self.fields["trust"].choices = choices  # type: ignore[attr-defined]

    @property
    def asked(self) -> dict[str, Any]:
        """What is asked for, without what makes no sense."""
        self.is_valid()
        return self.cleaned_data

    @property
    def chosen_state(self) -> str:
        """The state asked for, or "all"."""
        return self.asked.get("state") or Answer.OPEN.value


class AnswerForm(forms.Form):
    """One answer to one or several alerts."""

    ACKNOWLEDGE, SNOOZE, REOPEN = "acknowledge", "snooze", "reopen"
    decision = forms.ChoiceField(
        label="What to do",
        choices=[
            (ACKNOWLEDGE, "Acknowledge: it is seen to, do not tell of it again"),
            (SNOOZE, "Snooze: tell of it again on a later day"),
            (REOPEN, "Open it again"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what to do"},
    )
    until = DayField(
        label="Tell of it again on",
        required=False,
        help_text="For a snooze. For example, 31 March 2027",
        error_messages={"invalid": "Enter a date, like 31 March 2027"},
    )
    reason = forms.CharField(
        label="Reason", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, data: Any = None, *, on: date) -> None:
        super().__init__(data)
        self._on = on

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("decision") == self.SNOOZE and "until" not in self.errors:
            until = given.get("until")
            if until is None:
                self.add_error("until", "Enter the day on which to tell of it again")
            elif not self._on < until <= self._on + timedelta(days=366 * MOST_YEARS_OFF):
                self.add_error("until", f"Enter a day after today, at most {MOST_YEARS_OFF} years ahead")
        return given


class DigestForm(forms.Form):
    """How often one is sent a digest."""

    frequency = forms.ChoiceField(
        label="Send me what is due by e-mail",
        choices=[(frequency.value, frequency.label) for frequency in Frequency],
        widget=forms.RadioSelect,
    )
