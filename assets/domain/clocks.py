"""The clocks that run on a machine: the ages of guidance, its life by use, the most any is kept, the end of support.

Each `Clock` says which rule it is, under which version, when it runs out, how the machine stands on the date and what is
missing to say so. Nothing is assumed: without its examinations a year a machine's life by use is not known, and without
its kind an X-ray machine has none. docs/algorithms/clocks.md has worked examples.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import groupby

from assets.domain.ageing import completed_years
from assets.domain.guidance import Guidance, Standing, State, against, all_guidance, standing_words
from assets.domain.lifetime import LifetimeRules, rules_on
from assets.domain.vocabulary import Modality, Precision, Subtype
from networks.domain.figures import date_gb
from networks.domain.financial_year import ends_on, financial_year_of

INSTALLATION = "installation date"
EXAMINATIONS = "examinations a year"
KIND = "kind of X-ray"
SUPPORT_END = "end of vendor support"


@dataclass(frozen=True, slots=True)
class MachineLife:
    """What the clocks need to know of a machine. None, or NOT_KNOWN, is not known."""

    modality: Modality
    subtype: Subtype = Subtype.NOT_KNOWN
    installed_on: date | None = None
    precision: Precision = Precision.DAY
    upgraded_on: date | None = None
    upgraded_precision: Precision = Precision.DAY
    support_ends_on: date | None = None
    examinations_per_year: int | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock on a date. `life_years` is None for the end of support, and where the rule is not known to apply."""

    key: str
    name: str
    rule: str
    source: str
    version: str
    state: State
    due_on: date | None = None
    precision: Precision = Precision.DAY
    years_over: int | None = None
    life_years: int | None = None
    missing: tuple[str, ...] = ()
    not_verified: str = ""
    from_memory: bool = False

    @property
    def words(self) -> str:
        """How the machine stands: "over by 3 years", or "not known; missing: examinations a year"."""
        if self.state is State.UNKNOWN and self.missing:
            return f"not known; missing: {' and '.join(self.missing)}"
        return standing_words(self.state, self.due_on, self.years_over, self.precision)


@dataclass(frozen=True, slots=True)
class ExpectedLife:
    """How long a machine is expected to last, and by which rule."""

    years: int
    rule: str
    from_memory: bool = False


@dataclass(frozen=True, slots=True)
class Clocks:
    """All clocks of a machine on a date."""

    on: date
    version: str
    every: tuple[Clock, ...]
    upgrade: str
    """What a mid-life upgrade means for its age, in words; "" where there was none by the date."""

    @property
    def earliest(self) -> Clock | None:
        """The clock that runs out, or ran out, first; None where the end of none is known."""
        ending = [clock for clock in self.every if clock.due_on is not None]
        return min(ending, key=lambda clock: clock.due_on or date.max, default=None)

    @property
    def fired(self) -> tuple[Clock, ...]:
        """The clocks that have run out by the date."""
        return tuple(clock for clock in self.every if clock.state is State.OVER)

    @property
    def missing(self) -> tuple[str, ...]:
        """What has to be recorded before every clock is known, each once."""
        return tuple(dict.fromkeys(fact for clock in self.every for fact in clock.missing))


def clocks(machine: MachineLife, *, on: date, rules: LifetimeRules | None = None) -> Clocks:
    """Return a machine's clocks on a date, by the rules in force on it (or by `rules`)."""
    rules = rules or rules_on(on)
    version = _version(rules, on)
    starts_on, precision = life_starts(machine, on=on, rules=rules)
    every = (
        *_of_guidance(machine.modality, starts_on, precision, on),
        _of_use(machine, starts_on, precision, on, rules, version),
        _clock(
            "maximum",
            "Longest that any is kept",
            (rules.maximum,),
            against(rules.maximum, starts_on, on, precision),
            version,
            from_memory=rules.maximum_from_memory,
        ),
        _of_support(machine.support_ends_on, on),
    )
    return Clocks(on, version, every, _upgrade_words(machine, on, rules))


def life_starts(machine: MachineLife, *, on: date, rules: LifetimeRules) -> tuple[date | None, Precision]:
    """Return the day from which a machine's life counts on a date: installation, or an upgrade if the rules say so."""
    if rules.upgrade_resets and machine.upgraded_on is not None and machine.upgraded_on <= on:
        return machine.upgraded_on, machine.upgraded_precision
    return machine.installed_on, machine.precision


def expected_life(
    machine: MachineLife, *, on: date, rules: LifetimeRules | None = None
) -> ExpectedLife | None:
    """Return how long a machine should last: by its use where that is known, else the longest that guidance names.

    Never more than the most any is kept. None where no guidance speaks of its modality and its use is not known.
    """
    rules = rules or rules_on(on)
    line = _line(machine, rules)
    if line is not None:
        guidance, from_memory = line
        return ExpectedLife(min(guidance.years, rules.maximum.years), guidance.wording, from_memory)
    named = all_guidance(machine.modality, on=on)
    if not named:
        return None
    longest = max(named, key=lambda guidance: guidance.years)
    return ExpectedLife(min(longest.years, rules.maximum.years), longest.name)


