"""Two people's versions of one machine, side by side."""

from dataclasses import dataclass

from assets.queries.asset_words import Words


@dataclass(frozen=True, slots=True)
class Line:
    """One fact on which the versions differ: as the person opened it, as it stands now, as saving would leave it.

    `clash` says that both changed it, each to something else.
    """

    label: str
    seen: str | None
    theirs: str | None
    mine: str | None
    clash: bool


def side_by_side(seen: Words, theirs: Words, mine: Words) -> list[Line]:
    """Return the facts that either side has changed, those that clash first, else in the order of the page."""
    lines = [
        Line(
            label,
            seen.get(label),
            theirs.get(label),
            mine.get(label),
            clash=len({seen.get(label), theirs.get(label), mine.get(label)}) == 3,
        )
        for label in theirs
        if not seen.get(label) == theirs.get(label) == mine.get(label)
    ]
    return sorted(lines, key=lambda line: not line.clash)
