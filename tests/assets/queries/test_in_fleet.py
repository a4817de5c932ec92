"""The database and the domain say alike which machines were in the fleet on a day."""

from datetime import date, timedelta
from itertools import product

import pytest

from assets.domain.fleet import was_in_fleet
from assets.domain.vocabulary import Status
from assets.models import Asset
from assets.queries.assets import in_fleet_on
from tests.factories.assets import AssetFactory
from tests.factories.networks import network_of_trusts

ON = date(2026, 11, 24)
AROUND = [None, ON - timedelta(days=1), ON, ON + timedelta(days=1)]


@pytest.mark.django_db
def test_the_database_agrees_with_the_rule():
    ash = network_of_trusts("Ash")
    for status, installed_on, retired_on in product(Status, AROUND, AROUND):
        if retired_on is None or (
            status is Status.RETIRED and (installed_on is None or installed_on <= retired_on)
        ):
            AssetFactory(
                trust=ash["Ash"],
                site=ash["Ash site"],
                status=status.value,
                installed_on=installed_on,
                installed_precision="D" if installed_on else "",
                retired_on=retired_on,
            )
    assert Asset.objects.count() > 20
    there = {
        asset.pk
        for asset in Asset.objects.all()
        if was_in_fleet(
            status=asset.status, installed_on=asset.installed_on, retired_on=asset.retired_on, on=ON
        )
    }
    assert 0 < len(there) < Asset.objects.count()
    assert set(Asset.objects.filter(in_fleet_on(ON)).values_list("pk", flat=True)) == there
