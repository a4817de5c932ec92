"""The ODS files, real where they are at hand, and made up for what the real ones do not do."""

import csv
import string
from collections import Counter
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from networks.actions.mergers import merge_trusts
from networks.domain.access import command
from networks.domain.ods import england, readable_name
from networks.domain.organisations import Kind, Tie
from networks.models import Event, Link, Organisation
from networks.queries.organisations import structure

pytestmark = pytest.mark.django_db
ODS = Path(__file__).parents[2].parent / "shared" / "data" / "ods"
real = pytest.mark.skipif(
    not ODS.is_dir(), reason="the real ODS files are not beside the project (../shared/data/ods)"
)
AS_AT = date(2026, 11, 1)
FILES = {
    "etr": ODS / "etr.csv",
    "sites": ODS / "sites_with_coordinates.csv",
    "icbs": ODS / "icb_names_codes_dec_2024.csv",
    "regions": ODS / "nhs_england_regions.csv",
}


def load(**files: Path) -> str:
    out = StringIO()
    call_command("load_organisations", stdout=out, **files)
    return out.getvalue()


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def etr_row(
    code: str, name: str, region: str = "Y62", icb: str = "QOP", opened: str = "20010401", closed: str = ""
) -> list[str]:
    return [code, name, region, icb, "", "", "", "", "", "M1 1AA", opened, closed, *[""] * 15]


def etr(tmp_path: Path, *rows: list[str], name: str = "etr.csv") -> Path:
    path = tmp_path / name
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


SITE_COLUMNS = "OrganisationCode,OrganisationName,Postcode,Latitude,Longitude,ParentODSCode"


