"""Envelopes as a table of trusts and years, typed in or pasted from a spreadsheet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField

from networks.domain.figures import pounds
from networks.domain.financial_year import label
from networks.forms.fields import PoundsField
from procurement.domain.plan import LARGEST_AMOUNT_PENCE
from procurement.domain.pricing import total_if_known
from procurement.queries.plans import TrustRow


@dataclass(frozen=True, slots=True)
class Cell:
    """One box of the table. `stored` says what is stored now where somebody else changed it meanwhile."""

    box: BoundField
    year: int
    stored: str | None = None


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One trust's boxes; `total_pence` of what stands in them, None where one is not known."""

    trust: TrustRow
    cells: list[Cell]
    total_pence: int | None


def name_of(trust_id: int, year: int) -> str:
    """Return the name of a trust's box for a year."""
    return f"envelope_{trust_id}_{year}"


class EnvelopeForm(forms.Form):
    """One box for each trust and year. An empty box is an envelope not known, which is not the same as £0."""

    mark_optional = False
    revision = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label="Where the figures come from", required=False, max_length=300)

    def __init__(
        self,
        *args: Any,
        trusts: Sequence[TrustRow],
        years: Sequence[int],
        amounts: Mapping[tuple[int, int], int],
        revision: int,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.trusts, self.years, self.amounts = trusts, years, amounts
        self.fields["revision"].initial = revision
        for trust in trusts:
            for year in years:
                where = f"{trust.name}, {label(year)}"
                field = PoundsField(label=where, required=False, max_pence=LARGEST_AMOUNT_PENCE, prefix="")
                field.error_messages = {
                    key: f"{where}: {message[0].lower()}{message[1:]}"
                    for key, message in field.error_messages.items()
                }
                field.initial = amounts.get((trust.trust_id, year))
                self.fields[name_of(trust.trust_id, year)] = field

    def cleaned_amounts(self) -> dict[tuple[int, int], int | None]:
        """Return (trust, year) to pence, None for an empty box. Boxes with an error are left out."""
        return {
            key: self.cleaned_data[name_of(*key)]
            for key in self._keys()
            if name_of(*key) in self.cleaned_data
        }

    def rows(self) -> list[EntryRow]:
        """Return the table: each trust with its boxes by year."""
        return [
            EntryRow(
                trust,
                [self._cell(trust, year) for year in self.years],
                total_if_known(self._typed(trust.trust_id, year) for year in self.years),
            )
            for trust in self.trusts
        ]

    def year_totals(self) -> list[int | None]:
        """Return the sums of what stands in the boxes, by year and then of all years, without trusts that have left.

        An amount that cannot be read or is not known makes its sums not known.
        """
        members = [trust.trust_id for trust in self.trusts if trust.is_member]
        by_year = [total_if_known(self._typed(trust, year) for trust in members) for year in self.years]
        return [*by_year, total_if_known(by_year)]

    def _keys(self) -> list[tuple[int, int]]:
        return [(trust.trust_id, year) for trust in self.trusts for year in self.years]

    def _typed(self, trust_id: int, year: int) -> int | None:
        if not self.is_bound:
            return self.amounts.get((trust_id, year))
        amount: int | None = self.cleaned_data.get(name_of(trust_id, year))
        return amount

    def show_stored(self) -> None:
        """After somebody else's change: say in each box what is stored now where it differs from what was typed."""
        self._compared = True

    _compared = False

    def _cell(self, trust: TrustRow, year: int) -> Cell:
        name = name_of(trust.trust_id, year)
        stored = self.amounts.get((trust.trust_id, year))
        if not self._compared or self.cleaned_data.get(name, stored) == stored:
            return Cell(self[name], year)
        return Cell(self[name], year, "nothing" if stored is None else pounds(stored))
