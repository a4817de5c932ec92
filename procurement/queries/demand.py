"""Who else is buying the same, and when: machines by specification and year, from each network's latest plan."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, OuterRef, QuerySet, Subquery

from networks.domain.access import Actor, Permission, Scope
from networks.domain.organisations import Kind, Structure
from networks.queries.organisations import structure
from procurement.models import PlanLine, PlanVersion
from procurement.models.plan import PlanLineQuerySet


@dataclass(frozen=True, slots=True)
class DemandRow:
    """One buyer's units, year by year: a trust of one's own, or another network as a whole."""

    name: str
    units: tuple[int, ...]
    is_total: bool = False

    @property
    def total(self) -> int:
        return sum(self.units)


@dataclass(frozen=True, slots=True)
class DemandGroup:
    """One specification: first one's own trusts, then the networks one does not cover whole, then all of England.

    A network that holds some of one's own trusts says so in its name; England counts each machine once.
    """

    code: str
    name: str
    own: tuple[DemandRow, ...]
    networks: tuple[DemandRow, ...]
    england: DemandRow

    @property
    def own_total(self) -> DemandRow:
        """The sum of one's own trusts; no units at all where one has none in it."""
        units = zip(*(row.units for row in self.own), strict=True)
        return DemandRow("All yours", tuple(map(sum, units)), is_total=True)

    @property
    def rows(self) -> tuple[DemandRow, ...]:
        """Every row in the order it is read; a sum of one is left out."""
        total = (self.own_total,) if len(self.own) > 1 else ()
        return (*self.own, *total, *self.networks, self.england)


@dataclass(frozen=True, slots=True)
class Demand:
    """The whole table: its years, and a group for each specification that anybody plans to buy."""

    years: tuple[int, ...]
    groups: tuple[DemandGroup, ...]
    networks_with_plans: int
    networks: int


_Key = tuple[str, str, int, int]  # code, name, year, buyer's id


def demand(actor: Actor, *, on: date) -> Demand:
    """Return what is planned to be bought from each network's latest plan version. Four queries.

    This is the one place that reads the plans of networks the actor does not cover. Of those it returns units for each
    network, specification and year: no trust, no site, no machine, no money. Trusts are named only where
    `PlanLine.visible_to(actor)` lets them be. Raises NotAllowed without VIEW_PLANS.
    """
    actor.require(Permission.VIEW_PLANS)
    england = structure(on=on)
    latest = _latest_versions(england)
    everyone = _counted(PlanLine.objects.all(), latest, "version__plan__network_id")
    scope = actor.scope(Permission.VIEW_PLANS)
    # Somebody who covers all of England wants networks, not some two hundred trusts.
    mine = PlanLine.objects.none() if scope.everywhere else PlanLine.objects.visible_to(actor)
    own = _counted(mine, latest, "trust_id")
    own_networks = set(mine.filter(version__in=latest).values_list("version__plan__network_id", flat=True))
    years = tuple(sorted({year for _, _, year, _ in everyone}))
    with_plans = {network for _, _, _, network in everyone}
    return Demand(
        years=years,
        groups=tuple(
            _group(code, name, own, everyone, years, england, scope, own_networks)
            for code, name in sorted({(code, name) for code, name, _, _ in everyone})
        ),
        networks_with_plans=len(with_plans),
        networks=len(england.of_kind(Kind.NETWORK)),
    )


def _latest_versions(england: Structure) -> QuerySet[PlanVersion]:
    newest = (
        PlanVersion.objects.filter(plan__network=OuterRef("plan__network"), plan__scenario_of=None)
        .order_by("-created_at", "-pk")
        .values("pk")[:1]
    )
    standing = [network.id for network in england.of_kind(Kind.NETWORK)]
    return PlanVersion.objects.filter(pk=Subquery(newest), plan__network_id__in=standing)


def _counted(lines: PlanLineQuerySet[PlanLine], latest: QuerySet[PlanVersion], buyer: str) -> dict[_Key, int]:
    specification = "specification_version__specification"
    rows = (
        lines.filter(version__in=latest)
        .bought()
        .order_by()
        .values_list(f"{specification}__code", f"{specification}__name", "year", buyer)
        .annotate(units=Count("pk"))
    )
    return {(code, name, year, who): units for code, name, year, who, units in rows}


def _group(
    code: str,
    name: str,
    own: dict[_Key, int],
    everyone: dict[_Key, int],
    years: tuple[int, ...],
    england: Structure,
    scope: Scope,
    own_networks: Iterable[int],
) -> DemandGroup:
    of_trusts = _rows(code, own, years)
    of_networks = _rows(code, everyone, years)
    networks = [
        DemandRow(england.name(pk) + (", yours among them" if pk in own_networks else ""), units)
        for pk, units in of_networks.items()
        if scope.everywhere or not scope.covers_network(pk)
    ]
    return DemandGroup(
        code=code,
        name=name,
        own=_by_name(DemandRow(england.name(pk), units) for pk, units in of_trusts.items()),
        networks=_by_name(networks),
        england=DemandRow(
            "All networks", tuple(map(sum, zip(*of_networks.values(), strict=True))), is_total=True
        ),
    )


def _rows(code: str, counted: dict[_Key, int], years: tuple[int, ...]) -> dict[int, tuple[int, ...]]:
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for (of_code, _, year, buyer), units in counted.items():
        if of_code == code:
            found[buyer][year] = units
    return {buyer: tuple(by_year.get(year, 0) for year in years) for buyer, by_year in found.items()}


def _by_name(rows: Iterable[DemandRow]) -> tuple[DemandRow, ...]:
    return tuple(sorted(rows, key=lambda row: row.name))
