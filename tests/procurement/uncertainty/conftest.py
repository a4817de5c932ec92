"""A solved plan of two trusts with dates known to the day, the month, the year and not at all."""

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from assets.models import Asset
from procurement.actions.plan_versions import save_version
from procurement.models import PlanVersion
from procurement.queries.planning_problem import planning_problem
from tests.builders.plan_results import result_for
from tests.factories.plans import TODAY, Planned, ready_plan


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda at=None: at.date() if at else TODAY)


@pytest.fixture
def made() -> Planned:
    """Six machines a trust; of each trust's first three: not known, year only, month only."""
    made = ready_plan(assets_each=6, envelope_pence=80_000_000)
    for asset in made.assets[::6]:
        change(asset, installed_on=None, installed_precision="")
    for asset in made.assets[1::6]:
        change(asset, installed_on=date(asset.installed_on.year, 1, 1), installed_precision="Y")
    for asset in made.assets[2::6]:
        change(asset, installed_on=asset.installed_on.replace(day=1), installed_precision="M")
    return made


def change(asset: Asset, **values: object) -> None:
    """Set facts of a machine, registered well before today."""
    Asset.objects.filter(pk=asset.pk).update(created_at=datetime(2026, 1, 5, 12, tzinfo=UTC), **values)
    asset.refresh_from_db()


def solved(made: Planned, **values: object) -> PlanVersion:
    problem = planning_problem(made.plan, on=TODAY)
    return save_version(
        by=made.lead,
        plan=made.plan,
        problem=problem,
        result=result_for(problem, **values),
        run=None,
        on=TODAY,
    )


@pytest.fixture
def version(made) -> PlanVersion:
    return solved(made)
