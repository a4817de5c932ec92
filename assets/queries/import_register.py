"""The part of the register that an import may see and write, as the rules need it."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from assets.domain.entries import reference_of
from assets.domain.register import (
    FIELDS,
    Held,
    MachineAt,
    Place,
    Register,
    SpecificationName,
    TrustName,
    Value,
)
from assets.domain.vocabulary import Modality
from assets.models import Asset, Specification
from assets.queries.machine_models import KnownModels
from assets.queries.places import places
from networks.domain.access import Actor, Permission
from networks.domain.organisations import Kind, Structure
from networks.models import Organisation
from networks.queries.organisations import structure


def importing_trusts(actor: Actor, *, on: date) -> list[TrustName]:
    """Return the trusts whose machines the actor may import, by name: of trusts that took each other over, the last.

    Two queries.
    """
    return _trusts(actor, structure(on=on), None)


def register_for(actor: Actor, trust_id: int | None, *, on: date) -> Register:
    """Return the register of one trust, with those it has taken over; of all the actor may import where it is None.

    A trust that has been taken over means the one that answers for it. Raises NotAllowed without EDIT_ASSETS for that
    trust. Fifteen queries at most, whatever the number of machines.
    """
    england = structure(on=on)
    if trust_id is not None:
        trust_id = england.current(trust_id)
    actor.require(Permission.EDIT_ASSETS, trust_id=trust_id)
    trusts: dict[int, TrustName] = {}
    for heir in _trusts(actor, england, trust_id):
        for member in england.with_predecessors(heir.id):
            known = england.organisations[member]
            trusts[member] = TrustName(known.id, known.code, known.name, heir.family)
    held = _held(actor, None if trust_id is None else trusts)
    models = KnownModels()
    return Register(
        trusts=trusts,
        places=_places(actor, trusts, held, on=on),
        specifications=[
            SpecificationName(pk, code, name, Modality(modality), is_default)
            for pk, code, name, modality, is_default in Specification.objects.values_list(
                "pk", "code", "name", "modality", "is_default"
            )
        ],
        held=held,
        values_at=_values_at,
        model_named=models.named,
        model_of=models.by_id,
    )


def _trusts(actor: Actor, england: Structure, trust_id: int | None) -> list[TrustName]:
    """Return the trusts that answer for themselves and may be imported into, by name."""
    scope = actor.scope(Permission.EDIT_ASSETS)
    return [
        TrustName(trust.id, trust.code, trust.name, family=trust.id)
        for trust in england.of_kind(Kind.TRUST)
        if scope.covers_trust(trust.id) and trust_id in (None, trust.id)
    ]


def _held(actor: Actor, trust_ids: Collection[int] | None) -> list[Held]:
    assets = Asset.objects.visible_to(actor, Permission.EDIT_ASSETS)
    if trust_ids is not None:
        assets = assets.filter(trust_id__in=trust_ids)
    rows = assets.order_by("pk").values_list("pk", "version", "trust_id", *FIELDS)
    return [
        Held(pk, reference_of(pk), version, trust_id, dict(zip(FIELDS, values, strict=True)))
        for pk, version, trust_id, *values in rows.iterator(chunk_size=5_000)
    ]


def _values_at(wanted: Collection[MachineAt]) -> dict[MachineAt, dict[str, Value]]:
    """Return what machines were at earlier versions, from their history. A query for every 500 machines."""
    history: Any = Asset.history.model
    ids = sorted({pk for pk, _ in wanted})
    found: dict[MachineAt, dict[str, Value]] = {}
    for start in range(0, len(ids), 500):
        rows = history.objects.filter(id__in=ids[start : start + 500]).exclude(history_type="-")
        for pk, version, *values in (
            rows.order_by("history_id").values_list("id", "version", *FIELDS).iterator()
        ):
            if (pk, version) in wanted:
                found[pk, version] = dict(zip(FIELDS, values, strict=True))
    return found


def _places(actor: Actor, trusts: Mapping[int, TrustName], held: Iterable[Held], *, on: date) -> list[Place]:
    """Return the sites of the trusts, and those where their machines stand although the site has moved to another."""
    own = [
        Place(place.site_id, place.site_code, place.site_name, place.trust_id)
        for place in places(actor=actor, on=on)
        if place.trust_id in trusts
    ]
    known = {place.id for place in own}
    elsewhere = {
        each.values["site_id"]: each.trust_id for each in held if each.values["site_id"] not in known
    }
    moved = Organisation.objects.filter(pk__in=list(elsewhere)).values_list("pk", "code", "name")
    return own + [Place(pk, code, name, elsewhere[pk], open_to_new=False) for pk, code, name in moved]
