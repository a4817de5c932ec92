"""Money that several trusts may use as one table: a row for each holder and each modality, typed in or pasted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.http import QueryDict

from assets.domain.vocabulary import Modality
from networks.domain.figures import pounds
from networks.domain.financial_year import label
from networks.forms.fields import PoundsField
from procurement.actions.plan_money import LONGEST_PROGRAMME, National
from procurement.domain.plan import LARGEST_AMOUNT_PENCE
from procurement.forms.envelope_paste import Pasted, paste_field, read, unit_field
from procurement.forms.envelopes import Cell
from procurement.models import RingFence
from procurement.queries.plan_money import Holder
from procurement.queries.plans import TrustRow


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """One row of boxes. `code` and `name` are what a pasted row may call it; `trusts` those who may use the money."""

    box: str
    code: str
    name: str
    note: str = ""
    trusts: tuple[str, ...] = ()
    holder_id: int | None = None
    modality: str | None = None

    def box_of(self, year: int) -> str:
        """Return the name of its box for a year."""
        return f"{self.box}_{year}"


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One row with its boxes; `total_pence` of what can be read in them, None: nothing; `programme` for national money."""

    row: MoneyRow
    cells: list[Cell]
    total_pence: int | None
    programme: BoundField | None


class SharedMoneyForm(forms.Form):
    """One box for each row and year. An empty box is no money stated; the plan counts on none there."""

    mark_optional = False
    revision = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label="Where the figures come from", required=False, max_length=300)
    pasted = paste_field(
        "Copy rows with the name or ODS code of a network or ICB, or a modality, followed by its amounts, with the years "
        "above them where you have them."
    )
    unit = unit_field()

    def __init__(
        self,
        *args: Any,
        holders: Sequence[Holder],
        years: Sequence[int],
        shared: Mapping[tuple[int, int], int],
        fences: Mapping[tuple[str, int], RingFence],
        trust_names: Mapping[int, str],
        revision: int,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.years = years
        self.found = Pasted()
        self.fields["revision"].initial = revision
        self.held = [_of_holder(holder, trust_names) for holder in holders]
        self.national = [
            MoneyRow(f"national_{m.value}", m.value, m.label, modality=m.value) for m in Modality
        ]
        self._stored: dict[str, int] = {
            row.box_of(year): shared[row.holder_id, year]
            for row in self.held
            for year in years
            if row.holder_id is not None and (row.holder_id, year) in shared
        }
        self._programmes: dict[str, str] = {}
        for row in self.national:
            theirs = [fences[row.modality or "", year] for year in years if (row.modality, year) in fences]
            self._stored |= {row.box_of(fence.year): fence.amount_pence for fence in theirs}
            self._programmes[row.box] = next((fence.programme for fence in theirs if fence.programme), "")
        for row in [*self.held, *self.national]:
            for year in years:
                self.fields[row.box_of(year)] = self._amount(row, year)
        for row in self.national:
            self.fields[f"{row.box}_programme"] = forms.CharField(
                label=f"Programme of the money for {row.name}",
                required=False,
                max_length=LONGEST_PROGRAMME,
                initial=self._programmes[row.box],
                widget=forms.TextInput(attrs={"class": "app-entry__words"}),
            )

    def clean(self) -> dict[str, object]:
        cleaned: dict[str, object] = super().clean() or {}
        text = str(cleaned.get("pasted") or "")
        if text.strip():
            unit = cleaned.get("unit")
            rows = [*self.held, *self.national]
            self.found = read(
                text,
                [TrustRow(place, row.code, row.name) for place, row in enumerate(rows)],
                self.years,
                unit=unit if isinstance(unit, int) else 1,
                stranger="is neither a network or ICB of this plan nor a modality",
            )
            for problem in self.found.problems:
                self.add_error("pasted", problem)
        elif self.data.get("do") == "fill":
            self.add_error("pasted", "Paste the cells of your spreadsheet here first")
        return cleaned

    def filled(self, data: QueryDict) -> QueryDict:
        """Return what was typed, with the pasted amounts in their boxes and the paste box emptied."""
        rows = [*self.held, *self.national]
        merged = data.copy()
        for (place, year), pence in self.found.amounts.items():
            merged[rows[place].box_of(year)] = pounds(pence)
        merged["pasted"] = merged["do"] = ""
        return merged

    def shared(self) -> dict[tuple[int, int], int | None]:
        """Return (holder, year) to pence, None for an empty box. Only for a valid form."""
        return {
            (row.holder_id, year): self.cleaned_data[row.box_of(year)]
            for row in self.held
            if row.holder_id is not None
            for year in self.years
        }

    def fenced(self) -> dict[tuple[str, int], National | None]:
        """Return (modality, year) to national money, None for an empty box. Only for a valid form."""
        found: dict[tuple[str, int], National | None] = {}
        for row in self.national:
            programme = self.cleaned_data[f"{row.box}_programme"]
            for year in self.years:
                amount = self.cleaned_data[row.box_of(year)]
                found[row.modality or "", year] = None if amount is None else National(amount, programme)
        return found

    def held_rows(self) -> list[EntryRow]:
        """Return the rows of networks and ICBs with their boxes."""
        return [self._entry(row) for row in self.held]

    def national_rows(self) -> list[EntryRow]:
        """Return the rows of national money with their boxes."""
        return [self._entry(row) for row in self.national]

    def show_stored(self) -> None:
        """After somebody else's change: say in each box what is stored now where it differs from what was typed."""
        self._compared = True

    _compared = False

    def _amount(self, row: MoneyRow, year: int) -> PoundsField:
        where = f"{row.name}, {label(year)}"
        field = PoundsField(label=where, required=False, max_pence=LARGEST_AMOUNT_PENCE, prefix="")
        field.error_messages = {
            key: f"{where}: {message[0].lower()}{message[1:]}"
            for key, message in field.error_messages.items()
        }
        field.initial = self._stored.get(row.box_of(year))
        return field

    def _entry(self, row: MoneyRow) -> EntryRow:
        boxes = [row.box_of(year) for year in self.years]
        amounts = self.cleaned_data if self.is_bound else self._stored
        stated = [amount for box in boxes if (amount := amounts.get(box)) is not None]
        return EntryRow(
            row=row,
            cells=[self._cell(box, year) for box, year in zip(boxes, self.years, strict=True)],
            total_pence=sum(stated) if stated else None,
            programme=self[f"{row.box}_programme"] if row.modality else None,
        )

    def _cell(self, box: str, year: int) -> Cell:
        stored = self._stored.get(box)
        if not self._compared or self.cleaned_data.get(box, stored) == stored:
            return Cell(self[box], year)
        return Cell(self[box], year, "nothing" if stored is None else pounds(stored))


def _of_holder(holder: Holder, trust_names: Mapping[int, str]) -> MoneyRow:
    if not holder.trust_ids:
        note = "no trust of this plan may use it"
    elif len(holder.trust_ids) == len(trust_names):
        note = "for all trusts of the plan"
    else:
        note = f"for {len(holder.trust_ids)} of the plan’s {len(trust_names)} trusts"
    return MoneyRow(
        f"shared_{holder.holder_id}",
        holder.code,
        holder.name,
        note,
        trusts=tuple(trust_names[trust] for trust in holder.trust_ids),
        holder_id=holder.holder_id,
    )
