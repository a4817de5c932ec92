"""Making and changing a replacement plan: its years and limits, its envelopes.

Each takes `by`, who needs EDIT_PLANS for the plan's network, and records one event. Changes of the plan or its envelopes
take the `revision` their person last saw and raise PlanChanged where somebody has changed the plan since.
"""

from collections.abc import Mapping
from datetime import date

from django.db import transaction

from networks.domain.access import Actor, Permission
from networks.domain.financial_year import label
from networks.domain.organisations import Kind, Structure
from networks.models import Organisation
from networks.queries.organisations import structure
from procurement.actions.plan_changes import Change, amount_words, lock_plan, record_of_plan, save_plan
from procurement.domain.plan import LARGEST_AMOUNT_PENCE, PLAN_FIELDS, PlanInvalid, PlanValues, in_words
from procurement.models import Envelope, Pin, Plan
from procurement.queries.plan_members import plan_members

Amounts = Mapping[tuple[int, int], int | None]
"""(trust id, year) to pence inc VAT; None where the envelope is not known, which takes it out."""


@transaction.atomic
def create_plan(
    *,
    by: Actor,
    network: Organisation,
    values: PlanValues,
    on: date,
    envelopes: Amounts | None = None,
) -> Plan:
    """Make a plan for a network as it stands on `on`, with its trusts' envelopes where they are known already.

    Raises NotAllowed; PlanInvalid for values outside their range, a name the network has used, an organisation that is
    no current network, or envelopes of other trusts or years.
    """
    by.require(Permission.EDIT_PLANS, network_id=network.pk)
    values.check()
    england = structure(on=on)
    if network.kind != Kind.NETWORK or england.current(network.pk) != network.pk:
        raise PlanInvalid({"network": f"{network.name} is not an imaging network today."})
    plan = Plan(network=network, created_by_id=by.user_id, **_as_fields(values))
    save_plan(plan)
    changes: dict[str, Change] = {
        words: (None, in_words(field, getattr(plan, field))) for field, words in PLAN_FIELDS.items()
    }
    if envelopes:
        changes |= _write_envelopes(plan, envelopes, england)
    record_of_plan(by, plan, "plan.created", changes)
    return plan


@transaction.atomic
def change_plan(*, by: Actor, plan: Plan, values: PlanValues, revision: int, reason: str = "") -> Plan:
    """Change a plan's years, guidance or limits and return it. Versions already solved stay as they are.

    Raises NotAllowed, PlanChanged, PlanInvalid (also where a pin would fall outside the new years). Envelopes of years
    that fall out are kept, unused, in case the years come back.
    """
    by.require_all(Permission.EDIT_PLANS, plan.network_ids)
    current = lock_plan(plan, revision)
    values.check()
    before = {field: getattr(current, field) for field in PLAN_FIELDS}
    for field, value in _as_fields(values).items():
        setattr(current, field, value)
    changes = {
        PLAN_FIELDS[field]: (in_words(field, old), in_words(field, getattr(current, field)))
        for field, old in before.items()
        if old != getattr(current, field)
    }
    if not changes:
        return current
    _refuse_stray_pins(current)
    save_plan(current, grown=True)
    record_of_plan(by, current, "plan.changed", changes, reason)
    return current


@transaction.atomic
def set_envelopes(
    *, by: Actor, plan: Plan, amounts: Amounts, revision: int, on: date, reason: str = ""
) -> Plan:
    """Set what trusts can spend in a year, inc VAT, and return the plan. What `amounts` does not name stays.

    Raises NotAllowed, PlanChanged, and PlanInvalid for trusts outside the network, years outside the plan, or amounts
    below £0 or above £1bn; then nothing is written.
    """
    by.require_all(Permission.EDIT_PLANS, plan.network_ids)
    current = lock_plan(plan, revision)
    changes = _write_envelopes(current, amounts, structure(on=on))
    if changes:
        save_plan(current, grown=True)
        record_of_plan(by, current, "plan.envelopes_set", changes, reason)
    return current


def _as_fields(values: PlanValues) -> dict[str, object]:
    return {field: getattr(values, field) for field in PLAN_FIELDS} | {"name": values.name.strip()}


def _refuse_stray_pins(plan: Plan) -> None:
    years = set(plan.years)
    named = [
        f"{pin.asset or pin.candidate}, {pin.words[0].lower()}{pin.words[1:]}"
        for pin in Pin.objects.filter(plan=plan).select_related("asset", "candidate")
        if {year for year in (pin.year, pin.upgrade_year) if year is not None} - years
    ]
    if named:
        raise PlanInvalid(
            {"first_year": f"The plan's years would leave out a pin: {'; '.join(named)}. Unpin it first."}
        )


def _write_envelopes(plan: Plan, amounts: Amounts, england: Structure) -> dict[str, Change]:
    """Write what differs and return it as the changes of an event."""
    rows = {(row.trust_id, row.year): row for row in Envelope.objects.filter(plan=plan)}
    _refuse_stray_envelopes(plan, amounts, england, {trust for trust, _ in rows})
    changes: dict[str, Change] = {}
    written: list[Envelope] = []
    gone: list[int] = []
    for (trust, year), amount in sorted(amounts.items(), key=lambda item: item[0]):
        row = rows.get((trust, year))
        old = row.amount_pence if row else None
        if old == amount:
            continue
        changes[f"{england.name(trust)} {label(year)}"] = (amount_words(old), amount_words(amount))
        if amount is not None:
            written.append(Envelope(plan=plan, trust_id=trust, year=year, amount_pence=amount))
        elif row is not None:
            gone.append(row.pk)
    Envelope.objects.filter(pk__in=gone).delete()
    Envelope.objects.bulk_create(
        written,
        update_conflicts=True,
        unique_fields=["plan", "trust", "year"],
        update_fields=["amount_pence"],
    )
    return changes


def _refuse_stray_envelopes(plan: Plan, amounts: Amounts, england: Structure, already: set[int]) -> None:
    members = plan_members(plan, england) | already
    problems = []
    for (trust, year), amount in amounts.items():
        where = f"{england.name(trust)}, {label(year)}"
        if trust not in members:
            problems.append(f"{where}: the trust is not in this plan's network.")
        elif year not in plan.years:
            problems.append(f"{where}: the year is not one of the plan's.")
        elif amount is not None and not 0 <= amount <= LARGEST_AMOUNT_PENCE:
            problems.append(f"{where}: an envelope lies between £0 and £1bn.")
    if problems:
        raise PlanInvalid({"": " ".join(problems)})
