"""Reads the files of the NHS Organisation Data Service and its neighbours, as they are published.

A file that cannot be read at all raises `BadFile`. A row that cannot be read becomes a `Problem`, and the rest is read.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from networks.domain.ods import Area, Problem, Site, Trust, readable_name

ETR_COLUMNS = 27
_CODE, _NAME, _REGION, _ICB, _POSTCODE, _OPENED, _CLOSED = 0, 1, 2, 3, 9, 10, 11
_NULL = "\0"
_LONGEST = {"code": 12, "name": 200, "postcode": 8}


class _Row(Protocol):
    @property
    def code(self) -> str: ...

    @property
    def name(self) -> str: ...


Record = TypeVar("Record", bound=_Row)


class BadFile(Exception):
    """The file cannot be read. The message says which file, what is wrong, and what to do."""


@dataclass
class Contents(Generic[Record]):
    """What a file held: its good rows, and the problems of the others."""

    rows: list[Record] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_trusts(path: Path) -> Contents[Trust]:
    """Read the ODS `etr` file: no heading row, 27 columns. Dates are written YYYYMMDD; a blank close date is an open trust."""
    found: Contents[Trust] = Contents()
    for line, cells in _lines(path):
        if len(cells) != ETR_COLUMNS:
            raise BadFile(
                f"{path.name}, line {line}: {len(cells)} columns, where the ODS etr file has {ETR_COLUMNS} and no heading "
                "row. Give the file as the Organisation Data Service publishes it."
            )
        _trust(path.name, line, cells, found)
    return _checked(path.name, found, "trust")


def _trust(file: str, line: int, cells: Sequence[str], found: Contents[Trust]) -> None:
    code, name = cells[_CODE].strip().upper(), readable_name(cells[_NAME])
    try:
        if not code or not name:
            raise ValueError("The row has no code or no name.")
        opened_on, closed_on = _date(cells[_OPENED], "open"), _date(cells[_CLOSED], "close")
        if opened_on and closed_on and closed_on < opened_on:
            raise ValueError(f"It closes on {closed_on} before it opens on {opened_on}.")
    except ValueError as error:
        found.problems.append(Problem(file, line, code, f"{error} The row was left out."))
        return
    found.rows.append(
        Trust(
            line=line,
            code=code,
            name=name,
            region_code=cells[_REGION].strip().upper(),
            icb_code=cells[_ICB].strip().upper(),
            postcode=cells[_POSTCODE].strip().upper(),
            opened_on=opened_on,
            closed_on=closed_on,
        )
    )


def read_sites(path: Path) -> Contents[Site]:
    """Read the site file: a heading row with OrganisationCode, OrganisationName, Postcode, Latitude, Longitude, ParentODSCode."""
    wanted = ("OrganisationCode", "OrganisationName", "Postcode", "Latitude", "Longitude", "ParentODSCode")
    found: Contents[Site] = Contents()
    for line, (code, name, postcode, latitude, longitude, parent) in _columns(path, wanted):
        if not code or not name:
            found.problems.append(
                Problem(path.name, line, code, "The row has no code or no name and was left out.")
            )
            continue
        place = _coordinates(latitude, longitude)
        if place is None:
            message = (
                f'"{latitude}", "{longitude}" is no place on Earth; the site is loaded without coordinates.'
            )
            found.problems.append(Problem(path.name, line, code, message))
        latitude_degrees, longitude_degrees = place or (None, None)
        found.rows.append(
            Site(
                line=line,
                code=code.upper(),
                name=readable_name(name),
                postcode=postcode.upper(),
                latitude=latitude_degrees,
                longitude=longitude_degrees,
                trust_code=parent.upper(),
            )
        )
    return _checked(path.name, found, "site")


def read_regions(path: Path) -> Contents[Area]:
    """Read the regions file: NHS_ENGLAND_REGION_ONS_CODE, NHS_ENGLAND_REGION_CODE, NHS_ENGLAND_REGION_NAME."""
    wanted = ("NHS_ENGLAND_REGION_CODE", "NHS_ENGLAND_REGION_NAME", "NHS_ENGLAND_REGION_ONS_CODE")
    return _areas(path, wanted, "region")


def read_icbs(path: Path) -> Contents[Area]:
    """Read the ONS names and codes of ICBs. The columns carry their year: ICB24CDH (ODS code), ICB24NM, ICB24CD (ONS code)."""
    headings = _headings(path)
    year = next((h[3:5] for h in headings if h.startswith("ICB") and h.endswith("CDH") and len(h) == 8), "24")
    return _areas(path, (f"ICB{year}CDH", f"ICB{year}NM", f"ICB{year}CD"), "ICB")


def _areas(path: Path, wanted: tuple[str, ...], noun: str) -> Contents[Area]:
    found: Contents[Area] = Contents()
    for line, (code, name, gss_code) in _columns(path, wanted):
        if not code or not name:
            found.problems.append(
                Problem(path.name, line, code, "The row has no code or no name and was left out.")
            )
        else:
            found.rows.append(Area(code.upper(), readable_name(name), gss_code.upper()))
    return _checked(path.name, found, noun)


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise BadFile(f"{path} cannot be read: {error.strerror}.") from error
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise BadFile(
            f"{path.name}, line {line}: not UTF-8 text (byte {raw[error.start]:#04x}). "
            "Give the CSV file as it is published, or save it as CSV UTF-8."
        ) from error
    if _NULL in text:
        raise BadFile(f"{path.name} is not a text file. Give the CSV file as it is published.")
    if not text.strip():
        raise BadFile(f"{path.name} is empty.")
    return text


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not blank with the number of the line it ends on."""
    reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, cells
    except csv.Error as error:
        raise BadFile(f"{path.name}, line {reader.line_num}: not a CSV file ({error}).") from error


