"""Saying what else than replacement is open to a plan for one machine: an upgrade, going without it, and cover."""

from datetime import date

from django.db import transaction

from assets.models import Asset
from networks.domain.access import Actor, Permission
from networks.queries.organisations import structure
from procurement.actions.plan_changes import Change, lock_plan, record_of_plan, save_plan
from procurement.domain.plan import PlanInvalid
from procurement.domain.plan_options import Covered, Options, Retirement, Upgrade
from procurement.domain.planning.result import Kind
from procurement.models import Cover, OptionOffer, Pin, Plan
from procurement.queries.plan_members import plan_members
from procurement.queries.plan_options import options_of


@transaction.atomic
def set_options(
    *, by: Actor, plan: Plan, asset: Asset, options: Options, revision: int, on: date, reason: str = ""
) -> Plan:
    """Make `options` all that is open to a plan for a machine beside keeping and replacing it, and return the plan.

    What `options` leaves out is taken back. Raises NotAllowed without EDIT_PLANS, PlanChanged, and PlanInvalid for values
    out of range, a machine of no trust of the plan, or an option taken back on which a pin rests; then nothing is written.
    """
    by.require_all(Permission.EDIT_PLANS, plan.network_ids)
    current = lock_plan(plan, revision)
    options.check()
    england = structure(on=on)
    if england.current(asset.trust_id) not in plan_members(current, england):
        raise PlanInvalid({"": f"{asset} belongs to no trust of this plan."})
    before = options_of(current).get(asset.pk, Options())
    changes: dict[str, Change] = {
        f"{asset}: {name}": (_said(old), _said(new))
        for name, old, new in (
            ("upgrade", before.upgrade, options.upgrade),
            ("retirement", before.retirement, options.retirement),
            ("cover", before.cover, options.cover),
        )
        if old != new
    }
    if not changes:
        return current
    _refuse_loose_pin(current, asset, options)
    _write(current, asset, options)
    save_plan(current, grown=True)
    record_of_plan(by, current, "plan.options_set", changes, reason)
    return current


def _said(option: Upgrade | Retirement | Covered | None) -> str | None:
    if option is None or isinstance(option, Covered):
        return option.words if option else None
    return f"{option.words} ({option.reason})"


def _refuse_loose_pin(plan: Plan, asset: Asset, options: Options) -> None:
    """A pin to an upgrade or a retirement needs the offer that it rests on."""
    offered = {Kind.UPGRADE: options.upgrade, Kind.RETIRE: options.retirement}
    pin = Pin.objects.filter(plan=plan, asset=asset, kind__in=list(offered)).first()
    if pin is not None and offered[Kind(pin.kind)] is None:
        field = "upgrade_offered" if pin.kind == Kind.UPGRADE else "retire_offered"
        raise PlanInvalid({field: f"It is pinned: {pin.words[0].lower()}{pin.words[1:]}. Unpin it first."})


def _write(plan: Plan, asset: Asset, options: Options) -> None:
    OptionOffer.objects.filter(plan=plan, asset=asset).delete()
    Cover.objects.filter(plan=plan, asset=asset).delete()
    if options.upgrade is not None:
        OptionOffer.objects.create(
            plan=plan,
            asset=asset,
            kind=Kind.UPGRADE.value,
            cost_pence=options.upgrade.cost_pence,
            support_years=options.upgrade.support_years,
            reason=options.upgrade.reason.strip(),
        )
    if options.retirement is not None:
        OptionOffer.objects.create(
            plan=plan,
            asset=asset,
            kind=Kind.RETIRE.value,
            cost_pence=options.retirement.cost_pence,
            reason=options.retirement.reason.strip(),
        )
    if options.cover is not None:
        Cover.objects.create(
            plan=plan, asset=asset, cost_pence=options.cover.cost_pence, how=options.cover.how.strip()
        )
