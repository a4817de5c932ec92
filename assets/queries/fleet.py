"""The fleet by age as at any date, in a number of queries that does not grow with the register."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from assets.domain.fleet import AgeTally, Machines, Share, following_year_ends, forward, tally
from assets.domain.fleet_groups import (
    Group,
    Grouping,
    grouped,
    trusts_with_one_ten_or_older,
    wholly_ten_or_older,
)
from assets.domain.vocabulary import Modality, Status
from assets.models import Asset
from assets.queries.assets import in_fleet_on
from networks.domain.access import Actor
from networks.queries.organisations import structure


def fleet_as_at(actor: Actor, *, on: date, modality: Modality | None = None) -> tuple[Machines, ...]:
    """Return the machines an actor may see that were, or will be, in the fleet on a date. One query.

    As far as records go: installed by then (or at a date not known) and not retired by then. A machine retired on a
    date not recorded is left out of every date (see `retired_without_a_date`). A date ahead takes today's fleet.
    """
    assets = Asset.objects.visible_to(actor).filter(in_fleet_on(on))
    if modality is not None:
        assets = assets.filter(modality=modality.value)
    counted = (
        assets.order_by().values_list("trust_id", "modality", "installed_on").annotate(number=Count("pk"))
    )
    return tuple(
        Machines(trust_id, Modality(code), installed_on, number)
        for trust_id, code, installed_on, number in counted
    )


def retired_without_a_date(actor: Actor, *, modality: Modality | None = None) -> int:
    """Return how many retired machines have no retirement date, so that no past fleet can include them."""
    assets = Asset.objects.visible_to(actor).filter(status=Status.RETIRED.value, retired_on=None)
    if modality is not None:
        assets = assets.filter(modality=modality.value)
    return assets.count()


@dataclass(frozen=True, slots=True)
class FleetAge:
    """The fleet's ages on `on`: the rows of the table, the whole, the trusts, and the years ahead."""

    on: date
    grouping: Grouping
    modality: Modality | None
    groups: tuple[Group, ...]
    whole: AgeTally
    trusts: tuple[Group, ...]
    ahead: dict[date, AgeTally]
    retired_without_a_date: int

    @property
    def flagged(self) -> tuple[Group, ...]:
        """The trusts whose whole fleet, as far as its age is known, is ten years or older."""
        return wholly_ten_or_older(self.trusts)

    @property
    def trusts_with_one_ten_or_older(self) -> Share:
        """How many of the trusts have at least one machine of ten years or older."""
        return trusts_with_one_ten_or_older(self.trusts)


def fleet_age(
    actor: Actor, *, on: date, grouping: Grouping, modality: Modality | None = None, last_year: int = 0
) -> FleetAge:
    """Return the ages of the fleet an actor may see, as the organisations stand on that date. Four queries.

    `last_year`: the calendar year of the last 31 March of the forward profile; 0 for none. The profile begins with
    `on` itself and supposes that nothing is replaced, added or retired.
    """
    fleet = fleet_as_at(actor, on=on, modality=modality)
    england = structure(on=on)
    trusts = grouped(fleet, england, Grouping.TRUST, on=on)
    return FleetAge(
        on=on,
        grouping=grouping,
        modality=modality,
        groups=trusts if grouping is Grouping.TRUST else grouped(fleet, england, grouping, on=on),
        whole=tally(fleet, on=on),
        trusts=trusts,
        ahead=forward(fleet, (on, *following_year_ends(on, last_year))) if last_year else {},
        retired_without_a_date=retired_without_a_date(actor, modality=modality),
    )
