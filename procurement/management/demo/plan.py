"""One plan for each network, with money for most of what is due; one of them solved and a tender opened from it."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from random import Random

from assets.domain.ageing import anniversary
from assets.models import Asset
from networks.domain.access import Actor
from networks.domain.financial_year import ends_on, financial_year_of, label
from networks.models import Organisation
from procurement.actions.plans import create_plan
from procurement.actions.tenders import open_tender
from procurement.domain.plan import PlanValues
from procurement.domain.pricing import vat_pence
from procurement.domain.tender_dates import Proposed, proposed_dates
from procurement.jobs.solve_plan import solve_version
from procurement.management.demo.organisations import Cast
from procurement.management.demo.plan_wishes import add_wishes
from procurement.models import Plan, PlanVersion, SpecificationVersion, Tender
from procurement.queries.planning_problem import specification_versions
from procurement.queries.tender_candidates import Candidate, candidates

HORIZON_YEARS = 7
GUIDANCE_YEARS = 10
_VAT_BASIS_POINTS = 2000
_LEAST_SHARE, _MOST_SHARE = 70, 85
"""How much of what is due the envelopes pay for, in per cent."""


def make_plan(
    *, by: Actor, random: Random, cast: Cast, network: Organisation, assets: list[Asset], as_at: date
) -> Plan:
    """Make the plan of a network for the seven years after `as_at`: an envelope for each trust and year, and what else is open."""
    first_year = financial_year_of(as_at) + 1
    years = range(first_year, first_year + HORIZON_YEARS)
    versions = specification_versions(on=as_at)
    envelopes: dict[tuple[int, int], int | None] = {}
    for trust in cast.of_network(network):
        fleet = [asset for asset in assets if asset.trust_id == trust.row.pk]
        due = [_cost_pence(versions[asset.specification.code]) for asset in fleet if _is_due(asset, years)]
        for year, amount in _envelopes(random, due, years).items():
            envelopes[trust.row.pk, year] = amount
    plan = create_plan(
        by=by,
        network=network,
        values=PlanValues(
            name=f"Replacement plan {label(first_year)} to {label(years[-1])}",
            first_year=first_year,
            horizon_years=HORIZON_YEARS,
            guidance_years=GUIDANCE_YEARS,
        ),
        on=as_at,
        envelopes=envelopes,
    )
    trusts = {trust.row.pk for trust in cast.of_network(network)}
    fleet = [asset for asset in assets if asset.trust_id in trusts]
    return add_wishes(by=by, random=random, plan=plan, assets=fleet, as_at=as_at)


def _is_due(asset: Asset, years: range) -> bool:
    """Whether a machine reaches the guidance age, or its maker's support ends, within the years of the plan."""
    end = ends_on(years[-1])
    too_old = asset.installed_on is not None and anniversary(asset.installed_on, GUIDANCE_YEARS) <= end
    return too_old or (asset.support_ends_on is not None and asset.support_ends_on < end)


def _cost_pence(version: SpecificationVersion) -> int:
    """One machine bought alone, with works, inc VAT."""
    net = version.unit_price_pence + version.works_pence
    return (
        net
        + vat_pence(version.unit_price_pence, _VAT_BASIS_POINTS)
        + vat_pence(version.works_pence, _VAT_BASIS_POINTS)
    )


def _envelopes(random: Random, due: list[int], years: range) -> Mapping[int, int]:
    """Money for 70 to 85% of what is due, in lumps that buy whole machines: an even trickle would never buy an MRI.

    Each machine that is paid for goes to the year with the least money so far, the dearest first; each year is rounded
    up to whole £10,000.
    """
    share = random.randrange(_LEAST_SHARE, _MOST_SHARE + 1)
    limit = sum(due) * share // 100
    chosen: list[int] = []
    for cost in random.sample(due, len(due)):
        if sum(chosen) + cost <= limit:
            chosen.append(cost)
    by_year: dict[int, int] = defaultdict(int)
    order = random.sample(list(years), len(years))
    for cost in sorted(chosen, reverse=True):
        by_year[min(order, key=lambda year: by_year[year])] += cost
    return {year: -(-by_year[year] // 1_000_000) * 1_000_000 for year in years}


def solve_demo_plan(*, by: Actor, plan: Plan, as_at: date, seconds: int, seed: int) -> PlanVersion:
    """Solve a plan with the register as at `as_at`; the planner may look for so many seconds."""
    return solve_version(by=by, plan=plan, seconds=seconds, seed=seed, on=as_at)


def open_demo_tender(*, by: Actor, network: Organisation, today: date) -> Tender | None:
    """Open the tender that gathers most machines and whose lead time has not begun; None where there is none."""
    wanted = candidates(by, network)
    in_time = [
        (group, dates)
        for group in (wanted.groups if wanted else ())
        if not (dates := _proposed(group, today)).is_late
    ]
    if wanted is None or not in_time:
        return None
    group, dates = max(in_time, key=lambda pair: (pair[0].gathering.units, -pair[0].gathering.year))
    return open_tender(
        by=by,
        version=wanted.version,
        specification_version=group.specification_version,
        year=group.gathering.year,
        key_date_on=dates.key_date_on,
        deliver_by=dates.deliver_by,
        today=today,
    )


def _proposed(group: Candidate, today: date) -> Proposed:
    lead_time = group.specification_version.lead_time_months
    return proposed_dates(year=group.gathering.year, lead_time_months=lead_time, today=today)
