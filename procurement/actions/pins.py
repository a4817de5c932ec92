"""Fixing the decision about a machine, or about a candidate for an additional one, and leaving it to the planner again.

A pin is one decision by itself: the last one counts, so it needs no guard against lost edits, and the event keeps them all.
"""

from datetime import date
from typing import Any

from django.db import transaction

from assets.models import Asset
from networks.domain.access import Actor, Permission
from networks.domain.financial_year import label
from networks.queries.organisations import structure
from procurement.actions.plan_changes import record_of_plan
from procurement.domain.plan import PlanInvalid
from procurement.domain.planning.result import Kind
from procurement.models import CandidateSite, Pin, Plan
from procurement.queries.plan_members import plan_members
from procurement.queries.plan_options import options_of

LONGEST_REASON = 300


@transaction.atomic
def pin_asset(
    *,
    by: Actor,
    plan: Plan,
    asset: Asset,
    year: int | None,
    reason: str,
    on: date,
    kind: Kind | None = None,
    upgrade_year: int | None = None,
) -> Pin:
    """Fix a decision about a machine. The next version keeps to it, even where the money is not there.

    `kind` None: replace it in `year`, or with no year keep it throughout. RETIRE in `year`; UPGRADE in `upgrade_year` and
    replace it in a later `year`, or (None) not within the plan. Raises NotAllowed, and PlanInvalid for a missing reason,
    years outside the plan or in the wrong order, a machine outside the plan, or an option that is not offered for it.
    """
    by.require_all(Permission.EDIT_PLANS, plan.network_ids)
    kind = kind or (Kind.KEEP if year is None else Kind.REPLACE)
    errors = _reason_errors(reason) | _year_errors(plan, kind, year, upgrade_year)
    england = structure(on=on)
    if england.current(asset.trust_id) not in plan_members(plan, england):
        errors["asset"] = f"{asset} belongs to no trust of this plan."
    offered = options_of(plan).get(asset.pk)
    if kind is Kind.UPGRADE and not (offered and offered.upgrade):
        errors["kind"] = f"No upgrade is offered for {asset}. Offer one under the plan's options first."
    if kind is Kind.RETIRE and not (offered and offered.retirement):
        errors["kind"] = f"Retiring {asset} is not offered. Offer it under the plan's options first."
    if kind is Kind.ADD:
        errors["kind"] = f"{asset} is there already, so it cannot be added."
    if errors:
        raise PlanInvalid(errors)
    values = {"kind": kind.value, "year": year, "upgrade_year": upgrade_year, "reason": reason.strip()}
    return _pin(by, plan, asset, values)


@transaction.atomic
def pin_candidate(
    *, by: Actor, plan: Plan, candidate: CandidateSite, year: int | None, reason: str, on: date
) -> Pin:
    """Fix whether and when an additional machine is sited: in `year`, or with None not in this plan.

    Raises NotAllowed, and PlanInvalid for a missing reason, a year outside the plan or before it is wanted, or a candidate
    that the plan does not have.
    """
    by.require_all(Permission.EDIT_PLANS, plan.network_ids)
    kind = Kind.KEEP if year is None else Kind.ADD
    errors = _reason_errors(reason) | _year_errors(plan, kind, year, None)
    if year is not None and candidate.wanted_from is not None and year < candidate.wanted_from:
        errors["year"] = f"{candidate} is wanted from {label(candidate.wanted_from)}, not before."
    if not plan.candidates.filter(pk=candidate.pk).exists():
        errors["candidate"] = f"{candidate} is not among this plan's candidates."
    if errors:
        raise PlanInvalid(errors)
    values = {"kind": kind.value, "year": year, "upgrade_year": None, "reason": reason.strip()}
    return _pin(by, plan, candidate, values)


@transaction.atomic
def unpin(*, by: Actor, plan: Plan, machine: Asset | CandidateSite, reason: str = "") -> None:
    """Leave the decision about a machine or a candidate to the planner again. Raises NotAllowed. Nothing where not pinned."""
    by.require_all(Permission.EDIT_PLANS, plan.network_ids)
    pin = Pin.objects.select_for_update(of=("self",)).filter(plan=plan, **_of(machine)).first()
    if pin is None:
        return
    said = pin.words
    pin.delete()
    record_of_plan(by, plan, "plan.unpinned", {str(machine): (said, None)}, reason)


def _reason_errors(reason: str) -> dict[str, str]:
    length = len(reason.strip())
    if not length:
        return {"reason": "Say why, for those who read the plan later."}
    if length > LONGEST_REASON:
        return {"reason": f"A reason has at most {LONGEST_REASON} characters; this one has {length}."}
    return {}


def _year_errors(plan: Plan, kind: Kind, year: int | None, upgrade_year: int | None) -> dict[str, str]:
    errors = {
        field: f"{label(value)} is not one of the plan's years."
        for field, value in (("year", year), ("upgrade_year", upgrade_year))
        if value is not None and value not in plan.years
    }
    if kind is Kind.KEEP and year is not None:
        errors["year"] = "What is kept throughout has no year."
    if kind in {Kind.REPLACE, Kind.RETIRE, Kind.ADD} and year is None:
        errors["year"] = "Choose the year."
    if kind is Kind.UPGRADE and upgrade_year is None:
        errors["upgrade_year"] = "Choose the year of the upgrade."
    elif kind is not Kind.UPGRADE and upgrade_year is not None:
        errors["upgrade_year"] = "Only an upgrade has a year of upgrade."
    elif upgrade_year is not None and year is not None and year <= upgrade_year:
        errors["year"] = "It can only be replaced in a year after its upgrade."
    return errors


def _of(machine: Asset | CandidateSite) -> dict[str, Any]:
    return {"asset": machine} if isinstance(machine, Asset) else {"candidate": machine}


def _pin(by: Actor, plan: Plan, machine: Asset | CandidateSite, values: dict[str, Any]) -> Pin:
    before = Pin.objects.select_for_update(of=("self",)).filter(plan=plan, **_of(machine)).first()
    old = before.words if before else None
    pin, _ = Pin.objects.update_or_create(plan=plan, **_of(machine), defaults=values)
    record_of_plan(by, plan, "plan.pinned", {str(machine): (old, pin.words)}, pin.reason)
    return pin
