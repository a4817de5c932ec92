"""The list narrowed to regions, to what is due, and to ages in years."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from networks.domain.access import Role
from networks.models import Organisation
from tests.factories.assets import AssetFactory
from tests.factories.networks import network_of_trusts, person

pytestmark = pytest.mark.django_db
AS_AT = "2026-11-24"


@pytest.fixture
def orgs() -> dict[str, Organisation]:
    made = network_of_trusts("Ash")
    return made | network_of_trusts("Cedar", network="Southern", region="South West")


def client_of(role: Role, organisation: Organisation) -> Client:
    client = Client()
    client.force_login(person(role, organisation))
    return client


def test_regions_are_offered_to_those_who_see_all_of_england(orgs: dict[str, Organisation]) -> None:
    for trust in ("Ash", "Ash", "Cedar"):
        AssetFactory(trust=orgs[trust], site=orgs[f"{trust} site"])
    analyst = client_of(Role.NATIONAL_ANALYST, orgs["England"])
    page = analyst.get(reverse("asset_list"), {"region": orgs["North West"].pk})
    assert page.context["total"] == 2
    assert [str(label) for _, label in page.context["form"].fields["region"].choices] == [
        "North West",
        "South West",
    ]
    manager = client_of(Role.EQUIPMENT_MANAGER, orgs["Ash"])
    assert "region" not in manager.get(reverse("asset_list")).context["form"].fields
    assert manager.get(reverse("asset_list"), {"region": orgs["South West"].pk}).context["total"] == 0
    assert analyst.get(reverse("asset_list"), {"region": "north"}).context["total"] == 3


def test_what_is_due_and_ages_in_years_on_the_edges(orgs: dict[str, Organisation]) -> None:
    for day in (date(2019, 11, 24), date(2019, 11, 25), date(2020, 3, 31), date(2020, 4, 1), None):
        AssetFactory(
            trust=orgs["Ash"],
            site=orgs["Ash site"],
            installed_on=day,
            installed_precision="D" if day else "",
        )
    client = client_of(Role.EQUIPMENT_MANAGER, orgs["Ash"])

    def total(**query: object) -> int:
        found: int = client.get(reverse("asset_list"), {"as_at": AS_AT, **query}).context["total"]
        return found

    assert total(due="overdue") == 1
    assert total(due="this_year") == 2
    assert total(due=["overdue", "this_year"]) == 3
    assert total(age_from=7) == 1
    assert total(age_below=7) == 3
    assert total(age_from=6, age_below=7) == 3
    assert total(age_from=0) == 4
