"""The figures of a capital plan document: worked out once, printed in the PDF and written in the workbook alike.

Every figure is a sum over `MachineLine` records (one per plan line) or an envelope of the plan version's inputs.
`CapitalPlan.check` refuses a document whose tables do not agree to the penny.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from assets.domain.ageing import Band, band_on
from networks.domain.financial_year import label
from procurement.domain.plan_ages import OLD_YEARS, Machine, age_at, bands, old, with_plan, without
from procurement.domain.plan_agreement import Agreement
from procurement.domain.plan_words import decided
from procurement.domain.planning.choice import Kind
from procurement.domain.planning.exposure import years_in_use
from procurement.domain.planning.uncertain_figures import Span, YearSpan
from procurement.domain.pricing import total_if_known


@dataclass(frozen=True, slots=True)
class Money:
    """Pence: equipment, works (or removal), and upgrades with cover while a machine is out, ex VAT; and the VAT on all."""

    equipment_pence: int = 0
    works_pence: int = 0
    vat_pence: int = 0
    upkeep_pence: int = 0

    @property
    def total_pence(self) -> int:
        """All of it together: what leaves the envelope."""
        return self.equipment_pence + self.works_pence + self.upkeep_pence + self.vat_pence

    def __add__(self, other: "Money") -> "Money":
        return Money(
            self.equipment_pence + other.equipment_pence,
            self.works_pence + other.works_pence,
            self.vat_pence + other.vat_pence,
            self.upkeep_pence + other.upkeep_pence,
        )

    def __sub__(self, other: "Money") -> "Money":
        return Money(
            self.equipment_pence - other.equipment_pence,
            self.works_pence - other.works_pence,
            self.vat_pence - other.vat_pence,
            self.upkeep_pence - other.upkeep_pence,
        )


@dataclass(frozen=True, slots=True)
class MachineLine:
    """One machine or candidate of the plan version and what is decided for it.

    `year` is when a new machine comes or (`kind` RETIRE) the old one goes. `upgrade_money` is the part of `money` that is
    paid in `upgrade_year`. `is_new`: a place for an additional machine, not a machine.
    """

    rank: int
    reference: str
    label: str
    trust: str
    site: str
    modality: str
    specification: str
    installed_on: date | None
    year: int | None
    money: Money
    saving_pence: int
    reason: str
    is_pinned: bool
    kind: Kind = Kind.REPLACE
    upgrade_year: int | None = None
    upgrade_money: Money = Money()
    is_new: bool = False

    @property
    def decision(self) -> str:
        """What is decided, in words."""
        return decided(self.kind, self.year, self.upgrade_year, is_candidate=self.is_new)

    @property
    def is_bought(self) -> bool:
        """Whether a new machine is bought."""
        return self.year is not None and self.kind is not Kind.RETIRE

    @property
    def is_changed(self) -> bool:
        """Whether anything is done."""
        return self.year is not None or self.upgrade_year is not None

    @property
    def first_year(self) -> int | None:
        """The first year in which anything is done."""
        return self.year if self.upgrade_year is None else self.upgrade_year

    @property
    def money_by_year(self) -> dict[int, Money]:
        """Year to what is paid in it, only the years in which something is."""
        found = {} if self.upgrade_year is None else {self.upgrade_year: self.upgrade_money}
        if self.year is not None:
            found[self.year] = self.money - self.upgrade_money
        return found

    def age_then(self) -> int | None:
        """Completed years on the 31 March that ends the first year in which anything is done; None where not known."""
        return None if self.first_year is None else age_at(self.installed_on, None, self.first_year)

    def as_machine(self) -> Machine:
        """Itself for the age profile."""
        return Machine(
            self.modality,
            self.installed_on,
            planned=self.year if self.is_bought else None,
            oldest_first=None,
            retired_in=self.year if self.kind is Kind.RETIRE else None,
            is_new=self.is_new,
        )


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """What one trust buys of one modality in one year, and pays for upgrades and removals; `units` are new machines."""

    trust: str
    year: int
    modality: str
    units: int
    money: Money


@dataclass(frozen=True, slots=True)
class EnvelopeRow:
    """One trust's year: what it has, what was carried in, what the plan spends. Pence inc VAT; None: not known."""

    trust: str
    year: int
    envelope_pence: int | None
    carried_in_pence: int
    spend_pence: int

    @property
    def left_pence(self) -> int | None:
        """What remains before anything is carried on; below nothing where other money must pay."""
        if self.envelope_pence is None:
            return None
        return self.envelope_pence + self.carried_in_pence - self.spend_pence


