"""Forms for one machine: adding, correcting, moving, retiring and bringing it back."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from assets.actions.assets import Invalid
from assets.domain.columns import BY_KEY
from assets.domain.dates import PartialDate, implausible
from assets.domain.vocabulary import Condition, Modality, Precision, Status
from assets.forms.asset_fields import PartialDateField, PlaceField, SpecificationField, in_a_form
from assets.models import Asset, Specification
from assets.queries.places import Place
from networks.forms.fields import PoundsField

_REASON_LENGTH = 500
Data = Mapping[str, Any] | None
"""What a browser sent, or None before it sent anything."""


class _AssetForm(forms.Form):
    """What every form about a machine shares: carrying an action's refusals back to the boxes they are about."""

    def refuse(self, invalid: Invalid) -> None:
        """Show what an action refused, at the box it is about, or above the form where it has none."""
        for field, message in invalid.errors.items():
            box = {"installed_on": "installed", "installed_precision": "installed", "trust": "site"}.get(
                field, field
            )
            self.add_error(box if box in self.fields else None, message)


def _why(example: str) -> str:
    return f"One sentence for whoever reads the history, such as “{example}”"


class _ReasonMixin(forms.Form):
    """Asks why, and holds the version of the machine that its person saw."""

    reason = forms.CharField(
        label="Why?",
        max_length=_REASON_LENGTH,
        help_text=_why("the delivery note gives another date"),
        widget=forms.Textarea(attrs={"rows": "2"}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class FactsForm(_AssetForm):
    """The facts of a machine apart from where it stands."""

    modality = forms.ChoiceField(
        choices=[(modality.value, modality.label) for modality in Modality], widget=forms.RadioSelect
    )
    manufacturer = forms.CharField(required=False, max_length=100)
    model_name = forms.CharField(label="Model", required=False, max_length=120)
    serial_number = forms.CharField(
        required=False,
        max_length=80,
        help_text="The maker’s number; no two machines of a trust may share one",
    )
    asset_tag = forms.CharField(
        label="Asset number", required=False, max_length=60, help_text="Your own number for it"
    )
    specification = SpecificationField(
        label="Specification", required=False, help_text="What it would be replaced by"
    )
    year_of_manufacture = forms.IntegerField(required=False, help_text="For example, 2015")
    installed = PartialDateField(
        label="Installed",
        required=False,
        help_text="As much as is known: 1 June 2012, June 2012 or 2012. Its age is counted from this",
    )
    support_ends_on = PartialDateField(
        label="End of support",
        required=False,
        help_text="The last day on which the maker supports it, such as 31 March 2028. A month or a year alone means its last day",
    )
    condition = forms.ChoiceField(
        required=False,
        choices=[(condition.value, condition.label) for condition in Condition],
        widget=forms.RadioSelect,
    )
    examinations_per_year = forms.CharField(
        required=False,
        help_text="A whole number, such as 14,500",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "nhsuk-input--width-10"}),
    )
    price_paid_pence = PoundsField(
        label="Price paid, ex VAT",
        required=False,
        error_messages={"invalid": "Enter the price paid in pounds, without VAT, like 490,000 or 490k"},
        help_text="The machine alone, without building works: 490,000 or 490k",
    )
    status = forms.ChoiceField(
        choices=[(s.value, s.label) for s in (Status.IN_USE, Status.STANDBY)],
        initial=Status.IN_USE.value,
        widget=forms.RadioSelect,
    )
    notes = forms.CharField(
        required=False,
        max_length=BY_KEY["notes"].max_length,
        help_text="No names of patients",
        widget=forms.Textarea(attrs={"rows": "3"}),
    )

    def __init__(
        self,
        data: Data = None,
        *,
        specifications: Sequence[Specification],
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self._specifications = specifications
        self.fields["specification"].offer(specifications)  # type: ignore[attr-defined]

    def clean_examinations_per_year(self) -> int | None:
        text = self.cleaned_data["examinations_per_year"].replace(",", "").replace(" ", "")
        if not text:
            return None
        if not (text.isascii() and text.isdigit()):
            raise ValidationError("Enter a whole number, like 14,500")
        return int(text[:12])

    def clean_notes(self) -> str:
        # Browsers end lines as Windows does; files and the register as everyone else.
        text: str = self.cleaned_data["notes"]
        return text.replace("\r\n", "\n")

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        for name in ("installed", "support_ends_on"):
            date_given: PartialDate | None = cleaned.get(name)
            # What stands in the register already may stay, however odd.
            if date_given and date_given != self.initial.get(name) and (wrong := implausible(date_given)):
                self.add_error(name, in_a_form(self.fields[name].label, wrong))
        modality = cleaned.get("modality")
        if modality and "specification" in cleaned and cleaned["specification"] is None:
            usual = next((s for s in self._specifications if s.modality == modality and s.is_default), None)
            if usual is None:
                label = Modality(modality).label
                self.add_error("specification", f"There is no usual specification for {label}. Choose one")
            cleaned["specification"] = usual
        return cleaned

    @property
    def values(self) -> dict[str, Any]:
        """What was typed, as the actions take it. Only of a valid form."""
        cleaned = {key: value for key, value in self.cleaned_data.items() if key not in {"reason", "version"}}
        installed: PartialDate | None = cleaned.pop("installed")
        support_ends: PartialDate | None = cleaned.pop("support_ends_on")
        return cleaned | {
            "installed_on": installed.first if installed else None,
            "installed_precision": installed.precision.value if installed else "",
            "support_ends_on": support_ends.last if support_ends else None,
        }


class AddForm(FactsForm):
    """A new machine: where it stands, then its facts."""

    site = PlaceField()
    location = forms.CharField(
        label="Room", required=False, max_length=100, help_text="In your own words, such as CT room 2"
    )
    field_order = ("site", "location")

    def __init__(
        self, data: Data = None, *, specifications: Sequence[Specification], places: Sequence[Place]
    ) -> None:
        super().__init__(data, specifications=specifications)
        self.fields["site"].offer(places)  # type: ignore[attr-defined]


class CorrectForm(FactsForm, _ReasonMixin):
    """A machine's facts put right, with why. A retired one keeps its status."""

    def __init__(self, data: Data = None, *, specifications: Sequence[Specification], asset: Asset) -> None:
        super().__init__(data, specifications=specifications, initial=typed(asset))
        self.order_fields([*FactsForm.base_fields, "reason", "version"])
        if asset.status == Status.RETIRED:
            del self.fields["status"]

    def shown(self) -> dict[str, str]:
        """Return how the machine's facts stand in the boxes, by box."""
        boxes = {name: field.prepare_value(self.initial.get(name)) for name, field in self.fields.items()}
        return {name: "" if value is None else str(value) for name, value in boxes.items()}

    @classmethod
    def rebased(
        cls, data: Mapping[str, Any], *, specifications: Sequence[Specification], seen: Asset, current: Asset
    ) -> "CorrectForm":
        """Return the form with what was typed, on top of what somebody else has saved meanwhile.

        Boxes left as they stood in `seen` (the machine as the person opened it) take what stands in `current`; saving
        it again is saving over `current`.
        """
        before = cls(specifications=specifications, asset=seen).shown()
        now = cls(specifications=specifications, asset=current).shown()
        boxes = {name: str(data.get(name, "")) for name in now}
        for name, stands in now.items():
            if boxes[name].replace("\r\n", "\n").strip() == before.get(name, "").strip():
                boxes[name] = stands
        return cls(boxes | {"version": str(current.version)}, specifications=specifications, asset=current)


def typed(asset: Asset) -> Mapping[str, Any]:
    """Return a machine's facts as the initial values of CorrectForm."""
    support_ends = asset.support_ends_on
    return {
        "modality": asset.modality,
        "manufacturer": asset.manufacturer,
        "model_name": asset.model_name,
        "serial_number": asset.serial_number,
        "asset_tag": asset.asset_tag,
        "specification": asset.specification_id,
        "year_of_manufacture": asset.year_of_manufacture,
        "installed": _partial(asset.installed_on, asset.installed_precision),
        "support_ends_on": _partial(support_ends, Precision.DAY),
        "condition": asset.condition,
        "examinations_per_year": ""
        if asset.examinations_per_year is None
        else f"{asset.examinations_per_year:,}",
        "price_paid_pence": asset.price_paid_pence,
        "status": asset.status,
        "notes": asset.notes,
        "version": asset.version,
    }


def _partial(day: date | None, precision: str) -> PartialDate | None:
    return None if day is None else PartialDate(day, Precision(precision))


class MoveForm(_AssetForm, _ReasonMixin):
    """Where a machine stands from now on."""

    site = PlaceField()
    location = forms.CharField(
        label="Room", required=False, max_length=100, help_text="In your own words, such as CT room 2"
    )
    field_order = ("site", "location", "reason", "version")

    def __init__(self, data: Data = None, *, asset: Asset, places: Sequence[Place]) -> None:
        initial = {"site": asset.site_id, "location": asset.location, "version": asset.version}
        super().__init__(data, initial=initial)
        self.fields["reason"].help_text = _why("its room is being rebuilt")
        self.fields["site"].offer(places)  # type: ignore[attr-defined]


class RetireForm(_AssetForm, _ReasonMixin):
    """When a machine left service, and why."""

    retired_on = PartialDateField(
        label="Retired on", help_text="The day it left service, such as 30 September 2025"
    )
    field_order = ("retired_on", "reason", "version")

    def __init__(self, data: Data = None, *, asset: Asset) -> None:
        super().__init__(data, initial={"version": asset.version})
        self.fields["reason"].help_text = _why("replaced by the scanner in room 3")

    def clean_retired_on(self) -> date:
        found: PartialDate = self.cleaned_data["retired_on"]
        if found.precision is not Precision.DAY:
            raise ValidationError("Enter the day too, like 30 September 2025")
        return found.first


class BringBackForm(_AssetForm, _ReasonMixin):
    """Why a retirement is undone."""

    field_order = ("reason", "version")

    def __init__(self, data: Data = None, *, asset: Asset) -> None:
        super().__init__(data, initial={"version": asset.version})
        self.fields["reason"].help_text = _why("the sale fell through")
