"""Tables of the documentation, read for tests that hold them to the code."""

from functools import partial
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"


def table(page, *headings):
    """The rows below a heading row of a page, as lists of text; fails where there is no such table or it is empty."""
    line = "| " + " | ".join(headings) + " |"
    lines = page.read_text(encoding="utf-8").splitlines()
    assert line in lines, f"{page.relative_to(DOCS.parent)} has no table {line}"
    found = []
    for text in lines[lines.index(line) + 2 :]:
        if not text.startswith("|"):
            break
        found.append([cell.strip() for cell in text.removeprefix("|").removesuffix("|").split("|")])
    assert found
    return found


def tables_of(page):
    """`table` of one page."""
    return partial(table, page)
