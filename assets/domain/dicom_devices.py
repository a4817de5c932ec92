"""From the headers of images to the devices that made them: one for each device, not for each file.

A header is kept for no longer than it takes to count it. Of the person in the picture nothing is read at all; of the date
of the study its month is kept, and of all studies of a device only the first month and the last.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from assets.domain.columns import compact
from assets.domain.synonyms import not_known
from assets.domain.vocabulary import Modality

MODALITIES = {
    "CT": Modality.CT,
    "MR": Modality.MRI,
    "CR": Modality.XRAY,
    "DX": Modality.XRAY,
    "RF": Modality.XRAY,
    "MG": Modality.MAMMOGRAPHY,
}
"""What a header calls a modality (0008,0060) to the register's; all others are outside the register."""

_HYBRID = frozenset({"PT", "NM"})
_PLACEHOLDERS = frozenset(
    [
        "0",
        "1",
        "123",
        "1234",
        "12345",
        "123456",
        "1234567",
        "12345678",
        "123456789",
        "serial",
        "serialnumber",
        "serialno",
        "sn",
        "unknown",
        "none",
        "null",
        "na",
        "nil",
        "test",
        "anon",
        "anonymous",
        "anonymized",
        "anonymised",
        "removed",
        "deleted",
        "default",
        "dummy",
        "xxx",
        "xxxx",
        "xxxxx",
        "notapplicable",
        "notavailable",
        "deviceserialnumber",
    ]
)
_ALIKE = re.compile(r"(.)\1*")


@dataclass(frozen=True, slots=True)
class Header:
    """What one file says of the device that made it. Texts are "" where it says nothing; `month` is a first day."""

    modality: str
    manufacturer: str = ""
    model: str = ""
    serial: str = ""
    station: str = ""
    month: date | None = None


@dataclass(slots=True)
class Device:
    """One device as its files describe it: each way of writing with the number of files that have it."""

    manufacturers: Counter[str] = field(default_factory=Counter)
    models: Counter[str] = field(default_factory=Counter)
    serials: Counter[str] = field(default_factory=Counter)
    stations: Counter[str] = field(default_factory=Counter)
    modalities: Counter[str] = field(default_factory=Counter)
    files: int = 0
    first_month: date | None = None
    last_month: date | None = None

    @property
    def manufacturer(self) -> str:
        """The maker that most of its files name; "" where none does."""
        return _usual(self.manufacturers)

    @property
    def model(self) -> str:
        """The model that most of its files name; "" where none does."""
        return _usual(self.models)

    @property
    def serial(self) -> str:
        """The serial number; "" where no file has a real one."""
        return _usual(self.serials)

    @property
    def station(self) -> str:
        """The one station name of all files; "" where they have none, or several."""
        return next(iter(self.stations)) if len(self.stations) == 1 else ""

    @property
    def register_modalities(self) -> set[Modality]:
        """What it is in the register's words; none where it makes no images of the register's kinds."""
        return {MODALITIES[code] for code in self.modalities if code in MODALITIES}

    @property
    def is_hybrid(self) -> bool:
        """Whether it makes PET or nuclear medicine images beside those of the register."""
        return bool(self.register_modalities) and bool(_HYBRID & set(self.modalities))

    @property
    def label(self) -> str:
        """What people call it: maker, model, and its serial number or station name."""
        maker = " ".join(part for part in (self.manufacturer, self.model) if part) or "Device of unknown make"
        if self.serial:
            return f"{maker}, serial number {self.serial}"
        return f"{maker}, station {self.station}" if self.station else maker

    def add(self, header: Header) -> None:
        """Count one more file."""
        self.files += 1
        for counted, text in (
            (self.manufacturers, header.manufacturer),
            (self.models, header.model),
            (self.stations, header.station),
            (self.modalities, header.modality),
            (self.serials, header.serial if real_serial(header.serial) else ""),
        ):
            if text:
                counted[text] += 1
        if header.month is not None:
            self.first_month = min(self.first_month or header.month, header.month)
            self.last_month = max(self.last_month or header.month, header.month)


def _usual(written: Counter[str]) -> str:
    """Return the most usual way of writing, the first in the alphabet of equals."""
    return min(written, key=lambda text: (-written[text], text), default="")


def real_serial(text: str) -> bool:
    """Say whether a serial number is one, and not what programs put in its place: "", "0000", "UNKNOWN", "XXXX"."""
    words = compact(text)
    return (
        bool(words) and not not_known(text) and words not in _PLACEHOLDERS and _ALIKE.fullmatch(words) is None
    )


def normal_serial(text: str) -> str:
    """Return a serial number as serial numbers are compared here: letters and figures only, without noughts in front, which
    spreadsheets lose."""
    return compact(text).lstrip("0")


class Gathering:
    """Counts headers by device as they are read."""

    def __init__(self) -> None:
        self._devices: dict[tuple[str, ...], Device] = {}

    def add(self, header: Header) -> None:
        """Count one file. A device is known by its serial number with maker and model, else by its station name."""
        maker = compact(header.manufacturer.split()[0]) if header.manufacturer else ""
        if real_serial(header.serial):
            key = ("serial", maker, compact(header.model), normal_serial(header.serial))
        elif header.station:
            key = ("station", maker, compact(header.model), header.station.casefold())
        else:
            key = (
                "neither",
                maker,
                compact(header.model),
                str(MODALITIES.get(header.modality, header.modality)),
            )
        self._devices.setdefault(key, Device()).add(header)

    def devices(self) -> list[Device]:
        """Return the devices, those with most files first."""
        return sorted(self._devices.values(), key=lambda device: (-device.files, device.label))


def gathered(headers: Iterable[Header]) -> list[Device]:
    """Return the devices that made the files of these headers."""
    gathering = Gathering()
    for header in headers:
        gathering.add(header)
    return gathering.devices()
