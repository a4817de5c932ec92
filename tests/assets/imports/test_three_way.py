"""A file exported earlier comes back: what only the file changed is changed, what only the register changed stays."""

import io
from dataclasses import replace
from datetime import date

from django.core.files.base import ContentFile
from hypothesis import given
from hypothesis import strategies as st

from assets.actions.import_batches import check_file
from assets.actions.import_commits import commit_batch
from assets.domain.checking import Outcome
from assets.domain.three_way import FILE, REGISTER, merge
from assets.exports.assets import HEADINGS as EXPORT_HEADINGS
from assets.exports.assets import text_rows
from assets.models import Asset
from networks.domain.access import Role
from tests.assets.imports.conftest import AT, ON
from tests.builders.registers import GENERAL, HEADINGS, ROYAL, check_rows, held, register
from tests.builders.registers import row as usual_row
from tests.factories.assets import AssetFactory
from tests.factories.networks import actor


def row(**cells):
    given = {"reference": "A000001", "modality": "", "site": "", "version": "3"} | cells
    return usual_row(2, **given)


def checked(before, now, decisions=None, **cells):
    """Check a row of a machine that was `before` at version 3 and is `now` at version 5."""
    machine = held(1, version=5, **now)
    exported = held(1, version=3, **before)
    against = replace(register(machine), values_at=lambda wanted: {(1, 3): exported.values})
    source = replace(row(**cells), decisions=decisions or {})
    headings = HEADINGS | {"version": "Register version"}
    return check_rows([source], against, headings, on=ON)[0]


def test_what_only_the_file_changed_is_changed():
    result = checked({"location": "1"}, {"location": "1", "notes": "x"}, location="2", notes="")
    assert (result.outcome, result.after) == (Outcome.CHANGED, {"location": "2"})


def test_what_only_the_register_changed_is_left_alone_and_said():
    result = checked(
        {"location": "1", "notes": "x"}, {"location": "9", "notes": "x"}, location="1", notes="y"
    )
    assert (result.outcome, result.after, result.kept) == (Outcome.CHANGED, {"notes": "y"}, ("location",))
    result = checked({"location": "1"}, {"location": "9"}, location="1")
    assert (result.outcome, result.kept) == (Outcome.UNCHANGED, ("location",))


def test_both_changed_alike_is_no_conflict():
    result = checked({"location": "1"}, {"location": "9"}, location="9")
    assert (result.outcome, result.kept) == (Outcome.UNCHANGED, ())


def test_both_changed_differently_is_decided_by_a_person():
    said = {"before": {"location": "1"}, "now": {"location": "9"}, "location": "2"}
    result = checked(**said)
    assert result.outcome is Outcome.PROBLEM
    (problem,) = result.problems
    assert (problem.kind, problem.column, problem.values) == ("conflict", "Room", ("location", "1", "9", "2"))
    assert "“1” when the file was exported, “9” in the register since, “2” in the file" in problem.message
    assert checked(**said, decisions={"location": FILE}).after == {"location": "2"}
    kept = checked(**said, decisions={"location": REGISTER})
    assert (kept.outcome, kept.kept) == (Outcome.UNCHANGED, ("location",))


def test_a_conflict_of_sites_and_dates_is_said_in_words():
    before = {"site_id": ROYAL.id, "installed_on": date(2012, 6, 1), "installed_precision": "M"}
    now = {"site_id": GENERAL.id, "installed_on": date(2013, 1, 1), "installed_precision": "Y"}
    result = checked(before, now, site=ROYAL.name, installed_on="June 2014")
    (problem,) = result.problems
    assert problem.values == ("installed_on", "June 2012", "2013", "June 2014")
    assert checked(before, now, {"installed_on": FILE}, site=ROYAL.name, installed_on="June 2014").kept == (
        "site",
    )


def test_a_version_that_never_was_is_a_problem():
    machine = held(1, version=2)
    source = row(version="7")
    headings = HEADINGS | {"version": "Register version"}
    (result,) = check_rows([source], register(machine), headings, on=ON)
    assert [problem.kind for problem in result.problems] == ["version_unknown"]
    (result,) = check_rows([row(version="soon")], register(machine), headings, on=ON)
    assert [problem.kind for problem in result.problems] == ["version_unknown"]


VALUES = st.sampled_from(["", "a", "b", "c"])
NAMES = ("location", "notes", "serial_number")


@given(*(st.fixed_dictionaries(dict.fromkeys(NAMES, VALUES)) for _ in range(3)))
def test_each_fact_is_merged_as_the_definition_says(exported, held_now, said):
    merged = merge(
        said, exported=exported, held=held_now, decisions={}, same=lambda name, one, other: one == other
    )
    for name in NAMES:
        base, theirs, mine = exported[name], held_now[name], said[name]
        outcome = merged.said.get(name, theirs)
        in_conflict = name in {fact.key for fact in merged.conflicts}
        assert in_conflict == (
            len({base, theirs, mine}) == 3 or (mine != base and theirs != base and mine != theirs)
        )
        if not in_conflict:
            assert outcome == (mine if mine != base else theirs)
        assert (name in merged.kept) == (mine == base != theirs)


def test_an_export_sent_back_after_an_edit_reverts_nothing(orgs):
    by = actor(Role.EQUIPMENT_MANAGER, orgs["Ash"], on=ON)
    for serial in ("S1", "S2"):
        AssetFactory(trust=orgs["Ash"], site=orgs["Ash site"], serial_number=serial, location="1", notes="x")
    first, second = Asset.objects.order_by("pk")
    assets = Asset.objects.select_related("trust", "site", "specification").order_by("pk")
    lines = [EXPORT_HEADINGS, *text_rows(assets, on=ON)]
    # Somebody moves the first machine meanwhile; the file's person changes the notes of both.
    first.location, first.version = "9", 2
    first.save()
    at = EXPORT_HEADINGS.index("Notes")
    for line in lines[1:]:
        line[at] = "checked"
    content = io.StringIO()
    import csv

    csv.writer(content).writerows(lines)
    batch = check_file(
        by=by, file=ContentFile(content.getvalue().encode(), name="export.csv"), trust=orgs["Ash"], on=ON
    )
    assert (batch.changed, batch.faulty) == (2, 0)
    assert list(batch.lines.order_by("pk").values_list("kept", flat=True)) == [["location"], []]
    commit_batch(by=by, batch=batch, good_rows_only=False, at=AT)
    assert list(Asset.objects.order_by("pk").values_list("location", "notes")) == [
        ("9", "checked"),
        ("1", "checked"),
    ]
