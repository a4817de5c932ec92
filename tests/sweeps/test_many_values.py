"""Addresses with thousands of values: answered, and in no more time than one value takes."""

import time

import pytest
from django.urls import reverse

from tests.sweeps.test_addresses import signed_in

pytestmark = pytest.mark.django_db
MANY = 9_000

REPEATED = (
    "modality=CT",
    "band=under_5",
    "support=ended",
    "condition=poor",
    "due=overdue",
    "ownership=owned",
    "missing=serial_number",
    "region=1",
)


@pytest.mark.parametrize("said", REPEATED)
def test_a_choice_said_thousands_of_times_is_said_once(world, said):
    client, url = signed_in(world, "manager"), reverse("asset_list")
    once = client.get(f"{url}?{said}").context["total"]
    begun = time.monotonic()
    answer = client.get(f"{url}?{'&'.join([said] * MANY)}")
    assert time.monotonic() - begun < 10
    assert (answer.status_code, answer.context["total"]) == (200, once)


@pytest.mark.parametrize("name", ["asset_list", "asset_export", "labels_page", "api-asset-list"])
@pytest.mark.parametrize("filtered", ["site", "trust", "specification", "network"])
def test_thousands_of_numbers_are_no_fault(world, name, filtered):
    numbers = "&".join(f"{filtered}={number}" for number in range(10**6, 10**6 + MANY))
    assert signed_in(world, "manager").get(f"{reverse(name)}?{numbers}").status_code == 200
