"""The plan board: years across, trusts down, a chip for each machine, and under each what it costs and who pays.

A chip stands where the version puts it; where the plan has been pinned otherwise since, it stands where its people want
it and says so. Money is always that of the version.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from networks.domain.financial_year import label
from procurement.domain.plan_ages import age_at
from procurement.domain.pricing import total_if_known
from procurement.models import Pin, PlanLine
from procurement.queries.plan_lines import LineRow, line_row
from procurement.queries.plan_versions import VersionReading

Shown = Callable[[PlanLine], bool]
"""Which lines have a chip."""


class Role(StrEnum):
    """What a chip stands for: one of a machine's decisions. A machine that is upgraded and replaced has two chips."""

    REPLACE = "replace"
    UPGRADE = "upgrade"
    RETIRE = "retire"
    ADD = "add"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Chip:
    """One machine's decision on the board. `year` is the column it stands in, None: among those kept.

    `planned` is where the version puts it, which differs once it `is_moved` by a pin set since.
    """

    row: LineRow
    role: Role
    year: int | None
    planned: int | None
    is_moved: bool
    age: int | None
    """Completed years on the 31 March that ends its year, were it kept; kept, at the plan's end. None: not known."""

    @property
    def line(self) -> PlanLine:
        return self.row.line

    @property
    def key(self) -> str:
        """What tells it from every other chip of the board."""
        suffix = "-upgrade" if self.role is Role.UPGRADE else ""
        return f"{self.line.pk}{suffix}"

    @property
    def is_pinned(self) -> bool:
        """Whether the plan pins it today."""
        return self.row.pin is not None

    @property
    def is_free_again(self) -> bool:
        """Whether the version has it pinned, and the plan no longer."""
        return self.line.is_pinned and self.row.pin is None

    @property
    def is_candidate(self) -> bool:
        return self.line.asset_id is None

    @property
    def moved_words(self) -> str:
        """Where the version has it, for a chip that was moved since: "2028/29", "not in the plan"."""
        return "not in the plan" if self.planned is None else label(self.planned)


