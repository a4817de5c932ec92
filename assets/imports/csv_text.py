"""Reading CSV files: which encoding, which delimiter, and a refusal in words where there is none."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import islice

from assets.domain.headings import LEAST_RECOGNISED, SEARCHED_ROWS
from assets.domain.problems import FileProblem
from assets.imports.sheets import MAX_COLUMNS, MAX_ROWS, Sheet
from assets.imports.sniff import SAVE_AS, decoded

_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "upright bars"}
_OTHER_DELIMITERS = "¬^~§¦\x1e\x1f"
_LONGEST_CELL = 100_000


def read_csv(
    content: bytes,
    recognised: Callable[[Sequence[str]], int],
    *,
    without_headings: Callable[[str], str] | None = None,
) -> Sheet:
    """Return the cells of a CSV file. `recognised` counts how many known headings a row names: the delimiter is the one
    that finds the most. Raises FileProblem where none finds any, in the words of `without_headings` for how the file
    begins (`no_headings` of a register), or where the text is damaged.
    """
    text, encoding = decoded(content)
    scores = {delimiter: _score(text, delimiter, recognised) for delimiter in _DELIMITERS}
    delimiter = max(scores, key=lambda each: scores[each])
    if scores[delimiter] < LEAST_RECOGNISED:
        raise _no_delimiter(text, without_headings or no_headings)
    rows = [[cell.strip() for cell in row] for row in _rows(text, delimiter)]
    return Sheet("", rows, read_as=f"{encoding} text, cells parted by {_DELIMITERS[delimiter]}")


def _score(text: str, delimiter: str, recognised: Callable[[Sequence[str]], int]) -> int:
    best = 0
    with suppress(FileProblem):  # what is wrong further down is said when the rows are read
        for row in islice(_rows(text, delimiter), SEARCHED_ROWS):
            best = max(best, recognised(row))
    return best


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for number, row in enumerate(reader, 1):
            if number > MAX_ROWS:
                raise FileProblem(f"This file has more than {MAX_ROWS:,} rows. Split it into smaller ones.")
            if len(row) > MAX_COLUMNS:
                raise FileProblem(
                    f"Row {number} has {len(row):,} cells; no register has so many columns. {SAVE_AS}"
                )
            yield row
    except csv.Error:
        raise FileProblem(
            f"The text of line {reader.line_num} cannot be read: a quotation mark that opens a cell is probably never "
            f"closed. {SAVE_AS}"
        ) from None


def _no_delimiter(text: str, without_headings: Callable[[str], str]) -> FileProblem:
    """Say what was found in place of headings."""
    lines = [line for line in text.splitlines()[:SEARCHED_ROWS] if line.strip()]
    first = " ".join(lines[0].split())
    shown = first if len(first) <= 80 else f"{first[:79]}…"
    for other in _OTHER_DELIMITERS:
        if sum(other in line for line in lines) > len(lines) / 2:
            sign = f"“{other}”" if other.isprintable() else "an invisible sign"
            return FileProblem(
                f"The cells of this file are parted by {sign} (character 0x{ord(other):02X}). "
                f"We read files parted by commas, semicolons, tabs or upright bars. {SAVE_AS}"
            )
    return FileProblem(without_headings(shown))


def no_headings(shown: str) -> str:
    """Return what to say of a file without a heading row; `shown` is what its first row says."""
    return (
        f"No row among the first {SEARCHED_ROWS} names the register's columns, such as Modality and Site. "
        f"The file begins with “{shown}”. Put a row with headings above the machines; the column guide lists the "
        "headings understood, and the template has them all."
    )
