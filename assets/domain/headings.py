"""Which of the register's columns a heading names, by the words we know."""

import re
from collections.abc import Mapping, Sequence

from assets.domain.columns import (
    READ,
    TO_CORRECT,
    WORKED_OUT,
    compact,
    normalised,
)
from assets.domain.facts import FACTS, Kind

SEARCHED_ROWS = 20
"""The heading row is looked for in so many rows; titles may stand above it."""

LEAST_RECOGNISED = 2
"""A row with fewer known headings is a title or data."""

_KEYS: Mapping[str, str] = {
    compact(name): column.key for column in READ for name in (column.heading, *column.synonyms)
}
_PASSED_OVER = {
    compact(name) for column in (*WORKED_OUT, *TO_CORRECT) for name in (column.heading, *column.synonyms)
}
# What stands in brackets explains a heading ("Installed (dd/mm/yyyy)"), except of money, where it may say VAT or thousands.
_IN_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_MONEY = {fact.key for fact in FACTS if fact.kind is Kind.MONEY}
_LONGEST = 200


def key_of(heading: str) -> str | None:
    """Return the key of the register's column that a heading names; None where it names none."""
    if len(heading) > _LONGEST:
        return None  # a text, not a heading: and one of very many opened brackets would take minutes to go through
    if (key := _KEYS.get(compact(heading))) is not None:
        return key
    key = _KEYS.get(compact(_IN_BRACKETS.sub(" ", heading)))
    return None if key in _MONEY else key


def recognised(cells: Sequence[str]) -> int:
    """Return how many of the register's columns a row would name as headings."""
    return len({key for cell in cells if cell and (key := key_of(cell))})


def is_passed_over(heading: str) -> bool:
    """Say whether a heading is one that our own files add for their readers, and that is passed over without a word."""
    return compact(heading) in _PASSED_OVER


def column_letter(position: int) -> str:
    """Return the letters a spreadsheet gives a column: 0 is A, 26 is AA."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def why_not_read(heading: str) -> str:
    """Return why a heading that names none of the register's columns is not read."""
    words = normalised(heading)
    if re.search(r"\b(price|cost|value)\b", words):
        return "prices are read from a column headed “Price paid (£ ex VAT)”, in pounds without VAT"
    return "the register has no such column"
