"""Outcomes drawn at random, the same ones each time: every unknown by itself, from a seed of its own name.

A date: every day of its range is as likely as any other. A price: half the outcomes lie between its low and its middle,
half between its middle and its high, evenly. The works of a site: half between low and as planned, half above. Unknowns
are independent of one another; one price holds for all tenders of its specification, one share for all works of a site.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from procurement.domain.planning.funding import SpendKey, allocate
from procurement.domain.planning.limits import pinned_trust_years
from procurement.domain.planning.problem import PlanningProblem
from procurement.domain.planning.ranges import UncertaintyRules
from procurement.domain.planning.uncertain_money import Money, PriceUnknown, WorksUnknown, short_pence
from procurement.domain.planning.uncertain_points import Future

TrustYear = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Draws:
    """``points`` and ``old_years`` by trust, ``spend`` (pence inc VAT) by bill: each a list of one value per outcome.

    What is not uncertain is left out of the first two (they hold only machines of uncertain date). ``short`` counts, by
    trust and year, the outcomes in which its money falls short, and ``short_years`` by year those in which anybody's does;
    both None where it was not worked out. ``paid_out`` is how many outcomes were paid out of the envelopes.
    """

    points: dict[int, list[int]]
    old_years: dict[int, list[int]]
    spend: dict[SpendKey, list[float]]
    short: dict[TrustYear, int] | None
    short_years: dict[int, int] | None
    paid_out: int


def draw(problem: PlanningProblem, found: Iterable[Future], costs: Money, rules: UncertaintyRules) -> Draws:
    """Draw ``rules.draws`` outcomes, and pay the first ``rules.money_draws`` of them out of the plan's envelopes."""
    points: dict[int, list[int]] = {}
    old_years: dict[int, list[int]] = {}
    for future in found:
        drawn = _dates(future, rules)
        for what, totals in (("points", points), ("old_years", old_years)):
            so_far = totals.setdefault(future.trust_id, [0] * rules.draws)
            values = [int(getattr(one, what)) for one in future.outcomes]
            totals[future.trust_id] = [a + values[b] for a, b in zip(so_far, drawn, strict=True)]
    spend = {
        (line.trust_id, line.modality, line.year): [float(line.amount_pence)] * rules.draws
        for line in costs.planned.spend
    }
    for name, unknown, at in _unknowns(costs):
        rng = _rng(rules, name)
        places = [at(rng.random()) for _ in range(rules.draws)]
        for key in sorted(unknown.low.keys() | unknown.high.keys()):
            down, up = unknown.low.get(key, 0), unknown.high.get(key, 0)
            spend[key] = [
                so_far + (up * place if place > 0 else -down * place)
                for so_far, place in zip(spend[key], places, strict=True)
            ]
    short, short_years = _short(problem, costs, spend, rules)
    return Draws(points, old_years, spend, short, short_years, rules.money_draws)


def _rng(rules: UncertaintyRules, name: str) -> Random:
    return Random(f"{rules.seed} {name}")  # noqa: S311 - a simulation, the same each time; nothing secret


def _dates(future: Future, rules: UncertaintyRules) -> list[int]:
    """For each outcome which piece of the range the date falls into."""
    rng = _rng(rules, f"date {future.asset_id}")
    until = list(accumulate(one.days for one in future.outcomes))
    return [bisect_right(until, int(rng.random() * until[-1])) for _ in range(rules.draws)]


Place = Callable[[float], float]
"""From a number drawn between 0 and 1 to a place: -1 is low, 0 as planned, 1 high."""


def _unknowns(costs: Money) -> Iterable[tuple[str, PriceUnknown | WorksUnknown, Place]]:
    for price in costs.prices:
        yield f"price {price.price.specification}", price, _price_place(price)
    for works in costs.works:
        yield f"works {works.site_id}", works, lambda r: 2 * r - 1


def _price_place(unknown: PriceUnknown) -> Place:
    price = unknown.price

    def at(r: float) -> float:
        if r < 0.5:
            pence = price.low_pence + 2 * r * (price.middle_pence - price.low_pence)
        else:
            pence = price.middle_pence + (2 * r - 1) * (price.high_pence - price.middle_pence)
        beyond = pence - price.planned_pence
        room = price.high_pence - price.planned_pence if beyond > 0 else price.planned_pence - price.low_pence
        return beyond / room if room else 0.0

    return at


def _short(
    problem: PlanningProblem,
    costs: Money,
    spend: Mapping[SpendKey, Sequence[float]],
    rules: UncertaintyRules,
) -> tuple[dict[TrustYear, int] | None, dict[int, int] | None]:
    """Count the outcomes in which the money falls short. Where even the highest prices are paid for, there are none."""
    by_trust: dict[TrustYear, int] = defaultdict(int)
    by_year: dict[int, int] = defaultdict(int)
    if not short_pence(costs.highest):
        return dict(by_trust), dict(by_year)
    if len(spend) > rules.most_purchases:
        return None, None
    excused = pinned_trust_years(problem)
    for number in range(rules.money_draws):
        bills = {key: round(values[number]) for key, values in spend.items()}
        found = {key for key, pence in allocate(problem, bills, excused).short_pence.items() if pence}
        for key in found:
            by_trust[key] += 1
        for year in {year for _, year in found}:
            by_year[year] += 1
    return dict(by_trust), dict(by_year)
