from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from assets.actions.activity import check_activity
from assets.domain.vocabulary import Modality
from assets.models import ActivityBatch, Asset
from networks.domain.access import Actor, Role
from networks.models import Organisation
from tests.factories.assets import AssetFactory, SpecificationFactory
from tests.factories.networks import actor, network_of_trusts

ON = date(2026, 11, 24)
AT = datetime(2026, 11, 24, 12, tzinfo=timezone.get_default_timezone())


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


Machine = Callable[..., Asset]


@pytest.fixture
def machine(orgs) -> Machine:
    """Make a CT of Ash with what a test says of it."""

    def made(trust: str = "Ash", **more: object) -> Asset:
        return AssetFactory(trust=orgs[trust], site=orgs[f"{trust} site"], **more)

    return made


Check = Callable[..., ActivityBatch]


@pytest.fixture
def check(orgs, manager) -> Check:
    """Check lines of CSV, headings first, for Ash."""

    def checked(*lines: str, by: Actor = manager, trust: str | None = "Ash", on: date = ON) -> ActivityBatch:
        file = ContentFile("\n".join(lines).encode(), name="ris.csv")
        return check_activity(by=by, file=file, trust=orgs[trust] if trust else None, source="RIS", on=on)

    return checked
