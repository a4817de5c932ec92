"""The figures that say how sure a plan is, and what would make it surer; worked out in ``uncertainty``."""

from dataclasses import dataclass
from enum import StrEnum

from procurement.domain.planning.uncertain_order import Swap


@dataclass(frozen=True, slots=True)
class Span:
    """One figure: at the least, as planned and at the most; and where 80% of outcomes lie."""

    low: int
    planned: int
    high: int
    likely_low: int
    likely_high: int

    @property
    def width(self) -> int:
        """From low to high."""
        return self.high - self.low


@dataclass(frozen=True, slots=True)
class TrustSpan:
    """A trust's spend (pence inc VAT), and the points and years at ten or over of its machines."""

    trust_id: int
    spend: Span
    exposure: Span
    old_years: Span


@dataclass(frozen=True, slots=True)
class YearSpan:
    """A year's spend, and how often it cannot be paid in full.

    ``trust_id`` None: all trusts. ``short_planned_pence`` is what the plan itself leaves unpaid (a pin's wish),
    ``short_high_pence`` what would be with every price at its high end. ``short_percent`` of the outcomes fall short; None
    where it was not worked out.
    """

    trust_id: int | None
    year: int
    spend: Span
    short_planned_pence: int
    short_high_pence: int
    short_percent: int | None


class UnknownKind(StrEnum):
    """What is not known."""

    DATE = "date"
    PRICE = "price"
    WORKS = "works"


@dataclass(frozen=True, slots=True)
class Unknown:
    """One thing that could be found out, and by how much the widest ranges would shrink if it were.

    One of ``asset_id`` (a date), ``specification`` (a price) and ``site_id`` (works) says what. ``points`` and
    ``old_years`` are what it takes off the ranges of exposure and of years at ten or over, ``pence_by_trust`` off that of
    each trust's spend. ``planned_beyond`` is "older" or "younger" where the plan counts a machine of unknown date as more or
    less exposed than any day of its range would have it, else "".
    """

    kind: UnknownKind
    points: int
    old_years: int
    pence_by_trust: tuple[tuple[int, int], ...]
    asset_id: int | None = None
    specification: str | None = None
    site_id: int | None = None
    trust_id: int | None = None
    planned_beyond: str = ""

    @property
    def pence(self) -> int:
        """What it takes off the range of all spend."""
        return sum(pence for _, pence in self.pence_by_trust)


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """The answer. ``unknowns`` come with what matters most first; ``draws`` outcomes stand behind the likely ranges,
    ``money_draws`` of them behind the chances."""

    exposure: Span
    old_years: Span
    spend: Span
    years: tuple[YearSpan, ...]
    trust_years: tuple[YearSpan, ...]
    trusts: tuple[TrustSpan, ...]
    unknowns: tuple[Unknown, ...]
    swaps: tuple[Swap, ...]
    draws: int
    money_draws: int
    seed: int
    likely_percent: int
