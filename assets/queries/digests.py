"""Who is sent a digest, how often, and what has been sent already."""

from collections.abc import Iterable
from datetime import date

from assets.domain.alerts import Alert, Answer
from assets.domain.digest import Frequency, first_day, usual_frequency
from assets.models import Digest, DigestChoice
from assets.queries.alerts import told
from networks.domain.access import Actor, Permission, Role
from networks.models import User
from networks.queries.actors import actor_for, appointments_of


def frequency_of(actor: Actor, *, on: date) -> Frequency:
    """Return how often the person who acts is sent a digest. Two queries."""
    user = User.objects.filter(pk=actor.user_id or 0).first()
    return _frequency(user, on=on) if user else Frequency.NEVER


def _frequency(user: User, *, on: date) -> Frequency:
    choice = DigestChoice.objects.filter(user=user).first()
    if choice is not None:
        return Frequency(choice.frequency)
    return usual_frequency(frozenset(Role(each.role) for each in appointments_of(user, on=on)))


def receivers(*, on: date) -> list[tuple[User, Frequency]]:
    """Return who is to be sent digests at all on a date, and how often: people who may sign in and hold a role."""
    people = User.objects.filter(is_active=True).order_by("pk")
    found = [(user, _frequency(user, on=on)) for user in people]
    return [(user, frequency) for user, frequency in found if frequency is not Frequency.NEVER]


def open_alerts_of(user: User, *, on: date) -> list[Alert]:
    """Return what is due and not answered, in any of a person's roles, the soonest first.

    What one organisation has answered is still told of by another that the person acts for, once.
    """
    found: set[Alert] = set()
    for appointment in appointments_of(user, on=on):
        actor = actor_for(user, appointment, on=on)
        if actor.can(Permission.VIEW_ASSETS):
            found |= {each.alert for each in told(actor, on=on) if each.state is Answer.OPEN}
    return sorted(found)


def sent_in_period(user: User, frequency: Frequency, *, on: date) -> set[str]:
    """Return the keys of the alerts that a person was sent already since the period's first day."""
    begun = Digest.objects.filter(user=user, on__gte=first_day(frequency, on), sent_at__isnull=False)
    return _keys(begun.values_list("keys", flat=True))


def ever_sent(user: User) -> set[str]:
    """Return the keys of the alerts in the last digest that a person was sent: what is not among them is new."""
    last = Digest.objects.filter(user=user, sent_at__isnull=False).first()
    return _keys([last.keys] if last else [])


def _keys(found: Iterable[list[str]]) -> set[str]:
    return {key for keys in found for key in keys}
