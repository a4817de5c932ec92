"""What a file is, by its content; its name proves nothing."""

import io
import re
import zipfile
from enum import Enum

from assets.domain.problems import FileProblem

SAVE_AS = "Open it in your spreadsheet program, save it as “Excel workbook (.xlsx)” or “CSV UTF-8”, and send that file."


class FileKind(Enum):
    """The two kinds of file that are read."""

    XLSX = "xlsx"
    CSV = "csv"


_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a compressed file (gzip)"),
    (b"Rar!", "a compressed file (RAR)"),
    (b"7z\xbc\xaf\x27\x1c", "a compressed file (7-Zip)"),
    (b"{\\rtf", "a word processor's document (RTF)"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3", "a database"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_MARKUP = re.compile(
    rb"\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)?<(?P<tag>!doctype\s+html|html|head|body|table|meta|[a-z?!])",
    re.IGNORECASE | re.DOTALL,
)


def kind_of_file(content: bytes) -> FileKind:
    """Return which reader a file is for. Raises FileProblem, saying what was found, for anything but XLSX and text."""
    if not content.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise _empty()
    if content.startswith(_ZIP):
        return _kind_of_zip(content)
    if content.startswith(_OLE):
        raise _ole_problem(content)
    for beginning, name in _BEGINNINGS:
        if content.startswith(beginning):
            raise FileProblem(f"This file is {name}, whatever its name says. {SAVE_AS}")
    if markup := _MARKUP.match(content.removeprefix(b"\xef\xbb\xbf")[:4096]):
        raise _markup_problem(markup["tag"].lower())
    return FileKind.CSV


def _kind_of_zip(content: bytes) -> FileKind:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            mimetype = archive.read("mimetype")[:100] if "mimetype" in names and len(names) < 10_000 else b""
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError):
        raise FileProblem(
            f"This file is damaged: it begins like a workbook but cannot be opened. {SAVE_AS}"
        ) from None
    if "xl/workbook.xml" in names:
        return FileKind.XLSX
    raise FileProblem(f"This file is {_other_archive(names, mimetype)}. {SAVE_AS}")


def _other_archive(names: set[str], mimetype: bytes) -> str:
    if mimetype.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        return "an OpenDocument spreadsheet (.ods)"
    if "xl/workbook.bin" in names:
        return "a binary Excel workbook (.xlsb)"
    if any(name.startswith("word/") for name in names):
        return "a Word document"
    if any(name.startswith("ppt/") for name in names):
        return "a PowerPoint presentation"
    if "Index/Document.iwa" in names or any(name.endswith(".numbers") for name in names):
        return "an Apple Numbers spreadsheet"
    return "a ZIP archive without a workbook in it"


def _ole_problem(content: bytes) -> FileProblem:
    """An old Office file. A workbook with a password is put into one as a whole."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        return FileProblem(
            "This workbook is protected by a password. Save a copy without one, and send that file."
        )
    if any(name.encode("utf-16-le") in content for name in ("Workbook", "Book")):
        return FileProblem(f"This is a workbook in the old format (.xls). {SAVE_AS}")
    return FileProblem(f"This file is an old Office document, not a workbook we can read. {SAVE_AS}")


def _markup_problem(tag: bytes) -> FileProblem:
    if tag in {b"html", b"head", b"body", b"table", b"meta"} or tag.startswith(b"!doctype"):
        return FileProblem(
            "This file is a web page, whatever its name says. Some systems export one as .xls, and a failed download "
            f"saves one in place of the file. {SAVE_AS}"
        )
    return FileProblem(f"This file is XML, not a workbook or CSV. {SAVE_AS}")


def decoded(content: bytes) -> tuple[str, str]:
    """Return a text file's text and the name of its encoding. Raises FileProblem where it is no text."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding, shown = "utf-16", "UTF-16"
    elif half := _nought_half(content):
        encoding, shown = half, "UTF-16"
    else:
        encoding, shown = "utf-8-sig", "UTF-8"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text, shown = _as_windows_text(content), "Windows-1252"
    if "\x00" in text:
        raise FileProblem(f"This file holds bytes that are no text, so it is no CSV file. {SAVE_AS}")
    if not text.strip():
        raise _empty()
    return text, shown


def _empty() -> FileProblem:
    return FileProblem("This file is empty. Check that you chose the right one, and that it was saved.")


def _nought_half(content: bytes) -> str:
    """Return which UTF-16 a text without its mark is in: every other byte of plain letters is nought; "" for neither."""
    beginning = content[:200]
    half = len(beginning) // 2
    for first, encoding in ((0, "utf-16-be"), (1, "utf-16-le")):
        noughts, others = beginning[first::2].count(0), beginning[1 - first :: 2].count(0)
        if half >= 4 and noughts > half * 0.8 and not others:
            return encoding
    return ""


def _as_windows_text(content: bytes) -> str:
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:
        raise FileProblem(
            f"The letters of this file are written in a way we cannot tell (neither UTF-8 nor Windows). {SAVE_AS}"
        ) from None