def site_file(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "sites.csv"
    path.write_text("\n".join([SITE_COLUMNS, *rows]), encoding="utf-8")
    return path


def snapshot() -> tuple[list[object], list[object]]:
    return (
        list(Organisation.objects.order_by("pk").values_list()),
        list(Link.objects.order_by("pk").values_list()),
    )


@real
def test_the_real_files_are_read_as_they_are():
    output = load(**FILES)
    trusts = rows_of(FILES["etr"])
    open_then = [r for r in trusts if r[10] <= "20261101" and (not r[11] or r[11] >= "20261101")]
    kinds = Counter(Organisation.objects.values_list("kind", flat=True))
    assert kinds == {"nation": 1, "region": 7, "icb": 42, "trust": 273, "site": 310}
    assert len(trusts) == 273
    assert len(structure(on=AS_AT).of_kind(Kind.TRUST)) == len(open_then) == 205
    assert Organisation.objects.get(kind="region", code="Y63").name == "North East and Yorkshire"
    assert Organisation.objects.get(kind="region", code="Y63").gss_code == "E40000012"
    assert "trusts: 273 added" in output
    assert "43 problems:" in output


@real
def test_every_trust_reaches_the_region_its_row_names_and_closed_ones_stay_with_their_dates():
    load(**FILES)
    by_code = {o.code: o for o in Organisation.objects.filter(kind=Kind.TRUST)}
    regions = {o.pk: o.code for o in Organisation.objects.filter(kind=Kind.REGION)}
    rows = rows_of(FILES["etr"])
    now = structure(on=AS_AT)
    wrong = [r[0] for r in rows if not r[11] and regions.get(now.region_of(by_code[r[0]].pk), "") != r[2]]
    assert wrong == []
    closed = [r for r in rows if r[11]]
    assert len(closed) == 68
    assert [r[0] for r in closed if f"{by_code[r[0]].closed_on:%Y%m%d}" != r[11]] == []
    on_its_last_day = structure(on=by_code["R1C"].closed_on)
    assert regions[on_its_last_day.region_of(by_code["R1C"].pk)] == "Y59"
    # Codes are not always R and two characters.
    assert by_code["G6V2S"].name == "North London NHS Foundation Trust"
    assert now.region_of(by_code["R1C"].pk) is None


@real
def test_sites_carry_coordinates_and_parents_and_those_without_a_known_one_are_reported():
    output = load(**FILES)
    site = Organisation.objects.get(kind=Kind.SITE, code="RGT01")
    assert site.name == "Addenbrooke's Hospital"
    assert (str(site.latitude), str(site.longitude)) == ("52.175133", "0.140753")
    assert site.links.get().target.code == "RGT"
    assert not Organisation.objects.filter(kind=Kind.SITE, code="7A4C1").exists()
    assert "7A4C1: Its parent 7A4 is no trust we know" in output
    assert "8HV48: It names no parent trust" in output
    unknown = [r for r in rows_of(FILES["sites"])[1:] if r[16] not in {t[0] for t in rows_of(FILES["etr"])}]
    assert sum("was not loaded" in line for line in output.splitlines()) == len(unknown) == 29


@real
def test_loading_twice_changes_nothing():
    load(**FILES)
    before, events = snapshot(), Event.objects.count()
    output = load(**FILES)
    assert snapshot() == before
    assert Event.objects.count() == events == 1
    assert "trusts: 0 added, 0 changed, 273 unchanged" in output


@real
def test_a_load_asks_a_fixed_number_of_questions(django_assert_max_num_queries):
    load(**FILES)
    with django_assert_max_num_queries(15):
        load(**FILES)


def test_without_any_file_england_and_its_seven_regions_are_there():
    load()
    nation, regions = england()
    assert [o.code for o in Organisation.objects.filter(kind=Kind.NATION)] == [nation.code]
    assert (
        len(regions) == Organisation.objects.filter(kind=Kind.REGION, links__target__code="ENG").count() == 7
    )


@real
def test_the_regions_built_in_are_those_of_the_published_file():
    published = {row[1]: (row[2], row[0]) for row in rows_of(FILES["regions"])[1:]}
    assert {r.code: (r.name, r.gss_code) for r in england()[1]} == published


def test_a_change_of_name_is_taken_and_recorded(tmp_path):
    load(etr=etr(tmp_path, etr_row("RXX", "OLD NAME NHS TRUST")))
    output = load(etr=etr(tmp_path, etr_row("RXX", "NEW NAME NHS TRUST", closed="20261031")))
    trust = Organisation.objects.get(code="RXX")
    assert (trust.name, trust.closed_on) == ("New Name NHS Trust", date(2026, 10, 31))
    assert "RXX New Name NHS Trust: name was Old Name NHS Trust, is New Name NHS Trust" in output
    event = Event.objects.get(action="organisation.changed")
    assert event.changes == {
        "name": ["Old Name NHS Trust", "New Name NHS Trust"],
        "closed": [None, "2026-10-31"],
    }
    assert event.trust_id == trust.pk
    assert trust.links.get().ends_on == date(2026, 11, 1)


def test_a_trust_that_changes_its_icb_keeps_the_old_link_with_an_end(tmp_path):
    load(etr=etr(tmp_path, etr_row("RXX", "ONE"), etr_row("RYY", "TWO", icb="QYG")))
    load(etr=etr(tmp_path, etr_row("RXX", "ONE", icb="QYG"), etr_row("RYY", "TWO", icb="QYG")))
    links = Link.objects.filter(source__code="RXX", tie=Tie.PART_OF).order_by("pk")
    assert [(link.target.code, link.ends_on is None) for link in links] == [("QOP", False), ("QYG", True)]
    assert links[0].ends_on == links[1].starts_on
    assert Event.objects.filter(action="organisation.moved").count() == 1


def test_an_icb_whose_trusts_disagree_on_the_region_is_reported_and_not_guessed(tmp_path):
    output = load(etr=etr(tmp_path, etr_row("RXX", "ONE", region="Y62"), etr_row("RYY", "TWO", region="Y60")))
    assert "QOP: Its trusts name different regions (Y60, Y62); its region was left as it was." in output
    assert not Link.objects.filter(source__code="QOP").exists()


def test_an_icb_code_that_no_file_names_is_shown_by_its_code_until_one_does(tmp_path):
    trusts = etr(tmp_path, etr_row("RXX", "ONE", icb="S1Y5D"))
    output = load(etr=trusts)
    assert Organisation.objects.get(kind=Kind.ICB).name == "ICB S1Y5D (name not known)"
    assert "S1Y5D: No name was given" in output
    names = tmp_path / "icbs.csv"
    names.write_text("ICB26CD,ICB26CDH,ICB26NM\nE54000099,S1Y5D,NHS Somewhere Integrated Care Board\n")
    load(etr=trusts, icbs=names)
    assert Organisation.objects.get(kind=Kind.ICB).name == "NHS Somewhere Integrated Care Board"
    load(etr=trusts)
    assert Organisation.objects.get(kind=Kind.ICB).name == "NHS Somewhere Integrated Care Board"


def test_a_merger_recorded_here_survives_the_next_load(tmp_path):
    files = {
        "etr": etr(tmp_path, etr_row("RXX", "OLD"), etr_row("RYY", "HEIR")),
        "sites": site_file(tmp_path, "RXX01,CITY HOSPITAL,M1 1AA,53.5,-2.2,RXX"),
    }
    load(**files)
    old, heir = Organisation.objects.get(code="RXX"), Organisation.objects.get(code="RYY")
    merge_trusts(by=command("test"), old=old, into=heir, on=date(2026, 4, 1))
    before = snapshot()
    output = load(**files)
    assert snapshot() == before
    assert "0 problems" in output
    assert structure(on=AS_AT).current(old.pk) == heir.pk


def test_bad_rows_are_reported_and_the_rest_is_loaded(tmp_path):
    trusts = etr(
        tmp_path,
        etr_row("RAA", "GOOD"),
        etr_row("RBB", "NO SUCH DAY", opened="20230231"),
        etr_row("RCC", "BACKWARDS", opened="20230401", closed="20220401"),
        etr_row("", "NO CODE"),
        etr_row("RAA", "TWICE"),
        etr_row("RDD", "X" * 201),
        etr_row("REE", "WALES", region="", icb=""),
    )
    sites = site_file(
        tmp_path,
        "RAA01,GOOD,M1 1AA,53.5,-2.2,RAA",
        "RAA02,NOWHERE,M1 1AA,north,-2.2,RAA",
        "RAA03,OFF THE EARTH,M1 1AA,153.5,-2.2,RAA",
        "RAA04,UNKNOWN PLACE,M1 1AA,,,RAA",
        "RAA05,ORPHAN,M1 1AA,53.5,-2.2,ZZZ",
    )
    output = load(etr=trusts, sites=sites)
    assert sorted(Organisation.objects.filter(kind=Kind.TRUST).values_list("code", flat=True)) == [
        "RAA",
        "REE",
    ]
    placed = Organisation.objects.filter(kind=Kind.SITE, latitude__isnull=False)
    assert placed.get().code == "RAA01"
    assert Organisation.objects.filter(kind=Kind.SITE).count() == 4
    for expected in (
        'etr.csv, line 2: RBB: Its open date "20230231" is not a day of the calendar.',
        "etr.csv, line 3: RCC: It closes on 2022-04-01 before it opens on 2023-04-01.",
        "etr.csv, line 4: The row has no code or no name.",
        "etr.csv, line 5: RAA: The trust is given twice",
        "etr.csv, line 6: RDD: Its name cannot be right (too long).",
        "etr file, line 7: REE: Wales has no ICB, and so no region.",
        'sites.csv, line 3: RAA02: "north", "-2.2" is no place on Earth',
        "sites.csv, line 4: RAA03:",
        "site file, line 6: RAA05: Its parent ZZZ is no trust we know",
        "10 problems:",
    ):
        assert expected in output, expected


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\r\n", "empty"),
        (b"PK\x03\x04\x00\x00", "not a text file"),
        (b"RXX,CAF\xc9 TRUST" + b"," * 25, "line 1: not UTF-8 text .byte 0xc9"),
        (b"Code,Name\nRXX,One\n", "line 1: 2 columns, where the ODS etr file has 27"),
        (b'"RXX,' + b"," * 26, "not a CSV file"),
    ],
)
def test_a_file_that_is_no_etr_file_is_refused_whole(tmp_path, content, message):
    path = tmp_path / "etr.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=message) as error:
        load(etr=path)
    assert "Nothing was loaded" in str(error.value)
    assert not Organisation.objects.exists()


