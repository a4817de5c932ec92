"""Which machine a row of activity is of; or, where the source cannot tell, which machines of a site together."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from assets.domain.activity_headings import IDENTIFIERS
from assets.domain.activity_periods import Period
from assets.domain.fleet import was_in_fleet
from assets.domain.matching import identity
from assets.domain.places import read_where
from assets.domain.readings import Fault, read_cell
from assets.domain.register import Place, Register
from assets.domain.synonyms import kind_of
from assets.domain.vocabulary import Modality
from networks.domain.figures import date_gb

_CALLED = {
    "reference": "reference",
    "serial_number": "serial number",
    "asset_tag": "asset number",
    "station_name": "DICOM station name",
}
_WHERE = ("trust_code", "trust", "site_code", "site")


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine of the register as far as activity needs it."""

    id: int
    reference: str
    trust_id: int
    site_id: int
    modality: Modality
    status: str
    serial_number: str = ""
    asset_tag: str = ""
    station_name: str = ""
    installed_on: date | None = None
    retired_on: date | None = None

    def in_fleet(self, on: date) -> bool:
        """Say whether it was in the fleet on a day, as far as is recorded."""
        return was_in_fleet(
            status=self.status, installed_on=self.installed_on, retired_on=self.retired_on, on=on
        )


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a figure is: one machine's (`asset_id`), or that of `machines` machines of a modality at a site."""

    asset_id: int | None = None
    trust_id: int | None = None
    site_id: int | None = None
    modality: str = ""
    machines: int = 1


Faults = list[tuple[str, Fault]]
"""What is wrong with cells, by column key; "" is the row."""


class OwnerFinder:
    """Finds the owners of rows among the machines and places that may be written."""

    def __init__(self, machines: Iterable[Machine], register: Register, *, on: date) -> None:
        self._register, self._on = register, on
        self._by_id = {machine.id: machine for machine in machines}
        self._numbered: dict[tuple[str, str], list[Machine]] = defaultdict(list)
        self._standing: dict[tuple[int, str], list[Machine]] = defaultdict(list)
        for machine in self._by_id.values():
            self._numbered["reference", identity(machine.reference)].append(machine)
            for name in IDENTIFIERS[1:]:
                if number := getattr(machine, name):
                    self._numbered[name, identity(number)].append(machine)
            self._standing[machine.site_id, machine.modality.value].append(machine)

    def find(self, cells: Mapping[str, str]) -> tuple[Owner | None, Faults]:
        """Return the owner of a row and what is wrong with how it is named. A number that finds nothing is a problem: the
        row is then never taken for one of a whole site."""
        trust_code, trust, site_code, site = (cells.get(key, "") for key in _WHERE)
        where = read_where(trust_code, trust, site_code, site, register=self._register)
        faults: Faults = list(where.faults)
        modality = None
        if text := cells.get("modality", ""):
            kind = kind_of(text)
            modality = kind.modality if kind else None
            if kind is None and (
                fault := read_cell("modality", text, on=self._on, register=self._register).fault
            ):
                faults.append(("modality", fault))
        named = [key for key in IDENTIFIERS if cells.get(key)]
        if named:
            machine, wrong = self._machine(cells, named, where.place)
            faults += wrong
            if machine and modality and machine.modality is not modality:
                message = f"{machine.reference} is {machine.modality.label} in the register. Correct the row or the machine."
                faults.append(("modality", Fault("match_unclear", message)))
            return (Owner(asset_id=machine.id) if machine and not faults else None), faults
        if where.place is None and not any(key in _WHERE for key, _ in faults):
            faults.append(("", _UNNAMED))
        elif modality is None and not any(key == "modality" for key, _ in faults):
            faults.append(("modality", Fault("missing", "Write the modality, as no machine is named.")))
        if faults or where.place is None or modality is None:
            return None, faults
        return Owner(None, where.place.trust_id, where.place.id, modality.value, 0), []

    def in_period(self, owner: Owner, period: Period) -> tuple[Owner, Fault | None]:
        """Return the owner as it was in a period, and what speaks against a figure of it then."""
        if owner.asset_id is not None:
            return owner, _not_there(self._by_id[owner.asset_id], period)
        standing = self._standing[owner.site_id or 0, owner.modality]
        number = sum(machine.in_fleet(period.ends_on) for machine in standing)
        if number:
            return replace(owner, machines=number), None
        label = Modality(owner.modality).label
        message = (
            f"The register has no {label} at this site on {date_gb(period.ends_on)}, so there is nothing to share the "
            "figure among. Add the machine first, or correct the row."
        )
        return owner, Fault("match_unclear", message)

    def _machine(
        self, cells: Mapping[str, str], named: list[str], place: Place | None
    ) -> tuple[Machine | None, Faults]:
        found = {key: self._numbered.get((key, identity(cells[key])), []) for key in named}
        if place is not None:
            family = self._register.family(place.trust_id)
            found = {
                key: [each for each in machines if self._register.family(each.trust_id) == family]
                for key, machines in found.items()
            }
        faults: Faults = []
        for key, machines in found.items():
            if not machines:
                faults.append((key, _unknown(key)))
            elif len(machines) > 1:
                names = ", ".join(machine.reference for machine in machines[:5])
                message = f"{len(machines)} machines have this {_CALLED[key]}: {names}. Write the reference of the one that is meant."
                faults.append((key, Fault("match_unclear", message)))
        if faults:
            return None, faults
        first = found[named[0]][0]
        for key in named[1:]:
            if (other := found[key][0]) is not first:
                message = f"This is the {_CALLED[key]} of {other.reference}, but the {_CALLED[named[0]]} is that of {first.reference}. Correct one of them."
                faults.append((key, Fault("match_unclear", message)))
        return first, faults


_UNNAMED = Fault(
    "missing",
    "This row names no machine: write its serial number or DICOM station name, or the site's code and the modality.",
)


def _unknown(key: str) -> Fault:
    more = ", or enter it on the machine's page" if key == "station_name" else ", or add the machine first"
    return Fault(
        "reference_unknown", f"No machine in the register has this {_CALLED[key]}. Correct it{more}."
    )


def _not_there(machine: Machine, period: Period) -> Fault | None:
    if machine.installed_on is not None and machine.installed_on > period.ends_on:
        message = f"{machine.reference} was installed on {date_gb(machine.installed_on)}, after this period. Correct one of them."
        return Fault("dates_disagree", message)
    if machine.retired_on is not None and machine.retired_on < period.starts_on:
        message = f"{machine.reference} was retired on {date_gb(machine.retired_on)}, before this period. Correct one of them."
        return Fault("dates_disagree", message)
    return None
