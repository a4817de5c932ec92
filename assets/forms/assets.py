"""Forms for one machine: adding, correcting, moving, retiring and bringing it back."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from assets.actions.assets import Invalid
from assets.domain.dates import PartialDate, implausible
from assets.domain.facts import BY_KEY, FACTS, PRICE_KEYS, Fact, Kind, Section
from assets.domain.vocabulary import Modality, Precision, Status
from assets.forms.asset_fields import PartialDateField, PlaceField, SpecificationField, in_a_form
from assets.forms.fact_boxes import box_for, boxed, stated
from assets.models import Asset, Specification
from assets.queries.places import Place

_REASON_LENGTH = 500
Data = Mapping[str, Any] | None
"""What a browser sent, or None before it sent anything."""


_BOX_OF = {"trust": "site"} | {
    fact.precision_field: fact.key for fact in FACTS if fact.kind is Kind.PARTIAL_DATE
}


class _AssetForm(forms.Form):
    """What every form about a machine shares: carrying an action's refusals back to the boxes they are about."""

    def refuse(self, invalid: Invalid) -> None:
        """Show what an action refused, at the box it is about, or above the form where it has none."""
        for field, message in invalid.errors.items():
            box = _BOX_OF.get(field, field)
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


_ELSEWHERE = {"site", "location", "retired_on"}
"""Facts with actions of their own: moving and retiring."""

_AT_ADDING = [
    "site",
    "location",
    "modality",
    "subtype",
    "detector",
    "manufacturer",
    "model_name",
    "serial_number",
    "asset_tag",
    "specification",
    "year_of_manufacture",
    "installed_on",
    "support_ends_on",
    "ownership",
    "condition",
    "examinations_per_year",
    "price_paid_pence",
    "status",
    "notes",
]
"""What is asked of a new machine; all else is filled in on its own page, section by section."""


class FactsForm(_AssetForm):
    """Boxes for some facts of a machine, in the order of the register's page."""

    def __init__(
        self,
        data: Data = None,
        *,
        facts: Sequence[Fact],
        specifications: Sequence[Specification],
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self.facts = tuple(facts)
        self._specifications = specifications
        boxes = {fact.key: box_for(fact) for fact in self.facts}
        self.fields = {**boxes, **self.fields}
        if isinstance(box := boxes.get("specification"), SpecificationField):
            box.offer(specifications)

    @property
    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The boxes under their headings."""
        found: dict[str, list[forms.BoundField]] = {}
        for fact in self.facts:
            if fact.key in self.fields:
                found.setdefault(fact.section.value, []).append(self[fact.key])
        return list(found.items())

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        for name, box in self.fields.items():
            given = cleaned.get(name)
            # What stands in the register already may stay, however odd.
            if (
                isinstance(given, PartialDate)
                and given != self.initial.get(name)
                and (wrong := implausible(given))
            ):
                self.add_error(name, in_a_form(box.label, wrong))
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
        values: dict[str, Any] = {}
        for fact in self.facts:
            if fact.key in self.cleaned_data:
                values |= stated(fact, self.cleaned_data[fact.key])
        return values


class AddForm(FactsForm):
    """A new machine: where it stands, then its main facts."""

    def __init__(
        self,
        data: Data = None,
        *,
        specifications: Sequence[Specification],
        places: Sequence[Place],
        with_prices: bool = True,
    ) -> None:
        asked = [BY_KEY[key] for key in _AT_ADDING if with_prices or key not in PRICE_KEYS]
        super().__init__(data, facts=asked, specifications=specifications)
        self.fields["site"].offer(places)  # type: ignore[attr-defined]


class CorrectForm(FactsForm, _ReasonMixin):
    """A machine's facts put right, all of them or one section, with why. A retired one keeps its status.

    Facts of other kinds of machine have no box, unless one stands there by mistake.
    """

    def __init__(
        self,
        data: Data = None,
        *,
        specifications: Sequence[Specification],
        asset: Asset,
        section: Section | None = None,
        with_prices: bool = True,
    ) -> None:
        facts = [
            fact
            for fact in FACTS
            if fact.key not in _ELSEWHERE
            and section in (None, fact.section)
            and (with_prices or not fact.is_price)
            and not (fact.key == "status" and asset.status == Status.RETIRED)
            and (fact.is_of(Modality(asset.modality)) or getattr(asset, fact.field))
        ]
        initial = {fact.key: boxed(fact, asset) for fact in facts} | {"version": asset.version}
        super().__init__(data, facts=facts, specifications=specifications, initial=initial)
        self._again: dict[str, Any] = {
            "specifications": specifications,
            "section": section,
            "with_prices": with_prices,
        }

    def shown(self) -> dict[str, str]:
        """Return how the machine's facts stand in the boxes, by box."""
        boxes = {name: field.prepare_value(self.initial.get(name)) for name, field in self.fields.items()}
        return {name: "" if value is None else str(value) for name, value in boxes.items()}

    def rebased(self, *, seen: Any, current: Asset) -> "CorrectForm":
        """Return the form with what was typed, on top of what somebody else has saved meanwhile.

        Boxes left as they stood in `seen` (the machine as the person opened it) take what stands in `current`; saving
        it again is saving over `current`.
        """
        before = CorrectForm(asset=seen, **self._again).shown()
        now = CorrectForm(asset=current, **self._again).shown()
        boxes = {name: str(self.data.get(name, "")) for name in now}
        for name, stands in now.items():
            if boxes[name].replace("\r\n", "\n").strip() == before.get(name, "").strip():
                boxes[name] = stands
        return CorrectForm(boxes | {"version": str(current.version)}, asset=current, **self._again)


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
