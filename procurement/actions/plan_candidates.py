"""Saying which candidates for an additional machine a plan may site."""

from collections.abc import Collection
from datetime import date

from django.db import transaction

from networks.domain.access import Actor, Permission
from procurement.actions.plan_changes import Change, lock_plan, record_of_plan, save_plan
from procurement.domain.candidate import CandidateInvalid
from procurement.models import Pin, Plan
from procurement.queries.candidates import choosable


@transaction.atomic
def choose_candidates(
    *, by: Actor, plan: Plan, candidate_ids: Collection[int], revision: int, on: date, reason: str = ""
) -> Plan:
    """Say which candidates a plan may site, and return the plan. Versions already solved stay as they are.

    Raises NotAllowed, PlanChanged, and CandidateInvalid for candidates that are withdrawn or of other networks, or where
    one that is pinned would be left out.
    """
    by.require_all(Permission.EDIT_PLANS, plan.network_ids)
    current = lock_plan(plan, revision)
    wanted = set(candidate_ids)
    open_to_it = {candidate.pk: candidate for candidate in choosable(by, current, on=on)}
    if wanted - set(open_to_it):
        raise CandidateInvalid(
            {
                "": "One of the candidates is withdrawn, or of a network that is not in this plan. Choose again."
            }
        )
    before = {candidate.pk: candidate for candidate in current.candidates.all()}
    dropped = [before[pk] for pk in sorted(before) if pk not in wanted]
    pins = Pin.objects.filter(plan=current, candidate__in=dropped).order_by("candidate__name")
    if names := ", ".join(pins.values_list("candidate__name", flat=True)):
        raise CandidateInvalid({"": f"Pinned in this plan: {names}. Unpin it first."})
    changes: dict[str, Change] = {candidate.name: ("may be sited", "left out") for candidate in dropped}
    changes |= {open_to_it[pk].name: (None, "may be sited") for pk in sorted(wanted - set(before))}
    if changes:
        current.candidates.set(sorted(wanted))
        save_plan(current, grown=True)
        record_of_plan(by, current, "plan.candidates_chosen", changes, reason)
    return current
