"""What the pages of the register's past are asked: which days, which trust, which machines."""

from collections.abc import Mapping, Sequence
from datetime import date

from django import forms
from django.core.exceptions import ValidationError

from assets.domain.vocabulary import Modality
from networks.domain.figures import date_gb
from networks.forms.fields import DayField


class ChangesForm(forms.Form):
    """Which changes of the register. Everything may be left open."""

    since = DayField(label="From", required=False, help_text="Like 31 March 2026")
    until = DayField(label="To", required=False)
    trust = forms.TypedChoiceField(label="Trust", required=False, coerce=int, empty_value=None)

    def __init__(self, data: Mapping[str, str], *, trusts: Sequence[tuple[int, str]]) -> None:
        super().__init__(data)
        self.fields["trust"].choices = [("", "All trusts"), *trusts]  # type: ignore[attr-defined]
        if len(trusts) < 2:
            del self.fields["trust"]

    def clean(self) -> dict[str, object]:
        given = self.cleaned_data
        if given.get("since") and given.get("until") and given["since"] > given["until"]:
            self.add_error("until", "Enter a day that is not before the first one")
        return given


class AsAtForm(forms.Form):
    """As at which day, and which machines of it."""

    on = DayField(label="As at the end of", help_text="Today or a day in the past, like 31 March 2026")
    modality = forms.ChoiceField(
        label="Modality",
        required=False,
        choices=[("", "All modalities"), *((m.value, m.label) for m in Modality)],
    )
    trust = forms.TypedChoiceField(label="Trust", required=False, coerce=int, empty_value=None)
    q = forms.CharField(label="Number, maker or model", required=False, max_length=100)

    def __init__(self, data: Mapping[str, str], *, today: date, trusts: Sequence[tuple[int, str]]) -> None:
        begin = {"on": date_gb(today)}
        super().__init__({**begin, **{name: value for name, value in data.items() if value}})
        self._today = today
        self.fields["trust"].choices = [("", "All trusts"), *trusts]  # type: ignore[attr-defined]
        if len(trusts) < 2:
            del self.fields["trust"]

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if on > self._today:
            raise ValidationError("Enter today or a day in the past: what will be recorded is not known")
        return on
