"""Setting the weights of the priority score: England's by administrators, a network's by whoever plans for it.

Each takes `seen`, the number of the newest set its person saw, and raises WeightsChanged where there is a newer one.
"""

from dataclasses import asdict
from datetime import date

from django.db import IntegrityError, transaction

from assets.domain.priority_rules import Criterion, Weights
from assets.models import PriorityWeights
from assets.queries.priority_weights import newest_number, weights_in_force
from networks.actions.events import Changes, record
from networks.domain.access import Actor, Permission
from networks.domain.organisations import Kind
from networks.models import Organisation


class WeightsChanged(Exception):
    """Somebody has set weights since. The message is fit to be shown."""

    def __init__(self) -> None:
        super().__init__(
            "Somebody has set other weights after you opened this page. Yours are still in the boxes and not saved; "
            "look at the newest below, then save again."
        )


class WeightsInvalid(Exception):
    """The weights cannot be set. The message is fit to be shown."""


def require_setting(by: Actor, network: Organisation | None) -> None:
    """Raise NotAllowed unless somebody may set England's weights (None) or a network's."""
    if network is None:
        by.require(Permission.ADMINISTER)
    else:
        by.require(Permission.EDIT_PLANS, network_id=network.pk)


def set_weights(
    *, by: Actor, network: Organisation | None, weights: Weights, reason: str, seen: int, on: date
) -> PriorityWeights:
    """Add a set of weights, in force from `on`. Raises NotAllowed, WeightsChanged, WeightsInvalid."""
    return _add(by=by, network=network, weights=weights, reason=reason, seen=seen, on=on, follows=False)


def follow_national_weights(
    *, by: Actor, network: Organisation, reason: str, seen: int, on: date
) -> PriorityWeights:
    """Give up a network's own weights, so that England's are in force for it from `on`. Raises as `set_weights` does."""
    national = weights_in_force(None, on=on).weights
    return _add(by=by, network=network, weights=national, reason=reason, seen=seen, on=on, follows=True)


def _add(
    *,
    by: Actor,
    network: Organisation | None,
    weights: Weights,
    reason: str,
    seen: int,
    on: date,
    follows: bool,
) -> PriorityWeights:
    require_setting(by, network)
    if network is not None and network.kind != Kind.NETWORK:
        raise WeightsInvalid(f"{network.name} is not an imaging network.")
    if not reason.strip():
        raise WeightsInvalid("Enter why the weights are changed.")
    network_id = None if network is None else network.pk
    try:
        with transaction.atomic():
            if newest_number(network_id) != seen:
                raise WeightsChanged
            before = weights_in_force(network_id, on=on).weights
            row: PriorityWeights = PriorityWeights.objects.create(
                network=network,
                number=seen + 1,
                valid_from=on,
                follows_national=follows,
                reason=reason.strip()[:500],
                set_by_id=by.user_id,
                set_by_name=by.name,
                **asdict(weights),
            )
            record(
                by=by,
                action="priority_weights.given_up" if follows else "priority_weights.set",
                subject_type="priority_weights",
                subject_id=row.pk,
                subject_label=str(row),
                changes=_changes(before, weights),
                reason=row.reason,
                network_id=network_id,
            )
    except IntegrityError:
        # Two people at the same moment: the constraint on the number lets one through.
        raise WeightsChanged from None
    return row


def _changes(before: Weights, after: Weights) -> Changes:
    return {
        criterion.label.lower(): (before.of(criterion), after.of(criterion))
        for criterion in Criterion
        if before.of(criterion) != after.of(criterion)
    }
