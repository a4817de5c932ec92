"""Candidates for additional machines: a planned diagnostic centre far from the others, and sites that the figures point to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random

from assets.domain.vocabulary import Modality
from assets.models import Specification
from networks.domain.access import Actor
from networks.domain.financial_year import financial_year_of
from networks.domain.organisations import Tie
from networks.models import Link, Organisation
from procurement.actions.candidates import add_candidate
from procurement.actions.plan_candidates import choose_candidates
from procurement.domain.candidate import CandidateValues
from procurement.models import CandidateSite, Plan
from procurement.queries.candidates import name_of
from procurement.queries.site_need import NetworkDemand, SiteNeed

_FAR_WEST = Decimal("-0.62")
"""Degrees from a network's first site to its planned centre: some 40 km to the west."""
CHOSEN = 3
"""So many, those of the highest need at different sites, are chosen for the network's plan."""


@dataclass(frozen=True, slots=True)
class _Wish:
    """What a candidate is for, the specification bought, and the least and most its works cost, in thousands of pounds."""

    service: str
    specification: str
    works: tuple[int, int]
    reason: str


_AT_THE_CENTRE = (
    _Wish("lung", "CT-STD", (550, 750), "Lung health checks where nobody has a CT within half an hour"),
    _Wish("stroke", "CT-CARD", (700, 900), "A stroke is imaged before it is driven on, not after"),
)
_ELSEWHERE = (
    _Wish("rapid", "MRI-15T", (900, 1_200), "The rapid diagnostic centre waits longest for MRI"),
    _Wish("cardiac", "CT-CARD", (500, 700), "Cardiac CT displaces the lists of the scanners there are"),
)


def make_candidates(
    *, by: Actor, random: Random, network: Organisation, plan: Plan, as_at: date
) -> list[CandidateSite]:
    """Make a network's candidates as at a day, choose some of them for its plan, and return all."""
    demand = NetworkDemand(by, network.pk, on=as_at)
    centre = _planned_centre(demand)
    wishes = [(centre, wish) for wish in _AT_THE_CENTRE]
    wishes += [(_neediest(demand.needs(), wish, centre), wish) for wish in _ELSEWHERE]
    specifications = {row.code: row for row in Specification.objects.all()}
    made = [
        add_candidate(
            by=by,
            network=network,
            site=site,
            specification=specifications[wish.specification],
            values=CandidateValues(
                name=name_of(Modality(specifications[wish.specification].modality), site, wish.service),
                service=wish.service,
                works_pence=random.randrange(*wish.works, 10) * 100_000,
                reason=wish.reason,
                wanted_from=financial_year_of(as_at) + random.choice((1, 2)),
            ),
            on=as_at,
        )
        for site, wish in wishes
    ]
    # One of a modality for a site: two would serve the same people.
    by_need: dict[tuple[int, str], CandidateSite] = {}
    for candidate in sorted(made, key=lambda each: (-each.need_points, each.pk)):
        by_need.setdefault((candidate.site_id, candidate.modality), candidate)
    choose_candidates(
        by=by,
        plan=plan,
        candidate_ids=[candidate.pk for candidate in list(by_need.values())[:CHOSEN]],
        revision=plan.revision,
        on=as_at,
        reason="The plan may site what is needed most",
    )
    return made


def _planned_centre(demand: NetworkDemand) -> Organisation:
    """Found a site without a machine, far to the west of the first trust's first site, and return it."""
    first = min(demand.sites, key=lambda site: site.code)
    trust = Organisation.objects.get(pk=first.trust_id)
    near = Organisation.objects.get(pk=first.id)
    town = trust.name.removeprefix("Royal ").split()[0]
    centre = Organisation.objects.create(
        kind=near.kind,
        code=f"{trust.code}09",
        name=f"{town} West Community Diagnostic Centre",
        latitude=near.latitude,
        longitude=(near.longitude or Decimal(0)) + _FAR_WEST,
    )
    Link.objects.create(source=centre, target=trust, tie=Tie.PART_OF)
    return centre


def _neediest(needs: Iterable[SiteNeed], wish: _Wish, but: Organisation) -> Organisation:
    """Return the site that needs a wish most; of equals the first by its code."""
    modality = Specification.objects.get(code=wish.specification).modality
    able = [
        row
        for row in needs
        if row.service == wish.service and row.modality == modality and row.site.id != but.pk
    ]
    chosen = min(able, key=lambda row: (-(row.need.points or 0), row.site.code))
    return Organisation.objects.get(pk=chosen.site.id)
