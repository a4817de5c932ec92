import json

import pytest
from django.core.management import call_command

from assets.models import Asset, ImportBatch, ImportRow
from networks.models import Event
from tests.builders.workbooks import PLANTED, corrected_register, messy_register
from tests.factories.assets import AssetFactory

KEYS = ["rows", "created", "changed", "unchanged", "problems"]


@pytest.fixture
def run(orgs, tmp_path, capsys):
    """Run the command on a file's content; return its exit status, its JSON and what it said otherwise."""

    def ran(content: bytes, *options: str, name: str = "fleet.csv"):
        path = tmp_path / name
        path.write_bytes(content)
        status = 0
        try:
            call_command("import_register", str(path), "--json", *options)
        except SystemExit as ended:
            status = ended.code
        out = capsys.readouterr()
        assert out.out.count("\n") == 1, "exactly one line"
        assert out.err == ""
        report = json.loads(out.out)
        assert list(report) == KEYS
        return status, report

    return ran


def traces() -> list[int]:
    return [model.objects.count() for model in (Asset, ImportBatch, ImportRow, Event, Asset.history.model)]


def sites(orgs) -> list[tuple[str, str]]:
    return [(orgs[name].code, orgs[name].name) for name in ("Ash site", "Beech site")]


def test_good_rows_of_several_trusts_are_saved(run, orgs):
    status, report = run(corrected_register(sites(orgs)), name="fleet.xlsx")
    assert status == 0
    assert report == {"rows": 60, "created": 60, "changed": 0, "unchanged": 0, "problems": []}
    assert (
        Asset.objects.filter(trust=orgs["Ash"]).count()
        == Asset.objects.filter(trust=orgs["Beech"]).count()
        == 30
    )
    batch = ImportBatch.objects.get()
    assert (batch.status, batch.file_name, batch.trust, batch.uploaded_by) == (
        "committed",
        "fleet.xlsx",
        None,
        None,
    )


def test_a_dry_run_says_what_the_real_one_says_and_leaves_no_trace(run, orgs):
    AssetFactory(trust=orgs["Ash"], site=orgs["Ash site"], serial_number="S1", location="Room 1")
    AssetFactory(trust=orgs["Ash"], site=orgs["Ash site"], serial_number="S2", location="Room 1")
    content = b"Modality,Site,S/N,Room\nCT,Ash site,S1,Room 9\nCT,Ash site,S2,Room 1\nCT,Ash site,S3,\n"
    before = traces()
    dry = run(content, "--dry-run")
    assert traces() == before
    assert dry == run(content)
    assert dry == (0, {"rows": 3, "created": 1, "changed": 1, "unchanged": 1, "problems": []})
    assert run(content) == (0, {"rows": 3, "created": 0, "changed": 0, "unchanged": 3, "problems": []})


@pytest.mark.parametrize("options", [(), ("--dry-run",)])
def test_with_a_faulty_row_nothing_is_saved_and_every_problem_is_told(run, orgs, options):
    before = traces()
    status, report = run(messy_register(sites(orgs)), *options, name="fleet.xlsx")
    assert status == 1
    assert traces() == before
    assert (report["rows"], report["created"], report["changed"]) == (60, 0, 0)
    assert sorted((p["row"], p["column"]) for p in report["problems"]) == sorted(p[:2] for p in PLANTED)
    assert all(list(problem) == ["row", "column", "value", "message"] for problem in report["problems"])


def test_good_rows_are_saved_where_asked_and_the_status_still_says_that_some_were_not(run, orgs):
    status, report = run(messy_register(sites(orgs)), "--good-rows", name="fleet.xlsx")
    assert (status, report["created"], len(report["problems"])) == (1, 48, 12)
    assert Asset.objects.count() == 48
    assert run(messy_register(sites(orgs)), "--good-rows", "--dry-run", name="fleet.xlsx")[1]["created"] == 0


def test_one_trust_alone(run, orgs):
    content = b"Modality,Site,S/N\nCT,Ash site,S1\nCT,Beech site,S2\n"
    status, report = run(content, "--trust", orgs["Ash"].code)
    assert status == 1
    assert [(p["row"], p["column"], p["value"]) for p in report["problems"]] == [(3, "Site", "Beech site")]
    status, report = run(content, "--trust", "ZZZ")
    assert (status, report["problems"][0]["row"]) == (1, None)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7", "PDF document"),
        (b"", "empty"),
        (b"a,b\n1,2\n", "Modality and Site"),
        (b"Site,S/N\nA,1", "“Modality”"),
    ],
)
def test_a_file_that_is_no_register_is_one_problem_of_the_file(run, content, words):
    status, report = run(content, name="fleet.xlsx")
    assert status == 1
    assert report["rows"] == 0
    (problem,) = report["problems"]
    assert (problem["row"], problem["column"], problem["value"]) == (None, "", "")
    assert words in problem["message"]
    assert traces() == [0] * 5


def test_a_file_that_is_not_there(orgs, capsys, tmp_path):
    with pytest.raises(SystemExit) as ended:
        call_command("import_register", str(tmp_path / "nowhere.csv"), "--json")
    assert ended.value.code == 1
    assert "cannot be read: No such file" in json.loads(capsys.readouterr().out)["problems"][0]["message"]


def test_for_people_it_says_where_what_and_how_many(orgs, capsys, tmp_path):
    path = tmp_path / "fleet.csv"
    path.write_text("Modality,Site,Installed\nCT,Ash site,2031\nCT,Ash site,2012\n")
    with pytest.raises(SystemExit):
        call_command("import_register", str(path), "--dry-run", "--good-rows")
    said = capsys.readouterr()
    assert "Row 2, Installed “2031”: This is in the future." in said.err
    assert said.out == (
        "Read from UTF-8 text, cells parted by commas, headings in row 1.\n"
        "2 rows: 1 would be added, 0 would be changed, 0 unchanged, 1 problem.\n"
    )


def test_a_saving_that_fails_leaves_no_import_behind(run, monkeypatch):
    from assets.actions.import_commits import CannotSave

    def fail(**_):
        raise CannotSave("Somebody was quicker. Try again.")

    monkeypatch.setattr("assets.management.commands.import_register.commit_batch", fail)
    status, report = run(b"Modality,Site,S/N\nCT,Ash site,S1\n")
    assert (status, report["created"]) == (1, 0)
    assert report["problems"][0]["message"] == "Somebody was quicker. Try again."
    assert traces() == [0] * 5
