"""Making, changing, judging anew and withdrawing a candidate for an additional machine.

Each takes `by`, who needs EDIT_PLANS for the candidate's network, and records one event (a withdrawal one more for each
plan that loses it). Changes take the `revision` their person last saw and raise CandidateChanged where somebody has
changed the candidate since.
"""

from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Q

from assets.domain.vocabulary import Modality
from assets.models import Specification
from networks.actions.events import Changes, record
from networks.domain.access import Actor, Permission
from networks.domain.figures import date_gb, pounds
from networks.domain.financial_year import label
from networks.models import Organisation
from procurement.actions.plan_changes import record_of_plan, save_plan
from procurement.domain.candidate import LONGEST_REASON, CandidateInvalid, CandidateValues
from procurement.domain.siting_evidence import Evidence, as_json, evidence_of, from_json
from procurement.models import CandidateSite, Pin, Plan, Service, SpecificationVersion
from procurement.queries.site_need import NetworkDemand

_FIELDS = {
    "name": "name",
    "site": "site",
    "service": "service",
    "specification": "specification",
    "works_pence": "building works",
    "wanted_from": "wanted from",
    "reason": "why it is wanted",
    "need_points": "need",
}


class CandidateChanged(Exception):
    """Somebody changed the candidate after its person opened it. The message is fit to be shown."""

    def __init__(self, candidate: CandidateSite) -> None:
        super().__init__(
            f"{candidate.name} was changed by somebody else after you opened this page. What you typed is still here; "
            "what is stored now is shown beside it. Save again to replace it."
        )
        self.candidate = candidate


@transaction.atomic
def add_candidate(
    *,
    by: Actor,
    network: Organisation,
    site: Organisation,
    specification: Specification,
    values: CandidateValues,
    on: date,
) -> CandidateSite:
    """Make a candidate of a site of the network, its need judged as at `on`.

    Raises NotAllowed; CandidateInvalid for values outside their range, a site of another network, a specification without
    a published price, a name the network has used, or a site of which nothing is known.
    """
    by.require(Permission.EDIT_PLANS, network_id=network.pk)
    candidate = CandidateSite(network=network, created_by_id=by.user_id)
    _fill(candidate, site, specification, values, on)
    _judge(by, candidate, on)
    _save(candidate)
    _record(by, candidate, "candidate.added", _changes({}, _words(candidate)), values.reason.strip())
    return candidate


@transaction.atomic
def change_candidate(
    *,
    by: Actor,
    candidate: CandidateSite,
    site: Organisation,
    specification: Specification,
    values: CandidateValues,
    revision: int,
    on: date,
    reason: str = "",
) -> CandidateSite:
    """Change a candidate and return it. Its need is judged anew only where site, service or modality become others.

    Raises NotAllowed, CandidateChanged, CandidateInvalid as `add_candidate`, or for one that is withdrawn.
    """
    current = _locked(by, candidate, revision)
    _refuse_withdrawn(current)
    before, judged = _words(current), _judged_by(current)
    _fill(current, site, specification, values, on)
    if _judged_by(current) != judged:
        _judge(by, current, on)
    changes = _changes(before, _words(current))
    if changes:
        _save(current, grown=True)
        _record(by, current, "candidate.changed", changes, reason)
    return current


@transaction.atomic
def judge_candidate(*, by: Actor, candidate: CandidateSite, revision: int, on: date) -> CandidateSite:
    """Keep today's figures in place of those the need was judged by. Raises NotAllowed, CandidateChanged, CandidateInvalid."""
    current = _locked(by, candidate, revision)
    _refuse_withdrawn(current)
    kept = from_json(current.evidence)
    before, then = _words(current), date_gb(kept.as_at) if kept else None
    _judge(by, current, on)
    _save(current, grown=True)
    changes = dict(_changes(before, _words(current)))
    changes["figures as at"] = (then, date_gb(on))
    _record(by, current, "candidate.judged", changes, "")
    return current


@transaction.atomic
def withdraw_candidate(
    *, by: Actor, candidate: CandidateSite, revision: int, reason: str, on: date
) -> CandidateSite:
    """Take a candidate out of choice and out of every plan that may site it; solved versions keep it.

    Raises NotAllowed, CandidateChanged, and CandidateInvalid for a missing reason or where a plan has it pinned.
    """
    current = _locked(by, candidate, revision)
    _refuse_withdrawn(current)
    errors = _reason_errors(reason)
    pins = Pin.objects.filter(candidate=current).order_by("plan__name")
    if pinned := ", ".join(pins.values_list("plan__name", flat=True)):
        errors[""] = f"{current.name} is pinned in {pinned}. Unpin it there first."
    if errors:
        raise CandidateInvalid(errors)
    for plan in Plan.objects.select_for_update().filter(candidates=current):
        plan.candidates.remove(current)
        save_plan(plan, grown=True)
        gone: Changes = {current.name: ("may be sited", "withdrawn")}
        record_of_plan(by, plan, "plan.candidates_chosen", gone, reason.strip())
    current.withdrawn_on = on
    _save(current, grown=True)
    _record(by, current, "candidate.withdrawn", {"withdrawn": (None, date_gb(on))}, reason.strip())
    return current


