"""What the activity page is asked, and the file that is sent in."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from assets.domain.activity_rows import LONGEST_SOURCE
from assets.domain.register import TrustName
from assets.domain.vocabulary import Modality
from assets.forms.imports import ImportForm
from networks.domain.figures import date_gb

EARLIEST = date(2000, 1, 1)
KNOWN = (("", "All machines"), ("own", "With figures of their own"), ("none", "Without any figure"))


class ActivityForm(forms.Form):
    """The questions of the page, all with an answer to begin with. The address holds them, so it can be kept."""

    as_at = forms.DateField(
        label="Twelve months up to",
        help_text="Like 31 March 2026",
        error_messages={"invalid": "Enter a date, like 31 March 2026"},
    )
    trust = forms.ChoiceField(label="Trust", required=False)
    site = forms.ChoiceField(label="Site", required=False)
    modality = forms.ChoiceField(
        label="Modality",
        required=False,
        choices=[("", "All modalities"), *((m.value, m.label) for m in Modality)],
    )
    known = forms.ChoiceField(label="Show", required=False, choices=KNOWN)

    def __init__(
        self,
        query: Mapping[str, str],
        *,
        today: date,
        trusts: Sequence[tuple[int, str]],
        sites: Sequence[tuple[int, str]],
    ) -> None:
        begin = {"as_at": date_gb(today)}
        super().__init__({**begin, **{name: value for name, value in query.items() if value}})
        self._today = today
        for name, label, found in (("trust", "All trusts", trusts), ("site", "All sites", sites)):
            field: Any = self.fields[name]
            field.choices = [("", label), *((str(pk), text) for pk, text in found)]
            if len(found) < 2 and not self.data.get(name):
                del self.fields[name]

    def clean_as_at(self) -> date:
        as_at: date = self.cleaned_data["as_at"]
        if not EARLIEST <= as_at <= self._today:
            raise ValidationError(f"Enter a date from {EARLIEST.year} to today", code="far")
        return as_at

    def chosen(self, name: str) -> str:
        """Return the answer to a question; "" where it is open. Only of a valid form."""
        return str(self.cleaned_data.get(name) or "")


class ActivityFileForm(ImportForm):
    """A file of activity, and what its figures come from. What is in the file is judged by the check itself."""

    source = forms.CharField(
        label="Where the figures come from",
        max_length=LONGEST_SOURCE,
        initial="RIS",
        help_text="Such as RIS, PACS or Engineer’s log. A later file of the same source replaces its figures of the same months",
        error_messages={"required": "Say where the figures come from"},
    )

    def __init__(self, *args: Any, trusts: Sequence[TrustName], **kwargs: Any) -> None:
        super().__init__(*args, trusts=trusts, **kwargs)
        if "trust" in self.fields:
            self.fields["trust"].help_text = "The trust whose machines the file is about"
