"""Which inventory is asked for: of which trust, of all its sites or one, as at which day."""

from collections.abc import Mapping, Sequence
from datetime import date

from django import forms
from django.core.exceptions import ValidationError

from assets.queries.irmer_inventory import Employer

EARLIEST = date(2000, 1, 1)


class InventoryForm(forms.Form):
    """Trust and site by their ODS codes, so that an address can be kept and sent on. One trust is chosen by itself."""

    trust = forms.ChoiceField(
        label="Trust",
        error_messages={"invalid_choice": "Choose a trust from the list: its machines are not yours to see"},
    )
    site = forms.ChoiceField(
        label="Site",
        required=False,
        error_messages={"invalid_choice": "Choose a site of this trust from the list"},
    )
    as_at = forms.DateField(
        label="As at",
        required=False,
        help_text="Today, if left empty. For example, 31 March 2026",
        error_messages={"invalid": "Enter a date, like 31 March 2026"},
    )

    def __init__(self, query: Mapping[str, str], *, employers: Sequence[Employer], today: date) -> None:
        data = {name: query.get(name, "") for name in ("trust", "site", "as_at")}
        if not data["trust"] and len(employers) == 1:
            data["trust"] = employers[0].code
        self._today = today
        self._employers = {employer.code: employer for employer in employers}
        super().__init__(data if data["trust"] else None)
        names = [(employer.code, employer.name) for employer in employers]
        self.fields["trust"].choices = [("", "Choose a trust"), *names]  # type: ignore[attr-defined]
        self.fields["site"].choices = [("", "All sites")]  # type: ignore[attr-defined]

    @property
    def asked_employer(self) -> Employer | None:
        """The trust asked for, before anything else is checked; None where none is, or it is not to be seen."""
        return self._employers.get(self.data.get("trust", ""))

    def offer_sites(self, sites: Sequence[tuple[str, str]]) -> None:
        """Say which sites of the trust can be chosen, as code and name."""
        self.fields["site"].choices = [("", "All sites"), *sites]  # type: ignore[attr-defined]

    def clean_as_at(self) -> date:
        as_at: date = self.cleaned_data["as_at"] or self._today
        if not EARLIEST <= as_at <= self._today:
            raise ValidationError(f"Enter a date from {EARLIEST.year} up to today", code="far")
        return as_at
