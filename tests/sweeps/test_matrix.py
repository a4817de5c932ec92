"""Role by organisation by channel: each of the cast is shown the machines of their trusts, all of them, and no others.

What a channel shows is found by the machines' own references and serial numbers in whatever it sends, page or file.
"""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assets.actions.feed_tokens import make_feed
from assets.models import Asset
from networks.documents.pdf import why_unavailable
from networks.queries.actors import actor_for
from tests.sweeps.reading import read
from tests.sweeps.test_channels import REGISTER, signed_in
from tests.sweeps.world import World

pytestmark = pytest.mark.django_db

ALL, FLEET = "?status=all", ""
CHANNELS = {
    "page": ("asset_list", ALL, ALL),
    "page of the fleet": ("asset_list", FLEET, FLEET),
    "search": ("asset_list", "?status=all&q=SN", ALL),
    "search in a file": ("asset_export", "?status=all&q=SN&format=csv", ALL),
    "CSV": ("asset_export", "?status=all&format=csv", ALL),
    "workbook": ("asset_export", "?status=all&format=xlsx", ALL),
    "API": ("api-asset-list", "?status=all&page_size=100", ALL),
    "priorities": ("priority_export", "?format=csv", FLEET),
    "priorities on a page": ("priority_list", "", FLEET),
    "register as at today": ("register_past_export", "?format=csv", ALL),
    "register as at today, page": ("register_past", "", ALL),
    "changes": ("register_changes_export", "?format=csv", ALL),
    "alerts": ("alert_export", "?format=csv", FLEET),
    "activity": ("activity_export", "?format=csv", FLEET),
    "labels": ("labels_file", "?layout=sheet", FLEET),
}
"""Name of a channel to its address, its query, and which of one's machines it shows."""


@pytest.fixture
def fleet(world: World) -> World:
    """Every machine loses support soon, so that alerts and calendars have something to say of each."""
    soon = timezone.localdate().replace(year=timezone.localdate().year + 1)
    Asset.objects.filter(status__in=("in_use", "standby")).update(support_ends_on=soon, support_source="own")
    return world


def theirs(world: World, who: str, which: str) -> set[str]:
    trusts = {world.orgs[name].pk for name in REGISTER.get(who, ())}
    machines = Asset.objects.filter(trust_id__in=trusts)
    if which == FLEET:
        machines = machines.filter(status__in=("in_use", "standby"))
    return {asset.reference for asset in machines}


def shown(response: object) -> set[str]:
    """The references that an answer mentions, if only by a link to the machine or by its serial number."""
    text = read(response)
    by_reference = set(re.findall(r"\bA\d{6}\b", text))
    by_link = {f"A{int(pk):06d}" for pk in re.findall(r"/equipment/(\d+)/", text)}
    by_serial = {
        asset.reference
        for asset in Asset.objects.exclude(serial_number="")
        if re.search(rf"(?<![\w-]){re.escape(asset.serial_number)}(?![\w-])", text)
    }
    return by_reference | by_link | by_serial


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("who", [*REGISTER, "stranger"])
def test_everybody_is_shown_their_machines_and_no_others(fleet, who, channel):
    name, query, which = CHANNELS[channel]
    if name == "labels_file" and why_unavailable():
        pytest.skip("PDFs cannot be made here.")
    response = signed_in(fleet, who).get(reverse(name) + query)
    expected = theirs(fleet, who, which)
    if not expected:
        assert response.status_code == 403
    assert shown(response) == expected


@pytest.mark.parametrize("who", [*REGISTER, "stranger"])
@pytest.mark.parametrize("format_", ["xlsx", "pdf"])
def test_an_inventory_is_furnished_of_ones_own_trusts_only(fleet, who, format_):
    if format_ == "pdf" and why_unavailable():
        pytest.skip("PDFs cannot be made here.")
    client = signed_in(fleet, who)
    for trust in ("Ash", "Beech", "Cedar"):
        query = {"trust": fleet.orgs[trust].code, "format": format_}
        response = client.get(reverse("inventory_file"), query)
        if trust not in REGISTER.get(who, ()):
            assert response.status_code in (403, 404)
            assert shown(response) == set()
            continue
        machines = Asset.objects.filter(trust=fleet.orgs[trust], status__in=("in_use", "standby"))
        assert shown(response) == {asset.reference for asset in machines}


@pytest.mark.parametrize("who", [name for name in REGISTER if name != "network finance"])
def test_a_calendar_has_the_dates_of_ones_own_machines_and_needs_no_sign_in(fleet, who):
    user = fleet.people[who]
    actor = actor_for(user, user.appointments.select_related("organisation").first(), on=fleet.today)
    secret = make_feed(by=actor, at=timezone.now())
    response = Client().get(reverse("calendar_feed", args=[secret]))
    assert response.status_code == 200
    unfolded = read(response).replace("\r\n ", "")
    assert set(re.findall(r"\bA\d{6}\b", unfolded)) == theirs(fleet, who, FLEET)


@pytest.mark.parametrize("who", REGISTER)
def test_the_numbers_beside_choices_count_ones_own_machines(fleet, who):
    """The sites offered, with their counts: what an autocomplete is filled from."""
    text = read(signed_in(fleet, who).get(reverse("asset_list") + "?status=all&numbers=shown"))
    sites = {f"{name} site" for name in REGISTER[who]}
    strange = {"Ash site", "Beech site", "Cedar site"} - sites
    assert all(site in text for site in sites)
    assert not any(site in text for site in strange)
