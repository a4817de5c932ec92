"""The money half of the independent check: tenders, spend, and every envelope walked through the years."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from procurement.domain.planning.choice import Kind
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
    """Constraint 2: one tender per specification, network and year, of exactly the assets decided, at the break reached."""
    assets = {asset.asset_id: asset for asset in problem.assets}
    specs = {spec.code: spec for spec in problem.specifications}
    networks = {trust.trust_id: trust.network_id for trust in problem.trusts}
    expected: dict[tuple[str, int | None, int], set[int]] = defaultdict(set)
    for decision in settlement.decisions:
        if decision.year is not None and decision.kind is not Kind.RETIRE:
            asset = assets[decision.asset_id]
            network = None if specs[asset.specification].national else networks[asset.trust_id]
            expected[asset.specification, network, decision.year].add(decision.asset_id)
    faults = []
    shown = Counter((t.specification, t.network_id, t.year) for t in settlement.tenders)
    if shown != Counter(expected.keys()):
        faults.append("The tenders are not one for each specification, network and year bought.")
    for tender in settlement.tenders:
        members = expected.get((tender.specification, tender.network_id, tender.year), set())
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
        asset = assets[d.asset_id]
        if d.upgrade_year is not None:
            cost[asset.trust_id, asset.modality, d.upgrade_year] += d.upgrade_year_pence
        if d.year is not None:
            cost[asset.trust_id, asset.modality, d.year] += d.full_price_pence - d.upgrade_year_pence
    faults = []
    if {(s.trust_id, s.modality, s.year): s.amount_pence for s in settlement.spend} != dict(cost) or (
        len(settlement.spend) != len(cost)
    ):
        faults.append("The spend lines are not what the decisions cost.")
    paid: Counter[tuple[int, str, int]] = Counter()
    for line in settlement.funding:
        paid[line.trust_id, line.modality, line.year] += line.amount_pence
    unpaid: Counter[tuple[int | None, int | None]] = Counter()
    for key in cost | paid:
        if paid[key] > cost[key]:
            faults.append(f"More is funded than spent for {key}.")
        unpaid[key[0], key[2]] += cost[key] - paid[key]
    named = [b for b in settlement.breaches if b.kind is BreachKind.ENVELOPE]
    short = {(b.trust_id, b.year): b.amount_pence for b in named}
    if short != {key: amount for key, amount in unpaid.items() if amount} or len(short) != len(named):
        faults.append("What is not funded is not what is named as a breach.")
    pinned = {
        (assets[pin.asset_id].trust_id, year)
        for pin in problem.pins
        for year in (pin.choice.year, pin.choice.upgrade_year)
    }
    faults += [
        f"Trust {key[0]} overspends in {key[1]} without a pin."
        for key in sorted(short, key=str)
        if key not in pinned
    ]
    return faults


def check_envelopes(problem: PlanningProblem, settlement: Settlement) -> list[str]:
    """Constraint 4, second half: no envelope gives more than it holds, or to whom it is not for; carry-over in limits."""
    faults = []
    lines = settlement.funding
    amounts_shown = [f.amount_pence for f in lines] + [c.amount_pence for c in settlement.carry_over]
    if any(amount <= 0 for amount in amounts_shown):
        faults.append("A line of funding or carry-over is not a positive sum.")
    faults += _check_ring_fences(problem, lines)
    for trust in problem.trusts:
        own = trust.trust_id
        amounts = {e.year: e.amount_pence for e in problem.envelopes if e.trust_id == own}
        mine = [line for line in lines if line.source is Source.OWN and line.trust_id == own]
        carries = [c for c in settlement.carry_over if c.source is Source.OWN and c.trust_id == own]
        share, name = problem.own_carry_over_basis_points, f"trust {own}'s envelope"
        faults += _check_chain(problem, amounts, mine, carries, share, name)
    known = {pool.pool_id for pool in problem.pools}
    sources = [(line.source, line.pool_id) for line in lines]
    for source, pool_id in sources + [(carry.source, carry.pool_id) for carry in settlement.carry_over]:
        if (source is Source.POOL) != (pool_id is not None) or pool_id not in (None, *known):
            faults.append("A line names a pool that is none.")
    for pool in problem.pools:
        amounts = {e.year: e.amount_pence for e in problem.pool_envelopes if e.pool_id == pool.pool_id}
        drawn = [line for line in lines if line.pool_id == pool.pool_id]
        carries = [c for c in settlement.carry_over if c.pool_id == pool.pool_id]
        share, name = pool.carry_over_basis_points, f"the envelope of {pool.name}"
        faults += _check_chain(problem, amounts, drawn, carries, share, name)
        for trust_id in sorted({line.trust_id for line in drawn} - {*pool.trust_ids}):
            faults.append(f"Trust {trust_id} is paid from {pool.name}, which is not for it.")
    return faults


def _check_ring_fences(problem: PlanningProblem, lines: Iterable[FundingLine]) -> list[str]:
    faults = []
    held = {(r.modality, r.year, r.trust_ids): r.amount_pence for r in problem.ring_fences}
    used: Counter[tuple[str, int, tuple[int, ...] | None]] = Counter()
    for line in lines:
        if line.source is Source.RING_FENCE:
            used[line.modality, line.year, line.ring_trust_ids] += line.amount_pence
            if line.ring_trust_ids is not None and line.trust_id not in line.ring_trust_ids:
                faults.append(f"Trust {line.trust_id} is paid from a ring-fence that is not for it.")
    for (modality, year, trusts), amount in used.items():
        if amount > held.get((modality, year, trusts), 0):
            faults.append(f"More {modality} money than is ring-fenced is used in {year}.")
    return faults


def _check_chain(
    problem: PlanningProblem,
    amounts: dict[int, int],
    lines: list[FundingLine],
    carries: list[CarryLine],
    limit_basis_points: int,
    name: str,
) -> list[str]:
    """Walk one envelope through the years: brought in + this year's = used + carried on + lost."""
    faults = []
    carried = {carry.year: carry.amount_pence for carry in carries}
    if len(carried) != len(carries) or any(year + 1 not in problem.years for year in carried):
        faults.append(f"Carry-over of {name} is listed twice or leaves the plan.")
    for year in problem.years:
        used = sum(line.amount_pence for line in lines if line.year == year)
        on = carried.get(year, 0)
        if on * 10_000 > amounts.get(year, 0) * limit_basis_points:
            faults.append(f"More of {name} is carried out of {year} than its limit allows.")
        if used + on > amounts.get(year, 0) + carried.get(year - 1, 0):
            faults.append(f"More of {name} is used in {year} than it holds.")
    return faults
