"""What a machine did in twelve months, and how that is known. Explained with an example in docs/algorithms/activity.md.

Figures are of a month or of a whole year, and of one machine or, where the source cannot tell one from another, of all
machines of a modality at a site. Nothing here is ever put in place of what is not known: months that are missing are
counted, said, and only then is a yearly rate estimated and called so.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache

from assets.domain.activity_periods import MONTHS_OF_A_YEAR, Period, PeriodKind, month_after
from networks.domain.figures import date_gb


class Measure(StrEnum):
    """What is measured; the value is the name of the field that holds it."""

    EXAMINATIONS = "examinations"
    HOURS_IN_USE = "hours_in_use"
    UNPLANNED = "downtime_hours_unplanned"
    PLANNED = "downtime_hours_planned"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def is_hours(self) -> bool:
        return self is not Measure.EXAMINATIONS

    @property
    def smallest(self) -> Decimal:
        """What averages and rates are rounded to: whole examinations, tenths of an hour."""
        return Decimal("0.1") if self.is_hours else Decimal(1)


_LABELS = {
    Measure.EXAMINATIONS: "Examinations",
    Measure.HOURS_IN_USE: "Hours in use",
    Measure.UNPLANNED: "Unplanned downtime, hours",
    Measure.PLANNED: "Planned downtime, hours",
}
MEASURES = tuple(Measure)


@dataclass(frozen=True, slots=True)
class Figure:
    """What a source says of one period. `values` has the measures it knows, in examinations and hours.

    `machines` is 1 and `of_site` False for a machine's own figure; a site's is of `machines` machines together.
    """

    period: Period
    values: Mapping[Measure, Decimal]
    source: str
    recorded_at: datetime
    machines: int = 1
    of_site: bool = False


class Basis(StrEnum):
    """How a reading is known."""

    MONTHS = "months"
    """All twelve months were counted."""
    YEAR = "year"
    """A whole year was counted as one."""
    PART = "part"
    """Some of the twelve months were counted: the yearly rate is estimated."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Reading:
    """One measure over twelve months to `ends_on`.

    `counted` is what was counted in `months` months (for a site, its average over the machines), `a_year` that of a whole
    year: the same where a whole year was counted, else estimated. `machines` are the least and the most machines that an
    average is over, None for a machine's own.
    """

    measure: Measure
    basis: Basis
    ends_on: date
    months: int = 0
    counted: Decimal | None = None
    a_year: Decimal | None = None
    sources: tuple[str, ...] = ()
    machines: tuple[int, int] | None = None

    @property
    def is_known(self) -> bool:
        return self.basis is not Basis.UNKNOWN

    @property
    def is_estimated(self) -> bool:
        return self.basis is Basis.PART

    @property
    def is_own_count(self) -> bool:
        """Whether it is the machine's own and of a whole year: fit to be taken into the register."""
        return self.machines is None and self.basis in (Basis.MONTHS, Basis.YEAR)

    @property
    def over(self) -> str:
        """ "site average over 3 machines", or "" for a machine's own figure."""
        return "" if self.machines is None else site_average(*self.machines)

    @property
    def words(self) -> str:
        """How it is known, in words."""
        end = date_gb(self.ends_on)
        if self.basis is Basis.UNKNOWN:
            return f"not known for any month of the year to {end}"
        if self.basis is Basis.PART:
            how = (
                f"estimated: {self.counted:,} counted in {self.months} of 12 months to {end}, "
                f"times 12, divided by {self.months}"
            )
        elif self.basis is Basis.MONTHS:
            how = f"counted in 12 of 12 months to {end}"
        else:
            how = f"counted for the year to {end}"
        return ", ".join(part for part in (self.over, how) if part) + f" ({', '.join(self.sources)})"


def site_average(least: int, most: int) -> str:
    """Return what an average over at least and at most so many machines is called."""
    number = f"{least}" if least == most else f"{least} to {most}"
    return f"site average over {number} machine{'' if most == 1 else 's'}"


@lru_cache(maxsize=256)
def window(on: date) -> tuple[Period, ...]:
    """Return the twelve whole months up to a date, the earliest first. A month counts from its last day on."""
    end = month_after(on + timedelta(days=1), 0)
    return tuple(Period(month_after(end, back - MONTHS_OF_A_YEAR), PeriodKind.MONTH) for back in range(12))


def read(measure: Measure, figures: Iterable[Figure], *, on: date) -> Reading:
    """Return what is known of a measure over the twelve months up to a date.

    The machine's own figures go before its site's. Within each: twelve counted months, else a year counted as one that
    ended within the twelve months, else the months that are known, with an estimate.
    """
    known = [figure for figure in figures if measure in figure.values]
    if not known:
        return Reading(measure, Basis.UNKNOWN, window(on)[-1].ends_on)
    for of_site in (False, True):
        reading = _read([figure for figure in known if figure.of_site is of_site], measure, on)
        if reading is not None:
            return reading
    return Reading(measure, Basis.UNKNOWN, window(on)[-1].ends_on)


