"""A register written to a file and read again is the same register."""

import csv
import io
from datetime import date

import pytest
from django.core.files.base import ContentFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.domain.cells import guarded, unguarded
from assets.domain.checking import Outcome, check_rows
from assets.domain.columns import COLUMNS
from assets.domain.entries import Entry, row_of
from assets.domain.facts import FACTS, Fact, Kind
from assets.domain.register import FIELDS, Held, Value, empty
from assets.domain.rows import SourceRow
from assets.domain.vocabulary import Precision, Status
from assets.exports.import_files import guide_rows, template_workbook
from assets.imports.register_file import read_register_file
from tests.builders.registers import ASH, GENERAL, HEADINGS, ON, ROYAL, SPECIFICATIONS, register
from tests.builders.workbooks import workbook

# What the web forms let people store: any letters, no invisible ones, nothing at the ends.
_SIGNS = st.characters(blacklist_categories=("Cs", "Cc", "Cn", "Zl", "Zp"))
_LINE = st.text(_SIGNS, max_size=30).map(str.strip)
_TEXT = st.text(_SIGNS | st.just("\n"), max_size=60).map(str.strip)
_ODD = st.sampled_from(
    ["=1+1", "-5", "+44 20", "@home", "'=x", "'-", "CLEAR", "'CLEAR", "12/3", "1,5", 'a "b"', "x;y"]
)
_LINES = {fact.key for fact in FACTS if fact.kind is Kind.TEXT}
_PAST = st.dates(date(1950, 1, 1), ON)


@st.composite
def machines(draw: st.DrawFn) -> dict[str, Value]:
    """One machine as the register may hold it, with any of its facts, without a number of its own."""
    specification = draw(st.sampled_from(SPECIFICATIONS))
    values: dict[str, Value] = {name: empty(name) for name in FIELDS}
    installed = draw(st.none() | _PAST)
    for fact in FACTS:
        if fact.is_of(specification.modality) and fact.kind is not Kind.REFERENCE:
            values |= draw(held_fact(fact, installed))
    status = draw(st.sampled_from(Status))
    values |= {
        "site_id": draw(st.sampled_from([ROYAL.id, GENERAL.id])),
        "modality": specification.modality.value,
        "specification_id": specification.id,
        "asset_tag": "",
        "serial_number": "",
        "gln": draw(st.sampled_from(["", "5055999900012"])),
        "status": status.value,
        "retired_on": values["retired_on"] if status is Status.RETIRED else None,
    }
    values["support_source"] = "own" if values["support_ends_on"] else ""
    return values


@st.composite
def held_fact(draw: st.DrawFn, fact: Fact, installed: date | None) -> dict[str, Value]:
    """One fact that can be true of a machine installed on a day; not known, every now and then."""
    since = installed or date(1950, 1, 1)
    if fact.kind is Kind.PARTIAL_DATE:
        day = installed if fact.key == "installed_on" else draw(st.none() | st.dates(since, ON))
        precision = draw(st.sampled_from([Precision.DAY, Precision.MONTH, Precision.YEAR])) if day else ""
        if day and fact.key != "installed_on" and (day.year, day.month) == (since.year, since.month):
            precision = Precision.DAY
        if day and precision == Precision.YEAR and (fact.key == "installed_on" or day.year > since.year):
            day = day.replace(day=1, month=1)
        elif day and precision != Precision.DAY:
            day, precision = day.replace(day=1), Precision.MONTH
        return {fact.key: day, fact.precision_field: str(precision)}
    drawn: dict[Kind, st.SearchStrategy] = {
        Kind.TEXT: (_LINE | _ODD).map(lambda text: text[: fact.max_length].strip()),
        Kind.NOTES: _TEXT | _ODD,
        Kind.CHOICE: st.sampled_from(["", *fact.words]),
        Kind.YES_NO: st.sampled_from([None, True, False]),
        Kind.YEAR: st.none() | st.integers(1950, since.year if installed else ON.year),
        Kind.FIRST_DAY: st.none() | st.dates(since, ON),
        Kind.LAST_DAY: st.none() | st.dates(since, date(2090, 1, 1)),
        Kind.NUMBER: st.none() | st.integers(0, fact.most or 0),
        Kind.PERCENT: st.none() | st.decimals(0, 100, places=2),
        Kind.MONEY: st.none() | st.integers(100_000, 10**10),
    }
    return {fact.key: draw(drawn[fact.kind])}


