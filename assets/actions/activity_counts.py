"""Taking what was counted into the register, in place of what somebody once stated: asked for, never by itself."""

from dataclasses import dataclass, field
from datetime import date

from django.db import transaction

from assets.actions.assets import Conflict, Invalid, correct_asset
from assets.domain.activity_taking import counted_facts
from assets.domain.vocabulary import Status
from assets.models import ActivityBatch, ActivityRow, Asset
from assets.queries.activity import MachineActivity, activity_in
from networks.domain.access import Actor, Permission


class NothingToTake(Exception):
    """The machine has no count of its own of a whole year that differs from the register. The message says so."""


@transaction.atomic
def take_counted(*, by: Actor, asset: Asset, version: int, on: date) -> Asset:
    """Put a machine's counted examinations and downtime of a year into the register, and return it.

    Raises NotAllowed, NothingToTake, and Conflict and Invalid as `correct_asset` does.
    """
    by.require(Permission.EDIT_ASSETS, trust_id=asset.trust_id)
    [activity] = activity_in(by, [asset], on=on)
    return _take(by, activity, version)


@dataclass(slots=True)
class Taking:
    """What taking the counts of a whole file did: machines changed, and those left alone with the reason."""

    changed: list[Asset] = field(default_factory=list)
    left: list[tuple[Asset, str]] = field(default_factory=list)


@transaction.atomic
def take_counted_of_file(*, by: Actor, batch: ActivityBatch, on: date) -> Taking:
    """Do it for every machine in the fleet that a saved file has figures of. Raises NotAllowed."""
    by.require(Permission.EDIT_ASSETS, trust_id=batch.trust_id)
    taking = Taking()
    if batch.status != ActivityBatch.Status.COMMITTED:
        return taking
    named = ActivityRow.objects.filter(batch=batch, asset__isnull=False).exclude(outcome="problem")
    assets = Asset.objects.visible_to(by, Permission.EDIT_ASSETS).filter(pk__in=named.values("asset_id"))
    fleet = list(assets.exclude(status=Status.RETIRED).select_related("site", "trust").order_by("pk"))
    for activity in activity_in(by, fleet, on=on):
        try:
            taking.changed.append(_take(by, activity, activity.asset.version))
        except (NothingToTake, Invalid, Conflict) as why:
            taking.left.append((activity.asset, str(why)))
    return taking


def _take(by: Actor, activity: MachineActivity, version: int) -> Asset:
    facts = counted_facts(activity.asset, activity.readings)
    if not facts:
        raise NothingToTake(
            "There is no count of this machine’s own over a whole year that differs from what the register states."
        )
    known = "; ".join(
        dict.fromkeys(f"{reading.measure.label}: {reading.words}" for _, reading in facts.values())
    )
    return correct_asset(
        by=by,
        asset=activity.asset,
        values={name: value for name, (value, _) in facts.items()},
        version=version,
        reason=f"Taken from what was counted. {known}"[:500],
    )
