"""The plan as a mixed-integer model: columns, rows and the four objectives, ready for HiGHS.

Money is in thousands of pounds and exposure in hundreds of points, so that coefficients stay within a few
orders of magnitude; the choices taken are read back and everything is settled again in whole pence.

Columns: ``take[asset, choice]`` 1 where that is chosen (keeping has no column: it is what remains);
``tier[specification, network, year, tier]`` 1 where a tender of that price break is run, network None for a national one;
the units a trust buys in it; then what is funded from where, what is carried over, and the priced breaches that pins and
fairness may cause. ``owner`` tells of every column which trust and which network it belongs to.

Two things make it solvable. Each single asset is linked to the tenders, not only their sum: the relaxation is
some 15% tighter. And no row holds a price break to its largest quantity: prices never rise with the quantity,
so paying a smaller break's price for more units only wastes money, which no stage wants, and the settlement
gives the better price anyway. It also keeps "everything at the single price" a valid, if dear, plan.
"""

from collections import defaultdict

from procurement.domain.planning.choice import KEPT, Choice, Kind
from procurement.domain.planning.evaluate import discount_factor
from procurement.domain.planning.exposure import Outlook
from procurement.domain.planning.limits import LimitBook, network_ids
from procurement.domain.planning.model_columns import (
    COARSE_PENCE,
    FINE_PENCE,
    INFINITY,
    POINTS_PER_UNIT,
    TOLERANCE,
    Making,
    Name,
    PlanningModel,
    Terms,
)
from procurement.domain.planning.model_limits import (
    add_churn,
    add_counted_limits,
    add_fairness,
    add_families,
    add_fixed_breaches,
)
from procurement.domain.planning.model_money import add_cost, add_money
from procurement.domain.planning.problem import PlanAsset, PlanningProblem, Specification
from procurement.domain.planning.settle import tender_network, upgrade_price_pence, with_vat

__all__ = [
    "COARSE_PENCE",
    "FINE_PENCE",
    "INFINITY",
    "POINTS_PER_UNIT",
    "TOLERANCE",
    "Name",
    "PlanningModel",
    "build",
]


def build(problem: PlanningProblem, ahead: Outlook, pence_per_unit: int = COARSE_PENCE) -> PlanningModel:
    """Build every constraint and the objectives of the four stages, in an order fixed by ids, not by lists."""
    making = Making(
        model=PlanningModel(pence_per_unit=pence_per_unit),
        problem=problem,
        ahead=ahead,
        assets=tuple(sorted(problem.assets, key=lambda asset: asset.asset_id)),
        specs={spec.code: spec for spec in problem.specifications},
        networks=network_ids(problem),
        book=LimitBook(problem),
        factor={year: float(discount_factor(problem, year)) for year in problem.years},
        spend=defaultdict(list),
    )
    _add_choices(making)
    _add_tenders(making)
    add_counted_limits(making)
    add_fixed_breaches(making)
    add_fairness(making)
    add_money(making)
    add_cost(making)
    add_families(making)
    add_churn(making)
    return making.model


def _add_choices(making: Making) -> None:
    """Constraints 1 and 6: each asset at most one choice; a pin's is fixed. And what a choice costs beside equipment."""
    model = making.model
    for asset in making.assets:
        choices = making.ahead.choices[asset.asset_id]
        totals = making.ahead.totals[asset.asset_id]
        model.exposure_if_kept += totals[KEPT] / POINTS_PER_UNIT
        columns: Terms = []
        for choice in choices:
            if choice == KEPT:
                continue
            column = model.column(
                1.0,
                ("take", asset.asset_id, choice),
                making.owner(asset.trust_id),
                whole=True,
                lower=0.0 if KEPT in choices else 1.0,
            )
            model.take[asset.asset_id, choice] = column
            model.exposure[column] = (totals[choice] - totals[KEPT]) / POINTS_PER_UNIT
            columns.append((column, 1.0))
            for year, pence in _beside_equipment(asset, making.specs[asset.specification], choice):
                making.spend[asset.trust_id, asset.modality, year].append((column, making.units(pence)))
        if len(columns) > 1:
            model.at_most(columns, 1.0)


