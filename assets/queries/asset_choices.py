"""The organisations and specifications that the equipment list can be filtered by, with their names."""

from collections.abc import Mapping

from django.db.models import Value
from django.db.models.functions import Concat

from assets.models import Specification
from assets.queries.asset_facets import Chosen, FacetCounts
from networks.domain.access import Scope
from networks.domain.organisations import Kind, Structure
from networks.models import Organisation

MANY_SITES = 150
"""More than a person looks through: of so many, none is offered before a trust is chosen."""


def names_of_choices(
    scope: Scope, england: Structure | None, chosen: Chosen, counts: FacetCounts | None
) -> dict[str, dict[str, str]]:
    """Return the rows that may be ticked: facet to number (as in an address) to name, by name. One query.

    Of sites, those counted and those ticked. Networks are for those who see all of `england`.
    """
    sites = {int(site) for site in chosen["site"]}
    if counts and len(counts.choices["site"]) <= MANY_SITES:
        sites |= {int(site) for site in counts.choices["site"]}
    trusts = set() if england else scope.trust_ids | {int(trust) for trust in chosen["trust"]}
    organisations, specifications = _named(sites | trusts)
    names: dict[str, Mapping[int, str]] = {
        "network": {o.id: o.name for o in england.of_kind(Kind.NETWORK)} if england else {},
        "trust": {pk: name for pk, name in organisations.items() if pk in trusts},
        "site": {pk: name for pk, name in organisations.items() if pk in sites},
        "specification": specifications,
    }
    if england:
        names["trust"] = {o.id: o.name for o in england.organisations.values() if o.kind is Kind.TRUST}
    return {facet: _by_name(rows) for facet, rows in names.items()}


def _named(organisations: set[int]) -> tuple[dict[int, str], dict[int, str]]:
    """Return organisations' and every specification's names by number; both in the one query."""
    rows = (
        Organisation.objects.filter(pk__in=organisations)
        .order_by()
        .values_list(Value("organisation"), "pk", "name")
        .union(
            Specification.objects.order_by().values_list(
                Value("specification"), "pk", Concat("code", Value(" "), "name")
            ),
            all=True,
        )
    )
    found: dict[str, dict[int, str]] = {"organisation": {}, "specification": {}}
    for table, pk, name in rows:
        found[table][pk] = name
    return found["organisation"], found["specification"]


def _by_name(rows: Mapping[int, str]) -> dict[str, str]:
    return {str(pk): name for pk, name in sorted(rows.items(), key=lambda row: row[1].casefold())}
