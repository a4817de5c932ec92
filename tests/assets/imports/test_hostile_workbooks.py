"""Archives that are right in form and say what no program writes: refused in words, never a fault of ours."""

import struct

import pytest

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


def test_a_part_that_would_begin_before_the_file_is_damaged():
    spoilt = bytearray(SMALL)
    [begins] = struct.unpack_from("<L", spoilt, len(spoilt) - 6)
    struct.pack_into(
        "<L", spoilt, len(spoilt) - 6, begins + 100_000
    )  # where the list of parts is said to begin
    assert "damaged" in refusal(bytes(spoilt))
