"""What an organisation belongs to, what belongs to it, and who came before and after it: with dates."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q, QuerySet

from networks.domain.organisations import Kind, Tie
from networks.models import Link, Organisation
from networks.queries.organisations import structure


def in_force(on: date) -> Q:
    """Return the condition under which a link holds on a date."""
    return (Q(starts_on=None) | Q(starts_on__lte=on)) & (Q(ends_on=None) | Q(ends_on__gt=on))


def with_belongings(found: QuerySet[Organisation], *, on: date) -> QuerySet[Organisation]:
    """Give each organisation `belongs_to`: its links in force on `on`, successions included, with targets. One query more."""
    held = Link.objects.filter(in_force(on)).select_related("target").order_by("tie", "-is_primary", "pk")
    return found.prefetch_related(Prefetch("links", queryset=held, to_attr="belongs_to"))


@dataclass(frozen=True, slots=True)
class Surroundings:
    """An organisation's links. `above`: what it is or was part or member of, newest first. `below`: what belongs to it on
    the day or later, directly or through those it has taken over, by name. `formerly`: what belonged to it directly and
    has left. `successors` and `predecessors` with the day each takes over.
    """

    above: list[Link]
    below: list[Link]
    formerly: list[Link]
    successors: list[Link]
    predecessors: list[Link]


def surroundings(organisation: Organisation, *, on: date) -> Surroundings:
    """Return what an organisation belongs to and what belongs to it. Five queries, however many there are."""
    own = list(
        Link.objects.filter(source=organisation).select_related("target").order_by("-starts_on", "-pk")
    )
    taken_over = structure(on=on).with_predecessors(organisation.pk)
    others = list(
        Link.objects.filter(target_id__in=taken_over)
        .select_related("source", "target")
        .order_by("source__name", "pk")
    )
    belonging = [link for link in others if link.tie != Tie.SUCCEEDED_BY]
    return Surroundings(
        above=[link for link in own if link.tie != Tie.SUCCEEDED_BY],
        below=[link for link in belonging if link.ends_on is None or link.ends_on > on],
        formerly=[
            link
            for link in belonging
            if link.ends_on is not None and link.ends_on <= on and link.target_id == organisation.pk
        ],
        successors=[link for link in own if link.tie == Tie.SUCCEEDED_BY],
        predecessors=[
            link for link in others if link.tie == Tie.SUCCEEDED_BY and link.target_id == organisation.pk
        ],
    )


def open_on(kind: Kind, on: date) -> QuerySet[Organisation]:
    """Return the organisations of one kind that are open on a date and not succeeded by then, by name."""
    succeeded = Link.objects.filter(in_force(on), tie=Tie.SUCCEEDED_BY).values("source_id")
    return (
        Organisation.objects.filter(kind=kind)
        .filter(Q(opened_on=None) | Q(opened_on__lte=on), Q(closed_on=None) | Q(closed_on__gte=on))
        .exclude(pk__in=succeeded)
    )
