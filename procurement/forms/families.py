"""What the list of model families can be narrowed by, and its orders."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms

from assets.domain.vocabulary import Modality
from procurement.domain.families import FamilyRow
from procurement.forms.site_needs import NetworkForm

_ORDERS: dict[str, Callable[[FamilyRow], Any]] = {
    "family": lambda row: row.name,
    "machines": lambda row: row.machines,
    "sites": lambda row: row.sites,
    "trusts": lambda row: row.trusts,
    "kept": lambda row: row.kept,
}


class FamilyForm(NetworkForm):
    """By modality and words of the family's name."""

    family = forms.CharField(label="Family", required=False, max_length=200)
    modality = forms.MultipleChoiceField(
        label="Modality",
        required=False,
        choices=[(m.value, m.label) for m in Modality],
        widget=forms.CheckboxSelectMultiple,
    )

    def chosen(self, rows: Iterable[FamilyRow]) -> list[FamilyRow]:
        """Return the rows that the filters leave, in the order asked for; equals stand as they stood."""
        self.is_valid()
        asked = self.cleaned_data
        words = (asked.get("family") or "").casefold()
        kept = [
            row
            for row in rows
            if words in row.name.casefold()
            and (not asked.get("modality") or row.modality.value in asked["modality"])
        ]
        sort = str(self.data.get("sort", ""))
        of = _ORDERS.get(sort.removeprefix("-"))
        return sorted(kept, key=of, reverse=sort.startswith("-")) if of else kept
