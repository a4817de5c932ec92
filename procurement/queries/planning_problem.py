"""From rows to the problem that the planner solves: a network's fleet, prices, envelopes and pins as at a day."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from assets.domain.vocabulary import Condition
from assets.models import Asset
from networks.domain.financial_year import label
from networks.domain.organisations import Structure
from networks.queries.organisations import structure
from procurement.domain.planning.problem import (
    KEPT,
    Choice,
    Envelope,
    Kind,
    Pin,
    PlanAsset,
    PlanningProblem,
    PlanTrust,
    Specification,
    Tier,
)
from procurement.domain.risk import risk_of
from procurement.models import Envelope as EnvelopeRow
from procurement.models import Pin as PinRow
from procurement.models import Plan, SpecificationVersion
from procurement.queries.specifications import price_list_of


class PlanIncomplete(Exception):
    """The plan cannot be solved as it stands. `problems` says everything that is missing, in words."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(" ".join(self.problems))


def planning_problem(plan: Plan, *, on: date) -> PlanningProblem:
    """Return what is asked of the planner, with the register, the prices and the network as they stand on `on`.

    The fleet is every machine in use or standby of the trusts whose primary network is the plan's; a merged trust's
    machines and envelopes go to its successor. Raises PlanIncomplete, naming everything that is missing. Seven
    queries, however many rows.
    """
    england = structure(on=on)
    heir = england.current(plan.network_id)
    if heir != plan.network_id:
        raise PlanIncomplete(
            [
                f"{england.name(plan.network_id)} has been taken over by {england.name(heir)}: "
                f"make a plan for {england.name(heir)} instead."
            ]
        )
    members = england.members(plan.network_id)
    fleet = _fleet(members, england)
    versions = specification_versions(on=on)
    envelopes = _envelopes(plan, members, england)
    problems = [
        *_missing_fleet(plan, fleet, england),
        *_missing_versions(fleet, versions),
        *_missing_envelopes(plan, fleet, envelopes, england),
    ]
    if problems:
        raise PlanIncomplete(problems)
    with_machines = {england.current(asset.trust_id) for asset in fleet}
    taking_part = sorted(with_machines | {trust for trust, _ in envelopes})
    used = {asset.specification.code for asset in fleet}
    try:
        return PlanningProblem(
            first_year=plan.first_year,
            horizon_years=plan.horizon_years,
            guidance_years=plan.guidance_years,
            assets=tuple(_asset(asset, england, versions, plan.guidance_years, on) for asset in fleet),
            specifications=tuple(
                _specification(versions[code], plan.vat_basis_points) for code in sorted(used)
            ),
            trusts=tuple(PlanTrust(trust, england.name(trust)) for trust in taking_part),
            envelopes=tuple(Envelope(*key, amount) for key, amount in sorted(envelopes.items())),
            pins=_pins(plan, {asset.pk for asset in fleet}),
            tender_cost_pence=plan.tender_cost_pence,
            max_installations_per_trust_year=plan.max_installations,
            own_carry_over_basis_points=plan.carry_over_basis_points,
        )
    except ValueError as nonsense:
        raise PlanIncomplete([str(nonsense)]) from nonsense


def readiness(plan: Plan, *, on: date) -> tuple[PlanningProblem | None, tuple[str, ...]]:
    """Return the problem, or None and everything that keeps the plan from being solved, in words."""
    try:
        return planning_problem(plan, on=on), ()
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


def joint_prices(version: SpecificationVersion) -> tuple[Tier, ...]:
    """Return the price breaks of a specification version, unit prices ex VAT. Raises ValueError where they rise."""
    try:
        breaks = price_list_of(version).breaks
    except ValueError as wrong:
        raise ValueError(f"The price breaks of {version.specification.code}: {wrong}") from wrong
    return tuple(
        Tier(
            minimum_units=step.minimum_units,
            maximum_units=following.minimum_units - 1 if following else None,
            unit_price_pence=step.unit_price_pence,
        )
        for step, following in zip(breaks, [*breaks[1:], None], strict=True)
    )


def _fleet(members: Iterable[int], england: Structure) -> list[Asset]:
    trusts = frozenset[int]().union(*(england.with_predecessors(trust) for trust in members))
    rows = Asset.objects.in_fleet().filter(trust_id__in=trusts).select_related("specification")
    return list(rows.order_by("pk"))


def _envelopes(plan: Plan, members: Iterable[int], england: Structure) -> dict[tuple[int, int], int]:
    """(trust, year) to pence; a predecessor's money goes to its successor, money of trusts that have left is not used."""
    current = set(members)
    found: dict[tuple[int, int], int] = defaultdict(int)
    rows = EnvelopeRow.objects.filter(plan=plan, year__in=plan.years)
    for trust, year, amount in rows.values_list("trust_id", "year", "amount_pence"):
        if england.current(trust) in current:
            found[england.current(trust), year] += amount
    return dict(found)


def _pins(plan: Plan, fleet: set[int]) -> tuple[Pin, ...]:
    """The plan's pins; those of machines that have left the fleet have nothing to hold any more."""
    rows = PinRow.objects.filter(plan=plan).order_by("asset_id").values_list("asset_id", "year")
    return tuple(
        Pin(asset, KEPT if year is None else Choice(Kind.REPLACE, year))
        for asset, year in rows
        if asset in fleet
    )


def _missing_fleet(plan: Plan, fleet: list[Asset], england: Structure) -> list[str]:
    if fleet:
        return []
    name = england.name(plan.network_id)
    return [f"The register holds no machine in use in the trusts of {name}. Import their equipment first."]


def _missing_versions(fleet: list[Asset], versions: dict[str, SpecificationVersion]) -> list[str]:
    count: dict[str, int] = defaultdict(int)
    for asset in fleet:
        count[asset.specification.code] += asset.specification.code not in versions
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


def _asset(
    asset: Asset,
    england: Structure,
    versions: dict[str, SpecificationVersion],
    guidance_years: int,
    on: date,
) -> PlanAsset:
    risk = risk_of(
        installed_on=asset.installed_on,
        support_ends_on=asset.support_ends_on,
        condition=Condition(asset.condition),
        guidance_years=guidance_years,
        on=on,
    )
    return PlanAsset(
        asset_id=asset.pk,
        label=str(asset)[:200],
        trust_id=england.current(asset.trust_id),
        site_id=asset.site_id,
        specification=asset.specification.code,
        modality=asset.modality,
        installed_on=asset.installed_on,
        support_ends_on=asset.support_ends_on,
        risk=risk.score,
        risk_reasons=risk.reasons,
        works_pence=versions[asset.specification.code].works_pence,
    )


def _specification(version: SpecificationVersion, vat_basis_points: int) -> Specification:
    return Specification(
        code=version.specification.code,
        modality=version.specification.modality,
        tiers=joint_prices(version),
        vat_basis_points=vat_basis_points,
    )