@transaction.atomic
def reinstate_candidate(*, by: Actor, candidate: CandidateSite, revision: int, reason: str) -> CandidateSite:
    """Make a withdrawn candidate one again; plans have to choose it anew. Raises NotAllowed, CandidateChanged, CandidateInvalid."""
    current = _locked(by, candidate, revision)
    errors = _reason_errors(reason)
    if current.withdrawn_on is None:
        errors[""] = f"{current.name} is not withdrawn."
    if errors:
        raise CandidateInvalid(errors)
    was, current.withdrawn_on = date_gb(current.withdrawn_on), None
    _save(current, grown=True)
    _record(by, current, "candidate.reinstated", {"withdrawn": (was, None)}, reason.strip())
    return current


def _fill(
    candidate: CandidateSite,
    site: Organisation,
    specification: Specification,
    values: CandidateValues,
    on: date,
) -> None:
    values.check(Modality(specification.modality))
    priced = SpecificationVersion.objects.filter(specification=specification, published_on__lte=on)
    if not priced.exists():
        raise CandidateInvalid(
            {"specification": f"{specification.code} has no published price. Choose another specification."}
        )
    candidate.site, candidate.specification = site, specification
    candidate.modality = specification.modality
    candidate.name, candidate.service = values.name.strip(), values.service
    candidate.works_pence, candidate.wanted_from = values.works_pence, values.wanted_from
    candidate.reason = values.reason.strip()


def _judged_by(candidate: CandidateSite) -> tuple[int, str, str]:
    return candidate.site_id, candidate.service, candidate.modality


def _judge(by: Actor, candidate: CandidateSite, on: date) -> Evidence:
    """Set the candidate's trust, need and evidence from the figures of a day."""
    demand = NetworkDemand(by, candidate.network_id, on=on)
    found = demand.need(candidate.site_id, Modality(candidate.modality), candidate.service)
    if found is None:
        raise CandidateInvalid({"site": f"{candidate.site.name} is no site of this network today."})
    if found.need.points is None:
        raise CandidateInvalid(
            {"site": f"Nothing is known that its need could be judged by. {' '.join(found.need.reasons)}"}
        )
    evidence = evidence_of(found.demand, found.need, on=on)
    candidate.trust_id = found.site.trust_id
    candidate.need_points, candidate.evidence = evidence.points, as_json(evidence)
    return evidence


def _locked(by: Actor, candidate: CandidateSite, revision: int) -> CandidateSite:
    by.require(Permission.EDIT_PLANS, network_id=candidate.network_id)
    current: CandidateSite = (
        CandidateSite.objects.select_for_update(of=("self",))
        .select_related("network", "site", "specification")
        .get(pk=candidate.pk)
    )
    if current.revision != revision:
        raise CandidateChanged(current)
    return current


def _refuse_withdrawn(candidate: CandidateSite) -> None:
    if candidate.withdrawn_on is not None:
        raise CandidateInvalid({"": f"{candidate.name} is withdrawn. Make it a candidate again first."})


def _reason_errors(reason: str) -> dict[str, str]:
    length = len(reason.strip())
    if not length:
        return {"reason": "Say why, for those who read the plan later."}
    if length > LONGEST_REASON:
        return {"reason": f"A reason has at most {LONGEST_REASON} characters; this one has {length}."}
    return {}


def _save(candidate: CandidateSite, *, grown: bool = False) -> None:
    candidate.revision += grown
    try:
        with transaction.atomic():
            candidate.save()
    except IntegrityError as refused:
        same = Q(network_id=candidate.network_id, name=candidate.name)
        if not CandidateSite.objects.filter(same).exclude(pk=candidate.pk).exists():
            raise
        raise CandidateInvalid(
            {"name": f"Your network has a candidate named {candidate.name} already. Choose another name."}
        ) from refused


def _words(candidate: CandidateSite) -> dict[str, str | None]:
    """The candidate's values as people read them."""
    year = candidate.wanted_from
    return {
        "name": candidate.name,
        "site": candidate.site.name,
        "service": Service(candidate.service).label,
        "specification": candidate.specification.code,
        "works_pence": pounds(candidate.works_pence),
        "wanted_from": "now" if year is None else label(year),
        "reason": candidate.reason,
        "need_points": f"{candidate.need_points} points a year",
    }


def _changes(
    before: dict[str, str | None], after: dict[str, str | None]
) -> dict[str, tuple[str | None, str | None]]:
    return {
        _FIELDS[field]: (before.get(field), value)
        for field, value in after.items()
        if before.get(field) != value
    }


def _record(by: Actor, candidate: CandidateSite, action: str, changes: Changes, reason: str) -> None:
    record(
        by=by,
        action=action,
        subject_type="candidate",
        subject_id=candidate.pk,
        subject_label=candidate.name,
        changes=changes,
        reason=reason,
        trust_id=candidate.trust_id,
        network_id=candidate.network_id,
    )