@st.composite
def registers(draw: st.DrawFn) -> list[Held]:
    """Some machines of Ash, each with a serial number or an asset number of its own."""
    made = draw(st.lists(machines(), max_size=4))
    for index, values in enumerate(made):
        name = draw(st.sampled_from(["serial_number", "asset_tag"]))
        values[name] = f"{draw(st.sampled_from(['SN', '00A', '-', '=', 'x/']))}{index}"
    return [Held(index, f"A{index:06d}", 1, ASH.id, values) for index, values in enumerate(made, 1)]


def entry(held: Held) -> Entry:
    sites = {site.id: site for site in (ROYAL, GENERAL)}
    specifications = {each.id: each.code for each in SPECIFICATIONS}
    site = sites[held.values["site_id"]]
    return dict(held.values) | {
        "reference": held.reference,
        "trust_code": ASH.code,
        "trust": ASH.name,
        "site_code": site.code,
        "site": site.name,
        "specification": specifications[held.values["specification_id"]],
    }


def written(machines: list[Held], *, as_csv: bool, references: bool = True) -> bytes:
    keep = [index for index, column in enumerate(COLUMNS) if references or column.key != "reference"]
    lines = [[column.heading for column in COLUMNS], *(row_of(entry(held)) for held in machines)]
    lines = [[line[index] for index in keep] for line in lines]
    if not as_csv:
        return workbook([[_plain(cell) for cell in line] for line in lines])
    target = io.StringIO()
    csv.writer(target).writerows(lines)
    return target.getvalue().encode("utf-8-sig")


class _plain(str):  # noqa: N801, SLOT000 - a text that the builder must not take for a number, a formula or a link
    pass


def outcome(content: bytes, *machines: Held):
    file = read_register_file(ContentFile(content, name="x"), max_bytes=10**8)
    return check_rows(file.rows, register(*machines), file.headings, on=ON)


def without_unknown(held: Held) -> dict[str, Value]:
    return {name: value for name, value in held.values.items() if value not in ("", None)}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(registers())
def test_a_register_read_from_its_own_file_is_unchanged(held):
    if held:
        checked = outcome(written(held, as_csv=True), *held)
        assert [(row.outcome, row.problems) for row in checked] == [(Outcome.UNCHANGED, ())] * len(held)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(registers())
def test_a_register_read_into_an_empty_one_is_the_same(held):
    if not held:
        return
    checked = outcome(written(held, as_csv=True, references=False))
    assert [row.problems for row in checked] == [()] * len(held)
    for machine, row in zip(held, checked, strict=True):
        # A maker called "unknown" or "-" is not known; everything else comes through.
        expected = {
            name: value
            for name, value in without_unknown(machine).items()
            if name in row.after or name not in _LINES
        }
        assert row.after == expected


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(registers())
def test_a_workbook_serves_as_well_as_a_csv_file(held):
    if held:
        checked = outcome(written(held, as_csv=False), *held)
        assert [row.outcome for row in checked] == [Outcome.UNCHANGED] * len(held)


@given(st.text())
def test_what_is_made_safe_is_safe_and_can_be_undone(text):
    safe = guarded(text)
    assert not safe.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert safe != "CLEAR"
    assert unguarded(safe) == text


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from([column.key for column in COLUMNS]), st.text() | _ODD, max_size=8))
def test_no_cell_makes_a_check_fail(cells):
    (checked,) = check_rows([SourceRow(2, cells)], register(), HEADINGS, on=ON)
    assert (checked.outcome is Outcome.PROBLEM) == bool(checked.problems)
    if checked.outcome is Outcome.NEW:
        assert set(checked.after) <= set(FIELDS)


def test_the_template_has_every_heading_and_no_machines():
    with pytest.raises(Exception, match="no machines below the headings in row 1"):
        read_register_file(ContentFile(template_workbook(), name="template.xlsx"), max_bytes=10**7)


def test_the_column_guide_speaks_of_every_column():
    assert [heading for heading, *_ in guide_rows()] == [column.heading for column in COLUMNS]
    assert {needed for _, _, needed, _, _ in guide_rows()} == {"Yes", "No", "One of the two"}


@pytest.mark.parametrize(
    "column", [column for column in COLUMNS if column.key != "reference"], ids=lambda c: c.key
)
def test_the_guides_examples_can_be_read(column):
    from assets.domain.readings import read_cell

    if column.key not in {"trust_code", "trust", "site_code", "site"}:
        reading = read_cell(column.key, column.example, on=ON, register=register())
        assert reading.values
        assert reading.fault is None
