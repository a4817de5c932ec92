"""An independent check of a plan: every constraint again, in whole pence, from the problem and the figures alone.

It shares no arithmetic with ``model``, ``settle``, ``funding`` or ``exposure``: what those computed is taken as
a claim and recomputed here in the plainest way, so that a mistake there cannot hide itself.
"""

from collections import Counter
from datetime import date
from fractions import Fraction

from procurement.domain.planning.problem import PlanAsset, PlanningProblem
from procurement.domain.planning.result import BreachKind, Result, Settlement
from procurement.domain.planning.verify_money import check_envelopes, check_spend, check_tenders


def verify(problem: PlanningProblem, plan: Result | Settlement) -> list[str]:
    """Return every fault found, in words; an empty list means that the plan keeps every rule to the penny."""
    settlement = plan.settlement if isinstance(plan, Result) else plan
    ids = [decision.asset_id for decision in settlement.decisions]
    if sorted(ids) != sorted(asset.asset_id for asset in problem.assets):
        return ["The plan does not decide every asset exactly once."]
    faults = [
        *_check_choices(problem, settlement),
        *_check_prices(problem, settlement),
        *check_tenders(problem, settlement),
        *check_spend(problem, settlement),
        *check_envelopes(problem, settlement),
        *_check_installations(problem, settlement),
    ]
    if isinstance(plan, Result):
        faults += _check_claims(problem, plan)
    return faults


def _check_choices(problem: PlanningProblem, settlement: Settlement) -> list[str]:
    """Pins kept; nothing replaced outside the plan's years or too young; nothing spent where nothing is gained."""
    faults = []
    assets = {asset.asset_id: asset for asset in problem.assets}
    pins = {pin.asset_id: pin.year for pin in problem.pins}
    for decision in settlement.decisions:
        asset, year = assets[decision.asset_id], decision.year
        if decision.asset_id in pins:
            if year != pins[decision.asset_id]:
                faults.append(f"{asset.label} is pinned to {pins[decision.asset_id]} but decided as {year}.")
        elif year is not None:
            if year not in problem.years:
                faults.append(f"{asset.label} is replaced in {year}, outside the plan.")
                continue
            if _age(problem, asset, year) < problem.minimum_replacement_age_years and not _unsupported(
                asset, year
            ):
                faults.append(f"{asset.label} is replaced in {year}, younger than a plan may replace.")
            if not any(
                _points(problem, asset, _age(problem, asset, y), kept=True, year=y) for y in problem.years
            ):
                faults.append(f"{asset.label} is replaced though it never falls due within the plan.")
    return faults


