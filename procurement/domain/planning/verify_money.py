"""The money half of the independent check: tenders, spend, and every envelope walked through the years."""

from collections import Counter, defaultdict

from procurement.domain.planning.problem import PlanningProblem, Specification
from procurement.domain.planning.result import (
    BreachKind,
    CarryLine,
    FundingLine,
    Settlement,
    Source,
    TenderGroup,
)


def check_tenders(problem: PlanningProblem, settlement: Settlement) -> list[str]:
    """Constraint 2: one tender per specification and year, of exactly the assets decided, at the break reached."""
    assets = {asset.asset_id: asset for asset in problem.assets}
    specs = {spec.code: spec for spec in problem.specifications}
    expected: dict[tuple[str, int], set[int]] = defaultdict(set)
    for decision in settlement.decisions:
        if decision.year is not None:
            expected[assets[decision.asset_id].specification, decision.year].add(decision.asset_id)
    faults = []
    if Counter((t.specification, t.year) for t in settlement.tenders) != Counter(expected.keys()):
        faults.append("The tenders are not one for each specification and year bought.")
    for tender in settlement.tenders:
        members = expected.get((tender.specification, tender.year), set())
        by_trust = Counter(assets[asset_id].trust_id for asset_id in members)
        faults += [
            f"The tender of {tender.specification} in {tender.year} {fault}."
            for fault in _check_tender(specs[tender.specification], tender, members, by_trust)
        ]
    return faults


def _check_tender(
    spec: Specification, tender: TenderGroup, members: set[int], by_trust: Counter[int]
) -> list[str]:
    if set(tender.asset_ids) != members or tender.units != len(members):
        return ["does not hold the assets decided"]
    if tender.tier not in range(len(spec.tiers)):
        return ["is priced at a break that does not exist"]
    faults = []
    if dict(tender.trust_units) != by_trust or len(tender.trust_units) != len(by_trust):
        faults.append("counts the trusts' units wrongly")
    tier = spec.tiers[tender.tier]
    if tender.units < tier.minimum_units or tender.units > (tier.maximum_units or tender.units):
        faults.append("is priced at a break it does not reach")
    if tender.unit_price_pence != tier.unit_price_pence:
        faults.append("shows another price than its break's")
    alone = sum(spec.tiers[0].unit_price_pence for _ in members)
    if tender.saving_pence != alone - tender.units * tier.unit_price_pence:
        faults.append("shows a wrong saving")
    return faults


def check_spend(problem: PlanningProblem, settlement: Settlement) -> list[str]:
    """Constraint 4, first half: spend is what the decisions cost, and is funded but for the named breaches."""
    assets = {asset.asset_id: asset for asset in problem.assets}
    cost: Counter[tuple[int, str, int]] = Counter()
    for d in settlement.decisions:
        if d.year is not None:
            cost[assets[d.asset_id].trust_id, assets[d.asset_id].modality, d.year] += d.full_price_pence
    faults = []
    if {(s.trust_id, s.modality, s.year): s.amount_pence for s in settlement.spend} != dict(cost) or (
        len(settlement.spend) != len(cost)
    ):
        faults.append("The spend lines are not what the decisions cost.")
    paid: Counter[tuple[int, str, int]] = Counter()
    for line in settlement.funding:
        paid[line.trust_id, line.modality, line.year] += line.amount_pence
    unpaid: Counter[tuple[int, int]] = Counter()
    for key in cost | paid:
        if paid[key] > cost[key]:
            faults.append(f"More is funded than spent for {key}.")
        unpaid[key[0], key[2]] += cost[key] - paid[key]
    short = {
        (b.trust_id, b.year): b.amount_pence for b in settlement.breaches if b.kind is BreachKind.ENVELOPE
    }
    if short != {key: amount for key, amount in unpaid.items() if amount}:
        faults.append("What is not funded is not what is named as a breach.")
    pinned = {(assets[pin.asset_id].trust_id, pin.year) for pin in problem.pins}
    faults += [
        f"Trust {key[0]} overspends in {key[1]} without a pin." for key in sorted(short) if key not in pinned
    ]
    return faults


def check_envelopes(problem: PlanningProblem, settlement: Settlement) -> list[str]:
    """Constraint 4, second half: no envelope gives more than it holds, carry-over within its limits."""
    faults = []
    amounts_shown = [f.amount_pence for f in settlement.funding] + [
        c.amount_pence for c in settlement.carry_over
    ]
    if any(amount <= 0 for amount in amounts_shown):
        faults.append("A line of funding or carry-over is not a positive sum.")
    ring = {(r.modality, r.year): r.amount_pence for r in problem.ring_fences}
    own = {(e.trust_id, e.year): e.amount_pence for e in problem.envelopes}
    network = {e.year: e.amount_pence for e in problem.network_envelopes}
    for (modality, year), used in _sum(settlement.funding, Source.RING_FENCE, "modality").items():
        if used > ring.get((modality, year), 0):
            faults.append(f"More {modality} money than is ring-fenced is used in {year}.")
    for trust in {asset.trust_id for asset in problem.assets}:
        lines = [line for line in settlement.funding if line.trust_id == trust]
        carries = [c for c in settlement.carry_over if c.source is Source.OWN and c.trust_id == trust]
        amounts = {year: own.get((trust, year), 0) for year in problem.years}
        name = f"trust {trust}'s envelope"
        faults += _check_chain(
            problem, amounts, lines, carries, Source.OWN, problem.own_carry_over_basis_points, name
        )
    shared = [c for c in settlement.carry_over if c.source is Source.NETWORK]
    amounts = {year: network.get(year, 0) for year in problem.years}
    limit, name = problem.network_carry_over_basis_points, "the network's envelope"
    faults += _check_chain(problem, amounts, list(settlement.funding), shared, Source.NETWORK, limit, name)
    return faults


def _sum(lines: tuple[FundingLine, ...], source: Source, by: str) -> Counter[tuple[str, int]]:
    total: Counter[tuple[str, int]] = Counter()
    for line in lines:
        if line.source is source:
            total[getattr(line, by), line.year] += line.amount_pence
    return total


def _check_chain(
    problem: PlanningProblem,
    amounts: dict[int, int],
    lines: list[FundingLine],
    carries: list[CarryLine],
    source: Source,
    limit_basis_points: int,
    name: str,
) -> list[str]:
    """Walk one envelope through the years: brought in + this year's = used + carried on + lost."""
    faults = []
    carried = {carry.year: carry.amount_pence for carry in carries}
    if len(carried) != len(carries) or any(year + 1 not in problem.years for year in carried):
        faults.append(f"Carry-over of {name} is listed twice or leaves the plan.")
    for year in problem.years:
        used = sum(line.amount_pence for line in lines if line.source is source and line.year == year)
        on = carried.get(year, 0)
        if on * 10_000 > amounts[year] * limit_basis_points:
            faults.append(f"More of {name} is carried out of {year} than its limit allows.")
        if used + on > amounts[year] + carried.get(year - 1, 0):
            faults.append(f"More of {name} is used in {year} than it holds.")
    return faults
