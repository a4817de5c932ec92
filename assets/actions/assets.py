"""Adding, correcting, moving, retiring and bringing back one machine.

Each takes the asset's `version` as its person last saw it and raises `Conflict` where somebody has changed it since; each
writes one history row and one event, with who and why, in the transaction that makes the change. A call that would leave
everything as it is writes nothing.
"""

from collections.abc import Mapping, Set
from copy import copy
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from assets.actions.asset_checks import duplicates, faults_in
from assets.domain.facts import FACTS, PRICE_KEYS
from assets.domain.support import MAKE_FIELDS, SETTLED_BY, settled_support
from assets.domain.vocabulary import Modality, Status
from assets.models import Asset
from assets.queries.asset_history import as_at_version
from assets.queries.asset_words import differences, in_words, names_in
from assets.queries.machine_models import KnownModels
from assets.queries.places import place_of
from networks.actions.events import Changes, record
from networks.domain.access import Actor, Permission
from networks.models import Organisation, User

CORRECTABLE = frozenset(
    {name for fact in FACTS if fact.key != "retired_on" for name in (fact.key, *fact.fields[1:])}
)
"""The facts a person states. The trust follows from the site; retirement has actions of its own."""

_NEEDED = {
    "site": "Choose the site where it stands.",
    "modality": "Choose its modality.",
    "specification": "Choose its standard specification.",
}


class Conflict(Exception):
    """Somebody changed the asset after its person opened it.

    `current` is the asset as it stands, `seen` its history row at the version the person saw (None where none was kept).
    """

    def __init__(self, current: Asset, seen: Any | None) -> None:
        super().__init__(f"{current} has been changed since you opened it.")
        self.current = current
        self.seen = seen


