"""Two people at the same moment, on a database that lets two write at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from assets.actions.assets import Conflict, correct_asset
from assets.models import Asset
from networks.domain.access import command
from networks.models import Event
from tests.factories.assets import AssetFactory

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor == "sqlite",
        reason="SQLite lets one write at a time, and threads share its test database",
    ),
]


def test_of_two_corrections_at_once_one_is_saved_and_one_is_a_conflict():
    asset = AssetFactory()
    together = Barrier(2, timeout=10)

    def correct(model_name: str) -> str:
        try:
            together.wait()
            correct_asset(
                by=command(model_name),
                asset=asset,
                values={"model_name": model_name},
                version=1,
                reason="At once",
            )
        except Conflict:
            return "conflict"
        else:
            return model_name
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as people:
        ended = sorted(people.map(correct, ["One", "Two"]))
    saved = Asset.objects.get()
    assert ended in (["One", "conflict"], ["Two", "conflict"])
    assert saved.model_name in ended
    assert saved.version == 2
    assert Event.objects.count() == 1
    assert saved.history.count() == 2
