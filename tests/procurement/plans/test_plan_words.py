import pytest

from procurement.domain.plan_words import decided, planned_id
from procurement.domain.planning.result import Kind


@pytest.mark.parametrize(
    ("decision", "words"),
    [
        ((Kind.REPLACE, 2028), "Replaced in 2028/29"),
        ((Kind.KEEP, None), "Kept throughout"),
        ((Kind.REPLACE, None), "Kept throughout"),
        ((Kind.UPGRADE, 2032, 2028), "Upgraded in 2028/29, replaced in 2032/33"),
        ((Kind.UPGRADE, None, 2028), "Upgraded in 2028/29"),
        ((Kind.RETIRE, 2029), "Retired in 2029/30"),
        ((Kind.ADD, 2030), "Added in 2030/31"),
    ],
)
def test_a_decision_is_said_in_words(decision, words):
    assert decided(*decision) == words


def test_a_candidate_that_is_not_sited_is_not_kept_but_not_added():
    assert decided(Kind.KEEP, None, is_candidate=True) == "Not added"


def test_a_planned_machine_is_an_asset_or_a_candidate():
    assert (planned_id(7, None), planned_id(None, 7)) == (7, -7)
    for asset, candidate in ((None, None), (1, 2)):
        with pytest.raises(ValueError, match="an asset or a candidate"):
            planned_id(asset, candidate)
