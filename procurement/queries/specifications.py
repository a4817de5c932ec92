"""Standard specifications as they are published: the latest of each, all versions of one, and what they cost."""

from dataclasses import dataclass
from itertools import pairwise

from django.db.models import QuerySet

from assets.models import Specification
from procurement.domain.pricing import PriceList, price_list
from procurement.domain.specification import Change, Content, Requirement, RequirementType, changes
from procurement.models import SpecificationVersion


def content_of(version: SpecificationVersion) -> Content:
    """Return all that a version says. Two queries, none where `whole_versions` fetched it."""
    return Content(
        summary=version.summary,
        cpv_code=version.cpv_code,
        unit_price_pence=version.unit_price_pence,
        works_pence=version.works_pence,
        price_base_on=version.price_base_on,
        price_source=version.price_source,
        lead_time_months=version.lead_time_months,
        tiers=tuple(sorted((tier.minimum_units, tier.discount_basis_points) for tier in version.tiers.all())),
        requirements=tuple(
            Requirement(
                number=row.number,
                group=row.group,
                name=row.name,
                type=RequirementType(row.type),
                evidence=row.evidence,
                is_mandatory=row.is_mandatory,
                unit=row.unit,
                minimum=row.minimum,
                maximum=row.maximum,
                expected=row.expected,
            )
            for row in version.requirements.all()
        ),
    )


def whole_versions() -> QuerySet[SpecificationVersion]:
    """Return the versions with their specification, tiers and requirements fetched in three queries."""
    return SpecificationVersion.objects.select_related("specification").prefetch_related(
        "tiers", "requirements"
    )


def latest_versions() -> list[SpecificationVersion]:
    """Return the newest version of each specification, whole, by modality and code. Three queries."""
    newest = {row.specification_id: row for row in whole_versions().order_by("version")}
    return sorted(newest.values(), key=lambda row: (row.specification.modality, row.specification.code))


@dataclass(frozen=True, slots=True)
class Edition:
    """One version with what it changed against the one before; `changes` is empty for the first."""

    version: SpecificationVersion
    content: Content
    changes: tuple[Change, ...]
    is_latest: bool


def editions(specification: Specification) -> list[Edition]:
    """Return all versions of a specification, newest first, each with its changes. Three queries."""
    rows = list(whole_versions().filter(specification=specification).order_by("version"))
    contents = [content_of(row) for row in rows]
    differences: list[tuple[Change, ...]] = [()]
    differences += [changes(before, after) for before, after in pairwise(contents)]
    found = [
        Edition(row, content, difference, is_latest=row is rows[-1])
        for row, content, difference in zip(rows, contents, differences, strict=False)
    ]
    return found[::-1]


def price_list_of(version: SpecificationVersion) -> PriceList:
    """Return what a version costs by quantity, ex VAT. One query, none where its tiers are fetched."""
    tiers = [(tier.minimum_units, tier.discount_basis_points) for tier in version.tiers.all()]
    return price_list(version.unit_price_pence, tiers)
