"""Recording what was paid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from assets.models import Specification
from networks.actions.events import record
from networks.domain.access import Actor, Permission
from networks.models import Organisation
from networks.queries.organisations import structure
from networks.templatetags.format import pounds
from procurement.models import PriceRecord


class PriceRefused(ValueError):
    """A price that cannot be recorded. The message is fit to be shown."""


@dataclass(frozen=True, slots=True)
class PriceFacts:
    """What is known of one purchase. `unit_price_pence`: equipment only, ex VAT."""

    trust: Organisation
    specification: Specification
    quantity: int
    unit_price_pence: int
    priced_on: date
    source: str
    route: str = ""
    supplier: str = ""


@transaction.atomic
def record_prices(
    *, by: Actor, prices: Sequence[PriceFacts], on: date, reason: str = ""
) -> list[PriceRecord]:
    """Record purchases, all or none, each with the region its buyer was in on the day of the price.

    Raises NotAllowed where the actor may not record prices for a buyer, PriceRefused for a date after `on`, an amount
    of nothing, or a buyer whose region on that day is not known.
    """
    records = [_record(by, facts, on) for facts in prices]
    PriceRecord.objects.bulk_create(records)
    for made in records:
        record(
            by=by,
            action="price.recorded",
            subject_type="price",
            subject_id=made.pk,
            subject_label=f"{made.specification.code}, {made.trust.name}, {made.priced_on:%-d %B %Y}",
            changes={
                "unit price, ex VAT": (None, pounds(made.unit_price_pence)),
                "quantity": (None, made.quantity),
                "source": (None, made.source),
            },
            reason=reason,
            trust_id=made.trust_id,
        )
    return records


def _record(by: Actor, facts: PriceFacts, on: date) -> PriceRecord:
    by.require(Permission.EDIT_PRICES, trust_id=facts.trust.pk)
    if facts.priced_on > on:
        raise PriceRefused(f"The price is dated {facts.priced_on:%-d %B %Y}, which is in the future.")
    if facts.unit_price_pence <= 0 or facts.quantity < 1:
        raise PriceRefused("The unit price and the quantity must be above nothing.")
    region_id = structure(on=facts.priced_on).region_of(facts.trust.pk)
    if region_id is None:
        raise PriceRefused(
            f"The region of {facts.trust.name} on {facts.priced_on:%-d %B %Y} is not known, so the price cannot be "
            "compared. An administrator can record which ICB the trust belonged to."
        )
    return PriceRecord(
        trust=facts.trust,
        region_id=region_id,
        specification=facts.specification,
        quantity=facts.quantity,
        unit_price_pence=facts.unit_price_pence,
        priced_on=facts.priced_on,
        route=facts.route,
        supplier=facts.supplier,
        source=facts.source,
        recorded_by_id=by.user_id,
    )
