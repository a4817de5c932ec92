from datetime import date
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.domain.vocabulary import Status
from assets.forms.filters import AssetFilter
from assets.models import Asset
from assets.queries.asset_facets import facet_counts
from networks.models import Organisation
from tests.factories.assets import AssetFactory
from tests.factories.networks import network_of_trusts

pytestmark = pytest.mark.django_db


@pytest.fixture
def orgs() -> dict[str, Organisation]:
    return network_of_trusts("Ash")


def made(orgs, years: int | None, **values: Any) -> Asset:
    """Make a machine of so many years, or of an age not known."""
    installed_on = None if years is None else date(date.today().year - years, 1, 1)  # noqa: DTZ011
    precision = "" if installed_on is None else "D"
    asset: Asset = AssetFactory(
        trust=orgs["Ash"],
        site=orgs["Ash site"],
        installed_on=installed_on,
        installed_precision=precision,
        **values,
    )
    return asset


CHOICES = {
    "modality": ["CT", "MRI", "XR", "MG"],
    "band": ["0-4", "5-6", "7-9", "10-14", "15+", "unknown"],
    "condition": ["good", "fair", "poor", "not_known"],
    "status": ["", "in_use", "standby", "retired", "all"],
    "support": ["ended", "ending", "later", "not_known"],
    "ownership": ["owned", "leased", "not_known"],
    "catalogue": ["yes", "no"],
}


def found(asked: dict[str, list[str]]) -> AssetFilter:
    query = QueryDict(mutable=True)
    for name, values in asked.items():
        query.setlist(name, values)
    return AssetFilter(query, queryset=Asset.objects.all())


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_each_count_is_what_ticking_that_choice_alone_would_show(orgs, data):
    """Against the list itself: tick the choice, count the rows."""
    Asset.objects.all().delete()
    for _ in range(data.draw(st.integers(0, 12))):
        status = data.draw(st.sampled_from(Status))
        made(
            orgs,
            data.draw(st.sampled_from([None, 0, 5, 7, 10, 20])),
            modality=data.draw(st.sampled_from(CHOICES["modality"])),
            condition=data.draw(st.sampled_from(["", "good", "poor"])),
            ownership=data.draw(st.sampled_from(["", "owned", "leased"])),
            support_ends_on=data.draw(
                st.sampled_from([None, date(2021, 1, 1), date(2027, 6, 1), date(2040, 1, 1)])
            ),
            status=status,
            retired_on=date(2025, 1, 1) if status is Status.RETIRED else None,
        )
    asked = {
        facet: data.draw(st.lists(st.sampled_from(values), max_size=1 if facet == "status" else 2))
        for facet, values in CHOICES.items()
    }
    asked["as_at"] = data.draw(st.sampled_from([[], ["2022-03-31"], ["2031-03-31"]]))
    shown = found(asked)
    counted = facet_counts(
        shown.without_facets, shown.chosen, on=shown.on, network_of=shown.network_of
    ).choices
    for facet, values in CHOICES.items():
        for value in values:
            assert counted[facet][value] == found({**asked, facet: [value]}).qs.count(), (facet, value)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_counts_of_networks_trusts_and_sites_are_what_ticking_them_shows(orgs, data):
    orgs = orgs | network_of_trusts("Elm", "Oak", network="Southern", region="South West")
    Asset.objects.all().delete()
    trusts = ["Ash", "Elm", "Oak"]
    for _ in range(data.draw(st.integers(0, 10))):
        trust = data.draw(st.sampled_from(trusts))
        modality = data.draw(st.sampled_from(["CT", "MRI"]))
        AssetFactory(trust=orgs[trust], site=orgs[f"{trust} site"], modality=modality)
    rows = {
        "network": [str(orgs[name].pk) for name in ("Northern", "Southern")],
        "trust": [str(orgs[name].pk) for name in trusts],
        "site": [str(orgs[f"{name} site"].pk) for name in trusts],
    }
    asked = {
        facet: data.draw(st.lists(st.sampled_from(values), max_size=2)) for facet, values in rows.items()
    }
    asked["modality"] = data.draw(st.lists(st.sampled_from(["CT", "MRI"]), max_size=1))
    shown = found(asked)
    counted = facet_counts(shown.without_facets, shown.chosen, on=shown.on, network_of=shown.network_of)
    assert counted.total == shown.qs.count()
    for facet, values in rows.items():
        for value in values:
            expected = found({**asked, facet: [value]}).qs.count()
            assert counted.choices[facet][value] == expected, (facet, value)


def test_counting_takes_two_queries(orgs, django_assert_num_queries):
    for _ in range(3):
        made(orgs, 5)
    shown = found({"modality": ["CT"], "band": ["5-6"]})
    with django_assert_num_queries(2):
        facet_counts(shown.without_facets, shown.chosen, on=shown.on, network_of={})
