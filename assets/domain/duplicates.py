"""No two machines of a trust may share a serial number or an asset number: within the file, and against the register."""

from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence

from assets.domain.matching import IDENTIFIERS, Line, identity
from assets.domain.readings import Fault
from assets.domain.register import Held, Register

Report = Callable[[Line, str, Fault], None]
"""Adds a fault to a line, under a column's key."""

_NAMED_ROWS = 5
_Number = tuple[str, int | None, str]
"""Which identifier, whose family, and the number as compared."""


def find_in_file(lines: Sequence[Line], report: Report) -> None:
    """Report every line that means the same machine as another one of the file: each is told the others' rows."""
    same: dict[tuple[str, object, object], list[Line]] = defaultdict(list)
    for line in lines:
        if "id" in line.read.said:
            same["reference", None, line.read.said["id"]].append(line)
        if line.held is not None:
            same["", None, line.held.id].append(line)
        for name, _, number in _said_numbers(line):
            same[name, line.family, number].append(line)
    told: set[int] = set()
    # Rows with one number are one machine as well: that is said of the number, and of the machine only where none is shared.
    for (key, _, _), group in sorted(same.items(), key=lambda each: each[0][0] == ""):
        if len(group) < 2:
            continue
        for line in group:
            if key or line.place not in told:
                report(line, key, Fault("same_in_file", _same(key, line, group)))
            told.add(line.place)


def _same(key: str, line: Line, group: Sequence[Line]) -> str:
    others = [other.where for other in group if other is not line]
    rows = f"row{'s' if len(others) > 1 else ''} {', '.join(others[:_NAMED_ROWS])}"
    if len(others) > _NAMED_ROWS:
        rows += f" and {len(others) - _NAMED_ROWS} more"
    have = "have" if len(others) > 1 else "has"
    what = {"reference": "reference", **IDENTIFIERS}.get(key)
    if what is None:
        return f"This is the same machine as {rows}. Keep one row for each machine."
    return f"{rows[0].upper()}{rows[1:]} {have} the same {what}. Keep one row for each machine, or correct the number."


def find_taken(lines: Sequence[Line], register: Register, report: Report) -> None:
    """Report every line whose number another machine would still have once the good lines are written.

    Two machines may swap their numbers in one file. A line found at fault is not written, so its machine keeps its old
    number, which may put the next one at fault: each is looked at once.
    """
    faulty = [line for line in lines if line.problems]
    would_be = _WouldBe(lines, register)
    would_be.settle(report)
    for line in faulty:
        for number in _said_numbers(line):
            other = would_be.other_holder(line, number)
            told = line.told(number[0], "same_in_file") or line.told(number[0], "match_unclear")
            if other is not None and not told:
                report(line, number[0], would_be.taken(number, other))


class _WouldBe:
    """Who would have which number once the good lines are written."""

    def __init__(self, lines: Sequence[Line], register: Register) -> None:
        self._register = register
        self._held = {each.id: each for each in register.held}
        self._movers = {_holder(line): line for line in lines if not line.problems}
        self._rows = {_holder(line): line.where for line in lines}
        self._holders: dict[_Number, set[int]] = defaultdict(set)
        for holder in self._held.keys() | self._movers.keys():
            for number in _numbers(self._movers.get(holder), self._held.get(holder), register):
                self._holders[number].add(holder)

    def settle(self, report: Report) -> None:
        """Take back the lines that would give a machine a number another one has, until no number has two holders."""
        crowded = deque(number for number, holders in self._holders.items() if len(holders) > 1)
        while crowded:
            number = crowded.popleft()
            for holder in sorted(self._holders[number]):
                line = self._movers.get(holder)
                if line is None or (other := self.other_holder(line, number)) is None:
                    continue
                report(line, number[0], self.taken(number, other))
                crowded += self._take_back(line)

    def other_holder(self, line: Line, number: _Number) -> int | None:
        """Return who else would have a number that is news to the line's machine; None where nobody would."""
        before = line.held.values[number[0]] if line.held is not None else ""
        if identity(before) == number[2]:
            return None
        return min(self._holders.get(number, set()) - {_holder(line)}, default=None)

    def taken(self, number: _Number, other: int) -> Fault:
        """Return the fault of giving a machine a number that `other` has."""
        held = self._held.get(other)
        who = (
            f"{held.reference}, already in the register,"
            if held
            else f"The machine of row {self._rows[other]}"
        )
        return Fault(
            "taken",
            f"{who} has this {IDENTIFIERS[number[0]]}. Correct the number, or write the reference if it is that machine.",
        )

    def _take_back(self, line: Line) -> Iterator[_Number]:
        holder = _holder(line)
        del self._movers[holder]
        for given_up in _numbers(line, line.held, self._register):
            self._holders[given_up].discard(holder)
        for kept in _numbers(None, line.held, self._register):
            self._holders[kept].add(holder)
            yield kept


def _holder(line: Line) -> int:
    """Return who would hold a line's numbers: its machine's id, or for a new one the row's place made negative."""
    return line.held.id if line.held is not None else -line.place


def _said_numbers(line: Line) -> Iterator[_Number]:
    for name in IDENTIFIERS:
        if value := line.read.said.get(name):
            yield name, line.family, identity(value)


def _numbers(line: Line | None, held: Held | None, register: Register) -> Iterator[_Number]:
    """Return the numbers of a machine: as the line will leave it, or as it stands where there is no line."""
    family = line.family if line is not None else None
    if held is not None:
        family = register.family(held.trust_id)
    for name in IDENTIFIERS:
        value = held.values[name] if held is not None else ""
        if line is not None:
            value = line.changes.get(name, value)
        if value:
            yield name, family, identity(value)
