"""What a sheet's cells are besides their values: how far they reach, formulas without results, errors, shown precision.

The values themselves come from calamine, which keeps a whole rectangle in memory and tells none of this.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from assets.domain.headings import SEARCHED_ROWS
from assets.domain.problems import FileProblem
from assets.domain.readings import Fault
from assets.domain.tables import Merged
from assets.domain.vocabulary import Precision
from assets.imports.archive import Archive, Attributes, damaged, local
from assets.imports.sheets import MAX_CELLS, MAX_COLUMNS, MAX_ROWS

MAX_TEXT = 500_000_000
"""Letters in all cells together. A long text can stand once in the file and be shown by millions of cells."""

_NO_RESULT = Fault(
    "formula",
    "This formula has no result in the file, because a program wrote it and no spreadsheet has worked it out. "
    "Open the file in your spreadsheet program and save it, or replace the formula by its value.",
)
_ERROR = Fault("error_cell", "This cell shows a spreadsheet's error. Put it right, or empty the cell.")
_SHOWN = 200
Position = tuple[int, int]
"""Row and column, both from 0."""


@dataclass(slots=True)
class Shape:
    """What was found in a sheet. `width` and `height` reach to its last cell with a value.

    `formulas` are the texts of those without a result. `merged` are cells near the top that are shown as one.
    """

    height: int = 0
    width: int = 0
    faults: dict[Position, Fault] = field(default_factory=dict)
    formulas: dict[Position, str] = field(default_factory=dict)
    precisions: dict[Position, Precision] = field(default_factory=dict)
    merged: list[Merged] = field(default_factory=list)


def shape_of(
    archive: Archive, part: str, formats: Mapping[str, Precision], *, stale: bool, longest_text: int
) -> Shape:
    """Return the shape of the sheet in a part of a workbook.

    `formats` are the styles that show only a month or a year. `stale` says that the results of formulas are not to be
    trusted: a program wrote the file and asks the spreadsheet to work them out. `longest_text` is the longest of the
    texts that cells share. Raises FileProblem where the sheet is too large or damaged.
    """
    walk = _Walk(formats, stale=stale)
    archive.walk(part, start=walk.start, parser=walk.parser)
    walk.finish()
    shape = walk.shape
    if shape.height > MAX_ROWS or shape.width > MAX_COLUMNS or shape.height * shape.width > MAX_CELLS:
        raise FileProblem(
            f"This sheet reaches to row {shape.height:,} and column {shape.width:,}. We read up to {MAX_ROWS:,} rows "
            f"and {MAX_CELLS:,} cells. Delete what stands far from the machines, or split the file."
        )
    if walk.shared * longest_text > MAX_TEXT:
        raise FileProblem(
            "The cells of this sheet hold far more text than a register. Shorten the longest texts, or split the file."
        )
    return shape


_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})", re.ASCII)


class _Walk:
    """Follows the elements of a sheet: row, c (a cell), f (its formula), v or is (its value).

    A cell is over when the next begins, so that ends need not be followed: a large sheet has millions.
    """

    def __init__(self, formats: Mapping[str, Precision], *, stale: bool) -> None:
        self.parser = expat.ParserCreate()
        self.shape = Shape()
        self.shared = 0
        self._formats = formats
        self._stale = stale
        self._columns: dict[str, int] = {}
        self._row = self._column = -1
        self._cell: Attributes = {}
        self._valued = self._formula = False
        self._formula_text = self._result = ""

    def start(self, name: str, attributes: Attributes) -> None:
        if name not in _KNOWN:
            name = local(name)
        if name == "c":
            self.finish()
            self._begin(attributes)
        elif name == "v" or name == "is":
            self._valued = True
            if self._formula:
                self.parser.CharacterDataHandler = self._hear_result
        elif name == "f":
            self._formula = True
            self.parser.CharacterDataHandler = self._hear_formula
        elif name == "row":
            self.finish()
            number = attributes.get("r", "")
            self._row = int(number) - 1 if number.isdecimal() else self._row + 1
            self._column = -1
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def _merge(self, reference: str) -> None:
        """Keep which cells are shown as one, where headings may stand; a file can hold any number of them further down."""
        found = _SPAN.fullmatch(reference)
        if found is None or len(self.shape.merged) >= _MOST_MERGED:
            return
        row, first, last = int(found[2]) - 1, _index(found[1]), _index(found[3])
        if row < SEARCHED_ROWS and first < last < MAX_COLUMNS:
            self.shape.merged.append((row, first, last))

    def _begin(self, cell: Attributes) -> None:
        self._cell = cell
        reference = cell.get("r")
        if reference is None:
            self._column += 1
            return
        found = _REFERENCE.fullmatch(reference)
        if found is None:
            raise damaged()
        letters = found[1]
        if letters not in self._columns:
            self._columns[letters] = _index(letters)
        self._column, self._row = self._columns[letters], int(found[2]) - 1

    def _hear_formula(self, text: str) -> None:
        self._formula_text = f"{self._formula_text}{text}"[:_SHOWN]

    def _hear_result(self, text: str) -> None:
        self._result = self._result or text.strip()[:_SHOWN]

    def finish(self) -> None:
        """Take down the cell that is over."""
        if not (self._valued or self._formula):
            return
        cell, shape, here = self._cell, self.shape, (self._row, self._column)
        kind = cell.get("t")
        if self._formula:
            self.parser.CharacterDataHandler = None
            # A formula may well result in an empty text; its cell then says that it holds a text.
            if self._stale or not (self._result or kind == "str"):
                shape.faults[here] = _NO_RESULT
                shape.formulas[here] = f"={self._formula_text.strip()}"
            self._formula_text = self._result = ""
        self._valued = self._formula = False
        shape.height = max(shape.height, self._row + 1)
        shape.width = max(shape.width, self._column + 1)
        if kind == "s":
            self.shared += 1
        elif kind == "e":
            shape.faults.setdefault(here, _ERROR)
        elif (style := cell.get("s")) in self._formats:
            shape.precisions[here] = self._formats[style or ""]


_KNOWN = frozenset({"c", "v", "f", "is", "row", "t", "mergeCell"})
_SPAN = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6}):([A-Z]{1,3})[1-9]\d{0,6}", re.ASCII)
_MOST_MERGED = 500


def _index(letters: str) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1
