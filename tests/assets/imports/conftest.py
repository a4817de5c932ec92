from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from assets.actions.import_batches import check_file
from assets.domain.vocabulary import Modality
from assets.models import ImportBatch
from networks.domain.access import Actor, Role
from networks.models import Organisation
from tests.factories.assets import SpecificationFactory
from tests.factories.networks import actor, network_of_trusts, person

ON = date(2026, 11, 10)
AT = datetime(2026, 11, 10, 12, tzinfo=timezone.get_default_timezone())


@pytest.fixture
def orgs(db) -> dict[str, Organisation]:
    """Two trusts, Ash and Beech, with a site each, and a usual specification for every modality."""
    for modality in Modality:
        SpecificationFactory(
            code=f"{modality}-STD", modality=modality, name=f"General {modality.label}", is_default=True
        )
    return network_of_trusts("Ash", "Beech")


@pytest.fixture
def manager(orgs) -> Actor:
    """The equipment manager of Ash."""
    return actor(Role.EQUIPMENT_MANAGER, orgs["Ash"], on=ON)


@pytest.fixture
def browser(client: Client, orgs) -> Client:
    """Ash's equipment manager, signed in."""
    client.force_login(person(Role.EQUIPMENT_MANAGER, orgs["Ash"], name="Mo Manager"))
    return client


Check = Callable[..., ImportBatch]


@pytest.fixture
def check(orgs, manager) -> Check:
    """Check lines of CSV, headings first, for Ash."""

    def checked(*lines: str, by: Actor = manager, trust: str | None = "Ash", on: date = ON) -> ImportBatch:
        file = ContentFile("\n".join(lines).encode(), name="fleet.csv")
        return check_file(by=by, file=file, trust=orgs[trust] if trust else None, on=on)

    return checked
