"""From an uploaded spreadsheet to rows of activity; reads the same kinds of file as the register's import."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from assets.domain.activity_headings import Layout, find_layout, recognised
from assets.domain.activity_periods import Period
from assets.domain.headings import SEARCHED_ROWS
from assets.domain.problems import FileProblem, Problem
from assets.domain.rows import SourceRow
from assets.imports.csv_text import read_csv
from assets.imports.register_file import Upload, short_name, too_large
from assets.imports.sheets import Sheet
from assets.imports.sniff import FileKind, kind_of_file
from assets.imports.workbook import read_xlsx

MOST_FIGURES = 50_000
"""Four years of months for a thousand machines; more is split into several files."""

_WITHOUT_HEADINGS = (
    f"No row among the first {SEARCHED_ROWS} heads columns of activity with figures below it. Put a row with headings above "
    "them, such as “Serial number”, “Month” and “Examinations”."
)


@dataclass(frozen=True, slots=True)
class ActivityFile:
    """A file's rows. Cells stand under column keys, and those of a column headed by a month under that heading.

    `headings` gives a key its heading as found; `periods` are the headings that are months or years.
    """

    name: str
    sha256: str
    headings: dict[str, str]
    periods: dict[str, Period]
    rows: list[SourceRow]
    ignored: tuple[str, ...]
    read_as: str


def read_activity_file(upload: Upload, *, max_bytes: int, on: date) -> ActivityFile:
    """Return the rows of a CSV or XLSX file; `on` is today. Raises FileProblem where it cannot be read as activity."""
    if (size := upload.size or 0) > max_bytes:
        raise too_large(size, max_bytes)
    content = upload.read()
    sheet, layout = _chosen(_sheets(content, on), on)
    rows = list(_rows(sheet, layout))
    if not rows:
        raise FileProblem(f"There are no figures below the headings in row {layout.row}. Write them there.")
    if (figures := len(rows) * max(1, len(layout.periods))) > MOST_FIGURES:
        raise FileProblem(
            f"The file holds {figures:,} figures; {MOST_FIGURES:,} are taken at a time. Split it into smaller files."
        )
    where = f"sheet “{sheet.name}”" if sheet.name else sheet.read_as
    shape = (
        f"a column for each of {len(layout.periods)} periods" if layout.periods else "a row for each period"
    )
    return ActivityFile(
        name=short_name(upload.name or ""),
        sha256=hashlib.sha256(content).hexdigest(),
        headings={key: heading for key, (_, heading) in layout.columns.items()},
        periods={heading: period for _, heading, period in layout.periods},
        rows=rows,
        ignored=layout.ignored,
        read_as=f"{where}, headings in row {layout.row}, {shape}"[:300],
    )


def _sheets(content: bytes, on: date) -> list[Sheet]:
    if kind_of_file(content) is FileKind.XLSX:
        return read_xlsx(content)
    return [
        read_csv(
            content, lambda cells: recognised(cells, on=on), without_headings=lambda _: _WITHOUT_HEADINGS
        )
    ]


def _chosen(sheets: list[Sheet], on: date) -> tuple[Sheet, Layout]:
    """Return the one sheet that has headings; what is wrong with another does not matter."""
    found: list[tuple[Sheet, Layout]] = []
    wrong: list[FileProblem] = []
    for sheet in sheets:
        try:
            layout = find_layout(sheet.rows, on=on)
        except FileProblem as problem:
            wrong.append(problem if len(sheets) == 1 else FileProblem(f"Sheet “{sheet.name}”: {problem}"))
            continue
        if layout is not None and next(_rows(sheet, layout), None) is not None:
            found.append((sheet, layout))
    if len(found) > 1:
        names = " and ".join(f"“{sheet.name}”" for sheet, _ in found)
        raise FileProblem(
            f"{len(found)} sheets have headings of activity: {names}. Keep the one to take in, and delete the others from a "
            "copy of the file."
        )
    if found:
        return found[0]
    raise wrong[0] if wrong else FileProblem(_WITHOUT_HEADINGS)


def _rows(sheet: Sheet, layout: Layout) -> Iterator[SourceRow]:
    places = [(key, index, heading) for key, (index, heading) in layout.columns.items()]
    places += [(heading, index, heading) for index, heading, _ in layout.periods]
    for row in range(layout.row, len(sheet.rows)):
        texts = sheet.rows[row]
        cells = {key: texts[index] for key, index, _ in places if index < len(texts) and texts[index]}
        problems = tuple(
            Problem(row + 1, heading, texts[index], fault.message, fault.kind)
            for _, index, heading in places
            if (fault := sheet.faults.get((row, index)))
        )
        if cells or problems:
            yield SourceRow(row + 1, cells, problems)
