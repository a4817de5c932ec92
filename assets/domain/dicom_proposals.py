"""What the devices of images propose for the register: a machine that is there, a new one, or that it cannot be told."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from assets.domain.columns import compact
from assets.domain.dicom_devices import Device, normal_serial, real_serial
from assets.domain.facts import BY_KEY
from assets.domain.matching import identity
from assets.domain.vocabulary import Modality


class Proposes(StrEnum):
    """What a device proposes."""

    MATCH = "match"
    NEW = "new"
    UNCLEAR = "unclear"
    OUTSIDE = "outside"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Proposes.MATCH: "In the register",
    Proposes.NEW: "New machine",
    Proposes.UNCLEAR: "Cannot be told",
    Proposes.OUTSIDE: "Outside the register",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """A machine of the register as far as devices are compared with it."""

    id: int
    reference: str
    site_id: int
    site_name: str
    modality: Modality
    is_retired: bool
    manufacturer: str
    model_name: str
    serial_number: str
    station_name: str


@dataclass(slots=True)
class Proposal:
    """What one device proposes. `cells` are what its row of an import says, by column key: for a machine that is there its
    reference and only facts that the register lacks. `reason` says why it cannot be told; `notes` are worth a look."""

    device: Device
    proposes: Proposes
    machine: Standing | None = None
    reason: str = ""
    cells: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def propose(
    devices: Sequence[Device], standing: Iterable[Standing], *, site_id: int | None, site_code: str
) -> list[Proposal]:
    """Return what each device proposes for the site that the person chose, in the order given.

    `standing` are the machines of that site's trust, the retired ones among them. Without a site (None) nothing is said
    about where machines stand.
    """
    register = _Register(standing)
    shared = _shared_stations(devices)
    proposals = [_propose(device, register, site_id) for device in devices]
    _unsure_of_one_machine_twice(proposals)
    for proposal in proposals:
        _note(proposal, shared, site_id)
        _fill(proposal, shared, site_code)
    return proposals


class _Register:
    def __init__(self, standing: Iterable[Standing]) -> None:
        self.machines = list(standing)
        self.by_serial: dict[str, list[Standing]] = defaultdict(list)
        self.by_station: dict[str, list[Standing]] = defaultdict(list)
        for machine in self.machines:
            if real_serial(machine.serial_number):
                self.by_serial[normal_serial(machine.serial_number)].append(machine)
            if machine.station_name:
                self.by_station[identity(machine.station_name)].append(machine)


def _propose(device: Device, register: _Register, site_id: int | None) -> Proposal:
    kinds = device.register_modalities
    if not kinds:
        codes = ", ".join(sorted(device.modalities)) or "no modality"
        return Proposal(
            device,
            Proposes.OUTSIDE,
            reason=f"Its images are {codes}; the register holds CT, MRI, X-ray and mammography machines.",
        )
    if device.is_hybrid:
        return _unclear(
            device,
            "It makes PET or nuclear medicine images too, so it may be a hybrid scanner. Add it by hand if the register is to hold it.",
        )
    if len(kinds) > 1:
        named = ", ".join(sorted(kind.label for kind in kinds))
        return _unclear(
            device, f"Its files are of several modalities: {named}. Look at the machine and add it by hand."
        )
    [kind] = kinds
    if device.serial:
        return _by_serial(device, kind, register)
    if not device.stations:
        return _unclear(
            device,
            "Its files give neither a serial number nor a station name. Read the serial number off the machine.",
        )
    return _by_station(device, kind, register, site_id)


def _by_serial(device: Device, kind: Modality, register: _Register) -> Proposal:
    found = register.by_serial[normal_serial(device.serial)]
    of_kind = [machine for machine in found if machine.modality is kind]
    if len(of_kind) == 1:
        return Proposal(device, Proposes.MATCH, of_kind[0])
    if found:
        named = _references(of_kind or found)
        why = "have this serial number" if of_kind else f"has this serial number but is no {kind.label}"
        return _unclear(device, f"{named} {why}. Put the register right first.")
    for station in device.stations:
        for machine in register.by_station.get(identity(station), ()):
            if machine.modality is not kind:
                continue
            if not machine.serial_number:
                return Proposal(device, Proposes.MATCH, machine)
            return _unclear(
                device,
                f"Station {station} is that of {machine.reference}, whose serial number is {machine.serial_number}. Either the "
                "machine was replaced, or one of the serial numbers is wrong.",
            )
    return Proposal(device, Proposes.NEW)


def _by_station(device: Device, kind: Modality, register: _Register, site_id: int | None) -> Proposal:
    found = {
        machine.id: machine
        for station in device.stations
        for machine in register.by_station.get(identity(station), ())
    }
    machines = list(found.values())
    if len(machines) == 1 and machines[0].modality is kind:
        return Proposal(device, Proposes.MATCH, machines[0])
    if machines:
        return _unclear(
            device,
            f"{_references(machines)}: its station name is theirs, but it is not plain which of them it is.",
        )
    maybe = [
        machine
        for machine in register.machines
        if machine.modality is kind
        and not machine.station_name
        and not machine.is_retired
        and site_id in (None, machine.site_id)
        and _same_maker(machine.manufacturer, device)
    ]
    if maybe:
        return _unclear(
            device,
            f"It may be {_references(maybe)}, of which the register does not know the station name, as the files give no serial "
            "number. Enter the station name on its page if it is.",
        )
    return Proposal(device, Proposes.NEW)


def _same_maker(maker: str, device: Device) -> bool:
    """Say whether a machine may be of a device's maker: unknown ones may be of any."""
    if not maker or not device.manufacturer:
        return True
    return compact(maker.split()[0]) == compact(device.manufacturer.split()[0])


