"""What a dashboard is asked: of what, and as at which day."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from django import forms
from django.core.exceptions import ValidationError

from assets.forms.fleet import EARLIEST, LATEST
from assets.queries.dashboard import Area
from networks.domain.figures import date_gb
from networks.domain.organisations import Kind

_HEADINGS = {
    Kind.NATION: "England",
    Kind.REGION: "Regions",
    Kind.NETWORK: "Imaging networks",
    Kind.TRUST: "Trusts",
}


class DashboardForm(forms.Form):
    """The area and the day. The address holds both, so it can be kept; the widest area and today to begin with."""

    of = forms.ChoiceField(label="Show")
    as_at = forms.DateField(
        label="As at",
        help_text="Past or ahead, like 31 March 2028",
        error_messages={"invalid": "Enter a date, like 31 March 2028"},
    )

    def __init__(self, query: dict[str, str], *, today: date) -> None:
        begin = {"as_at": date_gb(today)}
        super().__init__({**begin, **{name: value for name, value in query.items() if value}})
        self.areas: Sequence[Area] = ()

    def offer(self, areas: Sequence[Area]) -> None:
        """Let one of the areas, the widest first, be chosen."""
        self.areas = areas
        self.fields["of"].choices = [  # type: ignore[attr-defined]
            (_HEADINGS[kind], [(str(area.id), area.name) for area in group])
            for kind, group in groupby(areas, key=lambda area: area.kind)
        ]
        if areas and not self.data.get("of"):
            self.data = {**self.data, "of": str(areas[0].id)}

    @property
    def day(self) -> date | None:
        """The day asked for; None where it is no day we can show. Asked before the areas are offered."""
        try:
            found = self.fields["as_at"].clean(self.data.get("as_at"))
        except ValidationError:
            return None
        return found if EARLIEST <= found <= LATEST else None

    def clean_as_at(self) -> date:
        as_at: date = self.cleaned_data["as_at"]
        if not EARLIEST <= as_at <= LATEST:
            raise ValidationError(f"Enter a date from {EARLIEST.year} to {LATEST.year}", code="far")
        return as_at

    @property
    def area(self) -> Area:
        """The area chosen; only of a valid form."""
        return next(area for area in self.areas if str(area.id) == self.cleaned_data["of"])
