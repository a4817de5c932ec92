"""Reading XLSX workbooks: every visible sheet as texts, with what its cells do not show."""

import io
import posixpath
import re
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from python_calamine import CalamineError, CalamineWorkbook

from assets.domain.problems import FileProblem
from assets.domain.readings import Fault
from assets.domain.vocabulary import Precision
from assets.imports.archive import Archive, Attributes, damaged, local
from assets.imports.sheets import Sheet, text_of
from assets.imports.worksheet import Shape, shape_of

MAX_SHEETS = 100
_MOST_EXACT = 10**15
_ROUNDED = Fault(
    "error_cell",
    "A spreadsheet keeps only 15 digits of a number, so the last ones are lost. Format the cell as text and type it again.",
)


@dataclass(slots=True)
class _Contents:
    """What the workbook says of itself: its visible sheets in order as (name, part), and how to read them."""

    sheets: list[tuple[str, str]] = field(default_factory=list)
    stale: bool = False
    formats: dict[str, Precision] = field(default_factory=dict)
    longest_text: int = 0


def read_xlsx(content: bytes) -> list[Sheet]:
    """Return the visible sheets of a workbook. Raises FileProblem where it is damaged, protected or too large."""
    archive = Archive(content)
    contents = _contents(archive)
    shapes = [
        shape_of(archive, part, contents.formats, stale=contents.stale, longest_text=contents.longest_text)
        for _, part in contents.sheets
    ]
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
            return [
                _sheet(name, workbook.get_sheet_by_name(name).to_python(skip_empty_area=False), shape)
                for (name, _), shape in zip(contents.sheets, shapes, strict=True)
            ]
    except (CalamineError, OSError, ValueError):
        raise damaged() from None


def _sheet(name: str, values: list[list[Any]], shape: Shape) -> Sheet:
    faults, precisions = shape.faults, shape.precisions
    rows = []
    for row, cells in enumerate(values):
        texts = []
        for column, value in enumerate(cells):
            if type(value) is str:
                # A workbook can write the sign 0 as "_x0000_"; it means nothing, and PostgreSQL keeps no text with it.
                texts.append(value.replace("\x00", "").strip())
                continue
            if isinstance(value, float) and abs(value) >= _MOST_EXACT:
                faults.setdefault((row, column), _ROUNDED)
            texts.append(text_of(value, precisions.get((row, column), Precision.DAY)))
        rows.append(texts)
    # A formula without a result, or an error, is no cell to calamine; the rows must reach it to be told of it.
    for row, column in faults:
        rows += [[] for _ in range(row + 1 - len(rows))]
        rows[row] += [""] * (column + 1 - len(rows[row]))
    for (row, column), formula in shape.formulas.items():
        rows[row][column] = formula
    return Sheet(name, rows, faults, merged=shape.merged)


def _contents(archive: Archive) -> _Contents:
    parts = _parts(archive)
    contents = _Contents()
    found: list[Attributes] = []

    def element(name: str, attributes: Attributes) -> None:
        if local(name) == "sheet":
            found.append(attributes)
        elif local(name) == "calcPr":
            contents.stale = attributes.get("fullCalcOnLoad") in {"1", "true"}

    archive.walk("xl/workbook.xml", start=element)
    if len(found) > MAX_SHEETS:
        raise FileProblem(
            f"This workbook has more than {MAX_SHEETS} sheets. Copy the sheet with the machines into a new workbook."
        )
    for sheet in found:
        key = next((value for name, value in sheet.items() if local(name) == "id"), "")
        kind, part = parts.get(key, ("", ""))
        if kind == "worksheet" and sheet.get("state", "visible") == "visible":
            contents.sheets.append((sheet.get("name", ""), part))
    if not contents.sheets:
        raise FileProblem(
            "This workbook has no visible sheet with cells. Check that you chose the right file."
        )
    of_kind = dict(parts.values())
    if "styles" in of_kind:
        contents.formats = _formats(archive, of_kind["styles"])
    if "sharedStrings" in of_kind:
        contents.longest_text = _longest_text(archive, of_kind["sharedStrings"])
    return contents


def _parts(archive: Archive) -> dict[str, tuple[str, str]]:
    """Return the workbook's parts by the keys it calls them: what kind each is, and its name in the archive."""
    parts: dict[str, tuple[str, str]] = {}

    def relationship(name: str, attributes: Attributes) -> None:
        if local(name) == "Relationship":
            target = attributes.get("Target", "")
            part = target[1:] if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            parts[attributes.get("Id", "")] = (attributes.get("Type", "").rpartition("/")[2], part)

    archive.walk("xl/_rels/workbook.xml.rels", start=relationship)
    return parts


def _formats(archive: Archive, part: str) -> dict[str, Precision]:
    """Return the styles that show a date without its day, by their number as cells give it."""
    codes: dict[str, str] = {"17": "mmm-yy"}
    styles: list[str] = []
    within: list[str] = []

    def start(name: str, attributes: Attributes) -> None:
        name = local(name)
        if name == "numFmt":
            codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == "xf" and within and within[-1] == "cellXfs":
            styles.append(attributes.get("numFmtId", "0"))
        within.append(name)

    def end(name: str) -> None:
        within.pop()

    archive.walk(part, start=start, end=end)
    shown = {str(number): _precision(codes.get(code, "")) for number, code in enumerate(styles)}
    return {number: precision for number, precision in shown.items() if precision}


_LITERAL = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.')


def _precision(code: str) -> Precision:
    """Return what a number format shows of a date where that is less than the day; NOT_KNOWN for every other format."""
    signs = set(_LITERAL.sub("", code.split(";")[0]).lower())
    if "y" not in signs or signs & set("dhs0#"):
        return Precision.NOT_KNOWN
    return Precision.MONTH if "m" in signs else Precision.YEAR


def _longest_text(archive: Archive, part: str) -> int:
    """Return the length of the longest text that cells share."""
    longest = length = 0
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def start(name: str, attributes: Attributes) -> None:
        nonlocal length
        if name == "si" or local(name) == "si":
            length = 0

    def hear(text: str) -> None:
        nonlocal longest, length
        length += len(text)
        longest = max(longest, length)

    parser.CharacterDataHandler = hear
    archive.walk(part, start=start, parser=parser)
    return longest
