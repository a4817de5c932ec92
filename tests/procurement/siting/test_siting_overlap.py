"""Candidates that would serve the same people are named in pairs."""

from decimal import Decimal

from assets.domain.vocabulary import Modality
from networks.domain.distance import Place
from procurement.domain.siting_overlap import Sited, overlaps

HERE = Place(Decimal("54.0"), Decimal("-2.0"))
NEAR = Place(Decimal("54.1"), Decimal("-2.0"))
FAR = Place(Decimal("54.5"), Decimal("-2.0"))


def test_pairs_of_one_modality_on_one_site_or_near_each_other_are_named():
    ct, mri = Modality.CT, Modality.MRI
    found = overlaps(
        [
            Sited("B", ct, 1, HERE),
            Sited("A", ct, 1, None),
            Sited("C", ct, 2, NEAR),
            Sited("D", ct, 3, FAR),
            Sited("E", mri, 1, HERE),
            Sited("F", ct, 4, None),
        ]
    )
    assert found == ["A and B are for the same site.", "B and C would be 11.1 km apart."]


def test_nothing_is_said_of_one_alone():
    assert overlaps([Sited("A", Modality.CT, 1, HERE)]) == []
    assert overlaps([]) == []
