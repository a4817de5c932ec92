"""Works out the few formulas our workbooks use, so that tests can fill a workbook in and read its sums."""

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from openpyxl import Workbook

_CELL = re.compile(r"(?:(?:'([^']+)'|(\w+))!)?\$?([A-Z]+)\$?(\d+)(?::\$?([A-Z]+)\$?(\d+))?")


class _Blank(Decimal):
    """An empty cell: nothing in a sum, no number, not zero."""


class _Text(str):
    """Text in a cell: in a comparison, above every number."""

    def __ge__(self, other: object) -> bool:
        return True if isinstance(other, int | Decimal) else str.__ge__(self, other)

    def __le__(self, other: object) -> bool:
        return False if isinstance(other, int | Decimal) else str.__le__(self, other)


def worked_out(book: Workbook, sheet: str, cell: str) -> Any:
    """Return the value of a cell, its formula worked out from what the other cells hold now."""
    value = book[sheet][cell].value
    if isinstance(value, str) and value.startswith("=") and book[sheet][cell].data_type == "f":
        return _evaluate(book, sheet, value[1:])
    return value


def _evaluate(book: Workbook, sheet: str, formula: str) -> Any:
    values: dict[str, Any] = {}

    def named(match: re.Match[str]) -> str:
        place, first, last = match[1] or match[2] or sheet, f"{match[3]}{match[4]}", f"{match[5]}{match[6]}"
        if match[5] is None:
            found: Any = _of_cell(worked_out(book, place, first))
        else:
            cells = [cell.coordinate for row in book[place][f"{first}:{last}"] for cell in row]
            found = [_of_cell(worked_out(book, place, cell)) for cell in cells]
        values[f"v{len(values)}"] = found
        return f"v{len(values) - 1}"

    # Words in quotation marks hold no addresses; numbers become exact.
    parts = re.split(r'("(?:[^"]|"")*")', formula)
    expression = "".join(
        repr(part[1:-1].replace('""', '"')) if part.startswith('"') else _python(_CELL.sub(named, part))
        for part in parts
    )
    return eval(expression, {"__builtins__": {}}, _FUNCTIONS | values)  # noqa: S307 - our own formulas, in a test


def _python(text: str) -> str:
    text = re.sub(r"(?<![\w.])(\d+(?:\.\d+)?)", r'Decimal("\1")', text)
    return re.sub(r"(?<![<>=])=(?!=)", "==", text).replace("<>", "!=")


def _of_cell(value: Any) -> Any:
    if value is None:
        return _Blank(0)
    return Decimal(str(value)) if isinstance(value, int | float | Decimal) else _Text(value)


_FUNCTIONS = {
    "Decimal": Decimal,
    "SUM": lambda values: sum(value for value in values if isinstance(value, Decimal)),
    "ROUND": lambda value, places: value.quantize(Decimal(1).scaleb(-int(places)), ROUND_HALF_UP),
    "IF": lambda test, yes, no: yes if test else no,
    "AND": lambda *tests: all(tests),
    "OR": lambda *tests: any(tests),
    "ISBLANK": lambda value: isinstance(value, _Blank),
    "ISNUMBER": lambda value: isinstance(value, Decimal) and not isinstance(value, _Blank),
}
