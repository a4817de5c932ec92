"""What the plan board can be narrowed to, and the pin that is offered beside it."""

from collections import Counter
from typing import Any

from django import forms
from django.http import QueryDict

from assets.domain.vocabulary import Modality
from procurement.models import PlanLine
from procurement.queries.plan_versions import VersionReading


class BoardFilter(forms.Form):
    """By trust and modality; choices say how many machines and candidate sites they stand for."""

    trust = forms.TypedMultipleChoiceField(
        label="Trust", coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    modality = forms.MultipleChoiceField(
        label="Modality", required=False, widget=forms.CheckboxSelectMultiple
    )
    mark_optional = False

    def __init__(self, data: QueryDict, *, reading: VersionReading) -> None:
        super().__init__(data)
        trusts = Counter(line.trust_id for line in reading.lines)
        modalities = Counter(line.modality for line in reading.lines)
        by_name = sorted(reading.trusts.items(), key=lambda item: item[1])
        self._choices("trust", [(pk, f"{name} ({trusts[pk]})") for pk, name in by_name])
        self._choices(
            "modality",
            [(m.value, f"{m.label} ({modalities[m.value]})") for m in Modality if modalities[m.value]],
        )
        if len(by_name) < 2:
            del self.fields["trust"]
        self.full_clean()

    @property
    def trusts(self) -> list[int]:
        """The trusts asked for; none: all. What cannot be read is left out of account."""
        return list(self.cleaned_data.get("trust", ()))

    @property
    def is_on(self) -> bool:
        return bool(self.trusts or self.cleaned_data.get("modality"))

    def shows(self, line: PlanLine) -> bool:
        """Say whether a line has a chip."""
        wanted = self.cleaned_data.get("modality")
        return not wanted or line.modality in wanted

    def _choices(self, name: str, choices: list[tuple[Any, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]
