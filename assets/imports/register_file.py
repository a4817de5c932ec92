"""From an uploaded file to the rows of a register: one path for the browser and the command."""

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from assets.domain.headings import recognised
from assets.domain.mapping import Choices
from assets.domain.problems import FileProblem, Problem
from assets.domain.readings import Fault
from assets.domain.rows import SourceRow
from assets.domain.tables import PassedOver
from assets.imports.csv_text import read_csv
from assets.imports.layout import SHEET_NAME, OpenedFile, OpenedSheet, lay_open
from assets.imports.sheets import Sheet
from assets.imports.sniff import FileKind, kind_of_file
from assets.imports.workbook import read_xlsx

_NAMED = 10


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
    `read_as` says in words where the rows were found and what was passed over. `is_clear` says that no column had to be
    guessed; where it is not, `layout` says what to ask and there are no rows.
    """

    name: str
    sha256: str
    headings: Mapping[str, str]
    rows: Sequence[SourceRow]
    ignored: tuple[tuple[str, str], ...]
    read_as: str
    is_clear: bool = True
    layout: Mapping[str, Any] = field(default_factory=dict)


def read_register_file(
    upload: Upload,
    *,
    max_bytes: int,
    chosen: Choices | None = None,
    remembered: Choices | None = None,
    only: Collection[str] | None = None,
    is_site: Callable[[str], bool] = lambda name: False,
    hidden: Collection[str] = (),
    ask: bool = False,
) -> RegisterFile:
    """Return the rows of a CSV or XLSX file.

    `chosen` and `remembered` are what headings mean, `only` the sheets to read, `is_site` says whether a sheet's name is
    that of a site. `hidden` are columns not to be read whatever they are headed. With `ask`, a file whose columns are not clear comes back without rows, to be asked about; without, what
    is not known is left out. Raises FileProblem, before reading, where it is larger than `max_bytes`, and where it cannot
    be read as a register.
    """
    if (size := upload.size or 0) > max_bytes:
        raise too_large(size, max_bytes)
    content = upload.read()
    opened = lay_open(
        _sheets(content),
        chosen=chosen or {},
        remembered=remembered or {},
        only=only,
        is_site=is_site,
        hidden=hidden,
    )
    if only is not None and not opened.read:
        raise FileProblem("No sheet is left to read. Choose at least one.")
    name, sha256 = short_name(upload.name or ""), hashlib.sha256(content).hexdigest()
    if ask and not opened.is_clear:
        return RegisterFile(name, sha256, {}, [], (), "", is_clear=False, layout=opened.as_json())
    opened.require_clear()
    headings = _headings(opened.read)
    several = len(opened.read) > 1
    rows = [row for sheet in opened.read for row in _rows(sheet, headings, several=several)]
    if not rows:
        raise FileProblem(
            f"There are no machines below the headings in row {opened.read[0].table.row}. Write one in each row."
        )
    ignored = dict(pair for sheet in reversed(opened.read) for pair in sheet.settled.ignored)
    return RegisterFile(
        name=name,
        sha256=sha256,
        headings=headings,
        rows=rows,
        ignored=tuple(ignored.items()),
        read_as=_read_as(opened),
        layout=opened.as_json(),
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


def _headings(sheets: Sequence[OpenedSheet]) -> dict[str, str]:
    """Return the heading of each column read: of several sheets, as the first that has it heads it."""
    headings: dict[str, str] = {}
    for sheet in sheets:
        for key, (_, label) in sheet.settled.columns.items():
            headings.setdefault(key, label)
    for sheet in sheets:
        for key in sheet.given:
            headings.setdefault(key, SHEET_NAME)
    return headings


def _rows(opened: OpenedSheet, headings: Mapping[str, str], *, several: bool) -> Iterator[SourceRow]:
    """Yield the rows below the headings that have a cell under one of them; empty ones mean nothing."""
    sheet, name = opened.sheet, opened.name if several else ""
    faults: dict[int, list[tuple[int, Fault]]] = {}
    for (row, column), fault in sheet.faults.items():
        faults.setdefault(row, []).append((column, fault))
    columns = [(key, position) for key, (position, _) in opened.settled.columns.items()]
    key_at = {position: key for key, position in columns}
    for row in opened.table.body:
        texts = sheet.rows[row]
        width = len(texts)
        cells = {key: texts[position] for key, position in columns if position < width and texts[position]}
        problems = tuple(
            Problem(row + 1, headings[key_at[column]], texts[column], fault.message, fault.kind, name)
            for column, fault in sorted(faults.get(row, []), key=lambda each: each[0])
            if column in key_at
        )
        if cells or problems:
            yield SourceRow(row + 1, {**opened.given, **cells}, problems, name)


def _read_as(opened: OpenedFile) -> str:
    said = [_sheet_read_as(sheet) for sheet in opened.read]
    said += [
        f"sheet “{sheet.name}” was passed over: {sheet.why_not}" for sheet in opened.sheets if sheet.why_not
    ]
    return "; ".join(said)


def _sheet_read_as(opened: OpenedSheet) -> str:
    where = f"sheet “{opened.name}”" if opened.name else opened.sheet.read_as
    row = opened.table.row
    said = f"{where}, headings in {f'rows {row - 1} and {row} together' if opened.table.is_joined else f'row {row}'}"
    for key, text in opened.given.items():
        said += f", {'type of equipment' if key == 'modality' else 'site'} “{text}” from the sheet’s name"
    return said + _passed_over(opened.table.passed_over)


def _passed_over(rows: Sequence[PassedOver]) -> str:
    if not rows:
        return ""
    named = ", ".join(f"row {each.row} (“{each.text}”, {each.reason})" for each in rows[:_NAMED])
    more = f" and {len(rows) - _NAMED} more" if len(rows) > _NAMED else ""
    return f", passed over {named}{more}"
