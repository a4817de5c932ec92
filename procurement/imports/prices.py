"""From an uploaded spreadsheet to rows of purchases; reads the same kinds of file as the register's import."""

from collections.abc import Iterator

from assets.domain.headings import SEARCHED_ROWS
from assets.domain.problems import FileProblem
from assets.imports.csv_text import read_csv
from assets.imports.register_file import Upload, too_large
from assets.imports.sheets import Sheet
from assets.imports.sniff import FileKind, kind_of_file
from assets.imports.workbook import read_xlsx
from procurement.domain.price_rows import OWN_HEADINGS, REQUIRED, heading_keys, recognised

MOST_ROWS = 5_000
"""More than any network buys in decades. Each purchase writes its own event, and while a file is written others wait."""

PriceCells = tuple[int, dict[str, str]]
"""A row's number in the file, and its cells by column key."""


def read_price_file(upload: Upload, *, max_bytes: int) -> tuple[dict[str, str], list[PriceCells]]:
    """Return the headings as found, by key, and the rows below them. Raises FileProblem in words."""
    if (size := upload.size or 0) > max_bytes:
        raise too_large(size, max_bytes)
    content = upload.read()
    sheets = read_xlsx(content) if kind_of_file(content) is FileKind.XLSX else [read_csv(content, recognised)]
    best = max(sheets, key=lambda sheet: max(map(recognised, sheet.rows[:SEARCHED_ROWS]), default=0))
    top = max(
        range(min(len(best.rows), SEARCHED_ROWS)), key=lambda row: recognised(best.rows[row]), default=0
    )
    columns = heading_keys(best.rows[top]) if best.rows else {}
    missing = [name for key, name in OWN_HEADINGS.items() if key in REQUIRED and key not in columns]
    if missing:
        raise FileProblem(
            f"The file has no column for: {', '.join(missing)}. Download the empty spreadsheet and use its headings."
        )
    if best.faults:
        row, column = min(best.faults)
        raise FileProblem(f"Row {row + 1}, column {column + 1}: {best.faults[row, column].message}")
    rows = list(_rows(best, top, columns))
    if not rows:
        raise FileProblem(
            f"There are no purchases below the headings in row {top + 1}. Write one in each row."
        )
    if len(rows) > MOST_ROWS:
        raise FileProblem(
            f"The file holds {len(rows):,} purchases; {MOST_ROWS:,} are taken at a time. Split it into smaller files."
        )
    return {key: best.rows[top][position] for key, position in columns.items()}, rows


def _rows(sheet: Sheet, top: int, columns: dict[str, int]) -> Iterator[PriceCells]:
    for number in range(top + 1, len(sheet.rows)):
        texts = sheet.rows[number]
        cells = {
            key: texts[at].strip() for key, at in columns.items() if at < len(texts) and texts[at].strip()
        }
        if cells:
            yield number + 1, cells
