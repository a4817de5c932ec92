"""What more money would buy: which envelope binds in which year, the next better thing, and what it needs.

An envelope binds where more in it, and in no other, would let a machine be decided better with everything else as
planned: earlier, in the plan at all, upgraded, sited. The sum it needs is exact: a penny less does not do. What a
given sum more buys is found by taking the best such decision, then the next that still can be had, and is settled to the
penny; a whole new plan might make still better use of it. Limits that count machines bind in the same way.
"""

from collections import defaultdict
from dataclasses import dataclass

from procurement.domain.planning.breaches import only_pins_breach
from procurement.domain.planning.changes import with_more
from procurement.domain.planning.evaluate import evaluate_settlement
from procurement.domain.planning.ledger import Money
from procurement.domain.planning.limits import LimitKey
from procurement.domain.planning.moves import Step
from procurement.domain.planning.neighbours import Neighbourhood
from procurement.domain.planning.problem import PlanningProblem
from procurement.domain.planning.relaxations import HigherLimit
from procurement.domain.planning.result import Choice, Metrics
from procurement.domain.planning.settle import settle

USUAL_MORE_PENCE = 10_000_000
"""What the pages ask about: £100,000 more."""
_MOST_BOUGHT = 5
_FAR = 1 << 14
"""Up to so many times what is missing is tried: of money carried over only a share arrives, at least a ten-thousandth."""


@dataclass(frozen=True, slots=True)
class Bought:
    """Better decisions and what they make different: points, and pence of cost in present value. Negative is less."""

    changes: tuple[tuple[int, Choice], ...]
    points: int
    cost_pence: int


@dataclass(frozen=True, slots=True)
class Margin:
    """One envelope that binds: the least more that the next better thing needs, and what ``more_pence`` buys (or None)."""

    money: Money
    needed_pence: int
    next: Bought
    more_pence: int
    bought: Bought | None


@dataclass(frozen=True, slots=True)
class LimitMargin:
    """One limit that binds: what one more machine in it would allow."""

    limit: LimitKey
    next: Bought


def margins(hood: Neighbourhood, more_pence: int = USUAL_MORE_PENCE) -> tuple[Margin, ...]:
    """Return every envelope that binds, with what more of it would buy, by trust or pool and year."""
    waiting = [
        step for step in hood.steps.values() if step.points < 0 and not step.over and not step.missing.nothing
    ]
    by_money: dict[Money, list[Step]] = defaultdict(list)
    for step in waiting:
        for money in step.missing.sources:
            by_money[money].append(step)
    found = []
    for money in hood.moves.ledger.money:
        hood.ask()
        if money in by_money and (margin := _margin(hood, money, by_money[money], more_pence)):
            found.append(margin)
    return tuple(found)


def limit_margins(hood: Neighbourhood) -> tuple[LimitMargin, ...]:
    """Return every limit that binds: where one more machine in one year, and no more money, allows something better."""
    best: dict[LimitKey, Step] = {}
    for step in hood.steps.values():
        if step.points < 0 and len(step.over) == 1 and step.missing.nothing:
            [limit] = step.over
            if limit not in best or (step.points, step.changes) < (best[limit].points, best[limit].changes):
                best[limit] = step
    found = []
    for limit, step in sorted(best.items()):
        wider = HigherLimit(limit[0], 1).applied(hood.problem)
        if (bought := _exactly(wider, hood, step.changes)) is not None:
            found.append(LimitMargin(limit, bought))
    return tuple(found)


def needed_more(hood: Neighbourhood, step: Step, money: Money) -> int | None:
    """Return the least that one envelope needs more for a step to be paid for, in pence; None where it cannot do alone.

    It is never less than what is missing, and more only where money carried over arrives in part.
    """
    missing = step.missing.needed_pence
    high = missing
    while not _pays(hood, step, money, high):
        high *= 2
        if high > _FAR * missing:
            return None
    low = missing - 1 if high == missing else high // 2
    while high - low > 1:
        middle = (low + high) // 2
        if _pays(hood, step, money, middle):
            high = middle
        else:
            low = middle
    return high


def _pays(hood: Neighbourhood, step: Step, money: Money, more: int) -> bool:
    ledger = hood.moves.ledger
    mark = ledger.mark()
    ledger.raise_envelope(money, more)
    ledger.change(step.bills)
    paid = ledger.check().nothing
    ledger.back(mark)
    return paid


def _margin(hood: Neighbourhood, money: Money, steps: list[Step], more_pence: int) -> Margin | None:
    least: tuple[int, int, Step] | None = None
    for step in sorted(steps, key=lambda one: (one.missing.needed_pence, one.points, one.changes)):
        if least is not None and step.missing.needed_pence > least[0]:
            break
        needed = needed_more(hood, step, money)
        if needed is not None and (least is None or (needed, step.points) < least[:2]):
            least = (needed, step.points, step)
    if least is None:
        return None
    needed, _, step = least
    first = _exactly(with_more(hood.problem, money, needed), hood, step.changes)
    if first is None:
        return None
    bought = _buy(hood, money, steps, more_pence) if needed <= more_pence else None
    return Margin(money, needed, first, more_pence, bought)


def _buy(hood: Neighbourhood, money: Money, steps: list[Step], more_pence: int) -> Bought | None:
    """Take the best decision that the money pays for, then the next, as long as there is one."""
    moves, ledger = hood.moves, hood.moves.ledger
    mark, was = ledger.mark(), dict(moves.schedule)
    ledger.raise_envelope(money, more_pence)
    hopeful = sorted(
        (step for step in steps if step.missing.needed_pence <= more_pence),
        key=lambda one: (one.points, one.cost, one.changes),
    )
    taken: dict[int, Choice] = {}
    while len(taken) < _MOST_BOUGHT and (step := _first_possible(hood, hopeful, taken)):
        moves.apply(dict(step.changes))
        ledger.change(step.bills)
        taken |= dict(step.changes)
    moves.apply({asset_id: was[asset_id] for asset_id in taken})
    ledger.back(mark)
    if not taken:
        return None
    return _exactly(with_more(hood.problem, money, more_pence), hood, tuple(sorted(taken.items())))


def _first_possible(hood: Neighbourhood, hopeful: list[Step], taken: dict[int, Choice]) -> Step | None:
    for one in hopeful:
        [(asset_id, _)] = one.changes
        if asset_id not in taken:
            step = hood.moves.step(dict(one.changes))
            if not step.over and step.points < 0 and hood.moves.tried(step).nothing:
                return step
    return None


def _exactly(
    problem: PlanningProblem, hood: Neighbourhood, changes: tuple[tuple[int, Choice], ...]
) -> Bought | None:
    """Settle the plan so changed with the money so raised; None where it breaks a rule or widens a breach."""
    settlement = settle(problem, {**hood.schedule, **dict(changes)})
    if not only_pins_breach(problem, settlement):
        return None
    metrics: Metrics = evaluate_settlement(problem, settlement, hood.ahead)
    if metrics.breaches_pence > hood.metrics.breaches_pence:
        return None
    return Bought(
        changes,
        metrics.exposure - hood.metrics.exposure,
        metrics.cost_present_value_pence - hood.metrics.cost_present_value_pence,
    )
