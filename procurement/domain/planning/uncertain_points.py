"""What a machine of uncertain date may collect in a plan whose decisions are held: points, and years at ten or over.

Only the age at each 31 March and the age that the risk counts matter, so a range of days falls into a few pieces within
which nothing changes; each counts as many times as it has days. A machine of exact date has no outcomes here at all.
"""

from dataclasses import dataclass, replace
from datetime import date
from itertools import zip_longest

from assets.domain.vocabulary import Condition
from procurement.domain.plan_ages import OLD_YEARS
from procurement.domain.planning.choice import Choice, Schedule
from procurement.domain.planning.evaluate import ages_at_each_31_march
from procurement.domain.planning.exposure import Outlook, outlook
from procurement.domain.planning.problem import PlanAsset, PlanningProblem
from procurement.domain.planning.ranges import DateRange, Ranges, pieces
from procurement.domain.risk import risk_of


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happens where the machine was installed on one of so many days."""

    days: int
    points: int
    old_years: int


@dataclass(frozen=True, slots=True)
class Future:
    """A machine of uncertain date: as planned, and every outcome, earliest date first."""

    asset_id: int
    trust_id: int
    planned: Outcome
    outcomes: tuple[Outcome, ...]

    @property
    def planned_beyond(self) -> str:
        """ "older" or "younger" where the plan counts it as more or less exposed than any day of the range does, else ""."""
        points = [one.points for one in self.outcomes]
        if self.planned.points > max(points):
            return "older"
        return "younger" if self.planned.points < min(points) else ""

    def low(self, what: str) -> int:
        """The least points or old_years, never more than as planned."""
        return min(int(getattr(one, what)) for one in (self.planned, *self.outcomes))

    def high(self, what: str) -> int:
        """The most points or old_years, never less than as planned."""
        return max(int(getattr(one, what)) for one in (self.planned, *self.outcomes))


def futures(
    problem: PlanningProblem, schedule: Schedule, ranges: Ranges, ahead: Outlook
) -> tuple[Future, ...]:
    """Return a future for each machine of ``ranges.dates`` that is in the plan, by asset id."""
    assets = {asset.asset_id: asset for asset in problem.assets}
    uncertain = [one for one in sorted(ranges.dates, key=lambda r: r.asset_id) if one.asset_id in assets]
    cut = {one.asset_id: pieces(one, on=ranges.on) for one in uncertain}
    found: dict[int, list[Outcome]] = {one.asset_id: [] for one in uncertain}
    for layer in zip_longest(*cut.values()):
        here = [(one, piece) for one, piece in zip(uncertain, layer, strict=True) if piece is not None]
        then = outlook_with(problem, ranges, {one: piece.first for one, piece in here})
        for one, piece in here:
            choice = schedule[one.asset_id]
            outcome = Outcome(
                piece.days,
                then.totals[one.asset_id][choice],
                _old_years(problem, then, one.asset_id, choice),
            )
            found[one.asset_id].append(outcome)
    return tuple(
        Future(
            key,
            assets[key].trust_id,
            Outcome(1, ahead.totals[key][schedule[key]], _old_years(problem, ahead, key, schedule[key])),
            tuple(outcomes),
        )
        for key, outcomes in found.items()
    )


def outlook_with(problem: PlanningProblem, ranges: Ranges, dates: dict[DateRange, date]) -> Outlook:
    """Return the outlook of these machines alone, each installed on the day given, with the risk of that age."""
    assets = {asset.asset_id: asset for asset in problem.assets}
    dated = tuple(dated_as(problem, assets[one.asset_id], one, day, ranges.on) for one, day in dates.items())
    keys = {asset.asset_id for asset in dated}
    return outlook(
        replace(
            problem,
            assets=dated,
            pins=tuple(pin for pin in problem.pins if pin.asset_id in keys),
            previous=tuple(row for row in problem.previous if row[0] in keys),
        )
    )


def dated_as(problem: PlanningProblem, asset: PlanAsset, found: DateRange, day: date, on: date) -> PlanAsset:
    """Return a machine as it would be, had it been installed on ``day``: its risk moves by what age adds to it."""

    def percent(installed_on: date | None) -> int:
        return risk_of(
            installed_on=installed_on,
            support_ends_on=asset.support_ends_on,
            condition=Condition(found.condition),
            guidance_years=problem.guidance_years,
            on=on,
        ).percent

    risk = round(100 * asset.risk) + percent(day) - percent(asset.installed_on)
    return replace(asset, installed_on=day, risk=min(100, max(0, risk)) / 100)


def _old_years(problem: PlanningProblem, ahead: Outlook, asset_id: int, choice: Choice) -> int:
    """At how many 31 Marches of the plan a machine, or its successor, is ten or older."""
    return sum(age >= OLD_YEARS for age in ages_at_each_31_march(problem, ahead, asset_id, choice))
