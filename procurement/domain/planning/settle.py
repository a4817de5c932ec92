"""A schedule worked out to the penny: prices by joint tender, spend, who pays, and which limits are not kept.

This is the only arithmetic of money behind a plan: the solver proposes choices, ``settle`` prices them exactly, and
``verify`` checks the outcome by other means. Prices are constant; VAT is rounded on equipment, works, upgrade and cover
separately, per asset, by the rule of ``procurement.domain.pricing``.
"""

from collections import Counter, defaultdict

from procurement.domain.planning.breaches import breaches
from procurement.domain.planning.choice import Choice, Kind, Schedule
from procurement.domain.planning.exposure import Outlook
from procurement.domain.planning.funding import SpendKey, allocate
from procurement.domain.planning.limits import network_ids, pinned_trust_years
from procurement.domain.planning.problem import PlanAsset, PlanningProblem, Specification, check_fits
from procurement.domain.planning.result import Decision, Settlement, SpendLine, TenderGroup
from procurement.domain.pricing import vat_pence

TenderKey = tuple[str, int | None, int]
"""Specification, network (None: national), year."""


def with_vat(pence: int, specification: Specification) -> int:
    """Return a sum ex VAT with the specification's VAT on it, rounded to the penny."""
    return pence + vat_pence(pence, specification.vat_basis_points)


def full_price_pence(asset: PlanAsset, specification: Specification, tier: int) -> int:
    """Return what replacing or adding ``asset`` costs at a price break, undiscounted.

    Equipment, works, cover while it is out, and VAT.
    """
    parts = (
        specification.tiers[tier].unit_price_pence,
        asset.works_pence,
        asset.cover_each_time_pence,
    )
    return sum(with_vat(part, specification) for part in parts)


def upgrade_price_pence(asset: PlanAsset, specification: Specification) -> int:
    """Return what upgrading ``asset`` costs: the offer, cover while it is out, and VAT."""
    offer = 0 if asset.upgrade is None else asset.upgrade.cost_pence
    return with_vat(offer, specification) + with_vat(asset.cover_each_time_pence, specification)


def tender_network(specification: Specification, network_id: int) -> int | None:
    """Return whose tender a network's purchase joins: its own, or None, the national one."""
    return None if specification.national else network_id


def settle(problem: PlanningProblem, schedule: Schedule, ahead: Outlook | None = None) -> Settlement:
    """Price and fund a schedule exactly. Raises ValueError unless it decides each asset once, within the plan.

    ``ahead`` saves working out the outlook again, which only fairness needs.
    """
    _check(problem, schedule)
    specs = {spec.code: spec for spec in problem.specifications}
    assets = sorted(problem.assets, key=lambda asset: asset.asset_id)
    tenders = _tenders(problem, schedule, assets, specs)
    tier_of = {asset_id: tender.tier for tender in tenders for asset_id in tender.asset_ids}
    decisions = {
        asset.asset_id: _price(
            asset, schedule[asset.asset_id], specs[asset.specification], tier_of.get(asset.asset_id)
        )
        for asset in assets
    }
    spend: dict[SpendKey, int] = defaultdict(int)
    for asset in assets:
        for year, amount in decisions[asset.asset_id].spend_by_year.items():
            spend[asset.trust_id, asset.modality, year] += amount
    allocation = allocate(problem, spend, pinned_trust_years(problem))
    return Settlement(
        decisions=tuple(decisions[asset.asset_id] for asset in problem.assets),
        tenders=tenders,
        spend=tuple(SpendLine(*key, amount) for key, amount in sorted(spend.items())),
        funding=allocation.funding,
        carry_over=allocation.carry_over,
        breaches=breaches(problem, schedule, allocation.short_pence, ahead),
    )


def _check(problem: PlanningProblem, schedule: Schedule) -> None:
    if set(schedule) != {asset.asset_id for asset in problem.assets}:
        raise ValueError("A schedule must decide every asset of the plan and no other.")
    for asset in problem.assets:
        choice = schedule[asset.asset_id]
        check_fits(asset, choice)
        for year in choice.years:
            if year not in problem.years:
                raise ValueError(
                    f"The schedule has something done to asset {asset.asset_id} in {year}, outside the plan's years."
                )


def _tenders(
    problem: PlanningProblem, schedule: Schedule, assets: list[PlanAsset], specs: dict[str, Specification]
) -> tuple[TenderGroup, ...]:
    members: dict[TenderKey, list[PlanAsset]] = defaultdict(list)
    network_of = network_ids(problem)
    for asset in assets:
        year = schedule[asset.asset_id].bought_in
        if year is not None:
            network = tender_network(specs[asset.specification], network_of[asset.trust_id])
            members[asset.specification, network, year].append(asset)
    tenders = []
    for (code, network, year), group in sorted(members.items(), key=lambda item: tender_order(item[0])):
        spec = specs[code]
        tier = spec.tier_index(len(group) + spec.units_elsewhere(year))
        unit = spec.tiers[tier].unit_price_pence
        tenders.append(
            TenderGroup(
                specification=code,
                network_id=network,
                year=year,
                units=len(group),
                tier=tier,
                unit_price_pence=unit,
                trust_units=tuple(sorted(Counter(asset.trust_id for asset in group).items())),
                asset_ids=tuple(asset.asset_id for asset in group),
                saving_pence=len(group) * (spec.tiers[0].unit_price_pence - unit),
            )
        )
    return tuple(tenders)


def tender_order(key: TenderKey) -> tuple[int, str, int]:
    """By year, specification and network. A specification's tenders are all national, or none of them is."""
    code, network, year = key
    return (year, code, network or 0)


def _price(asset: PlanAsset, choice: Choice, spec: Specification, tier: int | None) -> Decision:
    if choice.kind is Kind.KEEP:
        return Decision(asset.asset_id, Kind.KEEP)
    if choice.kind is Kind.RETIRE:
        removal = asset.retire_pence or 0
        vat = vat_pence(removal, spec.vat_basis_points)
        return Decision(asset.asset_id, choice.kind, choice.year, 0, removal, vat)
    unit = 0 if tier is None else spec.tiers[tier].unit_price_pence
    works = 0 if tier is None else asset.works_pence
    upgrade = asset.upgrade.cost_pence if asset.upgrade and choice.kind is Kind.UPGRADE else 0
    cover = asset.cover_each_time_pence
    rate = spec.vat_basis_points
    covers = len(choice.out_in)
    return Decision(
        asset.asset_id,
        choice.kind,
        choice.year,
        unit,
        works,
        vat_pence(unit, rate)
        + vat_pence(works, rate)
        + vat_pence(upgrade, rate)
        + covers * vat_pence(cover, rate),
        upgrade_year=choice.upgrade_year,
        upgrade_pence=upgrade,
        cover_pence=covers * cover,
        upgrade_year_pence=upgrade_price_pence(asset, spec) if choice.kind is Kind.UPGRADE else 0,
    )
