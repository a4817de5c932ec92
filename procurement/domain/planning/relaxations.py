"""For wishes that cannot all be had: the fewest limits to relax and by how much, and what would do for each alone.

It starts from the least priced breach that stage 1 left, with every other decision as planned. Sums are the least that do:
a penny less leaves something unpaid. That a relaxation removes the breach is settled, never assumed. Moving a pin is
tried with the other decisions as planned, and with nothing but the pins.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from procurement.domain.planning.breaches import only_pins_breach
from procurement.domain.planning.changes import with_more, with_pin
from procurement.domain.planning.exposure import outlook
from procurement.domain.planning.funding import SpendKey
from procurement.domain.planning.ledger import Ledger, Money
from procurement.domain.planning.limits import (
    INSTALLED,
    NETWORK,
    SITE,
    TRUST,
    LimitBook,
    key_of,
    pinned_trust_years,
)
from procurement.domain.planning.problem import KEPT, PlanningProblem, Specification
from procurement.domain.planning.result import Breach, BreachKind, Choice, Schedule, Settlement, Source
from procurement.domain.planning.settle import settle

_MOST_TOGETHER = 3
"""Sets of so many envelopes are tried before each shortfall is given its own."""
_LIMITS = {
    INSTALLED: "max_installations_per_trust_year",
    SITE: "most_out_per_site",
    TRUST: "most_out_per_trust",
    NETWORK: "most_out_per_network",
}


@dataclass(frozen=True, slots=True)
class MoreMoney:
    """So much more in one envelope."""

    money: Money
    pence: int

    def applied(self, problem: PlanningProblem) -> PlanningProblem:
        return with_more(problem, self.money, self.pence)


@dataclass(frozen=True, slots=True)
class HigherLimit:
    """A limit that counts machines (a level of ``limits``), raised by so many."""

    level: str
    units: int

    def applied(self, problem: PlanningProblem) -> PlanningProblem:
        name = _LIMITS[self.level]
        raised: dict[str, Any] = {name: (getattr(problem, name) or 0) + self.units}
        return replace(problem, **raised)


@dataclass(frozen=True, slots=True)
class EarlierArrival:
    """A specification that can arrive from ``year``."""

    specification: str
    year: int

    def applied(self, problem: PlanningProblem) -> PlanningProblem:
        def sooner(spec: Specification) -> Specification:
            return replace(spec, earliest_year=self.year) if spec.code == self.specification else spec

        return replace(problem, specifications=tuple(sooner(spec) for spec in problem.specifications))


@dataclass(frozen=True, slots=True)
class StatedCover:
    """Something that stands in for the only machine of its kind: the machine is not the only one any more."""

    asset_id: int

    def applied(self, problem: PlanningProblem) -> PlanningProblem:
        assets = tuple(
            replace(a, is_only_one=False, cover_pence=None) if a.asset_id == self.asset_id else a
            for a in problem.assets
        )
        return replace(problem, assets=assets)


@dataclass(frozen=True, slots=True)
class WiderShare:
    """A fair share of so many basis points."""

    basis_points: int

    def applied(self, problem: PlanningProblem) -> PlanningProblem:
        return replace(problem, fairness_basis_points=self.basis_points)


@dataclass(frozen=True, slots=True)
class MovedPin:
    """A machine pinned to another choice, or (None) not pinned, and then kept as it is."""

    asset_id: int
    choice: Choice | None

    def applied(self, problem: PlanningProblem) -> PlanningProblem:
        return with_pin(problem, self.asset_id, self.choice)


Relaxation = MoreMoney | HigherLimit | EarlierArrival | StatedCover | WiderShare | MovedPin


@dataclass(frozen=True, slots=True)
class Remedy:
    """One breach, and each single relaxation that would do for it alone, the others staying as they are."""

    breach: Breach
    alone: tuple[Relaxation, ...]


@dataclass(frozen=True, slots=True)
class Relief:
    """What has to give: ``together`` ends every breach with the fewest limits found; ``remedies`` go breach by breach."""

    together: tuple[Relaxation, ...]
    remedies: tuple[Remedy, ...]


def relief(problem: PlanningProblem, settlement: Settlement) -> Relief | None:
    """Return what would end the breaches of a settled plan, None where there are none."""
    if not settlement.breaches:
        return None
    search = _Search(problem, settlement)
    return Relief(search.together(), tuple(Remedy(b, search.alone(b)) for b in settlement.breaches))


def relaxed(problem: PlanningProblem, relaxations: Iterable[Relaxation]) -> PlanningProblem:
    """Return the problem with every relaxation applied."""
    for one in relaxations:
        problem = one.applied(problem)
    return problem


class _Search:
    def __init__(self, problem: PlanningProblem, settlement: Settlement) -> None:
        self.problem, self.breaches = problem, settlement.breaches
        self.total = sum(breach.amount_pence for breach in settlement.breaches)
        self.schedule: Schedule = {d.asset_id: d.choice for d in settlement.decisions}
        self.bills: dict[SpendKey, int] = {
            (line.trust_id, line.modality, line.year): line.amount_pence for line in settlement.spend
        }
        self.assets = {asset.asset_id: asset for asset in problem.assets}
        self.book = LimitBook(problem)

    def together(self) -> tuple[Relaxation, ...]:
        """The least of each limit that counts, and the fewest envelopes."""
        found: list[Relaxation] = []
        units: dict[str, int] = defaultdict(int)
        for breach in self.breaches:
            if key := key_of(breach):
                units[key[0]] = max(units[key[0]], breach.units)
            elif breach.kind not in (BreachKind.ENVELOPE, BreachKind.FAIRNESS):
                found.append(self._single(breach))
        found += [HigherLimit(level, most) for level, most in sorted(units.items())]
        if any(breach.kind is BreachKind.FAIRNESS for breach in self.breaches):
            found.append(WiderShare(self._share(self._unfair(), 0)))
        return tuple(found) + self._money()

    def alone(self, breach: Breach) -> tuple[Relaxation, ...]:
        """Each single relaxation after which the priced breaches are less by this one's amount."""
        tried: list[Relaxation] = []
        if breach.kind is BreachKind.ENVELOPE:
            tried += self._envelopes(breach)
        elif breach.kind is BreachKind.FAIRNESS:
            tried.append(WiderShare(self._share(self._unfair(), self._unfair() - breach.amount_pence)))
        elif key := key_of(breach):
            tried.append(HigherLimit(key[0], breach.units))
        else:
            tried.append(self._single(breach))
        tried = [one for one in tried if self._does([one], self.total - breach.amount_pence)]
        return (*tried, *self._pins(breach))

    def _single(self, breach: Breach) -> Relaxation:
        """What a machine's own breach asks for: an earlier arrival, or cover."""
        assert breach.asset_id is not None  # noqa: S101 - only such breaches come here
        assert breach.year is not None  # noqa: S101
        if breach.kind is BreachKind.LEAD_TIME:
            code = self.assets[breach.asset_id].specification
            years = [
                other.year
                for other in self.breaches
                if other.kind is BreachKind.LEAD_TIME
                and other.asset_id is not None
                and other.year is not None
                and self.assets[other.asset_id].specification == code
            ]
            return EarlierArrival(code, min(years))
        return StatedCover(breach.asset_id)

    def _unfair(self) -> int:
        return sum(b.amount_pence for b in self.breaches if b.kind is BreachKind.FAIRNESS)

    def _share(self, now: int, most: int) -> int:
        """The least fair share, in basis points, that leaves ``most`` pence of unfairness of the ``now`` that there is."""
        low = self.problem.fairness_basis_points or 0
        high = low
        while now > most:
            low, high = high, 2 * high
            now = self._unfairness_at(high)
        while high - low > 1:
            middle = (low + high) // 2
            if self._unfairness_at(middle) > most:
                low = middle
            else:
                high = middle
        return high

    def _unfairness_at(self, basis_points: int) -> int:
        settlement = settle(replace(self.problem, fairness_basis_points=basis_points), self.schedule)
        return sum(b.amount_pence for b in settlement.breaches if b.kind is BreachKind.FAIRNESS)

    def _ledger(self, breach: Breach | None = None) -> Ledger:
        """The plan's money where nothing may stay short; or, for one shortfall, where that one must be paid and all others
        may stay as they are in sum."""
        excused = pinned_trust_years(self.problem)
        if breach is None:
            return Ledger(self.problem, self.bills, excused, 0)
        allowed = self._short() - breach.amount_pence
        return Ledger(self.problem, self.bills, excused - {(breach.trust_id, breach.year)}, allowed)

    def _short(self) -> int:
        return sum(b.amount_pence for b in self.breaches if b.kind is BreachKind.ENVELOPE)

    def _money(self) -> tuple[MoreMoney, ...]:
        """The fewest envelopes that pay for everything between them; of as many, those that need the least."""
        short = self._short()
        if not short:
            return ()
        ledger = self._ledger()
        missing = ledger.check()
        sources = [money for money in ledger.money if money in missing.sources]
        for count in range(1, _MOST_TOGETHER + 1):
            sets = (_least(ledger, chosen, short) for chosen in combinations(sources, count))
            done = [found for found in sets if found is not None]
            if done:
                return min(done, key=lambda found: sum(more.pence for more in found))
        return tuple(
            MoreMoney(Money(Source.OWN, b.year, trust_id=b.trust_id), b.amount_pence)
            for b in self.breaches
            if b.kind is BreachKind.ENVELOPE and b.year is not None
        )

    def _envelopes(self, breach: Breach) -> list[MoreMoney]:
        """Each envelope that would do for one shortfall, the least sum first."""
        ledger = self._ledger(breach)
        found: list[MoreMoney] = []
        sources = ledger.check().sources
        for money in ledger.money:
            if money in sources and (least := _least(ledger, (money,), breach.amount_pence)):
                found += least
        return sorted(found, key=lambda more: more.pence)

    def _pins(self, breach: Breach) -> list[MovedPin]:
        """Pins of which one, moved to the nearest year that does or else taken off, would do."""
        found = []
        for pin in self.problem.pins:
            if not self._has_part(pin.asset_id, pin.choice, breach):
                continue
            for choice in (*self._years_around(pin.asset_id, pin.choice), None):
                moved = MovedPin(pin.asset_id, choice)
                if self._does([moved], self.total - breach.amount_pence):
                    found.append(moved)
                    break
        return found

    def _has_part(self, asset_id: int, choice: Choice, breach: Breach) -> bool:
        """Whether a pinned choice uses what is broken: its own rule, the limit, or money that competes with the shortfall."""
        asset = self.assets[asset_id]
        if breach.asset_id is not None:
            return breach.asset_id == asset_id
        if breach.kind is BreachKind.ENVELOPE:
            cut = self._ledger(breach).check().cut
            return any((asset.trust_id, asset.modality, year) in cut for year in choice.years)
        if breach.kind is BreachKind.FAIRNESS:
            return asset.trust_id == breach.trust_id
        return key_of(breach) in self.book.keys(asset, choice)

    def _years_around(self, asset_id: int, choice: Choice) -> list[Choice]:
        """The same choice in other years that the rules allow, the nearest first, of two the later."""
        if choice.year is None:
            return []
        year = choice.year
        free = outlook(with_pin(self.problem, asset_id, None)).choices[asset_id]
        same = [
            one
            for one in free
            if one.kind is choice.kind and one.upgrade_year == choice.upgrade_year and one != choice
        ]
        return sorted(same, key=lambda one: (abs((one.year or 0) - year), -(one.year or 0)))

    def _does(self, relaxations: list[Relaxation], most: int) -> bool:
        """Whether, so relaxed, the priced breaches are at most so much; settled, not assumed."""
        problem = relaxed(self.problem, relaxations)
        moved = {r.asset_id: r.choice or KEPT for r in relaxations if isinstance(r, MovedPin)}
        schedules = [{**self.schedule, **moved}]
        if moved:
            pinned = {pin.asset_id: pin.choice for pin in problem.pins}
            schedules.append({asset_id: pinned.get(asset_id, KEPT) for asset_id in self.schedule})
        for schedule in schedules:
            settlement = settle(problem, schedule)
            if (
                only_pins_breach(problem, settlement)
                and sum(b.amount_pence for b in settlement.breaches) <= most
            ):
                return True
        return False


def _least(ledger: Ledger, chosen: tuple[Money, ...], short: int) -> tuple[MoreMoney, ...] | None:
    """The least that these envelopes need more, one after the other, for the ledger to pay; None where they cannot."""
    plenty = _plenty(ledger, chosen, short)
    if plenty is None:
        return None
    sums = dict.fromkeys(chosen, plenty)
    for money in chosen:
        low, high = -1, sums[money]
        while high - low > 1:
            middle = (low + high) // 2
            if _pays(ledger, {**sums, money: middle}):
                high = middle
            else:
                low = middle
        sums[money] = high
    return tuple(MoreMoney(money, pence) for money, pence in sums.items() if pence)


def _plenty(ledger: Ledger, chosen: tuple[Money, ...], short: int) -> int | None:
    """A sum that is enough in each of the envelopes; money carried over may need many times what is short."""
    for times in (1, 4, 16):
        if _pays(ledger, dict.fromkeys(chosen, times * short)):
            return times * short
    return None


def _pays(ledger: Ledger, more: dict[Money, int]) -> bool:
    mark = ledger.mark()
    for money, pence in more.items():
        ledger.raise_envelope(money, pence)
    paid = ledger.check().nothing
    ledger.back(mark)
    return paid