def _read(figures: list[Figure], measure: Measure, on: date) -> Reading | None:
    months = window(on)
    monthly = by_period(figures, months)
    if len(monthly) == MONTHS_OF_A_YEAR:
        return _reading(measure, Basis.MONTHS, list(monthly.values()), months[-1].ends_on)
    ended = [
        figure
        for figure in figures
        if figure.period.kind is PeriodKind.YEAR
        and months[0].starts_on <= figure.period.ends_on <= months[-1].ends_on
    ]
    if ended:
        newest = max(ended, key=lambda figure: (figure.period.ends_on, figure.recorded_at))
        return _reading(measure, Basis.YEAR, [newest], newest.period.ends_on)
    if monthly:
        return _reading(measure, Basis.PART, list(monthly.values()), months[-1].ends_on)
    return None


def by_period(figures: Iterable[Figure], periods: Iterable[Period]) -> dict[Period, Figure]:
    """Return the figure of each period that has one. Of several sources the one recorded last is taken."""
    wanted, found = set(periods), dict[Period, Figure]()
    for figure in figures:
        held = found.get(figure.period)
        if figure.period in wanted and (held is None or held.recorded_at < figure.recorded_at):
            found[figure.period] = figure
    return dict(sorted(found.items()))


def each_machines(figure: Figure, measure: Measure) -> Fraction:
    """Return a figure's share of one machine: its own, or the average of its site."""
    return Fraction(figure.values[measure]) / figure.machines


def rounded(value: Fraction, measure: Measure) -> Decimal:
    """Return an exact number rounded half up to what the measure is given in."""
    scaled = value / Fraction(measure.smallest)
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return whole * measure.smallest


def _reading(measure: Measure, basis: Basis, figures: list[Figure], ends_on: date) -> Reading:
    total = _total(figures, measure)
    a_year = total * MONTHS_OF_A_YEAR / len(figures) if basis is Basis.PART else total
    numbers = [figure.machines for figure in figures]
    return Reading(
        measure,
        basis,
        ends_on,
        months=MONTHS_OF_A_YEAR if basis is Basis.YEAR else len(figures),
        counted=rounded(total, measure),
        a_year=rounded(a_year, measure),
        sources=tuple(sorted({figure.source for figure in figures})),
        machines=(min(numbers), max(numbers)) if figures[0].of_site else None,
    )


def _total(figures: Iterable[Figure], measure: Measure) -> Fraction:
    """Return the exact sum of what is one machine's of each figure; those of as many machines are added up first."""
    by_machines: dict[int, Decimal] = {}
    for figure in figures:
        by_machines[figure.machines] = by_machines.get(figure.machines, Decimal(0)) + figure.values[measure]
    return sum((Fraction(value) / machines for machines, value in by_machines.items()), Fraction(0))


@dataclass(frozen=True, slots=True)
class Uptime:
    """The share of the hours in which a machine should have run that it did, over the months whose downtime is known.

    `base_hours` are those hours less planned downtime. `meets` is None where the contract names no target.
    """

    percent: Decimal
    base_hours: Decimal
    down_hours: Decimal
    months: int
    by_stated_hours: bool
    target_percent: Decimal | None
    meets: bool | None

    @property
    def words(self) -> str:
        """What the share is of, in words."""
        hours = "its stated hours of use" if self.by_stated_hours else "all hours of day and night"
        return (
            f"of {hours} less planned downtime ({self.base_hours:,} hours in {self.months} months), "
            f"{self.down_hours:,} were unplanned downtime"
        )


def uptime(
    figures: Iterable[Figure], *, on: date, hours_per_week: int | None, target_percent: Decimal | None
) -> Uptime | None:
    """Return a machine's uptime; None where none of its own months or years says its unplanned downtime.

    The hours are those stated for a week, else all hours of the clock. A site's average is not used: a contract is about
    one machine. Planned downtime that is not known is not taken off. The target is met or missed before rounding.
    """
    own = [figure for figure in figures if not figure.of_site]
    reading = read(Measure.UNPLANNED, own, on=on)
    if not reading.is_known:
        return None
    periods = _periods_of(reading, own, on)
    down = by_period([figure for figure in own if Measure.UNPLANNED in figure.values], periods)
    planned = by_period([figure for figure in own if Measure.PLANNED in figure.values], periods)
    base = Fraction(0)
    for period in down:
        stated = Fraction(hours_per_week * period.days, 7) if hours_per_week else Fraction(period.hours)
        off = each_machines(planned[period], Measure.PLANNED) if period in planned else Fraction(0)
        base += max(Fraction(0), stated - off)
    lost = _total(down.values(), Measure.UNPLANNED)
    if base <= 0:
        return None
    share = max(Fraction(0), 100 * (base - lost) / base)
    return Uptime(
        percent=_hundredths(share),
        base_hours=rounded(base, Measure.UNPLANNED),
        down_hours=rounded(lost, Measure.UNPLANNED),
        months=reading.months,
        by_stated_hours=bool(hours_per_week),
        target_percent=target_percent,
        meets=None if target_percent is None else share >= Fraction(target_percent),
    )


def _periods_of(reading: Reading, own: list[Figure], on: date) -> list[Period]:
    """Return the periods that a reading of unplanned downtime is made of."""
    if reading.basis is not Basis.YEAR:
        return list(window(on))
    return [
        figure.period
        for figure in own
        if figure.period.kind is PeriodKind.YEAR and figure.period.ends_on == reading.ends_on
    ]


def _hundredths(value: Fraction) -> Decimal:
    """Return a share rounded half up to two places."""
    return Decimal((200 * value.numerator + value.denominator) // (2 * value.denominator)).scaleb(-2)
