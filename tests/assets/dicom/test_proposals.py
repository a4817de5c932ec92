"""What devices propose: which are machines of the register, which are new, which cannot be told."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from assets.domain.dicom_devices import MODALITIES, Header, gathered, normal_serial, real_serial
from assets.domain.dicom_proposals import Proposes, Standing, propose
from assets.domain.vocabulary import Modality

SITE = 11


def header(modality="CT", maker="SIEMENS", model="Force", serial="73001", station="CT01", **more) -> Header:
    return Header(modality, maker, model, serial, station, **more)


def standing(pk=1, *, modality=Modality.CT, serial="", station="", site_id=SITE, **more) -> Standing:
    usual = {"is_retired": False, "manufacturer": "Siemens Healthineers", "model_name": "Force"}
    return Standing(
        id=pk,
        reference=f"A{pk:06d}",
        site_id=site_id,
        site_name="Ash site",
        modality=modality,
        serial_number=serial,
        station_name=station,
        **usual | more,
    )


def proposed(headers, machines=()):
    return propose(gathered(headers), machines, site_id=SITE, site_code="RAA01")


def test_one_proposal_for_each_device_not_for_each_file():
    found = proposed([header()] * 300 + [header(serial="73002", station="CT02")] * 200)
    assert [(p.device.files, p.proposes) for p in found] == [(300, Proposes.NEW), (200, Proposes.NEW)]
    assert found[0].cells == {
        "site_code": "RAA01",
        "modality": "CT",
        "manufacturer": "SIEMENS",
        "model_name": "Force",
        "serial_number": "73001",
        "station_name": "CT01",
    }


def test_a_machine_is_found_by_its_serial_however_it_is_written():
    for serial in ("73001", " 73-001", "0073001", "73 001"):
        [found] = proposed([header(serial="0073001")], [standing(serial=serial), standing(2, serial="9")])
        assert (found.proposes, found.machine.id) == (Proposes.MATCH, 1)
        # What the register says already is left as it is; what it lacks is filled in.
        assert found.cells == {"reference": "A000001", "station_name": "CT01"}


def test_a_machine_without_a_serial_is_found_by_its_station():
    [found] = proposed([header()], [standing(station="ct01")])
    assert (found.proposes, found.cells) == (
        Proposes.MATCH,
        {"reference": "A000001", "serial_number": "73001"},
    )
    [found] = proposed([header(serial="UNKNOWN")], [standing(serial="5", station="CT01")])
    assert (found.proposes, found.cells) == (Proposes.MATCH, {"reference": "A000001"})


def test_what_cannot_be_told():
    cases = {
        "have this serial number": ([header()], [standing(serial="73001"), standing(2, serial="73-001")]),
        "but is no CT": ([header()], [standing(serial="73001", modality=Modality.MRI)]),
        "whose serial number is 5": ([header()], [standing(serial="5", station="CT01")]),
        "neither a serial number nor a station name": ([header(serial="0", station="")], []),
        "It may be A000001": ([header(serial="")], [standing()]),
        "hybrid": ([header(), header(modality="PT")], []),
        "several modalities": ([header(), header(modality="MR")], []),
        "not plain which": (
            [header(serial="")],
            [standing(serial="1", station="CT01"), standing(2, serial="2", station="CT01")],
        ),
        "2 devices of these files fit A000001": (
            [header(serial=""), header(serial="73001", station="CT09")],
            [standing(serial="73001", station="CT01")],
        ),
    }
    for said, (headers, machines) in cases.items():
        found = proposed(headers, machines)
        assert {p.proposes for p in found} == {Proposes.UNCLEAR}, said
        assert all(said in p.reason for p in found), (said, found[0].reason)
        assert all(p.machine is None for p in found)


def test_other_modalities_are_outside_the_register():
    for code in ("US", "NM", "SR", "XA", "PT", "OT"):
        [found] = proposed([header(modality=code)])
        assert (found.proposes, found.cells) == (Proposes.OUTSIDE, {})
        assert code in found.reason


def test_kinds_of_x_ray_as_far_as_headers_say():
    words = {
        ("CR",): "CR",
        ("DX",): "DR",
        ("CR", "DX"): "X-ray",
        ("RF",): "Fluoroscopy",
        ("DX", "RF"): "Fluoroscopy",
        ("MG",): "Mammography",
        ("MR",): "MRI",
    }
    for codes, said in words.items():
        [found] = proposed([header(modality=code) for code in codes])
        assert found.cells["modality"] == said
    [plates] = proposed([header(modality="CR")])
    assert "plate reader" in plates.notes[0]


def test_conflicting_station_names_are_listed_and_not_proposed():
    [several] = proposed([header(), header(station="CT02")])
    assert "several station names" in several.notes[0]
    assert "CT01 (1 files), CT02 (1 files)" in several.notes[0]
    assert "station_name" not in several.cells
    found = proposed([header(), header(serial="73002")])
    assert all("Other devices of these files are called CT01" in p.notes[0] for p in found)
    assert all("station_name" not in p.cells for p in found)


def test_a_machine_elsewhere_or_retired_is_said_to_be():
    [found] = proposed([header()], [standing(serial="73001", site_id=99, is_retired=True)])
    assert found.notes == [
        "A000001 is retired in the register.",
        "The register has A000001 at Ash site. If it has moved, move it on its own page.",
    ]


def test_a_maker_that_renamed_itself_is_one_maker():
    [found] = proposed([header(), header(maker="Siemens Healthineers")])
    assert found.device.files == 2
    assert "in several ways" in found.notes[0]


texts = st.sampled_from(["", "0", "73001", "0073001", "73 001", "B-5", "UNKNOWN"])
headers = st.builds(
    Header,
    st.sampled_from([*MODALITIES, "US"]),
    st.sampled_from(["", "SIEMENS", "Siemens Healthineers", "GE"]),
    st.sampled_from(["", "Force", "FORCE"]),
    texts,
    st.sampled_from(["", "CT01", "ct01", "MR1"]),
    st.one_of(st.none(), st.dates(date(2020, 1, 1), date(2026, 1, 1))),
)
machines = st.lists(
    st.builds(standing, st.integers(1, 9), modality=st.sampled_from(Modality), serial=texts),
    unique_by=lambda machine: machine.id,
)


@given(st.lists(headers, max_size=30), machines)
def test_every_file_counts_once_and_no_machine_twice(read, held):
    found = propose(gathered(read), held, site_id=SITE, site_code="RAA01")
    assert sum(p.device.files for p in found) == len(read)
    matched = [p.machine.id for p in found if p.machine]
    assert len(matched) == len(set(matched))
    for proposal in found:
        serials = {normal_serial(text) for text in proposal.device.serials}
        assert len(serials) <= 1
        assert all(real_serial(text) for text in proposal.device.serials)
        if proposal.machine is not None:
            assert proposal.device.register_modalities == {proposal.machine.modality}
            own = proposal.machine.serial_number
            assert not (serials and real_serial(own)) or normal_serial(own) in serials


@given(st.lists(headers, max_size=15))
def test_the_order_of_files_does_not_matter(read):
    one, other = gathered(read), gathered(list(reversed(read)))
    assert sorted((d.label, d.files) for d in one) == sorted((d.label, d.files) for d in other)
