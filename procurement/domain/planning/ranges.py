"""What is not known exactly behind a plan: dates of installation, prices and works, each as a range with its evidence.

A date known to the day has no range. A year or a month gives the days that it allows. Where nothing is known, evidence
bounds it (the year it was made, the first examination, the end of its support …); without evidence it may be anything
its modality has in the plan. Prices are what others paid for the same specification, where the rule of disclosure of
``procurement.domain.benchmark`` allows to show it, else a stated share of ``procurement/rules/uncertainty.toml``.
"""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from assets.domain.ageing import installed_by, last_possible_day
from assets.domain.vocabulary import Precision
from networks.domain.figures import date_gb
from networks.domain.financial_year import starts_on
from procurement.domain.benchmark import Summary

_RULES = Path(__file__).resolve().parents[2] / "rules" / "uncertainty.toml"


@dataclass(frozen=True, slots=True)
class UncertaintyRules:
    """The numbers of ``uncertainty.toml``; shares in basis points."""

    least_known_of_its_kind: int
    oldest_years: int
    sold_before_months: int
    made_before_months: int
    window_years: int
    stated_low_basis_points: int
    stated_high_basis_points: int
    works_low_basis_points: int
    works_high_basis_points: int
    draws: int
    money_draws: int
    most_purchases: int
    seed: int
    likely_percent: int


@cache
def uncertainty_rules() -> UncertaintyRules:
    """Read the rules once; raises KeyError or TypeError when the file is damaged."""
    raw: dict[str, Any] = tomllib.loads(_RULES.read_text(encoding="utf-8"))
    works = {f"works_{name}": value for name, value in raw["works"].items()}
    return UncertaintyRules(**raw["dates"], **raw["prices"], **works, **raw["simulation"])


class DateBasis(StrEnum):
    """What a range of dates rests on."""

    MONTH = "month"
    YEAR = "year"
    EVIDENCE = "evidence"
    KIND = "kind"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A day before or after which a machine cannot have been installed, and why, in words."""

    on: date
    words: str


@dataclass(frozen=True, slots=True)
class DateRange:
    """The days on which a machine may have been installed, both included. ``condition`` is the register's, for its risk."""

    asset_id: int
    earliest: date
    latest: date
    basis: DateBasis
    words: str
    condition: str = ""

    def __post_init__(self) -> None:
        if self.earliest > self.latest:
            raise ValueError(f"The range of asset {self.asset_id}'s date ends before it begins.")


@dataclass(frozen=True, slots=True)
class PriceRange:
    """The price of one unit of a specification, ex VAT, in pence: low, middle and high, around what the plan assumes.

    ``purchases`` counts the paid prices behind it; None where it is a stated share. Half the outcomes lie below
    ``middle_pence``. What the plan assumes always lies within the range.
    """

    specification: str
    low_pence: int
    planned_pence: int
    middle_pence: int
    high_pence: int
    purchases: int | None
    words: str

    def __post_init__(self) -> None:
        if not 0 < self.low_pence <= min(self.planned_pence, self.middle_pence):
            raise ValueError(f"The low price of {self.specification} is not the lowest.")
        if self.high_pence < max(self.planned_pence, self.middle_pence):
            raise ValueError(f"The high price of {self.specification} is not the highest.")


@dataclass(frozen=True, slots=True)
class Ranges:
    """All that is uncertain behind one plan, read on ``on``. What is not named here is taken as exact.

    ``works_*_basis_points`` lie below and above the assumed works of every site.
    """

    on: date
    dates: tuple[DateRange, ...] = ()
    prices: tuple[PriceRange, ...] = ()
    works_low_basis_points: int = 0
    works_high_basis_points: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.works_low_basis_points <= 10_000 or self.works_high_basis_points < 0:
            raise ValueError("Works cannot cost less than nothing.")


@dataclass(frozen=True, slots=True)
class Piece:
    """Days of a range on which both the age at each 31 March and the risk are the same: the first of them, how many."""

    first: date
    days: int


