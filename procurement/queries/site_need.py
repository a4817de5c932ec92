"""The demand at the sites of a network, from its register, its activity, the population and the coordinates of sites."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.db.models import Q

from assets.domain.activity import Measure
from assets.domain.vocabulary import Modality, Subtype
from assets.models import Asset
from assets.queries.activity import activity_in
from networks.domain.access import Actor, Permission, Scope
from networks.domain.distance import Place, distance_km, place_at
from networks.domain.organisations import Kind, Structure, Tie, in_force
from networks.domain.population import Persons
from networks.models import Link, Organisation
from networks.queries.organisations import structure
from networks.queries.population import populations
from procurement.domain.site_need import Demand, Nearest, Need, Use, need_of
from procurement.domain.siting_rules import siting_rules

_ELSEWHERE = "a site of another network"
_NOT_GENERAL = (Subtype.MOBILE, Subtype.FLUOROSCOPY)


@dataclass(frozen=True, slots=True)
class Site:
    """A site of the network and the trust that answers for it. `place` is None where its coordinates are not known."""

    id: int
    code: str
    name: str
    trust_id: int
    trust: str
    place: Place | None


@dataclass(frozen=True, slots=True)
class SiteNeed:
    """What one site's demand for one modality and service comes to. `service` is the key of a rule."""

    site: Site
    service: str
    demand: Demand
    need: Need

    @property
    def modality(self) -> Modality:
        return self.demand.modality


@dataclass(frozen=True, slots=True)
class _Machine:
    trust_id: int
    site_id: int
    modality: Modality
    examinations: Decimal | None
    is_judged_by_use: bool


class NetworkDemand:
    """The demand in one network on a date. Reads on being made: seven queries, however many sites and machines, two less
    where `england` is given, as it stands on that date.

    The machines are those in use or standby of the trusts whose primary network it is, as a plan counts them. Only for an
    actor who may see the whole network's plans; raises NotAllowed for others.
    """

    def __init__(self, actor: Actor, network_id: int, *, on: date, england: Structure | None = None) -> None:
        actor.require(Permission.VIEW_PLANS, network_id=network_id)
        self.on = on
        self.england = england or structure(on=on)
        self.network_id = self.england.current(network_id)
        self.trusts = self.england.members(self.network_id)
        everyone = frozenset[int]().union(*(self.england.with_predecessors(trust) for trust in self.trusts))
        self.sites = tuple(_sites(everyone, self.england, on))
        self._populations = populations(self.england)
        self._machines = _machines(actor, everyone, self.england, on=on)
        self._with_scanner = _sites_with_scanners()

    def needs(self) -> list[SiteNeed]:
        """Return the need of every site for every service and each of its modalities. No query."""
        return [
            SiteNeed(site, service.key, demand, need_of(demand, service))
            for site in self.sites
            for modality, demand in self._demands(site).items()
            for service in siting_rules().services.values()
            if modality in service.modalities
        ]

    def need(self, site_id: int, modality: Modality, service: str) -> SiteNeed | None:
        """Return the need of one site; None for a site that is not the network's. ValueError for no such service."""
        site = next((site for site in self.sites if site.id == site_id), None)
        if site is None:
            return None
        demand = self._demands(site)[modality]
        return SiteNeed(site, service, demand, need_of(demand, siting_rules().services[service]))

    def machines(self, modality: Modality) -> int:
        """Return how many machines of a modality the network has."""
        return sum(machine.modality is modality for machine in self._machines)

    @cached_property
    def persons(self) -> Persons:
        """The population of the network."""
        return self._populations.of_trusts(self.trusts)

    def _demands(self, site: Site) -> dict[Modality, Demand]:
        area, trusts, persons = self._area(site.trust_id)
        return {
            modality: Demand(
                modality=modality,
                area=area,
                machines=sum(m.trust_id in trusts and m.modality is modality for m in self._machines),
                persons=persons,
                trust=self._use("the trust", modality, frozenset({site.trust_id})),
                network=self._use("the network", modality, self.trusts),
                nearest=self._nearest(site, modality),
            )
            for modality in Modality
        }

    def _area(self, trust_id: int) -> tuple[str, frozenset[int], Persons]:
        """The smallest area around a trust of which the people are known and all scanners are the network's own."""
        icb = self.england.icb_of(trust_id)
        alike = frozenset(t for t in self.trusts if icb is not None and self.england.icb_of(t) == icb)
        if icb is not None:
            persons = self._of_trusts(alike)
            if persons.number:
                return self.england.name(icb), alike, persons
        return "the network", self.trusts, self.persons

    def _of_trusts(self, trusts: frozenset[int]) -> Persons:
        if trusts not in self._persons:
            self._persons[trusts] = self._populations.of_trusts(trusts)
        return self._persons[trusts]

    @cached_property
    def _persons(self) -> dict[frozenset[int], Persons]:
        return {}

    def _use(self, whose: str, modality: Modality, trusts: frozenset[int]) -> Use:
        key = (modality, trusts)
        if key not in self._uses:
            theirs = [
                m
                for m in self._machines
                if m.modality is modality and m.is_judged_by_use and m.trust_id in trusts
            ]
            known = [m.examinations for m in theirs if m.examinations is not None]
            self._uses[key] = Use(whose, len(theirs), len(known), sum(known, Decimal(0)))
        return self._uses[key]

    @cached_property
    def _uses(self) -> dict[tuple[Modality, frozenset[int]], Use]:
        return {}

    def _nearest(self, site: Site, modality: Modality) -> Nearest:
        standing = self._with_scanner[modality]
        if site.id in standing:
            return Nearest(Decimal(0), is_on_site=True)
        if site.place is None:
            return Nearest(None, why=f"the coordinates of {site.name} are not recorded")
        here = site.place
        charted = [
            (self._km(site.id, here, other.id, other.place), other)
            for other in standing.values()
            if other.place is not None
        ]
        if not charted:
            return Nearest(None, why="no site with one has its coordinates recorded")
        km, nearest = min(charted, key=lambda found: (found[0], found[1].name))
        own = self.england.network_of(nearest.trust_id) == self.network_id
        return Nearest(km, nearest.name if own else _ELSEWHERE, uncharted=len(standing) - len(charted))

    def _km(self, site_id: int, here: Place, other_id: int, there: Place) -> Decimal:
        key = (site_id, other_id)
        if key not in self._distances:
            self._distances[key] = distance_km(here, there)
        return self._distances[key]

    @cached_property
    def _distances(self) -> dict[tuple[int, int], Decimal]:
        return {}


