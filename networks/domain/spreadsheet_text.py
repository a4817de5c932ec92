"""Text that a spreadsheet shows and never runs (OWASP: CSV injection)."""

import re

RUN_BY_SPREADSHEETS = r"[=+\-@\t\r]"
"""What makes a spreadsheet take a cell for a formula, as the beginning of a regular expression."""

_TO_GUARD = re.compile(rf"'*{RUN_BY_SPREADSHEETS}")
_GUARDED = re.compile(rf"'+{RUN_BY_SPREADSHEETS}")


def safe_text(text: str) -> str:
    """Return text made safe by an apostrophe before what would be run. `unsafe_text` gives back the original."""
    return f"'{text}" if _TO_GUARD.match(text) else text


def unsafe_text(text: str) -> str:
    """Undo `safe_text` on a cell that is read back."""
    return text[1:] if _GUARDED.match(text) else text
