"""From a signed-in person to an Actor: which appointment is in force and what it covers."""

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from networks.domain.access import EVERYWHERE, NOBODY, Actor, Role, Scope
from networks.domain.organisations import Kind, Structure
from networks.models import Appointment, User
from networks.queries.organisations import structure
from networks.queries.people import in_force


def appointments_of(user: User, *, on: date) -> QuerySet[Appointment]:
    """Return the appointments a person holds on a date, oldest first, with their organisations."""
    held = Appointment.objects.filter(in_force(on), user=user)
    return held.select_related("organisation").order_by("starts_on", "pk")


def actor_for(
    user: User, appointment: Appointment | None, *, on: date, held: Iterable[Appointment] = ()
) -> Actor:
    """Return the actor a person is in one of their appointments; NOBODY's powers without one.

    `held` are all their appointments: those in other networks count for what belongs to several networks at once.
    """
    if appointment is None:
        return Actor(user_id=user.pk, name=user.name, permissions=NOBODY.permissions, where=NOBODY.where)
    role = Role(appointment.role)
    organisation = appointment.organisation
    others = [
        (Role(other.role), other.organisation_id, Kind(other.organisation.kind))
        for other in held
        if other.pk != appointment.pk and other.organisation.kind == Kind.NETWORK
    ]
    england = structure(on=on) if others or organisation.kind != Kind.NATION else None
    return Actor(
        user_id=user.pk,
        name=user.name,
        permissions=role.permissions_in(organisation.kind),
        where=_scope(organisation.pk, Kind(organisation.kind), england),
        role=role,
        organisation_id=organisation.pk,
        acting_for=organisation.name,
        appointment_id=appointment.pk,
        also=tuple((role, _scope(pk, kind, england)) for role, pk, kind in others),
    )


def _scope(organisation_id: int, kind: Kind, england: Structure | None) -> Scope:
    return EVERYWHERE if england is None or kind is Kind.NATION else scope_of(organisation_id, kind, england)


def scope_of(organisation_id: int, kind: Kind, england: Structure) -> Scope:
    """Return what an appointment in a trust or network covers.

    A trust covers itself and the trusts it has taken over. A network covers itself and the networks it has absorbed,
    with their member trusts (secondary members too) and the trusts those have taken over. A network that has itself
    been absorbed keeps covering what it covered, and nothing of its heir: that takes an appointment there.
    """
    if kind is Kind.TRUST:
        return Scope(trust_ids=england.with_predecessors(organisation_id))
    absorbed = england.current(organisation_id) != organisation_id
    members = (
        england.direct_members(organisation_id)
        if absorbed
        else england.members(organisation_id, primary_only=False)
    )
    trusts = frozenset[int]().union(*(england.with_predecessors(trust) for trust in members))
    return Scope(trust_ids=trusts, network_ids=england.with_predecessors(organisation_id))
