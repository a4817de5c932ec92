"""What a demonstration plan may do beside replacing from the trusts' own money: shared money, upgrades, retirement, cover."""

from collections.abc import Sequence
from datetime import date
from random import Random

from assets.domain.vocabulary import Modality
from assets.models import Asset
from networks.domain.access import Actor
from networks.domain.financial_year import ends_on
from procurement.actions.plan_money import National, set_shared_money
from procurement.actions.plan_options import set_options
from procurement.domain.plan_options import Covered, Options, Retirement, Upgrade
from procurement.domain.planning.exposure import years_in_use
from procurement.domain.planning.rules import planning_rules
from procurement.models import Plan
from procurement.queries.plan_fleet import only_ones

NETWORK_SHARE = 4
"""What the network holds for all its trusts, in per cent of what they hold themselves."""
_UPGRADES, _RETIREMENTS, _WITHOUT_COVER = 6, 2, 1
_UPGRADE_COST = {
    Modality.CT: 18_000_000,
    Modality.MRI: 32_000_000,
    Modality.XRAY: 4_500_000,
    Modality.MAMMOGRAPHY: 6_000_000,
}
"""Pence ex VAT; made up for the demonstration, as everything in it is."""
_SUPPORT_YEARS = 5
_ROUND_PENCE = 1_000_000


def add_wishes(*, by: Actor, random: Random, plan: Plan, assets: Sequence[Asset], as_at: date) -> Plan:
    """Give a plan the network's money, national money for CT, some upgrades and retirements, and most of its cover.

    `assets` are the machines of the plan's trusts. One machine of several that need cover stays without, as happens in life.
    """
    plan = _money(by, plan, as_at)
    for asset, options in _options(random, plan, assets).items():
        plan = set_options(
            by=by,
            plan=plan,
            asset=asset,
            options=options,
            revision=plan.revision,
            on=as_at,
            reason="Asked of the trust’s imaging services manager",
        )
    return plan


def _money(by: Actor, plan: Plan, as_at: date) -> Plan:
    held: dict[int, int] = dict.fromkeys(plan.years, 0)
    for year, pence in plan.envelopes.values_list("year", "amount_pence"):
        held[year] += pence
    second = plan.years[1]
    return set_shared_money(
        by=by,
        plan=plan,
        shared={
            (plan.network_id, year): pence * NETWORK_SHARE // 100 // _ROUND_PENCE * _ROUND_PENCE
            for year, pence in held.items()
        },
        fenced={(Modality.CT.value, second): National(150_000_000, "Diagnostics fund")},
        revision=plan.revision,
        on=as_at,
        reason="Network board’s medium-term financial plan",
    )


def _options(random: Random, plan: Plan, assets: Sequence[Asset]) -> dict[Asset, Options]:
    rules, first, last = planning_rules(), ends_on(plan.first_year), ends_on(plan.years[-1])
    alone = only_ones(assets)
    found: dict[Asset, Options] = {}
    covered = sorted((asset for asset in assets if asset.pk in alone), key=lambda asset: asset.pk)
    for asset in covered[_WITHOUT_COVER:] or covered:
        weeks = random.choice((4, 5, 6))
        found[asset] = Options(cover=Covered(weeks * 1_000_000, f"Mobile unit for {weeks} weeks"))
    # An upgrade keeps a machine supported, so it is offered for those whose support ends within the plan.
    middling = [
        asset
        for asset in assets
        if asset.installed_on
        and asset.support_ends_on
        and asset.support_ends_on < last
        and rules.upgrade_from_age_years
        <= years_in_use(asset.installed_on, first)
        < rules.upgrade_to_age_years
    ]
    for asset in random.sample(middling, min(_UPGRADES, len(middling))):
        upgrade = Upgrade(
            _UPGRADE_COST[Modality(asset.modality)], _SUPPORT_YEARS, "The maker offers a mid-life upgrade"
        )
        found[asset] = Options(upgrade=upgrade, cover=found.get(asset, Options()).cover)
    old = [
        asset
        for asset in assets
        if asset.modality == Modality.XRAY
        and asset.installed_on
        and asset not in found
        and years_in_use(asset.installed_on, first) > rules.upgrade_to_age_years
    ]
    for asset in random.sample(old, min(_RETIREMENTS, len(old))):
        found[asset] = Options(
            retirement=Retirement(400_000, "Its room is wanted, and its list fits the others")
        )
    return found
