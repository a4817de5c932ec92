"""Opening joint tenders, leaving and rejoining them, closing them. Prices and shares are never stored: see domain/tender."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from networks.actions.events import record
from networks.domain.access import Actor, Permission
from networks.domain.financial_year import label
from procurement.domain.tender_dates import date_problems
from procurement.models import PlanLine, PlanVersion, SpecificationVersion, Tender, TenderLine
from procurement.queries.tender_candidates import free_lines


class TenderRefused(ValueError):
    """The tender's state does not allow it. The message is fit to be shown and says what to do."""


@transaction.atomic
def open_tender(
    *,
    by: Actor,
    version: PlanVersion,
    specification_version: SpecificationVersion,
    year: int,
    key_date_on: date,
    deliver_by: date,
    today: date,
) -> Tender:
    """Open a tender for all that a plan version wants of one specification version in one year.

    Machines that are in another tender already are left out. Raises NotAllowed without EDIT_TENDERS for the network;
    TenderRefused where nothing is left to buy, one is open already, or the dates cannot stand.
    """
    network = version.plan.network
    by.require(Permission.EDIT_TENDERS, network_id=network.pk)
    problems = date_problems(year=year, key_date_on=key_date_on, deliver_by=deliver_by, today=today)
    if problems:
        raise TenderRefused(" ".join(problems.values()))
    lines = _wanted(version, specification_version, year)
    name = f"{specification_version.specification.name}, {label(year)}"
    try:
        with transaction.atomic():
            tender = Tender.objects.create(
                network=network,
                specification_version=specification_version,
                year=year,
                name=name[:160],
                key_date_on=key_date_on,
                opened_by_id=by.user_id,
            )
    except IntegrityError as exception:
        raise TenderRefused(
            f"A tender for {name} is open already. Add these machines to it instead."
        ) from exception
    _add(tender, lines, deliver_by)
    _record(
        by,
        tender,
        "tender.opened",
        {
            "machines": (None, len(lines)),
            "trusts": (None, len({line.trust_id for line in lines})),
            "key date": (None, f"{key_date_on:%-d %B %Y}"),
            "delivery by": (None, f"{deliver_by:%-d %B %Y}"),
            "plan": (None, str(version)),
        },
    )
    return tender


@transaction.atomic
def add_machines(*, by: Actor, tender: Tender, version: PlanVersion) -> list[TenderLine]:
    """Add to an open tender what a plan version wants of the same and is in no tender yet; return the new lines.

    Delivery by the tender's latest date. Raises NotAllowed; TenderRefused where it is closed or nothing is to be added.
    """
    by.require(Permission.EDIT_TENDERS, network_id=tender.network_id)
    _still_open(tender)
    if version.plan.network_id != tender.network_id:
        raise TenderRefused("The plan belongs to another network than the tender.")
    lines = _wanted(version, tender.specification_version, tender.year)
    deliver_by = max(TenderLine.objects.filter(tender=tender).values_list("deliver_by", flat=True))
    added = _add(tender, lines, deliver_by)
    _record(
        by, tender, "tender.machines_added", {"machines": (None, len(added)), "plan": (None, str(version))}
    )
    return added


@transaction.atomic
def withdraw(
    *, by: Actor, tender: Tender, line_ids: Collection[int], reason: str, at: datetime
) -> list[TenderLine]:
    """Take machines out of an open tender and return their lines; everybody's price follows by itself.

    Raises NotAllowed without EDIT_TENDERS for the network; TenderRefused where the tender is closed, a line is not in
    it (any more), or no reason is given.
    """
    lines = _change_lines(by, tender, line_ids, reason, withdrawn=False)
    TenderLine.objects.filter(pk__in=[line.pk for line in lines]).update(withdrawn_at=at)
    _record_by_trust(by, tender, "tender.withdrawn", "machines in the tender", lines, reason, sign=-1)
    return lines


@transaction.atomic
def reinstate(*, by: Actor, tender: Tender, line_ids: Collection[int], reason: str) -> list[TenderLine]:
    """Put withdrawn machines back into a tender that is still open. Raises as `withdraw`.

    A machine that has meanwhile joined another tender stays out: TenderRefused.
    """
    lines = _change_lines(by, tender, line_ids, reason, withdrawn=True)
    # None, for a line of the other kind, is equal to nothing in a database.
    same = Q(plan_line__asset_id__in=[line.plan_line.asset_id for line in lines]) | Q(
        plan_line__candidate_id__in=[line.plan_line.candidate_id for line in lines]
    )
    elsewhere = TenderLine.objects.filter(same, withdrawn_at=None).exclude(tender=tender)
    if elsewhere.exists():
        raise TenderRefused("One of these machines is in another tender now. Withdraw it there first.")
    TenderLine.objects.filter(pk__in=[line.pk for line in lines]).update(withdrawn_at=None)
    _record_by_trust(by, tender, "tender.reinstated", "machines in the tender", lines, reason, sign=1)
    return lines


