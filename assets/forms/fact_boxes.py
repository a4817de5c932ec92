"""One box for each fact of a machine, made from its description, and what the box's content means to the register."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from assets.domain.dates import PartialDate
from assets.domain.facts import Fact, Kind
from assets.domain.vocabulary import Precision, Status
from assets.forms.asset_fields import PartialDateField, PlaceField, SpecificationField
from networks.forms.fields import PoundsField

_MOST_RADIOS = 5
_YES_NO = {"yes": True, "no": False, "": None}
_UNREADABLE = 10**12


class WholeNumberField(forms.CharField):
    """A whole number, with or without commas; cleaned to an integer or None."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "class": "nhsuk-input--width-10"})

    def clean(self, value: Any) -> int | None:
        text = super().clean(value).replace(",", "").replace(" ", "")
        if not text:
            return None
        if not (text.isascii() and text.isdigit()):
            raise ValidationError("Enter a whole number, like 14,500", code="invalid")
        return min(int(text[:13]), _UNREADABLE)

    def prepare_value(self, value: Any) -> Any:
        return f"{value:,}" if isinstance(value, int) else value


class LinesField(forms.CharField):
    """A text of several lines. Browsers end lines as Windows does; files and the register as everyone else."""

    widget = forms.Textarea(attrs={"rows": "3"})

    def clean(self, value: Any) -> str:
        return str(super().clean(value)).replace("\r\n", "\n")


class YesNoField(forms.ChoiceField):
    """Yes, no or not known; cleaned to True, False or None."""

    widget = forms.RadioSelect

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=[("yes", "Yes"), ("no", "No"), ("", "Not known")], **kwargs)

    def clean(self, value: Any) -> bool | None:
        return _YES_NO[super().clean(value)]

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no", None: ""}.get(value, value) if not isinstance(value, str) else value


def box_for(fact: Fact) -> forms.Field:
    """Return the box of a fact, empty and without anything to choose from where that depends on the actor."""
    given = {"label": _label(fact), "required": fact.is_needed, "help_text": fact.hint}
    return _BOXES[fact.kind](fact, given)


def _label(fact: Fact) -> str:
    return fact.heading.replace(" (£ ex VAT)", ", ex VAT").replace(" (£)", "")


def _text(fact: Fact, given: dict[str, Any]) -> forms.Field:
    return forms.CharField(max_length=fact.max_length, **given)


def _choice(fact: Fact, given: dict[str, Any]) -> forms.Field:
    choices = list(fact.words.items())
    if fact.key == "status":
        # Retiring has a page of its own, with a date and a reason.
        choices = [choice for choice in choices if choice[0] != Status.RETIRED]
        given["initial"] = Status.IN_USE.value
    if not fact.is_needed:
        choices.append(("", "Not known"))
    widget = forms.RadioSelect if len(choices) <= _MOST_RADIOS else forms.Select
    return forms.ChoiceField(choices=choices, widget=widget, **given)


def _year(fact: Fact, given: dict[str, Any]) -> forms.Field:
    return forms.IntegerField(**given)


def _percent(fact: Fact, given: dict[str, Any]) -> forms.Field:
    box = forms.TextInput(attrs={"inputmode": "decimal", "class": "nhsuk-input--width-5"})
    return forms.DecimalField(max_digits=5, decimal_places=2, min_value=0, max_value=100, widget=box, **given)


def _money(fact: Fact, given: dict[str, Any]) -> forms.Field:
    name = f"{given['label'][0].lower()}{given['label'][1:]}".replace(", ex VAT", "")
    wrong = f"Enter the {name} in pounds, like 490,000 or 490k"
    if "ex VAT" in given["label"]:
        wrong = f"Enter the {name} in pounds, without VAT, like 490,000 or 490k"
    return PoundsField(error_messages={"invalid": wrong}, **given)


def _reference(fact: Fact, given: dict[str, Any]) -> forms.Field:
    return PlaceField(**given) if fact.key == "site" else SpecificationField(**given)


_BOXES: dict[Kind, Callable[[Fact, dict[str, Any]], forms.Field]] = {
    Kind.TEXT: _text,
    Kind.NOTES: lambda fact, given: LinesField(max_length=fact.max_length, **given),
    Kind.CHOICE: _choice,
    Kind.YES_NO: lambda fact, given: YesNoField(**given),
    Kind.YEAR: _year,
    Kind.PARTIAL_DATE: lambda fact, given: PartialDateField(**given),
    Kind.FIRST_DAY: lambda fact, given: PartialDateField(**given),
    Kind.LAST_DAY: lambda fact, given: PartialDateField(**given),
    Kind.NUMBER: lambda fact, given: WholeNumberField(**given),
    Kind.PERCENT: _percent,
    Kind.MONEY: _money,
    Kind.REFERENCE: _reference,
}


def stated(fact: Fact, cleaned: Any) -> Mapping[str, Any]:
    """Return what a box's cleaned content says, by the names that `assets.actions` takes."""
    if fact.kind is Kind.PARTIAL_DATE:
        read: PartialDate | None = cleaned
        precision = read.precision.value if read else ""
        return {fact.key: read.first if read else None, fact.precision_field: precision}
    if isinstance(cleaned, PartialDate):
        return {fact.key: cleaned.last if fact.kind is Kind.LAST_DAY else cleaned.first}
    return {fact.key: cleaned}


def boxed(fact: Fact, asset: Any) -> Any:
    """Return a fact of an asset, or of a row of its history, as the initial value of its box."""
    value = getattr(asset, fact.field)
    if value is not None and fact.kind in {Kind.PARTIAL_DATE, Kind.FIRST_DAY, Kind.LAST_DAY}:
        has_precision = fact.kind is Kind.PARTIAL_DATE
        return PartialDate(
            value, Precision(getattr(asset, fact.precision_field)) if has_precision else Precision.DAY
        )
    return value
