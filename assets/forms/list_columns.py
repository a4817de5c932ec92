"""Choosing the columns of the equipment list, and their order."""

from collections.abc import Sequence
from typing import Any

from django import forms

from assets.domain.columns import Column

_MOST = 999


class ColumnsForm(forms.Form):
    """For each column a box to show it and its place, 1 being the first; those without a place stand last."""

    def __init__(self, data: Any, *, offered: Sequence[Column], shown: Sequence[Column]) -> None:
        super().__init__(data)
        self.offered = offered
        places = {column.key: place for place, column in enumerate(shown, start=1)}
        for column in offered:
            self.fields[f"show_{column.key}"] = forms.BooleanField(
                label=column.heading, required=False, initial=column.key in places
            )
            self.fields[f"place_{column.key}"] = forms.IntegerField(
                label=f"Place of {column.heading}",
                required=False,
                min_value=1,
                max_value=_MOST,
                initial=places.get(column.key),
                widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "nhsuk-input--width-2"}),
            )

    @property
    def pairs(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The two boxes of each column."""
        return [(self[f"show_{c.key}"], self[f"place_{c.key}"]) for c in self.offered]

    def clean(self) -> None:
        super().clean()
        if not any(self.cleaned_data.get(f"show_{column.key}") for column in self.offered):
            self.add_error(None, "Choose at least one column.")

    @property
    def chosen(self) -> list[str]:
        """The keys of the columns to show, in their order."""
        shown = [column.key for column in self.offered if self.cleaned_data[f"show_{column.key}"]]
        return sorted(shown, key=lambda key: self.cleaned_data[f"place_{key}"] or _MOST + 1)
