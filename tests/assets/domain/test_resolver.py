"""Names to makers and models: what is recorded is certain, what is close is proposed, nothing is guessed."""

import csv
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.domain.catalogue import Catalogue, CatalogueMaker, CatalogueModel, spelling_of
from assets.domain.catalogue_file import catalogue_of, makers_file, read_makers
from assets.domain.resolver import Resolver, State, resolve
from assets.domain.spelling_slips import are_close, slips
from assets.domain.vocabulary import Modality

NAMES_SEEN = Path("../shared/data/device-names/dicom_manufacturer_model_counts.csv")
MODALITIES = {
    "CT": Modality.CT,
    "MR": Modality.MRI,
    "MG": Modality.MAMMOGRAPHY,
    "CR": Modality.XRAY,
    "DX": Modality.XRAY,
}
CATALOGUE = catalogue_of(makers_file())
RESOLVER = Resolver(CATALOGUE)

CERTAIN, PROPOSED, NO_MAKER, UNRESOLVED = State
CASES = [
    ("SIEMENS", "Aera", Modality.MRI, CERTAIN, "Siemens Healthineers MAGNETOM Aera"),
    ("Siemens HealthCare GmbH", "MAGNETOM Vida", Modality.MRI, CERTAIN, "Siemens Healthineers MAGNETOM Vida"),
    ("SIEMENS", "SOMATOM Definition AS", Modality.CT, CERTAIN, "Siemens Healthineers SOMATOM Definition AS"),
    (
        "SIEMENS",
        "SOMATOM Definition AS+",
        Modality.CT,
        CERTAIN,
        "Siemens Healthineers SOMATOM Definition AS+",
    ),
    ("SIEMENS", "TrioTim", Modality.MRI, CERTAIN, "Siemens Healthineers MAGNETOM Trio Tim"),
    ("GE MEDICAL SYSTEMS", "LightSpeed16", Modality.CT, CERTAIN, "GE HealthCare LightSpeed 16"),
    (
        "ge healthcare",
        "senographe pristina",
        Modality.MAMMOGRAPHY,
        CERTAIN,
        "GE HealthCare Senographe Pristina",
    ),
    ("HOLOGIC, Inc.", "Selenia Dimensions", Modality.MAMMOGRAPHY, CERTAIN, "Hologic Selenia Dimensions"),
    ("TOSHIBA", "Aquilion ONE", Modality.CT, CERTAIN, "Canon Medical Systems Aquilion ONE"),
    ("CANON_MEC", "Aquilion ONE", Modality.CT, CERTAIN, "Canon Medical Systems Aquilion ONE"),
    ("Philips", "IQon - Spectral CT", Modality.CT, CERTAIN, "Philips IQon Spectral CT"),
    ("CARESTREAM HEALTH", "DRX-REVOLUTION", Modality.XRAY, CERTAIN, "Carestream Health DRX-Revolution"),
    ("GE MEDICAL S]STEMS", "LightSpeed VCT", Modality.CT, PROPOSED, "GE HealthCare LightSpeed VCT"),
    ("SIEMENS", "SOMATOM Defintion AS", Modality.CT, PROPOSED, "Siemens Healthineers SOMATOM Definition AS"),
    ("Siemens", "Siemens Aera", Modality.MRI, PROPOSED, "Siemens Healthineers MAGNETOM Aera"),
    ("SIEMENS", "Aera", Modality.CT, PROPOSED, "Siemens Healthineers MAGNETOM Aera"),
    ("", "Avanto_fit", Modality.MRI, PROPOSED, "Siemens Healthineers MAGNETOM Avanto fit"),
    ("Canon", "Aquilion ONE", Modality.CT, PROPOSED, "Canon Medical Systems Aquilion ONE"),
    ("not known", "Aera", Modality.MRI, PROPOSED, "Siemens Healthineers MAGNETOM Aera"),
    (
        "GE MEDICAL SYSTEMS",
        "Senographe Essential ADS_56.21.3",
        Modality.MAMMOGRAPHY,
        PROPOSED,
        "GE HealthCare Senographe Essential",
    ),
    ("MIM Software", "Aera", Modality.MRI, NO_MAKER, None),
    ("Confirma Inc.", "CADstream 4.1.0.204", Modality.MRI, NO_MAKER, None),
    ("ADAC", "Pinnacle3", Modality.CT, NO_MAKER, None),
    ("VICTRE", "", Modality.MAMMOGRAPHY, NO_MAKER, None),
    ("Unknown manufacturer", "Unknown model", Modality.MRI, NO_MAKER, None),
    ("Canon Inc.", "Aquilion ONE", Modality.CT, UNRESOLVED, None),
    ("Acme", "Aera", Modality.MRI, UNRESOLVED, None),
    ("Philips", "Aera", Modality.MRI, UNRESOLVED, None),
    ("GE", "", Modality.CT, UNRESOLVED, None),
    ("", "", Modality.CT, UNRESOLVED, None),
    ("GE MEDICAL SYSTEMS", "Optima CT680", Modality.CT, UNRESOLVED, None),
    ("GE MEDICAL SYSTEMS", "Discovery CT", Modality.CT, UNRESOLVED, None),
    ("Canon Medical", "Aquilion Nova", Modality.CT, UNRESOLVED, None),
    ("x" * 500, "Aera", Modality.MRI, UNRESOLVED, None),
    ("シーメンス", "Aera", Modality.MRI, UNRESOLVED, None),
]


