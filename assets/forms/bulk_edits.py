"""Forms for setting the same facts on many machines."""

from collections.abc import Sequence
from typing import Any

from django import forms

from assets.domain.facts import Fact, Kind
from assets.forms.assets import FactsForm
from assets.forms.fact_boxes import stated
from assets.models import Specification

_EMPTY = {Kind.TEXT: "", Kind.NOTES: "", Kind.CHOICE: ""}


class ChooseFactsForm(forms.Form):
    """Which facts shall be set."""

    fact = forms.MultipleChoiceField(
        label="Facts to set or to clear",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choose at least one fact.",
            "invalid_choice": "Choose from the list: %(value)s is none of it",
        },
    )

    def __init__(self, data: Any, *, facts: Sequence[Fact]) -> None:
        super().__init__(data)
        self.fields["fact"].choices = [(fact.key, fact.heading) for fact in facts]  # type: ignore[attr-defined]


class BulkEditForm(FactsForm):
    """A box for each fact chosen, a box to clear it where it need not be known, and why."""

    mark_optional = False
    """A box left empty is asked about, unless the fact is to be cleared."""

    reason = forms.CharField(
        label="Why?",
        max_length=500,
        help_text="One sentence for the history of each machine, such as “the maintenance contract was let anew”",
        widget=forms.Textarea(attrs={"rows": "2"}),
    )

    def __init__(
        self, data: Any = None, *, facts: Sequence[Fact], specifications: Sequence[Specification]
    ) -> None:
        super().__init__(data, facts=facts, specifications=specifications)
        boxes: dict[str, forms.Field] = {}
        for fact in facts:
            boxes[fact.key] = self.fields[fact.key]
            if not fact.is_needed and fact.key != "specification":
                boxes[_clear(fact)] = forms.BooleanField(
                    label=f"Clear it: {fact.heading} is not known", required=False
                )
        self.fields = {**boxes, "reason": self.fields["reason"]}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for fact in self.facts:
            if fact.key not in cleaned:
                continue
            is_empty = cleaned[fact.key] in (None, "")
            if cleaned.get(_clear(fact)) and not is_empty:
                self.add_error(
                    fact.key, "Leave this box empty to clear the fact, or do not tick that it is cleared"
                )
            elif is_empty and not cleaned.get(_clear(fact)):
                self.add_error(fact.key, "Say what it shall be, or tick that it is cleared")
        return cleaned

    @property
    def values(self) -> dict[str, Any]:
        """What shall be, as the actions take it; a fact that is cleared is empty. Only of a valid form."""
        values: dict[str, Any] = {}
        for fact in self.facts:
            given = self.cleaned_data[fact.key]
            values |= stated(fact, _EMPTY.get(fact.kind) if given in (None, "") else given)
        return values


def _clear(fact: Fact) -> str:
    return f"clear_{fact.key}"
