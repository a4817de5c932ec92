"""What a network's latest plan would gather into tenders, and which of its machines no tender has yet."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q

from networks.domain.access import Actor, Permission
from networks.models import Organisation
from networks.queries.organisations import structure
from procurement.domain.tender import Gathering, Need, Share, gather
from procurement.models import PlanLine, PlanVersion, SpecificationVersion, Tender, TenderLine
from procurement.queries.specifications import price_list_of


@dataclass(frozen=True, slots=True)
class Candidate:
    """One group that could become a tender, or be added to `open_tender` where one of its kind is open."""

    gathering: Gathering
    specification_version: SpecificationVersion
    trust_names: Mapping[int, str]
    """The name of each trust that takes part, by its id."""
    open_tender: Tender | None

    @property
    def trusts(self) -> tuple[str, ...]:
        """The names of those who take part."""
        return tuple(sorted(self.trust_names.values()))

    @property
    def named_shares(self) -> list[tuple[str, Share]]:
        """What it would mean for each trust, by name."""
        shares = ((self.trust_names[share.trust_id], share) for share in self.gathering.shares)
        return sorted(shares, key=lambda pair: pair[0])


@dataclass(frozen=True, slots=True)
class Candidates:
    """What one network's latest plan version would gather, by year and specification."""

    version: PlanVersion
    groups: tuple[Candidate, ...]
    in_tenders: int
    """Machines of this version that are in a tender already."""

    @property
    def years(self) -> tuple["CandidateYear", ...]:
        """The groups by their year, first to last."""
        found: dict[int, list[Candidate]] = {}
        for group in self.groups:
            found.setdefault(group.gathering.year, []).append(group)
        return tuple(CandidateYear(year, tuple(groups)) for year, groups in found.items())

    def to_open(self, specification_version_id: int, year: int) -> Candidate | None:
        """Return the group that a new tender would gather; None where there is none, or one of its kind is open."""
        wanted = (specification_version_id, year)
        return next(
            (
                group
                for group in self.groups
                if (group.specification_version.pk, group.gathering.year) == wanted and not group.open_tender
            ),
            None,
        )


@dataclass(frozen=True, slots=True)
class CandidateYear:
    """The groups of one financial year."""

    year: int
    groups: tuple[Candidate, ...]

    @property
    def units(self) -> int:
        return sum(group.gathering.units for group in self.groups)


def networks_to_gather_for(actor: Actor, *, on: date) -> list[Organisation]:
    """Return the networks whose tenders an actor covers whole, by name, without those absorbed by another by then.

    None for those who cover all of England: they read tenders and gather none. Three queries at most.
    """
    covered = actor.scope(Permission.VIEW_TENDERS).network_ids
    if not covered:
        return []
    england = structure(on=on)
    standing = {network for network in covered if england.current(network) == network}
    return list(Organisation.objects.filter(pk__in=standing).order_by("name"))


def latest_version(network_id: int) -> PlanVersion | None:
    """Return the plan version solved last in a network, of whichever of its plans; None before the first. One query.

    Scenarios are tried, not bought: their versions do not count.
    """
    return (
        PlanVersion.objects.filter(plan__network_id=network_id, plan__scenario_of=None)
        .select_related("plan__network")
        .order_by("-created_at", "-pk")
        .first()
    )


def free_lines(version: PlanVersion) -> list[PlanLine]:
    """Return the lines for which a machine is bought that is in no tender, by year and trust name. One query.

    An additional machine counts as one that is replaced. A machine is taken by a tender it is in; one withdrawn from a tender that is still open is taken too, because it can
    be reinstated there. One withdrawn from a closed tender is free.
    """
    same = Q(plan_line__asset=OuterRef("asset")) | Q(plan_line__candidate=OuterRef("candidate"))
    taking = TenderLine.objects.filter(same).filter(
        Q(withdrawn_at=None) | Q(tender__status=Tender.Status.OPEN)
    )
    return list(
        PlanLine.objects.filter(version=version)
        .bought()
        .filter(~Exists(taking))
        .select_related("specification_version__specification", "trust", "site")
        .prefetch_related("specification_version__tiers")
        .order_by("year", "specification_version__specification__code", "trust__name", "rank")
    )


def needs_of(lines: Iterable[PlanLine], vat_basis_points: int) -> list[Need]:
    """Return plan lines as what they need; lines for which nothing is bought need nothing."""
    return [
        Need(
            line_id=line.pk,
            trust_id=line.trust_id,
            specification_version_id=line.specification_version_id,
            year=line.year,
            works_pence=line.works_pence,
            vat_basis_points=vat_basis_points,
        )
        for line in lines
        if line.year is not None and line.is_bought
    ]


def candidates(actor: Actor, network: Organisation) -> Candidates | None:
    """Return what a network's latest plan would gather; None where it has no solved plan. Five queries.

    Raises NotAllowed without VIEW_PLANS for the whole network: the groups name trusts and sum their money.
    """
    actor.require(Permission.VIEW_PLANS, network_id=network.pk)
    version = latest_version(network.pk)
    if version is None:
        return None
    lines = free_lines(version)
    bought = {line.specification_version_id: line.specification_version for line in lines}
    gathered = gather(
        needs_of(lines, version.plan.vat_basis_points),
        {pk: price_list_of(row) for pk, row in bought.items()},
        tender_cost_pence=version.plan.tender_cost_pence,
    )
    names = {line.trust_id: line.trust.name for line in lines}
    opened = {
        (tender.specification_version_id, tender.year): tender
        for tender in Tender.objects.filter(network=network, status=Tender.Status.OPEN)
    }
    wanted = PlanLine.objects.filter(version=version).bought().count()
    return Candidates(
        version=version,
        groups=tuple(
            Candidate(
                gathering=group,
                specification_version=bought[group.specification_version_id],
                trust_names={share.trust_id: names[share.trust_id] for share in group.shares},
                open_tender=opened.get((group.specification_version_id, group.year)),
            )
            for group in gathered
        ),
        in_tenders=wanted - len(lines),
    )
