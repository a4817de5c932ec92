"""Joint tenders: plan lines of several trusts gathered by what they buy and when, and what that is worth to each.

`gather` is the whole rule. It is pure and quick, so nothing about price, break or share is ever stored: when a trust
drops out, gathering again without it gives everybody's new figures, and none can go stale. Money is whole pence,
ex VAT unless the name says otherwise.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from procurement.domain.pricing import Break, PriceList, apportion, vat_pence
from procurement.domain.tender_dates import tendering_rules


@dataclass(frozen=True, slots=True)
class Need:
    """One machine that a trust's plan wants: which plan line, what (a specification version), for which year."""

    line_id: int
    trust_id: int
    specification_version_id: int
    year: int
    works_pence: int
    vat_basis_points: int


@dataclass(frozen=True, slots=True)
class Share:
    """What a joint tender means for one trust.

    `alone_pence` is what its own units would cost bought by itself, at whatever break they reach on their own.
    `vat_pence` is on equipment and works, rounded per machine as plans round it.
    """

    trust_id: int
    line_ids: tuple[int, ...]
    equipment_pence: int
    alone_pence: int
    works_pence: int
    vat_pence: int
    tender_cost_pence: int

    @property
    def units(self) -> int:
        return len(self.line_ids)

    @property
    def saving_pence(self) -> int:
        """What buying together saves it on equipment, ex VAT. Never negative: prices do not rise with quantity."""
        return self.alone_pence - self.equipment_pence

    @property
    def total_pence(self) -> int:
        """Equipment, works and VAT; its part of running the tender is revenue and stands apart."""
        return self.equipment_pence + self.works_pence + self.vat_pence


@dataclass(frozen=True, slots=True)
class NextBreak:
    """The next price break, how many more units it needs, and from which years the plan could bring them."""

    step: Break
    more_units: int
    could_move: tuple[tuple[int, int], ...]
    """(year, units) of the same specification planned for a year close by, nearest first."""

    @property
    def within_reach(self) -> bool:
        """Whether the machines planned close by would be enough."""
        return sum(units for _, units in self.could_move) >= self.more_units


@dataclass(frozen=True, slots=True)
class Gathering:
    """All machines of one specification wanted in one year, across trusts, with the price they reach together."""

    specification_version_id: int
    year: int
    reached: Break
    next_break: NextBreak | None
    shares: tuple[Share, ...]
    """One for each trust, by trust id."""

    @property
    def units(self) -> int:
        return sum(share.units for share in self.shares)

    @property
    def line_ids(self) -> tuple[int, ...]:
        return tuple(sorted(line for share in self.shares for line in share.line_ids))

    @property
    def equipment_pence(self) -> int:
        return sum(share.equipment_pence for share in self.shares)

    @property
    def alone_pence(self) -> int:
        return sum(share.alone_pence for share in self.shares)

    @property
    def works_pence(self) -> int:
        return sum(share.works_pence for share in self.shares)

    @property
    def vat_pence(self) -> int:
        return sum(share.vat_pence for share in self.shares)

    @property
    def tender_cost_pence(self) -> int:
        return sum(share.tender_cost_pence for share in self.shares)

    @property
    def saving_pence(self) -> int:
        """What buying together saves against each trust buying its own units by itself."""
        return sum(share.saving_pence for share in self.shares)

    @property
    def total_pence(self) -> int:
        """Equipment, works and VAT of all."""
        return sum(share.total_pence for share in self.shares)

    def share_of(self, trust_id: int) -> Share | None:
        """Return one trust's share, None where it takes no part."""
        return next((share for share in self.shares if share.trust_id == trust_id), None)


