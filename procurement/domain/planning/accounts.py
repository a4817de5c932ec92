"""The account of every machine of a solved plan: what a year earlier or later would cost, what binds, what would change it.

Each account has the keys "earlier", "later", "binding" and "would_change", lists of sentences, and "figures" with the numbers
behind them. Every sentence rests on a plan settled to the penny; another trust's machines are not named in them, but stand
in the figures. ``explanations`` adds what concerns the whole plan: which money binds, and what would end its breaches.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

from networks.domain.figures import pounds
from procurement.domain.planning.account_words import BEST_FOUND, Names, difference, done, instead
from procurement.domain.planning.breaches import only_pins_breach
from procurement.domain.planning.changes import with_pin
from procurement.domain.planning.closed import why_not_open
from procurement.domain.planning.evaluate import evaluate_settlement
from procurement.domain.planning.exposure import Outlook, outlook
from procurement.domain.planning.ledger import Money
from procurement.domain.planning.margins import needed_more
from procurement.domain.planning.moves import Step
from procurement.domain.planning.neighbours import Neighbour, Neighbourhood
from procurement.domain.planning.problem import KEPT, PlanAsset
from procurement.domain.planning.result import Choice, Kind, Schedule, Source
from procurement.domain.planning.settle import settle

Account = dict[str, Any]


@dataclass(slots=True)
class _Draft:
    """An account under construction."""

    earlier: list[str]
    later: list[str]
    binding: list[str]
    would_change: list[str]
    figures: dict[str, list[dict[str, Any]]]

    @classmethod
    def blank(cls) -> "_Draft":
        return cls([], [], [], [], {"earlier": [], "later": [], "binding": [], "would_change": []})


class Accounts:
    """Accounts of one solved plan, machine by machine; ``of`` raises Stopped when the neighbourhood is told to stop."""

    def __init__(self, hood: Neighbourhood) -> None:
        self.hood, self.problem, self.ahead = hood, hood.problem, hood.ahead
        self.names = Names(hood.problem)
        self.assets = self.names.assets
        self._pins = {pin.asset_id: pin.choice for pin in hood.problem.pins}
        self._free: Outlook | None = None

    def of(self, asset_id: int) -> Account:
        """Return the account of one machine or candidate."""
        asset, choice = self.assets[asset_id], self.hood.schedule[asset_id]
        draft = _Draft.blank()
        if asset_id in self._pins:
            self._pinned(draft, asset, choice)
        elif self.ahead.choices[asset_id] == (KEPT,):
            draft.binding.append(self._never(asset))
        else:
            self._decided(draft, asset, choice)
        return asdict(draft)

    def _decided(self, draft: _Draft, asset: PlanAsset, choice: Choice) -> None:
        if choice == KEPT:
            self._into_the_plan(draft, asset)
            draft.later.append("It is kept throughout the plan: there is no later year in it.")
            return
        for wanted in _earlier(choice):
            self._alternative(draft, draft.earlier, "earlier", asset, wanted)
        for wanted in _later(choice, self.problem.years):
            self._alternative(draft, draft.later, "later", asset, wanted)

    def _alternative(
        self, draft: _Draft, sentences: list[str], side: str, asset: PlanAsset, wanted: Choice
    ) -> None:
        found = self.hood.best(asset.asset_id, [wanted])
        if not found:
            sentences.append(why_not_open(self.problem, self.ahead, asset, wanted))
            if side == "earlier":
                draft.binding.append(sentences[-1])
            return
        [one] = found
        sentences.append(self._possible(asset, one.choice, one.found))
        draft.figures[side].append(self._figures(one.choice, one.found))
        if side == "earlier":
            self._what_binds(draft, asset, one.alone)

    def _into_the_plan(self, draft: _Draft, asset: PlanAsset) -> None:
        """For what is kept or left out: the best way in, and the cheapest money that would do."""
        offers = [
            one
            for one in self.ahead.choices[asset.asset_id]
            if one.bought_in is not None and one.kind is not Kind.UPGRADE
        ]
        if not offers:
            kind = Kind.ADD if asset.is_candidate else Kind.REPLACE
            never = why_not_open(self.problem, self.ahead, asset, Choice(kind, self.problem.years[-1]))
            draft.binding.append(never)
            return
        if best := self.hood.best_of(asset.asset_id, offers):
            draft.earlier.append(self._possible(asset, best.choice, best))
            draft.figures["earlier"].append(self._figures(best.choice, best))
        else:
            verb = "add" if asset.is_candidate else "replace"
            draft.earlier.append(
                f"No way was found to {verb} it in any year of the plan by moving at most one other machine."
            )
        gaining = [step for one in offers if (step := self.hood.steps[asset.asset_id, one]).points < 0]
        if not gaining:
            draft.binding.append("Nothing would be gained: in no year of the plan would it lessen exposure.")
            return
        self._what_binds(
            draft,
            asset,
            min(
                gaining,
                key=lambda step: (len(step.over), step.missing.needed_pence, step.points, step.changes),
            ),
        )

    def _possible(self, asset: PlanAsset, choice: Choice, found: Neighbour | None) -> str:
        would = f"{done(choice, asset)[0].upper()}{done(choice, asset)[1:]}"
        if found is None:
            return f"{would}: no way was found by moving at most one other machine."
        effect = difference(found.points, found.cost_pence, found.breach_pence)
        if found.other is None:
            return f"{would}, everything else as planned: {effect}."
        other_id, other = found.other
        name, was = self.names.other(other_id, asset.trust_id), self.hood.schedule[other_id]
        partner = self.assets[other_id]
        return f"{would}, if {name} is {instead(other, was, partner)}: {effect}, {BEST_FOUND}."

    def _what_binds(self, draft: _Draft, asset: PlanAsset, alone: Step) -> None:
        [(_, choice)] = alone.changes
        would = done(choice, asset)
        figures: dict[str, Any] = {"choice": _plain(choice), "points": alone.points}
        for key in sorted(alone.over):
            draft.binding.append(self.names.limit(key))
        if not alone.missing.nothing:
            missing = alone.missing.needed_pence
            figures["missing_pence"] = missing
            draft.binding.append(
                f"Money: to have it {would} with everything else as planned, {pounds(missing)} inc VAT is missing."
            )
        if alone.possible:
            draft.binding.append(self._free_to_go(alone, would))
        figures["over"] = [list(key) for key in sorted(alone.over)]
        draft.figures["binding"].append(figures)
        self._what_would_change(draft, asset, alone, choice)

    def _free_to_go(self, alone: Step, would: str) -> str:
        """What it would mean to do what nothing forbids."""
        then, base = self.hood.settled([alone]), self.hood.metrics
        if then is None or then.breaches_pence > base.breaches_pence:
            return f"No money or limit stands against its being {would}, but it would widen a priced breach of the plan."
        points = then.exposure - base.exposure
        words = difference(points, then.cost_present_value_pence - base.cost_present_value_pence)
        if points < 0 and then.cost_stage_pence <= base.cost_stage_pence:
            words += "; the planner did not come to try it"
        return f"No money or limit stands against its being {would}: {words}."

    def _what_would_change(self, draft: _Draft, asset: PlanAsset, alone: Step, choice: Choice) -> None:
        """The money, or the one more machine in a limit, that alone would let it go."""
        would = done(choice, asset)
        gain = f": {-alone.points:,} points less exposure" if alone.points < 0 else ""
        if not alone.over and not alone.missing.nothing:
            needed = [
                (pence, money)
                for money in self._own_sources(asset, alone.missing.sources, choice)
                if (pence := needed_more(self.hood, alone, money)) is not None
            ]
            for pence, money in sorted(needed, key=lambda found: found[0]):
                draft.would_change.append(
                    f"{pounds(pence)} more of {self.names.money(money)} would have it {would}, everything else as planned{gain}."
                )
                draft.figures["would_change"].append(
                    {"choice": _plain(choice), "pence": pence, **_money(money)}
                )
        elif len(alone.over) == 1 and alone.missing.nothing:
            [key] = alone.over
            draft.would_change.append(
                f"{self.names.one_more(key)} would have it {would}, everything else as planned{gain}."
            )
            draft.figures["would_change"].append({"choice": _plain(choice), "limit": list(key), "units": 1})

    def _own_sources(self, asset: PlanAsset, sources: frozenset[Money], choice: Choice) -> list[Money]:
        """The envelopes of the choice's years that the machine itself may be paid from."""
        pools = {pool.pool_id for pool in self.problem.pools if asset.trust_id in pool.trust_ids}
        return [
            money
            for money in self.hood.moves.ledger.money
            if money in sources
            and money.year in choice.years
            and (
                money.trust_id == asset.trust_id
                or money.pool_id in pools
                or (money.source is Source.RING_FENCE and money.modality == asset.modality)
            )
        ]

    def _pinned(self, draft: _Draft, asset: PlanAsset, choice: Choice) -> None:
        """For a pinned machine: the pin a year earlier or later, with everything else as planned."""
        draft.binding.append(f"Its pin: {done(choice, asset)}, whatever the plan would choose.")
        if self._free is None:
            self._free = outlook(replace(self.problem, pins=()))
        free = self._free.choices[asset.asset_id]
        asked: list[tuple[list[str], str, Choice]] = []
        if choice == KEPT:
            asked += [(draft.earlier, "earlier", one) for one in _first_and_last(free)]
        asked += [(draft.earlier, "earlier", one) for one in _earlier(choice) if one in free]
        asked += [(draft.later, "later", one) for one in _later(choice, self.problem.years) if one in free]
        for sentences, side, wanted in asked:
            moved = with_pin(self.problem, asset.asset_id, wanted)
            schedule: Schedule = {**self.hood.schedule, asset.asset_id: wanted}
            settlement = settle(moved, schedule, self.ahead)
            if not only_pins_breach(moved, settlement):
                sentences.append(
                    f"Pinned to be {done(wanted, asset)} instead, the rest of the plan could not stay as it is."
                )
                continue
            then, base = evaluate_settlement(moved, settlement, self.ahead), self.hood.metrics
            points, breach = then.exposure - base.exposure, then.breaches_pence - base.breaches_pence
            cost = then.cost_present_value_pence - base.cost_present_value_pence
            sentences.append(
                f"Pinned to be {done(wanted, asset)} instead, everything else as planned: {difference(points, cost, breach)}."
            )
            draft.figures[side].append(
                {"choice": _plain(wanted), "points": points, "cost_pence": cost, "breach_pence": breach}
            )
        draft.would_change.append("Taking its pin off, or moving it.")

    def _never(self, asset: PlanAsset) -> str:
        if not any(self.ahead.keep_points[asset.asset_id]):
            if asset.is_candidate:
                return "It collects no points within the plan: nothing would be gained by adding it."
            return "It collects no points within the plan: nothing would be gained by replacing it."
        kind = Kind.ADD if asset.is_candidate else Kind.REPLACE
        return why_not_open(self.problem, self.ahead, asset, Choice(kind, self.problem.years[-1]))

    def _figures(self, choice: Choice, found: Neighbour | None) -> dict[str, Any]:
        figures: dict[str, Any] = {"choice": _plain(choice), "found": found is not None}
        if found is None:
            return figures
        figures |= {
            "points": found.points,
            "cost_pence": found.cost_pence,
            "spend_pence": found.spend_pence,
            "breach_pence": found.breach_pence,
            "other": None,
        }
        if found.other is not None:
            other = self.assets[found.other[0]]
            figures["other"] = {
                "asset_id": other.asset_id,
                "label": other.label,
                "trust_id": other.trust_id,
                "choice": _plain(found.other[1]),
                "was": _plain(self.hood.schedule[other.asset_id]),
            }
        return figures


