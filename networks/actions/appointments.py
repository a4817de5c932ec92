"""Giving people roles and ending them."""

from datetime import date

from django.db import transaction

from networks.actions.events import record
from networks.domain.access import Actor, Permission, Role
from networks.models import Appointment, Organisation, User


class RoleNotHeldThere(ValueError):
    """The role cannot be held in that kind of organisation. The message is fit to be shown."""


class OwnLastAdministration(ValueError):
    """Whoever acts would end their own last role as administrator. The message is fit to be shown."""


@transaction.atomic
def appoint(
    *, by: Actor, user: User, role: Role, organisation: Organisation, starts_on: date, reason: str = ""
) -> Appointment:
    """Give a person a role in an organisation from a date.

    Raises NotAllowed without ADMINISTER; RoleNotHeldThere where, say, an equipment manager is appointed to a network.
    An open appointment of the same kind is returned as it is.
    """
    by.require(Permission.ADMINISTER)
    if organisation.kind not in role.held_in:
        held = " or ".join(sorted(role.held_in))
        raise RoleNotHeldThere(
            f"{role.label} is a role in a {held}; {organisation.name} is a {organisation.get_kind_display()}."
        )
    appointment, made = Appointment.objects.get_or_create(
        user=user,
        role=role.value,
        organisation=organisation,
        ends_on=None,
        defaults={"starts_on": starts_on},
    )
    if made:
        record(
            by=by,
            action="appointment.made",
            subject_type="user",
            subject_id=user.pk,
            subject_label=user.name,
            changes={role.label: (None, f"{organisation.name} from {starts_on:%-d %B %Y}")},
            reason=reason,
        )
    return appointment


@transaction.atomic
def end_appointment(*, by: Actor, appointment: Appointment, ends_on: date, reason: str = "") -> None:
    """End an appointment: `ends_on` is the first day on which it no longer holds.

    Raises NotAllowed without ADMINISTER; OwnLastAdministration where an administrator would shut themselves out.
    """
    by.require(Permission.ADMINISTER)
    _refuse_own_last_administration(by, appointment)
    # Ending before it began would break the row's own rule: it then ends on the day it would have begun.
    appointment.ends_on = max(ends_on, appointment.starts_on)
    appointment.save(update_fields=["ends_on"])
    record(
        by=by,
        action="appointment.ended",
        subject_type="user",
        subject_id=appointment.user_id,
        subject_label=appointment.user.name,
        changes={
            appointment.get_role_display(): (
                appointment.organisation.name,
                f"ended {appointment.ends_on:%-d %B %Y}",
            )
        },
        reason=reason,
    )


def _refuse_own_last_administration(by: Actor, appointment: Appointment) -> None:
    if appointment.user_id != by.user_id or appointment.role != Role.ADMINISTRATOR:
        return
    others = Appointment.objects.filter(user_id=by.user_id, role=Role.ADMINISTRATOR, ends_on=None)
    if not others.exclude(pk=appointment.pk).exists():
        raise OwnLastAdministration(
            "This is your own last role as administrator: without it you could not get back in. "
            "Ask another administrator to end it."
        )


@transaction.atomic
def add_person(*, by: Actor, email: str, name: str, password: str | None) -> User:
    """Add somebody who can sign in. Raises NotAllowed. The password is for them to change."""
    by.require(Permission.ADMINISTER)
    user = User.objects.create_user(email=email, name=name, password=password)
    record(by=by, action="person.added", subject_type="user", subject_id=user.pk, subject_label=user.name)
    return user