@dataclass(frozen=True, slots=True)
class FleetRow:
    """One modality today: machines by age band. Shares are over machines whose age is known."""

    modality: str
    bands: dict[Band, int]

    @property
    def machines(self) -> int:
        return sum(self.bands.values())

    @property
    def known(self) -> int:
        return self.machines - self.bands.get(Band.UNKNOWN, 0)

    @property
    def ten_or_older(self) -> int:
        return self.bands.get(Band.YEARS_10_14, 0) + self.bands.get(Band.YEARS_15_PLUS, 0)


@dataclass(frozen=True, slots=True)
class ProfileYear:
    """One 31 March: machines by band with the plan, and how many are ten or older with and without it."""

    year: int
    bands_with_plan: dict[Band, int]
    old_with_plan: int
    old_without: int


@dataclass(frozen=True, slots=True)
class TenderRow:
    """One joint purchase of a year. `saving_pence` ex VAT against each bought alone."""

    year: int
    specification: str
    modality: str
    units: int
    trusts: int
    unit_price_pence: int
    saving_pence: int


@dataclass(frozen=True, slots=True)
class HowSure:
    """The spend as a range, of the whole document and by year, pence inc VAT, and what would be missing at high prices.

    `draws` outcomes stand behind the likely ranges. `dates_known` of `machines` installation dates are known to the day.
    """

    spend: Span
    years: tuple[YearSpan, ...]
    machines: int
    dates_known: int
    draws: int
    short: tuple[tuple[str, YearSpan], ...]
    """(trust, its year) that could not be paid for in full with every price at its high end."""

    @property
    def short_pence(self) -> int:
        return sum(row.short_high_pence for _, row in self.short)

    @property
    def short_by_trust(self) -> tuple[tuple[str, tuple[int, ...], int], ...]:
        """Trust, what it would miss in each year, and in all; by name, only those that would miss anything."""
        missing = {(trust, row.year): row.short_high_pence for trust, row in self.short}
        rows = []
        for trust in sorted({name for name, _ in self.short}):
            amounts = tuple(missing.get((trust, row.year), 0) for row in self.years)
            rows.append((trust, amounts, sum(amounts)))
        return tuple(rows)


