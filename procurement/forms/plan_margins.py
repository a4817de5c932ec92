"""What the list of a plan version's envelopes that bind is narrowed to, and its order."""

from collections.abc import Iterable

from django import forms
from django.http import QueryDict

from networks.domain.financial_year import label
from procurement.queries.plan_margins import MarginRow

_ORDERS = (
    ("needed", "Least money needed first"),
    ("points", "Most exposure taken off first"),
    ("whose", "Whose money"),
)


class MarginsForm(forms.Form):
    """Whose money and which year; each may be left open."""

    whose = forms.ChoiceField(label="Whose money", required=False)
    year = forms.ChoiceField(label="Year", required=False)
    only_bought = forms.BooleanField(label="Only where £100,000 buys something", required=False)
    sort = forms.ChoiceField(
        label="Sort by", required=False, choices=[("", "Year, then whose money"), *_ORDERS]
    )

    def __init__(self, query: QueryDict, *, rows: Iterable[MarginRow]) -> None:
        super().__init__(query)
        self._rows = tuple(rows)
        self.mark_optional = False
        whose = sorted({row.whose for row in self._rows})
        years = sorted({row.year for row in self._rows})
        self.fields["whose"].choices = [("", "Everybody’s"), *((name, name) for name in whose)]  # type: ignore[attr-defined]
        self.fields["year"].choices = [("", "All years"), *((str(y), label(y)) for y in years)]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> list[MarginRow]:
        """The rows asked for, in the order asked for; a filter that makes no sense is passed over."""
        self.is_valid()
        asked = self.cleaned_data
        rows = [
            row
            for row in self._rows
            if asked.get("whose") in (None, "", row.whose)
            and asked.get("year") in (None, "", str(row.year))
            and (row.bought is not None or not asked.get("only_bought"))
        ]
        orders = {
            "needed": lambda row: (row.needed_pence, row.year, row.whose),
            "points": lambda row: ((row.bought or row.next).points, row.needed_pence, row.year, row.whose),
            "whose": lambda row: (row.whose, row.year),
        }
        return sorted(rows, key=orders.get(asked.get("sort") or "", lambda row: (row.year, row.whose)))
