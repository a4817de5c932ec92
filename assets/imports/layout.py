"""An uploaded file laid open: which of its sheets hold machines, and what each of their headings is read as."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from assets.domain.columns import normalised
from assets.domain.mapping import DOUBTS, Choices, Found, Settled, in_words, require_clear, settle
from assets.domain.problems import FileProblem
from assets.domain.synonyms import kind_of
from assets.domain.tables import Table, find_table
from assets.imports.csv_text import no_headings
from assets.imports.sheets import Sheet

SHEET_NAME = "Name of the sheet"
"""The heading of what a sheet's name says."""

_SAYS_NOTHING = frozenset(
    [
        "register",
        "list",
        "fleet",
        "inventory",
        "data",
        "return",
        "sheet",
        "equipment",
        "collection",
        "the",
        "of",
        "all",
    ]
)
_SEVERAL = {
    "scanners": "scanner",
    "machines": "machine",
    "systems": "system",
    "units": "unit",
    "rooms": "room",
}


@dataclass(frozen=True, slots=True)
class OpenedSheet:
    """A sheet with the register's headings. `given` is what its name says, by column. `why_not` says why it is not read."""

    sheet: Sheet
    table: Table
    settled: Settled
    given: Mapping[str, str]
    why_not: str = ""

    @property
    def name(self) -> str:
        """As people know it."""
        return self.sheet.name


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """The sheets of a file that have the register's headings and machines below them, in the file's order."""

    sheets: tuple[OpenedSheet, ...]

    @property
    def read(self) -> list[OpenedSheet]:
        """Those to be read."""
        return [each for each in self.sheets if not each.why_not]

    @property
    def is_clear(self) -> bool:
        """Whether nothing has to be asked of a person."""
        return all(each.settled.is_clear for each in self.read)

    def require_clear(self) -> None:
        """Raise FileProblem where somebody would have to be asked which column is meant, or a needed one is missing."""
        for each in self.read:
            try:
                require_clear(each.settled, each.table.row)
            except FileProblem as problem:
                raise FileProblem(f"Sheet “{each.name}”: {problem}" if each.name else str(problem)) from None

    def as_json(self) -> dict[str, Any]:
        """Return it as it is kept with an import and shown to be corrected: sheets, headings, and what is missing."""
        return {
            "sheets": [
                {
                    "name": each.name,
                    "rows": len(each.table.body),
                    "read": not each.why_not,
                    "why_not": each.why_not,
                    "given": list(each.given.values()),
                }
                for each in self.sheets
            ],
            "headings": _headings(self.read),
            "missing": [
                {
                    "sheet": each.name if len(self.sheets) > 1 else "",
                    "columns": in_words(each.settled.missing),
                }
                for each in self.read
                if each.settled.missing
            ],
        }


def lay_open(
    sheets: Sequence[Sheet],
    *,
    chosen: Choices,
    remembered: Choices,
    only: Collection[str] | None,
    is_site: Callable[[str], bool],
    hidden: Collection[str] = (),
) -> OpenedFile:
    """Return the sheets with machines and what their headings are read as.

    `only` names the sheets to read; where nobody chose, those are read that have more than half as many of the register's
    columns as the best one: a summary has two or three. `is_site` says whether a name is that of a site. `hidden` are columns
    that are not to be read. Raises FileProblem where no sheet has machines below headings.
    """
    found: list[tuple[Sheet, Table]] = []
    empty: list[int] = []
    for sheet in sheets:
        table = find_table(sheet.rows, sheet.merged)
        if table is not None and _has_rows(sheet, table):
            found.append((sheet, table))
        elif table is not None:
            empty.append(table.row)
    if not found:
        raise _nothing(sheets, empty)
    settled = partial(settle, chosen=chosen, remembered=remembered, hidden=hidden)
    opened = [_opened(sheet, table, settled, is_site) for sheet, table in found]
    best = max(len(each.settled.columns) for each in opened)
    return OpenedFile(tuple(_chosen(each, best, only) for each in opened))


def _opened(
    sheet: Sheet, table: Table, settled_with: Callable[..., Settled], is_site: Callable[[str], bool]
) -> OpenedSheet:
    settled = settled_with(table, sheet.rows)
    given: dict[str, str] = {}
    if "modality" not in settled.columns and (words := _modality_of(sheet.name)):
        given["modality"] = words
    if not {"site", "site_code"} & settled.columns.keys() and sheet.name and is_site(sheet.name):
        given["site"] = sheet.name
    return OpenedSheet(
        sheet, table, settled_with(table, sheet.rows, given=given) if given else settled, given
    )


def _chosen(opened: OpenedSheet, best: int, only: Collection[str] | None) -> OpenedSheet:
    columns = len(opened.settled.columns)
    why_not = ""
    if only is not None:
        why_not = "" if opened.name in only else "it was chosen not to be read"
    elif columns * 2 <= best:
        has = f"only {columns}" if columns else "none"
        why_not = f"it has {has} of the register’s columns, so it looks like a summary"
    return OpenedSheet(opened.sheet, opened.table, opened.settled, opened.given, why_not)


def _modality_of(name: str) -> str:
    """Return the words of a sheet's name that name a modality, "CT scanner" of "CT scanners 2026"; "" for none."""
    words = [_SEVERAL.get(word, word) for word in normalised(name).split()]
    plain = " ".join(
        word for word in words if word not in _SAYS_NOTHING and not re.fullmatch(r"(?:19|20)\d\d", word)
    )
    return next((text for text in (name, plain) if text and kind_of(text)), "")


def _has_rows(sheet: Sheet, table: Table) -> bool:
    positions = [heading.position for heading in table.headings]
    return any(
        position < len(sheet.rows[index]) and sheet.rows[index][position]
        for index in table.body
        for position in positions
    )


def _headings(sheets: Sequence[OpenedSheet]) -> list[dict[str, Any]]:
    """Return each heading once, whatever the number of sheets that have it, with what it is read as."""
    places: dict[str, list[tuple[OpenedSheet, Found]]] = {}
    for sheet in sheets:
        for found in sheet.settled.found:
            places.setdefault(found.word, []).append((sheet, found))
    headings: list[dict[str, Any]] = []
    for word, same in places.items():
        found = max((found for _, found in same), key=lambda each: (each.is_doubtful, each.how in DOUBTS))
        examples = dict.fromkeys(text for _, each in same for text in each.examples)
        headings.append(
            {
                "word": word,
                "label": found.label,
                "key": found.key,
                "own": found.own,
                "how": found.how.value,
                "doubtful": any(each.is_doubtful for _, each in same),
                "examples": list(examples)[:3],
                "sheets": [sheet.name for sheet, _ in same] if len(sheets) > 1 else [],
                "reason": found.reason,
            }
        )
    return headings


def _nothing(sheets: Sequence[Sheet], empty: Sequence[int]) -> FileProblem:
    if empty:
        return FileProblem(
            f"There are no machines below the headings in row {empty[0]}. Write one in each row."
        )
    cells = (cell for sheet in sheets for row in sheet.rows for cell in row if cell)
    first = " ".join(next(cells, "").split())
    if not first:
        return FileProblem(
            "Every sheet of this workbook is empty. Check that you chose the right file, and that it was saved."
        )
    return FileProblem(no_headings(first if len(first) <= 80 else f"{first[:79]}…"))
