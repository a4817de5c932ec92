"""Reading headers: which files count, which do not, and how much is read of them."""

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.domain.dicom_devices import real_serial
from assets.domain.problems import FileProblem
from assets.imports import dicom_headers
from assets.imports.dicom_headers import read_folder, read_upload
from tests.builders.dicom import SECONDARY_CAPTURE, dicom_file, zipped


def upload(content: bytes):
    return read_upload(io.BytesIO(content))


def counts(found) -> tuple[int, int, int, int]:
    return found.read, found.others, found.unreadable, found.captures


def test_one_device_of_many_files():
    files = [dicom_file(study_date=f"2026{month:02}15") for month in range(1, 8)]
    found = upload(zipped(*files))
    [device] = found.gathering.devices()
    assert counts(found) == (7, 0, 0, 0)
    assert (device.manufacturer, device.model, device.serial, device.station) == (
        "SIEMENS",
        "SOMATOM Force",
        "73001",
        "CT01",
    )
    assert device.files == 7
    # Of the days of studies only the months are kept.
    assert (device.first_month.isoformat(), device.last_month.isoformat()) == ("2026-01-01", "2026-07-01")


def test_a_single_file_is_an_upload_too():
    assert counts(upload(dicom_file())) == (1, 0, 0, 0)


def test_what_is_no_picture_of_a_scanner_is_passed_over_and_counted(tmp_path):
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "IM0001").write_bytes(dicom_file())
    (tmp_path / "notes.txt").write_text("MARKER")
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "broken").write_bytes(b"\0" * 128 + b"DICM" + b"\xff" * 50)
    (tmp_path / "screen").write_bytes(dicom_file(sop_class=SECONDARY_CAPTURE))
    (tmp_path / "report").write_bytes(dicom_file(modality=""))
    (tmp_path / "link").symlink_to(tmp_path / "deep" / "er" / "IM0001")
    found = read_folder(tmp_path)
    assert counts(found) == (1, 3, 1, 1)
    assert found.words == (
        "1 DICOM file read; 3 passed over because they are no DICOM images; 1 passed over because they cannot be read; "
        "1 passed over because a workstation made them"
    )


def test_a_header_longer_than_what_is_read_at_first():
    found = upload(dicom_file(padding=200_000))
    assert found.gathering.devices()[0].serial == "73001"
    # Beyond the most that is read nothing is guessed.
    assert counts(upload(dicom_file(padding=1 << 21))) == (0, 0, 1, 0)


def test_a_compressed_file_is_not_unpacked():
    content = dicom_file().replace(b"1.2.840.10008.1.2.1\x00", b"1.2.840.10008.1.2.1.99")
    assert counts(upload(content)) == (0, 0, 1, 0)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "neither a DICOM file nor a ZIP"),
        (b"PK\x03\x04 not really", "damaged"),
        (b"%PDF-1.7", "neither a DICOM file nor a ZIP"),
    ],
)
def test_what_is_no_upload_is_refused_in_words(content, said):
    with pytest.raises(FileProblem, match=said):
        upload(content)


def test_an_archive_with_too_much_in_it_is_refused(monkeypatch):
    monkeypatch.setattr(dicom_headers, "MAX_FILES", 3)
    with pytest.raises(FileProblem, match="4 files"):
        upload(zipped(*[b"x"] * 4))
    monkeypatch.setattr(dicom_headers, "MAX_UNPACKED_BYTES", 40_000)
    with pytest.raises(FileProblem, match="unpack to more than"):
        upload(zipped(b"\0" * 10**6, b"\0" * 10**6))


def test_a_bomb_is_read_no_further_than_its_beginning():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb", b"\0" * 50_000_000)
    assert counts(upload(content.getvalue())) == (0, 1, 0, 0)


def test_a_protected_archive_is_refused():
    content = bytearray(zipped(dicom_file()))
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        at = content.index(mark) + (6 if mark == b"PK\x03\x04" else 8)
        content[at] |= 1
    with pytest.raises(FileProblem, match="password"):
        upload(bytes(content))


def test_no_such_folder(tmp_path):
    with pytest.raises(FileProblem, match="no such folder"):
        read_folder(tmp_path / "nowhere")


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.integers(0, 900))
def test_no_bytes_are_answered_with_a_fault(noise, at):
    content = bytearray(dicom_file())
    content[at : at + len(noise)] = noise
    try:
        found = upload(bytes(content))
    except FileProblem:
        return
    assert sum(counts(found)) >= 1


def test_odd_values_are_one_line_of_visible_text():
    found = upload(dicom_file(model="SOMATOM\tForce", more={"Manufacturer": ["SIEMENS", "Other"]}))
    [device] = found.gathering.devices()
    assert (device.manufacturer, device.model) == ("SIEMENS", "SOMATOM Force")


@pytest.mark.parametrize(
    "text", ["", "0", "0000", "UNKNOWN", "n/a", "XXXX", "S/N", "Anonymized", "12345", "-", "1111111", "none"]
)
def test_placeholders_are_no_serial_numbers(text):
    assert not real_serial(text)


@pytest.mark.parametrize("text", ["73001", "A1", "SN00432", "0012X"])
def test_serial_numbers_are(text):
    assert real_serial(text)
