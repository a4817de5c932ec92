"""A fleet by modality, trust, network or region, each machine counted once, as the organisations stood on a date."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from assets.domain.fleet import TEN, AgeTally, Machines, Share, tally_by
from assets.domain.guidance import reference_ages
from assets.domain.vocabulary import Modality
from networks.domain.organisations import Structure


class Grouping(StrEnum):
    """What the rows of a fleet table are."""

    MODALITY = "modality"
    TRUST = "trust"
    NETWORK = "network"
    REGION = "region"

    @property
    def label(self) -> str:
        return self.value.capitalize()

    @property
    def plural(self) -> str:
        """ "modalities", "trusts", "networks", "regions"."""
        return "modalities" if self is Grouping.MODALITY else f"{self.value}s"


@dataclass(frozen=True, slots=True)
class Group:
    """One row: its machines' ages, and which trusts (predecessors included) hold them.

    `key` is the modality's code or the organisation's id as text; "" for machines that belong to no such organisation.
    """

    key: str
    name: str
    ages: AgeTally
    trust_ids: frozenset[int]

    @property
    def whole_fleet_words(self) -> str:
        """Say so where every machine of known age is ten or older: "all 6 machines are ten years or older"; else ""."""
        if not self.ages.is_wholly_ten_or_older:
            return ""
        number = self.ages.known
        of_known = " of known age" if self.ages.not_known else ""
        if number == 1:
            return f"its only machine{of_known} is ten years or older"
        return f"all {number:,} machines{of_known} are ten years or older"


def grouped(
    fleet: Iterable[Machines], england: Structure, grouping: Grouping, *, on: date
) -> tuple[Group, ...]:
    """Return the fleet's ages on `on`, by modality in the order of the vocabulary or by organisation in that of names.

    A trust answers for those it has taken over by the date of `england`; it is counted in its primary network, and in
    the region of its ICB. Groups without a machine are left out; trusts in no network or region form the last group.
    """
    machines = tuple(fleet)
    key = _keys(england, grouping)
    trusts: dict[str, set[int]] = {}
    for some in machines:
        trusts.setdefault(key(some), set()).add(some.trust_id)
    ages = tally_by(machines, key, on=on)
    found = [
        Group(key, _name(key, england, grouping), counted, frozenset(trusts[key]))
        for key, counted in ages.items()
    ]
    return tuple(sorted(found, key=lambda group: _order(group, grouping)))


def trusts_with_one_ten_or_older(trusts: Iterable[Group]) -> Share:
    """Return how many trusts have a machine of ten years or older, of those with a machine of known age.

    Beside them, as not known, the trusts none of whose machines has a known age.
    """
    every = tuple(trusts)
    known = [trust for trust in every if trust.ages.known]
    return Share(
        sum(trust.ages.at_least(TEN).part > 0 for trust in known), len(known), len(every) - len(known)
    )


def wholly_ten_or_older(trusts: Iterable[Group]) -> tuple[Group, ...]:
    """Return the trusts whose whole fleet, as far as its age is known, is ten years or older."""
    return tuple(trust for trust in trusts if trust.ages.is_wholly_ten_or_older)


def by_modality_within(
    fleet: Iterable[Machines], england: Structure, grouping: Grouping, *, on: date
) -> dict[str, dict[Modality, AgeTally]]:
    """Return the ages of each modality within each group: {group key: {modality: ages}}."""
    group = _keys(england, grouping)
    crossed = tally_by(fleet, lambda some: (group(some), some.modality), on=on)
    found: dict[str, dict[Modality, AgeTally]] = {}
    for (key, modality), ages in crossed.items():
        found.setdefault(key, {})[modality] = ages
    return found


def _keys(england: Structure, grouping: Grouping) -> Callable[[Machines], str]:
    """Return what gives machines their group's key; each trust is looked up once."""
    if grouping is Grouping.MODALITY:
        return lambda some: some.modality.value
    organisation_of: dict[Grouping, Callable[[int], int | None]] = {
        Grouping.TRUST: england.current,
        Grouping.NETWORK: england.network_of,
        Grouping.REGION: england.region_of,
    }

    @cache
    def of_trust(trust_id: int) -> str:
        organisation = organisation_of[grouping](trust_id)
        return "" if organisation is None else str(organisation)

    return lambda some: of_trust(some.trust_id)


def _name(key: str, england: Structure, grouping: Grouping) -> str:
    if grouping is Grouping.MODALITY:
        return Modality(key).label
    if not key:
        return f"Not in a {grouping.value}"
    return england.name(int(key))


def _order(group: Group, grouping: Grouping) -> tuple[bool, int, str]:
    position = list(Modality).index(Modality(group.key)) if grouping is Grouping.MODALITY else 0
    return (not group.key, position, group.name.casefold())


def in_order(groups: Iterable[Group], sort: str) -> tuple[Group, ...]:
    """Return groups (as `grouped` gives them) by "name", "machines" or one of `sort_keys()`, "-" turning it round.

    Unknown orders change nothing. Groups with no machine of known age stand last in an order by share, whichever way it runs.
    """
    every = tuple(groups)
    name, descending = sort.removeprefix("-"), sort.startswith("-")
    if name == "name":
        return every[::-1] if descending else every
    if name == "machines":
        return tuple(sorted(every, key=lambda group: group.ages.total, reverse=descending))
    if name not in sort_keys():
        return every
    years = sort_keys()[name]
    with_share = [group for group in every if group.ages.known]
    without = tuple(group for group in every if not group.ages.known)
    ranked = sorted(with_share, key=lambda g: g.ages.at_least(years).fraction or 0, reverse=descending)
    return (*ranked, *without)


def sort_keys() -> dict[str, int]:
    """Return the orders by share, as they stand in an address, with the age in years each is about."""
    return {f"from{years}": years for years in reference_ages()}
