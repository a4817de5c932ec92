from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from networks.domain.organisations import Kind, Link, Organisation, Structure, Tie
from networks.domain.population import Populations, year_for
from networks.models import Event, Population
from networks.queries.organisations import structure
from networks.queries.population import populations
from tests.factories.networks import network_of_trusts

ON = date(2026, 11, 24)
ENGLAND, REGION, NORTH, SOUTH, WHOLE, NETWORK = 1, 2, 3, 4, 5, 6
ASH, BEECH, CEDAR = 11, 12, 13


def _england(on: date = ON, *, merged_on: date | None = None) -> Structure:
    """A region with two ICBs, which become one on `merged_on`; Ash and Beech in the one, Cedar in the other."""
    kinds = {
        ENGLAND: Kind.NATION,
        REGION: Kind.REGION,
        NORTH: Kind.ICB,
        SOUTH: Kind.ICB,
        NETWORK: Kind.NETWORK,
    }
    kinds |= dict.fromkeys((ASH, BEECH, CEDAR), Kind.TRUST)
    links = [
        Link(REGION, ENGLAND, Tie.PART_OF),
        Link(NORTH, REGION, Tie.PART_OF),
        Link(SOUTH, REGION, Tie.PART_OF),
        *(Link(trust, NORTH, Tie.PART_OF) for trust in (ASH, BEECH)),
        Link(CEDAR, SOUTH, Tie.PART_OF),
    ]
    if merged_on:
        kinds[WHOLE] = Kind.ICB
        links += [Link(WHOLE, REGION, Tie.PART_OF, merged_on)]
        links += [Link(old, WHOLE, Tie.SUCCEEDED_BY, merged_on) for old in (NORTH, SOUTH)]
    opened = {WHOLE: merged_on}
    return Structure(
        [Organisation(pk, kind, f"C{pk}", f"{kind} {pk}", opened.get(pk)) for pk, kind in kinds.items()],
        links,
        on=on,
    )


def test_a_region_and_england_are_the_sum_of_their_icbs() -> None:
    found = Populations(_england(), {NORTH: 1_000_000, SOUTH: 500_000}, year=2023, source="ONS")
    assert found.of_region(REGION).number == found.of_england().number == 1_500_000
    assert found.of_region(REGION).words == "1,500,000 persons in 2023"
    assert found.of_icb(NORTH) == 1_000_000


def test_a_missing_icb_makes_the_sum_not_known_and_is_named() -> None:
    found = Populations(_england(), {NORTH: 1_000_000}, year=2023).of_england()
    assert found.number is None
    assert found.words == f"not known: no figure of 2023 for icb {SOUTH}"


def test_predecessors_add_up_to_the_icb_that_took_them_over() -> None:
    figures = {NORTH: 1_000_000, SOUTH: 500_000}
    after = _england(merged_on=date(2026, 4, 1))
    assert Populations(after, figures, year=2023).of_icb(WHOLE) == 1_500_000
    assert Populations(after, figures, year=2023).of_england().number == 1_500_000
    assert Populations(after, {NORTH: 1_000_000}, year=2023).of_icb(WHOLE) is None
    before = _england(date(2026, 3, 31), merged_on=date(2026, 4, 1))
    assert Populations(before, figures, year=2023).of_england().number == 1_500_000


def test_an_icbs_own_figure_goes_before_its_predecessors() -> None:
    figures = {NORTH: 1_000_000, SOUTH: 500_000, WHOLE: 1_550_000}
    found = Populations(_england(merged_on=date(2026, 4, 1)), figures, year=2027)
    assert found.of_region(REGION).number == 1_550_000


def test_trusts_have_a_population_only_where_they_are_all_of_their_icbs() -> None:
    found = Populations(_england(), {NORTH: 1_000_000, SOUTH: 500_000}, year=2023)
    assert found.of_trusts({ASH, BEECH}).number == 1_000_000
    assert found.of_trusts({ASH, BEECH, CEDAR}).number == 1_500_000
    assert found.of_trusts({CEDAR}).number == 500_000
    assert found.of_trusts({ASH}).why_not_known == "it shares its integrated care boards with 1 other trust"
    assert found.of_trusts(set()).number is None


def test_the_newest_year_up_to_the_date_counts() -> None:
    assert year_for({2021, 2023, 2027}, 2026) == 2023
    assert year_for({2023}, 2020) == 2023
    assert year_for(set(), 2026) is None
    assert (
        Populations(_england(), {}, year=None).of_england().why_not_known == "no population has been loaded"
    )


@pytest.mark.django_db
def test_a_file_is_loaded_by_code_or_name_and_again_changes_nothing(tmp_path: Path) -> None:
    orgs = network_of_trusts("Ash")
    icb = orgs["North West ICB"]
    file = tmp_path / "icb_population_2023.csv"
    file.write_text(f"icb_gss,icb_name,population\nE1,{icb.name},1000000\nE2,Elsewhere ICB,5\n")

    def load() -> str:
        out = StringIO()
        call_command("load_population", file, stdout=out)
        return out.getvalue()

    assert "1 added" in (first := load())
    assert "left out: line 3: Elsewhere ICB" in first
    assert "1 unchanged" in load()
    assert Event.objects.filter(action="population.loaded").count() == 1
    row = Population.objects.get()
    assert (row.icb, row.year, row.persons) == (icb, 2023, 1_000_000)
    assert str(row) == f"{icb.name}, 2023: 1,000,000 persons"
    england = structure(on=ON)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = populations(england)
    assert len(queries) == 1
    assert found.of_region(orgs["North West"].pk).number == 1_000_000


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("icb_gss,icb_name\nE1,North\n", "has no column population"),
        ("icb_gss,icb_name,population\nE1,North,many\n", "line 2"),
        ("icb_gss,icb_name,population\nE1,North,0\n", "line 2"),
        ("icb_gss,icb_name,population\nE1,North,5\nE1,North,6\n", "given twice"),
    ],
)
def test_a_bad_file_says_what_is_wrong_and_loads_nothing(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "p_2023.csv"
    file.write_text(text)
    with pytest.raises(CommandError, match=words):
        call_command("load_population", file)
    file.rename(tmp_path / "p.csv")
    with pytest.raises(CommandError, match="--year"):
        call_command("load_population", tmp_path / "p.csv")
    assert not Population.objects.exists()
