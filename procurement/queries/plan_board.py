"""The plan board: years across, trusts down, a chip for each machine, and under each what it costs of what there is."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from procurement.domain.pricing import total_if_known
from procurement.queries.plan_lines import LineRow, line_row
from procurement.queries.plan_versions import VersionReading


@dataclass(frozen=True, slots=True)
class BoardCell:
    """One trust's year. Money is pence inc VAT; `envelope_pence` None: not known. `breaches` in words."""

    year: int
    chips: tuple[LineRow, ...]
    spend_pence: int
    envelope_pence: int | None
    carried_in_pence: int
    breaches: tuple[str, ...] = ()

    @property
    def available_pence(self) -> int | None:
        """The envelope and what was carried into it."""
        return None if self.envelope_pence is None else self.envelope_pence + self.carried_in_pence

    @property
    def other_money_pence(self) -> int:
        """What is spent beyond the trust's own money: paid by network or national money, or not paid for."""
        return max(0, self.spend_pence - (self.available_pence or 0))


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One trust, or all of them."""

    name: str
    cells: tuple[BoardCell, ...]
    trust_id: int | None = None

    @property
    def spend_pence(self) -> int:
        return sum(cell.spend_pence for cell in self.cells)

    @property
    def envelope_pence(self) -> int | None:
        """All years together; None where one of them is not known."""
        return total_if_known(cell.envelope_pence for cell in self.cells)

    @property
    def machines(self) -> int:
        return sum(len(cell.chips) for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Board:
    """The rows by trust name; `total` where the reader sees more than one."""

    years: tuple[int, ...]
    rows: tuple[BoardRow, ...]
    total: BoardRow | None


def board(reading: VersionReading) -> Board:
    """Lay a version out by trust and year. No query."""
    chips: dict[tuple[int, int], list[LineRow]] = defaultdict(list)
    for line in reading.replaced:
        chips[line.trust_id, line.year or 0].append(line_row(reading, line))
    breaches: dict[tuple[int, int], list[str]] = defaultdict(list)
    for breach in reading.breaches:
        breaches[breach["trust_id"], breach["year"]].append(breach["words"])
    rows = tuple(
        BoardRow(
            name=name,
            trust_id=trust,
            cells=tuple(
                BoardCell(
                    year=year,
                    chips=tuple(chips[trust, year]),
                    spend_pence=reading.spend.get((trust, year), 0),
                    envelope_pence=reading.envelopes.get((trust, year)),
                    carried_in_pence=reading.carried_in.get((trust, year), 0),
                    breaches=tuple(breaches[trust, year]),
                )
                for year in reading.years
            ),
        )
        for trust, name in sorted(reading.trusts.items(), key=lambda item: item[1])
    )
    name = "All trusts" if reading.whole else "Your trusts together"
    total = _total(name, rows, reading.years) if len(rows) > 1 else None
    return Board(years=tuple(reading.years), rows=rows, total=total)


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
            )
            for year, column in zip(years, columns, strict=True)
        ),
    )