@transaction.atomic
def close_tender(*, by: Actor, tender: Tender) -> None:
    """Close a tender: what is in it now is what is bought. Raises NotAllowed; TenderRefused where it is closed already."""
    by.require(Permission.EDIT_TENDERS, network_id=tender.network_id)
    _still_open(tender)
    tender.status = Tender.Status.CLOSED
    tender.save(update_fields=["status"])
    machines = TenderLine.objects.filter(tender=tender, withdrawn_at=None).count()
    _record(by, tender, "tender.closed", {"status": ("open", "closed"), "machines": (None, machines)})


def _wanted(version: PlanVersion, specification_version: SpecificationVersion, year: int) -> list[PlanLine]:
    if version.plan.scenario_of_id is not None:
        raise TenderRefused(
            f"{version.plan.name} is a scenario, to try something: tenders are gathered from the plan itself."
        )
    # Two people who open or add at once must not both take a machine: they queue on the plan's row.
    type(version.plan).objects.select_for_update().get(pk=version.plan_id)
    lines = [
        line
        for line in free_lines(version)
        if line.specification_version_id == specification_version.pk and line.year == year
    ]
    if not lines:
        raise TenderRefused(
            f"The plan wants no {specification_version.specification.name} in {label(year)} that is not in a tender "
            "already. Go back to the list to see what it would gather."
        )
    return lines


def _add(tender: Tender, lines: list[PlanLine], deliver_by: date) -> list[TenderLine]:
    return TenderLine.objects.bulk_create(
        TenderLine(
            tender=tender, plan_line=line, trust_id=line.trust_id, site_id=line.site_id, deliver_by=deliver_by
        )
        for line in lines
    )


def _still_open(tender: Tender) -> None:
    status = Tender.objects.select_for_update().values_list("status", flat=True).get(pk=tender.pk)
    if status != Tender.Status.OPEN:
        raise TenderRefused("This tender is closed: what is in it has been committed and cannot change.")


def _change_lines(
    by: Actor, tender: Tender, line_ids: Collection[int], reason: str, *, withdrawn: bool
) -> list[TenderLine]:
    by.require(Permission.EDIT_TENDERS, network_id=tender.network_id)
    if not reason.strip():
        raise TenderRefused("Give the reason: it is kept with the tender.")
    _still_open(tender)
    lines = list(
        TenderLine.objects.filter(
            tender=tender, pk__in=line_ids, withdrawn_at__isnull=not withdrawn
        ).select_related("trust", "site", "plan_line")
    )
    if not lines or len(lines) != len(set(line_ids)):
        raise TenderRefused(
            "The tender has changed since you looked at it: some of these machines are "
            f"{'back in it' if withdrawn else 'no longer in it'}. Look again before you go on."
        )
    return lines


def _record_by_trust(
    by: Actor, tender: Tender, action: str, what: str, lines: list[TenderLine], reason: str, *, sign: int
) -> None:
    """One event for each trust, so that its own people find it among theirs."""
    now = TenderLine.objects.filter(tender=tender, withdrawn_at=None).count()
    for trust_id in sorted({line.trust_id for line in lines}):
        of_trust = [line for line in lines if line.trust_id == trust_id]
        record(
            by=by,
            action=action,
            subject_type="tender",
            subject_id=tender.pk,
            subject_label=tender.name,
            changes={
                what: (now - sign * len(lines), now),
                "trust": (None, of_trust[0].trust.name),
                "sites": (None, ", ".join(str(line.site) for line in of_trust)),
            },
            reason=reason,
            trust_id=trust_id,
            network_id=tender.network_id,
        )


def _record(by: Actor, tender: Tender, action: str, changes: dict[str, tuple[object, object]]) -> None:
    record(
        by=by,
        action=action,
        subject_type="tender",
        subject_id=tender.pk,
        subject_label=tender.name,
        changes=changes,
        network_id=tender.network_id,
    )