def gather(
    needs: Iterable[Need], prices: Mapping[int, PriceList], *, tender_cost_pence: int
) -> tuple[Gathering, ...]:
    """Gather needs into one group for each specification version and year, by year, then version.

    `prices` holds the price list of each specification version id; `tender_cost_pence` is what running one tender
    costs, shared by units. Raises KeyError for a version without prices.
    """
    groups: dict[tuple[int, int], list[Need]] = defaultdict(list)
    for need in needs:
        groups[need.year, need.specification_version_id].append(need)
    return tuple(
        Gathering(
            specification_version_id=version_id,
            year=year,
            reached=prices[version_id].reached(len(wanted)),
            next_break=_next_break(groups, year, version_id, prices[version_id]),
            shares=_shares(wanted, prices[version_id], tender_cost_pence),
        )
        for (year, version_id), wanted in sorted(groups.items())
    )


def gather_one(needs: Sequence[Need], prices: PriceList, *, tender_cost_pence: int) -> Gathering | None:
    """Gather the needs of one tender; None where nobody is left. Raises ValueError if they are of two kinds."""
    versions = {need.specification_version_id for need in needs}
    found = gather(needs, dict.fromkeys(versions, prices), tender_cost_pence=tender_cost_pence)
    if len(found) > 1:
        raise ValueError("One tender buys one specification version in one year.")
    return found[0] if found else None


def _shares(wanted: list[Need], prices: PriceList, tender_cost_pence: int) -> tuple[Share, ...]:
    unit_pence = prices.reached(len(wanted)).unit_price_pence
    of_trust: dict[int, list[Need]] = defaultdict(list)
    for need in sorted(wanted, key=lambda need: need.line_id):
        of_trust[need.trust_id].append(need)
    trusts = sorted(of_trust)
    costs = apportion(tender_cost_pence, [len(of_trust[trust]) for trust in trusts])
    return tuple(
        Share(
            trust_id=trust,
            line_ids=tuple(need.line_id for need in of_trust[trust]),
            equipment_pence=unit_pence * len(of_trust[trust]),
            alone_pence=prices.cost_pence(len(of_trust[trust])),
            works_pence=sum(need.works_pence for need in of_trust[trust]),
            vat_pence=sum(
                vat_pence(unit_pence, need.vat_basis_points)
                + vat_pence(need.works_pence, need.vat_basis_points)
                for need in of_trust[trust]
            ),
            tender_cost_pence=cost,
        )
        for trust, cost in zip(trusts, costs, strict=True)
    )


def _next_break(
    groups: Mapping[tuple[int, int], Sequence[Need]], year: int, version_id: int, prices: PriceList
) -> NextBreak | None:
    units = len(groups[year, version_id])
    step = prices.next_after(units)
    if step is None:
        return None
    reach = tendering_rules().moves_within_years
    near = [
        (other, len(wanted))
        for (other, version), wanted in groups.items()
        if version == version_id and 0 < abs(other - year) <= reach
    ]
    near.sort(key=lambda pair: (abs(pair[0] - year), pair[0]))
    return NextBreak(step, step.minimum_units - units, tuple(near))


@dataclass(frozen=True, slots=True)
class Consequence:
    """One trust before and after machines leave or rejoin; None on the side where it takes no part. Never None on both."""

    trust_id: int
    before: Share | None
    after: Share | None

    @property
    def each_change_pence(self) -> int | None:
        """How much more (or less) each of its machines costs, ex VAT; None where it takes part on one side only."""
        if self.before is None or self.after is None:
            return None
        # One tender has one unit price, so these divisions leave nothing over.
        return (
            self.after.equipment_pence // self.after.units - self.before.equipment_pence // self.before.units
        )


def consequences(before: Gathering | None, after: Gathering | None) -> tuple[Consequence, ...]:
    """Set everybody's share before a change beside the one after it, by trust id."""
    trusts = {share.trust_id for group in (before, after) if group for share in group.shares}
    return tuple(
        Consequence(
            trust,
            before.share_of(trust) if before else None,
            after.share_of(trust) if after else None,
        )
        for trust in sorted(trusts)
    )
