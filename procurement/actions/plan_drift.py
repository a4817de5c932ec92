"""Conflicts of a plan that is made again: written with its new version, then acknowledged by its people."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from networks.actions.events import record
from networks.domain.access import Actor, Permission
from procurement.actions.plan_life import LONGEST_REASON, StepRefused
from procurement.domain.plan_conflicts import three_way
from procurement.domain.plan_drift import by_machine
from procurement.domain.plan_drift_asked import moved_since
from procurement.models import Conflict, Plan, PlanVersion
from procurement.queries.plan_drift import names_for, planned_lines


def write_conflicts(version: PlanVersion) -> int:
    """Write where a version differs from the one it is based on, machine by machine; return how many conflicts there are.

    Part of saving the version, in its transaction, once its lines stand. Does nothing for a version based on none. Six
    queries at most.
    """
    before = version.based_on
    if before is None:
        return 0
    moved = moved_since(before.inputs, version.inputs, names_for(before.inputs, version.inputs))
    rows = three_way(planned_lines(before), planned_lines(version), by_machine(moved))
    Conflict.objects.bulk_create(
        Conflict(
            version=version,
            line_id=row.before.line_id if row.before else None,
            new_line_id=row.after.line_id if row.after else None,
            trust_id=row.line.trust_id,
            label=row.line.label,
            planned=row.planned,
            registered=row.registered,
            replanned=row.replanned,
            facts_changed=row.facts_changed,
            decision_changed=row.decision_changed,
        )
        for row in rows
    )
    return len(rows)


@transaction.atomic
def acknowledge_conflicts(
    *, by: Actor, version: PlanVersion, conflicts: Collection[int], note: str, at: datetime
) -> int:
    """Say that conflicts have been looked at, with a note on all of them; return how many. Needs EDIT_PLANS.

    Raises NotAllowed; StepRefused where none is chosen, the note is too long, or somebody has acknowledged one meanwhile:
    then nothing is written.
    """
    by.require_all(Permission.EDIT_PLANS, version.plan.network_ids)
    Plan.objects.select_for_update().get(pk=version.plan_id)
    errors = {}
    if not conflicts:
        errors["conflict"] = "Choose at least one conflict to acknowledge."
    if len(note.strip()) > LONGEST_REASON:
        errors["note"] = f"A note has at most {LONGEST_REASON} characters; this one has {len(note.strip())}."
    if errors:
        raise StepRefused(errors)
    left = Conflict.objects.filter(version=version, acknowledged_at=None)
    before = left.count()
    chosen = left.filter(pk__in=conflicts)
    if chosen.count() != len(set(conflicts)):
        raise StepRefused(
            {
                "": "Somebody has acknowledged some of these since you opened this page. Look again at what is left."
            }
        )
    done = chosen.update(acknowledged_by_id=by.user_id, acknowledged_at=at, note=note.strip())
    record(
        by=by,
        action="plan.conflicts_acknowledged",
        subject_type="plan",
        subject_id=version.plan_id,
        subject_label=version.plan.name,
        changes={f"version {version.number}, conflicts not acknowledged": (before, before - done)},
        reason=note.strip(),
        network_id=version.plan.record_network_id,
    )
    return done
