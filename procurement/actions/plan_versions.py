"""Keeping what the planner found: an immutable version of a plan, with a line for every machine."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Max

from networks.actions.events import record
from networks.domain.access import Actor, Permission
from networks.models import Run
from procurement.actions.plan_drift import write_conflicts
from procurement.domain.plan_account import EXPLANATIONS, account_of, inputs_of
from procurement.domain.planning.accounts import Account
from procurement.domain.planning.baseline import oldest_first
from procurement.domain.planning.explanations import Explanations
from procurement.domain.planning.exposure import outlook
from procurement.domain.planning.problem import PlanAsset, PlanningProblem
from procurement.domain.planning.problem import Specification as SpecificationFact
from procurement.domain.planning.result import Decision, Result
from procurement.domain.planning.uncertainty import uncertainty
from procurement.domain.uncertainty_account import KEY as UNCERTAINTY
from procurement.domain.uncertainty_account import account_of_uncertainty
from procurement.models import Plan, PlanLine, PlanVersion, SpecificationVersion
from procurement.queries.plan_ranges import ranges_of
from procurement.queries.planning_problem import joint_prices, specification_versions


class OutOfDate(Exception):
    """Prices changed while the plan was being solved, so its figures belong to no published specification."""


def save_version(
    *,
    by: Actor,
    plan: Plan,
    problem: PlanningProblem,
    result: Result,
    run: Run | None,
    on: date,
    based_on: PlanVersion | None = None,
    explained: Explanations | None = None,
) -> PlanVersion:
    """Write the next version of a plan in one transaction and return it.

    `problem` is what was asked with the register as at `on`, `result` what was answered; `based_on` the version whose
    decisions it kept where that cost nothing; `explained` what it says of itself, None where that was not worked out.
    Every machine and candidate of the problem gets a line, in or out of the plan,
    ranked by the exposure it would collect if nothing were done.
    Raises NotAllowed without EDIT_PLANS for the network; OutOfDate; ValueError where the result answers another problem.
    """
    by.require_all(Permission.EDIT_PLANS, plan.network_ids)
    if result.inputs_hash != problem.inputs_hash():
        raise ValueError("The result answers another problem than the one given.")
    account = account_of(result, oldest_first(problem))
    ranges = ranges_of(problem, on=on)
    account[UNCERTAINTY] = account_of_uncertainty(ranges, uncertainty(problem, result.schedule, ranges))
    account[EXPLANATIONS] = explained.plan if explained else None
    accounts = explained.accounts if explained else {}
    inputs = inputs_of(problem)
    with transaction.atomic():
        versions = _priced_alike(problem, on, plan.joint_discount_basis_points)
        Plan.objects.select_for_update().get(pk=plan.pk)
        last = PlanVersion.objects.filter(plan=plan).aggregate(last=Max("number"))["last"] or 0
        version = PlanVersion.objects.create(
            plan=plan,
            number=last + 1,
            based_on=based_on,
            run=run,
            register_as_at=on,
            status=result.status[:200],
            inputs=inputs,
            inputs_hash=result.inputs_hash,
            result=account,
            seed=result.seed,
            solver=f"{result.solver} {result.solver_version}"[:60],
            created_by_id=by.user_id,
        )
        PlanLine.objects.bulk_create(_lines(version, problem, result, versions, accounts))
        write_conflicts(version)
        record(
            by=by,
            action="plan.solved",
            subject_type="plan",
            subject_id=plan.pk,
            subject_label=plan.name,
            changes={
                "version": (last or None, version.number),
                "machines replaced": (
                    None,
                    f"{result.metrics.replaced} of {sum(not asset.is_candidate for asset in problem.assets)}",
                ),
                "solver's status": (None, result.status),
            },
            network_id=plan.record_network_id,
        )
    return version


def _priced_alike(
    problem: PlanningProblem, on: date, counted_basis_points: int
) -> dict[str, SpecificationVersion]:
    """The published versions behind the problem's prices. Raises OutOfDate where they no longer agree."""
    versions = specification_versions(on=on)
    # A candidate's works are its own, not its specification's.
    works = {asset.specification: asset.works_pence for asset in problem.assets if not asset.is_candidate}
    for spec in problem.specifications:
        version = versions.get(spec.code)
        if (
            version is None
            or joint_prices(version, counted_basis_points) != spec.tiers
            or works.get(spec.code, version.works_pence) != version.works_pence
        ):
            raise OutOfDate(
                f"The prices of specification {spec.code} changed while the plan was being solved. Solve it again."
            )
    return versions


def _lines(
    version: PlanVersion,
    problem: PlanningProblem,
    result: Result,
    versions: Mapping[str, SpecificationVersion],
    accounts: Mapping[int, Account],
) -> list[PlanLine]:
    ahead = outlook(problem)
    by_need = sorted(
        problem.assets,
        key=lambda asset: (
            -sum(ahead.keep_points[asset.asset_id]),
            -ahead.ages[asset.asset_id][0],
            asset.installed_on or date.max,
            asset.asset_id,
        ),
    )
    rank = {asset.asset_id: place for place, asset in enumerate(by_need, start=1)}
    specs = {spec.code: spec for spec in problem.specifications}
    decisions = {decision.asset_id: decision for decision in result.decisions}
    pinned = {pin.asset_id for pin in problem.pins}
    return [
        _line(
            version,
            asset,
            decisions[asset.asset_id],
            specs[asset.specification],
            specification_version=versions[asset.specification],
            rank=rank[asset.asset_id],
            is_pinned=asset.asset_id in pinned,
            account=accounts.get(asset.asset_id, {}),
        )
        for asset in problem.assets
    ]


def _line(
    version: PlanVersion,
    asset: PlanAsset,
    decision: Decision,
    spec: SpecificationFact,
    *,
    specification_version: SpecificationVersion,
    rank: int,
    is_pinned: bool,
    account: Account,
) -> PlanLine:
    """A machine that is kept costs nothing, so that sums over lines are sums of the plan."""
    return PlanLine(
        version=version,
        asset_id=None if asset.is_candidate else asset.asset_id,
        candidate_id=-asset.asset_id if asset.is_candidate else None,
        kind=decision.kind.value,
        trust_id=asset.trust_id,
        site_id=asset.site_id,
        specification_version=specification_version,
        asset_label=asset.label,
        modality=asset.modality,
        installed_on=asset.installed_on,
        year=decision.year,
        upgrade_year=decision.upgrade_year,
        rank=rank,
        is_pinned=is_pinned,
        equipment_pence=decision.equipment_pence,
        single_price_pence=spec.tiers[0].unit_price_pence if decision.choice.bought_in is not None else 0,
        works_pence=decision.works_pence,
        upgrade_pence=decision.upgrade_pence,
        upgrade_year_pence=decision.upgrade_year_pence,
        cover_pence=decision.cover_pence,
        vat_pence=decision.vat_pence,
        risk=Decimal(str(asset.risk)).quantize(Decimal("0.001")),
        reason=decision.reason,
        account=account,
    )