def _sites(trusts: Iterable[int], england: Structure, on: date) -> Iterable[Site]:
    """The open sites of some trusts on a date, by trust and name. One query."""
    rows = (
        Link.objects.filter(tie=Tie.PART_OF, source__kind=Kind.SITE, target_id__in=list(trusts))
        .filter(Q(source__closed_on__isnull=True) | Q(source__closed_on__gte=on))
        .filter(Q(source__opened_on__isnull=True) | Q(source__opened_on__lte=on))
        .select_related("source")
        .order_by("source__name", "pk")
    )
    found = {
        row.source_id: _site(row.source, england.current(row.target_id), england)
        for row in rows
        if in_force(row.starts_on, row.ends_on, on)
    }
    return sorted(found.values(), key=lambda site: (site.trust, site.name))


def _site(row: Organisation, trust_id: int, england: Structure) -> Site:
    place = place_at(row.latitude, row.longitude)
    return Site(row.pk, row.code, row.name, trust_id, england.name(trust_id), place)


def _machines(actor: Actor, trusts: frozenset[int], england: Structure, *, on: date) -> tuple[_Machine, ...]:
    """The network's fleet with its examinations a year: counted or estimated activity, else what the register states."""
    fleet = list(
        Asset.objects.in_fleet()
        .filter(trust_id__in=trusts)
        .only(
            "trust_id", "site_id", "modality", "subtype", "examinations_per_year", "hours_per_week",
            "uptime_target_percent",
        )
        .order_by("pk")
    )  # fmt: skip
    # Whoever sees the whole network sees these trusts; narrowed to them, no more figures are read than are used.
    narrowed = Actor(actor.user_id, actor.name, actor.permissions, Scope(trust_ids=trusts))
    return tuple(
        _Machine(
            england.current(found.asset.trust_id),
            found.asset.site_id,
            Modality(found.asset.modality),
            _examinations(found.readings[Measure.EXAMINATIONS].a_year, found.asset.examinations_per_year),
            found.asset.subtype not in _NOT_GENERAL,
        )
        for found in activity_in(narrowed, fleet, on=on)
    )


def _examinations(counted: Decimal | None, stated: int | None) -> Decimal | None:
    if counted is not None:
        return counted
    return None if stated is None else Decimal(stated)


def _sites_with_scanners() -> dict[Modality, dict[int, Site]]:
    """Every site in England with a machine in the fleet, by modality. One query.

    Machines of other networks are read on purpose: the next scanner is the next, whoever owns it. Of theirs only the
    distance leaves this module, no name and no number.
    """
    rows = (
        Asset.objects.in_fleet()
        .order_by()
        .values_list(
            "modality", "trust_id", "site_id", "site__code", "site__name", "site__latitude", "site__longitude"
        )
        .distinct()
    )
    found: dict[Modality, dict[int, Site]] = defaultdict(dict)
    for modality, trust, site, code, name, latitude, longitude in rows:
        place = place_at(latitude, longitude)
        found[Modality(modality)][site] = Site(site, code, name, trust, "", place)
    return found


def sites_by_trust(network_id: int, *, on: date) -> dict[str, list[tuple[str, str]]]:
    """Return the open sites of a network as (code, name) by the name of their trust. Three queries."""
    england = structure(on=on)
    members = england.members(england.current(network_id))
    everyone = frozenset[int]().union(*(england.with_predecessors(trust) for trust in members))
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for site in _sites(everyone, england, on):
        found[site.trust].append((site.code, site.name))
    return dict(found)


def network_of_site(site_id: int, england: Structure) -> int | None:
    """Return the network that a site's trust is counted in; None where that is not known. One query."""
    for link in Link.objects.filter(tie=Tie.PART_OF, source_id=site_id):
        if in_force(link.starts_on, link.ends_on, england.on):
            return england.network_of(link.target_id)
    return None
