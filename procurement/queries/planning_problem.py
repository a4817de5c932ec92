"""From rows to the problem that the planner solves: a network's fleet, prices, money, options and pins as at a day."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from assets.models import Asset
from assets.queries.model_families import model_families
from networks.domain.financial_year import label
from networks.domain.organisations import Structure
from networks.queries.organisations import structure
from procurement.domain.plan_options import Options
from procurement.domain.planning.problem import (
    Envelope,
    PlanAsset,
    PlanningProblem,
    PlanTrust,
    Specification,
    Tier,
)
from procurement.domain.tender_dates import earliest_year
from procurement.models import CandidateSite, Plan, PlanVersion, SpecificationVersion
from procurement.models import Envelope as EnvelopeRow
from procurement.queries import planning_parts as parts
from procurement.queries.plan_fleet import only_ones, plan_fleet
from procurement.queries.plan_members import plan_members
from procurement.queries.plan_options import options_of
from procurement.queries.specifications import price_list_of


class PlanIncomplete(Exception):
    """The plan cannot be solved as it stands. `problems` says everything that is missing, in words."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(" ".join(self.problems))


def planning_problem(plan: Plan, *, on: date, based_on: PlanVersion | None = None) -> PlanningProblem:
    """Return what is asked of the planner, with the register, the prices and the networks as they stand on `on`.

    The fleet is every machine in use or standby of the plan's trusts; a merged trust's machines and envelopes go to its
    successor. All its trusts buy as one network. `based_on` is the version whose decisions are kept where that costs
    nothing. Raises PlanIncomplete, naming everything that is missing. Sixteen queries, one more with `based_on`, however
    many rows.
    """
    england = structure(on=on)
    _refuse_taken_over(plan, england)
    members = plan_members(plan, england)
    fleet = list(plan_fleet(members, england).select_related("specification").order_by("pk"))
    new = parts.candidates_of(plan, members, england)
    versions = specification_versions(on=on)
    envelopes = _envelopes(plan, members, england)
    problems = [
        *_missing_fleet(plan, fleet, england),
        *_missing_versions(fleet, new, versions),
        *_missing_envelopes(plan, fleet, envelopes, england),
    ]
    if problems:
        raise PlanIncomplete(problems)
    try:
        assets = (
            *_machines(plan, fleet, england, versions, on),
            *(parts.additional(row, england) for row in new),
        )
        planned = frozenset(asset.asset_id for asset in assets)
        taking_part = frozenset({asset.trust_id for asset in assets} | {trust for trust, _ in envelopes})
        pools, pool_envelopes = parts.pools(plan, members, england, taking_part)
        pins = parts.pins(plan, planned)
        if unfit := parts.unfit_pins(assets, pins):
            raise PlanIncomplete(unfit)
        used = {asset.specification for asset in assets}
        return PlanningProblem(
            first_year=plan.first_year,
            horizon_years=plan.horizon_years,
            guidance_years=plan.guidance_years,
            assets=assets,
            specifications=tuple(_specification(versions[code], plan, on) for code in sorted(used)),
            trusts=tuple(
                PlanTrust(trust, england.name(trust), plan.network_id) for trust in sorted(taking_part)
            ),
            envelopes=tuple(Envelope(*key, amount) for key, amount in sorted(envelopes.items())),
            pools=pools,
            pool_envelopes=pool_envelopes,
            ring_fences=parts.national(plan),
            pins=pins,
            previous=parts.previous(based_on, planned, plan.years),
            tender_cost_pence=plan.tender_cost_pence,
            max_installations_per_trust_year=plan.max_installations,
            most_out_per_site=plan.most_out_per_site,
            most_out_per_network=plan.most_out_per_network,
            fairness_basis_points=plan.fairness_basis_points,
            family_price_pence=plan.family_price_pence,
            own_carry_over_basis_points=plan.carry_over_basis_points,
        )
    except ValueError as nonsense:
        raise PlanIncomplete([str(nonsense)]) from nonsense


def readiness(
    plan: Plan, *, on: date, based_on: PlanVersion | None = None
) -> tuple[PlanningProblem | None, tuple[str, ...]]:
    """Return the problem, or None and everything that keeps the plan from being solved, in words."""
    try:
        return planning_problem(plan, on=on, based_on=based_on), ()
    except PlanIncomplete as incomplete:
        return None, incomplete.problems


