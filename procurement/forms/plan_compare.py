"""What the machines that plans decide differently can be narrowed by and sorted by."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from assets.domain.vocabulary import Modality
from procurement.domain.plan_differences import Differs, MachineRow

_SORTS = (
    ("rank", "Rank, most urgent first"),
    ("machine", "Machine"),
    ("-machine", "Machine, from Z"),
    ("trust", "Trust"),
    ("-trust", "Trust, from Z"),
    ("modality", "Modality"),
    ("-modality", "Modality, from Z"),
    ("-moved", "Moved by most years first"),
    ("moved", "Moved by fewest years first"),
)


class DifferenceFilter(forms.Form):
    """By words of the machine's name, trust, modality and how its decision differs; choices say how many they stand for."""

    machine = forms.CharField(label="Machine", required=False, max_length=200)
    sort = forms.ChoiceField(label="Sort by", required=False, choices=_SORTS)
    differs = forms.MultipleChoiceField(
        label="How it differs", required=False, widget=forms.CheckboxSelectMultiple
    )
    modality = forms.MultipleChoiceField(
        label="Modality", required=False, widget=forms.CheckboxSelectMultiple
    )
    trust = forms.MultipleChoiceField(label="Trust", required=False, widget=forms.CheckboxSelectMultiple)

    # Every filter may be left empty; saying so on each would be noise.
    mark_optional = False

    def __init__(self, data: QueryDict, *, rows: Sequence[MachineRow], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self._rows = rows
        kinds = Counter(kind for row in rows for kind in row.differs)
        modalities = Counter(row.modality for row in rows)
        trusts = Counter(row.trust_id for row in rows)
        names = {row.trust_id: row.trust for row in rows}
        self._offer(
            "differs", [(k.name, f"{k.value.capitalize()} ({kinds[k]})") for k in Differs if kinds[k]]
        )
        self._offer(
            "modality",
            [(m.value, f"{m.label} ({modalities[m.value]})") for m in Modality if modalities[m.value]],
        )
        by_name = sorted(names.items(), key=lambda item: item[1])
        self._offer("trust", [(str(pk), f"{name} ({trusts[pk]})") for pk, name in by_name])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def in_force(self) -> bool:
        """Whether anything is filtered for."""
        return any(self.data.get(name) for name in self.fields if name != "sort")

    def chosen(self) -> list[MachineRow]:
        """Return the rows that the filters leave, in the order asked for. What is no choice filters nothing."""
        self.is_valid()
        typed = self.cleaned_data
        words = (typed.get("machine") or "").casefold()
        kinds = {Differs[name] for name in typed.get("differs") or ()}
        modalities, trusts = set(typed.get("modality") or ()), set(typed.get("trust") or ())
        left = [
            row
            for row in self._rows
            if words in row.label.casefold()
            and (not kinds or kinds & row.differs)
            and (not modalities or row.modality in modalities)
            and (not trusts or str(row.trust_id) in trusts)
        ]
        return _in_order(left, typed.get("sort") or "rank")


def _in_order(rows: list[MachineRow], sort: str) -> list[MachineRow]:
    """Rows come by rank; a sort keeps that order among equals."""
    word = sort.removeprefix("-")
    keys = {
        "machine": lambda row: row.label.casefold(),
        "trust": lambda row: row.trust.casefold(),
        "modality": lambda row: Modality(row.modality).label.casefold(),
        "moved": lambda row: row.moved_years,
    }
    return sorted(rows, key=keys[word], reverse=sort.startswith("-")) if word in keys else rows