def _headings(path: Path) -> list[str]:
    return [cell.strip() for cell in next(_lines(path))[1]]


def _columns(path: Path, wanted: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield the wanted columns of each row below the heading row, stripped. Raises BadFile where one is missing."""
    lines = _lines(path)
    headings = [cell.strip() for cell in next(lines)[1]]
    if missing := [name for name in wanted if name not in headings]:
        raise BadFile(
            f"{path.name} has no column {', '.join(missing)}. Its columns are: {', '.join(headings[:30])}."
        )
    places = [headings.index(name) for name in wanted]
    for line, cells in lines:
        if len(cells) < len(headings):
            raise BadFile(
                f"{path.name}, line {line}: {len(cells)} columns, where the heading row has {len(headings)}."
            )
        yield line, [cells[place].strip() for place in places]


def _date(text: str, which: str) -> date | None:
    text = text.strip()
    if not text:
        return None
    if len(text) != 8 or not text.isascii() or not text.isdigit():
        raise ValueError(f'Its {which} date "{text}" is not written YYYYMMDD.')
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        raise ValueError(f'Its {which} date "{text}" is not a day of the calendar.') from None


def _coordinates(latitude: str, longitude: str) -> tuple[Decimal, Decimal] | tuple[None, None] | None:
    """Return a place to a tenth of a metre, (None, None) where none is given, None where it is nonsense."""
    if not latitude and not longitude:
        return None, None
    try:
        place = Decimal(latitude), Decimal(longitude)
    except InvalidOperation:
        return None
    if not all(part.is_finite() for part in place) or abs(place[0]) > 90 or abs(place[1]) > 180:
        return None
    millionth = Decimal("0.000001")
    return place[0].quantize(millionth), place[1].quantize(millionth)


def _checked(file: str, found: Contents[Record], noun: str) -> Contents[Record]:
    """Keep the first row of each code, and no row whose texts are longer than any of its kind; report the others."""
    kept: dict[str, Record] = {}
    for row in found.rows:
        line: int | None = getattr(row, "line", None)
        long = [part for part, most in _LONGEST.items() if len(getattr(row, part, "")) > most]
        if long:
            message = f"Its {' and '.join(long)} cannot be right (too long). The row was left out."
            found.problems.append(Problem(file, line, row.code[:20], message))
        elif row.code in kept:
            found.problems.append(
                Problem(file, line, row.code, f"The {noun} is given twice; the first row counts.")
            )
        else:
            kept[row.code] = row
    return Contents(list(kept.values()), found.problems)