def date_range(
    asset_id: int,
    *,
    installed_on: date | None,
    precision: str,
    modality: str,
    kind: Sequence[date],
    not_before: Iterable[Evidence] = (),
    not_after: Iterable[Evidence] = (),
    on: date,
    condition: str = "",
) -> DateRange | None:
    """Return the range of a machine's date, None where it is known to the day.

    ``kind`` are the known dates of its modality in the plan; ``modality`` its name in words. Evidence that contradicts
    itself (not before a later day than not after) bounds nothing.
    """
    if installed_on is not None:
        last = last_possible_day(installed_on, Precision(precision))
        if last == installed_on:
            return None
        basis = DateBasis.YEAR if precision == Precision.YEAR else DateBasis.MONTH
        words = f"Only the {basis.value} of installation is known."
        return DateRange(asset_id, installed_on, last, basis, words, condition)
    oldest, newest, basis, said = _of_its_kind(modality, kind, on)
    today = Evidence(on, f"it stood there on {date_gb(on)}")
    lower = max(not_before, key=lambda one: one.on, default=None)
    upper = min((*not_after, today), key=lambda one: one.on)
    if lower and lower.on > upper.on:
        said = (
            f"What is known contradicts itself ({lower.words}; {upper.words}), so it bounds nothing. {said}"
        )
        lower, upper = None, today
    bounds_above = lower is not None or upper.on < newest
    named = [one.words for one in (lower, upper if bounds_above else None) if one]
    if named:
        basis, known = DateBasis.EVIDENCE, f"Not known, but {' and '.join(named)}."
        said = known if lower else f"{known} {said}"
    return DateRange(
        asset_id,
        lower.on if lower else min(oldest, upper.on),
        upper.on if bounds_above else newest,
        basis,
        said,
        condition,
    )


def _of_its_kind(modality: str, kind: Sequence[date], on: date) -> tuple[date, date, DateBasis, str]:
    rules = uncertainty_rules()
    known = [day for day in kind if day <= on]
    if len(known) >= rules.least_known_of_its_kind:
        words = (
            f"Taken to lie between the oldest and the newest {modality} of known date in this plan "
            f"({date_gb(min(known))} and {date_gb(max(known))})."
        )
        return min(known), max(known), DateBasis.KIND, words
    words = f"Too few {modality} dates are known in this plan to go by; taken to be anything from new to {rules.oldest_years} years."
    return min([installed_by(rules.oldest_years, on), *known]), on, DateBasis.NOTHING, words


def price_range(specification: str, planned_pence: int, paid: Summary | None) -> PriceRange:
    """Return the range of a price: the quartiles of what others paid, or a stated share where too few paid.

    ``planned_pence`` is what one unit bought alone costs in the plan, ex VAT; ``paid`` the benchmark of all England.
    """
    rules = uncertainty_rules()
    if (
        paid is not None
        and paid.lower_quartile_pence is not None
        and paid.median_pence is not None
        and paid.upper_quartile_pence is not None
    ):
        words = (
            f"The middle half of {paid.purchases} prices paid in England since the benchmark begins; "
            "a quarter paid less and a quarter more."
        )
        return PriceRange(
            specification,
            min(planned_pence, paid.lower_quartile_pence),
            planned_pence,
            paid.median_pence,
            max(planned_pence, paid.upper_quartile_pence),
            paid.purchases,
            words,
        )
    low, high = rules.stated_low_basis_points, rules.stated_high_basis_points
    found = 0 if paid is None else paid.purchases
    words = (
        f"A stated share, {low / 100:g}% below to {high / 100:g}% above: {found or 'no'} purchase{'' if found == 1 else 's'} "
        "of it on record, too few to go by."
    )
    return PriceRange(
        specification,
        scaled(planned_pence, 10_000 - low, 10_000),
        planned_pence,
        planned_pence,
        scaled(planned_pence, 10_000 + high, 10_000),
        None,
        words,
    )


def scaled(pence: int, part: int, whole: int) -> int:
    """Return pence × part / whole to the nearest penny, halves up."""
    return (2 * pence * part + whole) // (2 * whole)


def pieces(found: DateRange, *, on: date) -> tuple[Piece, ...]:
    """Cut a range where the age at a 31 March or the age on ``on`` (which the risk counts) changes. In order of time."""
    cuts = {found.earliest}
    for year in range(found.earliest.year - 1, found.latest.year + 1):
        cuts.add(starts_on(year))
        cuts.add(installed_by(on.year - year, on) + timedelta(days=1))
    inside = sorted(day for day in cuts if found.earliest <= day <= found.latest)
    ends = [*inside[1:], found.latest + timedelta(days=1)]
    return tuple(Piece(first, (end - first).days) for first, end in zip(inside, ends, strict=True))
