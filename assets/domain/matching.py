"""Which machine of the register a row is about: by its reference, else its serial number, else its asset number.

A row with none of them is the machine that already says all it says, if there is one: so a file sent again adds nothing.
"""

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from assets.domain.problems import Problem
from assets.domain.readings import Fault
from assets.domain.register import Held, Register, Value
from assets.domain.rows import ReadRow

IDENTIFIERS = {"serial_number": "serial number", "asset_tag": "asset number"}
"""The numbers that no two machines of a trust may share, compared without case, and what people call them."""


@dataclass(slots=True)
class Line:
    """A row on its way: what it says, the machine it is about (None: a new one), and what is wrong with it so far.

    `place` is the row's place among all rows of all sheets, from 1. `kept` are facts left as the register has them.
    """

    read: ReadRow
    family: int | None
    held: Held | None = None
    problems: list[Problem] = field(default_factory=list)
    found: set[tuple[str, str]] = field(default_factory=set)
    changes: dict[str, Value] = field(default_factory=dict)
    place: int = 0
    kept: tuple[str, ...] = ()

    @property
    def number(self) -> int:
        return self.read.number

    @property
    def where(self) -> str:
        """Where people find the row: its number, and its sheet where there are several."""
        return f"{self.number} of sheet “{self.read.sheet}”" if self.read.sheet else str(self.number)

    def told(self, column: str, kind: str) -> bool:
        """Say whether a problem of a kind has been found in the column with a key."""
        return (column, kind) in self.found


def identity(value: Value) -> str:
    """Return a serial or asset number as numbers are compared."""
    return str(value).casefold()


class Finder:
    """Finds rows' machines in the register; each machine without a number of its own is found once."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._by_id = {held.id: held for held in register.held}
        self._by_number: dict[str, dict[tuple[int, str], list[Held]]] = {
            name: self._numbered(name) for name in IDENTIFIERS
        }
        self._alike: dict[tuple[str, ...], dict[tuple[Value, ...], deque[Held]]] = {}

    def find(self, read: ReadRow) -> tuple[Held | None, list[tuple[str, Fault]]]:
        """Return a row's machine and what is wrong with how the row names it, by column; None for a new machine."""
        if "id" in read.said:
            return self._by_reference(read)
        serials, tags = self._numbers(read, "serial_number"), self._numbers(read, "asset_tag")
        for key, found in (("serial_number", serials), ("asset_tag", tags)):
            if len(found) > 1:
                return None, [(key, _unclear(key, found))]
            if not found:
                continue
            if key == "asset_tag" and _another_serial(read, found[0]):
                return None, [(key, _reused(found[0]))]
            return found[0], []
        return None, []

    def family(self, read: ReadRow) -> int | None:
        """Return the family of trusts in which a row's numbers are looked for; None where the row does not say."""
        if read.place is not None:
            return self._register.family(read.place.trust_id)
        return read.trust.family if read.trust is not None else self._register.only_family

    def find_alike(self, lines: Iterable[Line]) -> None:
        """Give each line with nothing to be found by the machine that already says all it says, if there is one."""
        taken = {line.held.id for line in lines if line.held is not None}
        for line in lines:
            if line.held is None and not line.read.faulty and not _names_itself(line.read):
                line.held = self._first_alike(line.read, taken)

    def _by_reference(self, read: ReadRow) -> tuple[Held | None, list[tuple[str, Fault]]]:
        held = self._by_id.get(int(str(read.said["id"])))
        if held is None:
            message = "There is no machine with this reference in the register. Correct it, or leave the cell empty if the machine is new."
            return None, [("reference", Fault("reference_unknown", message))]
        place = read.place
        if place is not None and self._register.family(place.trust_id) != self._register.family(
            held.trust_id
        ):
            name = self._register.trusts[held.trust_id].name
            key = "site_code" if read.cells.get("site_code") else "site"
            message = f"{held.reference} belongs to {name}, this site does not. Move the machine on its own page, or correct the site."
            return held, [(key, Fault("trust_differs", message))]
        return held, []

    def _numbered(self, name: str) -> dict[tuple[int, str], list[Held]]:
        found: dict[tuple[int, str], list[Held]] = defaultdict(list)
        for held in self._register.held:
            if value := held.values[name]:
                found[self._register.family(held.trust_id), identity(value)].append(held)
        return found

    def _numbers(self, read: ReadRow, name: str) -> list[Held]:
        value, family = read.said.get(name), self.family(read)
        if not value or family is None:
            return []
        return self._by_number[name].get((family, identity(value)), [])

    def _first_alike(self, read: ReadRow, taken: set[int]) -> Held | None:
        if read.place is None or not read.said.get("modality"):
            return None
        fields = tuple(sorted(read.said))
        if fields not in self._alike:
            self._alike[fields] = defaultdict(deque)
            for held in self._register.held:
                self._alike[fields][tuple(held.values[name] for name in fields)].append(held)
        queue = self._alike[fields].get(tuple(read.said[name] for name in fields))
        while queue:
            if (held := queue.popleft()).id not in taken:
                taken.add(held.id)
                return held
        return None


def _names_itself(read: ReadRow) -> bool:
    return any(read.said.get(name) for name in ("id", *IDENTIFIERS))


def _another_serial(read: ReadRow, held: Held) -> bool:
    said, known = read.said.get("serial_number"), held.values["serial_number"]
    return bool(said and known and identity(said) != identity(known))


def _unclear(key: str, found: list[Held]) -> Fault:
    names = ", ".join(held.reference for held in found[:5])
    message = f"{len(found)} machines in the register have this {IDENTIFIERS[key]}: {names}. Write the reference of the one that is meant."
    return Fault("match_unclear", message)


def _reused(held: Held) -> Fault:
    message = (
        f"{held.reference} has this asset number and another serial number, {held.values['serial_number']}. "
        f"If the row is about that machine, write {held.reference} as its reference; if it is new, give it another asset number."
    )
    return Fault("match_unclear", message)
