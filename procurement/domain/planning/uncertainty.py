"""How sure the figures of a plan are: its decisions are held, the unknowns behind them move.

Two ranges of every figure. ``low`` to ``high`` is the widest: every unknown at its best, or every one at its worst, at
the same time; figures in whole pence that add up. ``likely_low`` to ``likely_high`` holds 80% of outcomes drawn at random
(``uncertain_draws``), where what is dear here is made up for by what is cheap there: money to the nearest £1,000, and the
likely ranges of parts do not add up to that of the whole. Simulation and not a formula, because the plan often stands at one
edge of a range (a machine known to the year counts as old as it can be) and money carried over or shared has no formula.

Unknown is never nothing: a date that nobody knows has a range, and so has a price that nobody has paid yet. What is known
exactly contributes nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from procurement.domain.plan_ages import OLD_YEARS
from procurement.domain.planning.choice import Schedule
from procurement.domain.planning.evaluate import ages_at_each_31_march, evaluate_settlement
from procurement.domain.planning.exposure import Outlook, outlook
from procurement.domain.planning.problem import PlanningProblem
from procurement.domain.planning.ranges import Ranges, UncertaintyRules, uncertainty_rules
from procurement.domain.planning.result import Settlement
from procurement.domain.planning.uncertain_draws import Draws, TrustYear, draw
from procurement.domain.planning.uncertain_figures import (
    Span,
    TrustSpan,
    Uncertainty,
    Unknown,
    UnknownKind,
    YearSpan,
)
from procurement.domain.planning.uncertain_money import Money, PriceUnknown, WorksUnknown, money, short_pence
from procurement.domain.planning.uncertain_order import Swap, swaps
from procurement.domain.planning.uncertain_points import Future, futures

_THOUSAND_POUNDS = 100_000


def uncertainty(problem: PlanningProblem, schedule: Schedule, ranges: Ranges) -> Uncertainty:
    """Return how sure the figures of a schedule are. Raises ValueError for one that does not fit the problem.

    Pure: the same problem, schedule and ranges give the same answer.
    """
    rules = uncertainty_rules()
    ahead = outlook(problem)
    found, costs = futures(problem, schedule, ranges, ahead), money(problem, schedule, ranges)
    return _Reckoning(problem, rules, ahead, found, costs, draw(problem, found, costs, rules)).answer(
        swaps(problem, schedule, ranges, ahead)
    )


@dataclass(frozen=True, slots=True)
class _Reckoning:
    """Everything that was worked out, from which each figure's span is read."""

    problem: PlanningProblem
    rules: UncertaintyRules
    ahead: Outlook
    futures: tuple[Future, ...]
    costs: Money
    drawn: Draws

    def answer(self, moved: tuple[Swap, ...]) -> Uncertainty:
        trusts = [trust.trust_id for trust in self.problem.trusts]
        metrics = evaluate_settlement(self.problem, self.costs.planned, self.ahead)
        return Uncertainty(
            exposure=self._points("points", metrics.exposure, trusts),
            old_years=self._points("old_years", metrics.asset_years_over_10, trusts),
            spend=self._spend(trusts, self.problem.years),
            years=tuple(self._year(None, year, trusts) for year in self.problem.years),
            trust_years=tuple(
                self._year(trust, year, [trust]) for trust in trusts for year in self.problem.years
            ),
            trusts=self._trusts(trusts),
            unknowns=self._ranked(),
            swaps=moved,
            draws=self.rules.draws,
            money_draws=self.rules.money_draws,
            seed=self.rules.seed,
            likely_percent=self.rules.likely_percent,
        )

    def _trusts(self, trusts: Iterable[int]) -> tuple[TrustSpan, ...]:
        points: dict[int, int] = defaultdict(int)
        old: dict[int, int] = defaultdict(int)
        assets = {asset.asset_id: asset for asset in self.problem.assets}
        for decision in self.costs.planned.decisions:
            asset = assets[decision.asset_id]
            points[asset.trust_id] += self.ahead.totals[asset.asset_id][decision.choice]
            ages = ages_at_each_31_march(
                self.problem,
                self.ahead,
                asset.asset_id,
                decision.choice,
                is_candidate=asset.is_candidate,
            )
            old[asset.trust_id] += sum(age >= OLD_YEARS for age in ages)
        return tuple(
            TrustSpan(
                trust,
                self._spend([trust], self.problem.years),
                self._points("points", points[trust], [trust]),
                self._points("old_years", old[trust], [trust]),
            )
            for trust in trusts
        )

    def _points(self, what: str, planned: int, trusts: Sequence[int]) -> Span:
        here = [one for one in self.futures if one.trust_id in trusts]
        as_planned = sum(int(getattr(one.planned, what)) for one in here)
        columns: Mapping[int, list[int]] = getattr(self.drawn, what)
        drawn = [columns[trust] for trust in trusts if trust in columns]
        totals = [planned - as_planned + sum(values) for values in zip(*drawn, strict=True)]
        low = planned - as_planned + sum(one.low(what) for one in here)
        high = planned - as_planned + sum(one.high(what) for one in here)
        return self._span(low, planned, high, totals, 1)

    def _spend(self, trusts: Sequence[int], years: Iterable[int]) -> Span:
        held = set(years)

        def total(settlement: Settlement) -> int:
            return sum(
                line.amount_pence
                for line in settlement.spend
                if line.trust_id in trusts and line.year in held
            )

        columns = [v for (trust, _, year), v in self.drawn.spend.items() if trust in trusts and year in held]
        totals = [sum(values) for values in zip(*columns, strict=True)]
        costs = self.costs
        return self._span(
            total(costs.lowest), total(costs.planned), total(costs.highest), totals, _THOUSAND_POUNDS
        )

    def _span(self, low: int, planned: int, high: int, drawn: list[float] | list[int], to: int) -> Span:
        """The middle ``likely_percent`` of what was drawn, rounded to multiples of ``to``, and within low and high."""
        if low == high or not drawn:
            return Span(low, planned, high, low, high)
        ordered = sorted(drawn)
        out = len(ordered) * (100 - self.rules.likely_percent) // 200
        likely_low, likely_high = (round(ordered[place] / to) * to for place in (out, -1 - out))
        return Span(low, planned, high, min(max(low, likely_low), high), max(min(high, likely_high), low))

    def _year(self, trust: int | None, year: int, trusts: Sequence[int]) -> YearSpan:
        planned, highest = short_pence(self.costs.planned), short_pence(self.costs.highest)
        return YearSpan(
            trust_id=trust,
            year=year,
            spend=self._spend(trusts, [year]),
            short_planned_pence=sum(planned.get((one, year), 0) for one in trusts),
            short_high_pence=sum(highest.get((one, year), 0) for one in trusts),
            short_percent=self._short_percent(trust, year),
        )

    def _short_percent(self, trust: int | None, year: int) -> int | None:
        """Whole per cents; never 0 where it happened once, never 100 where it once did not."""
        if self.drawn.short is None or self.drawn.short_years is None:
            return None
        key: TrustYear | None = None if trust is None else (trust, year)
        count = self.drawn.short_years.get(year, 0) if key is None else self.drawn.short.get(key, 0)
        if count in (0, self.drawn.paid_out):
            return 100 if count else 0
        return min(99, max(1, round(100 * count / self.drawn.paid_out)))

    def _ranked(self) -> tuple[Unknown, ...]:
        """By the share of a range that each accounts for, whichever range it is; what changes nothing is left out."""
        found = [
            Unknown(
                UnknownKind.DATE,
                points=one.high("points") - one.low("points"),
                old_years=one.high("old_years") - one.low("old_years"),
                pence_by_trust=(),
                asset_id=one.asset_id,
                trust_id=one.trust_id,
                planned_beyond=one.planned_beyond,
            )
            for one in self.futures
        ]
        found += [_of_money(price) for price in self.costs.prices]
        found += [_of_money(works) for works in self.costs.works]
        points = sum(one.points for one in found) or 1
        pence = sum(one.pence for one in found) or 1
        moving = [one for one in found if one.points or one.old_years or one.pence]
        return tuple(
            sorted(
                moving,
                key=lambda one: (
                    -max(one.points / points, one.pence / pence),
                    one.kind,
                    one.asset_id or one.site_id or 0,
                    one.specification or "",
                ),
            )
        )


def _of_money(one: PriceUnknown | WorksUnknown) -> Unknown:
    widths: dict[int, int] = defaultdict(int)
    for key, pence in one.high.items():
        widths[key[0]] += pence
    for key, pence in one.low.items():
        widths[key[0]] -= pence
    by_trust = tuple(sorted((trust, pence) for trust, pence in widths.items() if pence))
    if isinstance(one, PriceUnknown):
        return Unknown(UnknownKind.PRICE, 0, 0, by_trust, specification=one.price.specification)
    return Unknown(UnknownKind.WORKS, 0, 0, by_trust, site_id=one.site_id)
