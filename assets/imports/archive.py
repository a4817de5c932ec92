"""Looking into a workbook's ZIP without trusting it: what it unpacks to is counted, its XML may define nothing."""

import io
import zipfile
import zlib
from collections.abc import Callable
from xml.parsers import expat

from assets.domain.problems import FileProblem
from assets.imports.sniff import SAVE_AS

MAX_PARTS = 2_000
MAX_UNPACKED_BYTES = 300 * 1024 * 1024
MAX_TAGS = 10_000_000
"""Of all parts together: three times what the largest register takes, four for each cell. In a file they cost nothing: a
hundred kilobytes hold as many empty cells as take minutes to go through."""
_CHUNK = 1 << 18

Attributes = dict[str, str]


class Archive:
    """The parts of a workbook. Raises FileProblem where they are too many, too large, doubled or damaged."""

    def __init__(self, content: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
            raise damaged() from None
        entries = self._zip.infolist()
        names = [entry.filename for entry in entries]
        if len(entries) > MAX_PARTS or sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
            raise FileProblem(
                f"This workbook unpacks to more than {MAX_UNPACKED_BYTES // 1024**2} MB, so it is not a register. "
                "Copy the sheet with the machines into a new workbook and send that."
            )
        if len(set(names)) != len(names):
            raise damaged()  # two parts of one name: two programs would read two different workbooks
        if any(entry.flag_bits & 1 for entry in entries):
            raise FileProblem(
                "This workbook is protected by a password. Save a copy without one, and send that file."
            )
        self.names = frozenset(names)
        self._tags = 0

    def walk(
        self,
        part: str,
        *,
        start: Callable[[str, Attributes], None] | None = None,
        end: Callable[[str], None] | None = None,
        parser: expat.XMLParserType | None = None,
    ) -> None:
        """Read a part to its end, calling `start` and `end` for its elements.

        Its checksum and its length are checked on the way: what its header promised is what another program unpacks.
        """
        parser = parser or expat.ParserCreate()
        # Otherwise every line of a text is a call of its own, and a text may be nothing but lines.
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.StartElementHandler, parser.EndElementHandler = start, end
        try:
            with self._zip.open(part) as unpacked:
                while chunk := unpacked.read(_CHUNK):
                    self._count_tags(chunk)
                    parser.Parse(chunk, False)
                parser.Parse(b"", True)
        except (
            expat.ExpatError,
            zipfile.BadZipFile,
            zlib.error,
            LookupError,  # a part that is not there, or letters in an encoding that nobody knows
            ValueError,  # a row's number of thousands of figures
            NotImplementedError,
            EOFError,
            RuntimeError,
            OSError,
        ):
            raise damaged() from None

    def _count_tags(self, chunk: bytes) -> None:
        self._tags += chunk.count(b"<")
        if self._tags > MAX_TAGS:
            raise FileProblem(
                "This workbook holds far more cells than a register, most of them perhaps empty. Copy the machines into a new "
                "workbook and send that."
            )


def local(name: str) -> str:
    """Return an element's name without its namespace's prefix."""
    return name.rpartition(":")[2]


def damaged() -> FileProblem:
    """Return the refusal of a workbook that cannot be read."""
    return FileProblem(f"This workbook is damaged and cannot be read. {SAVE_AS}")


def _refuse_doctype(*_: object) -> None:
    raise FileProblem(
        f"This workbook defines words of its own in its XML, which no spreadsheet program does. {SAVE_AS}"
    )
