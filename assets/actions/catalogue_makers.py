"""Correcting makers of the catalogue: their present name, who has taken them over, and how they are written."""

from django.db import transaction

from assets.actions.assets import Invalid
from assets.domain.catalogue import spelling_of
from assets.models import Maker, MakerAlias
from networks.actions.events import Changes, record
from networks.domain.access import Actor, Permission


class MakerConflict(Exception):
    """Somebody changed the maker after its person opened it; `current` is the maker as it stands."""

    def __init__(self, current: Maker) -> None:
        super().__init__(f"{current} has been changed since you opened it.")
        self.current = current


@transaction.atomic
def correct_maker(
    *,
    by: Actor,
    maker: Maker,
    name: str,
    successor: Maker | None,
    succeeded_in: int | None,
    evidence: str,
    version: int,
    reason: str,
) -> Maker:
    """Put a maker's facts right and return it. A name that it had stays one of its spellings.

    Raises NotAllowed without ADMINISTER, MakerConflict, Invalid where the name is another's or makers would succeed each
    other in a circle.
    """
    by.require(Permission.ADMINISTER)
    current = Maker.objects.select_for_update(of=("self",)).select_related("successor").get(pk=maker.pk)
    was = _in_words(current)
    old_name = current.name
    current.name, current.successor = name.strip(), successor
    current.succeeded_in, current.evidence = succeeded_in, evidence.strip()
    now = _in_words(current)
    changes: Changes = {label: (was[label], now[label]) for label in now if was[label] != now[label]}
    if not changes:
        return current
    if current.version != version:
        raise MakerConflict(Maker.objects.get(pk=current.pk))
    _check(current)
    current.version += 1
    current.save()
    if spelling_of(old_name) != spelling_of(current.name):
        MakerAlias.objects.get_or_create(spelling=spelling_of(old_name), defaults={"maker": current})
    _record(current, by, "maker.corrected", changes, reason)
    return current


@transaction.atomic
def remove_maker_spelling(*, by: Actor, alias: MakerAlias, reason: str = "") -> None:
    """Take a maker's spelling back: names so written are no longer certain. Machines keep the model they have.

    Raises NotAllowed without ADMINISTER.
    """
    by.require(Permission.ADMINISTER)
    maker, spelling = alias.maker, alias.spelling
    alias.delete()
    _record(maker, by, "maker.spelling_removed", {"Spelling": (spelling, None)}, reason)


def _check(maker: Maker) -> None:
    errors: dict[str, str] = {}
    spelling = spelling_of(maker.name)
    others = Maker.objects.exclude(pk=maker.pk)
    if not spelling:
        errors["name"] = "Enter its name in Latin letters."
    elif any(spelling_of(other.name) == spelling for other in others) or (
        MakerAlias.objects.filter(spelling=spelling).exclude(maker=maker).exists()
    ):
        errors["name"] = f"“{maker.name}” is a name or spelling of another maker."
    following = maker.successor
    while following is not None:
        if following.pk == maker.pk:
            errors["successor"] = f"{maker.successor} is succeeded by {maker.name}: that would be a circle."
            break
        following = following.successor
    if maker.successor is None and (maker.succeeded_in or maker.evidence):
        errors.setdefault("successor", "Choose who took it over, or leave the year and the evidence empty.")
    if errors:
        raise Invalid(errors)


def _in_words(maker: Maker) -> dict[str, str | None]:
    return {
        "Name": maker.name,
        "Successor": str(maker.successor) if maker.successor else None,
        "Year of succession": str(maker.succeeded_in) if maker.succeeded_in else None,
        "Evidence": maker.evidence or None,
    }


def _record(maker: Maker, by: Actor, action: str, changes: Changes, reason: str) -> None:
    record(
        by=by,
        action=action,
        subject_type="maker",
        subject_id=maker.pk,
        subject_label=maker.name,
        changes=changes,
        reason=reason,
    )
