"""All that a solved plan says of itself beyond its figures, in one go: accounts of machines, margins, and what has to give."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from procurement.domain.planning.account_words import Names, difference, instead
from procurement.domain.planning.accounts import Account, accounts
from procurement.domain.planning.exposure import outlook
from procurement.domain.planning.margins import Bought, LimitMargin, Margin, limit_margins, margins
from procurement.domain.planning.neighbours import Neighbourhood
from procurement.domain.planning.problem import PlanningProblem
from procurement.domain.planning.relaxations import MoreMoney, MovedPin, Relaxation, StatedCover, relief
from procurement.domain.planning.result import Breach, Settlement

Report = Callable[[str, int, int], None]
"""Told what is being done, how many of it are done, and how many there are."""


@dataclass(frozen=True, slots=True)
class Explanations:
    """``accounts`` by asset id (see ``accounts``); ``plan`` as it is kept with a version, plain JSON:

    * ``margins``: each envelope that binds: ``source``, ``trust_id``, ``pool_id``, ``modality``, ``ring_trust_ids``, ``year``,
      ``name``; ``needed_pence`` and ``next``, what that sum more would bring; ``more_pence`` and ``bought``, what that round sum
      would (null: nothing). ``next`` and ``bought`` have ``points``, ``cost_pence``, ``words`` and ``machines``.
    * ``limits``: each limit that binds: ``limit`` (level, place, modality, year), ``most``, ``words``, ``next``.
    * ``relief``: null without breaches; ``together`` and, breach by breach, ``remedies`` with ``breach`` and ``alone``: sentences
      with the trusts that they name (``trust_ids``), money in ``pence``.
    """

    accounts: dict[int, Account]
    plan: dict[str, Any]


def explanations(
    problem: PlanningProblem,
    settlement: Settlement,
    *,
    report: Report | None = None,
    should_cancel: Callable[[], bool] | None = None,
) -> Explanations:
    """Return what explains a settled plan. Raises Stopped when ``should_cancel`` says so; deterministic otherwise."""
    tell = report or _silent
    schedule = {decision.asset_id: decision.choice for decision in settlement.decisions}
    tell("what one year earlier or later would mean", 0, len(problem.assets))
    hood = Neighbourhood(problem, schedule, outlook(problem), should_cancel)
    found = accounts(hood, lambda done_, of: tell("what one year earlier or later would mean", done_, of))
    tell("what more money would buy", 0, 0)
    names = Names(problem)
    plan = {
        "margins": [_margin(names, hood, one) for one in margins(hood)],
        "limits": [_limit(names, hood, one) for one in limit_margins(hood)],
        "relief": _relief(names, problem, settlement),
    }
    return Explanations(found, plan)


def _silent(what: str, done_: int, of: int) -> None:
    """Tell nobody."""


def _margin(names: Names, hood: Neighbourhood, one: Margin) -> dict[str, Any]:
    money = {**asdict(one.money), "source": one.money.source.value}
    return {
        **money,
        "ring_trust_ids": None if one.money.ring_trust_ids is None else list(one.money.ring_trust_ids),
        "name": names.money(one.money),
        "needed_pence": one.needed_pence,
        "next": _bought(names, hood, one.next),
        "more_pence": one.more_pence,
        "bought": None if one.bought is None else _bought(names, hood, one.bought),
    }


def _limit(names: Names, hood: Neighbourhood, one: LimitMargin) -> dict[str, Any]:
    return {
        "limit": list(one.limit),
        "most": names.book.most(one.limit),
        "trust_id": names.book.place(one.limit)[0],
        "words": names.one_more(one.limit),
        "next": _bought(names, hood, one.next),
    }


def _bought(names: Names, hood: Neighbourhood, one: Bought) -> dict[str, Any]:
    machines = []
    for asset_id, choice in one.changes:
        asset, was = names.assets[asset_id], hood.schedule[asset_id]
        machines.append(
            {
                "asset_id": asset_id,
                "label": asset.label,
                "modality": asset.modality,
                "trust_id": asset.trust_id,
                "words": instead(choice, was, asset),
                "earlier_years": _earlier(choice.bought_in, was.bought_in),
            }
        )
    return {
        "points": one.points,
        "cost_pence": one.cost_pence,
        "words": difference(one.points, one.cost_pence),
        "machines": machines,
    }


def _earlier(year: int | None, was: int | None) -> int | None:
    """By how many years a machine would come earlier; None where one of the two years is not in the plan."""
    return None if year is None or was is None else was - year


def _relief(names: Names, problem: PlanningProblem, settlement: Settlement) -> dict[str, Any] | None:
    found = relief(problem, settlement)
    if found is None:
        return None
    return {
        "together": [_relaxation(names, one) for one in found.together],
        "remedies": [
            {
                "breach": remedy.breach.words,
                "trust_id": remedy.breach.trust_id,
                "year": remedy.breach.year,
                "amount_pence": _money_of(remedy.breach),
                "alone": [_relaxation(names, one) for one in remedy.alone],
            }
            for remedy in found.remedies
        ],
    }


def _money_of(breach: Breach) -> int | None:
    """The shortfall; None for a breach that is none of money, whose amount is only a price for the planner."""
    return None if breach.units else breach.amount_pence


def _relaxation(names: Names, one: Relaxation) -> dict[str, Any]:
    trust = None
    if isinstance(one, MoreMoney):
        trust = one.money.trust_id
    elif isinstance(one, (MovedPin, StatedCover)):
        trust = names.assets[one.asset_id].trust_id
    return {
        "words": names.relaxation(one),
        "trust_id": trust,
        "pence": one.pence if isinstance(one, MoreMoney) else None,
    }