def _unclear(device: Device, reason: str) -> Proposal:
    return Proposal(device, Proposes.UNCLEAR, reason=reason)


def _references(machines: Sequence[Standing]) -> str:
    names = [machine.reference for machine in machines]
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")


def _unsure_of_one_machine_twice(proposals: Iterable[Proposal]) -> None:
    """Two devices cannot be one machine: which of them is, is not known."""
    found: dict[int, list[Proposal]] = defaultdict(list)
    for proposal in proposals:
        if proposal.machine is not None:
            found[proposal.machine.id].append(proposal)
    for same in (each for each in found.values() if len(each) > 1):
        for proposal in same:
            reference = proposal.machine.reference if proposal.machine else ""
            proposal.proposes, proposal.machine = Proposes.UNCLEAR, None
            proposal.reason = f"{len(same)} devices of these files fit {reference}. Look which of them it is."


def _shared_stations(devices: Iterable[Device]) -> set[str]:
    """Return the station names that more than one device has."""
    found: dict[str, int] = defaultdict(int)
    for device in devices:
        for station in {identity(station) for station in device.stations}:
            found[station] += 1
    return {station for station, number in found.items() if number > 1}


def _note(proposal: Proposal, shared: set[str], site_id: int | None) -> None:
    device, machine = proposal.device, proposal.machine
    if len(device.stations) > 1:
        names = ", ".join(f"{name} ({files} files)" for name, files in sorted(device.stations.items()))
        proposal.notes.append(f"Its files give several station names, so none is proposed: {names}.")
    for station in sorted(device.stations):
        if identity(station) in shared:
            proposal.notes.append(
                f"Other devices of these files are called {station} as well, so it is not proposed."
            )
    if len(device.manufacturers) > 1 or len(device.models) > 1 or len(device.serials) > 1:
        written = [*sorted(device.manufacturers), *sorted(device.models), *sorted(device.serials)]
        proposal.notes.append(f"Its files write it in several ways: {', '.join(written)}.")
    if "CR" in device.modalities:
        proposal.notes.append(
            "CR files name the plate reader; the X-ray room it serves may be another machine."
        )
    if machine is None:
        return
    if machine.is_retired:
        proposal.notes.append(f"{machine.reference} is retired in the register.")
    if site_id is not None and machine.site_id != site_id:
        proposal.notes.append(
            f"The register has {machine.reference} at {machine.site_name}. If it has moved, move it on its own page."
        )


def _fill(proposal: Proposal, shared: set[str], site_code: str) -> None:
    """Say what the row of an import would: all of a new machine, of one that is there only what the register lacks."""
    if proposal.proposes is Proposes.OUTSIDE:
        return
    device, machine = proposal.device, proposal.machine
    station = "" if identity(device.station) in shared else device.station
    facts = {
        "manufacturer": device.manufacturer,
        "model_name": device.model,
        "serial_number": device.serial,
        "station_name": station,
    }
    facts = {name: text[: BY_KEY[name].max_length] for name, text in facts.items() if text}
    if machine is None:
        proposal.cells = {"site_code": site_code, "modality": _kind_words(device)} | facts
        return
    lacking = {name: text for name, text in facts.items() if not getattr(machine, name)}
    proposal.cells = {"reference": machine.reference} | lacking


def _kind_words(device: Device) -> str:
    """What the register's import calls the device's kind: as much as the headers say."""
    codes = set(device.modalities)
    for code, words in (("RF", "Fluoroscopy"), ("CT", "CT"), ("MR", "MRI"), ("MG", "Mammography")):
        if code in codes:
            return words
    return {"CR": "CR", "DX": "DR"}.get("".join(sorted(codes & {"CR", "DX"})), "X-ray")