def _age(problem: PlanningProblem, asset: PlanAsset, year: int) -> int:
    """Birthdays passed by the 31 March that ends ``year``, counted one by one."""
    if asset.installed_on is not None:
        age = 0
        while _birthday(asset.installed_on, age + 1) <= date(year + 1, 3, 31):
            age += 1
        return age
    known = sorted(
        _age(problem, other, problem.first_year)
        for other in problem.assets
        if other.modality == asset.modality and other.installed_on is not None
    )
    first = known[len(known) // 2] if known else problem.guidance_years
    return first + year - problem.first_year


def _birthday(installed_on: date, years: int) -> date:
    try:
        return installed_on.replace(year=installed_on.year + years)
    except ValueError:  # 29 February
        return date(installed_on.year + years, 3, 1)


def _unsupported(asset: PlanAsset, year: int) -> bool:
    return asset.support_ends_on is not None and asset.support_ends_on <= date(year + 1, 3, 30)


def _check_prices(problem: PlanningProblem, settlement: Settlement) -> list[str]:
    faults = []
    specs = {spec.code: spec for spec in problem.specifications}
    assets = {asset.asset_id: asset for asset in problem.assets}
    bought = Counter((assets[d.asset_id].specification, d.year) for d in settlement.decisions)
    for decision in settlement.decisions:
        asset = assets[decision.asset_id]
        spec = specs[asset.specification]
        if decision.year is None:
            if decision.full_price_pence:
                faults.append(f"{asset.label} is kept, yet priced.")
            continue
        units = bought[spec.code, decision.year]
        [price] = [
            tier.unit_price_pence
            for tier in spec.tiers
            if tier.minimum_units <= units and (tier.maximum_units is None or units <= tier.maximum_units)
        ]
        if decision.equipment_pence != price:
            faults.append(f"{asset.label} is priced off the break that {units} units reach.")
        if decision.works_pence != asset.works_pence:
            faults.append(f"{asset.label}: the works differ from what was given.")
        # Rounded on equipment and works separately, so up to a penny in all from the exact VAT.
        exact = (price + asset.works_pence) * spec.vat_basis_points
        if abs(decision.vat_pence * 10_000 - exact) > 10_000:
            faults.append(
                f"{asset.label}: the VAT is not {spec.vat_basis_points / 100}% of equipment and works."
            )
    return faults


def _check_installations(problem: PlanningProblem, settlement: Settlement) -> list[str]:
    limit = problem.max_installations_per_trust_year
    named = {(b.trust_id, b.year): b for b in settlement.breaches if b.kind is BreachKind.INSTALLATIONS}
    if limit is None:
        return ["A limit on installations is named as broken, but there is none."] if named else []
    trust_of = {asset.asset_id: asset.trust_id for asset in problem.assets}
    pinned: Counter[tuple[int, int]] = Counter()
    for pin in problem.pins:
        if pin.year is not None:
            pinned[trust_of[pin.asset_id], pin.year] += 1
    count: Counter[tuple[int, int]] = Counter()
    for decision in settlement.decisions:
        if decision.year is not None:
            count[trust_of[decision.asset_id], decision.year] += 1
    faults = []
    for key in count | Counter(dict.fromkeys(named, 1)):
        over = max(0, count[key] - limit)
        claimed = named[key].units if key in named else 0
        if over != claimed or (
            key in named and named[key].amount_pence != over * problem.over_limit_price_pence
        ):
            faults.append(f"Trust {key[0]} installs {count[key]} in {key[1]}, and the plan does not say so.")
        if over > max(0, pinned[key] - limit):
            faults.append(f"Trust {key[0]} installs more than its limit in {key[1]} without pins for them.")
    return faults


def _check_claims(problem: PlanningProblem, result: Result) -> list[str]:
    """The figures shown: exposure, ages, spend and counts, recomputed year by year."""
    faults = []
    metrics, settlement = result.metrics, result.settlement
    assets = {asset.asset_id: asset for asset in problem.assets}
    exposure = past_ten = past_guidance = 0
    for decision in settlement.decisions:
        asset = assets[decision.asset_id]
        for year in problem.years:
            kept = decision.year is None or year < decision.year
            age = _age(problem, asset, year) if kept else year - (decision.year or year)
            past_ten += age >= 10
            past_guidance += age >= problem.guidance_years
            exposure += _points(problem, asset, age, kept=kept, year=year)
    if exposure != metrics.exposure:
        faults.append(f"The exposure shown is {metrics.exposure}, but it comes to {exposure}.")
    if (past_ten, past_guidance) != (metrics.asset_years_over_10, metrics.asset_years_over_guidance):
        faults.append("The asset-years shown are not those of the decisions.")
    if metrics.spend_pence != sum(decision.full_price_pence for decision in settlement.decisions):
        faults.append("The spend shown is not the sum of the decisions.")
    if metrics.breaches_pence != sum(breach.amount_pence for breach in settlement.breaches):
        faults.append("The breaches shown are not the sum of those named.")
    if metrics.rank > result.baseline.rank:
        faults.append("The plan is worse than oldest-first.")
    if result.inputs_hash != problem.inputs_hash():
        faults.append("The plan was made for other inputs.")
    return faults


def _points(problem: PlanningProblem, asset: PlanAsset, age: int, *, kept: bool, year: int) -> int:
    w = problem.weights
    base = 0
    if age >= problem.guidance_years:
        base = w.past_guidance_points
    if age >= w.ten_year_edge_years:
        base = w.past_ten_points
        base += sum(
            w.each_further_year_points for n in range(w.ten_year_edge_years, w.oldest_years) if age > n
        )
    if kept and _unsupported(asset, year):
        base += w.support_ended_points
    risk = int(Fraction(str(asset.risk)) * 100 + Fraction(1, 2)) if kept else 0
    hundredths = base * (100 + risk)
    return hundredths // 100 + (hundredths % 100 >= 50)
