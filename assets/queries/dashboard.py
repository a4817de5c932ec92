"""What stands behind a dashboard: England, a region, a network or a trust as at a date, in a fixed number of queries."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Count

from assets.domain.ageing import installed_by
from assets.domain.density import PerMillion
from assets.domain.fleet import AgeTally, Machines, tally
from assets.domain.fleet_groups import Group, Grouping, grouped
from assets.domain.guidance import reference_ages
from assets.domain.vocabulary import Modality
from assets.models import Asset
from assets.queries.assets import in_fleet_on
from assets.queries.due import support_states
from assets.queries.fleet import fleet_as_at
from networks.domain.access import Actor, Permission
from networks.domain.financial_year import ends_on, financial_year_of
from networks.domain.organisations import Kind, Structure
from networks.domain.population import Persons, Populations
from networks.queries.population import populations


@dataclass(frozen=True, slots=True)
class Area:
    """What a dashboard is of: England, a region, a network or a trust."""

    id: int
    kind: Kind
    name: str

    @property
    def children(self) -> Grouping | None:
        """What its comparison table compares; None for a trust."""
        return {
            Kind.NATION: Grouping.REGION,
            Kind.REGION: Grouping.NETWORK,
            Kind.NETWORK: Grouping.TRUST,
        }.get(self.kind)


def areas(actor: Actor, england: Structure) -> tuple[Area, ...]:
    """Return what an actor may see whole on the date of `england`, the widest first. No query.

    England and regions are for those who see all of it: of a region, others would see a part and take it for the whole.
    """
    scope = actor.scope(Permission.VIEW_ASSETS)
    kinds = [Kind.NETWORK, Kind.TRUST]
    if scope.everywhere:
        kinds = [Kind.NATION, Kind.REGION, *kinds]
    covers: dict[Kind, Callable[[int], bool]] = {
        Kind.NETWORK: scope.covers_network,
        Kind.TRUST: scope.covers_trust,
    }
    return tuple(
        Area(found.id, kind, found.name)
        for kind in kinds
        for found in england.of_kind(kind)
        if scope.everywhere or covers[kind](found.id)
    )


@dataclass(frozen=True, slots=True)
class Support:
    """Machines by end of support: `ended`, `ending` within the lead time, `not_known`."""

    ended: int = 0
    ending: int = 0
    not_known: int = 0

    def __add__(self, other: "Support") -> "Support":
        return Support(self.ended + other.ended, self.ending + other.ending, self.not_known + other.not_known)


@dataclass(frozen=True, slots=True)
class Part:
    """Some of an area's machines: all, those of a modality, or those of a child. `modalities` counts CT, MRI and so on."""

    name: str
    ages: AgeTally
    overdue: int
    due_this_year: int
    support: Support
    modalities: Mapping[Modality, int]
    persons: Persons
    group: Group | None = None
    """The child it is of."""
    modality: Modality | None = None

    def per_million(self, modality: Modality | None = None) -> PerMillion:
        """Return its machines, or those of one modality, per million people."""
        machines = self.ages.total if modality is None else self.modalities.get(modality, 0)
        return PerMillion(machines, self.persons)


