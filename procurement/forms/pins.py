"""What people type to pin a machine, or a candidate for an additional one, to a decision."""

from collections.abc import Sequence
from typing import Any

from django import forms

from networks.domain.financial_year import label
from procurement.domain.plan import PlanInvalid
from procurement.forms.plans import add_errors
from procurement.models import Pin


class PinForm(forms.Form):
    """Fix the decision about one machine, or leave it to the planner again."""

    FREE, KEEP = "free", "keep"

    decision = forms.ChoiceField(label="What should happen to it", widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Why",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Needed to pin it. Everybody who reads the plan sees it.",
    )

    def __init__(self, *args: Any, years: Sequence[int], pin: Pin | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decision"].choices = [  # type: ignore[attr-defined]
            (self.FREE, "Let the planner decide"),
            *[(str(year), f"Replace it in {label(year)}") for year in years],
            (self.KEEP, "Keep it throughout the plan"),
        ]
        if pin is not None:
            self.fields["decision"].initial = self.KEEP if pin.year is None else str(pin.year)
            self.fields["reason"].initial = pin.reason

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("decision") != self.FREE and not (cleaned.get("reason") or "").strip():
            self.add_error("reason", "Enter why it is pinned, for those who read the plan later")
        return cleaned

    def refuse(self, refused: PlanInvalid) -> None:
        """Put a rule's words beside the fields they are about."""
        add_errors(self, refused)

    @property
    def year(self) -> int | None:
        """The year it is pinned to; None: keep. Only where `is_free` is False."""
        decision = self.cleaned_data["decision"]
        return None if decision == self.KEEP else int(decision)

    @property
    def is_free(self) -> bool:
        return self.cleaned_data["decision"] == self.FREE
