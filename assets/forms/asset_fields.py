"""Boxes of the forms about a machine: dates as far as they are known, specifications, sites."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from assets.domain.dates import NotADate, PartialDate, read_date
from assets.domain.entries import written_date
from assets.models import Specification
from assets.queries.places import Place
from networks.models import Organisation


class PartialDateField(forms.CharField):
    """A date as far as it is known, written as in the register's files; cleaned to a PartialDate or None."""

    widget = forms.TextInput(attrs={"class": "nhsuk-input--width-20"})

    def clean(self, value: Any) -> PartialDate | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return read_date(text, on=timezone.localdate())
        except NotADate as wrong:
            raise ValidationError(in_a_form(self.label, str(wrong)), code=wrong.kind) from None

    def prepare_value(self, value: Any) -> Any:
        return written_date(value.first, value.precision) if isinstance(value, PartialDate) else value


def in_a_form(label: object, message: str) -> str:
    """Return one of the register's messages for a form: it names the box, and speaks of boxes, not of cells."""
    said = message.replace("cell empty", "box empty").rstrip(".")
    return f"{label}: {said}"


class SpecificationField(forms.ChoiceField):
    """One of the standard specifications, grouped by modality; cleaned to the row, or None."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._rows: dict[str, Specification] = {}

    def offer(self, rows: Sequence[Specification]) -> None:
        """Set what can be chosen."""
        self._rows = {str(row.pk): row for row in rows}
        groups: dict[str, list[tuple[str, str]]] = {}
        for row in rows:
            groups.setdefault(row.get_modality_display(), []).append((str(row.pk), str(row)))
        self.choices = [("", "The usual one of its modality"), *groups.items()]

    def clean(self, value: Any) -> Specification | None:
        return self._rows.get(super().clean(value))


class PlaceField(forms.ChoiceField):
    """One of the sites given to `offer`, grouped by trust where there are several; cleaned to the site's row."""

    def offer(self, places: Sequence[Place]) -> None:
        """Set what can be chosen."""
        trusts: dict[str, list[tuple[str, str]]] = {}
        for place in places:
            trusts.setdefault(place.trust_name, []).append((str(place.site_id), place.site_name))
        listed = next(iter(trusts.values())) if len(trusts) == 1 else list(trusts.items())
        self.choices = [("", "Choose a site"), *listed]

    def clean(self, value: Any) -> Organisation | None:
        chosen = super().clean(value)
        return Organisation.objects.get(pk=int(chosen)) if chosen else None
