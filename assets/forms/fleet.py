"""What the fleet age page is asked: as at which day, by what, of which modality, how far ahead."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError

from assets.domain.fleet_groups import Grouping
from assets.domain.vocabulary import Modality
from networks.domain.figures import date_gb
from networks.domain.financial_year import financial_year_of

EARLIEST = date(1990, 1, 1)
LATEST = date(2060, 12, 31)
AHEAD_YEARS = 10
"""How many years ahead the profile runs unless somebody asks for more or fewer."""
MOST_AHEAD_YEARS = 20


class FleetForm(forms.Form):
    """The questions of the page, all with an answer to begin with. The address holds them all, so it can be kept."""

    as_at = forms.DateField(
        label="As at",
        help_text="Past or ahead, like 31 March 2028",
        error_messages={"invalid": "Enter a date, like 31 March 2028"},
    )
    by = forms.ChoiceField(label="Group by", choices=[(g.value, g.label) for g in Grouping])
    modality = forms.ChoiceField(
        label="Modality",
        required=False,
        choices=[("", "All modalities"), *((m.value, m.label) for m in Modality)],
    )
    until = forms.TypedChoiceField(label="Look ahead to", coerce=int)

    def __init__(self, query: dict[str, str], *, today: date, groupings: list[Grouping]) -> None:
        year = financial_year_of(today) + 1
        begin = {
            "as_at": date_gb(today),
            "by": groupings[0].value,
            "until": str(year + AHEAD_YEARS),
        }
        super().__init__({**begin, **{name: value for name, value in query.items() if value}})
        self.fields["by"].choices = [(g.value, g.label) for g in groupings]  # type: ignore[attr-defined]
        self.fields["until"].choices = [  # type: ignore[attr-defined]
            (str(y), f"31 March {y}") for y in range(year, year + MOST_AHEAD_YEARS + 1)
        ]

    def clean_as_at(self) -> date:
        as_at: date = self.cleaned_data["as_at"]
        if not EARLIEST <= as_at <= LATEST:
            raise ValidationError(f"Enter a date from {EARLIEST.year} to {LATEST.year}", code="far")
        return as_at

    @property
    def grouping(self) -> Grouping:
        """What the rows are; only of a valid form."""
        return Grouping(self.cleaned_data["by"])

    @property
    def chosen_modality(self) -> Modality | None:
        """The modality asked for, None for all; only of a valid form."""
        code = self.cleaned_data["modality"]
        return Modality(code) if code else None
