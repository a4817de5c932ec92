"""An asset's facts as people read them: names, not ids. Events, history, conflicts and pages all say them alike."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from assets.domain.facts import FACTS, Fact, Kind, Section, without_prices
from assets.domain.vocabulary import Modality, SupportSource
from assets.models import MachineModel, Specification
from networks.models import Organisation
from networks.templatetags.format import date_gb, partial_date, pounds

Words = dict[str, str | None]
"""Fact, as people name it, to its value, as people read it; None is "not known"."""

TRUST = "Trust"
MODEL = "Model in the catalogue"
SUPPORT_SOURCE = "End of support comes from"


@dataclass(frozen=True, slots=True)
class Names:
    """Names by id, of the organisations, specifications and models that some facts mention."""

    organisations: Mapping[int, str]
    specifications: Mapping[int, str]
    models: Mapping[int, str]


def names_in(facts: Iterable[Any]) -> Names:
    """Return the names that assets or rows of their history mention. Three queries at most."""
    rows = list(facts)
    organisations = {pk for row in rows for pk in (row.trust_id, row.site_id)}
    specifications = {row.specification_id for row in rows}
    models = {row.machine_model_id for row in rows} - {None}
    return Names(
        organisations=dict(Organisation.objects.filter(pk__in=organisations).values_list("pk", "name")),
        specifications={
            pk: f"{code} {name}"
            for pk, code, name in Specification.objects.filter(pk__in=specifications).values_list(
                "pk", "code", "name"
            )
        },
        models={
            pk: f"{maker} {name}"
            for pk, maker, name in MachineModel.objects.filter(pk__in=models).values_list(
                "pk", "maker__name", "name"
            )
        }
        if models
        else {},
    )


def in_words(facts: Any, names: Names, *, with_prices: bool = True) -> Words:
    """Return every fact of an asset, or of a row of its history, in words, in the order of the register's page.

    Without `with_prices`, for somebody who may not see what equipment cost, those facts are left out.
    """
    words: Words = {TRUST: names.organisations.get(facts.trust_id)}
    for fact in FACTS if with_prices else without_prices():
        words[fact.heading] = _say(fact, facts, names)
        if fact.key == "model_name":
            words[MODEL] = names.models.get(facts.machine_model_id)
        if fact.key == "support_ends_on":
            source = facts.support_source
            words[SUPPORT_SOURCE] = SupportSource(source).label if source else None
    return words


def by_section(words: Words, modality: Modality) -> list[tuple[Section, list[tuple[str, str | None]]]]:
    """Return facts in words under the headings of the machine's page. A fact of other modalities is left out, unless one
    stands there by mistake."""
    found: dict[Section, list[tuple[str, str | None]]] = {section: [] for section in Section}
    found[Section.WHERE].append((TRUST, words[TRUST]))
    for fact in FACTS:
        if fact.heading not in words:
            continue
        value = words[fact.heading]
        if value or (fact.is_of(modality) and fact.key != "retired_on"):
            found[fact.section].append((fact.heading, value))
        if fact.key == "model_name":
            found[fact.section].append((MODEL, words[MODEL]))
        if fact.key == "support_ends_on" and value:
            found[fact.section].append((SUPPORT_SOURCE, words[SUPPORT_SOURCE]))
    return [(section, rows) for section, rows in found.items() if rows]


def _say(fact: Fact, facts: Any, names: Names) -> str | None:
    value = getattr(facts, fact.field)
    if fact.kind is Kind.REFERENCE:
        return (names.organisations if fact.key == "site" else names.specifications).get(value)
    if fact.kind is Kind.PARTIAL_DATE and value is not None:
        return partial_date(value, getattr(facts, fact.precision_field))
    return said(fact, value)


def said(fact: Fact, value: Any) -> str | None:
    """Return what a fact that is no reference holds, in words; None where it is not known. A date is said as a day."""
    if value is None or value == "":
        return None
    if fact.kind is Kind.CHOICE:
        return fact.words[value]
    return _SAID.get(fact.kind, str)(value)


_SAID: dict[Kind, Callable[[Any], str]] = {
    Kind.YES_NO: lambda value: "Yes" if value else "No",
    Kind.PARTIAL_DATE: date_gb,
    Kind.FIRST_DAY: date_gb,
    Kind.LAST_DAY: date_gb,
    Kind.NUMBER: lambda value: f"{value:,}",
    Kind.PERCENT: lambda value: f"{value:.2f}".rstrip("0").rstrip(".") + "%",
    Kind.MONEY: pounds,
}


def differences(before: Words, after: Words) -> dict[str, tuple[str | None, str | None]]:
    """Return what differs between two tellings of the same asset, as fact to (old, new)."""
    return {label: (before.get(label), value) for label, value in after.items() if before.get(label) != value}
