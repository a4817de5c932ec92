"""For the independent check: limits that count machines, lead times, emergency sites, fairness, and their breaches."""

from collections import Counter, defaultdict
from dataclasses import astuple, dataclass
from fractions import Fraction
from math import ceil

from procurement.domain.planning.choice import Choice, Kind
from procurement.domain.planning.problem import PlanAsset, PlanningProblem
from procurement.domain.planning.result import Breach, BreachKind, Settlement
from procurement.domain.planning.verify_ages import Ages


@dataclass(frozen=True, slots=True)
class _Place:
    """What a breach is about."""

    kind: BreachKind
    trust_id: int | None
    network_id: int | None
    site_id: int | None
    modality: str | None
    asset_id: int | None
    year: int | None

    def __str__(self) -> str:
        parts = ", ".join(str(part) for part in astuple(self)[1:] if part is not None)
        return f"{self.kind.value} ({parts})"


def check_breaches(problem: PlanningProblem, settlement: Settlement) -> list[str]:
    """Every limit counted again: what goes beyond it must be named with its price, and pins must have asked for it."""
    chosen = {decision.asset_id: decision.choice for decision in settlement.decisions}
    pins = {pin.asset_id: pin.choice for pin in problem.pins}
    by_plan, by_pins = _beyond(problem, chosen), _beyond(problem, pins)
    price = {BreachKind.FAIRNESS: problem.fairness_price_pence_per_point}
    claimed = [breach for breach in settlement.breaches if breach.kind is not BreachKind.ENVELOPE]
    named: dict[_Place, Breach] = {_place(breach): breach for breach in claimed}
    faults = []
    if len(named) != len(claimed):
        faults.append("A breach is named twice.")
    for place in sorted({*by_plan, *named}, key=str):
        units = by_plan.get(place, 0)
        breach = named.get(place)
        if (0 if breach is None else breach.units) != units:
            faults.append(f"The plan goes beyond the limit by {units}, and says otherwise: {place}.")
        elif breach is not None and breach.amount_pence != units * price.get(
            place.kind, problem.over_limit_price_pence
        ):
            faults.append(f"A breach has another price than set: {place}.")
        if place.kind is not BreachKind.FAIRNESS and units > by_pins.get(place, 0):
            faults.append(f"The plan goes beyond the limit without pins that ask for it: {place}.")
    return faults


def _place(breach: Breach) -> _Place:
    return _Place(
        breach.kind,
        breach.trust_id,
        breach.network_id,
        breach.site_id,
        breach.modality,
        breach.asset_id,
        breach.year,
    )


def _beyond(problem: PlanningProblem, chosen: dict[int, Choice]) -> dict[_Place, int]:
    """How far choices, of the whole plan or of the pins alone, go beyond each limit."""
    networks = {trust.trust_id: trust.network_id for trust in problem.trusts}
    found: dict[_Place, int] = {}
    for place, count in _counts(problem, chosen, networks).items():
        limit = {
            BreachKind.INSTALLATIONS: problem.max_installations_per_trust_year,
            BreachKind.CONTINUITY: problem.most_out_per_site
            if place.site_id is not None
            else problem.most_out_per_trust
            if place.trust_id is not None
            else problem.most_out_per_network,
        }[place.kind]
        if limit is not None and count > limit:
            found[place] = count - limit
    earliest = {spec.code: spec.earliest_year for spec in problem.specifications}
    for asset in problem.assets:
        if asset.asset_id in chosen:
            found |= _by_itself(asset, earliest[asset.specification], chosen[asset.asset_id], networks)
    if len(chosen) == len(problem.assets):
        found |= _unfair(problem, chosen, networks)
    return found


def _by_itself(
    asset: PlanAsset, earliest: int | None, choice: Choice, networks: dict[int, int]
) -> dict[_Place, int]:
    """Years too early for the lead time, and an emergency site that goes without."""
    found = {}
    new = None if choice.kind is Kind.RETIRE else choice.year
    if new is not None and earliest is not None and new < earliest:
        found[_of(BreachKind.LEAD_TIME, asset, networks, new)] = earliest - new
    if asset.is_only_one and choice.kind is Kind.RETIRE:
        found[_of(BreachKind.CONTINUITY, asset, networks, choice.year)] = 1
    if asset.is_only_one and asset.cover_pence is None:
        for year in _out(choice):
            found[_of(BreachKind.CONTINUITY, asset, networks, year)] = 1
    return found


def _of(kind: BreachKind, asset: PlanAsset, networks: dict[int, int], year: int | None) -> _Place:
    return _Place(
        kind, asset.trust_id, networks[asset.trust_id], asset.site_id, asset.modality, asset.asset_id, year
    )


def _out(choice: Choice) -> list[int]:
    if choice.kind not in (Kind.REPLACE, Kind.UPGRADE):
        return []
    return [year for year in (choice.upgrade_year, choice.year) if year is not None]


def _counts(problem: PlanningProblem, chosen: dict[int, Choice], networks: dict[int, int]) -> Counter[_Place]:
    """Installations by trust and year; machines out by site, trust and network, modality and year.

    A site's breaches are put down to the lowest of the trusts with such a machine there.
    """
    site_trust: dict[tuple[int, str], int] = {}
    for asset in problem.assets:
        key = (asset.site_id, asset.modality)
        site_trust[key] = min(site_trust.get(key, asset.trust_id), asset.trust_id)
    count: Counter[_Place] = Counter()
    for asset in problem.assets:
        choice = chosen.get(asset.asset_id)
        if choice is None:
            continue
        trust, modality = asset.trust_id, asset.modality
        if choice.year is not None and choice.kind is not Kind.RETIRE:
            count[
                _Place(BreachKind.INSTALLATIONS, trust, networks[trust], None, None, None, choice.year)
            ] += 1
        for year in _out(choice):
            host = site_trust[asset.site_id, modality]
            kind = BreachKind.CONTINUITY
            count[_Place(kind, host, networks[host], asset.site_id, modality, None, year)] += 1
            count[_Place(kind, trust, networks[trust], None, modality, None, year)] += 1
            count[_Place(kind, None, networks[trust], None, modality, None, year)] += 1
    return count


def _unfair(
    problem: PlanningProblem, chosen: dict[int, Choice], networks: dict[int, int]
) -> dict[_Place, int]:
    if problem.fairness_basis_points is None:
        return {}
    price = {spec.code: spec.tiers[0].unit_price_pence for spec in problem.specifications}
    ages = Ages(problem)
    exposure: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    estate: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for asset in problem.assets:
        if asset.need_points is None:
            network = networks[asset.trust_id]
            exposure[network][asset.trust_id] += ages.points_left(asset, chosen[asset.asset_id])
            estate[network][asset.trust_id] += price[asset.specification]
    found = {}
    for network, trusts in estate.items():
        for trust, value in trusts.items():
            if not value:
                continue
            fair = Fraction(problem.fairness_basis_points, 10_000) * value / sum(trusts.values())
            share = Fraction(ceil(fair * 1_000_000), 1_000_000)
            beyond = ceil(exposure[network][trust] - share * sum(exposure[network].values()))
            if beyond > 0:
                found[_Place(BreachKind.FAIRNESS, trust, network, None, None, None, None)] = beyond
    return found
