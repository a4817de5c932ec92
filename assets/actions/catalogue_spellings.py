"""Recording how makers and models of the catalogue are spelt: a recorded spelling is certain. For administrators."""

from django.db import transaction

from assets.actions.assets import Invalid
from assets.actions.catalogue import record_model
from assets.domain.catalogue import spelling_of
from assets.models import MachineModel, Maker, MakerAlias, ModelAlias
from networks.actions.events import record
from networks.domain.access import Actor, Permission


@transaction.atomic
def add_spelling(*, by: Actor, model: MachineModel, text: str, reason: str = "") -> ModelAlias:
    """Record another spelling of a model and return it; one that is recorded already is returned as it stands.

    Raises NotAllowed without ADMINISTER, Invalid where it says nothing or is another model's of that maker.
    """
    by.require(Permission.ADMINISTER)
    spelling = spelling_of(text)
    limit = ModelAlias._meta.get_field("spelling").max_length or 0
    if not spelling or len(spelling) > limit:
        raise Invalid(
            {"spelling": f"Enter a spelling with letters or figures, of at most {limit} characters."}
        )
    others = MachineModel.objects.filter(maker=model.maker_id).exclude(pk=model.pk)
    taken = [other for other in others if spelling_of(other.name) == spelling]
    taken += [
        alias.model
        for alias in ModelAlias.objects.filter(spelling=spelling, model__in=others).select_related(
            "model__maker"
        )
    ]
    if taken:
        raise Invalid({"spelling": f"“{text}” is a spelling of {taken[0]}. Correct that one first."})
    alias, made = ModelAlias.objects.get_or_create(model=model, spelling=spelling)
    if made:
        record_model(model, by, "machine_model.spelling_added", {"Spelling": (None, text)}, reason)
    return alias


@transaction.atomic
def remove_spelling(*, by: Actor, alias: ModelAlias, reason: str = "") -> None:
    """Take a spelling back: names so written are no longer certain. Machines keep the model they have.

    Raises NotAllowed without ADMINISTER.
    """
    by.require(Permission.ADMINISTER)
    model, spelling = alias.model, alias.spelling
    alias.delete()
    record_model(model, by, "machine_model.spelling_removed", {"Spelling": (spelling, None)}, reason)


@transaction.atomic
def add_maker_spelling(*, by: Actor, maker: Maker, text: str, reason: str = "") -> None:
    """Record another spelling of a maker. Raises NotAllowed without ADMINISTER, Invalid where it is another's."""
    by.require(Permission.ADMINISTER)
    spelling = spelling_of(text)
    limit = MakerAlias._meta.get_field("spelling").max_length or 0
    if not spelling or len(spelling) > limit:
        raise Invalid(
            {"spelling": f"Enter a spelling with letters or figures, of at most {limit} characters."}
        )
    named = [other for other in Maker.objects.all() if spelling_of(other.name) == spelling]
    alias = MakerAlias.objects.filter(spelling=spelling).select_related("maker").first()
    owner = alias.maker if alias else named[0] if named else None
    if owner is not None and owner.pk != maker.pk:
        raise Invalid({"spelling": f"“{text}” is a spelling of {owner}."})
    if owner is None:
        MakerAlias.objects.create(maker=maker, spelling=spelling)
        record(
            by=by,
            action="maker.spelling_added",
            subject_type="maker",
            subject_id=maker.pk,
            subject_label=maker.name,
            changes={"Spelling": (None, text)},
            reason=reason,
        )
