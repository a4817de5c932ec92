"""The sites where a machine can stand, each with the trust that answers for it."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from networks.domain.access import Actor, Permission
from networks.domain.organisations import Kind, Structure, Tie
from networks.models import Link, Organisation
from networks.queries.organisations import structure


@dataclass(frozen=True, slots=True)
class Place:
    """One site. `trust_id` answers for it today; `owner_id` is the trust it is recorded under, perhaps a predecessor."""

    site_id: int
    site_name: str
    site_code: str
    trust_id: int
    trust_name: str
    owner_id: int


def places(*, actor: Actor, on: date, permission: Permission = Permission.EDIT_ASSETS) -> list[Place]:
    """Return the sites of the trusts for which the actor holds a permission on a date, by trust and site.

    Three queries: the links of sites, and the two of `structure`.
    """
    scope = actor.scope(permission)
    if scope.empty:
        return []
    england = structure(on=on)
    found = [_place(link, england) for link in _site_links(on)]
    return sorted(
        (place for place in found if scope.covers_trust(place.trust_id)),
        key=lambda place: (place.trust_name, place.site_name, place.site_code),
    )


def visible_trusts(actor: Actor) -> list[tuple[int, str]]:
    """Return the trusts whose equipment an actor may see, former ones included, as id and name, by name. One query."""
    scope = actor.scope(Permission.VIEW_ASSETS)
    trusts = Organisation.objects.filter(kind=Kind.TRUST)
    if not scope.everywhere:
        trusts = trusts.filter(pk__in=scope.trust_ids)
    return list(trusts.order_by("name").values_list("pk", "name"))


def owners_of_sites(*, on: date) -> dict[int, int]:
    """Return the trust that each site is recorded under on a date, perhaps a predecessor of today's. One query."""
    return {site_id: owner_id for site_id, _, _, owner_id in _site_links(on)}


def place_of(*, site_id: int, on: date) -> Place | None:
    """Return one site with its trust, whoever asks; None where it is no site of any trust on that date."""
    link = _site_links(on).filter(source_id=site_id).first()
    return None if link is None else _place(link, structure(on=on))


_SiteLink = tuple[int, str, str, int]


def _site_links(on: date) -> "QuerySet[Link, _SiteLink]":
    in_force = (Q(starts_on=None) | Q(starts_on__lte=on)) & (Q(ends_on=None) | Q(ends_on__gt=on))
    return Link.objects.filter(
        in_force, tie=Tie.PART_OF, source__kind=Kind.SITE, target__kind=Kind.TRUST
    ).values_list("source_id", "source__name", "source__code", "target_id")


def _place(link: _SiteLink, england: Structure) -> Place:
    site_id, name, code, owner_id = link
    trust_id = england.current(owner_id)
    return Place(
        site_id=site_id,
        site_name=name,
        site_code=code,
        trust_id=trust_id,
        trust_name=england.name(trust_id),
        owner_id=owner_id,
    )
