"""Reading the few tags of a DICOM file that say which device made it. No picture and nothing about a patient is read.

Reading ends before the pixels, and of what stands before them only the tags listed here are taken: those of the patient
(group 0010) are skipped over. Nothing of a file is written anywhere, and nothing of one is said in a message or a log: its
very name may be that of a patient.
"""

import io
import logging
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

from pydicom import config
from pydicom.filereader import read_partial
from pydicom.multival import MultiValue
from pydicom.tag import BaseTag, Tag

from assets.domain.dicom_devices import Gathering, Header
from assets.domain.problems import FileProblem
from assets.imports.archive import MAX_UNPACKED_BYTES

MAX_FILES = 20_000
"""In an upload. One file from each machine is enough."""
MAX_FILES_IN_FOLDER = 1_000_000

_TAGS = {
    "modality": Tag(0x0008, 0x0060),
    "manufacturer": Tag(0x0008, 0x0070),
    "model": Tag(0x0008, 0x1090),
    "serial": Tag(0x0018, 0x1000),
    "station": Tag(0x0008, 0x1010),
}
_STUDY_DATE = Tag(0x0008, 0x0020)
_SOP_CLASS = Tag(0x0008, 0x0016)
_WANTED: list[BaseTag] = [*_TAGS.values(), _STUDY_DATE, _SOP_CLASS]
_LAST = _TAGS["serial"]

_SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
"""Pictures of screens and scanned papers, made by workstations: the scanner's name may stand in them, or anybody's."""
_DEFLATED = b"1.2.840.10008.1.2.1.99"
_FIRST_BYTES = 1 << 15
_MOST_BYTES = 1 << 20
_MARK = slice(128, 132)

# The library would say the values of odd elements in its warnings, and those may be a patient's.
logging.getLogger("pydicom").setLevel(logging.CRITICAL + 1)
config.settings.reading_validation_mode = config.IGNORE


@dataclass(slots=True)
class Found:
    """What was read: devices by their headers; how many files were DICOM, were none, could not be read, or were pictures of
    screens."""

    gathering: Gathering = field(default_factory=Gathering)
    read: int = 0
    others: int = 0
    unreadable: int = 0
    captures: int = 0

    @property
    def words(self) -> str:
        """How many files of which kind, in words."""
        parts = [
            (self.others, "passed over because they are no DICOM images"),
            (self.unreadable, "passed over because they cannot be read"),
            (self.captures, "passed over because a workstation made them"),
        ]
        said = [f"{number:,} {words}" for number, words in parts if number]
        return "; ".join([f"{self.read:,} DICOM file{'' if self.read == 1 else 's'} read", *said])


def read_folder(folder: Path) -> Found:
    """Return what the files of a folder and those below it say. Links are not followed.

    Raises FileProblem where there is no such folder, or far too many files.
    """
    if not folder.is_dir():
        raise FileProblem("There is no such folder. Give the path of the folder with the DICOM files.")
    found = Found()
    for number, path in enumerate(_files(folder), 1):
        if number > MAX_FILES_IN_FOLDER:
            raise FileProblem(f"The folder has more than {MAX_FILES_IN_FOLDER:,} files. Give a part of it.")
        try:
            with path.open("rb") as file:
                _take(file, found)
        except OSError:
            found.unreadable += 1
    return found


def read_upload(file: BinaryIO) -> Found:
    """Return what an uploaded ZIP of DICOM files, or one such file, says.

    Raises FileProblem for anything else, and for an archive that is protected or unpacks to too much.
    """
    found = Found()
    beginning = file.read(_MARK.stop)
    file.seek(0)
    if beginning[_MARK] == b"DICM":
        _take(file, found)
        return found
    if not beginning.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        raise FileProblem(
            "This is neither a DICOM file nor a ZIP archive of them. Put one image of each machine into a folder, compress the "
            "folder as ZIP, and send that."
        )
    try:
        with zipfile.ZipFile(file) as archive:
            _read_archive(archive, found)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError, RuntimeError):
        raise FileProblem("This archive is damaged and cannot be read. Make it again and send it.") from None
    return found


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_symlink():
            continue
        if path.is_dir():
            yield from _files(path)
        elif path.is_file():
            yield path


def _read_archive(archive: zipfile.ZipFile, found: Found) -> None:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > MAX_FILES:
        raise FileProblem(
            f"This archive has {len(entries):,} files; {MAX_FILES:,} are taken. One image of each machine is enough."
        )
    if any(entry.flag_bits & 1 for entry in entries):
        raise FileProblem("This archive is protected by a password. Make one without, and send that.")
    unpacked = 0
    for entry in entries:
        with archive.open(entry) as file:
            unpacked += _take(file, found)
        if unpacked > MAX_UNPACKED_BYTES:
            raise FileProblem(
                f"The headers of these files unpack to more than {MAX_UNPACKED_BYTES // 1024**2} MB. One image of each machine "
                "is enough."
            )


def _take(file: Any, found: Found) -> int:
    """Read one file's header and count it; return how many bytes were read."""
    content = file.read(_FIRST_BYTES)
    if content[_MARK] != b"DICM":
        found.others += 1
        return len(content)
    values = _values(content)
    if values is None and len(content) == _FIRST_BYTES:
        content += file.read(_MOST_BYTES - _FIRST_BYTES)
        values = _values(content)
    if not values:
        found.unreadable += 1
    elif str(values.get(_SOP_CLASS, "")).startswith(_SECONDARY_CAPTURE):
        found.captures += 1
    elif not (header := _header(values)).modality:
        found.others += 1  # what has no modality is no image
    else:
        found.read += 1
        found.gathering.add(header)
    return len(content)


def _values(content: bytes) -> dict[BaseTag, str] | None:
    """Return the wanted tags of a file's beginning; None where they cannot be read from it."""
    if _DEFLATED in content[:1024]:
        return None  # all of it would have to be unpacked, to any size
    passed = False

    def stop(tag: BaseTag, vr: str | None, length: int) -> bool:
        nonlocal passed
        passed = bool(tag > _LAST)
        return passed

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            dataset = read_partial(io.BytesIO(content), stop_when=stop, specific_tags=list(_WANTED))
            values = {tag: _text(dataset[tag].value) for tag in _WANTED if tag in dataset}
    except Exception:  # noqa: BLE001 - bytes of any kind can fail in any way, and what they are is not to be told
        return None
    # A file that ends before the serial number's place has none; one that was only begun to be read may have.
    return values if passed or len(content) not in (_FIRST_BYTES, _MOST_BYTES) else None


def _text(value: Any) -> str:
    """Return a value, of several the first, as one line of visible text, cut to what any field of the register holds."""
    if isinstance(value, MultiValue):
        value = value[0] if value else ""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in str(value or "")).split())[:120]


def _header(values: dict[BaseTag, str]) -> Header:
    texts = {name: values.get(tag, "") for name, tag in _TAGS.items()}
    texts["modality"] = texts["modality"].upper()[:16]
    return Header(**texts, month=_month(values.get(_STUDY_DATE, "")))


def _month(text: str) -> date | None:
    digits = text.replace(".", "")[:6]
    if len(digits) < 6 or not (digits.isascii() and digits.isdecimal()):
        return None
    year, month = int(digits[:4]), int(digits[4:])
    return date(year, month, 1) if 1970 <= year <= 2099 and 1 <= month <= 12 else None
