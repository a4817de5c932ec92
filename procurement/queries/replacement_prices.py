"""The price of one new machine of each standard specification, for the register's priority score."""

from datetime import date

from procurement.models import SpecificationVersion


def unit_prices(on: date) -> dict[int, int]:
    """Return the unit price in pence, ex VAT, of the latest version published by `on`, by specification id. One query."""
    versions = SpecificationVersion.objects.filter(published_on__lte=on).order_by(
        "specification_id", "version"
    )
    return dict(versions.values_list("specification_id", "unit_price_pence"))