def _beside_equipment(asset: PlanAsset, spec: Specification, choice: Choice) -> list[tuple[int, int]]:
    """Year and pence inc VAT of works, cover, an upgrade or a removal."""
    found = []
    if choice.upgrade_year is not None:
        found.append((choice.upgrade_year, upgrade_price_pence(asset, spec)))
    if choice.kind is Kind.RETIRE and choice.year is not None:
        found.append((choice.year, with_vat(asset.retire_pence or 0, spec)))
    if choice.bought_in is not None:
        works = with_vat(asset.works_pence, spec) + with_vat(asset.cover_each_time_pence, spec)
        found.append((choice.bought_in, works))
    return found


def _add_tenders(making: Making) -> None:
    """Constraints 2 and 3 for every tender that there may be."""
    buying: dict[tuple[str, int | None, int], dict[int, Terms]] = defaultdict(lambda: defaultdict(list))
    assets = {asset.asset_id: asset for asset in making.assets}
    for asset in making.assets:
        spec = making.specs[asset.specification]
        network = tender_network(spec, making.networks[asset.trust_id])
        for choice, column in making.taken(asset):
            if choice.bought_in is not None:
                buying[spec.code, network, choice.bought_in][asset.asset_id].append((column, 1.0))
    for key in sorted(buying, key=lambda key: (key[0], key[1] or 0, key[2])):
        members = [(assets[asset_id], terms) for asset_id, terms in buying[key].items()]
        _add_tender(making, making.specs[key[0]], key[1], key[2], members)


def _add_tender(
    making: Making,
    spec: Specification,
    network: int | None,
    year: int,
    members: list[tuple[PlanAsset, Terms]],
) -> None:
    """Units by trust and price break, smallest quantities, and the link of each asset."""
    model = making.model
    elsewhere = spec.units_elsewhere(year)
    tiers = [k for k, tier in enumerate(spec.tiers) if tier.minimum_units <= len(members) + elsewhere]
    run = {
        tier: model.column(1.0, ("tier", spec.code, network, year, tier), (None, network), whole=True)
        for tier in tiers
    }
    for tier, column in run.items():
        model.tier[spec.code, network, year, tier] = column
        model.cost[column] = making.units(making.problem.tender_cost_pence) * making.factor[year]
    model.at_most([(column, 1.0) for column in run.values()], 1.0)
    bought: dict[int, list[Terms]] = defaultdict(list)
    for asset, terms in members:
        bought[asset.trust_id].append(terms)
        model.at_most([*terms, *((column, -1.0) for column in run.values())])
    units: dict[int, Terms] = defaultdict(list)
    for trust, own in sorted(bought.items()):
        cap = float(_most_units(making, trust, year, len(own)))
        quantities: Terms = []
        for tier, column in run.items():
            quantity = model.column(cap, ("units", trust, spec.code, year, tier), making.owner(trust))
            model.at_most([(quantity, 1.0), (column, -cap)])
            full = with_vat(spec.tiers[tier].unit_price_pence, spec)
            making.spend[trust, spec.modality, year].append((quantity, making.units(full)))
            units[tier].append((quantity, -1.0))
            quantities.append((quantity, -1.0))
        model.equal([*(term for terms in own for term in terms), *quantities])
    for tier, column in run.items():
        least = max(0, spec.tiers[tier].minimum_units - elsewhere)
        model.at_most([*units[tier], (column, float(least))])


def _most_units(making: Making, trust: int, year: int, owned: int) -> int:
    if making.problem.max_installations_per_trust_year is None:
        return owned
    return min(owned, making.book.allowed(("installed", trust, "", year)))
