"""Rows turned into parts of the planner's problem: machines, candidates, shared money, pins and an earlier plan."""

from collections.abc import Iterable
from datetime import date

from assets.domain.vocabulary import Condition
from assets.models import Asset
from networks.domain.organisations import Structure
from procurement.domain.plan_options import Options
from procurement.domain.planning.problem import (
    KEPT,
    Choice,
    Kind,
    Pin,
    PlanAsset,
    Pool,
    PoolEnvelope,
    RingFence,
    UpgradeOffer,
)
from procurement.domain.risk import risk_of
from procurement.models import CandidateSite, Plan, PlanLine, PlanVersion
from procurement.models import Pin as PinRow
from procurement.queries.plan_money import ring_fences, shared_amounts, trusts_of_holder


def machine(
    asset: Asset,
    *,
    trust_id: int,
    works_pence: int,
    options: Options,
    is_only_one: bool,
    family: str | None,
    guidance_years: int,
    on: date,
) -> PlanAsset:
    """Return a machine of the register as the planner knows it, with its risk on a day."""
    risk = risk_of(
        installed_on=asset.installed_on,
        support_ends_on=asset.support_ends_on,
        condition=Condition(asset.condition),
        guidance_years=guidance_years,
        on=on,
    )
    upgrade = options.upgrade
    return PlanAsset(
        asset_id=asset.pk,
        label=str(asset)[:200],
        trust_id=trust_id,
        site_id=asset.site_id,
        specification=asset.specification.code,
        modality=asset.modality,
        installed_on=asset.installed_on,
        support_ends_on=asset.support_ends_on,
        risk=risk.score,
        risk_reasons=risk.reasons,
        works_pence=works_pence,
        upgrade=UpgradeOffer(upgrade.cost_pence, upgrade.support_years) if upgrade else None,
        retire_pence=options.retirement.cost_pence if options.retirement else None,
        is_only_one=is_only_one,
        cover_pence=options.cover.cost_pence if options.cover else None,
        family=family,
    )


def candidates_of(plan: Plan, members: frozenset[int], england: Structure) -> list[CandidateSite]:
    """Return the additional machines that a plan may site: of its trusts, not withdrawn. One query."""
    rows = plan.candidates.filter(withdrawn_on=None).select_related("specification").order_by("pk")
    return [row for row in rows if england.current(row.trust_id) in members]


def additional(row: CandidateSite, england: Structure) -> PlanAsset:
    """Return a candidate as the planner knows it; its number is minus its own."""
    return PlanAsset(
        asset_id=-row.pk,
        label=row.name,
        trust_id=england.current(row.trust_id),
        site_id=row.site_id,
        specification=row.specification.code,
        modality=row.modality,
        installed_on=None,
        works_pence=row.works_pence,
        need_points=row.need_points,
        wanted_from=row.wanted_from,
    )


def pools(
    plan: Plan, members: frozenset[int], england: Structure, taking_part: frozenset[int]
) -> tuple[tuple[Pool, ...], tuple[PoolEnvelope, ...]]:
    """Return shared money as pools with their years; a pool's number is its holder's. One query.

    Money for nobody who takes part is left out: a holder that is gone, or an ICB whose trusts have left the plan.
    """
    amounts = shared_amounts(plan, england)
    found = []
    for holder in sorted({holder for holder, _ in amounts}):
        trusts = frozenset(trusts_of_holder(holder, plan, england, members)) & taking_part
        if trusts:
            name, share = england.name(holder), plan.network_carry_over_basis_points
            found.append(Pool(holder, name, tuple(sorted(trusts)), share))
    used = {pool.pool_id for pool in found}
    years = (PoolEnvelope(*key, pence) for key, pence in sorted(amounts.items()) if key[0] in used)
    return tuple(found), tuple(years)


def national(plan: Plan) -> tuple[RingFence, ...]:
    """Return national money by modality and year. One query."""
    return tuple(
        RingFence(year, modality, row.amount_pence)
        for (modality, year), row in sorted(ring_fences(plan).items())
    )


def pins(plan: Plan, planned: frozenset[int]) -> tuple[Pin, ...]:
    """Return the plan's pins; those of machines that have left it have nothing to hold any more. One query."""
    rows = PinRow.objects.filter(plan=plan).order_by("asset_id", "candidate_id")
    return tuple(Pin(row.planned_id, choice_of(row)) for row in rows if row.planned_id in planned)


def previous(
    version: PlanVersion | None, planned: frozenset[int], years: range
) -> tuple[tuple[int, Choice], ...]:
    """Return what an earlier version decided for machines that are still in the plan. One query, none without a version.

    Decisions of years that are not the plan's any more are left out: there is nothing to keep to.
    """
    if version is None:
        return ()
    rows = PlanLine.objects.filter(version=version).only(
        "asset_id", "candidate_id", "kind", "year", "upgrade_year"
    )
    decided = ((row.planned_id, choice_of(row)) for row in rows)
    return tuple(
        sorted(
            (number, choice)
            for number, choice in decided
            if number in planned and all(year in years for year in choice.years)
        )
    )


def choice_of(row: PinRow | PlanLine) -> Choice:
    """Return what a pin or a line decides. Without a year nothing is done, whatever kind stands there."""
    if row.year is None and row.upgrade_year is None:
        return KEPT
    return Choice(Kind(row.kind), row.year, row.upgrade_year)


def unfit_pins(machines: Iterable[PlanAsset], held: Iterable[Pin]) -> list[str]:
    """Return in words the pins that rest on an option which is not offered any more."""
    assets = {asset.asset_id: asset for asset in machines}
    said = []
    for pin in held:
        asset, kind = assets[pin.asset_id], pin.choice.kind
        lost = {
            Kind.UPGRADE: asset.upgrade is None and "an upgrade",
            Kind.RETIRE: asset.retire_pence is None and "its retirement",
        }.get(kind)
        if lost:
            said.append(
                f"{asset.label} is pinned to {lost}, which is not offered. Offer it, or change the pin."
            )
    return said
