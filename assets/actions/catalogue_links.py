"""Saying of machines which model of the catalogue they are, and where their end of support comes from."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from assets.actions.assets import Conflict, Invalid, correct_asset
from assets.actions.bulk_writing import Because, change_assets
from assets.actions.catalogue_spellings import add_maker_spelling, add_spelling
from assets.domain.catalogue import spelling_of
from assets.domain.support import ModelSupport, settled_support
from assets.domain.vocabulary import SupportSource
from assets.models import Asset, MachineModel
from assets.queries.asset_history import as_at_version
from assets.queries.catalogue import resolver_for
from assets.queries.catalogue_names import NamedAlike, machines_named
from networks.actions.events import record
from networks.domain.access import Actor, NotAllowed, Permission

_CHUNK = 500
_LONGEST_MAKER, _LONGEST_MODEL = 100, 120
"""What the catalogue keeps of a spelling."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A name, and the model that a person says it means; `asset_ids` where only for some of its machines."""

    named: NamedAlike
    model: MachineModel
    asset_ids: frozenset[int] | None = None


@dataclass
class Confirmed:
    """What confirming did: machines that have their model now, those of them that keep an end of support of their own,
    and spellings that are recorded from now on."""

    machines: int = 0
    kept: int = 0
    spellings: int = 0


@transaction.atomic
def confirm_names(*, by: Actor, choices: Sequence[Choice], reason: str = "") -> Confirmed:
    """Give the machines of each name their model, where the actor may edit them, and record the spelling, where the actor
    may administer the catalogue.

    Raises NotAllowed where they may do neither, Invalid where a model is of another modality.
    """
    if not (by.can(Permission.EDIT_ASSETS) or by.can(Permission.ADMINISTER)):
        raise NotAllowed("Confirming names needs a role that edits equipment or administers the catalogue.")
    done = Confirmed()
    for choice in choices:
        if choice.model.modality != choice.named.modality:
            raise Invalid({"": f"{choice.model} is not {choice.named.modality.label}. Choose another model."})
        if by.can(Permission.EDIT_ASSETS):
            machines = machines_named(by, choice.named, Permission.EDIT_ASSETS)
            ids = set(machines.values_list("pk", flat=True))
            ids &= ids if choice.asset_ids is None else choice.asset_ids
            told = reason or f"“{choice.named.label}” was confirmed to be {choice.model}"
            linked = link_machines(by=by, asset_ids=ids, model=choice.model, reason=told)
            done.machines += linked.machines
            done.kept += linked.kept
    if by.can(Permission.ADMINISTER):
        done.spellings = _record_spellings(by, choices, reason)
    return done


@transaction.atomic
def link_machines(*, by: Actor, asset_ids: Collection[int], model: MachineModel, reason: str) -> Confirmed:
    """Say of machines that they are of a model; those that have no end of support of their own take the model's.

    Raises NotAllowed without EDIT_ASSETS for any one's trust (and then changes none), Invalid where one is of another
    modality.
    """
    changes: dict[int, dict[str, Any]] = {}
    trusts: dict[int, list[Asset]] = defaultdict(list)
    done = Confirmed()
    ids = sorted(asset_ids)
    for start in range(0, len(ids), _CHUNK):
        rows = Asset.objects.select_for_update().filter(pk__in=ids[start : start + _CHUNK]).order_by("pk")
        for asset in rows:
            by.require(Permission.EDIT_ASSETS, trust_id=asset.trust_id)
            if asset.modality != model.modality:
                raise Invalid({"": f"{asset} is not {model.get_modality_display()}, as {model} is."})
            if asset.machine_model_id == model.pk:
                continue
            changes[asset.pk] = {"machine_model_id": model.pk, **_support(asset, model)}
            trusts[asset.trust_id].append(asset)
            done.kept += (
                changes[asset.pk].keys() == {"machine_model_id"} and asset.support_ends_on is not None
            )
    if changes:
        change_assets(changes, Because(by, reason, timezone.now()))
    for trust_id, assets in sorted(trusts.items()):
        _record_links(by, model, assets, reason, trust_id)
    done.machines = len(changes)
    return done