def accounts(hood: Neighbourhood, report: Callable[[int, int], None] | None = None) -> dict[int, Account]:
    """Return every machine's account by asset id; ``report`` is told how many of how many are done."""
    words = Accounts(hood)
    found: dict[int, Account] = {}
    for number, asset in enumerate(hood.problem.assets, start=1):
        found[asset.asset_id] = words.of(asset.asset_id)
        if report is not None:
            report(number, len(hood.problem.assets))
    return found


def _earlier(choice: Choice) -> list[Choice]:
    """The same a year earlier; of an upgrade, its replacement and the upgrade itself. Not every one need be open."""
    found = []
    if choice.kind is Kind.UPGRADE and choice.upgrade_year is not None:
        if choice.year is not None and choice.year - 1 > choice.upgrade_year:
            found.append(Choice(Kind.UPGRADE, choice.year - 1, choice.upgrade_year))
        found.append(Choice(Kind.UPGRADE, choice.year, choice.upgrade_year - 1))
    elif choice.year is not None:
        found.append(Choice(choice.kind, choice.year - 1))
    return found


def _later(choice: Choice, years: range) -> list[Choice]:
    """The same a year later, which after the plan's last year is not within it."""
    found = []
    if choice.kind is Kind.UPGRADE and choice.upgrade_year is not None:
        if choice.year is not None:
            later = choice.year + 1 if choice.year + 1 in years else None
            found.append(Choice(Kind.UPGRADE, later, choice.upgrade_year))
        following = choice.upgrade_year + 1
        if following in years and (choice.year is None or following < choice.year):
            found.append(Choice(Kind.UPGRADE, choice.year, following))
    elif choice.year is not None:
        found.append(Choice(choice.kind, choice.year + 1) if choice.year + 1 in years else KEPT)
    return found


def _first_and_last(free: tuple[Choice, ...]) -> list[Choice]:
    """The first and the last year in which something that is pinned to be kept could be bought."""
    bought = [one for one in free if one.bought_in is not None and one.kind is not Kind.UPGRADE]
    return [bought[0], bought[-1]] if len(bought) > 1 else bought


def _plain(choice: Choice) -> dict[str, Any]:
    return {"kind": choice.kind.value, "year": choice.year, "upgrade_year": choice.upgrade_year}


def _money(money: Money) -> dict[str, Any]:
    return {**asdict(money), "source": money.source.value}
