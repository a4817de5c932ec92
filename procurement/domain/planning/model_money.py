"""Constraint 4 of the model: who pays; and the cost of stage 3."""

from collections import defaultdict
from collections.abc import Mapping
from typing import TypeVar

from procurement.domain.planning.funding import carry_limit_pence, ring_order
from procurement.domain.planning.limits import pinned_trust_years
from procurement.domain.planning.model_columns import INFINITY, Making, Terms
from procurement.domain.planning.problem import RingFence
from procurement.domain.planning.result import Source

_Key = TypeVar("_Key")
_TrustYear = tuple[int, int]


def add_money(making: Making) -> None:
    """What a trust spends in a year comes from ring-fences, its own envelope and the pools that it may use."""
    paid: dict[_TrustYear, Terms] = defaultdict(list)
    for (trust, _, year), terms in sorted(making.spend.items()):
        paid[trust, year] += terms
    _add_ring_fences(making, paid)
    _add_pools(making, paid)
    may_fall_short = pinned_trust_years(making.problem)
    for trust, year in sorted(may_fall_short):
        short = making.model.column(INFINITY, ("short", trust, year), making.owner(trust))
        making.model.breach[short] = 1.0
        paid[trust, year].append((short, -1.0))
    _add_own(making, paid)


def add_cost(making: Making) -> None:
    """Stage 3: spend inc VAT and the tenders run, in present value."""
    cost = making.model.cost
    for (_, _, year), terms in making.spend.items():
        for column, price in terms:
            cost[column] = cost.get(column, 0.0) + price * making.factor[year]


def _add_ring_fences(making: Making, paid: dict[_TrustYear, Terms]) -> None:
    """Ring-fenced money pays for its modality, in all no more than a trust spends on it."""
    model = making.model
    rings: dict[tuple[str, int], list[RingFence]] = defaultdict(list)
    for ring in sorted(making.problem.ring_fences, key=ring_order):
        rings[ring.modality, ring.year].append(ring)
    used: dict[RingFence, Terms] = defaultdict(list)
    for (trust, modality, year), terms in sorted(making.spend.items()):
        received: Terms = []
        for ring in rings.get((modality, year), ()):
            if ring.is_open_to(trust):
                name = ("paid", Source.RING_FENCE, trust, modality, year, ring.trust_ids)
                column = model.column(making.units(ring.amount_pence), name, making.owner(trust))
                received.append((column, 1.0))
                used[ring].append((column, 1.0))
                paid[trust, year].append((column, -1.0))
        if received:
            model.at_most([*received, *((column, -price) for column, price in terms)])
    for ring, terms in used.items():
        model.sums[ring] = len(model.rows)
        model.at_most(terms, making.units(ring.amount_pence))


def _add_pools(making: Making, paid: dict[_TrustYear, Terms]) -> None:
    """A pool pays for its trusts; a year's sum and what was carried into it is all there is."""
    problem, model = making.problem, making.model
    amounts = {(e.pool_id, e.year): e.amount_pence for e in problem.pool_envelopes}
    envelope_of = {(e.pool_id, e.year): e for e in problem.pool_envelopes}
    for pool in sorted(problem.pools, key=lambda pool: pool.pool_id):
        networks = {making.networks[trust] for trust in pool.trust_ids}
        owner = (None, next(iter(networks)) if len(networks) == 1 else None)
        carry = {
            year: model.column(
                making.units(carry_limit_pence(amounts[pool.pool_id, year], pool.carry_over_basis_points)),
                ("carry", Source.POOL, pool.pool_id, year),
                owner,
            )
            for year in problem.years
            if (pool.pool_id, year) in amounts and year + 1 in problem.years
        }
        for year in problem.years:
            most = amounts.get((pool.pool_id, year), 0) + amounts.get((pool.pool_id, year - 1), 0)
            used = _carried(carry, year, year - 1)
            for trust in pool.trust_ids if most else ():
                if (trust, year) in paid:
                    name = ("paid", Source.POOL, trust, year, pool.pool_id)
                    column = model.column(making.units(most), name, making.owner(trust))
                    used.append((column, 1.0))
                    paid[trust, year].append((column, -1.0))
            if used:
                if (pool.pool_id, year) in envelope_of:
                    model.sums[envelope_of[pool.pool_id, year]] = len(model.rows)
                model.at_most(used, making.units(amounts.get((pool.pool_id, year), 0)))


def _add_own(making: Making, paid: dict[_TrustYear, Terms]) -> None:
    """The rest is a trust's own; a trust-year in which nothing can be bought still hands its money on."""
    problem, model = making.problem, making.model
    own = {(e.trust_id, e.year): e.amount_pence for e in problem.envelopes}
    carry = {
        (trust, year): model.column(
            making.units(carry_limit_pence(amount, problem.own_carry_over_basis_points)),
            ("carry", Source.OWN, trust, year),
            making.owner(trust),
        )
        for (trust, year), amount in sorted(own.items())
        if year + 1 in problem.years
    }
    for trust, year in sorted({*paid, *own}):
        terms = [*paid.get((trust, year), ()), *_carried(carry, (trust, year), (trust, year - 1))]
        model.at_most(terms, making.units(own.get((trust, year), 0)))


def _carried(carry: Mapping[_Key, int], out_of: _Key, into_from: _Key) -> Terms:
    """Money carried out of a year counts as used there, and as there to use in the next."""
    terms: Terms = []
    if out_of in carry:
        terms.append((carry[out_of], 1.0))
    if into_from in carry:
        terms.append((carry[into_from], -1.0))
    return terms
