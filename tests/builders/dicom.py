"""DICOM files as scanners write them, full of a patient who must leave no trace."""

import io
import zipfile
from collections.abc import Mapping

from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

PATIENT = {
    "PatientName": "MARKER-NAME^Quillon",
    "PatientID": "MARKER-ID-777",
    "PatientBirthDate": "19310203",
    "PatientAddress": "MARKER-ADDRESS 1 Test Lane",
    "PatientComments": "MARKER-COMMENT",
    "OtherPatientNames": "MARKER-OTHER^Name",
    "MilitaryRank": "MARKER-RANK",
    "AccessionNumber": "MARKER-ACC",
    "StudyID": "MARKER-STUDY",
    "StudyDescription": "MARKER-DESCRIPTION",
    "ReferringPhysicianName": "MARKER-REFERRER^Dr",
    "OperatorsName": "MARKER-OPERATOR",
    "InstitutionName": "MARKER-HOSPITAL",
    "InstitutionAddress": "MARKER-STREET",
    "AdmittingDiagnosesDescription": "MARKER-DIAGNOSIS",
}
"""Values of tags that are nobody's business here."""

MARKERS = ("MARKER", "Quillon", "19310203")
"""What none of our outputs may hold."""

_CLASSES = {
    "CT": "1.2.840.10008.5.1.4.1.1.2",
    "MR": "1.2.840.10008.5.1.4.1.1.4",
    "CR": "1.2.840.10008.5.1.4.1.1.1",
    "DX": "1.2.840.10008.5.1.4.1.1.1.1",
    "MG": "1.2.840.10008.5.1.4.1.1.1.2",
    "RF": "1.2.840.10008.5.1.4.1.1.12.2",
}
SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"


def dicom_file(
    *,
    modality: str = "CT",
    manufacturer: str = "SIEMENS",
    model: str = "SOMATOM Force",
    serial: str = "73001",
    station: str = "CT01",
    study_date: str = "20260311",
    sop_class: str = "",
    padding: int = 0,
    syntax: str = ExplicitVRLittleEndian,
    more: Mapping[str, object] | None = None,
) -> bytes:
    """Return a small image of one device. An empty text leaves its tag out; `padding` are bytes before the model's tag."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = sop_class or _CLASSES.get(modality, "1.2.840.10008.5.1.4.1.1.6.1")
    meta.MediaStorageSOPInstanceUID = generate_uid(entropy_srcs=[manufacturer, model, serial, station])
    meta.TransferSyntaxUID = syntax
    dataset = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    dataset.SOPClassUID = meta.MediaStorageSOPClassUID
    dataset.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
    given = {
        "Modality": modality,
        "Manufacturer": manufacturer,
        "ManufacturerModelName": model,
        "DeviceSerialNumber": serial,
        "StationName": station,
        "StudyDate": study_date,
    }
    for name, value in {**PATIENT, **given, **(more or {})}.items():
        if value:
            setattr(dataset, name, value)
    if padding:
        dataset.add_new(0x00081080, "UT", "x" * padding)
    request = Dataset()
    request.RequestedProcedureDescription = "MARKER-REQUEST"
    dataset.RequestAttributesSequence = Sequence([request])
    private = dataset.private_block(0x0011, "MARKER-PRIVATE", create=True)
    private.add_new(0x01, "LO", "MARKER-PRIVATE-VALUE")
    dataset.Rows = dataset.Columns = 2
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 8, 8, 7
    dataset.SamplesPerPixel, dataset.PixelRepresentation = 1, 0
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.PixelData = b"PIXL"
    content = io.BytesIO()
    dataset.save_as(content, enforce_file_format=True)
    return content.getvalue()


def zipped(*files: bytes, names: str = "MARKER-NAME_Quillon_{}.dcm") -> bytes:
    """Return a ZIP of files, by names that a patient's may stand in."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, file in enumerate(files, 1):
            archive.writestr(names.format(number), file)
    return content.getvalue()
