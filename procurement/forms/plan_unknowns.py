"""What the list of a plan version's unknowns is narrowed to, and its order."""

from collections.abc import Iterable

from django import forms
from django.http import QueryDict

from procurement.domain.planning.uncertain_figures import UnknownKind
from procurement.queries.plan_uncertainty import UnknownRow

KINDS = {
    UnknownKind.DATE: "Installation date",
    UnknownKind.PRICE: "Price of a specification",
    UnknownKind.WORKS: "Works at a site",
}
_ORDERS = (
    ("-money", "What it takes off the spend"),
    ("-exposure", "What it takes off the exposure"),
    ("name", "Name"),
)


class UnknownsForm(forms.Form):
    """Kind, trust and words of the name; each may be left open."""

    find = forms.CharField(label="Name has", required=False, max_length=200)
    kind = forms.ChoiceField(
        label="Kind", required=False, choices=[("", "All kinds"), *((k.value, v) for k, v in KINDS.items())]
    )
    trust = forms.ChoiceField(label="Trust", required=False)
    sort = forms.ChoiceField(label="Sort by", required=False, choices=[("", "What matters most"), *_ORDERS])

    def __init__(self, query: QueryDict, *, rows: Iterable[UnknownRow]) -> None:
        super().__init__(query)
        self._rows = tuple(rows)
        self.mark_optional = False
        trusts = sorted({row.trust for row in self._rows if row.trust})
        self.fields["trust"].choices = [("", "All trusts"), *((name, name) for name in trusts)]  # type: ignore[attr-defined]
        if len(trusts) < 2:
            del self.fields["trust"]

    @property
    def chosen(self) -> list[UnknownRow]:
        """The rows asked for, in the order asked for; a filter that makes no sense is passed over."""
        self.is_valid()
        asked = self.cleaned_data
        rows = [
            row
            for row in self._rows
            if asked.get("kind") in (None, "", row.kind.value)
            and asked.get("trust") in (None, "", row.trust)
            and (asked.get("find") or "").casefold() in row.name.casefold()
        ]
        keys = {
            "-money": lambda row: (-row.pence, row.name),
            "-exposure": lambda row: (-row.points, row.name),
            "name": lambda row: row.name.casefold(),
        }
        key = keys.get(asked.get("sort") or "")
        return rows if key is None else sorted(rows, key=key)
