import json

import pytest
from django.core.management import call_command

from assets.models import Activity, ActivityBatch, ActivityRow
from networks.models import Event
from tests.factories.activity import ActivityFactory


@pytest.fixture
def run(orgs, tmp_path, capsys):
    """Run the command on lines of CSV; return its exit status and its JSON."""

    def ran(*lines: str, options: tuple[str, ...] = ()):
        path = tmp_path / "ris.csv"
        path.write_text("\n".join(lines))
        status = 0
        try:
            call_command("import_activity", str(path), "--json", *options)
        except SystemExit as ended:
            status = ended.code
        out = capsys.readouterr()
        assert out.err == ""
        return status, json.loads(out.out)

    return ran


def traces() -> list[int]:
    return [model.objects.count() for model in (Activity, ActivityBatch, ActivityRow, Event)]


def test_a_dry_run_writes_nothing_and_says_what_would_be(run, machine):
    asset = machine(serial_number="S1")
    ActivityFactory(asset=asset)
    before = traces()
    status, report = run(
        "Serial number,Month,Exams", "S1,April 2026,5", "S1,May 2026,6", options=("--dry-run",)
    )
    assert (status, report) == (
        0,
        {"figures": 2, "created": 1, "changed": 1, "unchanged": 0, "problems": []},
    )
    assert traces() == before


def test_a_faulty_row_forbids_all_unless_good_rows_are_asked_for(run, machine):
    machine(serial_number="S1")
    lines = ("Serial number,Month,Exams", "S1,April 2026,5", "S1,May 2026,many")
    status, report = run(*lines)
    assert (status, report["created"], len(report["problems"])) == (1, 0, 1)
    assert traces() == [0, 0, 0, 0]
    status, report = run(*lines, options=("--good-rows", "--source", "PACS"))
    assert (status, report["created"]) == (1, 1)
    assert Activity.objects.get().source == "PACS"


def test_what_cannot_be_read_is_one_problem(run, tmp_path, orgs, machine, capsys):
    machine(trust="Beech", serial_number="S1")
    status, report = run("x,y", "1,2")
    assert (status, report["problems"][0]["row"]) == (1, None)
    status, report = run("Serial number,Month,Exams", "S1,April 2026,5", options=("--trust", "NONE"))
    assert "no trust with the code NONE" in report["problems"][0]["message"]
    status, report = run(
        "Serial number,Month,Exams", "S1,April 2026,5", options=("--trust", orgs["Ash"].code)
    )
    assert report["problems"][0]["column"] == "Serial number"
    with pytest.raises(SystemExit):
        call_command("import_activity", str(tmp_path / "nowhere.csv"))
    assert "cannot be read" in capsys.readouterr().err


def test_a_whole_site_of_england(run, orgs, machine):
    machine()
    status, report = run(
        "Site code,Modality,Financial year,Exams", f"{orgs['Ash site'].code},CT,2025/26,10000"
    )
    assert (status, report["created"]) == (0, 1)
    assert Activity.objects.get().site == orgs["Ash site"]
