"""Copying a plan to try something: everything it asks comes along, but for what is to be changed."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction

from networks.domain.access import Actor, Permission
from networks.domain.organisations import Structure
from networks.queries.organisations import structure
from procurement.actions.pins import pin_asset, pin_candidate
from procurement.actions.plan_changes import record_of_plan, save_plan
from procurement.domain.plan import PlanInvalid
from procurement.domain.plan_words import decided
from procurement.domain.planning.result import Kind
from procurement.domain.scenario import ScenarioChanges, changed_amount, differences
from procurement.models import (
    Cover,
    Envelope,
    OptionOffer,
    Pin,
    Plan,
    PlanLine,
    RingFence,
    SharedEnvelope,
)
from procurement.queries.scenarios import money_sources, networks_to_merge, pictures, trusts_to_leave_out

_NOT_COPIED = {"id", "name", "scenario_of", "revision", "created_by", "created_at"}
_MONEY: tuple[tuple[Any, tuple[str, ...], str], ...] = (
    (Envelope, ("trust_id", "year"), "own_change_basis_points"),
    (SharedEnvelope, ("holder_id", "year"), "shared_change_basis_points"),
    (RingFence, ("modality", "year"), "national_change_basis_points"),
)
"""Each kind of money, what tells its rows apart within a plan, and the change that applies to it."""


@transaction.atomic
def copy_plan(
    *,
    by: Actor,
    plan: Plan,
    name: str,
    on: date,
    changes: ScenarioChanges | None = None,
    reason: str = "",
) -> Plan:
    """Copy all that a plan asks into a scenario of it, but for what `changes` changes, and return the scenario.

    A scenario of a scenario belongs to the same plan of its own. The source stays as it is. With a network merged in come
    the money, offers, cover, candidates and pins of that network's newest plan; money that both name is added up. A trust
    left out takes its envelopes, pins and offers along. Pins to years that fall out are left out.

    Raises NotAllowed without EDIT_PLANS for every network of the plan and every one merged in; PlanInvalid for a name the
    network has used, changes out of range, networks that cannot be merged or trusts that take no part.
    """
    changes = changes or ScenarioChanges()
    source = Plan.objects.select_for_update().get(pk=plan.pk)
    by.require_all(Permission.EDIT_PLANS, (*source.network_ids, *sorted(changes.merged)))
    changes.check()
    _check_name(name)
    _check_parties(by, source, changes, on)
    scenario = Plan(
        **{
            field.attname: getattr(source, field.attname)
            for field in Plan._meta.concrete_fields
            if field.name not in _NOT_COPIED
        }
    )
    scenario.name = name.strip()
    scenario.scenario_of_id = source.scenario_of_id or source.pk
    scenario.created_by_id = by.user_id
    for setting in ("guidance_years", "horizon_years", "joint_discount_basis_points"):
        if getattr(changes, setting) is not None:
            setattr(scenario, setting, getattr(changes, setting))
    save_plan(scenario)
    sources = [source, *money_sources(changes.merged).values()]
    scenario.with_networks.set({*source.with_networks.values_list("pk", flat=True), *changes.merged})
    left_out = {*source.without_trusts.values_list("pk", flat=True), *changes.left_out}
    scenario.without_trusts.set(left_out)
    _copy_rows(scenario, sources, changes, left_out, structure(on=on))
    seen = pictures(by, [source, scenario])
    said = {d.what: (d.was, d.now) for d in differences(seen[source.pk], seen[scenario.pk])}
    record_of_plan(by, scenario, "plan.copied", {"copied from": (None, source.name), **said}, reason)
    return scenario


@transaction.atomic
def what_if(
    *,
    by: Actor,
    line: PlanLine,
    kind: Kind,
    year: int | None,
    upgrade_year: int | None = None,
    reason: str = "",
    on: date,
) -> Plan:
    """Return a scenario in which the machine of a version's line is pinned to another decision; nothing else changes.

    Asked in a scenario, the pin is set in that scenario itself; otherwise a scenario is made. Raises as `copy_plan` and
    as pinning does; then no scenario is left behind.
    """
    plan = line.version.plan
    by.require_all(Permission.EDIT_PLANS, plan.network_ids)
    words = decided(kind, year, upgrade_year, is_candidate=line.asset_id is None)
    why = reason.strip() or "To see what would follow"
    if plan.scenario_of_id is None:
        wanted = f"What if: {line.asset_label}, {words[:1].lower()}{words[1:]}"
        plan = copy_plan(by=by, plan=plan, name=_free_name(plan, wanted), on=on, reason=reason)
    if line.asset is not None:
        pin_asset(
            by=by,
            plan=plan,
            asset=line.asset,
            year=year,
            reason=why,
            on=on,
            kind=kind,
            upgrade_year=upgrade_year,
        )
    elif line.candidate is not None:
        pin_candidate(by=by, plan=plan, candidate=line.candidate, year=year, reason=why, on=on)
    return plan


def _check_name(name: str) -> None:
    if not name.strip():
        raise PlanInvalid({"name": "Enter a name for the scenario."})
    if len(name) > 120:
        raise PlanInvalid({"name": f"A name has at most 120 characters; this one has {len(name)}."})


def _check_parties(by: Actor, source: Plan, changes: ScenarioChanges, on: date) -> None:
    may_merge = {network.pk: network for network in networks_to_merge(by, source, on=on)}
    if not changes.merged <= set(may_merge):
        raise PlanInvalid(
            {"merged": "A network to be merged in must be a current one that is not in the plan."}
        )
    merging = [may_merge[pk] for pk in changes.merged]
    trusts = {pk for pk, _ in trusts_to_leave_out(source, merging, on=on)}
    if not changes.left_out <= trusts:
        raise PlanInvalid({"left_out": "A trust to be left out must be one of the networks in the scenario."})
    if trusts and changes.left_out == trusts:
        raise PlanInvalid({"left_out": "Leave at least one trust in the scenario."})


def _copy_rows(
    scenario: Plan, sources: list[Plan], changes: ScenarioChanges, left_out: set[int], england: Structure
) -> None:
    """Write the money, offers, cover, pins and candidates of all sources, the plan's own first."""
    for model, key, change in _MONEY:
        _copy_money(model, key, getattr(changes, change), scenario, sources, left_out, england)

    def stays(trust_id: int) -> bool:
        return england.current(trust_id) not in left_out

    for model in (OptionOffer, Cover, *([Pin] if changes.keep_pins else [])):
        kept = (row for row in _in_turn(model, sources) if stays(_trust_of(row)) and _falls_in(row, scenario))
        _write_once(model, kept, scenario)
    scenario.candidates.set(
        site for source in sources for site in source.candidates.all() if stays(site.trust_id)
    )


