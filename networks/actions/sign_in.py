"""Who may sign in, and starting anew with a passphrase."""

from django.db import transaction

from networks.actions.events import record
from networks.domain.access import Actor, Permission
from networks.models import User


class OwnSignIn(ValueError):
    """Whoever acts would shut themselves out. The message is fit to be shown."""


@transaction.atomic
def allow_sign_in(*, by: Actor, user: User, may: bool, reason: str) -> None:
    """Let somebody sign in or stop them; stopped, they are signed out at once and keep their roles on record.

    Raises NotAllowed without ADMINISTER; OwnSignIn where it is one's own. Nothing is recorded where nothing changes.
    """
    by.require(Permission.ADMINISTER)
    if user.pk == by.user_id:
        raise OwnSignIn("You cannot stop yourself from signing in. Ask another administrator.")
    if user.is_active == may:
        return
    user.is_active = may
    user.save(update_fields=["is_active"])
    words = {True: "yes", False: "no"}
    record(
        by=by,
        action="person.let_in" if may else "person.shut_out",
        subject_type="user",
        subject_id=user.pk,
        subject_label=user.name,
        changes={"may sign in": (words[not may], words[may])},
        reason=reason,
    )


@transaction.atomic
def reset_password(*, by: Actor, user: User, password: str) -> None:
    """Give somebody a new password, which signs them out everywhere. Raises NotAllowed without ADMINISTER."""
    by.require(Permission.ADMINISTER)
    user.set_password(password)
    user.save(update_fields=["password"])
    record(
        by=by,
        action="person.password_reset",
        subject_type="user",
        subject_id=user.pk,
        subject_label=user.name,
    )