def _line(machine: MachineLife, rules: LifetimeRules) -> tuple[Guidance, bool] | None:
    """The line of the Canadian table for a machine and whether it is from memory; None where something is missing."""
    bands = rules.bands.get((machine.modality, machine.subtype))
    if bands is None or machine.examinations_per_year is None:
        return None
    return rules.guidance_for(bands, bands.use_of(machine.examinations_per_year)), bands.from_memory


def _of_guidance(
    modality: Modality, starts_on: date | None, precision: Precision, on: date
) -> Iterator[Clock]:
    """One clock for each age that guidance names, with the names of all that name it."""
    for entries in _by_age(all_guidance(modality, on=on)):
        years = entries[0].years
        standing = against(entries[0], starts_on, on, precision)
        yield _clock(f"age-{years}", f"{years} years", entries, standing, _since(entries))


@lru_cache
def _by_age(named: tuple[Guidance, ...]) -> tuple[tuple[Guidance, ...], ...]:
    """The guidance that gives one age together, the youngest first."""
    in_order = sorted(named, key=lambda guidance: guidance.years)
    return tuple(tuple(group) for _, group in groupby(in_order, key=lambda guidance: guidance.years))


def _of_use(
    machine: MachineLife,
    starts_on: date | None,
    precision: Precision,
    on: date,
    rules: LifetimeRules,
    version: str,
) -> Clock:
    name = "Life by use"
    line = _line(machine, rules)
    if line is not None:
        guidance, from_memory = line
        standing = against(guidance, starts_on, on, precision)
        return _clock("utilisation", name, (guidance,), standing, version, from_memory=from_memory)
    missing = tuple(
        fact
        for fact, is_missing in (
            (INSTALLATION, starts_on is None),
            (KIND, (machine.modality, machine.subtype) not in rules.bands),
            (EXAMINATIONS, machine.examinations_per_year is None),
        )
        if is_missing
    )
    return Clock(
        key="utilisation",
        name=name,
        rule=f"{rules.car['body']}: years by {EXAMINATIONS}",
        source=_source(rules.car["source"], rules.car["published"]),
        version=version,
        state=State.UNKNOWN,
        missing=missing,
    )


def _of_support(support_ends_on: date | None, on: date) -> Clock:
    """Support lasts through its last day, so it is over from the day after."""
    state, years_over = State.UNKNOWN, None
    if support_ends_on is not None and support_ends_on < on:
        state, years_over = State.OVER, completed_years(support_ends_on, on)
    elif support_ends_on is not None:
        this_year = support_ends_on <= ends_on(financial_year_of(on))
        state = State.DUE if this_year else State.WITHIN
    return Clock(
        key="support",
        name="End of support",
        rule="The maker no longer supports it",
        source="The register: the model's end of support, or the one stated for this machine",
        version="",
        state=state,
        due_on=support_ends_on,
        years_over=years_over,
        missing=(SUPPORT_END,) if support_ends_on is None else (),
    )


def _clock(
    key: str,
    name: str,
    entries: tuple[Guidance, ...],
    standing: Standing,
    version: str,
    *,
    from_memory: bool = False,
) -> Clock:
    rule, source, not_verified = _said(entries, is_of_use=key == "utilisation")
    return Clock(
        key=key,
        name=name,
        rule=rule,
        source=source,
        version=version,
        state=standing.state,
        due_on=standing.due_on,
        precision=standing.precision,
        years_over=standing.years_over,
        life_years=entries[0].years,
        missing=(INSTALLATION,) if standing.state is State.UNKNOWN else (),
        not_verified=not_verified,
        from_memory=from_memory,
    )


@lru_cache
def _said(entries: tuple[Guidance, ...], *, is_of_use: bool) -> tuple[str, str, str]:
    """A rule in words, its sources, and what of them is not verified."""
    bodies = " and ".join(entry.body for entry in entries)
    rule = entries[0].wording if is_of_use else f"{entries[0].years} years"
    sources = "; ".join(_source(entry.source, entry.published) for entry in entries)
    doubts = dict.fromkeys(entry.not_verified for entry in entries if entry.not_verified)
    return f"{bodies}: {rule}", sources, " ".join(doubts)


@lru_cache
def _version(rules: LifetimeRules, on: date) -> str:
    return rules.words_on(on)


def _source(source: str, published: str) -> str:
    return f"{source} (published: {published})"


def _since(entries: tuple[Guidance, ...]) -> str:
    """Since when a guidance is applied here, where its file says so."""
    days = [entry.valid_from for entry in entries if entry.valid_from is not None]
    return f"applied from {date_gb(max(days))}" if days else "applied to any date"


def _upgrade_words(machine: MachineLife, on: date, rules: LifetimeRules) -> str:
    if machine.upgraded_on is None or machine.upgraded_on > on:
        return ""
    year = f"It was upgraded in {machine.upgraded_on.year}"
    if rules.upgrade_resets:
        return f"{year}, and its age counts from then."
    return f"{year}. That does not make it younger: its age counts from installation."
