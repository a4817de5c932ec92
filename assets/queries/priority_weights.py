"""Which weights of the priority score are in force for whom on a date, and all that were."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from assets.domain.priority_rules import Weights, priority_rules_on
from assets.models import PriorityWeights
from networks.domain.access import Actor
from networks.domain.figures import date_gb
from networks.domain.organisations import Structure
from networks.models import Organisation
from networks.queries.organisations import structure


@dataclass(frozen=True, slots=True)
class WeightSet:
    """A set of weights with its version. `number` 0: the proposal that holds until somebody sets weights."""

    weights: Weights
    number: int = 0
    valid_from: date | None = None
    network: str = ""
    """The network whose own weights they are; "" for England's."""
    reason: str = ""
    by: str = ""
    at: datetime | None = None
    follows_national: bool = False

    @property
    def words(self) -> str:
        """ "England's weights, version 2, in force from 1 April 2027", or the proposal that nobody has changed."""
        if not self.number:
            return "the weights proposed with the rules, which nobody has changed"
        whose = f"the weights of {self.network}" if self.network else "England’s weights"
        since = date_gb(self.valid_from)
        return f"{whose}, version {self.number}, in force from {since}"


def network_of_weights(actor: Actor, *, on: date, england: Structure | None = None) -> int | None:
    """Return the network whose weights somebody works with: their own or their trust's; None for England's.

    Two queries for a trust's people, unless `england` is given.
    """
    if actor.where.everywhere or actor.organisation_id is None:
        return None
    if actor.organisation_id in actor.where.network_ids:
        return actor.organisation_id
    return (england or structure(on=on)).network_of(actor.organisation_id)


def weights_in_force(network_id: int | None, *, on: date) -> WeightSet:
    """Return the weights of a network on a date: its own, else England's, else the proposal of the rules. One query."""
    rows = PriorityWeights.objects.filter(Q(network=None) | Q(network_id=network_id), valid_from__lte=on)
    national = own = None
    for row in rows.select_related("network").order_by("number"):
        if row.network_id is None:
            national = row
        else:
            own = row
    chosen = own if own is not None and not own.follows_national else national
    return WeightSet(priority_rules_on(on).weights) if chosen is None else _set_of(chosen)


def history_of_weights(network_id: int | None) -> tuple[WeightSet, ...]:
    """Return every set of weights of England (None) or a network, the newest first. One query."""
    rows = PriorityWeights.objects.filter(network_id=network_id).select_related("network").order_by("-number")
    return tuple(_set_of(row) for row in rows)


def newest_number(network_id: int | None) -> int:
    """Return the number of the newest set of England (None) or a network; 0 where there is none. One query."""
    numbers = PriorityWeights.objects.filter(network_id=network_id).order_by("-number")
    return numbers.values_list("number", flat=True).first() or 0


def network_named(network_id: int | None) -> Organisation | None:
    """Return the network; None for England."""
    return None if network_id is None else Organisation.objects.get(pk=network_id)


def _set_of(row: PriorityWeights) -> WeightSet:
    return WeightSet(
        weights=Weights(
            age=row.age,
            support=row.support,
            reliability=row.reliability,
            criticality=row.criticality,
            technology=row.technology,
            cost=row.cost,
        ),
        number=row.number,
        valid_from=row.valid_from,
        network=row.network.name if row.network else "",
        reason=row.reason,
        by=row.set_by_name,
        at=row.set_at,
        follows_national=row.follows_national,
    )
