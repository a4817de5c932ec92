"""An asset's facts as people read them: names, not ids. Events, history, conflicts and pages all say them alike."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from assets.domain.columns import BY_KEY
from assets.domain.vocabulary import Condition, Modality, Status
from assets.models import Specification
from networks.models import Organisation
from networks.templatetags.format import date_gb, partial_date, pounds

Words = dict[str, str | None]
"""Fact, as people name it, to its value, as people read it; None is "not known"."""


class Facts(Protocol):
    """What an asset and each row of its history have in common."""

    trust_id: int
    site_id: int
    location: str
    asset_tag: str
    modality: str
    specification_id: int
    manufacturer: str
    model_name: str
    serial_number: str
    year_of_manufacture: int | None
    installed_on: date | None
    installed_precision: str
    support_ends_on: date | None
    condition: str
    examinations_per_year: int | None
    price_paid_pence: int | None
    status: str
    retired_on: date | None
    notes: str


@dataclass(frozen=True, slots=True)
class Names:
    """Names by id, of the organisations and specifications that some facts mention."""

    organisations: Mapping[int, str]
    specifications: Mapping[int, str]


def names_in(facts: Iterable[Facts]) -> Names:
    """Return the names of all that these facts mention. Two queries, however many facts."""
    facts = list(facts)
    organisations = {f.trust_id for f in facts} | {f.site_id for f in facts}
    specifications = {f.specification_id for f in facts}
    return Names(
        organisations=dict(Organisation.objects.filter(pk__in=organisations).values_list("pk", "name")),
        specifications={
            pk: f"{code} {name}"
            for pk, code, name in Specification.objects.filter(pk__in=specifications).values_list(
                "pk", "code", "name"
            )
        },
    )


def _date(value: date | None) -> str | None:
    return None if value is None else date_gb(value)


def _number(value: int | None) -> str | None:
    return None if value is None else f"{value:,}"


_SAID: dict[str, Callable[[Facts, Names], str | None]] = {
    "trust": lambda f, n: n.organisations.get(f.trust_id),
    "site": lambda f, n: n.organisations.get(f.site_id),
    "location": lambda f, _: f.location or None,
    "asset_tag": lambda f, _: f.asset_tag or None,
    "modality": lambda f, _: Modality(f.modality).label,
    "specification": lambda f, n: n.specifications.get(f.specification_id),
    "manufacturer": lambda f, _: f.manufacturer or None,
    "model_name": lambda f, _: f.model_name or None,
    "serial_number": lambda f, _: f.serial_number or None,
    "year_of_manufacture": lambda f, _: None if f.year_of_manufacture is None else str(f.year_of_manufacture),
    "installed_on": lambda f, _: (
        None if f.installed_on is None else partial_date(f.installed_on, f.installed_precision)
    ),
    "support_ends_on": lambda f, _: _date(f.support_ends_on),
    "condition": lambda f, _: Condition(f.condition).label if f.condition else None,
    "examinations_per_year": lambda f, _: _number(f.examinations_per_year),
    "price_paid_pence": lambda f, _: None if f.price_paid_pence is None else pounds(f.price_paid_pence),
    "status": lambda f, _: Status(f.status).label,
    "retired_on": lambda f, _: _date(f.retired_on),
    "notes": lambda f, _: f.notes or None,
}
"""How each fact reads. Its name is the heading it has in the register's files."""


def in_words(facts: Facts, names: Names) -> Words:
    """Return every fact in words, in the order of the register's page."""
    return {BY_KEY[key].heading: say(facts, names) for key, say in _SAID.items()}


def differences(before: Words, after: Words) -> dict[str, tuple[str | None, str | None]]:
    """Return what differs between two tellings of the same asset, as fact to (old, new)."""
    return {label: (before.get(label), value) for label, value in after.items() if before.get(label) != value}
