"""Where in a sheet the machines stand: the heading rows, what each heading may mean, the rows that are no machines.

Collections sent round the country have titles above, headings over headings ("Installation" over "Date" and "Year"),
totals and notes below. What is passed over is always said, and what is not certain is asked, never guessed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assets.domain.columns import compact, normalised
from assets.domain.headings import LEAST_RECOGNISED, SEARCHED_ROWS, column_letter, key_of, recognised

Rows = Sequence[Sequence[str]]
Merged = tuple[int, int, int]
"""Cells of one row that a workbook shows as one: the row, the first and the last column, each from 0."""

_NEUTRAL = frozenset(
    [
        "equipment",
        "machine",
        "machines",
        "scanner",
        "scanners",
        "asset",
        "assets",
        "system",
        "device",
        "unit",
        "details",
        "detail",
        "information",
        "info",
        "general",
        "location",
        "site",
        "trust",
        "organisation",
        "identification",
        "description",
        "about",
        "the",
        "of",
        "and",
        "data",
        "imaging",
        "radiology",
        "basic",
        "core",
        "key",
        "register",
        "inventory",
        "background",
    ]
)
"""A heading of only these words above another one says nothing about it: "Equipment details" over "Serial number"."""

_TOTAL = re.compile(r"(?:grand |sub ?|overall )?totals?\b.*|.*\b(?:sub ?)?totals?")
_NOTE = re.compile(
    r"(?:notes?|source|sources|key|nb|n b|please note|definitions?|guidance|version|produced|prepared)\b"
)
_WORDS_OF_A_NOTE = 4


@dataclass(frozen=True, slots=True)
class Heading:
    """One heading of a table. `position` counts columns from 0, `label` is unique in the table.

    `key` is the register's column it certainly names. `suggested` is one it may name: to be asked, not taken.
    """

    position: int
    label: str
    key: str | None
    suggested: str | None = None


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A row that is no machine: its number in the spreadsheet, how it begins, and what it was taken for."""

    row: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Table:
    """The machines of a sheet. `row` is the number of the heading row, the lower one where `is_joined` says that two were
    read together; `body` are indexes of the rows below."""

    row: int
    is_joined: bool
    headings: tuple[Heading, ...]
    body: Sequence[int]
    passed_over: tuple[PassedOver, ...]

    @property
    def recognised(self) -> int:
        """How many of the register's columns it has."""
        return len({heading.key for heading in self.headings if heading.key})


def find_table(rows: Rows, merged: Sequence[Merged] = ()) -> Table | None:
    """Return the table of a sheet; None where no row, or two together, name enough of the register's columns.

    The heading row is the one of the first SEARCHED_ROWS that names the most; two rows are read together only where that
    names more, or says more of the same ones. Rows with nothing in them are no part of `body`.
    """
    last, joined, headings, found = -1, False, list[Heading](), LEAST_RECOGNISED - 1
    for index in range(min(len(rows), SEARCHED_ROWS)):
        if (score := recognised(rows[index])) > found:
            last, headings, found = index, _single(rows[index]), score
    for index in range(min(len(rows), SEARCHED_ROWS) - 1):
        both = _joined(rows[index], rows[index + 1], [m for m in merged if m[0] == index])
        score = len({heading.key for heading in both if heading.key})
        as_many = score == found and (
            (index == last and _is_below(rows[index + 1], headings))
            or (index + 1 == last and not joined and _says_more(both, headings))
        )
        if score > found or as_many:
            last, joined, headings, found = index + 1, True, both, score
    if last < 0:
        return None
    headings = _told_apart(headings)
    body, passed_over = _body(rows, last, headings)
    return Table(last + 1, joined, tuple(headings), body, tuple(passed_over))


def _is_below(row: Sequence[str], headings: Sequence[Heading]) -> bool:
    """Say whether the row below a heading row belongs to it: it names columns, and says of no machine what and where it is."""
    needed = [each.position for each in headings if each.key in {"modality", "site", "site_code"}]
    return not any(row[place] for place in needed if place < len(row)) and recognised(row) > 0


def _says_more(both: Sequence[Heading], lower: Sequence[Heading]) -> bool:
    """Say whether the row above a heading row names a column that the lower one alone leaves open: "Installation" over
    "Date"."""
    alone = {heading.position for heading in lower if heading.key}
    return any(heading.key and heading.position not in alone for heading in both)