@dataclass(frozen=True)
class CapitalPlan:
    """A capital plan document: of a whole network, or of one trust's part (`whole` False, `about` its name)."""

    about: str
    network: str
    plan: str
    version: int
    whole: bool
    register_as_at: date
    solved_on: date
    years: range
    guidance_years: int
    lines: tuple[MachineLine, ...]
    envelopes: tuple[EnvelopeRow, ...]
    tenders: tuple[TenderRow, ...]
    breaches: tuple[str, ...]
    notes: tuple[str, ...]
    status: str
    proof: tuple[str, ...]
    solver: str
    inputs_hash: str
    agreement: Agreement
    how_sure: HowSure | None = None
    """None for a version made before ranges were kept."""

    @property
    def title(self) -> str:
        return f"Imaging capital plan {label(self.years[0])} to {label(self.years[-1])}: {self.about}"

    @cached_property
    def machines(self) -> tuple[MachineLine, ...]:
        """The machines that there are, most urgent first: all lines but those of additional ones."""
        return tuple(line for line in self.lines if not line.is_new)

    @cached_property
    def changes(self) -> tuple[MachineLine, ...]:
        """The lines for which anything is done, most urgent first."""
        return tuple(line for line in self.lines if line.is_changed)

    @cached_property
    def replacements(self) -> tuple[MachineLine, ...]:
        """The machines replaced, most urgent first."""
        return tuple(line for line in self.machines if line.is_bought)

    @cached_property
    def kept(self) -> tuple[MachineLine, ...]:
        """The machines for which nothing is done, most urgent first."""
        return tuple(line for line in self.machines if not line.is_changed)

    @property
    def bought(self) -> int:
        """How many new machines are bought, in place of old ones and additional ones."""
        return sum(line.is_bought for line in self.lines)

    @property
    def besides(self) -> str:
        """What else than replacement is done, in words: "to upgrade 2, to retire 1, to add 1"; "" where nothing is."""
        counts = {
            "upgrade": sum(line.upgrade_year is not None for line in self.lines),
            "retire": sum(line.kind is Kind.RETIRE and line.is_changed for line in self.lines),
            "add": sum(line.is_new and line.is_bought for line in self.lines),
        }
        return ", ".join(f"to {word} {count}" for word, count in counts.items() if count)

    @cached_property
    def total(self) -> Money:
        return _sum(line.money for line in self.changes)

    @cached_property
    def saving_pence(self) -> int:
        return sum(line.saving_pence for line in self.changes)

    def envelope_pence(self, *, year: int | None = None) -> int | None:
        """All envelopes, of one year or of all; None where one of them is not known."""
        return total_if_known(row.envelope_pence for row in self.envelopes if year in (None, row.year))

    @cached_property
    def schedule(self) -> tuple[ScheduleRow, ...]:
        """Trust × year × modality, only where something is paid for."""
        groups: dict[tuple[str, int, str], list[tuple[int, Money]]] = {}
        for line in self.changes:
            for year, money in line.money_by_year.items():
                units = int(line.is_bought and year == line.year)
                groups.setdefault((line.trust, year, line.modality), []).append((units, money))
        return tuple(
            ScheduleRow(
                trust,
                year,
                modality,
                sum(units for units, _ in group),
                _sum(money for _, money in group),
            )
            for (trust, year, modality), group in sorted(groups.items())
        )

    @cached_property
    def trusts(self) -> tuple[str, ...]:
        return tuple(sorted({row.trust for row in self.envelopes} | {line.trust for line in self.lines}))

    def spend_pence(self, *, trust: str | None = None, year: int | None = None) -> int:
        """What the lines cost, inc VAT, of one trust or all, in one year or all."""
        return sum(
            money.total_pence
            for line in self.changes
            if trust in (None, line.trust)
            for paid_in, money in line.money_by_year.items()
            if year in (None, paid_in)
        )

    @cached_property
    def years_by_trust(self) -> tuple[tuple[str, tuple[int, ...], int], ...]:
        """Trust, spend by year, total: the table that a board reads first. The last row is of all trusts."""
        rows = [
            (
                trust,
                tuple(self.spend_pence(trust=trust, year=year) for year in self.years),
                self.spend_pence(trust=trust),
            )
            for trust in self.trusts
        ]
        if len(rows) > 1:
            totals = tuple(self.spend_pence(year=year) for year in self.years)
            rows.append(("All trusts", totals, self.spend_pence()))
        return tuple(rows)

    @cached_property
    def fleet(self) -> tuple[FleetRow, ...]:
        """The machines by modality and age band on the day the register was read; last row: all of them."""
        counts: dict[str, Counter[Band]] = {}
        for line in self.machines:
            band = band_on(line.installed_on, self.register_as_at)
            counts.setdefault(line.modality, Counter())[band or Band.YEARS_0_4] += 1
        rows = [FleetRow(modality, dict(found)) for modality, found in sorted(counts.items())]
        everything: Counter[Band] = sum(counts.values(), Counter())
        return (*rows, FleetRow("All", dict(everything)))

    @cached_property
    def profile(self) -> tuple[ProfileYear, ...]:
        """Each 31 March that ends a year of the plan."""
        machines = [line.as_machine() for line in self.lines]
        by_band = bands(machines, with_plan, self.years)
        old_with, old_without = old(machines, with_plan, self.years), old(machines, without, self.years)
        return tuple(
            ProfileYear(year, dict(by_band[year]), old_with[year], old_without[year]) for year in self.years
        )

    @property
    def old_today(self) -> int:
        """Machines ten years or older on the day the register was read."""
        return sum(
            line.installed_on is not None
            and years_in_use(line.installed_on, self.register_as_at) >= OLD_YEARS
            for line in self.machines
        )

    @property
    def beyond_guidance_at_end(self) -> int:
        """Machines for which nothing is done that are at or beyond guidance on the last 31 March."""
        ages = (age_at(line.installed_on, None, self.years[-1]) for line in self.kept)
        return sum(age is not None and age >= self.guidance_years for age in ages)

    @property
    def unknown_ages(self) -> int:
        return sum(line.installed_on is None for line in self.machines)

    def check(self) -> None:
        """Raise ValueError, naming the tables and the sums, unless all tables agree to the penny."""
        sums = {
            "replacements": self.total.total_pence,
            "schedule": sum(row.money.total_pence for row in self.schedule),
            "envelopes": sum(row.spend_pence for row in self.envelopes),
            "years by trust": sum(self.years_by_trust[-1][1]) if self.years_by_trust else 0,
        }
        if len(set(sums.values())) > 1:
            found = ", ".join(f"{name} {pence} pence" for name, pence in sums.items())
            raise ValueError(f"The tables of this capital plan do not agree: {found}.")
        units = {
            self.bought,
            sum(r.units for r in self.schedule),
            sum(t.units for t in self.tenders),
        }
        if len(units) > 1:
            raise ValueError(f"The tables of this capital plan count different numbers of machines: {units}.")
        if self.saving_pence != sum(row.saving_pence for row in self.tenders):
            raise ValueError("The savings of the joint tenders do not add up to the saving of the lines.")


def _sum(amounts: Iterable[Money]) -> Money:
    total = Money()
    for amount in amounts:
        total = total + amount
    return total
