"""The specification files: that ours are sound, and that faulty ones are refused with words that help."""

import csv
import shutil
from datetime import date
from pathlib import Path

import pytest

from assets.domain.vocabulary import Modality
from procurement.domain.specification import RequirementType
from procurement.domain.specification_files import FOLDER, FaultyFile, read_folder

CPV = Path("../shared/data/cpv/cpv_imaging_2008.csv")
STANDARDS = read_folder()


def test_every_modality_has_specifications_and_exactly_one_default():
    assert {standard.code for standard in STANDARDS} >= {
        "CT-STD", "CT-CARD", "MRI-15T", "MRI-3T", "XR-DR", "XR-MOB", "XR-FLU", "MG-TOMO",
    }  # fmt: skip
    defaults = {standard.modality: standard.code for standard in STANDARDS if standard.is_default}
    assert defaults == {
        Modality.CT: "CT-STD",
        Modality.MRI: "MRI-15T",
        Modality.XRAY: "XR-DR",
        Modality.MAMMOGRAPHY: "MG-TOMO",
    }


@pytest.mark.skipif(not CPV.exists(), reason=f"{CPV} is not beside the project")
def test_cpv_codes_exist():
    with CPV.open(encoding="utf-8") as file:
        known = {row["code"].split("-")[0]: row["name"] for row in csv.DictReader(file)}
    assert {s.code: s.content.cpv_code for s in STANDARDS if s.content.cpv_code not in known} == {}
    assert known["33115100"] == "CT scanners"


@pytest.mark.parametrize("standard", STANDARDS, ids=lambda standard: standard.code)
def test_each_specification_is_worth_tendering(standard):
    requirements = standard.content.requirements
    assert len(requirements) >= 35
    assert {r.type for r in requirements} >= {
        RequirementType.NUMBER,
        RequirementType.YES,
        RequirementType.TEXT,
    }
    assert any(not r.is_mandatory for r in requirements)
    assert all(r.unit for r in requirements if r.type is RequirementType.NUMBER)
    assert len({r.group for r in requirements}) >= 6


@pytest.mark.parametrize("standard", STANDARDS, ids=lambda standard: standard.code)
def test_each_price_names_its_source_or_says_that_it_is_an_assumption(standard):
    content = standard.content
    assert "planning assumption, to be replaced by your own benchmark" in content.price_source or (
        content.works_pence == 0 and "Contracts Finder" in content.price_source
    )
    assert content.price_base_on <= standard.published_on
    assert all(500 <= discount <= 800 for _, discount in content.tiers)


def test_prices_taken_from_published_figures_are_those_figures():
    price = {s.code: s.content.unit_price_pence for s in STANDARDS}
    assert price["CT-STD"] == (49_000_000 + 65_000_000) // 2
    assert price["MRI-15T"] == (80_000_000 + 85_000_000) // 2
    assert price["XR-DR"] == round(37_744_114 / 2, -2)
    assert price["XR-MOB"] == round(28_255_766 / 3, -2)


def copied(tmp_path: Path, file_name: str, old: str, new: str) -> Path:
    """The rules folder with one text replaced, which must occur."""
    shutil.copytree(FOLDER, tmp_path / "rules")
    path = tmp_path / "rules" / file_name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return tmp_path / "rules"


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('code = "CT-STD"', "", "CT-STD.toml: 'code' is missing"),
        ('code = "CT-STD"', 'code = "CT-CARD"', "CT-CARD is specified in two files"),
        ("is_default = true", "", "CT needs exactly one default specification; it has none"),
        ('modality = "CT"', 'modality = "PET"', "CT-STD.toml: 'PET' is not a valid Modality"),
        ("[[group]]", "[[group", "CT-STD.toml is not a TOML file"),
        ('number = "1.2"', 'number = "1.1"', "requirement number 1.1 is given twice"),
        ("minimum = 64,", "", r"Requirement 1.1 \(Detector rows\) is a number and needs a minimum"),
        ("minimum = 64", "mininum = 64", "mininum is not a key"),
        ("published_on = 2026-11-24", 'published_on = "soon"', "a date is written as 2026-11-24"),
        ('cpv_code = "33115100"', 'cpv_code = "33115100-0"', "eight digits"),
        ("discount_basis_points = 800", "discount_basis_points = 300", "may not cost more in a larger"),
        ('"Mechanical", "By reconstruction"', '"Mechanical"', "at least two answers"),
        (
            ', unit = "cm", minimum = 70',
            ', unit = "cm", minimum = 70, maximum = 60',
            "minimum above its maximum",
        ),
    ],
)
def test_a_faulty_file_is_refused_in_words(tmp_path, old, new, complaint):
    with pytest.raises(FaultyFile, match=complaint):
        read_folder(copied(tmp_path, "CT-STD.toml", old, new))


def test_numbers_are_kept_exactly():
    rotation = next(
        r for s in STANDARDS if s.code == "CT-STD" for r in s.content.requirements if r.number == "1.4"
    )
    assert str(rotation.maximum) == "0.5"
    assert rotation.asks == "at most 0.5 s"
    assert isinstance(STANDARDS[0].published_on, date)