@pytest.mark.parametrize(("manufacturer", "model", "modality", "state", "name"), CASES)
def test_names(manufacturer, model, modality, state, name):
    found = RESOLVER.resolve(manufacturer, model, modality)
    assert (found.state, found.why != "") == (state, True), found.why
    names = [CATALOGUE.name_of(candidate.model) for candidate in found.candidates]
    assert names[:1] == ([name] if name else [])
    assert (found.model is not None) is (state is CERTAIN)


def test_every_name_seen_in_public_images_ends_in_one_of_four_ways():
    if not NAMES_SEEN.exists():
        pytest.skip(f"the table of names seen in public images is not beside the project ({NAMES_SEEN})")
    rows = list(csv.DictReader(NAMES_SEEN.read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 120
    found = {
        (row["manufacturer"], row["model"], row["modality"]): RESOLVER.resolve(
            row["manufacturer"], row["model"], MODALITIES[row["modality"]]
        )
        for row in rows
    }
    assert len(found) == 120
    told = {names: each.state for names, each in found.items() if each.state is not CERTAIN}
    assert told == {
        ("GE MEDICAL SYSTEMS", "GENESIS_SIGNA", "MR"): UNRESOLVED,
        ("VICTRE", "", "MG"): NO_MAKER,
        ("", "", "MG"): UNRESOLVED,
        ("Varian Imaging Laboratories, Switzerland", "Trilogy Cone Beam CT", "CT"): UNRESOLVED,
        ("", "", "CT"): UNRESOLVED,
        ("ADAC", "Pinnacle3", "CT"): NO_MAKER,
        ("Unknown manufacturer", "Unknown model", "MR"): NO_MAKER,
        ("", "", "DX"): UNRESOLVED,
        ("GE MEDICAL SYSTEMS", "Discovery QX/i", "CT"): UNRESOLVED,
        ("", "Avanto_fit", "MR"): PROPOSED,
        ("SIEMENS", "", "CT"): UNRESOLVED,
        ("BNI Translational BioImaging", "OsiriX", "MR"): NO_MAKER,
        ("GE MEDICAL SYSTEMS", "Senographe Essential ADS_56.21.3", "MG"): PROPOSED,
        ("", "SOMATOM Definition AS+", "CT"): PROPOSED,
        ("", "LightSpeed16", "CT"): PROPOSED,
        ("GE MEDICAL SYSTEMS", "Senographe Essential DBT Reconstruction Box_01.10.4", "MG"): PROPOSED,
        ("Confirma Inc.", "CADstream 3.0.4 (Build 358)", "MR"): NO_MAKER,
        ("GE", "", "CT"): UNRESOLVED,
        ("GE MEDICAL SYSTEMS", "", "CT"): UNRESOLVED,
        ("", "", "CR"): UNRESOLVED,
        ("GE MEDICAL SYSTEMS", "Discovery CT", "CT"): UNRESOLVED,
        ("GE MEDICAL SYSTEMS", "SenoIris_1SP2(440)", "MG"): NO_MAKER,
        ("SIEMENS", "SonataVision", "MR"): UNRESOLVED,
        ("Confirma Inc.", "CADstream 4.1.0.204", "MR"): NO_MAKER,
    }
    assert Counter(each.state for each in found.values())[CERTAIN] == 96


def _written_like(name: str) -> st.SearchStrategy[str]:
    """Names as they are, and with a sign put in, taken out or changed."""
    places = st.integers(0, len(name))
    return st.one_of(
        st.just(name),
        st.builds(lambda at, sign: name[:at] + sign + name[at:], places, st.characters()),
        st.builds(lambda at: name[:at] + name[at + 1 :], places),
        st.just(name.upper()),
    )


makers = st.one_of(
    st.text(max_size=30),
    st.sampled_from([m.name for m in CATALOGUE.makers] + ["Canon", "SIEMENS"]).flatmap(_written_like),
)
models = st.one_of(
    st.text(max_size=30), st.sampled_from([m.name for m in CATALOGUE.models]).flatmap(_written_like)
)
modalities = st.sampled_from([None, *Modality])


@given(makers, models, modalities)
def test_no_candidate_is_of_a_maker_that_is_not_written(manufacturer, model, modality):
    """A candidate's maker stands in the line of one that is written, by a spelling or with a slip of the keyboard in it;
    or no maker is written at all, and the model is, as recorded. It never raises."""
    found = RESOLVER.resolve(manufacturer, model, modality)
    assert bool(found.candidates) is (found.state in (CERTAIN, PROPOSED))
    written = spelling_of(manufacturer)
    spellings = {
        spelling: maker
        for maker in CATALOGUE.makers
        for spelling in (spelling_of(maker.name), *maker.spellings)
    }
    for candidate in found.candidates:
        line = CATALOGUE.lines[candidate.model.maker_id]
        of_line = {s for s, maker in spellings.items() if CATALOGUE.lines[maker.id] == line}
        recorded = written in of_line
        assert (
            recorded
            or written == "canon"
            or any(are_close(each, written) for each in of_line)
            or spelling_of(model) in set(CATALOGUE.spelt(candidate.model))
        )
        if found.state is CERTAIN:
            assert recorded
            assert spelling_of(model) in set(CATALOGUE.spelt(candidate.model))
            assert modality in (None, candidate.model.modality)


@given(models, modalities, st.sampled_from(["Canon Inc.", "CANON INC", "canon, inc.", "Canon Inc"]))
def test_canon_inc_never_becomes_canon_medical(model, modality, manufacturer):
    found = RESOLVER.resolve(manufacturer, model, modality)
    assert found.candidates == ()
    assert found.state in (UNRESOLVED, NO_MAKER)


@given(st.text("abcd1", max_size=8), st.text("abcd1", max_size=8))
def test_slips_are_counted_as_the_slow_way_counts_them(one, other):
    def slow(a: str, b: str) -> int:
        if not a or not b:
            return len(a) + len(b)
        ways = [slow(a[1:], b) + 1, slow(a, b[1:]) + 1, slow(a[1:], b[1:]) + (a[0] != b[0])]
        if len(a) > 1 and len(b) > 1 and a[0] == b[1] and a[1] == b[0]:
            ways.append(slow(a[2:], b[2:]) + 1)
        return min(ways)

    if len(one) + len(other) <= 11:
        assert slips(one, other, 2) == min(slow(one, other), 3)


def test_two_models_with_one_spelling_are_both_proposed():
    maker = CatalogueMaker(1, "Maker")
    twins = tuple(
        CatalogueModel(pk, 1, f"Model {name}", Modality.CT, frozenset({"model"}))
        for pk, name in ((1, "One"), (2, "Two"))
    )
    found = resolve("maker", "MODEL", Catalogue((maker,), twins), modality=Modality.CT)
    assert (found.state, [each.model.id for each in found.candidates]) == (PROPOSED, [1, 2])


def test_makers_that_succeed_each_other_in_a_circle_are_one_line():
    circle = Catalogue((CatalogueMaker(1, "A", successor_id=2), CatalogueMaker(2, "B", successor_id=1)), ())
    assert circle.lines == {1: 1, 2: 1}


def test_a_file_that_gives_one_spelling_to_two_makers_is_refused():
    with pytest.raises(ValueError, match="something else too"):
        read_makers({"maker": [{"name": "A", "spellings": ["Same"]}, {"name": "B", "spellings": ["same"]}]})