def test_a_missing_file_or_column_is_named(tmp_path):
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        load(etr=tmp_path / "none.csv")
    sites = tmp_path / "sites.csv"
    sites.write_text("OrganisationCode,OrganisationName,Postcode\nRAA01,CITY,M1\n")
    with pytest.raises(
        CommandError, match="no column Latitude, Longitude, ParentODSCode. Its columns are: Organ"
    ):
        load(sites=sites)
    short = site_file(tmp_path, "RAA01,CITY")
    with pytest.raises(CommandError, match="line 2: 2 columns, where the heading row has 6"):
        load(sites=short)


@pytest.mark.parametrize(
    ("capitals", "reads"),
    [
        (
            "THE QUEEN ELIZABETH HOSPITAL, KING'S LYNN, NHS FOUNDATION TRUST",
            "The Queen Elizabeth Hospital, King's Lynn, NHS Foundation Trust",
        ),
        ("STAFFORDSHIRE AND STOKE ON TRENT NHS TRUST", "Staffordshire and Stoke on Trent NHS Trust"),
        ("CHESTER-LE-STREET HEALTH CENTRE", "Chester-le-Street Health Centre"),
        ("ST MARY'S HOSPITAL (HQ)", "St Mary's Hospital (HQ)"),
        ("ST JOHNS MEDICAL CENTRE M91007", "St Johns Medical Centre M91007"),
        ("ROYAL BROMPTON & HAREFIELD", "Royal Brompton & Harefield"),
        ("Already  Written as People Do", "Already Written as People Do"),
        ("", ""),
    ],
)
def test_names_in_capitals_are_written_as_people_write_them(capitals, reads):
    assert readable_name(capitals) == reads


@given(st.text(st.sampled_from(string.printable + "ÉÖé’"), max_size=60))
def test_a_name_is_written_anew_only_once_and_loses_no_letter(name):
    once = readable_name(name)
    assert readable_name(once) == once
    assert once.casefold().split() == name.casefold().split()
