"""What an attached file is, by its own bytes: the name and what the browser says prove nothing."""

import email
import email.policy
import zipfile
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import IO

MOST_BYTES = 20 * 1024 * 1024
"""The largest file kept with a machine: 20 MB, a long contract with pictures."""

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ENDINGS = {
    "application/pdf": (".pdf",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    _WORD: (".docx",),
    _EXCEL: (".xlsx",),
    "message/rfc822": (".eml",),
    "text/csv": (".csv",),
    "text/plain": (".txt",),
}
"""The types taken, each with the endings that its names may have."""
ACCEPTED_WORDS = "PDF, PNG, JPEG, Word (.docx), Excel (.xlsx), text (.txt, .csv) or e-mail (.eml)"
_HEAD = 4096


class NotTaken(ValueError):
    """A file that is not kept. The message says what it is and what to do, and is fit to be shown."""


def content_type_of(file: IO[bytes], name: str, size_bytes: int) -> str:
    """Return the type of a file, which is left at its beginning. Raises NotTaken where it is none of those taken."""
    if not size_bytes:
        raise NotTaken("The file is empty. Choose another, or save it again and retry.")
    if size_bytes > MOST_BYTES:
        raise NotTaken(
            f"The file has {size_bytes / 1024**2:.1f} MB, more than the {MOST_BYTES // 1024**2} MB that are kept. "
            "Make it smaller, for example with fewer pictures, or split it."
        )
    ending = PurePosixPath(name).suffix.lower()
    file.seek(0)
    found = _by_signature(file) or _text_type(file, ending)
    file.seek(0)
    if found is None:
        raise NotTaken(f"This is not a kind of file that is kept. Add it as {ACCEPTED_WORDS}.")
    if ending not in ENDINGS[found]:
        endings = " or ".join(ENDINGS[found])
        raise NotTaken(
            f"The name ends in “{ending or 'nothing'}”, but the file is {endings}. Rename it, and add it again."
        )
    return found


def clean_name(name: str) -> str:
    """Return a file's name without folders and control characters, at most 200 characters, its ending kept."""
    base = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(letter for letter in base if letter.isprintable()).strip() or "file"
    path = PurePosixPath(shown)
    return shown if len(shown) <= 200 else path.stem[: 200 - len(path.suffix)] + path.suffix[:20]


def _by_signature(file: IO[bytes]) -> str | None:
    head = file.read(_HEAD)
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    return _office_type(file) if head.startswith(b"PK\x03\x04") else None


def _office_type(file: IO[bytes]) -> str | None:
    """Only the list of parts is read, so that nothing is unpacked."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            parts = set(archive.namelist())
    except (zipfile.BadZipFile, UnicodeDecodeError, OSError, NotImplementedError):
        return None
    if any(part.lower().endswith("vbaproject.bin") for part in parts):
        raise NotTaken("The file holds macros, which are programs. Save it without macros, and add it again.")
    if "[Content_Types].xml" not in parts:
        return None
    main = {"word/document.xml": _WORD, "xl/workbook.xml": _EXCEL}
    return next((kind for part, kind in main.items() if part in parts), None)


def _text_type(file: IO[bytes], ending: str) -> str | None:
    """Text has no signature: the ending chooses among kinds of text, and an e-mail must have an e-mail's headings."""
    file.seek(0)
    content = file.read(MOST_BYTES)
    if not _is_text(content):
        return None
    if ending == ".eml":
        return "message/rfc822" if _is_mail(content) else None
    return "text/csv" if ending == ".csv" else "text/plain"


def _is_text(content: bytes) -> bool:
    if any(byte in content for byte in (b"\x00", b"\x1b")):
        return False
    readers: tuple[Callable[[], str], ...] = (
        lambda: content.decode("utf-8"),
        lambda: content.decode("cp1252"),
    )
    for reader in readers:
        try:
            text = reader()
        except UnicodeDecodeError:
            continue
        odd = sum(not (letter.isprintable() or letter in "\r\n\t\f\ufeff") for letter in text[:_HEAD])
        return odd * 50 <= len(text[:_HEAD])
    return False


def _is_mail(content: bytes) -> bool:
    headings = email.message_from_bytes(content[: 64 * 1024], policy=email.policy.compat32)
    return headings["From"] is not None and (headings["Date"] is not None or headings["Subject"] is not None)