def _in_turn(model: Any, sources: list[Plan]) -> list[Any]:
    """The rows of the first source, which goes before the others, then theirs."""
    names = [name for name in ("asset", "candidate") if hasattr(model, name)]
    rows = model.objects.filter(plan__in=sources).select_related(*names)
    return sorted(rows, key=lambda row: (row.plan_id != sources[0].pk, row.pk))


def _trust_of(row: Any) -> int:
    """The trust of the machine or candidate that an offer, cover or pin is about."""
    trust: int = (row.asset or row.candidate).trust_id
    return trust


def _falls_in(row: Any, scenario: Plan) -> bool:
    """Whether the years that a row names, if any, are the scenario's."""
    named = {getattr(row, name, None) for name in ("year", "upgrade_year")}
    return named - {None} <= set(scenario.years)


def _write_once(model: Any, rows: Iterable[Any], scenario: Plan) -> None:
    """Copy rows; of two about the same machine, which two plans may have, the first counts."""
    written: dict[tuple[Any, ...], Any] = {}
    for row in rows:
        about = (row.asset_id, getattr(row, "candidate_id", None))
        place = (*about, row.kind) if model is OptionOffer else about
        written.setdefault(place, _copied(row, scenario))
    model.objects.bulk_create(written.values())


def _copy_money(
    model: Any,
    key: tuple[str, ...],
    change: int,
    scenario: Plan,
    sources: list[Plan],
    left_out: set[int],
    england: Structure,
) -> None:
    written: dict[tuple[Any, ...], Any] = {}
    for row in _in_turn(model, sources):
        if model is Envelope and england.current(row.trust_id) in left_out:
            continue
        place = tuple(getattr(row, name) for name in key)
        amount = changed_amount(row.amount_pence, change)
        if place in written:
            written[place].amount_pence += amount
        else:
            written[place] = _copied(row, scenario)
            written[place].amount_pence = amount
    model.objects.bulk_create(written.values())


def _copied(row: Any, scenario: Plan) -> Any:
    """The same row for another plan, not saved."""
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return type(row)(**{**values, "id": None, "plan_id": scenario.pk})


def _free_name(plan: Plan, wanted: str) -> str:
    """A name that the plan's network has not used: "… (2)" where it has."""
    used = set(Plan.objects.filter(network_id=plan.network_id).values_list("name", flat=True))
    name, number = wanted[:120], 2
    while name in used:
        name = f"{wanted[:110]} ({number})"
        number += 1
    return name
