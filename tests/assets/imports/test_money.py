from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.domain.entries import written_pounds
from assets.domain.money import NotAnAmount, implausible, read_pence, unsaid


@pytest.mark.parametrize(
    ("text", "pence"),
    [
        ("£490,000", 49_000_000),
        ("490k", 49_000_000),
        ("£1.2m", 120_000_000),
        ("£1.2 million", 120_000_000),
        ("490 000", 49_000_000),
        ("GBP 490,000.50", 49_000_050),
        ("490000 ex VAT", 49_000_000),
        ("£490k + VAT", 49_000_000),
        ("490000.0000", 49_000_000),
        ("408333.3333333", 40_833_333),
        ("408333.335", 40_833_334),
        ("0", 0),
    ],
)
def test_amounts_as_people_write_them(text, pence):
    assert read_pence(text) == pence


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("588,000 inc VAT", "price_vat"),
        ("£588,000 gross", "price_vat"),
        ("$490,000", "price_currency"),
        ("490000 EUR", "price_currency"),
        ("490.000", "price_unreadable"),
        ("1,2m", "price_unreadable"),
        ("4,90,000", "price_unreadable"),
        ("£490-650k", "price_unreadable"),
        ("-490000", "price_unreadable"),
        ("(490,000)", "price_unreadable"),
        ("1e6", "price_unreadable"),
        ("about half a million", "price_unreadable"),
        ("9" * 500, "price_unreadable"),
    ],
)
def test_what_is_no_amount_without_vat_is_refused(text, kind):
    with pytest.raises(NotAnAmount) as refused:
        read_pence(text)
    assert refused.value.kind == kind


@pytest.mark.parametrize(
    "text",
    ["Commercial in confidence", "COMMERCIAL-IN-CONFIDENCE", "CiC", "Confidential", "not disclosed", "s43"],
)
def test_a_price_that_is_not_told_is_unknown(text):
    assert unsaid(text)


def test_a_price_is_not_unsaid():
    assert not unsaid("490k")


def test_implausible_amounts_are_doubted():
    assert implausible(0)
    assert implausible(490_00)
    assert implausible(200_000_000_00)
    assert not implausible(90_000_00)


@given(st.text())
def test_reading_never_fails_otherwise(text):
    unsaid(text)
    with suppress(NotAnAmount):
        assert read_pence(text) >= 0


@given(st.integers(0, 10**11))
def test_what_we_write_we_read(pence):
    assert read_pence(written_pounds(pence)) == pence
