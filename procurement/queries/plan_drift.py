"""What has changed since a version was solved, as one actor may see it; and a version's conflicts with the register."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from assets.models import Asset
from networks.domain.access import Actor, Permission
from networks.domain.figures import date_gb
from networks.models import Organisation
from procurement.domain.plan_account import inputs_of
from procurement.domain.plan_conflicts import Choice, Churn, Planned
from procurement.domain.plan_drift import About, Inputs, Moved, Names
from procurement.domain.plan_drift_asked import moved_since
from procurement.domain.plan_life import WITH_TRUSTS, State
from procurement.domain.plan_words import decided, planned_id
from procurement.domain.planning.problem import PlanningProblem
from procurement.domain.planning.result import Kind
from procurement.models import CandidateSite, Conflict, PlanLine, PlanVersion
from procurement.queries.plan_life import Standing
from procurement.queries.planning_problem import readiness


@dataclass(frozen=True, slots=True)
class Drift:
    """What has changed. `unread` says in words what keeps the plan from being read as it stands; then there are no rows."""

    rows: tuple[Moved, ...]
    unread: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many changes there are, risk scores apart: those move with time alone."""
        return sum(row.about is not About.RISK for row in self.rows)


def drift_since(actor: Actor, version: PlanVersion, *, on: date) -> Drift:
    """Return how the register and the plan of `on` differ from what a version was solved on, as far as the actor may see.

    Those who cover the network see all of it; a trust's people what is theirs, prices and limits. The problem's own queries
    and three more, however many rows.
    """
    problem, missing = readiness(version.plan, on=on)
    if problem is None:
        return Drift((), missing)
    return drift_to(actor, version, problem)


def drift_to(actor: Actor, version: PlanVersion, problem: PlanningProblem) -> Drift:
    """The same, with a problem that has been read already. Three queries at most."""
    now = inputs_of(problem)
    rows = moved_since(version.inputs, now, names_for(version.inputs, now))
    if actor.can(Permission.VIEW_PLANS, network_id=version.plan.network_id):
        return Drift(rows)
    scope = actor.scope(Permission.VIEW_PLANS)
    return Drift(tuple(row for row in rows if _is_shown(row, scope.trust_ids)))


def names_for(before: Inputs, now: Inputs) -> Names:
    """Return the names of the trusts and sites of both sides, and what became of machines that are gone. Three queries."""
    ids = {row[key] for side in (before, now) for row in side["assets"] for key in ("trust_id", "site_id")}
    ids |= {row["trust_id"] for side in (before, now) for row in (*side["trusts"], *side["envelopes"])}
    names = dict(Organisation.objects.filter(pk__in=ids).values_list("pk", "name"))
    standing = {row["asset_id"] for row in now["assets"]}
    gone = {row["asset_id"] for row in before["assets"]} - standing
    return Names(names, {**_gone_machines(gone), **_gone_candidates(gone)})


def trusts_named(actor: Actor, version: PlanVersion) -> dict[int, str]:
    """Return the trusts of a version that the actor may see figures of, by id. No query."""
    whole = actor.can(Permission.VIEW_PLANS, network_id=version.plan.network_id)
    scope = actor.scope(Permission.VIEW_PLANS)
    return {
        row["trust_id"]: row["name"]
        for row in version.inputs["trusts"]
        if whole or scope.covers_trust(row["trust_id"])
    }


def basis(found: Sequence[Standing]) -> Standing | None:
    """Of a plan's versions, newest first, the one that what has changed is measured from.

    What the board approved, else what is with the trusts, else the newest.
    """
    for states in ((State.APPROVED,), WITH_TRUSTS):
        if (standing := next((row for row in found if row.life.state in states), None)) is not None:
            return standing
    return found[0] if found else None


def changes_since(actor: Actor, found: Standing | None, problem: PlanningProblem | None) -> int | None:
    """Return how many changes there are since a version, for its plan's page; None where that is not known. Four queries."""
    if found is None or problem is None:
        return None
    version = PlanVersion.objects.select_related("plan").defer("result").get(pk=found.version_id)
    return drift_to(actor, version, problem).count


def planned_lines(version: PlanVersion) -> list[Planned]:
    """Return a version's decisions. One query."""
    lines = PlanLine.objects.filter(version=version).only(
        "asset_id", "candidate_id", "asset_label", "trust_id", "kind", "year", "upgrade_year"
    )
    return [
        Planned(
            machine=planned_id(line.asset_id, line.candidate_id),
            line_id=line.pk,
            label=line.asset_label,
            trust_id=line.trust_id,
            choice=_choice(line),
            words=decided(
                Kind(line.kind), line.year, line.upgrade_year, is_candidate=line.candidate_id is not None
            ),
        )
        for line in lines
    ]


def visible_conflicts(actor: Actor, version: PlanVersion) -> QuerySet[Conflict]:
    """Return the conflicts of a version that the actor may see, what is not acknowledged first."""
    rows = Conflict.objects.filter(version=version).select_related("trust", "acknowledged_by")
    if not actor.can(Permission.VIEW_PLANS, network_id=version.plan.network_id):
        rows = rows.filter(trust__in=actor.scope(Permission.VIEW_PLANS).trust_ids)
    return rows.order_by("label", "pk")


def churn_of(actor: Actor, version: PlanVersion) -> Churn | None:
    """Return how far a version made again differs from the one before, as far as the actor may see; None: made afresh.

    Two queries.
    """
    if version.based_on_id is None:
        return None
    lines = PlanLine.objects.visible_to(actor).filter(version__in=[version.pk, version.based_on_id])
    in_both = lines.order_by().values("asset", "candidate").annotate(versions=Count("version", distinct=True))
    changed = visible_conflicts(actor, version).filter(decision_changed=True).order_by()
    counts = changed.aggregate(all=Count("pk"), with_facts=Count("pk", filter=Q(facts_changed=True)))
    return Churn(in_both.filter(versions=2).count(), counts["all"], counts["with_facts"])


def _choice(line: PlanLine) -> Choice:
    """A machine that stays is kept, whatever kind its line says, so that older versions compare."""
    if line.year is None and line.upgrade_year is None:
        return (Kind.KEEP.value, None, None)
    return (line.kind, line.year, line.upgrade_year)


def _is_shown(row: Moved, trusts: Collection[int]) -> bool:
    """Whether a trust's people may see a change: their own, and what is everybody's but for money that others share."""
    if row.trusts:
        return any(trust in trusts for trust in row.trusts)
    return row.about is not About.MONEY


def _gone_machines(numbers: Iterable[int]) -> dict[int, str]:
    pks = [number for number in numbers if number > 0]
    rows: Any = Asset.objects.filter(pk__in=pks).select_related("trust")
    return {row.pk: _became(row) for row in rows}


def _became(asset: Asset) -> str:
    if asset.status == "retired":
        return f"Retired on {date_gb(asset.retired_on)}" if asset.retired_on else "Retired"
    return f"In use at {asset.trust.name}, which takes no part in this plan"


def _gone_candidates(numbers: Iterable[int]) -> dict[int, str]:
    pks = [-number for number in numbers if number < 0]
    rows = CandidateSite.objects.filter(pk__in=pks)
    return {
        -row.pk: f"Withdrawn on {date_gb(row.withdrawn_on)}"
        if row.withdrawn_on
        else "Not chosen for the plan"
        for row in rows
    }
