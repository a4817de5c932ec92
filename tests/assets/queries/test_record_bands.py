from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.domain.completeness import completeness, wanted_facts
from assets.domain.vocabulary import Modality
from assets.models import Asset
from assets.queries.record_bands import BANDS, of_completeness
from tests.factories.assets import AssetFactory
from tests.factories.networks import network_of_trusts

pytestmark = pytest.mark.django_db

KNOWN: dict[str, Any] = {
    "manufacturer": "Acme",
    "model_name": "Turbo",
    "serial_number": "S",
    "year_of_manufacture": 2015,
    "installed_on": date(2016, 1, 1),
    "support_ends_on": date(2030, 1, 1),
    "location": "Room 1",
    "ownership": "owned",
    "condition": "good",
    "maintenance_ends_on": date(2028, 1, 1),
    "is_networked": False,
    "examinations_per_year": 0,
}


@pytest.fixture
def orgs():
    return network_of_trusts("Ash")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    machines=st.lists(
        st.tuples(st.sampled_from(Modality), st.sets(st.sampled_from(sorted(KNOWN)))), min_size=1, max_size=8
    )
)
def test_the_database_finds_the_records_that_the_rule_finds(orgs, machines):
    Asset.objects.all().delete()
    for number, (modality, known) in enumerate(machines):
        facts = {key: KNOWN[key] for key in known}
        empty = {key: None if Asset._meta.get_field(key).null else "" for key in KNOWN}
        values = empty | facts | ({"serial_number": f"S{number}"} if "serial_number" in known else {})
        precision = "D" if values["installed_on"] else ""
        AssetFactory(
            trust=orgs["Ash"],
            site=orgs["Ash site"],
            modality=modality,
            **values,
            installed_precision=precision,
        )
    by_rule: dict[str, set[int]] = {band: set() for band in BANDS}
    for asset in Asset.objects.all():
        modality = Modality(asset.modality)
        facts = {fact.key: getattr(asset, fact.key) for fact in wanted_facts(modality)}
        percent = completeness(facts, modality).percent or 0
        by_rule[next(band for band, (least, below) in BANDS.items() if least <= percent < below)].add(
            asset.pk
        )
    for band, expected in by_rule.items():
        found = Asset.objects.filter(of_completeness([band]))
        assert set(found.values_list("pk", flat=True)) == expected, band
    assert Asset.objects.filter(of_completeness(BANDS)).count() == len(machines)
