"""Publishing standard specifications. A published version never changes: different content becomes the next version."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db import transaction

from assets.models import Specification
from networks.actions.events import record
from networks.domain.access import Actor, Permission
from procurement.domain.specification import Change, Content, StandardSpecification, changes
from procurement.domain.specification_files import check_together
from procurement.models import PriceTier, Requirement, SpecificationVersion
from procurement.queries.specifications import content_of, whole_versions


class Outcome(StrEnum):
    """What publishing did."""

    UNCHANGED = "unchanged"
    FIRST = "first version"
    NEXT = "new version"


@dataclass(frozen=True, slots=True)
class Published:
    """One specification after publishing: the version in force, what happened, and what changed against the last."""

    version: SpecificationVersion
    outcome: Outcome
    changes: tuple[Change, ...]


@transaction.atomic
def publish_all(
    *, by: Actor, standards: Iterable[StandardSpecification], today: date
) -> tuple[Published, ...]:
    """Publish a whole set of specifications, all or none.

    Content equal to the latest version's is left alone, so doing it twice changes nothing. The set decides the default
    of each modality: it must name exactly one of each (FaultyFile otherwise). Raises NotAllowed without ADMINISTER.
    """
    by.require(Permission.ADMINISTER)
    standards = sorted(standards, key=lambda standard: standard.code)
    check_together(standards)
    defaults = {standard.code for standard in standards if standard.is_default}
    # The old default steps down first: the database allows no modality two of them, not even for a moment.
    Specification.objects.filter(is_default=True).exclude(code__in=defaults).update(is_default=False)
    return tuple(_publish(by, standard, today) for standard in standards)


def _publish(by: Actor, standard: StandardSpecification, today: date) -> Published:
    specification, _ = Specification.objects.update_or_create(
        code=standard.code,
        defaults={
            "name": standard.name,
            "modality": standard.modality.value,
            "is_default": standard.is_default,
        },
    )
    latest = whole_versions().filter(specification=specification).order_by("version").last()
    if latest is None:
        version = _write(specification, standard.content, 1, min(standard.published_on, today))
        _record(by, version, f"{len(standard.content.requirements)} requirements")
        return Published(version, Outcome.FIRST, ())
    before = content_of(latest)
    if before == standard.content:
        return Published(latest, Outcome.UNCHANGED, ())
    # A file changed without a new date was still not in force before today.
    newer = standard.published_on > latest.published_on
    published_on = min(standard.published_on, today) if newer else today
    version = _write(specification, standard.content, latest.version + 1, published_on)
    difference = changes(before, standard.content)
    _record(by, version, f"{len(difference)} changed: {', '.join(change.what for change in difference)}")
    return Published(version, Outcome.NEXT, difference)


def _write(
    specification: Specification, content: Content, number: int, published_on: date
) -> SpecificationVersion:
    version = SpecificationVersion.objects.create(
        specification=specification,
        version=number,
        published_on=published_on,
        summary=content.summary,
        cpv_code=content.cpv_code,
        unit_price_pence=content.unit_price_pence,
        works_pence=content.works_pence,
        price_base_on=content.price_base_on,
        price_source=content.price_source,
        lead_time_months=content.lead_time_months,
    )
    PriceTier.objects.bulk_create(
        PriceTier(version=version, minimum_units=minimum, discount_basis_points=discount)
        for minimum, discount in content.tiers
    )
    Requirement.objects.bulk_create(
        Requirement(
            version=version,
            number=requirement.number,
            group=requirement.group,
            name=requirement.name,
            type=requirement.type.value,
            unit=requirement.unit,
            minimum=requirement.minimum,
            maximum=requirement.maximum,
            expected=requirement.expected,
            evidence=requirement.evidence,
            is_mandatory=requirement.is_mandatory,
            position=position,
        )
        for position, requirement in enumerate(content.requirements, start=1)
    )
    return version


def _record(by: Actor, version: SpecificationVersion, what: str) -> None:
    record(
        by=by,
        action="specification.published",
        subject_type="specification",
        subject_id=version.specification_id,
        subject_label=str(version.specification),
        changes={"version": (version.version - 1 or None, version.version), "requirements": (None, what)},
    )
