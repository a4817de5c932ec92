"""Joint tenders as their people see them: who takes part, the price they reach, everybody's share, the dates."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from networks.domain.access import Actor, Permission
from networks.models import Event, Organisation
from procurement.domain.pricing import Break
from procurement.domain.tender import (
    Gathering,
    Need,
    NextBreak,
    Share,
    gather,
    gather_one,
)
from procurement.domain.tender_dates import Stage, stages
from procurement.models import Document, PlanVersion, Tender, TenderLine
from procurement.queries.specifications import price_list_of
from procurement.queries.tender_candidates import free_lines, latest_version, needs_of


def tenders(actor: Actor) -> QuerySet[Tender]:
    """Return the tenders the actor may see, newest first, each with `units`, `trusts` and `deliver_by`. One query.

    Units and trusts are totals of all who take part, whatever the actor may see of each.
    """
    live = Q(lines__withdrawn_at=None)
    found: QuerySet[Tender] = (
        Tender.objects.visible_to(actor)
        .select_related("network", "specification_version__specification")
        .annotate(
            units=Count("lines", filter=live),
            trusts=Count("lines__trust", filter=live, distinct=True),
            deliver_by=Max("lines__deliver_by", filter=live),
        )
        .order_by("-opened_at", "-pk")  # sums leave a model's own order behind
    )
    return found


@dataclass(frozen=True, slots=True)
class Participant:
    """One trust in a tender: its lines, and its share, None once all of them are withdrawn."""

    trust: Organisation
    lines: tuple[TenderLine, ...]
    share: Share | None

    @property
    def live_lines(self) -> tuple[TenderLine, ...]:
        return tuple(line for line in self.lines if line.withdrawn_at is None)

    @property
    def withdrawn_lines(self) -> tuple[TenderLine, ...]:
        return tuple(line for line in self.lines if line.withdrawn_at is not None)


@dataclass(frozen=True, slots=True)
class TenderAccount:
    """A tender as one actor may see it.

    `units`, `trusts`, `reached` and `next_break` are of the whole tender. `participants` are those the actor covers;
    `sees_all` says whether that is everybody, and only then is `whole` (the sums of everybody's money) given.
    """

    tender: Tender
    sees_all: bool
    may_edit: bool
    units: int
    trusts: int
    reached: Break | None
    next_break: NextBreak | None
    whole: Gathering | None
    participants: tuple[Participant, ...]
    stages: tuple[Stage, ...]
    closed_on: date | None
    deliver_by: date
    documents: tuple[Document, ...]
    events: tuple[Event, ...]
    state: str
    """Changes whenever the lines or the status do; see `state_of`."""
    today: date

    @property
    def is_open(self) -> bool:
        return self.tender.status == Tender.Status.OPEN

    @property
    def is_overdue(self) -> bool:
        """Whether it is still open after its key date."""
        return self.is_open and self.tender.key_date_on < self.today

    @property
    def is_early(self) -> bool:
        """Whether its key date is still to come."""
        return self.today < self.tender.key_date_on

    @property
    def named_shares(self) -> list[tuple[str, Share]]:
        """The shares the actor may see, with the trusts' names."""
        return [(p.trust.name, p.share) for p in self.participants if p.share is not None]

    @property
    def happened(self) -> list["Happened"]:
        """What was done, newest first, in words."""
        return [_happened(event) for event in self.events]


def tender_account(actor: Actor, tender: Tender, *, today: date) -> TenderAccount:
    """Return a tender as the actor may see it. Ten queries, however many trusts and machines.

    `tender` is one of `tenders(actor)`; whoever cannot see it never gets here.
    """
    lines = tender_lines(tender)
    live = [line for line in lines if line.withdrawn_at is None]
    whole = gathered(tender, live)
    scope = actor.scope(Permission.VIEW_TENDERS)
    sees_all = scope.covers_network(tender.network_id)
    closed_on = _closed_on(tender)
    deliver_by = max(line.deliver_by for line in live or lines)
    return TenderAccount(
        tender=tender,
        sees_all=sees_all,
        may_edit=actor.can(Permission.EDIT_TENDERS, network_id=tender.network_id),
        units=len(live),
        trusts=len({line.trust_id for line in live}),
        reached=whole.reached if whole else None,
        next_break=_next_break(tender, live) if tender.status == Tender.Status.OPEN else None,
        whole=whole if sees_all else None,
        participants=_participants([x for x in lines if sees_all or scope.covers_trust(x.trust_id)], whole),
        stages=_stages(tender, closed_on, deliver_by, today),
        closed_on=closed_on,
        deliver_by=deliver_by,
        documents=tuple(Document.objects.visible_to(actor).filter(tender=tender).select_related("made_by")),
        events=tuple(Event.objects.visible_to(actor).filter(subject_type="tender", subject_id=tender.pk)),
        state=state_of(tender, lines),
        today=today,
    )


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing done to a tender, in words; `reason` is "" where none was asked for."""

    at: datetime
    words: str
    reason: str
    by_name: str


_HAPPENED = {
    "tender.opened": "opened with {machines} of {trusts}",
    "tender.machines_added": "{machines} joined from {plan}",
    "tender.withdrawn": "{trust} withdrew at {sites}",
    "tender.reinstated": "{trust} was reinstated at {sites}",
    "tender.closed": "closed with {machines}",
}


def _happened(event: Event) -> Happened:
    after = {field: pair[1] for field, pair in event.changes.items()}
    for counted in ("machines", "trusts"):
        if after.get(counted) is not None:
            after[counted] = (
                f"{after[counted]} {counted.removesuffix('s') if after[counted] == '1' else counted}"
            )
    words = _HAPPENED.get(event.action, event.action).format_map(defaultdict(lambda: "not known", after))
    return Happened(event.at, f"{words[0].upper()}{words[1:]}.", event.reason, event.by_name)


def tender_lines(tender: Tender) -> list[TenderLine]:
    """Return a tender's lines, withdrawn ones too, by trust and site name, with all that documents show. One query."""
    return list(
        TenderLine.objects.filter(tender=tender)
        .select_related("trust", "site", "plan_line__asset", "plan_line__version__plan")
        .order_by("trust__name", "site__name", "pk")
    )


def stages_of(tender: Tender, *, deliver_by: date, today: date) -> tuple[Stage, ...]:
    """Return the tender's line of stages with their dates. One query for a closed tender, none for an open one."""
    return _stages(tender, _closed_on(tender), deliver_by, today)


def _stages(tender: Tender, closed_on: date | None, deliver_by: date, today: date) -> tuple[Stage, ...]:
    return stages(
        opened_on=timezone.localdate(tender.opened_at),
        key_date_on=tender.key_date_on,
        closed_on=closed_on,
        deliver_by=deliver_by,
        today=today,
    )


def state_of(tender: Tender, lines: Iterable[TenderLine]) -> str:
    """Return a short mark of who is in a tender, so that a step confirmed on one state is not taken on another."""
    live = sorted(line.pk for line in lines if line.withdrawn_at is None)
    return hashlib.sha256(f"{tender.pk} {tender.status} {live}".encode()).hexdigest()[:16]


def gathered(tender: Tender, live: Sequence[TenderLine]) -> Gathering | None:
    """Return what these machines of a tender reach together, by the rule of domain/tender; None for none. One query.

    None where the version's tiers are fetched. The cost of running the tender is that of the plan of the first line.
    """
    if not live:
        return None
    return gather_one(
        [need for line in live for need in _needs(line)],
        price_list_of(tender.specification_version),
        tender_cost_pence=live[0].plan_line.version.plan.tender_cost_pence,
    )


def _needs(line: TenderLine) -> list[Need]:
    return needs_of([line.plan_line], line.plan_line.version.plan.vat_basis_points)


def _next_break(tender: Tender, live: Sequence[TenderLine]) -> NextBreak | None:
    """The next break, with the machines that the network's latest plan wants in years close by and no tender has."""
    if not live:
        return None
    latest = latest_version(tender.network_id)
    others = [
        line
        for line in (free_lines(latest) if latest else [])
        if line.specification_version_id == tender.specification_version_id and line.year != tender.year
    ]
    vat = live[0].plan_line.version.plan.vat_basis_points
    groups = gather(
        [need for line in live for need in _needs(line)] + needs_of(others, vat),
        {tender.specification_version_id: price_list_of(tender.specification_version)},
        tender_cost_pence=0,
    )
    return next(group.next_break for group in groups if group.year == tender.year)


def _participants(lines: Sequence[TenderLine], whole: Gathering | None) -> tuple[Participant, ...]:
    trusts = {line.trust_id: line.trust for line in lines}
    return tuple(
        Participant(
            trust=trust,
            lines=tuple(line for line in lines if line.trust_id == pk),
            share=whole.share_of(pk) if whole else None,
        )
        for pk, trust in trusts.items()
    )


def _closed_on(tender: Tender) -> date | None:
    """The day a tender was closed, from the record of what was done; None while it is open."""
    if tender.status == Tender.Status.OPEN:
        return None
    closed = Event.objects.filter(subject_type="tender", subject_id=tender.pk, action="tender.closed").first()
    return timezone.localdate(closed.at) if closed else tender.key_date_on


def plan_versions_of(lines: Iterable[TenderLine]) -> list[PlanVersion]:
    """Return the plan versions that asked for these machines, oldest first."""
    found = {line.plan_line.version_id: line.plan_line.version for line in lines}
    return [found[pk] for pk in sorted(found)]
