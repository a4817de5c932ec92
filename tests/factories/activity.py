from datetime import UTC, date, datetime

import factory

from assets.domain.activity_periods import Period, PeriodKind
from assets.models import Activity
from tests.factories.assets import AssetFactory


class ActivityFactory(factory.django.DjangoModelFactory):
    """1,000 examinations of a machine in April 2026. For a site: `asset=None`, its trust, site, modality and machines."""

    class Meta:
        model = Activity

    asset = factory.SubFactory(AssetFactory)
    starts_on = date(2026, 4, 1)
    period_kind = PeriodKind.MONTH.value
    ends_on = factory.LazyAttribute(lambda o: Period(o.starts_on, PeriodKind(o.period_kind)).ends_on)
    period_hours = factory.LazyAttribute(lambda o: Period(o.starts_on, PeriodKind(o.period_kind)).hours)
    examinations = 1_000
    source = "RIS"
    recorded_at = datetime(2026, 11, 1, tzinfo=UTC)
