"""Scanners per million people."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.domain.density import PerMillion, references
from networks.domain.population import Persons


@given(st.integers(0, 20_000), st.integers(1, 100_000_000))
def test_it_is_machines_over_millions_rounded_half_up(machines: int, persons: int) -> None:
    slow = (Decimal(machines) * 1_000_000 / persons).quantize(Decimal("0.1"), ROUND_HALF_UP)
    assert PerMillion(machines, Persons(persons, 2023)).figure == slow


@pytest.mark.parametrize(
    ("machines", "persons", "text"),
    [(110, 11_000_000, "10.0"), (1, 4_000_000, "0.3"), (0, 1_000_000, "0.0"), (5, None, "not known")],
)
def test_examples(machines: int, persons: int | None, text: str) -> None:
    assert PerMillion(machines, Persons(persons, 2023, why_not_known="no figure")).text == text


def test_the_words_name_numerator_denominator_and_year() -> None:
    assert PerMillion(110, Persons(11_000_000, 2023)).words == "110 machines, 11,000,000 persons in 2023"
    assert PerMillion(1, Persons(None, why_not_known="no figure")).words == (
        "1 machine, population not known: no figure"
    )


def test_published_figures_are_named_with_area_year_and_source() -> None:
    assert [found.words for found in references()] == [
        "United Kingdom 2021: 10.0 CT per million",
        "United Kingdom 2021: 8.6 MRI per million",
    ]
    assert all(found.source for found in references())
