"""The rules of the register that one machine's change is held against."""

from collections.abc import Set

from django.core.exceptions import ValidationError
from django.db.models import Value
from django.db.models.functions import Lower
from django.utils import timezone

from assets.domain.facts import FACTS
from assets.domain.plausibility import faults
from assets.models import Asset

_REFERENCES = {"site", "specification"}
NUMBERS = {"serial_number": "serial number", "asset_tag": "asset number"}
"""Numbers of a machine's own, that no other of its trust may have."""


def faults_in(asset: Asset, changed: Set[str]) -> dict[str, str]:
    """Return every rule of the register that what changed breaks, as field to message.

    Faults that were there before, in facts now left alone, are not held against the change.
    """
    errors: dict[str, str] = {}
    try:
        asset.clean_fields(exclude={field.name for field in Asset._meta.fields} - (changed - _REFERENCES))
    except ValidationError as refused:
        errors |= {field: " ".join(messages) for field, messages in refused.message_dict.items()}
    if changed & {"modality", "specification"} and asset.specification.modality != asset.modality:
        errors["specification"] = (
            f"{asset.specification} is for {asset.specification.get_modality_display()}. "
            f"Choose one for {asset.get_modality_display()}."
        )
    stands = {fact.field: getattr(asset, fact.field) for fact in FACTS}
    for fault in faults(stands, on=timezone.localdate()):
        if fault.fields & changed and fault.field not in errors:
            errors[fault.field] = fault.message
    if changed & {"site", *NUMBERS}:
        errors |= duplicates(asset)
    return errors


def duplicates(asset: Asset) -> dict[str, str]:
    """Return which of its own numbers another machine of the trust already has, as field to message."""
    errors: dict[str, str] = {}
    for field, name in NUMBERS.items():
        value = getattr(asset, field)
        if not value:
            continue
        # Lower() on both sides, so that the database compares exactly as its own constraint does.
        others = Asset.objects.filter(trust_id=asset.trust_id).exclude(pk=asset.pk).select_related("site")
        other = others.annotate(compared=Lower(field)).filter(compared=Lower(Value(value))).first()
        if other is not None:
            errors[field] = (
                f"{other}, at {other.site}, already has the {name} {value}. Check the number, or correct that machine."
            )
    return errors
