"""All that a tender's bundle says, read once. What bidders receive holds no price, share or discount that trusts expect."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from assets.models import Asset
from procurement.domain.specification import Content
from procurement.domain.tender_dates import Stage
from procurement.models import Tender, TenderLine
from procurement.queries.specifications import content_of, whole_versions
from procurement.queries.tenders import plan_versions_of, stages_of, state_of, tender_lines


@dataclass(frozen=True, slots=True)
class Delivery:
    """One machine to be delivered: `number` is the lot's and its own, as "2.1"; "" stands for what is not known."""

    number: str
    trust: str
    trust_code: str
    site: str
    site_code: str
    postcode: str
    room: str
    replaces: str
    """The machine that goes: modality, maker, model and serial number."""
    deliver_by: date


@dataclass(frozen=True, slots=True)
class Lot:
    """What one trust buys within the tender."""

    number: int
    trust: str
    trust_code: str
    deliveries: tuple[Delivery, ...]


@dataclass(frozen=True, slots=True)
class PlanReference:
    """A plan version that asked for these machines, with the fingerprint of what it was solved from."""

    plan: str
    version: int
    register_as_at: date
    inputs_hash: str


@dataclass(frozen=True, slots=True)
class BundleContent:
    """A tender as bidders are told of it. Equal content gives equal files, to the byte."""

    reference: str
    name: str
    network: str
    is_draft: bool
    """Whether trusts can still join and withdraw."""
    year: int
    opened_on: date
    opened_by: str
    key_date_on: date
    deliver_by: date
    stages: tuple[Stage, ...]
    lots: tuple[Lot, ...]
    vat_basis_points: int
    quantities: tuple[int, ...]
    """The quantities from which bidders are asked for a price, smallest first."""
    specification_code: str
    specification_name: str
    specification_version: int
    specification_published_on: date
    specification: Content
    plans: tuple[PlanReference, ...]
    state: str

    @property
    def deliveries(self) -> tuple[Delivery, ...]:
        return tuple(delivery for lot in self.lots for delivery in lot.deliveries)

    @property
    def units(self) -> int:
        return len(self.deliveries)


def bundle_content(tender: Tender) -> BundleContent | None:
    """Return what the tender's bundle says; None where nobody is left in it. Six queries, however many machines."""
    lines = tender_lines(tender)
    live = [line for line in lines if line.withdrawn_at is None]
    if not live:
        return None
    bought = whole_versions().get(pk=tender.specification_version_id)
    content = content_of(bought)
    deliver_by = max(line.deliver_by for line in live)
    return BundleContent(
        reference=f"T{tender.pk:06d}",
        name=tender.name,
        network=tender.network.name,
        is_draft=tender.status == Tender.Status.OPEN,
        year=tender.year,
        opened_on=timezone.localdate(tender.opened_at),
        opened_by=tender.opened_by.name if tender.opened_by else "",
        key_date_on=tender.key_date_on,
        deliver_by=deliver_by,
        # A bundle made again tomorrow must be the same, so its stages are dates without a "now".
        stages=stages_of(tender, deliver_by=deliver_by, today=timezone.localdate(tender.opened_at)),
        lots=_lots(live),
        vat_basis_points=live[0].plan_line.version.plan.vat_basis_points,
        quantities=tuple(sorted({1, len(live), *(minimum for minimum, _ in content.tiers)})),
        specification_code=bought.specification.code,
        specification_name=bought.specification.name,
        specification_version=bought.version,
        specification_published_on=bought.published_on,
        specification=content,
        plans=tuple(
            PlanReference(version.plan.name, version.number, version.register_as_at, version.inputs_hash)
            for version in plan_versions_of(live)
        ),
        state=state_of(tender, lines),
    )


def _lots(live: list[TenderLine]) -> tuple[Lot, ...]:
    # Sorted here and not by the database, whose order of letters is its own: the files must not depend on it.
    live = sorted(live, key=lambda line: (line.trust.name, line.trust.code, line.site.name, line.pk))
    trusts = {line.trust_id: line.trust for line in live}
    return tuple(
        Lot(
            number=number,
            trust=trust.name,
            trust_code=trust.code,
            deliveries=tuple(
                _delivery(f"{number}.{place}", line)
                for place, line in enumerate([x for x in live if x.trust_id == trust_id], start=1)
            ),
        )
        for number, (trust_id, trust) in enumerate(trusts.items(), start=1)
    )


def _delivery(number: str, line: TenderLine) -> Delivery:
    machine = line.plan_line.asset
    return Delivery(
        number=number,
        trust=line.trust.name,
        trust_code=line.trust.code,
        site=line.site.name,
        site_code=line.site.code,
        postcode=line.site.postcode,
        room=machine.location if machine else "",
        replaces=_replaced(machine) if machine else "nothing: an additional machine",
        deliver_by=line.deliver_by,
    )


def _replaced(machine: Asset) -> str:
    """The machine that makes room: what it is, and its serial number where that is known."""
    made = " ".join(part for part in (machine.manufacturer, machine.model_name) if part)
    serial = f"serial number {machine.serial_number}" if machine.serial_number else ""
    return ", ".join(part for part in (f"{machine.get_modality_display()} {made}".strip(), serial) if part)
