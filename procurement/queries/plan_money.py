"""Money of a plan that several trusts may use: whose it is, which trusts it is for, and how much there is by year."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from networks.domain.organisations import Kind, Structure
from networks.queries.organisations import structure
from procurement.models import Plan, RingFence, SharedEnvelope
from procurement.queries.plan_members import plan_members


@dataclass(frozen=True, slots=True)
class Holder:
    """An organisation that can hold money for several trusts of a plan.

    `trust_ids` are those of the plan that may use it, by name; none: the money is kept, and not used.
    """

    holder_id: int
    code: str
    name: str
    trust_ids: tuple[int, ...]


def holders(plan: Plan, england: Structure, members: frozenset[int]) -> list[Holder]:
    """Return the plan's networks, then the ICBs of its trusts by name, then others that have money in it still. One query."""
    with_money = SharedEnvelope.objects.filter(plan=plan).values_list("holder_id", flat=True).distinct()
    networks = [england.current(network) for network in plan.network_ids]
    boards = {icb for trust in members if (icb := england.icb_of(trust)) is not None}
    first = list(dict.fromkeys(networks))
    second = sorted(boards, key=england.name)
    others = {england.current(holder) for holder in with_money} - {*first, *second}
    return [
        Holder(
            pk, england.organisations[pk].code, england.name(pk), trusts_of_holder(pk, plan, england, members)
        )
        for pk in [*first, *second, *sorted(others, key=england.name)]
    ]


def trusts_of_holder(
    holder_id: int, plan: Plan, england: Structure, members: frozenset[int]
) -> tuple[int, ...]:
    """Return the trusts of a plan that may use a holder's money: all for its own network, a network's or an ICB's own.

    None where the holder is no longer there, or has no trust in the plan.
    """
    holder = england.organisations[holder_id]
    if holder.kind is Kind.ICB:
        found = {trust for trust in members if england.icb_of(trust) == holder_id}
    elif holder_id == england.current(plan.network_id):
        found = set(members)
    else:
        found = {trust for trust in members if england.network_of(trust) == holder_id}
    return tuple(sorted(found, key=lambda trust: (england.name(trust), trust)))


def shared_amounts(plan: Plan, england: Structure) -> dict[tuple[int, int], int]:
    """Return (holder, year) to pence for the plan's years; a predecessor's money is its successor's. One query."""
    found: dict[tuple[int, int], int] = defaultdict(int)
    rows = SharedEnvelope.objects.filter(plan=plan, year__in=list(plan.years))
    for holder, year, pence in rows.values_list("holder_id", "year", "amount_pence"):
        found[england.current(holder), year] += pence
    return dict(found)


def ring_fences(plan: Plan) -> dict[tuple[str, int], RingFence]:
    """Return (modality, year) to the national money of the plan's years. One query."""
    rows = RingFence.objects.filter(plan=plan, year__in=list(plan.years))
    return {(row.modality, row.year): row for row in rows}


@dataclass(frozen=True, slots=True)
class SharedRow:
    """One holder's or one modality's money by year, for reading; None where none is stated."""

    name: str
    note: str
    amounts: tuple[int | None, ...]

    @property
    def total_pence(self) -> int:
        """All years together; a year without an amount has none."""
        return sum(amount or 0 for amount in self.amounts)


def shared_rows(plan: Plan, *, on: date) -> list[SharedRow]:
    """Return the shared and national money of a plan, only where there is any. Only for those who see the whole plan."""
    england = structure(on=on)
    members = plan_members(plan, england)
    amounts = shared_amounts(plan, england)
    fences = ring_fences(plan)
    rows = [
        SharedRow(
            holder.name,
            "for all trusts"
            if len(holder.trust_ids) == len(members)
            else "for "
            + (", ".join(map(england.name, holder.trust_ids)) or "no trust of this plan: not used"),
            tuple(amounts.get((holder.holder_id, year)) for year in plan.years),
        )
        for holder in holders(plan, england, members)
        if any((holder.holder_id, year) in amounts for year in plan.years)
    ]
    by_modality = defaultdict(list)
    for (modality, _), fence in sorted(fences.items()):
        by_modality[modality].append(fence)
    rows += [
        SharedRow(
            f"National money for {found[0].get_modality_display()}",
            ", ".join(dict.fromkeys(fence.programme for fence in found if fence.programme)),
            tuple(
                fences[modality, year].amount_pence if (modality, year) in fences else None
                for year in plan.years
            ),
        )
        for modality, found in by_modality.items()
    ]
    return rows
