"""Which trusts take part in a plan: its network's and those merged into it, without those left out."""

from networks.domain.organisations import Structure
from procurement.models import Plan


def plan_members(plan: Plan, england: Structure) -> frozenset[int]:
    """Return the ids of the trusts that a plan is for, as the networks stand in `england`. Two queries.

    A trust left out stays out when it merges into another only where that one is left out too: its successor has other
    machines besides.
    """
    members = frozenset[int]().union(*(england.members(network) for network in plan.network_ids))
    return members - {trust.pk for trust in plan.without_trusts.all()}
