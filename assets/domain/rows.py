"""What one row of a file says about a machine, and everything that is wrong with its cells. Knows nothing of other rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from assets.domain.places import Where, read_where, unknown_site
from assets.domain.problems import Problem
from assets.domain.readings import Fault, Reading, read_cell
from assets.domain.register import Place, Register, TrustName, Value

_WHERE = ("trust_code", "trust", "site_code", "site")


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One row of a file: its number in the spreadsheet and, by column key, the text of every cell that has any.

    `problems` are what the reader of the file found wrong with its cells (a formula without a result, an error). `sheet`
    is the name of its sheet, "" where only one was read. `decisions` say of facts, by key, whether the "file" or the
    "register" is right, where both have changed since the file was exported.
    """

    number: int
    cells: Mapping[str, str]
    problems: tuple[Problem, ...] = ()
    sheet: str = ""
    decisions: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class ReadRow:
    """What a row says. `said` are fields of the machine, and `id` where it gives a reference; `version` is the machine's
    when the row was exported, None where the row does not say.

    `doubts` are problems where the field they name is news to the register.
    """

    number: int
    cells: Mapping[str, str]
    said: dict[str, Value] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    doubts: list[tuple[str, Problem]] = field(default_factory=list)
    place: Place | None = None
    trust: TrustName | None = None
    subtype: str = ""
    faulty: set[str] = field(default_factory=set)
    """The keys of the columns with a problem: what they meant to say is not known, so it is not missing either."""
    sheet: str = ""
    decisions: Mapping[str, str] = field(default_factory=dict)
    version: int | None = None


class RowReader:
    """Reads the rows of one file. `headings` gives a column's key its heading in the file; `on` is today."""

    def __init__(self, register: Register, headings: Mapping[str, str], *, on: date) -> None:
        self._register = register
        self._headings = headings
        self._on = on
        # Registers repeat themselves: a file of 20,000 rows has some hundred different makers, sites and prices.
        self._cells: dict[tuple[str, str], Reading] = {}
        self._places: dict[tuple[str, str, str, str], Where] = {}

    def read(self, row: SourceRow) -> ReadRow:
        """Return what a row says, with every problem of its cells. Never raises, whatever the cells."""
        read = ReadRow(
            row.number, row.cells, problems=list(row.problems), sheet=row.sheet, decisions=row.decisions
        )
        unreadable = {problem.column for problem in row.problems}
        known, said = self._cells, read.said
        for cell in row.cells.items():
            if unreadable and self._headings[cell[0]] in unreadable:
                read.faulty.add(cell[0])
                continue
            reading = known.get(cell)
            if reading is None:
                reading = known[cell] = read_cell(*cell, on=self._on, register=self._register)
            said.update(reading.values)
            if reading.fault or reading.doubt or reading.subtype:
                self._note(cell[0], reading, read)
        version = said.pop("version", None)
        read.version = version if isinstance(version, int) else None
        self._add_where(read)
        return read

    def problem(self, row: ReadRow, key: str, fault: Fault) -> Problem:
        """Return a fault as a problem of a row's cell; of the whole row where `key` is ""."""
        heading, value = self._headings.get(key, ""), row.cells.get(key, "")
        return Problem(row.number, heading, value, fault.message, fault.kind, row.sheet)

    def _note(self, key: str, reading: Reading, read: ReadRow) -> None:
        """Take down what is wrong with a cell, and what it says besides the facts."""
        if reading.fault:
            read.problems.append(self.problem(read, key, reading.fault))
            read.faulty.add(key)
        elif reading.doubt:
            read.doubts.append((key, self.problem(read, key, reading.doubt)))
        read.subtype = reading.subtype or read.subtype

    def _add_where(self, read: ReadRow) -> None:
        trust_code, trust, site_code, site = (str(read.said.pop(key, "")) for key in _WHERE)
        texts = (trust_code, trust, site_code, site)
        where = self._places.get(texts)
        if where is None:
            where = self._places[texts] = read_where(*texts, register=self._register)
        for key, fault in where.faults:
            read.problems.append(self.problem(read, key, fault))
            read.faulty.add(key)
        read.place, read.trust = where.place, where.trust
        if where.place is None:
            return
        read.said["site_id"] = where.place.id
        if not where.place.open_to_new:
            key = "site_code" if site_code else "site"
            fault = unknown_site(site_code or site, where.trust, self._register)
            read.doubts.append(("site_id", self.problem(read, key, fault)))