def specification_versions(*, on: date) -> dict[str, SpecificationVersion]:
    """Return the latest version of each standard specification published by `on`, by code, with tiers. Two queries."""
    rows = (
        SpecificationVersion.objects.filter(published_on__lte=on)
        .select_related("specification")
        .prefetch_related("tiers")
        .order_by("specification_id", "version")
    )
    return {row.specification.code: row for row in rows}


def joint_prices(version: SpecificationVersion, counted_basis_points: int = 10_000) -> tuple[Tier, ...]:
    """Return the price breaks of a specification version, unit prices ex VAT. Raises ValueError where they rise.

    `counted_basis_points` is how much of each break's saving against a machine bought alone is counted on: 10,000 all of it.
    """
    try:
        breaks = price_list_of(version).breaks
    except ValueError as wrong:
        raise ValueError(f"The price breaks of {version.specification.code}: {wrong}") from wrong
    alone = breaks[0].unit_price_pence
    return tuple(
        Tier(
            minimum_units=step.minimum_units,
            maximum_units=following.minimum_units - 1 if following else None,
            unit_price_pence=alone - (alone - step.unit_price_pence) * counted_basis_points // 10_000,
        )
        for step, following in zip(breaks, [*breaks[1:], None], strict=True)
    )


def _refuse_taken_over(plan: Plan, england: Structure) -> None:
    heir = england.current(plan.network_id)
    if heir != plan.network_id:
        raise PlanIncomplete(
            [
                f"{england.name(plan.network_id)} has been taken over by {england.name(heir)}: "
                f"make a plan for {england.name(heir)} instead."
            ]
        )


def _machines(
    plan: Plan,
    fleet: list[Asset],
    england: Structure,
    versions: dict[str, SpecificationVersion],
    on: date,
) -> list[PlanAsset]:
    options = options_of(plan)
    alone = only_ones(fleet)
    families = model_families()
    return [
        parts.machine(
            asset,
            trust_id=england.current(asset.trust_id),
            works_pence=versions[asset.specification.code].works_pence,
            options=options.get(asset.pk, Options()),
            is_only_one=asset.pk in alone,
            family=families.get(asset.machine_model_id or 0),
            guidance_years=plan.guidance_years,
            on=on,
        )
        for asset in fleet
    ]


def _envelopes(plan: Plan, members: Iterable[int], england: Structure) -> dict[tuple[int, int], int]:
    """(trust, year) to pence; a predecessor's money goes to its successor, money of trusts that have left is not used."""
    current = set(members)
    found: dict[tuple[int, int], int] = defaultdict(int)
    rows = EnvelopeRow.objects.filter(plan=plan, year__in=plan.years)
    for trust, year, amount in rows.values_list("trust_id", "year", "amount_pence"):
        if england.current(trust) in current:
            found[england.current(trust), year] += amount
    return dict(found)


def _missing_fleet(plan: Plan, fleet: list[Asset], england: Structure) -> list[str]:
    if fleet:
        return []
    name = england.name(plan.network_id)
    return [f"The register holds no machine in use in the trusts of {name}. Import their equipment first."]


def _missing_versions(
    fleet: list[Asset], new: list[CandidateSite], versions: dict[str, SpecificationVersion]
) -> list[str]:
    count: dict[str, int] = defaultdict(int)
    for code in [row.specification.code for row in fleet] + [row.specification.code for row in new]:
        count[code] += code not in versions
    return [
        f"Specification {code}, named by {number} machine{'s' if number > 1 else ''}, has no published version, "
        "so its price is not known. Publish one, or give the machines another specification."
        for code, number in sorted(count.items())
        if number
    ]


def _missing_envelopes(
    plan: Plan, fleet: list[Asset], envelopes: dict[tuple[int, int], int], england: Structure
) -> list[str]:
    problems = []
    trusts = sorted({england.current(asset.trust_id) for asset in fleet}, key=england.name)
    for trust in trusts:
        without = [label(year) for year in plan.years if (trust, year) not in envelopes]
        if len(without) == plan.horizon_years:
            problems.append(f"{england.name(trust)} has no envelope. Give it one for each year, if only £0.")
        elif without:
            problems.append(
                f"{england.name(trust)} has no envelope for {', '.join(without)}. Give it one, if only £0."
            )
    return problems


def _specification(version: SpecificationVersion, plan: Plan, on: date) -> Specification:
    return Specification(
        code=version.specification.code,
        modality=version.specification.modality,
        tiers=joint_prices(version, plan.joint_discount_basis_points),
        vat_basis_points=plan.vat_basis_points,
        earliest_year=earliest_year(version.lead_time_months, on),
    )
