"""A standard specification as a document for bidders: its requirements with the evidence asked for, and no prices."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from networks.documents.pdf import document_html
from procurement.domain.specification import Content, Requirement


@dataclass(frozen=True, slots=True)
class RequirementGroup:
    """Requirements that stand under one heading."""

    name: str
    requirements: tuple[Requirement, ...]


def grouped(requirements: Iterable[Requirement]) -> tuple[RequirementGroup, ...]:
    """Return requirements under their headings, both in the order given."""
    groups: dict[str, list[Requirement]] = {}
    for requirement in requirements:
        groups.setdefault(requirement.group, []).append(requirement)
    return tuple(RequirementGroup(name, tuple(items)) for name, items in groups.items())


def specification_html(*, code: str, name: str, version: int, published_on: date, content: Content) -> str:
    """Return the document's HTML; `pdf.make_pdf` makes the file of it. Planned prices and discounts stay out."""
    return document_html(
        "documents/specification.html",
        {
            "code": code,
            "name": name,
            "version": version,
            "published_on": published_on,
            "summary": content.summary,
            "cpv_code": content.cpv_code,
            "groups": grouped(content.requirements),
            "mandatory": sum(requirement.is_mandatory for requirement in content.requirements),
            "desirable": sum(not requirement.is_mandatory for requirement in content.requirements),
        },
    )


def specification_file_name(code: str, version: int) -> str:
    """Return the name under which the document is saved and sent."""
    return f"specification-{code}-v{version}.pdf"