class Dashboard:
    """The figures of an area on a date. Reads on being made: three queries."""

    def __init__(self, actor: Actor, area: Area, england: Structure, *, on: date) -> None:
        self.area, self.england, self.on = area, england, on
        self._trusts = trusts_of(area, england)
        self._fleet = tuple(some for some in fleet_as_at(actor, on=on) if self._has(some.trust_id))
        self._supports = {
            key: support for key, support in _support(actor, on=on).items() if self._has(key[0])
        }
        self._populations: Populations = populations(england)

    def _has(self, trust_id: int) -> bool:
        return self._trusts is None or trust_id in self._trusts

    @cached_property
    def counted_elsewhere(self) -> tuple[tuple[str, str], ...]:
        """The trusts in this network that another one counts, each with the name of that one; none of another area."""
        if self.area.kind is not Kind.NETWORK:
            return ()
        members = self.england.members(self.area.id, primary_only=False) - self.england.members(self.area.id)
        return tuple(
            sorted(
                (self.england.name(trust), self.england.name(self.england.network_of(trust)))
                for trust in members
            )
        )

    @cached_property
    def whole(self) -> Part:
        """All machines of the area."""
        return self._part("All", self._fleet, self._supports.values(), self.persons)

    @cached_property
    def by_modality(self) -> tuple[Part, ...]:
        """Each modality of which there are machines."""
        found = []
        for modality in Modality:
            fleet = [some for some in self._fleet if some.modality is modality]
            supports = [support for (_, of), support in self._supports.items() if of is modality]
            if fleet:
                found.append(self._part(modality.label, fleet, supports, self.persons, modality=modality))
        return tuple(found)

    @cached_property
    def age_groups(self) -> tuple[Group, ...]:
        """The modalities as groups, for the chart."""
        return grouped(self._fleet, self.england, Grouping.MODALITY, on=self.on)

    @cached_property
    def children(self) -> tuple[Part, ...]:
        """The regions, networks or trusts of the area that have machines; none of a trust."""
        if self.area.children is None:
            return ()
        groups = grouped(self._fleet, self.england, self.area.children, on=self.on)
        return tuple(self._child(group) for group in groups)

    @property
    def persons(self) -> Persons:
        """The population of the area."""
        if self.area.kind is Kind.NATION:
            return self._populations.of_england()
        if self.area.kind is Kind.REGION:
            return self._populations.of_region(self.area.id)
        return self._populations.of_trusts(self._current(self._trusts or ()))

    def _child(self, group: Group) -> Part:
        fleet = [some for some in self._fleet if some.trust_id in group.trust_ids]
        supports = [support for (trust, _), support in self._supports.items() if trust in group.trust_ids]
        return self._part(group.name, fleet, supports, self._persons_of(group), group=group)

    def _persons_of(self, group: Group) -> Persons:
        if not group.key:
            return Persons(None, why_not_known="it is no organisation")
        key = int(group.key)
        if self.area.children is Grouping.REGION:
            return self._populations.of_region(key)
        kind = Kind.NETWORK if self.area.children is Grouping.NETWORK else Kind.TRUST
        members = trusts_of(Area(key, kind, group.name), self.england) or frozenset()
        return self._populations.of_trusts(self._current(trust for trust in members if self._has(trust)))

    def _current(self, trusts: Iterable[int]) -> set[int]:
        return {self.england.current(trust) for trust in trusts}

    def _part(
        self,
        name: str,
        fleet: Collection[Machines],
        supports: Iterable[Support],
        persons: Persons,
        *,
        group: Group | None = None,
        modality: Modality | None = None,
    ) -> Part:
        modalities: dict[Modality, int] = {}
        for some in fleet:
            modalities[some.modality] = modalities.get(some.modality, 0) + some.number
        reached = sum(some.number for some in fleet if _reaches(some, self.on))
        by_year_end = sum(
            some.number for some in fleet if _reaches(some, ends_on(financial_year_of(self.on)))
        )
        return Part(
            name,
            tally(fleet, on=self.on),
            reached,
            by_year_end - reached,
            sum(supports, Support()),
            modalities,
            persons,
            group,
            modality,
        )


def trusts_of(area: Area, england: Structure) -> frozenset[int] | None:
    """Return the trusts counted in an area, predecessors included; None where all of England's are."""
    if area.kind is Kind.NATION:
        return None
    of_trust: Callable[[int], int | None] = {
        Kind.REGION: england.region_of,
        Kind.NETWORK: england.network_of,
        Kind.TRUST: england.current,
    }[area.kind]
    every = (o.id for o in england.organisations.values() if o.kind is Kind.TRUST)
    return frozenset(trust for trust in every if of_trust(trust) == area.id)


def _reaches(some: Machines, by: date) -> bool:
    """Say whether the youngest age that guidance names for its modality is reached by a date."""
    ages = reference_ages(some.modality)
    return bool(ages) and some.installed_on is not None and some.installed_on <= installed_by(min(ages), by)


def _support(actor: Actor, *, on: date) -> dict[tuple[int, Modality], Support]:
    """Count the fleet by end of support, for each trust and modality. One query."""
    states = support_states(on)
    rows = (
        Asset.objects.visible_to(actor)
        .filter(in_fleet_on(on))
        .order_by()
        .values_list("trust_id", "modality")
        .annotate(**{name: Count("pk", filter=states[name]) for name in ("ended", "ending", "not_known")})
    )
    return {(trust, Modality(code)): Support(*counts) for trust, code, *counts in rows}
