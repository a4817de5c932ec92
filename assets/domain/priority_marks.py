"""The six criteria of the priority score: each turns what is known of a machine into points, with its reason in words.

Points are kept in tenths (0 to 1,000) so that they are whole numbers, rounded half up. A mark that is not known has no
points, never none. docs/algorithms/priority.md has a worked example of each formula.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from assets.domain.ageing import anniversary, completed_years
from assets.domain.clocks import MachineLife, expected_life, life_starts
from assets.domain.lifetime import LifetimeRules
from assets.domain.months import months_after
from assets.domain.priority_rules import Criterion, PriorityRules
from assets.domain.vocabulary import Condition, Precision, QualityResult, Technology
from networks.domain.figures import age_years, date_gb, pounds

FULL = 1000
"""The most points, in tenths."""
NOT_SHOWN = "not shown to you"
_KEPT = 4096
"""How many answers a criterion keeps: of the thousands of machines of a fleet, many are alike in one respect."""


@dataclass(frozen=True, slots=True)
class MachineFacts:
    """What the score needs to know of a machine. None, or NOT_KNOWN, is not known; money is pence ex VAT.

    `shows_money` False: the reader may not see what equipment costs, so the cost criterion is left out for them.
    """

    life: MachineLife
    downtime_hours: int | None = None
    hours_per_week: int | None = None
    uptime_target_percent: Decimal | None = None
    condition: Condition = Condition.NOT_KNOWN
    is_only_one_on_site: bool | None = None
    is_emergency: bool | None = None
    technology: Technology = Technology.NOT_KNOWN
    maintenance_cost_pence: int | None = None
    replacement_price_pence: int | None = None
    shows_money: bool = True
    qa_result: QualityResult = QualityResult.NOT_KNOWN
    qa_on: date | None = None
    has_safety_notice: bool | None = None
    is_networked: bool | None = None
    operating_system_ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A criterion's points, of the part that is known: `known_percent` is 0, 100, or between where only part is known.

    `tenths` is None exactly where `known_percent` is 0. `missing` is what would have to be recorded.
    """

    criterion: Criterion
    tenths: int | None
    known_percent: int
    words: str
    missing: tuple[str, ...] = ()
    is_hidden: bool = False

    @property
    def points(self) -> str:
        """ "73.3", "not known", "not shown to you"."""
        if self.is_hidden:
            return NOT_SHOWN
        return "not known" if self.tenths is None else in_points(self.tenths)


def marks(machine: MachineFacts, *, on: date, rules: PriorityRules, lives: LifetimeRules) -> tuple[Mark, ...]:
    """Return the marks of a machine on a date, in the order of the criteria."""
    return (
        _age(machine.life, on, rules, lives),
        _support(machine.life.support_ends_on, on, rules),
        _reliability(machine, rules),
        _criticality(machine.is_only_one_on_site, machine.is_emergency, rules),
        _technology(machine.technology, rules),
        _cost(machine, rules),
    )


def in_points(tenths: int) -> str:
    """ "73.3"; "100" and "0" without a decimal."""
    return f"{tenths // 10}" if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10}"


def rounded(part: int, whole: int) -> int:
    """Return part ÷ whole (both whole numbers, `whole` above 0) to the nearest whole number, halves up."""
    return (2 * part + whole) // (2 * whole)


def _within(tenths: int) -> int:
    return max(0, min(FULL, tenths))


def _known(criterion: Criterion, tenths: int, words: str) -> Mark:
    return Mark(criterion, tenths, 100, words)


@lru_cache(_KEPT)
def _unknown(criterion: Criterion, *missing: str) -> Mark:
    return Mark(criterion, None, 0, f"Not known; missing: {' and '.join(missing)}.", missing)


def _age(machine: MachineLife, on: date, rules: PriorityRules, lives: LifetimeRules) -> Mark:
    """Days of age ÷ days of expected life, 100 points at one and a half times the life."""
    starts_on, precision = life_starts(machine, on=on, rules=lives)
    life = expected_life(machine, on=on, rules=lives)
    if starts_on is None:
        return _unknown(Criterion.AGE, "installation date")
    if life is None:
        return _unknown(Criterion.AGE, "expected life")
    if starts_on > on:
        return _known(Criterion.AGE, 0, "Not yet installed.")
    whole = (anniversary(starts_on, life.years) - starts_on).days * rules.highest_at_percent_of_life
    tenths = _within(rounded((on - starts_on).days * FULL * 100, whole))
    about = "About " if precision != Precision.DAY else ""
    age = age_years(completed_years(starts_on, on))
    doubt = "; from memory, not verified" if life.from_memory else ""
    words = f"{about}{age} old; expected to last {life.years} ({life.rule}{doubt})."
    return _known(Criterion.AGE, tenths, words[0].upper() + words[1:])


