"""Reading price records: one's own as rows, everybody's as purchases without a buyer's name."""

from datetime import date

from django.db.models import QuerySet

from networks.domain.access import Actor, Permission
from procurement.domain.benchmark import Purchase
from procurement.models import PriceRecord

MOST_COMPARED = 200
"""Of one's own purchases beside a benchmark; all of them are in the list of purchases."""


def own_prices(actor: Actor) -> QuerySet[PriceRecord]:
    """Return the price records the actor may see one by one, with all that a list shows. One query when read."""
    return PriceRecord.objects.visible_to(actor).select_related("trust", "region", "specification")


def purchases_to_compare(actor: Actor, specification_id: int, *, since: date) -> list[PriceRecord]:
    """Return the actor's own purchases of a specification priced on or after a date, newest first, 200 at most.

    None for somebody who sees all of England: they have no purchases of their own to set beside the rest. One query.
    """
    if actor.scope(Permission.VIEW_PRICES).everywhere:
        return []
    own = own_prices(actor).filter(specification_id=specification_id, priced_on__gte=since)
    return list(own[:MOST_COMPARED])


def purchases_of(specification_id: int, *, since: date) -> list[Purchase]:
    """Return every purchase in England of a specification priced on or after a date, grouped by the buyer's region.

    This reads other people's prices on purpose: they leave it only through `benchmark.summarise`, which names no buyer
    and hides what rests on too little. One query.
    """
    rows = PriceRecord.objects.filter(specification_id=specification_id, priced_on__gte=since).order_by("pk")
    return [
        Purchase(region, buyer, quantity, price, on)
        for region, buyer, quantity, price, on in rows.values_list(
            "region__name", "trust_id", "quantity", "unit_price_pence", "priced_on"
        )
    ]
