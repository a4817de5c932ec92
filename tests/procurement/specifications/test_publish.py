from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assets.models import Specification
from networks.domain.access import NotAllowed, Role, command
from networks.models import Event
from procurement.actions.specifications import Outcome, publish_all
from procurement.domain.specification_files import FaultyFile, read_folder
from procurement.models import Requirement, SpecificationVersion
from procurement.queries.specifications import content_of, editions, latest_versions
from tests.factories.networks import actor, network_of_trusts

pytestmark = pytest.mark.django_db
STANDARDS = read_folder()
TODAY = date(2026, 12, 1)
BY = command("test")


def changed(code: str = "CT-STD", **parts: object):
    return [
        replace(s, content=replace(s.content, **parts)) if s.code == code else s  # type: ignore[arg-type]
        for s in STANDARDS
    ]


def wider_bore():
    ct = next(s for s in STANDARDS if s.code == "CT-STD")
    return changed(
        requirements=tuple(
            replace(r, minimum=Decimal(80)) if r.number == "1.3" else r for r in ct.content.requirements
        )
    )


def test_what_is_published_is_what_the_files_say():
    publish_all(by=BY, standards=STANDARDS, today=TODAY)
    rows = {row.specification.code: row for row in latest_versions()}
    assert len(rows) == len(STANDARDS)
    for standard in STANDARDS:
        assert content_of(rows[standard.code]) == standard.content
        assert rows[standard.code].published_on == standard.published_on


def test_publishing_twice_changes_nothing():
    publish_all(by=BY, standards=STANDARDS, today=TODAY)
    before = (SpecificationVersion.objects.count(), Requirement.objects.count(), Event.objects.count())
    again = publish_all(by=BY, standards=STANDARDS, today=TODAY)
    assert {result.outcome for result in again} == {Outcome.UNCHANGED}
    assert before == (
        SpecificationVersion.objects.count(),
        Requirement.objects.count(),
        Event.objects.count(),
    )


def test_changed_content_becomes_the_next_version_and_leaves_the_last_alone():
    publish_all(by=BY, standards=STANDARDS, today=TODAY)
    first = latest_versions()[1]
    assert first.specification.code == "CT-STD"
    results = publish_all(by=BY, standards=wider_bore(), today=TODAY)
    (result,) = [r for r in results if r.outcome is not Outcome.UNCHANGED]
    assert (result.outcome, result.version.version, result.version.published_on) == (Outcome.NEXT, 2, TODAY)
    assert [change.what for change in result.changes] == ["1.3 Bore diameter"]
    ct = next(s for s in STANDARDS if s.code == "CT-STD")
    assert content_of(SpecificationVersion.objects.get(pk=first.pk)) == ct.content
    event = Event.objects.get(action="specification.published", changes__version=["1", "2"])
    assert event.changes["requirements"][1] == "1 changed: 1.3 Bore diameter"


def test_going_back_to_old_content_is_a_version_of_its_own():
    publish_all(by=BY, standards=STANDARDS, today=TODAY)
    publish_all(by=BY, standards=wider_bore(), today=TODAY)
    publish_all(by=BY, standards=STANDARDS, today=TODAY)
    found = editions(Specification.objects.get(code="CT-STD"))
    assert [(e.version.version, e.is_latest, len(e.changes)) for e in found] == [
        (3, True, 1),
        (2, False, 1),
        (1, False, 0),
    ]


def test_nothing_is_published_before_it_is_written():
    early = date(2026, 1, 1)
    results = publish_all(by=BY, standards=STANDARDS, today=early)
    assert {r.version.published_on for r in results} == {early}


def test_another_default_takes_over_and_there_is_never_more_than_one():
    publish_all(by=BY, standards=STANDARDS, today=TODAY)
    Specification.objects.create(code="OLD", name="Old default", modality="XR")
    swapped = [
        replace(s, is_default={"CT-STD": False, "CT-CARD": True}.get(s.code, s.is_default)) for s in STANDARDS
    ]
    publish_all(by=BY, standards=swapped, today=TODAY)
    defaults = list(Specification.objects.filter(is_default=True).values_list("code", flat=True))
    assert sorted(defaults) == ["CT-CARD", "MG-TOMO", "MRI-15T", "XR-DR"]


def test_a_default_that_is_not_in_the_files_steps_down():
    Specification.objects.create(code="OLD", name="Old default", modality="CT", is_default=True)
    publish_all(by=BY, standards=STANDARDS, today=TODAY)
    assert not Specification.objects.get(code="OLD").is_default


def test_a_set_without_a_default_is_refused_whole():
    with pytest.raises(FaultyFile, match="exactly one default"):
        publish_all(by=BY, standards=[replace(s, is_default=False) for s in STANDARDS], today=TODAY)
    assert not SpecificationVersion.objects.exists()


def test_only_an_administrator_publishes():
    orgs = network_of_trusts("Ash")
    with pytest.raises(NotAllowed):
        publish_all(by=actor(Role.PROCUREMENT_LEAD, orgs["Northern"]), standards=STANDARDS, today=TODAY)


def test_the_command_says_what_it_did():
    out = StringIO()
    call_command("load_specifications", stdout=out)
    assert "CT-STD version 1: first version" in out.getvalue()
    again = StringIO()
    call_command("load_specifications", stdout=again)
    assert again.getvalue().count("unchanged") == len(STANDARDS)


def test_the_command_names_a_faulty_file_and_publishes_nothing(tmp_path):
    (tmp_path / "X.toml").write_text("code = ")
    with pytest.raises(CommandError, match=r"X\.toml is not a TOML file.* Nothing was published"):
        call_command("load_specifications", folder=tmp_path)
    assert not SpecificationVersion.objects.exists()


def test_reading_costs_the_same_however_many_versions_there_are():
    publish_all(by=BY, standards=STANDARDS, today=TODAY)
    publish_all(by=BY, standards=wider_bore(), today=TODAY)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        latest_versions()
        editions(Specification.objects.get(code="CT-STD"))
    assert len(queries) <= 7
