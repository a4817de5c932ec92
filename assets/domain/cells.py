"""What any cell of a file can say whatever its column: an order to empty a value, a formula made safe."""

import re

from networks.domain.spreadsheet_text import RUN_BY_SPREADSHEETS

CLEAR = "CLEAR"
"""Written in a cell, it empties what the register holds; an empty cell leaves it as it is."""


# A cell that a spreadsheet would run, or that an import would take as an order, with any apostrophes before it.
_TO_GUARD = re.compile(rf"'*(?:{RUN_BY_SPREADSHEETS}|{CLEAR}$)")
_GUARDED = re.compile(rf"'+(?:{RUN_BY_SPREADSHEETS}|{CLEAR}$)")


def guarded(text: str) -> str:
    """Return a cell's text made safe: what a spreadsheet would run as a formula gets an apostrophe before it."""
    return f"'{text}" if _TO_GUARD.match(text) else text


def unguarded(text: str) -> str:
    """Return the text that `guarded` made safe, as it was before."""
    return text[1:] if _GUARDED.match(text) else text
