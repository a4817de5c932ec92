"""What is open to a plan for each of its machines: what has been offered, and which of them need cover."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from assets.models import Asset
from assets.models.asset import AssetQuerySet
from networks.domain.organisations import Structure
from networks.queries.organisations import structure
from procurement.domain.plan_options import Covered, Options, Retirement, Standing, Upgrade, need_cover
from procurement.domain.planning.result import Kind
from procurement.models import Cover, OptionOffer, Plan
from procurement.queries.plan_fleet import plan_fleet
from procurement.queries.plan_members import plan_members


def options_of(plan: Plan) -> dict[int, Options]:
    """Return what is offered and stated for a plan's machines, by asset id; only those with something. Two queries."""
    upgrades: dict[int, Upgrade] = {}
    retirements: dict[int, Retirement] = {}
    for row in OptionOffer.objects.filter(plan=plan):
        if row.kind == Kind.UPGRADE:
            upgrades[row.asset_id] = Upgrade(row.cost_pence, row.support_years or 0, row.reason)
        else:
            retirements[row.asset_id] = Retirement(row.cost_pence, row.reason)
    covers = {row.asset_id: Covered(row.cost_pence, row.how) for row in Cover.objects.filter(plan=plan)}
    return {
        asset: Options(upgrades.get(asset), retirements.get(asset), covers.get(asset))
        for asset in {*upgrades, *retirements, *covers}
    }


@dataclass(frozen=True, slots=True)
class OptionRow:
    """One machine with what is open for it. `is_only_one`: it may not be out without cover."""

    asset: Asset
    trust: str
    options: Options
    is_only_one: bool

    @property
    def lacks_cover(self) -> bool:
        """Whether the plan never takes it out, for want of cover."""
        return self.is_only_one and self.options.cover is None


@dataclass(frozen=True)
class PlanOptions:
    """A plan's machines and what is open for them. `trusts` by id, named."""

    plan: Plan
    england: Structure
    members: frozenset[int]
    options: dict[int, Options]
    only_ones: frozenset[int]
    trusts: dict[int, str]
    modalities: tuple[str, ...]
    """Each machine's modality, to be counted."""

    @property
    def fleet(self) -> AssetQuerySet:
        """The machines, to be narrowed and ordered."""
        return plan_fleet(self.members, self.england).select_related("trust", "site", "specification")

    def rows(self, assets: Iterable[Asset]) -> list[OptionRow]:
        """Return rows for machines that were fetched. No query."""
        return [
            OptionRow(
                asset,
                self.england.name(self.england.current(asset.trust_id)),
                self.options.get(asset.pk, Options()),
                asset.pk in self.only_ones,
            )
            for asset in assets
        ]

    @cached_property
    def lacking_cover(self) -> frozenset[int]:
        """The machines that the plan never takes out, for want of cover."""
        covered = {asset for asset, options in self.options.items() if options.cover is not None}
        return self.only_ones - covered


def plan_options(plan: Plan, *, on: date) -> PlanOptions:
    """Return a plan's machines with what is open for them, as the networks stand on a day. Seven queries."""
    england = structure(on=on)
    members = plan_members(plan, england)
    columns = ("pk", "site_id", "modality", "is_emergency", "is_only_one_on_site")
    standing = [Standing(*row) for row in plan_fleet(members, england).values_list(*columns)]
    return PlanOptions(
        plan,
        england,
        members,
        options_of(plan),
        need_cover(standing),
        {trust: england.name(trust) for trust in sorted(members, key=england.name)},
        tuple(machine.modality for machine in standing),
    )