@lru_cache(_KEPT)
def _support(ends_on: date | None, on: date, rules: PriorityRules) -> Mark:
    """A step for support that has ended, ends soon, or ends later."""
    if ends_on is None:
        return _unknown(Criterion.SUPPORT, "end of vendor support")
    day = date_gb(ends_on)
    if ends_on < on:
        return _known(Criterion.SUPPORT, 10 * rules.support_ended, f"Vendor support ended on {day}.")
    for months, points in rules.support_steps:
        if ends_on < months_after(on, months):
            words = f"Vendor support ends on {day}, within {months} months."
            return _known(Criterion.SUPPORT, 10 * points, words)
    return _known(Criterion.SUPPORT, 10 * rules.support_later, f"Vendor support ends on {day}.")


def _reliability(machine: MachineFacts, rules: PriorityRules) -> Mark:
    """Downtime of the hours it should run, or the shortfall against its target, whichever is worse; else its condition."""
    down, weekly = machine.downtime_hours, machine.hours_per_week
    if down is None or not weekly:
        missing = [
            fact
            for fact, is_missing in (("downtime", down is None), ("hours of use a week", not weekly))
            if is_missing
        ]
        if machine.condition == Condition.NOT_KNOWN:
            return _unknown(Criterion.RELIABILITY, *missing)
        words = (
            f"Condition {machine.condition.value}, its keeper’s judgement; missing: {' and '.join(missing)}."
        )
        return _known(Criterion.RELIABILITY, 10 * rules.condition[machine.condition], words)
    hours = weekly * rules.weeks_a_year
    down = min(down, hours)
    tenths = rounded(down * FULL * 100, hours * rules.highest_at_downtime_percent)
    up = rounded(1000 * (hours - down), hours)
    words = f"Down unplanned for {down:,} of {hours:,} hours a year, so up {in_points(up)}%"
    if machine.uptime_target_percent is not None:
        # In hundredths of a percentage point of the hours, to stay with whole numbers.
        target = int(machine.uptime_target_percent * 100)
        short = (target - 10_000) * hours + 10_000 * down
        tenths = max(tenths, rounded(short * FULL, 100 * rules.highest_at_shortfall_percent * hours))
        words += f" against a target of {machine.uptime_target_percent.normalize():f}%"
    return _known(Criterion.RELIABILITY, _within(tenths), f"{words}.")


@lru_cache(_KEPT)
def _criticality(is_only_one: bool | None, is_emergency: bool | None, rules: PriorityRules) -> Mark:
    """Two parts, of which each may be known without the other."""
    parts = (
        (
            is_only_one,
            rules.only_one_on_site,
            ("the only one of its kind on site", "not the only one of its kind on site"),
            "whether it is the only one of its kind on site",
        ),
        (
            is_emergency,
            rules.emergency,
            ("serves emergencies day and night", "does not serve emergencies day and night"),
            "whether it serves emergencies day and night",
        ),
    )
    known = [(value, weight, said) for value, weight, said, _ in parts if value is not None]
    missing = tuple(fact for value, _, _, fact in parts if value is None)
    if not known:
        return _unknown(Criterion.CRITICALITY, *missing)
    share = sum(weight for _, weight, _ in known)
    tenths = rounded(FULL * sum(weight for value, weight, _ in known if value), share)
    said = [words[0] if value else words[1] for value, _, words in known]
    said += [f"missing: {fact}" for fact in missing]
    words = "; ".join(said)
    return Mark(Criterion.CRITICALITY, tenths, share, f"{words[0].upper()}{words[1:]}.", missing)


@lru_cache(_KEPT)
def _technology(technology: Technology, rules: PriorityRules) -> Mark:
    if technology == Technology.NOT_KNOWN:
        return _unknown(Criterion.TECHNOLOGY, "how its dose control and imaging compare with a new machine’s")
    words = {
        Technology.CURRENT: "Dose control and imaging as of a new machine.",
        Technology.BEHIND: "Dose control and imaging somewhat behind a new machine’s.",
        Technology.FAR_BEHIND: "Dose control and imaging far behind a new machine’s.",
    }
    return _known(Criterion.TECHNOLOGY, 10 * rules.technology[technology], words[technology])


def _cost(machine: MachineFacts, rules: PriorityRules) -> Mark:
    """Maintenance a year ÷ the price of a new machine, 100 points at half of it."""
    if not machine.shows_money:
        return Mark(Criterion.COST, None, 0, "Not shown to you: you may not see costs.", is_hidden=True)
    cost, price = machine.maintenance_cost_pence, machine.replacement_price_pence
    missing = [
        fact
        for fact, is_missing in (("maintenance cost a year", cost is None), ("replacement price", not price))
        if is_missing
    ]
    if cost is None or not price:
        return _unknown(Criterion.COST, *missing)
    tenths = _within(rounded(cost * FULL * 100, price * rules.highest_at_percent_of_price))
    share = in_points(rounded(1000 * cost, price))
    words = f"Maintenance of {pounds(cost)} a year is {share}% of the {pounds(price)} of a new machine."
    return _known(Criterion.COST, tenths, words)
