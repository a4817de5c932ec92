"""Adding and correcting models of the catalogue. For administrators.

A machine whose end of support comes from its model follows the model's date in the same transaction, with a history row
that says so; one with a date of its own keeps it.
"""

from collections import Counter
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from assets.actions.assets import Invalid
from assets.actions.bulk_writing import Because, change_assets
from assets.domain.catalogue import spelling_of
from assets.domain.vocabulary import Modality, SupportSource
from assets.models import Asset, MachineModel, Maker, MakerAlias, ModelAlias
from networks.actions.events import Changes, record
from networks.domain.access import Actor, Permission
from networks.templatetags.format import date_gb

FACTS = (
    "maker",
    "name",
    "modality",
    "sale_ends_on",
    "support_guaranteed_until",
    "support_ends_on",
    "evidence",
    "successor",
)
"""What of a model can be stated."""

FOLLOWS = Q(support_source=SupportSource.MODEL.value) | Q(support_source="", support_ends_on=None)
"""The machines whose end of support comes from their model, also while the model's is not known."""


class ModelConflict(Exception):
    """Somebody changed the model after its person opened it; `current` is the model as it stands."""

    def __init__(self, current: MachineModel) -> None:
        super().__init__(f"{current} has been changed since you opened it.")
        self.current = current


@dataclass(frozen=True, slots=True)
class Corrected:
    """A model as it then stands, how many machines followed its end of support, and how many kept one of their own."""

    model: MachineModel
    followed: int = 0
    kept: int = 0


@transaction.atomic
def add_maker(*, by: Actor, name: str, reason: str = "") -> Maker:
    """Add a maker and return it; the one that is there already, where the name is one of its spellings.

    Raises NotAllowed without ADMINISTER, Invalid where the name says nothing.
    """
    by.require(Permission.ADMINISTER)
    name, spelling = name.strip(), spelling_of(name)
    if not spelling:
        raise Invalid({"new_maker": "Enter the maker's name in Latin letters."})
    for maker in Maker.objects.all():
        if spelling_of(maker.name) == spelling:
            return maker
    alias = MakerAlias.objects.filter(spelling=spelling).select_related("maker").first()
    if alias is not None:
        return alias.maker
    maker = Maker.objects.create(name=name)
    record(
        by=by,
        action="maker.added",
        subject_type="maker",
        subject_id=maker.pk,
        subject_label=maker.name,
        reason=reason,
    )
    return maker


@transaction.atomic
def add_model(*, by: Actor, values: Mapping[str, Any], new_maker: str = "", reason: str = "") -> MachineModel:
    """Add a model and return it. `values` maps names in FACTS to values as the model keeps them; `new_maker` names a maker
    to be added with it.

    Raises NotAllowed without ADMINISTER, Invalid where a rule is broken.
    """
    by.require(Permission.ADMINISTER)
    model = MachineModel()
    _put(model, values)
    if new_maker:
        model.maker = add_maker(by=by, name=new_maker, reason=reason)
    _check(model)
    model.save()
    record_model(model, by, "machine_model.added", _differences(None, model), reason)
    return model


@transaction.atomic
def correct_model(
    *, by: Actor, model: MachineModel, values: Mapping[str, Any], version: int, reason: str
) -> Corrected:
    """Put facts of a model right; machines that follow its end of support follow.

    Raises NotAllowed without ADMINISTER, ModelConflict, Invalid.
    """
    by.require(Permission.ADMINISTER)
    current = MachineModel.objects.select_for_update(of=("self",)).get(pk=model.pk)
    was = copy(current)
    _put(current, values)
    changes = _differences(was, current)
    if not changes:
        return Corrected(current)
    if was.version != version:
        raise ModelConflict(was)
    _check(current)
    current.version += 1
    current.save()
    followed = kept = 0
    if was.support_ends_on != current.support_ends_on:
        followed = _let_machines_follow(current, by)
        kept = Asset.objects.filter(machine_model=current, support_source=SupportSource.OWN.value).count()
    told = {
        **changes,
        "Machines that follow": (None, followed),
        "Machines with a date of their own": (None, kept),
    }
    record_model(current, by, "machine_model.corrected", told if followed or kept else changes, reason)
    return Corrected(current, followed, kept)


