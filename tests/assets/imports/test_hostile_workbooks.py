"""Archives that are right in form and say what no program writes: refused in words, never a fault of ours."""

import io
import struct
import zipfile

import pytest

from assets.imports.attachment_file import NotTaken, content_type_of
from tests.assets.imports.test_files import SMALL, refusal, repacked


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(b'<row r="2"', b'<row r="' + b"9" * 5_000 + b'"', id="a row's number of 5,000 figures"),
        pytest.param(b'encoding="UTF-8"', b'encoding="x-nonsense"', id="an encoding nobody knows"),
    ],
)
def test_a_sheet_that_says_what_cannot_be_is_damaged(old, new):
    spoilt = repacked(SMALL, sheet1=lambda data: data.replace(old, new, 1).replace(old.lower(), new, 1))
    assert spoilt != SMALL
    assert "damaged" in refusal(spoilt)


def test_an_attached_archive_whose_list_would_begin_before_the_file_is_refused():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        made.writestr("[Content_Types].xml", b"<x/>")
    spoilt = bytearray(content.getvalue())
    struct.pack_into("<L", spoilt, len(spoilt) - 22 + 12, 24_174)  # how long the list is said to be
    with pytest.raises(NotTaken, match="not a kind of file"):
        content_type_of(io.BytesIO(bytes(spoilt)), "a.docx", len(spoilt))
