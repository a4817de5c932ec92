"""The organisations of the NHS in England and how they belong together, as at a date.

Every belonging is a dated link, so history, counts and permissions come out right on both sides of a merger.
Sources: NHS ODS (codes), the 2019 strategy for imaging networks, section 4 (24 networks, later merging into 18).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property


class Kind(StrEnum):
    """What an organisation is."""

    NATION = "nation"
    REGION = "region"
    ICB = "icb"
    NETWORK = "network"
    TRUST = "trust"
    SITE = "site"


class Tie(StrEnum):
    """How one organisation (the source) belongs to another (the target)."""

    PART_OF = "part_of"
    """Site of trust, trust of ICB, ICB of region, region of nation."""
    MEMBER_OF = "member_of"
    """Trust of imaging network; one membership at a time is primary, the one that counts nationally."""
    SUCCEEDED_BY = "succeeded_by"
    """Trust by trust, ICB by ICB, network by network, from the link's start."""


@dataclass(frozen=True, slots=True)
class Organisation:
    """One organisation. `code` is the ODS code (networks have none of their own; theirs is made here)."""

    id: int
    kind: Kind
    code: str
    name: str
    opened_on: date | None = None
    closed_on: date | None = None
    """The last day on which it was open, as the ODS has it; None: still open."""

    def is_open(self, on: date) -> bool:
        """Say whether it existed on a date; an unknown opening counts as long ago."""
        return (self.opened_on is None or self.opened_on <= on) and (
            self.closed_on is None or on <= self.closed_on
        )


@dataclass(frozen=True, slots=True)
class Link:
    """A dated belonging: from `starts_on` (None: always) up to, not including, `ends_on` (None: still)."""

    source_id: int
    target_id: int
    tie: Tie
    starts_on: date | None = None
    ends_on: date | None = None
    is_primary: bool = True

    def in_force(self, on: date) -> bool:
        """Say whether the link holds on a date."""
        return in_force(self.starts_on, self.ends_on, on)


def in_force(starts_on: date | None, ends_on: date | None, on: date) -> bool:
    """Say whether what begins on `starts_on` (None: always) and has ended by `ends_on` (None: still) holds on a date."""
    return (starts_on is None or starts_on <= on) and (ends_on is None or on < ends_on)


class Structure:
    """The organisations as they stand on one date.

    Built from all organisations and all links; only links in force on `on` are followed. A successor takes over its
    predecessor's place: `current(old_id)` is the organisation that answers for it on that date.
    """

    def __init__(self, organisations: Iterable[Organisation], links: Iterable[Link], *, on: date) -> None:
        self.on = on
        self.organisations = {o.id: o for o in organisations}
        self._links = [link for link in links if link.in_force(on)]

    @cached_property
    def _successor(self) -> dict[int, int]:
        return {link.source_id: link.target_id for link in self._links if link.tie is Tie.SUCCEEDED_BY}

    @cached_property
    def _parent(self) -> dict[int, int]:
        return {link.source_id: link.target_id for link in self._links if link.tie is Tie.PART_OF}

    @cached_property
    def _primary_network(self) -> dict[int, int]:
        return {
            link.source_id: link.target_id
            for link in self._links
            if link.tie is Tie.MEMBER_OF and link.is_primary
        }

    def current(self, organisation_id: int) -> int:
        """Return the id of whoever answers for an organisation on this date: itself, or its last successor.

        Raises ValueError where the successions run in a circle.
        """
        seen = {organisation_id}
        while (following := self._successor.get(organisation_id)) is not None:
            if following in seen:
                raise ValueError(f"Organisation {organisation_id} is recorded as its own successor.")
            seen.add(following)
            organisation_id = following
        return organisation_id

    def with_predecessors(self, organisation_id: int) -> frozenset[int]:
        """Return an organisation and all those it has taken over by this date, directly or through others."""
        return self._lineage.get(organisation_id, frozenset()) | {organisation_id}

    @cached_property
    def _lineage(self) -> dict[int, frozenset[int]]:
        members: dict[int, set[int]] = {}
        for old in self._successor:
            heir = old
            seen = {old}
            while (following := self._successor.get(heir)) is not None and following not in seen:
                seen.add(following)
                heir = following
                members.setdefault(heir, set()).add(old)
        return {heir: frozenset(old) for heir, old in members.items()}

    def direct_predecessors(self, organisation_id: int) -> frozenset[int]:
        """Return those that an organisation has taken over itself by this date, not through others."""
        return frozenset(old for old, new in self._successor.items() if new == organisation_id)

    def parent_of(self, organisation_id: int) -> int | None:
        """Return what an organisation is part of on this date: a region for an ICB; None where that is not known."""
        return self._parent.get(organisation_id)

    def network_of(self, trust_id: int) -> int | None:
        """Return the id of the primary network of a trust (or of its successor), itself resolved to its successor.

        None where the trust is in no network on this date.
        """
        network = self._primary_network.get(self.current(trust_id))
        return None if network is None else self.current(network)

    def networks_of(self, trust_id: int) -> frozenset[int]:
        """Return the ids of every network a trust is in, primary or not, resolved to successors."""
        trust = self.current(trust_id)
        return frozenset(
            self.current(link.target_id)
            for link in self._links
            if link.tie is Tie.MEMBER_OF and link.source_id == trust
        )

    def members(self, network_id: int, *, primary_only: bool = True) -> frozenset[int]:
        """Return the ids of the trusts in a network, counting those of networks it has absorbed.

        `primary_only` leaves out trusts whose primary network is another, so that summing over networks counts each
        trust once.
        """
        network = self.current(network_id)
        return frozenset(
            link.source_id
            for link in self._links
            if link.tie is Tie.MEMBER_OF
            and (link.is_primary or not primary_only)
            and self.current(link.target_id) == network
            and self.current(link.source_id) == link.source_id
        )

    def direct_members(self, network_id: int) -> frozenset[int]:
        """Return the ids of the trusts that joined this very network, primary or not, whatever became of it since."""
        return frozenset(
            link.source_id
            for link in self._links
            if link.tie is Tie.MEMBER_OF and link.target_id == network_id
        )

    def icb_of(self, trust_id: int) -> int | None:
        """Return the id of the ICB of a trust, resolved to its successor; None where it has none."""
        icb = self._parent.get(self.current(trust_id))
        return None if icb is None else self.current(icb)

    def region_of(self, trust_id: int) -> int | None:
        """Return the id of the region of a trust, through its ICB; None where that is not known."""
        icb = self.icb_of(trust_id)
        return None if icb is None else self._parent.get(icb)

    def name(self, organisation_id: int | None) -> str:
        """Return an organisation's name, or "not known"."""
        organisation = self.organisations.get(organisation_id) if organisation_id is not None else None
        return organisation.name if organisation else "not known"

    def of_kind(self, kind: Kind) -> list[Organisation]:
        """Return the organisations of one kind that are open and not succeeded by another on this date, by name."""
        found = (
            o
            for o in self.organisations.values()
            if o.kind is kind and o.id not in self._successor and o.is_open(self.on)
        )
        return sorted(found, key=lambda o: o.name)
