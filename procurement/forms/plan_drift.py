"""What the list of changes since a version can be narrowed by and sorted by."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from procurement.domain.plan_drift import About, Moved

SORTS = {
    "about": lambda row: list(About).index(row.about),
    "subject": lambda row: row.subject,
    "what": lambda row: row.what,
}
"""The words of `?sort=`, and what they order by; ties stay in the order of kinds and names."""


class DriftFilter(forms.Form):
    """By name, kind of change and trust; choices say how many changes they stand for.

    Risk scores, which move with time alone, are shown where they are asked for.
    """

    subject = forms.CharField(label="Name", required=False, max_length=200)
    about = forms.MultipleChoiceField(
        label="What changed", required=False, widget=forms.CheckboxSelectMultiple
    )
    trust = forms.TypedMultipleChoiceField(
        label="Trust", required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    sort = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, rows: Sequence[Moved], trusts: dict[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        kinds = Counter(row.about for row in rows)
        owners = Counter(trust for row in rows for trust in row.trusts)
        self.fields["about"].choices = [  # type: ignore[attr-defined]
            (about.value, f"{about.label} ({kinds[about]})") for about in About if kinds[about]
        ]
        self.fields["trust"].choices = [  # type: ignore[attr-defined]
            (pk, f"{name} ({owners[pk]})")
            for pk, name in sorted(trusts.items(), key=lambda item: item[1])
            if owners[pk]
        ]

    def chosen(self) -> list[Moved]:
        """Return the rows that the filters leave, in the order asked for; a filter that makes no sense leaves all."""
        asked = self.cleaned_data if self.is_valid() else {}
        rows = [row for row in self.rows if _fits(row, asked)]
        word = self.data.get("sort", "")
        key = SORTS.get(word.removeprefix("-"))
        return rows if key is None else sorted(rows, key=key, reverse=word.startswith("-"))


def _fits(row: Moved, asked: dict[str, Any]) -> bool:
    about: Iterable[str] = asked.get("about") or [a.value for a in About if a is not About.RISK]
    return (
        row.about.value in about
        and asked.get("subject", "").lower() in row.subject.lower()
        and (not asked.get("trust") or any(trust in asked["trust"] for trust in row.trusts))
    )