def _single(cells: Sequence[str]) -> list[Heading]:
    labels = ((position, " ".join(cell.split())) for position, cell in enumerate(cells) if cell)
    return [Heading(position, label, key_of(label)) for position, label in labels if label]


def _joined(above: Sequence[str], below: Sequence[str], merged: Sequence[Merged]) -> list[Heading]:
    """Return the headings of two rows read together. Cells that are shown as one hand their text to all they span; in a
    file that does not say so, a text reaches over the empty cells to its right."""
    headings: list[Heading] = []
    reaching = ""
    spanned = {
        column: above[first]
        for _, first, last in merged
        if first < len(above)
        for column in range(first, min(last + 1, len(below)))
    }
    for position in range(max(len(above), len(below))):
        top = " ".join((above[position] if position < len(above) else "").split())
        bottom = " ".join((below[position] if position < len(below) else "").split())
        if top or not bottom:
            reaching = top
        if merged:
            top = " ".join(spanned.get(position, top).split())
        elif not top and bottom:
            top = reaching
        if heading := _of_two(position, top, bottom):
            headings.append(heading)
    return headings


def _of_two(position: int, top: str, bottom: str) -> Heading | None:
    if not (top and bottom) or top == bottom:
        label = top or bottom
        return Heading(position, label, key_of(label)) if label else None
    label = f"{top} / {bottom}"
    if key := key_of(label):
        return Heading(position, label, key)
    key = key_of(bottom)
    if key and _NEUTRAL.issuperset(normalised(top).split()):
        return Heading(position, label, key)
    return Heading(position, label, None, suggested=key)


def _told_apart(headings: list[Heading]) -> list[Heading]:
    """Add its letter to a heading that another column has too, so that each can be spoken of."""
    seen: dict[str, int] = {}
    for heading in headings:
        seen[compact(heading.label)] = seen.get(compact(heading.label), 0) + 1
    return [
        heading
        if seen[compact(heading.label)] == 1
        else Heading(
            heading.position,
            f"{heading.label} (column {column_letter(heading.position)})",
            heading.key,
            heading.suggested,
        )
        for heading in headings
    ]


def _body(rows: Rows, last: int, headings: Sequence[Heading]) -> tuple[list[int], list[PassedOver]]:
    """Return the rows that may be machines, and those that are totals, the headings again, or notes at the end."""
    at = {heading.key: heading.position for heading in headings if heading.key}
    numbered = [at[key] for key in ("reference", "serial_number", "asset_tag") if key in at]
    where = [at[key] for key in ("site", "site_code") if key in at]
    again = [" ".join(cell.split()) for cell in rows[last]]
    first_heading = next((cell for cell in again if cell), "")
    body: list[int] = []
    passed_over: list[PassedOver] = []
    for index in range(last + 1, len(rows)):
        row = rows[index]
        place = next((place for place, cell in enumerate(row) if cell), None)
        if place is None:
            continue
        first = row[place]
        if first == first_heading and [" ".join(cell.split()) for cell in row] == again:
            passed_over.append(PassedOver(index + 1, _shown(first), "the headings again"))
        elif "total" in first.casefold() and _is_total(row, place, numbered, where):
            passed_over.append(PassedOver(index + 1, _shown(first), "a total"))
        else:
            body.append(index)
    notes: list[PassedOver] = []
    while body and (note := _note(rows[body[-1]])):
        notes.insert(0, PassedOver(body.pop() + 1, _shown(note), "a note"))
    return body, passed_over + notes


def _is_total(row: Sequence[str], place: int, numbered: Sequence[int], where: Sequence[int]) -> bool:
    """Say whether a row that begins with a total has nothing that a machine would have: a number of its own, a site."""
    if not _TOTAL.fullmatch(normalised(row[place])):
        return False
    cells = dict(enumerate(row))
    if any(cells.get(each) for each in numbered if each != place):
        return False
    return not any(
        cells.get(each) and not re.fullmatch(r"[\d,. ]+", cells[each]) for each in where if each != place
    )


def _note(row: Sequence[str]) -> str:
    """Return the text of a row that is nothing but a note; "" for any other."""
    texts = [cell for cell in row if cell]
    if len(texts) != 1:
        return ""
    words = normalised(texts[0])
    is_note = _NOTE.match(words) or texts[0][0] in "*†‡" or len(words.split()) >= _WORDS_OF_A_NOTE
    return texts[0] if is_note else ""


def _shown(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:59]}…"
