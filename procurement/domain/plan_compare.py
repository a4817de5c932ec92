"""Plans side by side: what each was asked, its figures, and which of them can be compared at all.

Exposure depends on the question: the guidance, the years, the machines and what is known of them. Two plans that answer
different questions get no difference of exposure. Where the question of the first can be put to the decisions of another
(its years reach as far), they are judged by it instead, over the machines that are in all of them.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from assets.domain.ageing import Band, band_of_age
from networks.domain.financial_year import label
from procurement.domain.plan_ages import OLD_YEARS, age_at
from procurement.domain.planning.evaluate import ages_at_each_31_march
from procurement.domain.planning.exposure import Outlook, outlook
from procurement.domain.planning.problem import PlanAsset, PlanningProblem
from procurement.domain.planning.result import Choice, Kind

FEWEST, MOST = 2, 4
"""How many versions are compared at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A machine, or a candidate for an additional one, in one plan: its facts and what is decided. Money is pence.

    `key` is the number by which plans know it: the asset's, or minus the candidate's. `spend` maps years to pence inc VAT.
    """

    key: int
    label: str
    trust_id: int
    trust: str
    site: str
    modality: str
    installed_on: date | None
    kind: Kind
    year: int | None
    upgrade_year: int | None
    words: str
    reason: str
    is_pinned: bool
    rank: int
    saving_pence: int
    spend: Mapping[int, int]

    @property
    def is_candidate(self) -> bool:
        return self.key < 0

    @property
    def is_bought(self) -> bool:
        """Whether a new machine comes: in place of this one, or an additional one."""
        return self.year is not None and self.kind is not Kind.RETIRE

    @property
    def acts_in(self) -> int | None:
        """The first year in which anything is done; None: nothing is."""
        return self.upgrade_year if self.upgrade_year is not None else self.year

    @property
    def choice(self) -> Choice:
        if self.upgrade_year is not None:
            return Choice(Kind.UPGRADE, self.year, self.upgrade_year)
        return Choice(Kind.KEEP) if self.year is None else Choice(self.kind, self.year)

    @property
    def spend_pence(self) -> int:
        return sum(self.spend.values())

    def age_at(self, year: int) -> int | None:
        """Completed years on the 31 March that ends `year`, its successor's from its year on; None: not known."""
        return age_at(self.installed_on, self.year if self.is_bought else None, year)

    def stands_in(self, year: int) -> bool:
        """Whether there is a machine on the 31 March that ends `year`: not retired, or, a candidate, added."""
        if self.is_candidate:
            return self.year is not None and self.year <= year
        return self.kind is not Kind.RETIRE or self.year is None or self.year > year


@dataclass(frozen=True)
class Side:
    """One plan version of a comparison, as far as its reader sees it.

    `problem` is what was asked, brought back exactly; None where it cannot be. `tenders` and `gap` are None where not
    known or not the reader's to see; `gap` is a fraction, of the exposure. `stored` are the figures of its own account,
    empty where they are of more than the reader may see.
    """

    name: str
    url: str
    years: range
    guidance_years: int
    register_as_at: date
    machines: Mapping[int, Machine]
    problem: PlanningProblem | None
    envelope_pence: int
    tenders: int | None
    gap: float | None
    stored: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def by_itself(self) -> "Judged | None":
        """Its decisions judged by its own question; by its own account where the reader may see that."""
        return self._account or judged(self, self, self.machines)

    @cached_property
    def asked(self) -> PlanningProblem | None:
        """What was asked, to judge by; None too where judging by it does not give the plan's own account to the point."""
        if self.problem is None or self._account is None:
            return self.problem
        if judged(self, self, self.machines, problem=self.problem) == self._account:
            return self.problem
        return None

    @cached_property
    def _account(self) -> "Judged | None":
        names = ("exposure", "asset_years_over_10", "asset_years_over_guidance")
        return Judged(*(self.stored[name] for name in names)) if self.stored else None

    @cached_property
    def outlook(self) -> Outlook | None:
        return None if self.problem is None else outlook(self.problem)

    def count(self, wanted: Callable[[Machine], bool]) -> int:
        return sum(wanted(machine) for machine in self.machines.values())

    def spend_in(self, year: int) -> int | None:
        """Pence inc VAT; None outside the plan's years."""
        if year not in self.years:
            return None
        return sum(machine.spend.get(year, 0) for machine in self.machines.values())

    def bands(self, year: int) -> Counter[Band] | None:
        """How many machines are in each band on the 31 March that ends `year`; None outside the plan's years."""
        if year not in self.years:
            return None
        found: Counter[Band] = Counter()
        for machine in self.machines.values():
            if machine.stands_in(year):
                age = machine.age_at(year)
                found[Band.UNKNOWN if age is None else band_of_age(age)] += 1
        return found


