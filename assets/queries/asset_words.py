"""An asset's facts as people read them: names, not ids. Events, history, conflicts and pages all say them alike."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

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


FACTS: tuple[tuple[str, tuple[str, ...], Callable[[Facts, Names], str | None]], ...] = (
    ("Trust", ("trust",), lambda f, n: n.organisations.get(f.trust_id)),
    ("Site", ("site",), lambda f, n: n.organisations.get(f.site_id)),
    ("Room", ("location",), lambda f, _: f.location or None),
    ("Asset number", ("asset_tag",), lambda f, _: f.asset_tag or None),
    ("Modality", ("modality",), lambda f, _: Modality(f.modality).label),
    ("Standard specification", ("specification",), lambda f, n: n.specifications.get(f.specification_id)),
    ("Manufacturer", ("manufacturer",), lambda f, _: f.manufacturer or None),
    ("Model", ("model_name",), lambda f, _: f.model_name or None),
    ("Serial number", ("serial_number",), lambda f, _: f.serial_number or None),
    (
        "Year of manufacture",
        ("year_of_manufacture",),
        lambda f, _: None if f.year_of_manufacture is None else str(f.year_of_manufacture),
    ),
    (
        "Installed",
        ("installed_on", "installed_precision"),
        lambda f, _: None if f.installed_on is None else partial_date(f.installed_on, f.installed_precision),
    ),
    ("Vendor support ends", ("support_ends_on",), lambda f, _: _date(f.support_ends_on)),
    ("Condition", ("condition",), lambda f, _: Condition(f.condition).label if f.condition else None),
    ("Examinations a year", ("examinations_per_year",), lambda f, _: _number(f.examinations_per_year)),
    (
        "Price paid, ex VAT",
        ("price_paid_pence",),
        lambda f, _: None if f.price_paid_pence is None else pounds(f.price_paid_pence),
    ),
    ("Status", ("status",), lambda f, _: Status(f.status).label),
    ("Retired on", ("retired_on",), lambda f, _: _date(f.retired_on)),
    ("Notes", ("notes",), lambda f, _: f.notes or None),
)
"""Each fact: its name, the fields it is made of, and how it reads."""


def in_words(facts: Facts, names: Names) -> Words:
    """Return every fact in words, in the order of the register's page."""
    return {label: say(facts, names) for label, _, say in FACTS}


def differences(before: Words, after: Words) -> dict[str, tuple[str | None, str | None]]:
    """Return what differs between two tellings of the same asset, as fact to (old, new)."""
    return {label: (before.get(label), value) for label, value in after.items() if before.get(label) != value}
