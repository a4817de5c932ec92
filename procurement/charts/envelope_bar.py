"""A year's spend as one bar under its cell: who pays, what nobody pays for, and where the envelope ends."""

from dataclasses import dataclass

from procurement.queries.plan_board import BoardCell
from procurement.queries.plan_versions import SOURCES

WIDTH = 100


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of the bar, from `x`, `width` wide. `kind`: a source, or "short"; `words` says the same: "Shared"."""

    kind: str
    x: float
    width: float
    pence: int
    words: str


@dataclass(frozen=True, slots=True)
class Bar:
    """The bar in a box of 100 by 10. `limit_x`: where the trust's own money ends; None where that is not known."""

    segments: tuple[Segment, ...]
    limit_x: float | None

    @property
    def beyond(self) -> tuple[Segment, ...]:
        """The parts that the trust's own money does not pay for."""
        return tuple(part for part in self.segments if part.kind != "own")


def envelope_bar(cell: BoardCell) -> Bar:
    """Return the bar of a cell; it is as long as the greater of spend and what is available."""
    available = cell.available_pence
    longest = max(cell.spend_pence, available or 0, 1)
    parts = [(source, cell.paid.get(source, 0), words) for source, words in SOURCES.items()]
    parts.append(("short", cell.short_pence, "Not paid for"))
    segments, x = [], 0.0
    for kind, pence, words in parts:
        if pence:
            width = WIDTH * pence / longest
            segments.append(Segment(kind, round(x, 2), round(width, 2), pence, words))
            x += width
    return Bar(tuple(segments), None if available is None else round(WIDTH * available / longest, 2))
