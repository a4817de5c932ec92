from dataclasses import replace
from decimal import Decimal

import pytest

from procurement.domain.specification import (
    Change,
    ChangeKind,
    Requirement,
    RequirementType,
    changes,
    tiers_in_words,
)
from procurement.domain.specification_files import read_folder

CT = next(standard.content for standard in read_folder() if standard.code == "CT-STD")
BORE = Requirement(
    number="1.3",
    group="Detector and gantry",
    name="Bore diameter",
    type=RequirementType.NUMBER,
    evidence="Data sheet",
    is_mandatory=True,
    unit="cm",
    minimum=Decimal(70),
)


def with_requirement(number: str, **parts: object):
    return replace(
        CT,
        requirements=tuple(
            replace(r, **parts) if r.number == number else r  # type: ignore[arg-type]
            for r in CT.requirements
        ),
    )


@pytest.mark.parametrize(
    ("minimum", "maximum", "unit", "words"),
    [
        (Decimal("70.000"), None, "cm", "at least 70 cm"),
        (None, Decimal("0.500"), "s", "at most 0.5 s"),
        (Decimal(70), Decimal(140), "kV", "between 70 and 140 kV"),
        (Decimal("1.5"), Decimal("1.500"), "T", "exactly 1.5 T"),
        (Decimal(98), None, "%", "at least 98%"),
        (Decimal(20000), None, "", "at least 20,000"),
    ],
)
def test_a_range_reads_as_people_say_it(minimum, maximum, unit, words):
    assert replace(BORE, minimum=minimum, maximum=maximum, unit=unit).asks == words


def test_equal_content_has_no_changes():
    assert changes(CT, replace(CT)) == ()


def test_a_raised_minimum_is_named_with_both_values():
    assert changes(CT, with_requirement("1.3", minimum=Decimal(80))) == (
        Change(
            ChangeKind.CHANGED, "1.3 Bore diameter", "at least 70 cm, mandatory", "at least 80 cm, mandatory"
        ),
    )


def test_a_requirement_made_desirable_is_a_change():
    (change,) = changes(CT, with_requirement("1.3", is_mandatory=False))
    assert (change.before, change.after) == ("at least 70 cm, mandatory", "at least 70 cm, desirable")


def test_added_and_removed_requirements_are_named():
    fewer = replace(CT, requirements=CT.requirements[1:])
    (removed,) = changes(CT, fewer)
    assert (removed.kind, removed.what, removed.after) == (ChangeKind.REMOVED, "1.1 Detector rows", "")
    (added,) = changes(fewer, CT)
    assert (added.kind, added.what, added.before) == (ChangeKind.ADDED, "1.1 Detector rows", "")
    assert added.after == "at least 64 rows, mandatory; evidence: Data sheet"


def test_facts_come_first_and_read_in_words():
    after = replace(
        with_requirement("1.3", evidence="Drawing"),
        unit_price_pence=60_000_050,
        tiers=((2, 650),),
        lead_time_months=8,
    )
    assert [(c.what, c.before, c.after) for c in changes(CT, after)] == [
        ("Indicative price of one, ex VAT", "£570,000", "£600,000.50"),
        ("Lead time", "9 months", "8 months"),
        ("Quantity discounts", "5% off from 3, 8% off from 6", "6.5% off from 2"),
        ("1.3 Bore diameter", "evidence: Data sheet", "evidence: Drawing"),
    ]
    assert tiers_in_words(()) == "none"
