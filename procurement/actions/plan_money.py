"""Setting a plan's shared money: what its networks and ICBs hold for their trusts, and national money for one modality."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from assets.domain.vocabulary import Modality
from networks.domain.access import Actor, Permission
from networks.domain.financial_year import label
from networks.domain.organisations import Structure
from networks.queries.organisations import structure
from procurement.actions.plan_changes import Change, amount_words, lock_plan, record_of_plan, save_plan
from procurement.domain.plan import LARGEST_AMOUNT_PENCE, PlanInvalid
from procurement.models import Plan, RingFence, SharedEnvelope
from procurement.queries.plan_members import plan_members
from procurement.queries.plan_money import holders, trusts_of_holder

LONGEST_PROGRAMME = 120


@dataclass(frozen=True, slots=True)
class National:
    """National money for a modality in a year: pence inc VAT, and what the programme is called."""

    amount_pence: int
    programme: str = ""


Shared = Mapping[tuple[int, int], int | None]
"""(holder id, year) to pence inc VAT; None takes it out."""
Fenced = Mapping[tuple[str, int], National | None]
"""(modality, year) to national money; None takes it out."""


@transaction.atomic
def set_shared_money(
    *, by: Actor, plan: Plan, shared: Shared, fenced: Fenced, revision: int, on: date, reason: str = ""
) -> Plan:
    """Set what is held for several trusts, and national money for one modality, and return the plan.

    What is not named stays. Raises NotAllowed without EDIT_PLANS, PlanChanged, and PlanInvalid for a holder that is
    neither a network of the plan nor an ICB of its trusts, an unknown modality, years outside the plan, or amounts below
    £0 or above £1bn; then nothing is written.
    """
    by.require_all(Permission.EDIT_PLANS, plan.network_ids)
    current = lock_plan(plan, revision)
    england = structure(on=on)
    _refuse_strays(current, shared, fenced, england)
    changes = _write_shared(current, shared, england) | _write_fenced(current, fenced)
    if changes:
        save_plan(current, grown=True)
        record_of_plan(by, current, "plan.shared_money_set", changes, reason)
    return current


def _refuse_strays(plan: Plan, shared: Shared, fenced: Fenced, england: Structure) -> None:
    members = plan_members(plan, england)
    known = {holder.holder_id for holder in holders(plan, england, members)}
    modalities = {modality.value for modality in Modality}
    problems = []
    for (holder, year), amount in shared.items():
        where = f"{england.name(holder)}, {label(year)}"
        if holder not in known or (
            amount is not None and not trusts_of_holder(holder, plan, england, members)
        ):
            problems.append(
                f"{where}: only a network of this plan or an ICB of its trusts can hold money for them."
            )
        problems += _out_of_range(plan, where, year, amount)
    for (modality, year), money in fenced.items():
        where = f"{modality}, {label(year)}"
        if modality not in modalities:
            problems.append(f"{where}: the register knows no such modality.")
        if money is not None and len(money.programme) > LONGEST_PROGRAMME:
            problems.append(f"{where}: the name of a programme has at most {LONGEST_PROGRAMME} characters.")
        problems += _out_of_range(plan, where, year, money.amount_pence if money else None)
    if problems:
        raise PlanInvalid({"": " ".join(problems)})


def _out_of_range(plan: Plan, where: str, year: int, amount: int | None) -> list[str]:
    if year not in plan.years:
        return [f"{where}: the year is not one of the plan's."]
    if amount is not None and not 0 <= amount <= LARGEST_AMOUNT_PENCE:
        return [f"{where}: an amount lies between £0 and £1bn."]
    return []


def _write_shared(plan: Plan, shared: Shared, england: Structure) -> dict[str, Change]:
    """Write what differs. Money still under a holder's predecessors moves to the holder with the first change of a year."""
    stored: dict[tuple[int, int], list[SharedEnvelope]] = {}
    for row in SharedEnvelope.objects.filter(plan=plan, year__in=list(plan.years)):
        stored.setdefault((england.current(row.holder_id), row.year), []).append(row)
    changes: dict[str, Change] = {}
    written, gone = [], []
    for (holder, year), amount in sorted(shared.items(), key=lambda item: item[0]):
        rows = stored.get((holder, year), [])
        old = sum(row.amount_pence for row in rows) if rows else None
        if old == amount:
            continue
        changes[f"{england.name(holder)} {label(year)}"] = (amount_words(old), amount_words(amount))
        gone += [row.pk for row in rows]
        if amount is not None:
            written.append(SharedEnvelope(plan=plan, holder_id=holder, year=year, amount_pence=amount))
    SharedEnvelope.objects.filter(pk__in=gone).delete()
    SharedEnvelope.objects.bulk_create(written)
    return changes


def _write_fenced(plan: Plan, fenced: Fenced) -> dict[str, Change]:
    stored = {(row.modality, row.year): row for row in RingFence.objects.filter(plan=plan)}
    changes: dict[str, Change] = {}
    written, gone = [], []
    for (modality, year), money in sorted(fenced.items(), key=lambda item: item[0]):
        row = stored.get((modality, year))
        old = National(row.amount_pence, row.programme) if row else None
        if old == money:
            continue
        name = f"national money for {Modality(modality).label} {label(year)}"
        changes[name] = (_words(old), _words(money))
        if row is not None:
            gone.append(row.pk)
        if money is not None:
            written.append(
                RingFence(
                    plan=plan,
                    modality=modality,
                    year=year,
                    amount_pence=money.amount_pence,
                    programme=money.programme,
                )
            )
    RingFence.objects.filter(pk__in=gone).delete()
    RingFence.objects.bulk_create(written)
    return changes


def _words(money: National | None) -> str | None:
    if money is None:
        return None
    return f"{amount_words(money.amount_pence)}{f' ({money.programme})' if money.programme else ''}"
