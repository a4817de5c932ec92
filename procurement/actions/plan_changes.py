"""What every change of a plan has in common: the guard against lost edits, saving, and the event."""

from django.db import IntegrityError, transaction

from networks.actions.events import Changes, record
from networks.domain.access import Actor
from networks.domain.figures import pounds
from procurement.domain.plan import PlanInvalid
from procurement.models import Plan

Change = tuple[str | None, str | None]


class PlanChanged(Exception):
    """Somebody changed the plan after its person opened it. The message is fit to be shown."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(
            f"{plan.name} was changed by somebody else after you opened this page. What you typed is still here; "
            "what is stored now is shown beside it. Save again to replace it."
        )
        self.plan = plan


def lock_plan(plan: Plan, revision: int) -> Plan:
    """Return the plan as it is now, locked to be changed. Raises PlanChanged where it is past `revision`."""
    current = Plan.objects.select_for_update().get(pk=plan.pk)
    if current.revision != revision:
        raise PlanChanged(current)
    return current


def save_plan(plan: Plan, *, grown: bool = False) -> None:
    """Save a plan, counted up where it has `grown`. Raises PlanInvalid for a name its network has used."""
    plan.revision += grown
    try:
        with transaction.atomic():
            plan.save()
    except IntegrityError as refused:
        taken = Plan.objects.filter(network_id=plan.network_id, name=plan.name).exclude(pk=plan.pk)
        if not taken.exists():
            raise
        raise PlanInvalid(
            {"name": f"Your network has a plan named {plan.name} already. Choose another name."}
        ) from refused


def amount_words(pence: int | None) -> str | None:
    """Return an amount as events have it: in pounds, None where there was none."""
    return None if pence is None else pounds(pence)


def record_of_plan(by: Actor, plan: Plan, action: str, changes: Changes, reason: str = "") -> None:
    """Record one event of a plan, for the people who may read its record."""
    record(
        by=by,
        action=action,
        subject_type="plan",
        subject_id=plan.pk,
        subject_label=plan.name,
        changes=changes,
        reason=reason,
        network_id=plan.record_network_id,
    )
