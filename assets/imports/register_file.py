"""From an uploaded file to the rows of a register: one path for the browser and the command."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from assets.domain.headings import Headings, find_headings, recognised
from assets.domain.problems import FileProblem, Problem
from assets.domain.readings import Fault
from assets.domain.rows import SourceRow
from assets.imports.csv_text import no_headings, read_csv
from assets.imports.sheets import Sheet
from assets.imports.sniff import FileKind, kind_of_file
from assets.imports.workbook import read_xlsx


class Upload(Protocol):
    """What is needed of a file: Django's uploads are such, and so is a file on disk wrapped as one."""

    @property
    def name(self) -> str | None: ...

    @property
    def size(self) -> int | None: ...

    def read(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class RegisterFile:
    """A file's rows under the register's columns.

    `headings` gives a column's key its heading as found; `ignored` are headings not read, each with the reason;
    `read_as` says in words where the rows were found.
    """

    name: str
    sha256: str
    headings: Mapping[str, str]
    rows: Sequence[SourceRow]
    ignored: tuple[tuple[str, str], ...]
    read_as: str


def read_register_file(upload: Upload, *, max_bytes: int) -> RegisterFile:
    """Return the rows of a CSV or XLSX file. Raises FileProblem, before reading, where it is larger than `max_bytes`, and
    where it cannot be read as a register."""
    if (size := upload.size or 0) > max_bytes:
        raise too_large(size, max_bytes)
    content = upload.read()
    sheet, headings = _chosen(_sheets(content))
    rows = list(_rows(sheet, headings))
    if not rows:
        raise FileProblem(
            f"There are no machines below the headings in row {headings.row}. Write one in each row."
        )
    where = f"sheet “{sheet.name}”" if sheet.name else sheet.read_as
    return RegisterFile(
        name=short_name(upload.name or ""),
        sha256=hashlib.sha256(content).hexdigest(),
        headings={key: heading for key, (_, heading) in headings.columns.items()},
        rows=rows,
        ignored=headings.ignored,
        read_as=f"{where}, headings in row {headings.row}",
    )


def too_large(size: int, max_bytes: int) -> FileProblem:
    """Return the refusal of a file for its size."""
    return FileProblem(
        f"This file has {size / 1024**2:,.0f} MB; the largest taken is {max_bytes / 1024**2:,.0f} MB. A register of 20,000 "
        "machines has about 3 MB. Take out pictures and other sheets, or split the file."
    )


def short_name(name: str) -> str:
    """Return a file's name without folders and invisible characters, fit to be kept and shown."""
    name = name.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in name if sign.isprintable()).strip()[-255:] or "unnamed file"


def _sheets(content: bytes) -> list[Sheet]:
    if kind_of_file(content) is FileKind.XLSX:
        return read_xlsx(content)
    return [read_csv(content, recognised)]


def _chosen(sheets: Iterable[Sheet]) -> tuple[Sheet, Headings]:
    """Return the one sheet with the register's headings. What is wrong with the headings of another does not matter."""
    sheets = list(sheets)
    found: list[tuple[Sheet, Headings]] = []
    wrong: list[FileProblem] = []
    for sheet in sheets:
        try:
            headings = find_headings(sheet.rows)
        except FileProblem as problem:
            wrong.append(problem if len(sheets) == 1 else FileProblem(f"Sheet “{sheet.name}”: {problem}"))
            continue
        if headings is not None and _has_rows(sheet, headings):
            found.append((sheet, headings))
    if len(found) == 1:
        return found[0]
    if found:
        names = " and ".join(f"“{sheet.name}”" for sheet, _ in found)
        raise FileProblem(
            f"{len(found)} sheets have the register's headings: {names}. Keep the one to import and delete the others "
            "from a copy of the file."
        )
    if wrong:
        raise wrong[0]
    raise _nothing_found(sheets)


def _nothing_found(sheets: list[Sheet]) -> FileProblem:
    for sheet in sheets:
        headings = find_headings(sheet.rows)
        if headings is not None:
            return FileProblem(
                f"There are no machines below the headings in row {headings.row}. Write one in each row."
            )
    cells = (cell for sheet in sheets for row in sheet.rows for cell in row if cell)
    first = " ".join(next(cells, "").split())
    if not first:
        return FileProblem(
            "Every sheet of this workbook is empty. Check that you chose the right file, and that it was saved."
        )
    return FileProblem(no_headings(first if len(first) <= 80 else f"{first[:79]}…"))


def _has_rows(sheet: Sheet, headings: Headings) -> bool:
    return next(_rows(sheet, headings), None) is not None


def _rows(sheet: Sheet, headings: Headings) -> Iterator[SourceRow]:
    """Yield the rows below the headings that have a cell under one of them; empty ones mean nothing."""
    faults: dict[int, list[tuple[int, Fault]]] = {}
    for (row, column), fault in sheet.faults.items():
        faults.setdefault(row, []).append((column, fault))
    columns = [(key, index) for key, (index, _) in headings.columns.items()]
    key_at = {index: key for key, index in columns}
    for row in range(headings.row, len(sheet.rows)):
        texts = sheet.rows[row]
        cells = {key: texts[index] for key, index in columns if index < len(texts) and texts[index]}
        problems = tuple(
            Problem(row + 1, headings.columns[key_at[column]][1], texts[column], fault.message, fault.kind)
            for column, fault in sorted(faults.get(row, []), key=lambda each: each[0])
            if column in key_at
        )
        if cells or problems:
            yield SourceRow(row + 1, cells, problems)