class Invalid(ValueError):
    """What was given breaks rules of the register. `errors` maps field to message; "" is the asset as a whole."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = dict(errors)


@transaction.atomic
def add_asset(*, by: Actor, values: Mapping[str, Any], reason: str = "") -> Asset:
    """Add a machine and return it.

    `values` maps names in CORRECTABLE to values as the model keeps them; `site`, `modality` and `specification` must be
    there. Raises NotAllowed without EDIT_ASSETS for the site's trust, Invalid where a rule is broken.
    """
    by.require(Permission.EDIT_ASSETS)
    refuse_retirement(values, Status.IN_USE)
    if missing := {field: message for field, message in _NEEDED.items() if not values.get(field)}:
        raise Invalid(missing)
    asset = Asset()
    _put(asset, values)
    _settle_trust(asset, was=None)
    _settle_model(asset, was=None, stated=values)
    by.require(Permission.EDIT_ASSETS, trust_id=asset.trust_id)
    _require_prices(by, asset, {key for key in values if values[key] is not None})
    _refuse(faults_in(asset, CORRECTABLE))
    _save(asset, by, reason)
    _record(asset, by, "asset.added", _changes(None, asset), reason)
    return asset


@transaction.atomic
def correct_asset(*, by: Actor, asset: Asset, values: Mapping[str, Any], version: int, reason: str) -> Asset:
    """Put facts right and return the asset as it then stands.

    `values` holds what shall be; fields left out stay. Raises NotAllowed without EDIT_ASSETS for the trust (for both,
    where another trust's site is given), Conflict, Invalid. A retired machine's facts can be corrected, its status not.
    """
    current = _locked(by, asset)
    refuse_retirement(values, Status(current.status))
    return _change(current, by, values, version=version, reason=reason, action="asset.corrected")


@transaction.atomic
def move_asset(
    *, by: Actor, asset: Asset, site: Organisation, location: str, version: int, reason: str
) -> Asset:
    """Move a machine to another site or room and return it; its trust follows from the site.

    Raises NotAllowed without EDIT_ASSETS for both trusts, Conflict, Invalid (also where the receiving trust already has
    that serial or asset number).
    """
    current = _locked(by, asset)
    values = {"site": site, "location": location}
    return _change(current, by, values, version=version, reason=reason, action="asset.moved")


@transaction.atomic
def retire_asset(*, by: Actor, asset: Asset, on: date, version: int, reason: str) -> Asset:
    """Take a machine out of the fleet on a date, today at the latest, and return it. Nothing of it is deleted.

    Raises NotAllowed, Conflict, Invalid.
    """
    current = _locked(by, asset)
    values = {"status": Status.RETIRED.value, "retired_on": on}
    return _change(current, by, values, version=version, reason=reason, action="asset.retired")


@transaction.atomic
def bring_back_asset(*, by: Actor, asset: Asset, version: int, reason: str) -> Asset:
    """Undo a retirement: the machine is again what it was before (in use or standby). Raises NotAllowed, Conflict."""
    current = _locked(by, asset)
    before = current.history.exclude(status=Status.RETIRED).order_by("-history_date", "-history_id").first()
    values = {"status": before.status if before else Status.IN_USE.value, "retired_on": None}
    return _change(current, by, values, version=version, reason=reason, action="asset.brought_back")


def _locked(by: Actor, asset: Asset) -> Asset:
    """Read the asset again, held against other writers until the transaction ends; refuse who may not change it."""
    current: Asset = Asset.objects.select_for_update().get(pk=asset.pk)
    by.require(Permission.EDIT_ASSETS, trust_id=current.trust_id)
    return current


def _change(
    asset: Asset, by: Actor, values: Mapping[str, Any], *, version: int, reason: str, action: str
) -> Asset:
    was = prepare_change(asset, by, values, version=version)
    if was is None:
        return asset
    changes = _changes(was, asset)
    asset.version += 1
    _save(asset, by, reason)
    _record(asset, by, action, changes, reason)
    if was.trust_id != asset.trust_id:
        # The trust that gave it up keeps a record of its own: it no longer sees the machine.
        _record(asset, by, action, changes, reason, trust_id=was.trust_id)
    return asset


def prepare_change(
    asset: Asset, by: Actor, values: Mapping[str, Any], *, version: int, models: KnownModels | None = None
) -> Asset | None:
    """Give an asset new values, unsaved, and return it as it was; None where they change nothing.

    The rules of every change by hand: raises NotAllowed, Conflict, Invalid. Asks the database nothing where neither site
    nor numbers change and the catalogue's `models` are given.
    """
    was = copy(asset)
    _put(asset, values)
    _settle_trust(asset, was=was)
    by.require(Permission.EDIT_ASSETS, trust_id=asset.trust_id)
    changed = {field for field in values if getattr(was, field) != getattr(asset, field)}
    if not changed:
        return None
    if was.version != version:
        raise Conflict(was, as_at_version(was, version))
    _settle_model(asset, was=was, stated={field: values[field] for field in changed}, models=models)
    _require_prices(by, asset, changed)
    _refuse(faults_in(asset, changed))
    return was


def _require_prices(by: Actor, asset: Asset, changed: Set[str]) -> None:
    if changed & PRICE_KEYS:
        by.require(Permission.VIEW_EQUIPMENT_PRICES, trust_id=asset.trust_id)


def _changes(was: Asset | None, asset: Asset) -> Changes:
    """Return what an event says of a change; of a new machine, where `was` is None, all that is known of it.

    Events are read by some who may not see what equipment cost, so of that they say only which fact changed; the machine's
    history has the amounts.
    """
    names = names_in([each for each in (was, asset) if each is not None])
    before = in_words(was, names, with_prices=False) if was is not None else {}
    changes = differences(before, in_words(asset, names, with_prices=False))
    for fact in FACTS:
        if fact.is_price and getattr(was, fact.field, None) != getattr(asset, fact.field):
            changes[fact.heading] = (None, "changed: the amounts stand in its history")
    return changes


def refuse_retirement(values: Mapping[str, Any], status: Status) -> None:
    """Retiring and bringing back have actions of their own, with a date and a reason."""
    asked = values.get("status", status)
    if (asked == Status.RETIRED) != (status is Status.RETIRED):
        raise Invalid({"status": "Retire a machine, or bring it back, by the action made for it."})


def _put(asset: Asset, values: Mapping[str, Any]) -> None:
    unknown = set(values) - CORRECTABLE - {"retired_on"}
    if unknown:
        raise ValueError(f"Not facts of an asset: {', '.join(sorted(unknown))}.")
    for field, value in values.items():
        setattr(asset, field, value.strip() if isinstance(value, str) else value)


def _settle_trust(asset: Asset, *, was: Asset | None) -> None:
    """Give the asset the trust that answers for its site; a site of the same trust changes nothing."""
    if was is not None and was.site_id == asset.site_id:
        return
    place = place_of(site_id=asset.site_id, on=timezone.localdate())
    if place is None:
        raise Invalid({"site": f"{asset.site} belongs to no trust today. Choose another site."})
    if was is None or was.trust_id not in (place.owner_id, place.trust_id):
        asset.trust_id = place.trust_id


def _settle_model(
    asset: Asset, *, was: Asset | None, stated: Mapping[str, Any], models: KnownModels | None = None
) -> None:
    """Name the catalogue's model of a make that is stated, and settle where the end of support comes from."""
    if not stated.keys() & SETTLED_BY:
        return
    models = models or KnownModels()
    if stated.keys() & MAKE_FIELDS and asset.modality in set(Modality):
        model = models.named(asset.manufacturer, asset.model_name, Modality(asset.modality))
        asset.machine_model_id = model.id if model else None
    else:
        model = models.by_id(asset.machine_model_id) if asset.machine_model_id else None
    settled = settled_support(
        stated={"support_ends_on": stated["support_ends_on"]} if "support_ends_on" in stated else {},
        held_on=was.support_ends_on if was else None,
        held_source=was.support_source if was else "",
        model=model,
    )
    for field, value in settled.items():
        setattr(asset, field, value)


def _refuse(errors: Mapping[str, str]) -> None:
    if errors:
        raise Invalid(errors)


def _save(asset: Asset, by: Actor, reason: str) -> None:
    # Read by django-simple-history when it writes the history row.
    asset._history_user = User.objects.filter(pk=by.user_id).first() if by.user_id else None  # type: ignore[attr-defined]
    asset._change_reason = reason[:500]  # type: ignore[attr-defined]
    try:
        with transaction.atomic():
            asset.save()
    except IntegrityError:
        # Somebody saved the same number between our check and our save.
        if errors := duplicates(asset):
            raise Invalid(errors) from None
        raise


def _record(
    asset: Asset, by: Actor, action: str, changes: Changes, reason: str, *, trust_id: int | None = None
) -> None:
    record(
        by=by,
        action=action,
        subject_type="asset",
        subject_id=asset.pk,
        subject_label=str(asset),
        changes=changes,
        reason=reason,
        trust_id=trust_id or asset.trust_id,
    )