def _put(model: MachineModel, values: Mapping[str, Any]) -> None:
    if unknown := set(values) - set(FACTS):
        raise ValueError(f"Not facts of a model: {', '.join(sorted(unknown))}.")
    for field, value in values.items():
        setattr(model, field, value.strip() if isinstance(value, str) else value)


def _check(model: MachineModel) -> None:
    """Raise Invalid, with every fault at once, where the model breaks a rule of the catalogue."""
    errors: dict[str, str] = {}
    if not model.maker_id:
        errors["maker"] = "Choose its maker."
    if not spelling_of(model.name):
        errors["name"] = "Enter its name in Latin letters or figures."
    if model.modality not in set(Modality):
        errors["modality"] = "Choose its modality."
    if not errors and (other := _of_that_name(model)):
        errors["name"] = f"{other} is in the catalogue already, or goes by that spelling. Correct that one."
    sold, supported = model.sale_ends_on, model.support_ends_on
    if sold and supported and supported < sold:
        errors["support_ends_on"] = f"Support cannot end before sale does, on {date_gb(sold)}."
    if model.pk and model.successor_id == model.pk:
        errors["successor"] = "A model does not succeed itself."
    if model.pk and not errors:
        of_others = Asset.objects.filter(machine_model_id=model.pk).exclude(modality=model.modality).count()
        if of_others:
            errors["modality"] = (
                f"{of_others} machines of another modality are of this model. Correct them first."
            )
    if errors:
        raise Invalid(errors)


def _of_that_name(model: MachineModel) -> MachineModel | None:
    others = MachineModel.objects.filter(maker=model.maker_id).exclude(pk=model.pk).select_related("maker")
    wanted = spelling_of(model.name)
    named = next((other for other in others if spelling_of(other.name) == wanted), None)
    return named or others.filter(pk__in=ModelAlias.objects.filter(spelling=wanted).values("model")).first()


def _let_machines_follow(model: MachineModel, by: Actor) -> int:
    """Give the machines that follow the model its new end of support; return how many."""
    following = Asset.objects.select_for_update().filter(FOLLOWS, machine_model=model).order_by("pk")
    trusts = dict(following.values_list("pk", "trust_id"))
    if not trusts:
        return 0
    ends_on: date | None = model.support_ends_on
    reason = f"The catalogue now says {date_gb(ends_on)} for {model}"
    source = SupportSource.MODEL.value if ends_on else ""
    values = {"support_ends_on": ends_on, "support_source": source}
    change_assets(dict.fromkeys(trusts, values), Because(by, reason, timezone.now()))
    for trust_id, count in sorted(Counter(trusts.values()).items()):
        record(
            by=by,
            action="machine_model.support_followed",
            subject_type="machine_model",
            subject_id=model.pk,
            subject_label=str(model),
            changes={"End of support": (None, date_gb(ends_on)), "Machines": (None, count)},
            reason=reason,
            trust_id=trust_id,
        )
    return len(trusts)


def _differences(was: MachineModel | None, model: MachineModel) -> Changes:
    """Return what of a model differs, in words, as fact to (old, new)."""
    before, after = _in_words(was), _in_words(model)
    return {label: (before[label], value) for label, value in after.items() if before[label] != value}


def _in_words(model: MachineModel | None) -> dict[str, str | None]:
    words: dict[str, str | None] = {}
    for name in FACTS:
        field = MachineModel._meta.get_field(name)
        label = str(getattr(field, "verbose_name", name)).capitalize()
        value = getattr(model, name) if model is not None else None
        if isinstance(value, date):
            value = date_gb(value)
        elif name == "modality" and value:
            value = Modality(value).label if value in set(Modality) else value
        words[label] = str(value) if value else None
    return words


def record_model(model: MachineModel, by: Actor, action: str, changes: Changes, reason: str) -> None:
    """Record an event of a model: of the catalogue, so of no trust."""
    record(
        by=by,
        action=action,
        subject_type="machine_model",
        subject_id=model.pk,
        subject_label=str(model),
        changes=changes,
        reason=reason,
    )
