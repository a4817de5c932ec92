from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from networks.actions.events import record
from networks.domain.access import Role, command
from networks.domain.event_words import action_words, change_words
from networks.models import Event, Organisation
from tests.factories.networks import actor, network_of_trusts, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def orgs() -> dict[str, Organisation]:
    return network_of_trusts("Ash", "Beech")


def happened(
    label: str, *, by=None, action: str = "asset.corrected", subject: str = "asset", **where: int
) -> Event:
    return record(
        by=by or command("import_register"),
        action=action,
        subject_type=subject,
        subject_id=1,
        subject_label=label,
        changes={"room": ("X1", None)},
        reason="It had moved",
        **where,
    )


def text(response) -> str:
    return " ".join(response.content.decode().split())


def shown(client, **query: object) -> list[str]:
    return [event.subject_label for event in client.get(reverse("event_list"), query).context["page"]]


def test_everybody_sees_the_changes_of_what_they_may_see(client, orgs):
    ash, beech, northern = (orgs[name].pk for name in ("Ash", "Beech", "Northern"))
    happened("Scanner of Ash", trust_id=ash)
    happened("Scanner of Beech", trust_id=beech)
    happened("Plan of the network", action="plan.solved", subject="plan", network_id=northern)
    happened("Price paid by Ash", action="price.recorded", subject="price", trust_id=ash)
    happened("A person", action="person.added", subject="user")
    sees = {
        (Role.EQUIPMENT_MANAGER, "Ash"): ["Scanner of Ash"],
        (Role.FINANCE, "Ash"): ["Price paid by Ash", "Scanner of Ash"],
        (Role.PROCUREMENT_LEAD, "Northern"): [
            "Price paid by Ash",
            "Plan of the network",
            "Scanner of Beech",
            "Scanner of Ash",
        ],
        (Role.ADMINISTRATOR, "England"): [
            "A person",
            "Price paid by Ash",
            "Plan of the network",
            "Scanner of Beech",
            "Scanner of Ash",
        ],
    }
    for (role, where), expected in sees.items():
        client.force_login(person(role, orgs[where]))
        assert shown(client) == expected, role
        export = b"".join(client.get(reverse("event_export")).streaming_content).decode("utf-8-sig")
        assert [line.split(",")[4] for line in export.splitlines()[1:]] == expected
    client.logout()
    assert client.get(reverse("event_list")).status_code == 302
    assert client.get(reverse("event_export")).status_code == 302


def test_a_change_tells_who_when_what_from_and_to_and_why(client, orgs):
    lead = actor(Role.PROCUREMENT_LEAD, orgs["Northern"])
    happened("Scanner of Ash", by=lead, trust_id=orgs["Ash"].pk)
    client.force_login(person(Role.FINANCE, orgs["Ash"]))
    page = text(client.get(reverse("event_list")))
    for expected in (
        lead.name,
        "Procurement lead, Northern",
        "Asset corrected",
        "Room: X1 taken out",
        "It had moved",
        f"{timezone.localdate():%-d %B %Y} at ",
    ):
        assert expected in page, expected


def test_the_record_is_filtered_by_person_action_trust_and_date(client, orgs):
    client.force_login(person(Role.NATIONAL_ANALYST, orgs["England"]))
    happened("One", by=command("Ann Able"), trust_id=orgs["Ash"].pk)
    happened("Two", action="asset.moved", trust_id=orgs["Beech"].pk)
    today = timezone.localdate()
    assert shown(client, by="able") == ["One"]
    assert shown(client, action="asset.moved") == ["Two"]
    assert shown(client, trust=orgs["Ash"].pk) == ["One"]
    assert shown(client, about="tw") == ["Two"]
    assert shown(client, at_after=f"{today:%d/%m/%Y}", at_before=f"{today:%d/%m/%Y}") == ["Two", "One"]
    assert shown(client, at_before=f"{today - timedelta(days=1):%d/%m/%Y}") == []
    assert "Asset moved" in text(client.get(reverse("event_list")))


def test_the_trusts_to_filter_by_are_those_one_may_see(client, orgs):
    client.force_login(person(Role.FINANCE, orgs["Ash"]))
    happened("Hidden", trust_id=orgs["Beech"].pk)
    page = client.get(reverse("event_list"))
    assert [o.name for o in page.context["filter"].form.fields["trust"].queryset] == ["Ash"]
    assert shown(client, trust=orgs["Beech"].pk) == []


def test_the_record_asks_a_fixed_number_of_questions(client, orgs):
    client.force_login(person(Role.FINANCE, orgs["Ash"]))

    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("event_list"))
        return len(asked)

    happened("One", trust_id=orgs["Ash"].pk)
    few = questions()
    for number in range(60):
        happened(f"Another {number}", trust_id=orgs["Ash"].pk)
    assert questions() == few <= 14


@pytest.mark.parametrize(
    ("action", "reads"),
    [
        ("asset.brought_back", "Asset brought back"),
        ("icb.merged", "ICB merged"),
        ("organisations.loaded", "Organisations loaded"),
        ("odd", "Odd"),
    ],
)
def test_actions_read_as_words(action, reads):
    assert action_words(action) == reads


@pytest.mark.parametrize(
    ("old", "new", "reads"),
    [
        ("X1", "X2", "Room: from X1 to X2"),
        (None, "X2", "Room: set to X2"),
        ("", "X2", "Room: set to X2"),
        ("X1", None, "Room: X1 taken out"),
        (None, None, "Room: set to not known"),
    ],
)
def test_a_change_reads_from_what_to_what(old, new, reads):
    assert change_words("room", old, new) == reads
