"""The machines that a plan is about: those in use or standby of its trusts, and of the trusts that merged into them."""

from collections.abc import Iterable

from assets.models import Asset
from assets.models.asset import AssetQuerySet
from networks.domain.organisations import Structure
from procurement.domain.plan_options import Standing, need_cover


def plan_fleet(members: Iterable[int], england: Structure) -> AssetQuerySet:
    """Return the machines of a plan's member trusts, their predecessors' among them, to be narrowed further."""
    trusts = frozenset[int]().union(*(england.with_predecessors(trust) for trust in members))
    rows: AssetQuerySet = Asset.objects.in_fleet().filter(trust_id__in=trusts)
    return rows


def only_ones(machines: Iterable[Asset]) -> frozenset[int]:
    """Return the ids of those that may not be out without cover, by `need_cover`. No query."""
    return need_cover(
        Standing(asset.pk, asset.site_id, asset.modality, asset.is_emergency, asset.is_only_one_on_site)
        for asset in machines
    )
