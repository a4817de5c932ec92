"""Versions of plans in the life that people have given them: where each stands, and whose answer is awaited."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F

from networks.domain.access import Actor, Permission
from procurement.domain.plan_life import (
    WITH_TRUSTS,
    Answer,
    Life,
    Move,
    State,
    Step,
    StepTaken,
    hash_of,
    listed,
)
from procurement.models import Conflict, Plan, PlanVersion, TrustAnswer, VersionStep


@dataclass(frozen=True, slots=True)
class Standing:
    """One version of a plan and its life, as lists show it: whether its inputs are unaltered is not looked at."""

    version_id: int
    plan_id: int
    plan_name: str
    network_id: int
    life: Life

    @property
    def number(self) -> int:
        return self.life.number

    def awaited(self, actor: Actor) -> tuple[int, ...]:
        """The trusts whose answer is awaited from this actor."""
        if self.life.why_closed(Move.ANSWER):
            return ()
        return tuple(
            stand.trust_id
            for stand in self.life.stands
            if stand.answer is None and actor.can(Permission.AGREE_PLANS, trust_id=stand.trust_id)
        )


def life_of(version: PlanVersion) -> Life:
    """Return the life of one version, its inputs held against their hash. Four queries."""
    rows = _rows(PlanVersion.objects.filter(plan_id=version.plan_id))
    lives = _lives(rows, unaltered=hash_of(version.inputs) == version.inputs_hash)
    return lives[version.pk]


def standings(plans: Iterable[Plan]) -> dict[int, list[Standing]]:
    """Return plan to its versions with their lives, newest first. Four queries, however many plans."""
    rows = _rows(PlanVersion.objects.filter(plan__in=[plan.pk for plan in plans]))
    lives = _lives(rows)
    found: dict[int, list[Standing]] = defaultdict(list)
    for row in rows:
        found[row["plan_id"]].append(_standing(row, lives[row["pk"]]))
    return dict(found)


def notable(found: Iterable[Standing]) -> list[Standing]:
    """Of one plan's versions: the newest, and those that are with the trusts or approved."""
    rows = list(found)
    alive = (*WITH_TRUSTS, State.APPROVED)
    return [row for place, row in enumerate(rows) if not place or row.life.state in alive]


def under_way(actor: Actor) -> list[Standing]:
    """Return the versions that are with the trusts and the actor may see, longest waiting first. Four queries at most."""
    steps = VersionStep.objects.filter(version__in=PlanVersion.objects.visible_to(actor))
    plans = steps.filter(step=Step.SUBMITTED).order_by().values("version__plan_id")
    rows = _rows(PlanVersion.objects.filter(plan__in=plans))
    if not rows:
        return []
    lives = _lives(rows)
    found = [_standing(row, lives[row["pk"]]) for row in rows]
    waiting = [row for row in found if row.life.state in WITH_TRUSTS]
    return sorted(waiting, key=lambda row: row.life.submitted.at if row.life.submitted else 0)


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do about a version that is with the trusts; `words` say what is awaited, and from whom."""

    standing: Standing
    words: str


def tasks(actor: Actor) -> list[Task]:
    """Return what the actor can do about plans under way, longest waiting first. Four queries at most.

    A trust's finance is asked for its answer, the network's for the board's approval once nothing is missing; the
    procurement lead is told what is missing.
    """
    found = []
    for standing in under_way(actor):
        life, network = standing.life, standing.network_id
        if awaited := standing.awaited(actor):
            found.append(Task(standing, f"Say whether {listed([life.trusts[t] for t in awaited])} agrees."))
        elif actor.can(Permission.APPROVE_PLANS, network_id=network) and not life.missing:
            found.append(Task(standing, "Every trust agrees: record the board’s approval."))
        elif actor.can(Permission.EDIT_PLANS, network_id=network):
            found.append(Task(standing, " ".join(life.missing) or "Waiting for the board’s approval."))
    return found


def _rows(versions: Any) -> list[dict[str, Any]]:
    """The versions asked for, newest first, with the trusts of their inputs and without the rest of those."""
    rows = versions.order_by("plan_id", "-number").values(
        "pk", "number", "plan_id", "plan__name", "plan__network_id", trusts=F("inputs__trusts")
    )
    return list(rows)


def _standing(row: dict[str, Any], life: Life) -> Standing:
    return Standing(row["pk"], row["plan_id"], row["plan__name"], row["plan__network_id"], life)


def _lives(rows: list[dict[str, Any]], *, unaltered: bool = True) -> dict[int, Life]:
    """Version to its life. What one version of a plan is, its neighbours must know: at most one is with the trusts."""
    pks = [row["pk"] for row in rows]
    steps, answers, open_conflicts = _steps(pks), _answers(pks), _open_conflicts(pks)

    def life(row: dict[str, Any], **more: Any) -> Life:
        return Life(
            number=row["number"],
            trusts={trust["trust_id"]: trust["name"] for trust in row["trusts"]},
            steps=steps[row["pk"]],
            answers=answers[row["pk"]],
            unacknowledged=open_conflicts.get(row["pk"], 0),
            unaltered=unaltered,
            **more,
        )

    alone = {row["pk"]: life(row) for row in rows}
    alive: dict[int, list[tuple[int, State]]] = defaultdict(list)
    for row in rows:
        alive[row["plan_id"]].append((row["number"], alone[row["pk"]].state))
    found = {}
    for row in rows:
        others = [(number, state) for number, state in alive[row["plan_id"]] if number != row["number"]]
        found[row["pk"]] = life(
            row,
            rival=max((n for n, state in others if state in WITH_TRUSTS), default=None),
            approved_now=max((n for n, state in others if state is State.APPROVED), default=None),
        )
    return found


def _steps(pks: list[int]) -> dict[int, list[StepTaken]]:
    found: dict[int, list[StepTaken]] = defaultdict(list)
    rows = VersionStep.objects.filter(version__in=pks).select_related("by").order_by("pk")
    for row in rows.annotate(successor=F("superseded_by__number")):
        by = row.by.name if row.by else ""
        found[row.version_id].append(StepTaken(row.pk, Step(row.step), row.at, by, row.reason, row.successor))
    return found


def _answers(pks: list[int]) -> dict[int, list[Answer]]:
    found: dict[int, list[Answer]] = defaultdict(list)
    for row in TrustAnswer.objects.filter(version__in=pks).select_related("by").order_by("pk"):
        by = row.by.name if row.by else ""
        found[row.version_id].append(Answer(row.pk, row.trust_id, row.agreed, row.at, by, row.note))
    return found


def _open_conflicts(pks: list[int]) -> dict[int, int]:
    rows = Conflict.objects.filter(version__in=pks, acknowledged_at=None).order_by().values("version")
    return {row["version"]: row["number"] for row in rows.annotate(number=Count("pk"))}
