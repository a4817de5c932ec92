"""Recording what was paid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from assets.domain.problems import Problem
from assets.imports.register_file import Upload, short_name
from assets.models import Specification
from networks.actions.events import record
from networks.domain.access import Actor, Permission
from networks.domain.figures import pounds
from networks.domain.organisations import Structure
from networks.models import Organisation
from networks.queries.organisations import structure
from procurement.domain.price_rows import Known, read_price_row
from procurement.imports.prices import read_price_file
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
    england = {day: structure(on=day) for day in {facts.priced_on for facts in prices}}
    records = [_record(by, facts, england[facts.priced_on], on) for facts in prices]
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


def _record(by: Actor, facts: PriceFacts, england: Structure, on: date) -> PriceRecord:
    by.require(Permission.EDIT_PRICES, trust_id=facts.trust.pk)
    if facts.priced_on > on:
        raise PriceRefused(f"The price is dated {facts.priced_on:%-d %B %Y}, which is in the future.")
    if facts.unit_price_pence <= 0 or facts.quantity < 1:
        raise PriceRefused("The unit price and the quantity must be above nothing.")
    region_id = england.region_of(facts.trust.pk)
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


@dataclass(frozen=True, slots=True)
class PriceFileResult:
    """What a spreadsheet of purchases did: how many were recorded, or every problem (then none was)."""

    recorded: int
    problems: tuple[Problem, ...]


def import_prices(*, by: Actor, upload: Upload, max_bytes: int, on: date) -> PriceFileResult:
    """Record the purchases of a spreadsheet, all or none.

    Raises NotAllowed without EDIT_PRICES, FileProblem where the file cannot be read at all.
    """
    by.require(Permission.EDIT_PRICES)
    headings, rows = read_price_file(upload, max_bytes=max_bytes)
    trusts = list(Organisation.objects.trusts_visible_to(by, Permission.EDIT_PRICES))
    specifications = list(Specification.objects.all())
    known = Known(
        trusts={name.casefold(): t.pk for t in trusts for name in (t.name, t.code)},
        specifications={name.casefold(): s.pk for s in specifications for name in (s.name, s.code)},
        routes={label.casefold(): value for value, label in PriceRecord.Route.choices if value},
    )
    read = [read_price_row(number, cells, headings, known=known, on=on) for number, cells in rows]
    problems = [problem for _, found in read for problem in found]
    if problems:
        return PriceFileResult(0, tuple(problems))
    trust_of, specification_of = {t.pk: t for t in trusts}, {s.pk: s for s in specifications}
    facts = [
        PriceFacts(
            trust=trust_of[row.trust_id],
            specification=specification_of[row.specification_id],
            quantity=row.quantity,
            unit_price_pence=row.unit_price_pence,
            priced_on=row.priced_on,
            source=row.source,
            route=row.route,
            supplier=row.supplier,
        )
        for row, _ in read
        if row is not None
    ]
    made = record_prices(by=by, prices=facts, on=on, reason=f"Spreadsheet {short_name(upload.name or '')}")
    return PriceFileResult(len(made), ())