@dataclass(frozen=True, slots=True)
class Judged:
    """How decisions do by one problem, over some of its machines: points, and machines times years."""

    exposure: int
    years_over_ten: int
    years_over_guidance: int


def judged(
    side: Side, by: Side, keys: Collection[int], *, problem: PlanningProblem | None = None
) -> Judged | None:
    """Judge what `side` decides for the machines `keys` as the problem of `by` asks; both hold all of them.

    Exact: points from that problem's own table of choices. None where a decision is not one of them (other years, an
    upgrade that is not offered there) or where the problem cannot be brought back. What `side` decides for years after
    that problem's last is no decision within it. `problem`: instead of what `by` was asked and accounts for.
    """
    problem, ahead = problem or by.asked, by.outlook
    if problem is None or ahead is None or not _reaches(side.years, problem.years):
        return None
    exposure = past_ten = past_guidance = 0
    for key in keys:
        choice = _within(side.machines[key].choice, problem.years)
        points = ahead.totals[key].get(choice)
        if points is None:
            return None
        exposure += points
        for age in ages_at_each_31_march(problem, ahead, key, choice, is_candidate=key < 0):
            past_ten += age >= OLD_YEARS
            past_guidance += age >= problem.guidance_years
    return Judged(exposure, past_ten, past_guidance)


def other_question(base: Side, side: Side) -> tuple[str, ...]:
    """Say in words how what `side` was asked differs from `base` in what exposure hangs on; empty: the same question."""
    if base.asked is None or side.asked is None:
        return (
            "what was asked of one of them cannot be read back exactly, so its exposure cannot be judged again",
        )
    said = []
    mine, theirs = side.asked, base.asked
    if mine.guidance_years != theirs.guidance_years:
        said.append(f"it aims for {mine.guidance_years} years, not {theirs.guidance_years}")
    if mine.years != theirs.years:
        said.append(f"it runs from {_span(mine.years)}, not from {_span(theirs.years)}")
    if mine.weights != theirs.weights:
        said.append("exposure was weighed by other rules")
    more, fewer = len(side.machines.keys() - base.machines), len(base.machines.keys() - side.machines)
    if more:
        said.append(f"it holds {_machines(more)} that the first does not")
    if fewer:
        said.append(f"it does not hold {_machines(fewer)} of the first")
    mine_known, theirs_known = _facts(mine), _facts(theirs)
    both = side.machines.keys() & base.machines.keys()
    moved = sum(mine_known[key] != theirs_known[key] for key in both)
    # The guidance is part of how risk is judged, so other risks say nothing new where it differs.
    if moved and mine.guidance_years == theirs.guidance_years:
        said.append(f"{_machines(moved)} had another age, support or risk when it was solved")
    return tuple(said)


def same_machines_and_years(base: Side, side: Side) -> bool:
    """Whether money and counts of the two are about the same machines over the same years."""
    return base.years == side.years and base.machines.keys() == side.machines.keys()


def in_all(sides: Sequence[Side]) -> frozenset[int]:
    """Return the machines that all plans hold."""
    return frozenset(sides[0].machines).intersection(*(side.machines for side in sides[1:]))


def all_years(sides: Iterable[Side]) -> range:
    """Return the years from the first of any plan to the last of any."""
    spans = [side.years for side in sides]
    return range(min(span.start for span in spans), max(span.stop for span in spans))


def _reaches(years: range, asked: range) -> bool:
    return years.start == asked.start and years.stop >= asked.stop


def _within(choice: Choice, years: range) -> Choice:
    """The part of a decision that falls into `years`."""
    year = choice.year if choice.year in years else None
    if choice.upgrade_year is not None and choice.upgrade_year in years:
        return Choice(Kind.UPGRADE, year, choice.upgrade_year)
    return Choice(Kind.KEEP) if year is None else Choice(choice.kind, year)


def _facts(problem: PlanningProblem) -> dict[int, tuple[object, ...]]:
    return {asset.asset_id: _of(asset) for asset in problem.assets}


def _of(asset: PlanAsset) -> tuple[object, ...]:
    """What exposure hangs on, of one machine."""
    return (
        asset.installed_on,
        asset.support_ends_on,
        asset.risk,
        asset.need_points,
        asset.wanted_from,
        asset.upgrade and asset.upgrade.support_years,
    )


def _span(years: range) -> str:
    return f"{label(years[0])} to {label(years[-1])}"


def _machines(count: int) -> str:
    return "one machine" if count == 1 else f"{count:,} machines"
