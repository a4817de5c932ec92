"""Files around an import: the empty template, and the problem rows to be put right and sent again."""

import io
from collections.abc import Iterable, Iterator

import xlsxwriter

from assets.domain.cells import CLEAR, guarded, unguarded
from assets.domain.columns import COLUMNS, REQUIRED, ROW_IN_FILE, WHAT_IS_WRONG
from assets.domain.facts import FACTS, PRICE_KEYS, Kind
from assets.domain.problems import Problem
from assets.models import ImportBatch, ImportRow
from assets.queries.import_batches import RowChange

TEMPLATE_HEADINGS = [column.heading for column in COLUMNS]

GUIDE_HEADINGS = ("Column", "Other headings understood", "Needed", "What to write", "Example")

_TYPED_AHEAD = 2_000
_CHOICES = {fact.key: list(fact.words.values()) for fact in FACTS if fact.kind is Kind.CHOICE} | {
    fact.key: ["Yes", "No"] for fact in FACTS if fact.kind is Kind.YES_NO
}


def guide_rows() -> list[tuple[str, str, str, str, str]]:
    """Return the column guide, a row a column, under GUIDE_HEADINGS."""
    needed = {key: "Yes" if len(group) == 1 else "One of the two" for group in REQUIRED for key in group}
    return [
        (
            column.heading,
            ", ".join(column.synonyms),
            needed.get(column.key, "No"),
            column.accepts,
            column.example,
        )
        for column in COLUMNS
    ]


def template_workbook() -> bytes:
    """Return an empty register as a workbook: the headings, lists to choose from, and the column guide behind."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False}) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        # As text, so that "00123" keeps its noughts and "June 2012" stays what it is.
        text = book.add_format({"num_format": "@"})
        page = book.add_worksheet("Register")
        page.freeze_panes(1, 0)
        for index, column in enumerate(COLUMNS):
            page.set_column(index, index, max(14, len(column.heading) + 2), text)
            page.write_string(0, index, column.heading, bold)
            if column.key in _CHOICES:
                page.data_validation(
                    1, index, _TYPED_AHEAD, index, {"validate": "list", "source": _CHOICES[column.key]}
                )
        guide = book.add_worksheet("Column guide")
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        guide.set_column(0, 0, 24, wrap)
        guide.set_column(1, 4, 40, wrap)
        for row, cells in enumerate([GUIDE_HEADINGS, *guide_rows()]):
            for index, cell in enumerate(cells):
                guide.write_string(row, index, cell, wrap if row else bold)
    return target.getvalue()


def columns_of(batch: ImportBatch, *, with_prices: bool) -> dict[str, str]:
    """Return the columns of an import's file that may be shown, with its own headings, in the file's order: PostgreSQL
    keeps none in JSON objects."""
    in_file = {each["key"]: place for place, each in enumerate(batch.layout.get("headings", []))}
    keys = sorted(batch.headings, key=lambda key: (in_file.get(key, -1), key))
    return {key: batch.headings[key] for key in keys if with_prices or key not in PRICE_KEYS}


def problem_headings(batch: ImportBatch, *, with_prices: bool = True) -> list[str]:
    """Return the headings of an import's problem rows: what is wrong, then the file's own."""
    own = [guarded(heading) for heading in columns_of(batch, with_prices=with_prices).values()]
    return [ROW_IN_FILE.heading, WHAT_IS_WRONG.heading, *own]


def problem_rows(
    batch: ImportBatch, rows: Iterable[ImportRow], *, with_prices: bool = True
) -> Iterator[list[str]]:
    """Yield each problem row as it was typed, made safe, with what is wrong before it."""
    columns = columns_of(batch, with_prices=with_prices)
    hidden = set(batch.headings.values()) - set(columns.values())
    for row in rows:
        problems = [Problem(**problem) for problem in row.problems]
        wrong = " ".join(_said(problem) for problem in problems if problem.column not in hidden)
        yield [_where(row), guarded(wrong), *(_as_typed(row.cells.get(key, "")) for key in columns)]


def cell_headings(batch: ImportBatch, *, with_prices: bool) -> list[str]:
    """Return the headings of an import's rows as they were sent."""
    own = [guarded(heading) for heading in columns_of(batch, with_prices=with_prices).values()]
    return [ROW_IN_FILE.heading, *own]


def cell_rows(batch: ImportBatch, rows: Iterable[ImportRow], *, with_prices: bool) -> Iterator[list[str]]:
    """Yield rows as they were sent, or corrected here, made safe."""
    columns = columns_of(batch, with_prices=with_prices)
    for row in rows:
        yield [_where(row), *(_as_typed(row.cells.get(key, "")) for key in columns)]


CHANGE_HEADINGS = (ROW_IN_FILE.heading, "Reference", "Machine", "Fact", "Old", "New")


def change_rows(rows: Iterable[RowChange]) -> Iterator[list[str]]:
    """Yield a line for each fact that changes, under CHANGE_HEADINGS."""
    for row in rows:
        reference, machine = (row.asset.reference, str(row.asset)) if row.asset else ("", "")
        for change in row.changes:
            yield [
                _where(row),
                reference,
                *(guarded(text) for text in (machine, change.label, change.old, change.new)),
            ]


def _where(row: ImportRow | RowChange) -> str:
    return guarded(f"{row.sheet}: {row.number}") if row.sheet else str(row.number)


def _said(problem: Problem) -> str:
    return f"{problem.column}: {problem.message}" if problem.column else problem.message


def _as_typed(text: str) -> str:
    """Return a cell so that it is read again as it was, and so that no spreadsheet runs it."""
    if text.startswith("="):
        return f"formula {text[1:]}"
    # What was made safe in the file already stays so; an order to empty a value stays an order.
    return text if text == CLEAR or unguarded(text) != text else guarded(text)
