"""How sure a plan version's figures are, as one person may read it: the network's ranges, or those of their trusts.

Everything was worked out when the version was solved and is kept with it; nothing here is worked out again. From the
register of today comes only whether a date has been filled in since.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from assets.domain.vocabulary import Precision
from assets.models import Specification
from networks.domain.access import Actor, Permission
from procurement.domain.planning.ranges import DateRange, PriceRange, Ranges
from procurement.domain.planning.uncertain_figures import Span, Uncertainty, Unknown, UnknownKind, YearSpan
from procurement.domain.uncertainty_account import KEY, uncertainty_in
from procurement.models import PlanLine, PlanVersion
from procurement.queries.plan_versions import VersionReading


@dataclass(frozen=True, slots=True)
class Part:
    """The figures of the whole network, or of one trust. Money is pence inc VAT."""

    name: str
    spend: Span
    exposure: Span
    old_years: Span
    years: tuple[YearSpan, ...]


@dataclass(frozen=True, slots=True)
class UnknownRow:
    """One thing that could be found out. Shares are of the range that the reader sees, in per cent.

    Of `line` (a machine's), `specification` and `site` one says what it is. `is_filled_in`: the register knows it by now.
    """

    kind: UnknownKind
    name: str
    trust: str
    site: str
    points: int
    old_years: int
    pence: int
    points_percent: float
    pence_percent: float
    words: str
    line: PlanLine | None = None
    date: DateRange | None = None
    price: PriceRange | None = None
    specification: Specification | None = None
    is_filled_in: bool = False
    may_fill_in: bool = False

    @property
    def matters(self) -> float:
        """By what it is ranked: the larger of its shares."""
        return max(self.points_percent, self.pence_percent)


@dataclass(frozen=True, slots=True)
class SwapRow:
    """A machine whose year hangs on its date: it and `other` would change places."""

    line: PlanLine
    other: PlanLine
    date: DateRange
    earliest: bool
    points: int


@dataclass(frozen=True)
class Sureness:
    """What one reader sees."""

    reading: VersionReading
    ranges: Ranges
    found: Uncertainty
    rows: tuple[UnknownRow, ...]

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The network alone, or each of the reader's trusts."""
        found = self.found
        if not self.reading.whole:
            return self.trusts
        name = self.reading.version.plan.network.name
        return (Part(name, found.spend, found.exposure, found.old_years, found.years),)

    @cached_property
    def trusts(self) -> tuple[Part, ...]:
        """Each trust that the reader sees, by name."""
        found = (
            Part(
                self.reading.trusts[trust.trust_id],
                trust.spend,
                trust.exposure,
                trust.old_years,
                tuple(row for row in self.found.trust_years if row.trust_id == trust.trust_id),
            )
            for trust in self.found.trusts
            if trust.trust_id in self.reading.trusts
        )
        return tuple(sorted(found, key=lambda part: part.name))

    @cached_property
    def short(self) -> tuple[tuple[str, YearSpan], ...]:
        """(trust's name, its year) where the money falls short at the high prices, most first."""
        rows = [
            (self.reading.trusts[row.trust_id], row)
            for row in self.found.trust_years
            if row.trust_id in self.reading.trusts and row.short_high_pence
        ]
        return tuple(sorted(rows, key=lambda row: (-row[1].short_high_pence, row[0], row[1].year)))

    @cached_property
    def swaps(self) -> tuple[SwapRow, ...]:
        """The machines whose year hangs on their date, of those the reader sees, what would be saved most first."""
        lines = {line.planned_id: line for line in self.reading.lines}
        dates = {one.asset_id: one for one in self.ranges.dates}
        return tuple(
            SwapRow(lines[one.asset_id], lines[one.other_id], dates[one.asset_id], one.earliest, one.points)
            for one in sorted(self.found.swaps, key=lambda swap: -swap.points)
            if one.asset_id in lines and one.other_id in lines
        )

    @property
    def uncertain_dates(self) -> int:
        """How many of the reader's machines have no exact date."""
        theirs = {line.asset_id for line in self.reading.owned}
        return sum(one.asset_id in theirs for one in self.ranges.dates)


def kept_with(reading: VersionReading) -> Sureness | None:
    """Return how sure a version is, without the list of what could be found out; None where it was not kept. No query."""
    kept = uncertainty_in(reading.version.result)
    return None if kept is None else Sureness(reading, *kept, rows=())


def sureness(actor: Actor, reading: VersionReading) -> Sureness | None:
    """Return how sure a version is, as its reader may see it; None where that was not kept with it. One query."""
    sure = kept_with(reading)
    if sure is None:
        return None
    return replace(sure, rows=tuple(_rows(actor, reading, sure.ranges, sure.found)))


def spend_span(version: PlanVersion, *, trust_id: int | None = None) -> Span | None:
    """Return the span of all spend of a version, or of one trust's part; None where it was not kept. No query."""
    kept = version.result.get(KEY)
    if kept is None:
        return None
    if trust_id is None:
        return Span(**kept["spend"])
    return next((Span(**row["spend"]) for row in kept["trusts"] if row["trust_id"] == trust_id), None)


def _rows(actor: Actor, reading: VersionReading, ranges: Ranges, found: Uncertainty) -> Iterable[UnknownRow]:
    """The unknowns that touch what the reader sees, what matters most first."""
    seen = [
        (one, pence)
        for one in found.unknowns
        for pence in [sum(p for trust, p in one.pence_by_trust if trust in reading.trusts)]
        if pence or one.trust_id in reading.trusts
    ]
    points = sum(one.points for one, _ in seen) or 1
    money = sum(pence for _, pence in seen) or 1
    facts = _Facts(actor, reading, ranges)
    rows = [
        facts.row(one, pence, 100 * one.points / points, 100 * pence / money)
        for one, pence in seen
        if one.kind is not UnknownKind.DATE or one.asset_id in facts.lines
    ]
    return sorted(rows, key=lambda row: -row.matters)


_RULED_OUT = {
    "older": " The plan counts it as older than that allows.",
    "younger": " The plan counts it as younger than that allows.",
}
"""Said where the plan's own assumption lies outside the range."""


class _Facts:
    """Names and evidence behind the unknowns. One query, for the specifications."""

    def __init__(self, actor: Actor, reading: VersionReading, ranges: Ranges) -> None:
        self._edits = actor.scope(Permission.EDIT_ASSETS)
        self._reading, self._ranges = reading, ranges
        self.lines = {line.planned_id: line for line in reading.lines}
        self._sites = {line.site_id: line for line in reading.lines}
        self._dates = {one.asset_id: one for one in ranges.dates}
        self._prices = {one.specification: one for one in ranges.prices}
        self._specifications = {
            row.code: row for row in Specification.objects.filter(code__in=list(self._prices))
        }

    def row(self, one: Unknown, pence: int, points_percent: float, pence_percent: float) -> UnknownRow:
        shared = {
            "points": one.points,
            "old_years": one.old_years,
            "pence": pence,
            "points_percent": points_percent,
            "pence_percent": pence_percent,
        }
        if one.asset_id is not None:
            return self._date(one, one.asset_id, shared)
        if one.specification is not None:
            price = self._prices[one.specification]
            return UnknownRow(
                kind=one.kind,
                name=f"Price of {one.specification}",
                trust="",
                site="",
                words=price.words,
                price=price,
                specification=self._specifications.get(one.specification),
                **shared,  # type: ignore[arg-type]
            )
        return self._works(one, shared)

    def _date(self, one: Unknown, asset_id: int, shared: dict[str, float]) -> UnknownRow:
        line, found = self.lines[asset_id], self._dates[asset_id]
        now = line.asset
        return UnknownRow(
            kind=UnknownKind.DATE,
            name=line.asset_label,
            trust=line.trust.name,
            site=line.site.name,
            words=f"{found.words}{_RULED_OUT.get(one.planned_beyond, '')}",
            line=line,
            date=found,
            is_filled_in=now is not None and now.installed_precision == Precision.DAY,
            may_fill_in=self._edits.covers_trust(line.trust_id),
            **shared,  # type: ignore[arg-type]
        )

    def _works(self, one: Unknown, shared: dict[str, float]) -> UnknownRow:
        line = self._sites.get(one.site_id or 0)
        low, high = self._ranges.works_low_basis_points, self._ranges.works_high_basis_points
        site = line.site.name if line else "a site"
        return UnknownRow(
            kind=one.kind,
            name=f"Works at {site}",
            trust=line.trust.name if line else "",
            site=site,
            words=f"A stated share of the works assumed, {low / 100:g}% below to {high / 100:g}% above.",
            **shared,  # type: ignore[arg-type]
        )


def money_by_year(sure: Sureness, part: Part) -> dict[int, int | None]:
    """Return what there is to spend in each year of a part, pence inc VAT, nothing carried over; None: not known.

    Of the network all envelopes, shared and national money too; of one trust its own.
    """
    inputs = sure.reading.version.inputs
    kinds = ["envelopes", *(["pool_envelopes", "ring_fences"] if sure.reading.whole else [])]
    rows = [row for kind in kinds for row in inputs.get(kind, ())]
    if not sure.reading.whole:
        trust = part.years[0].trust_id if part.years else None
        rows = [row for row in rows if row["trust_id"] == trust]
    found: dict[int, int | None] = {}
    for row in rows:
        found[row["year"]] = (found.get(row["year"]) or 0) + row["amount_pence"]
    return found
