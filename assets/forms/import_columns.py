"""Choosing what the columns of a file are, and which of its sheets to read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from assets.domain.columns import COLUMNS
from assets.domain.mapping import NOT_READ, How

_DO_NOT_READ = "-"
"""In the form's own words: an empty choice means that nothing has been chosen yet."""

_MOST = 300
"""Headings asked about. A sheet can have a thousand; no register has, and a page of so many boxes cannot be sent back."""

_CHOICES = [(_DO_NOT_READ, "Do not read"), *((column.key, column.heading) for column in COLUMNS)]


@dataclass(frozen=True, slots=True)
class HeadingLine:
    """One heading of the file as the page shows it, with its box."""

    label: str
    examples: list[str]
    sheets: list[str]
    said: str
    doubtful: bool
    box: Any


class ColumnsForm(forms.Form):
    """What each heading of an import's file is read as. `layout` is what was found in the file: see `imports.layout`."""

    def __init__(self, *args: Any, layout: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every: list[dict[str, Any]] = list(layout.get("headings", ()))
        said = [heading for heading in every if heading["examples"] or heading["key"]]
        self._headings = sorted(said, key=lambda heading: not heading["key"])[:_MOST]
        self._headings.sort(key=every.index)
        self._left_out = [heading for heading in every if heading not in self._headings]
        self._sheets: list[dict[str, Any]] = list(layout.get("sheets", ()))
        if len(self._sheets) > 1:
            self.fields["sheets"] = forms.MultipleChoiceField(
                label="Sheets to read",
                choices=[(str(place), _sheet(sheet)) for place, sheet in enumerate(self._sheets)],
                initial=[str(place) for place, sheet in enumerate(self._sheets) if sheet["read"]],
                widget=forms.CheckboxSelectMultiple,
                error_messages={"required": "Choose at least one sheet"},
            )
        for place, heading in enumerate(self._headings):
            doubled = heading["how"] == How.DOUBLED.value and heading["doubtful"]
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=f"Read {heading['label']} as",
                choices=[("", "Choose one"), *_CHOICES] if doubled else _CHOICES,
                initial="" if doubled else heading["key"] or _DO_NOT_READ,
                error_messages={"required": f"Choose what “{heading['label']}” is, or “Do not read”"},
            )

    @property
    def chosen(self) -> dict[str, str]:
        """The words of headings to the column chosen, NOT_READ for none."""
        left_out = {heading["word"]: NOT_READ for heading in self._left_out if heading["examples"]}
        return left_out | {
            heading["word"]: self._column(self.cleaned_data[f"column_{place}"])
            for place, heading in enumerate(self._headings)
        }

    @property
    def only(self) -> list[str] | None:
        """The names of the sheets chosen; None where there was no choice."""
        if "sheets" not in self.fields:
            return None
        return [self._sheets[int(place)]["name"] for place in self.cleaned_data["sheets"]]

    @property
    def lines(self) -> list[HeadingLine]:
        """The headings for the page, what has to be decided first."""
        lines = [
            HeadingLine(
                label=heading["label"],
                examples=heading["examples"],
                sheets=heading["sheets"],
                said=_SAID[How(heading["how"])],
                doubtful=heading["doubtful"],
                box=self[f"column_{place}"],
            )
            for place, heading in enumerate(self._headings)
        ]
        return sorted(lines, key=lambda line: not line.doubtful)

    @staticmethod
    def _column(value: str) -> str:
        return NOT_READ if value == _DO_NOT_READ else value


_SAID = {
    How.KNOWN: "Recognised",
    How.CHOSEN: "As you chose",
    How.REMEMBERED: "Remembered from your last files",
    How.PASSED_OVER: "One of our own, not needed",
    How.ELSEWHERE: "Another column says the same",
    How.NOT_KNOWN: "Not recognised",
    How.SUGGESTED: "Not certain: please check",
    How.DOUBLED: "Two columns say the same: choose one",
}


def _sheet(sheet: Mapping[str, Any]) -> str:
    rows = f"{sheet['rows']:,} row{'' if sheet['rows'] == 1 else 's'}"
    why = f"; {sheet['why_not']}" if sheet["why_not"] else ""
    given = f"; read as {', '.join(sheet['given'])} by its name" if sheet["given"] else ""
    return f"{sheet['name']} ({rows}{given}{why})"
