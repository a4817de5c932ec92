from collections.abc import Iterator

import pytest
from django.db import transaction

from tests.sweeps.world import World, build


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: object) -> Iterator[World]:
    """The world, built once for a module; what a test changes is taken back after it, and all of it at the end."""
    with django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]
        yield build()
        transaction.set_rollback(True)
