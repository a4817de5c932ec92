"""The form of one maker of the catalogue."""

from typing import Any

from django import forms

from assets.actions.assets import Invalid
from assets.models import Maker


class MakerForm(forms.Form):
    """A maker's facts. `version` guards against lost edits."""

    name = forms.CharField(label="Present name", max_length=100)
    successor = forms.ModelChoiceField(
        label="Who supports its machines today",
        queryset=Maker.objects.order_by("name"),
        required=False,
        empty_label="It does so itself",
        widget=forms.Select(attrs={"data-autocomplete": True}),
    )
    succeeded_in = forms.IntegerField(
        label="Year of succession", required=False, min_value=1900, max_value=2100
    )
    evidence = forms.CharField(
        label="Evidence", max_length=300, required=False, help_text="Where the succession is known from"
    )
    reason = forms.CharField(label="Why is it changed?", max_length=500)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, maker: Maker) -> None:
        names = ("name", "succeeded_in", "evidence", "version")
        initial = {name: getattr(maker, name) for name in names} | {"successor": maker.successor_id}
        super().__init__(data, initial=initial)

    def refuse(self, invalid: Invalid) -> None:
        """Put the faults that the catalogue found beside their boxes."""
        for field, message in invalid.errors.items():
            self.add_error(field if field in self.fields else None, message)
