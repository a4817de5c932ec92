"""The people who can sign in, with the roles they hold."""

from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from networks.models import Appointment, Organisation, User


def in_force(on: date) -> Q:
    """Return the condition under which an appointment holds on a date."""
    return Q(starts_on__lte=on) & (Q(ends_on=None) | Q(ends_on__gt=on))


def people(*, on: date) -> QuerySet[User]:
    """Return everybody; each has `held`, the list of their appointments on `on` with organisations. Two queries."""
    held = Appointment.objects.filter(in_force(on)).select_related("organisation")
    return User.objects.prefetch_related(Prefetch("appointments", queryset=held, to_attr="held"))


def holding(
    found: QuerySet[User], *, on: date, role: str = "", organisation: Organisation | None = None
) -> QuerySet[User]:
    """Leave those who hold, on `on`, one appointment that is of a role, in an organisation, or both."""
    held = Appointment.objects.filter(in_force(on), user=OuterRef("pk"))
    if role:
        held = held.filter(role=role)
    if organisation is not None:
        held = held.filter(organisation=organisation)
    return found.filter(Exists(held))
