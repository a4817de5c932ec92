"""Reads a file of the population of integrated care boards: columns icb_gss, icb_name and population."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from networks.imports.ods import BadFile

_COLUMNS = ("icb_gss", "icb_name", "population")
MOST_PERSONS = 100_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """One ICB's persons. `gss_code` is the ONS code, or ""."""

    line: int
    gss_code: str
    name: str
    persons: int


def year_in_name(path: Path) -> int | None:
    """Return the year that a file's name ends with ("icb_population_2023.csv"); None where it has none."""
    found = re.search(r"(?<!\d)((?:19|20)\d\d)\D*$", path.stem)
    return int(found[1]) if found else None


def read_population(path: Path) -> list[Row]:
    """Return the rows of a file. Raises BadFile, with the line, where it cannot be read or a number is no population."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadFile(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise BadFile(f"{path.name} is not UTF-8 text. Save it as CSV UTF-8.") from error
    return list(_rows(path.name, text))


def _rows(file: str, text: str) -> Iterator[Row]:
    reader = csv.DictReader(io.StringIO(text, newline=""))
    if missing := [name for name in _COLUMNS if name not in (reader.fieldnames or ())]:
        raise BadFile(f"{file} has no column {', '.join(missing)}. It needs {', '.join(_COLUMNS)}.")
    seen: set[str] = set()
    for cells in reader:
        line = reader.line_num
        gss_code, name, persons = ((cells[column] or "").strip() for column in _COLUMNS)
        number = persons.replace(",", "")
        if not (number.isascii() and number.isdecimal() and 0 < int(number) <= MOST_PERSONS):
            raise BadFile(f"{file}, line {line}: “{persons}” is no number of persons. Correct it.")
        key = gss_code or name.casefold()
        if not key or key in seen:
            raise BadFile(f"{file}, line {line}: an ICB without a code or name, or given twice. Correct it.")
        seen.add(key)
        yield Row(line, gss_code.upper(), name, int(number))
