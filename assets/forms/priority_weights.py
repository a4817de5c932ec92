"""What people type to set the weights of the priority score: six whole numbers that add up to 100, and why."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from assets.domain.priority_rules import WHOLE, Criterion, Weights, sum_problem


class WeightsForm(forms.Form):
    """A box for each criterion, the reason, and the number of the set that was seen."""

    reason = forms.CharField(
        label="Why the weights are changed",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Enter why the weights are changed"},
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        weights: Weights,
        seen: int,
        typed: Mapping[str, str] | None = None,
    ) -> None:
        """`typed`: what stands in the boxes without being judged yet, for somebody who only checks the sum."""
        begin = {criterion.value: weights.of(criterion) for criterion in Criterion}
        super().__init__(data, initial={**begin, "seen": seen, **(typed or {})})
        boxes = {criterion.value: _box(criterion) for criterion in Criterion}
        self.fields = {**boxes, **self.fields}

    @property
    def boxes(self) -> list[forms.BoundField]:
        """The weights alone, in their order."""
        return [self[criterion.value] for criterion in Criterion]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        typed = [cleaned.get(criterion.value) for criterion in Criterion]
        if None not in typed and (problem := sum_problem(tuple(map(int, typed)))):  # type: ignore[arg-type]
            raise ValidationError(problem, code="sum")
        return cleaned

    def weights(self) -> Weights:
        """Return the weights typed; only of a valid form."""
        return Weights(**{criterion.value: self.cleaned_data[criterion.value] for criterion in Criterion})


class FollowForm(forms.Form):
    """Why a network gives up its own weights."""

    prefix = "follow"

    reason = forms.CharField(
        label="Why the network goes back to England’s weights",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Enter why the network goes back to England’s weights"},
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


def sum_in_words(typed: dict[str, str]) -> str:
    """Say what the weights typed so far add up to, whatever has been typed."""
    numbers = [typed.get(criterion.value, "").strip() for criterion in Criterion]
    if not all(number.isdecimal() and len(number) < 6 for number in numbers):
        return f"Enter a whole number in each box: they must add up to {WHOLE}."
    return sum_problem(tuple(int(number) for number in numbers)) or f"The weights add up to {WHOLE}."


def _box(criterion: Criterion) -> forms.IntegerField:
    name = criterion.label.lower()
    return forms.IntegerField(
        label=criterion.label,
        min_value=0,
        max_value=WHOLE,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "nhsuk-input--width-3"}),
        error_messages={
            "required": f"Enter a weight for {name}, 0 if it does not count",
            "invalid": f"Enter a whole number for {name}, like 20",
            "min_value": f"Enter at least 0 for {name}",
            "max_value": f"Enter at most {WHOLE} for {name}",
        },
    )
