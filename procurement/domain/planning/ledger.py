"""Who pays, kept up to date while single machines are moved to and fro: the same answer as ``funding``, in a moment.

``funding.allocate`` works a whole plan out anew. A what-if changes one or two bills among hundreds, so the ledger
keeps the flow of money of the plan, takes back what is not needed any more, looks for ways to pay what is new, and
can go back to where it was. Sums are whole pence: that something can or cannot be paid is exact.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import pairwise

from procurement.domain.planning.funding import SpendKey, carry_limit_pence
from procurement.domain.planning.problem import PlanningProblem
from procurement.domain.planning.residual import NO_LIMIT, Residual
from procurement.domain.planning.result import Source

TrustYear = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Money:
    """One envelope of one year: a trust's own (``trust_id``), a pool's (``pool_id``), or ring-fenced money
    (``modality``, for ``ring_trust_ids`` or, None, for every trust)."""

    source: Source
    year: int
    trust_id: int | None = None
    pool_id: int | None = None
    modality: str | None = None
    ring_trust_ids: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """What cannot be paid. ``strict_pence`` belongs to trust-years that no pin excuses, ``excess_pence`` is all
    that is short beyond what was allowed; ``cut`` are the bills that compete for the money that is not enough: only
    lessening these can help, and by at least ``needed_pence``. ``sources`` are the envelopes of which more might help."""

    strict_pence: int
    excess_pence: int
    needed_pence: int
    cut: frozenset[SpendKey]
    sources: frozenset[Money]

    @property
    def nothing(self) -> bool:
        """Whether everything is paid that must be."""
        return not self.needed_pence


PAID = Missing(0, 0, 0, frozenset(), frozenset())


class Ledger:
    """The money of a plan. ``bills`` is spend in pence inc VAT; ``excused`` the trust-years that may fall short.

    ``check`` names what is missing beyond what is allowed to be short: None allows what is short at the beginning.
    """

    def __init__(
        self,
        problem: PlanningProblem,
        bills: Mapping[SpendKey, int],
        excused: Collection[TrustYear],
        allowed_pence: int | None = None,
    ) -> None:
        self._problem = problem
        self._pool_trusts = {pool.pool_id: frozenset(pool.trust_ids) for pool in problem.pools}
        self._flow = _Bills(frozenset(excused))
        self._money: dict[Money, int] = {}
        self._carry: dict[Money, tuple[int, int, int]] = {}
        self._before: dict[int, Money] = {}
        self._add_money()
        self._money_of = {node: key for key, node in self._money.items()}
        self.change(bills)
        self.allowed_pence = self.short_pence if allowed_pence is None else allowed_pence
        self._flow.forget()

    @property
    def short_pence(self) -> int:
        """All that is not paid, of whatever trust-year."""
        return self._flow.unpaid(self._flow.short)

    @property
    def money(self) -> tuple[Money, ...]:
        """Every envelope, and every year in which a trust or a pool might have one."""
        return tuple(self._money)

    def mark(self) -> int:
        """Where the ledger stands now, for ``back``."""
        return self._flow.mark()

    def back(self, mark: int) -> None:
        """Take back every change since ``mark``."""
        self._flow.back(mark)

    def change(self, more: Mapping[SpendKey, int]) -> None:
        """Add so much (less where negative) to bills, and pay as well as can be."""
        self._bill(more)
        self._flow.pay_all()

    def raise_envelope(self, key: Money, pence: int) -> None:
        """Put more money into an envelope; what may be carried over of it grows with it."""
        self._flow.add_money(self._money[key], pence)
        if key in self._carry:
            arc, amount, share = self._carry[key]
            self._flow.widen(arc, carry_limit_pence(amount + pence, share) - carry_limit_pence(amount, share))
        self._flow.pay_all()

    def check(self) -> Missing:
        """Say what is missing beyond what is allowed to be short."""
        flow = self._flow
        if not flow.short:
            return PAID
        strict = [node for node in flow.short if not flow.is_excused(node)]
        missing = flow.unpaid(strict)
        excess = max(0, self.short_pence - self.allowed_pence)
        if not missing and not excess:
            return PAID
        reached = flow.reaching(strict or flow.short)
        cut = {flow.key[n] for n in reached if n in flow.key and not (strict and flow.is_excused(n))}
        sources = {self._money_of[n] for n in reached if n in self._money_of}
        # More in the year before lets more of it be carried over, even where nothing of it could flow as things are.
        sources |= {self._before[n] for n in reached if n in self._before}
        return Missing(missing, excess, missing or excess, frozenset(cut), frozenset(sources))

    def _add_money(self) -> None:
        """A node for each envelope; a trust or pool without one in some year has an empty one, to put money in."""
        problem = self._problem
        own = {(e.trust_id, e.year): e.amount_pence for e in problem.envelopes}
        pooled = {(e.pool_id, e.year): e.amount_pence for e in problem.pool_envelopes}
        for trust in sorted(trust.trust_id for trust in problem.trusts):
            share = problem.own_carry_over_basis_points
            self._add_years(
                Source.OWN, {y: own.get((trust, y), 0) for y in problem.years}, share, trust=trust
            )
        for pool in sorted(problem.pools, key=lambda pool: pool.pool_id):
            amounts = {y: pooled.get((pool.pool_id, y), 0) for y in problem.years}
            self._add_years(Source.POOL, amounts, pool.carry_over_basis_points, pool=pool.pool_id)
        for ring in problem.ring_fences:
            key = Money(Source.RING_FENCE, ring.year, modality=ring.modality, ring_trust_ids=ring.trust_ids)
            self._money[key] = self._flow.new_node(left=ring.amount_pence)

    def _add_years(
        self,
        source: Source,
        amounts: Mapping[int, int],
        share: int,
        *,
        trust: int | None = None,
        pool: int | None = None,
    ) -> None:
        keys = [Money(source, year, trust_id=trust, pool_id=pool) for year in amounts]
        for key in keys:
            self._money[key] = self._flow.new_node(left=amounts[key.year])
        for key, following in pairwise(keys):
            amount = amounts[key.year]
            arc = self._flow.new_arc(
                self._money[key], self._money[following], carry_limit_pence(amount, share)
            )
            self._carry[key] = (arc, amount, share)
            if share:
                self._before[self._money[following]] = key

    def _bill(self, more: Mapping[SpendKey, int]) -> None:
        for key, amount in more.items():
            node = self._flow.of.get(key)
            self._flow.more(self._add_bill(key) if node is None else node, amount)

    def _add_bill(self, key: SpendKey) -> int:
        trust, modality, year = key
        node = self._flow.new_bill(key)
        for money, source in self._money.items():
            if money.year == year and self._may_pay(money, trust, modality):
                self._flow.new_arc(source, node, NO_LIMIT)
        return node

    def _may_pay(self, money: Money, trust: int, modality: str) -> bool:
        if money.source is Source.OWN:
            return money.trust_id == trust
        if money.source is Source.POOL:
            return money.pool_id is not None and trust in self._pool_trusts[money.pool_id]
        return money.modality == modality and (money.ring_trust_ids is None or trust in money.ring_trust_ids)


class _Bills(Residual):
    """The flow with its bills named: ``of`` by key, ``key`` by node."""

    def __init__(self, excused: frozenset[TrustYear]) -> None:
        super().__init__()
        self._excused = excused
        self.may_take = bool(excused)
        self.of: dict[SpendKey, int] = {}
        self.key: dict[int, SpendKey] = {}

    def new_bill(self, key: SpendKey) -> int:
        node = self.of[key] = self.new_node(is_bill=True)
        self.key[node] = key
        return node

    def is_excused(self, node: int) -> bool:
        key = self.key.get(node)
        return key is not None and (key[0], key[2]) in self._excused

    def pay_all(self) -> None:
        """First what nobody excuses, in the order of trusts, modalities and years."""
        self.pay(sorted(self.short, key=lambda node: (self.is_excused(node), self.key[node])))