def follow_model(*, by: Actor, asset: Asset, version: int, reason: str) -> Asset:
    """Let a machine's end of support come from its model again, and return it; its own date goes into its history.

    Raises NotAllowed, Conflict, Invalid where it has no model in the catalogue.
    """
    if asset.machine_model_id is None:
        raise Invalid(
            {"support": f"{asset} has no model in the catalogue to follow. Resolve its name first."}
        )
    return correct_asset(by=by, asset=asset, values={"support_ends_on": None}, version=version, reason=reason)


@transaction.atomic
def state_own_support(*, by: Actor, asset: Asset, support_ends_on: date, version: int, reason: str) -> Asset:
    """Give a machine an end of support of its own, which stays whatever the catalogue says later; also where it is the
    day that the catalogue says now. Returns the machine. Raises NotAllowed, Conflict, Invalid.
    """
    current: Asset = Asset.objects.select_for_update().get(pk=asset.pk)
    by.require(Permission.EDIT_ASSETS, trust_id=current.trust_id)
    if current.support_ends_on != support_ends_on:
        values = {"support_ends_on": support_ends_on}
        return correct_asset(by=by, asset=asset, values=values, version=version, reason=reason)
    if current.support_source == SupportSource.OWN:
        return current
    if current.version != version:
        raise Conflict(current, as_at_version(current, version))
    own = {"support_source": SupportSource.OWN.value}
    change_assets({current.pk: own}, Because(by, reason, timezone.now()))
    record(
        by=by,
        action="asset.corrected",
        subject_type="asset",
        subject_id=current.pk,
        subject_label=str(current),
        changes={"End of support comes from": ("its model", "its own date")},
        reason=reason,
        trust_id=current.trust_id,
    )
    return Asset.objects.get(pk=current.pk)


def _support(asset: Asset, model: MachineModel) -> dict[str, date | str | None]:
    """Return what of the machine's end of support changes when it is of the model."""
    return settled_support(
        stated={},
        held_on=asset.support_ends_on,
        held_source=asset.support_source,
        model=ModelSupport(model.pk, model.support_ends_on),
    )


def _record_links(
    by: Actor, model: MachineModel, assets: Sequence[Asset], reason: str, trust_id: int
) -> None:
    one = assets[0] if len(assets) == 1 else None
    record(
        by=by,
        action="asset.model_confirmed",
        subject_type="asset" if one else "machine_model",
        subject_id=one.pk if one else model.pk,
        subject_label=str(one or model),
        changes={"Model in the catalogue": (None, model)} if one else {"Machines": (None, len(assets))},
        reason=reason,
        trust_id=trust_id,
    )


def _record_spellings(by: Actor, choices: Sequence[Choice], reason: str) -> int:
    """Record how confirmed models, and their makers, are written, where that says something new; return how many.

    A spelling that the catalogue knows already, as another's or as no machine's, is left to whoever corrects it.
    """
    resolver = resolver_for()
    known = resolver.catalogue
    makers = {*known.no_makers, *known.ambiguous}
    of_maker: dict[int, set[str]] = defaultdict(set, {model.maker_id: set() for model in known.models})
    for model in known.models:
        of_maker[model.maker_id].update(known.spelt(model))
    recorded = 0
    for choice in choices:
        told = reason or f"Confirmed for “{choice.named.label}”"
        maker = spelling_of(choice.named.manufacturer)
        if 0 < len(maker) <= _LONGEST_MAKER and maker not in makers and not resolver.maker_written(maker):
            makers.add(maker)
            add_maker_spelling(by=by, maker=choice.model.maker, text=choice.named.manufacturer, reason=told)
            recorded += 1
        written, taken = spelling_of(choice.named.model_name), of_maker[choice.model.maker_id]
        if 0 < len(written) <= _LONGEST_MODEL and written not in taken and written not in known.no_machines:
            taken.add(written)
            add_spelling(by=by, model=choice.model, text=choice.named.model_name, reason=told)
            recorded += 1
    return recorded