@dataclass(frozen=True, slots=True)
class BoardCell:
    """One trust's year. Money is pence inc VAT; `envelope_pence` None: not known. `breaches` in words.

    `paid` is pence by source, as the planner's result says who pays; `bought` the new machines that the version has.
    """

    year: int
    chips: tuple[Chip, ...]
    spend_pence: int
    envelope_pence: int | None
    carried_in_pence: int
    breaches: tuple[str, ...] = ()
    bought: int = 0
    paid: dict[str, int] = field(default_factory=dict)

    @property
    def available_pence(self) -> int | None:
        """The envelope and what was carried into it."""
        return None if self.envelope_pence is None else self.envelope_pence + self.carried_in_pence

    @property
    def other_money_pence(self) -> int:
        """What is spent beyond the trust's own money: paid by shared or national money, or not paid for."""
        return max(0, self.spend_pence - (self.available_pence or 0))

    @property
    def shared_pence(self) -> int:
        """What shared and national money pay."""
        return sum(self.paid.values()) - self.paid.get("own", 0)

    @property
    def short_pence(self) -> int:
        """What nobody's money pays for: a pinned wish that the envelopes do not allow."""
        return max(0, self.spend_pence - sum(self.paid.values()))


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One trust, or all of them. `kept`: the machines that the plan leaves as they are, and sites it gives none."""

    name: str
    cells: tuple[BoardCell, ...]
    trust_id: int | None = None
    kept: tuple[Chip, ...] = ()

    @property
    def spend_pence(self) -> int:
        return sum(cell.spend_pence for cell in self.cells)

    @property
    def envelope_pence(self) -> int | None:
        """All years together; None where one of them is not known."""
        return total_if_known(cell.envelope_pence for cell in self.cells)

    @property
    def machines(self) -> int:
        """New machines, all years together."""
        return sum(cell.bought for cell in self.cells)

    @property
    def short_pence(self) -> int:
        return sum(cell.short_pence for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Board:
    """The rows by trust name; `total` where the reader sees more than one. `changed`: pins that the version has not."""

    years: tuple[int, ...]
    rows: tuple[BoardRow, ...]
    total: BoardRow | None
    changed: int
    beside: tuple[str, ...] = ()
    """Limits that are not kept and stand in no cell: of the whole network, or of no single year."""

    @property
    def shown(self) -> int:
        """How many machines and sites for additional ones it shows."""
        chips = [chip for row in self.rows for cell in row.cells for chip in cell.chips]
        return len({chip.line.pk for chip in [*chips, *(chip for row in self.rows for chip in row.kept)]})


def board(reading: VersionReading, *, shown: Shown | None = None, trusts: Iterable[int] = ()) -> Board:
    """Lay a version out by trust and year. No query.

    `shown` leaves out chips, `trusts` (where any are named) whole rows; money is of all machines of a trust.
    """
    chips: dict[tuple[int, int | None], list[Chip]] = defaultdict(list)
    bought: Counter[tuple[int, int]] = Counter()
    changed = 0
    for line in reading.lines:
        row = line_row(reading, line)
        changed += row.pin_changed
        if line.is_bought:
            bought[line.trust_id, line.year or 0] += 1
        if shown is None or shown(line):
            for chip in _chips(row, reading.years):
                chips[line.trust_id, chip.year].append(chip)
    breaches: dict[tuple[int, int], list[str]] = defaultdict(list)
    for breach in reading.breaches:
        breaches[breach["trust_id"], breach["year"]].append(breach["words"])
    only = set(trusts)
    rows = tuple(
        BoardRow(
            name=name,
            trust_id=trust,
            kept=tuple(chips[trust, None]),
            cells=tuple(
                BoardCell(
                    year=year,
                    chips=tuple(chips[trust, year]),
                    spend_pence=reading.spend.get((trust, year), 0),
                    envelope_pence=reading.envelopes.get((trust, year)),
                    carried_in_pence=reading.carried_in.get((trust, year), 0),
                    breaches=tuple(breaches[trust, year]),
                    bought=bought[trust, year],
                    paid=reading.funding.get((trust, year), {}),
                )
                for year in reading.years
            ),
        )
        for trust, name in sorted(reading.trusts.items(), key=lambda item: item[1])
        if not only or trust in only
    )
    whole = reading.whole and len(rows) == len(reading.trusts)
    name = "All trusts" if whole else ("These trusts together" if reading.whole else "Your trusts together")
    total = _total(name, rows, reading.years) if len(rows) > 1 else None
    beside = tuple(b["words"] for b in reading.breaches if b["trust_id"] is None or b["year"] is None)
    return Board(years=tuple(reading.years), rows=rows, total=total, changed=changed, beside=beside)


def _chips(row: LineRow, years: range) -> list[Chip]:
    """A chip for what is wanted of a machine, and for an upgrade before it another."""
    line, wanted = row.line, _wanted(row)
    moved = row.pin_changed and row.pin is not None
    found = []
    if wanted.upgrade_year is not None:
        found.append(_chip(row, Role.UPGRADE, wanted.upgrade_year, line.upgrade_year, moved, years))
        if wanted.year is None:
            return found
    kind = Role(wanted.kind) if wanted.year is not None else Role.KEEP
    role = Role.REPLACE if kind is Role.UPGRADE else kind
    found.append(_chip(row, role, wanted.year, line.year, moved, years))
    return found


def _wanted(row: LineRow) -> Pin | PlanLine:
    """Today's pin where it says otherwise than the version, else what the version decided."""
    return row.pin if row.pin is not None and row.pin_changed else row.line


def _chip(row: LineRow, role: Role, year: int | None, planned: int | None, moved: bool, years: range) -> Chip:
    at = year if year in years else None
    age = None if row.line.asset_id is None else age_at(row.installed_on, None, at or years[-1])
    return Chip(row, role, at, planned, moved and at != planned, age)


def _total(name: str, rows: Iterable[BoardRow], years: Iterable[int]) -> BoardRow:
    columns = zip(*(row.cells for row in rows), strict=True)
    return BoardRow(
        name=name,
        cells=tuple(
            BoardCell(
                year=year,
                chips=tuple(chip for cell in column for chip in cell.chips),
                spend_pence=sum(cell.spend_pence for cell in column),
                envelope_pence=total_if_known(cell.envelope_pence for cell in column),
                carried_in_pence=sum(cell.carried_in_pence for cell in column),
                bought=sum(cell.bought for cell in column),
                paid=dict(sum((Counter(cell.paid) for cell in column), Counter())),
            )
            for year, column in zip(years, columns, strict=True)
        ),
    )
