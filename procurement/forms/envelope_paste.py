"""Envelopes copied out of a spreadsheet: rows of trusts, columns of years, separated by tabs.

A first row that names financial years says which column is which; without one the amounts stand in the order of the
plan's years. A trust is known by its name or its ODS code, in any letter case. Columns and rows headed "total" and
empty cells are passed over. Everything that cannot be read is named at once.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from networks.domain.financial_year import label
from networks.forms.fields import PoundsField
from procurement.domain.plan import LARGEST_AMOUNT_PENCE
from procurement.forms.envelopes import EnvelopeForm
from procurement.queries.plans import TrustRow

_YEAR = re.compile(r"(?:FY\s*)?(20\d\d)(?:\s*[/\u2013-]\s*(?:20)?(\d\d))?", re.IGNORECASE)
_LARGEST_TEXT = 200_000
_SUFFIX = {1: "", 1_000: "k", 1_000_000: "m"}


@dataclass
class Pasted:
    """What was read: `amounts` as (trust, year) to pence, and `problems` in words, by row."""

    amounts: dict[tuple[int, int], int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def paste_field(help_text: str) -> forms.CharField:
    """Return the box into which cells of a spreadsheet are pasted."""
    return forms.CharField(
        label="Cells of your spreadsheet",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text=help_text,
    )


def unit_field() -> forms.TypedChoiceField:
    """Return the choice of what one unit of the pasted numbers is worth in pounds."""
    return forms.TypedChoiceField(
        label="The pasted amounts are in",
        required=False,
        coerce=int,
        empty_value=1,  # type: ignore[arg-type]  # the stubs know only texts
        choices=[(1, "pounds"), (1_000, "thousands of pounds"), (1_000_000, "millions of pounds")],
    )


class PasteForm(EnvelopeForm):
    """The table of envelopes with a box to paste one into. Pasted amounts fill the table; nothing is saved by that."""

    pasted = paste_field(
        "Copy rows with a trust’s name or ODS code followed by its amounts, with the years above them where you have them."
    )
    unit = unit_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = Pasted()

    def clean(self) -> dict[str, object]:
        cleaned: dict[str, object] = super().clean() or {}
        text = str(cleaned.get("pasted") or "")
        if text.strip():
            unit = cleaned.get("unit")
            self.found = read(text, self.trusts, self.years, unit=unit if isinstance(unit, int) else 1)
            for problem in self.found.problems:
                self.add_error("pasted", problem)
        elif self.data.get("do") == "fill":
            self.add_error("pasted", "Paste the cells of your spreadsheet here first")
        return cleaned


def read(
    text: str,
    trusts: Sequence[TrustRow],
    years: Sequence[int],
    *,
    unit: int = 1,
    stranger: str = "is no trust of this plan",
) -> Pasted:
    """Read pasted cells. `unit` is what one unit of the numbers is worth in pounds (1, 1,000 or 1,000,000).

    `trusts` are the rows there are; `stranger` says of a name that is none of them what is wrong with it.
    """
    result = Pasted()
    if len(text) > _LARGEST_TEXT:
        result.problems.append(
            "This is too much text for a table of envelopes. Copy only the rows of the trusts."
        )
        return result
    rows = [[cell.strip().strip('"').strip() for cell in line.split("\t")] for line in text.splitlines()]
    rows = [row for row in rows if any(row)]
    if not any(len(row) > 1 for row in rows):
        result.problems.append(
            "No columns were found. Copy the cells in your spreadsheet and paste them here, so that a tab stands "
            "between them."
        )
        return result
    by_name = {key: trust for trust in trusts for key in (_plain(trust.code), _plain(trust.name))}
    headed = not any(_plain(cell) in by_name for cell in rows[0])
    columns = _years_of(rows[0], years, result) if headed else None
    first = 1
    if columns is not None:
        rows, first = rows[1:], 2
    seen: set[int] = set()
    for number, row in enumerate(rows, start=first):
        if row[0].casefold().startswith("total"):
            continue
        trust, amounts = _split(row, columns, years, by_name, number, result)
        if trust is None:
            named = " ".join(cell for cell in row[: _words(row, columns, by_name)] if cell)
            result.problems.append(
                f"Row {number}: “{named or 'a row without a name'}” {stranger}. "
                "Use its name or ODS code as in the table below."
            )
            continue
        if trust.trust_id in seen:
            result.problems.append(f"Row {number}: {trust.name} stands in an earlier row already.")
            continue
        seen.add(trust.trust_id)
        for year, cell in amounts:
            _put(result, trust, year, cell, number, unit)
    return result


def _years_of(row: Sequence[str], years: Sequence[int], result: Pasted) -> dict[int, int] | None:
    """Column to year where the first row names years; None where it does not."""
    named = {place: year for place, cell in enumerate(row) if (year := _year(cell)) is not None}
    if not named:
        return None
    for place, year in named.items():
        if year not in years:
            result.problems.append(
                f"Row 1: {row[place]} is not one of the plan’s years ({label(years[0])} to {label(years[-1])})."
            )
    counted = list(named.values())
    result.problems += [
        f"Row 1: {label(year)} heads two columns." for year in sorted(set(counted)) if counted.count(year) > 1
    ]
    return named


def _year(cell: str) -> int | None:
    match = _YEAR.fullmatch(cell)
    if match is None:
        return None
    start = int(match[1])
    ends = match[2]
    return start if ends is None or int(ends) == (start + 1) % 100 else None


def _split(
    row: Sequence[str],
    columns: dict[int, int] | None,
    years: Sequence[int],
    by_name: dict[str, TrustRow],
    number: int,
    result: Pasted,
) -> tuple[TrustRow | None, list[tuple[int, str]]]:
    """The trust of a row, and its cells by year."""
    words = _words(row, columns, by_name)
    trust = next((by_name[_plain(cell)] for cell in row[:words] if _plain(cell) in by_name), None)
    if trust is None:
        return None, []
    if columns is not None:
        return trust, [
            (year, row[place]) for place, year in columns.items() if place < len(row) and year in years
        ]
    cells = list(row[words:])
    if any(cells[len(years) :]):
        result.problems.append(
            f"Row {number}: {trust.name} has {len(cells)} amounts, but the plan has {len(years)} years. "
            "Put the years above the amounts."
        )
    return trust, list(zip(years, cells, strict=False))


def _words(row: Sequence[str], columns: dict[int, int] | None, by_name: dict[str, TrustRow]) -> int:
    """How many cells of a row may name it: those before the first year, or else one, or a code and a name."""
    if columns is not None:
        return min(columns)
    # Amounts begin after the last cell that names the row.
    return 2 if len(row) > 1 and _plain(row[1]) in by_name else 1


def _put(result: Pasted, trust: TrustRow, year: int, cell: str, number: int, unit: int) -> None:
    if not cell or cell in {"-", "\u2013"}:
        return
    try:
        text = cell + _SUFFIX[unit] if cell[-1].isdigit() else cell
        result.amounts[trust.trust_id, year] = PoundsField(max_pence=LARGEST_AMOUNT_PENCE).clean(text)
    except ValidationError as wrong:
        said = wrong.messages[0][0].lower() + wrong.messages[0][1:]
        result.problems.append(f"Row {number}, {trust.name}, {label(year)}: “{cell}” cannot be used; {said}.")


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
