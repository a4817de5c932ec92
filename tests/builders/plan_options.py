"""A plan with everything that may be open to it: shared and national money, options, cover, and a candidate."""

from typing import Any

from networks.models import Organisation
from procurement.actions.plan_money import National, set_shared_money
from procurement.actions.plan_options import set_options
from procurement.domain.plan_options import Covered, Options, Retirement, Upgrade
from procurement.models import CandidateSite, Plan
from tests.factories.plans import MILLION, TODAY, Planned

UPGRADE = Upgrade(18_000_000, 5, "Maker offers a new tube")
RETIREMENT = Retirement(1_000_000, "The list moves to Beech")
COVER = Covered(4_000_000, "Mobile unit for six weeks")


def add_candidate(
    made: Planned,
    trust: str = "Ash",
    *,
    orgs: dict[str, Organisation] | None = None,
    **values: Any,
) -> CandidateSite:
    """Give a plan a candidate for an additional CT at a trust's site; `orgs` where the trust is not of its own network."""
    orgs = orgs or made.orgs
    facts: dict[str, Any] = {
        "network": made.plan.network,
        "trust": orgs[trust],
        "site": orgs[f"{trust} site"],
        "name": f"Second CT at {trust}",
        "service": "lung",
        "modality": "CT",
        "specification": made.assets[0].specification,
        "works_pence": 12_000_000,
        "need_points": 300,
        "reason": "Lung health checks begin",
    }
    row = CandidateSite.objects.create(**facts | values)
    made.plan.candidates.add(row)
    return row


def offer(made: Planned, place: int, options: Options) -> Plan:
    """Set the options of one of the plan's machines."""
    made.plan.refresh_from_db()
    return set_options(
        by=made.lead,
        plan=made.plan,
        asset=made.assets[place],
        options=options,
        revision=made.plan.revision,
        on=TODAY,
    )


def share_money(made: Planned, *, ct_year: int = 2029) -> Plan:
    """Give the network £1m in 2027/28, and CTs £2m of national money in a year."""
    made.plan.refresh_from_db()
    return set_shared_money(
        by=made.lead,
        plan=made.plan,
        shared={(made.plan.network_id, 2027): MILLION},
        fenced={("CT", ct_year): National(2 * MILLION, "Elective recovery")},
        revision=made.plan.revision,
        on=TODAY,
    )
