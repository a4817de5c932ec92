"""What docs/importing.md says that words mean is what the code makes of them."""

from datetime import date
from pathlib import Path

import pytest

from assets.domain.dates import NotADate, PartialDate, implausible, read_date
from assets.domain.money import NotAnAmount, read_pence
from assets.domain.money import implausible as implausible_price
from assets.domain.readings import NOTHING, read_cell
from assets.domain.vocabulary import Precision
from tests.builders.registers import ON, register

PAGE = Path(__file__).parents[3] / "docs" / "importing.md"


@pytest.fixture(scope="module")
def said() -> dict[str, list[str]]:
    """What the table says of the words in each of its rows, with those words."""
    rows = [
        line.strip("| \n").split(" | ") for line in PAGE.read_text().splitlines() if line.startswith("| ")
    ]
    return {row[1]: row[0].replace("£490,000", "£490000").split(", ") for row in rows[1:]}


def words(said: dict[str, list[str]], beginning: str, nth: int = 0) -> list[str]:
    return [each for meaning, each in said.items() if meaning.startswith(beginning)][nth]


@pytest.mark.parametrize(
    ("beginning", "read"),
    [
        ("June 2012, known to the month", PartialDate(date(2012, 6, 1), Precision.MONTH)),
        ("1 June 2012: day before month", PartialDate(date(2012, 6, 1), Precision.DAY)),
    ],
)
def test_dates(said, beginning, read):
    assert {read_date(word, on=ON) for word in words(said, beginning)} == {read}


def test_years(said):
    assert {read_date(word, on=ON).precision for word in words(said, "the year, known to the year")} == {
        Precision.YEAR
    }


def test_refused_dates(said):
    for word in words(said, "refused: a financial year") + ["0000-00-00"]:
        with pytest.raises(NotADate):
            read_date(word, on=ON)
    for word in words(said, "refused: what programs make")[:2]:
        assert implausible(read_date(word, on=ON))


def test_prices(said):
    assert {read_pence(word) for word in words(said, "pounds without VAT")} == {49_000_000, 120_000_000}
    *refused, too_little = words(said, "refused, with what to write instead")
    for word in refused:
        with pytest.raises(NotAnAmount):
            read_pence(word)
    assert implausible_price(read_pence(too_little))


def test_not_known(said):
    *unknown, _ = words(said, "not known; never nought")
    assert unknown
    assert all(read_cell("price_paid_pence", word, on=ON, register=register()) == NOTHING for word in unknown)
