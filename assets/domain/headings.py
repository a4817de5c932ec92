"""Finding the heading row of a sheet and which of its columns are the register's."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assets.domain.columns import (
    BY_KEY,
    COLUMNS,
    REQUIRED,
    TO_CORRECT,
    WORKED_OUT,
    Column,
    compact,
    normalised,
)
from assets.domain.problems import FileProblem

SEARCHED_ROWS = 20
"""The heading row is looked for in so many rows; titles may stand above it."""

LEAST_RECOGNISED = 2
"""A row with fewer known headings is a title or data."""

_KEYS: Mapping[str, str] = {
    compact(name): column.key for column in COLUMNS for name in (column.heading, *column.synonyms)
}
_PASSED_OVER = {
    compact(name) for column in (*WORKED_OUT, *TO_CORRECT) for name in (column.heading, *column.synonyms)
}
# What stands in brackets explains a heading ("Installed (dd/mm/yyyy)"), except of money, where it may say VAT or thousands.
_IN_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Headings:
    """Where a sheet's columns stand. `row` counts from 1; `columns` gives each key its index and its heading as found.

    `ignored` are the headings of columns that are not read, each with the reason in words.
    """

    row: int
    columns: Mapping[str, tuple[int, str]]
    ignored: tuple[tuple[str, str], ...]


def key_of(heading: str) -> str | None:
    """Return the key of the register's column that a heading names; None where it names none."""
    if len(heading) > _LONGEST:
        return None  # a text, not a heading: and one of very many opened brackets would take minutes to go through
    if (key := _KEYS.get(compact(heading))) is not None:
        return key
    key = _KEYS.get(compact(_IN_BRACKETS.sub(" ", heading)))
    return None if key == "price_paid_pence" else key


def recognised(cells: Sequence[str]) -> int:
    """Return how many of the register's columns a row would name as headings."""
    return len({key for cell in cells if cell and (key := key_of(cell))})


def heading_row(rows: Sequence[Sequence[str]]) -> int | None:
    """Return the index of the row that names the most columns, the first of equals; None where none names enough."""
    best = max(range(min(len(rows), SEARCHED_ROWS)), key=lambda index: recognised(rows[index]), default=None)
    return best if best is not None and recognised(rows[best]) >= LEAST_RECOGNISED else None


def find_headings(rows: Sequence[Sequence[str]], *, number_of_first: int = 1) -> Headings | None:
    """Return where the columns of a sheet stand; None where it has no heading row.

    Raises FileProblem where a needed column is missing or two columns say the same thing.
    """
    index = heading_row(rows)
    if index is None:
        return None
    row = index + number_of_first
    places: dict[str, list[tuple[int, str]]] = defaultdict(list)
    ignored: list[tuple[str, str]] = []
    for position, heading in enumerate(rows[index]):
        heading = " ".join(heading.split())
        if key := key_of(heading):
            places[key].append((position, heading))
        elif heading and compact(heading) not in _PASSED_OVER:
            ignored.append((heading, _why_ignored(heading)))
    columns = {key: _the_one(BY_KEY[key], found, row, ignored) for key, found in places.items()}
    _require(columns, row)
    return Headings(row, columns, tuple(ignored))


def column_letter(position: int) -> str:
    """Return the letters a spreadsheet gives a column: 0 is A, 26 is AA."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _the_one(
    column: Column, found: list[tuple[int, str]], row: int, ignored: list[tuple[str, str]]
) -> tuple[int, str]:
    """Return the one place a column stands in. Of several, the one headed just as we would head it is taken."""
    ours = [place for place in found if compact(place[1]) == compact(column.heading)]
    chosen = found if len(found) == 1 else ours
    if len(chosen) != 1:
        where = " and ".join(f"column {column_letter(position)} (“{heading}”)" for position, heading in found)
        raise FileProblem(
            f"Row {row} has more than one column for “{column.heading}”: {where}. "
            f"Delete the ones that are not meant, or head the right one “{column.heading}” and the others differently."
        )
    ignored += [
        (heading, f"“{column.heading}” is read from another column")
        for position, heading in found
        if position != chosen[0][0]
    ]
    return chosen[0]


def _require(columns: Mapping[str, object], row: int) -> None:
    missing = [group for group in REQUIRED if not any(key in columns for key in group)]
    if not missing:
        return
    wanted = " and ".join(" or ".join(f"“{BY_KEY[key].heading}”" for key in group) for group in missing)
    raise FileProblem(
        f"The headings stand in row {row}, but there is no column for {wanted}. "
        "Add it, or change the heading of the column that holds it; the column guide lists the headings understood."
    )


def _why_ignored(heading: str) -> str:
    words = normalised(heading)
    if re.search(r"\b(price|cost|value)\b", words):
        return "prices are read from a column headed “Price paid (£ ex VAT)”, in pounds without VAT"
    return "the register has no such column"
