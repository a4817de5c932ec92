"""Writing the record of what was done; called by every action inside its own transaction."""

from collections.abc import Mapping

from networks.domain.access import Actor
from networks.models import Event

Changes = Mapping[str, tuple[object, object]]
"""Field, as people read it, to (old, new), as people read them."""


def record(
    *,
    by: Actor,
    action: str,
    subject_type: str,
    subject_id: int | None,
    subject_label: str,
    changes: Changes | None = None,
    reason: str = "",
    trust_id: int | None = None,
    network_id: int | None = None,
) -> Event:
    """Add one event. Values in `changes` are written as text; None stays None, for "not known"."""
    as_text = {
        field: [None if value is None else str(value) for value in pair]
        for field, pair in (changes or {}).items()
    }
    role = f"{by.role.label}, {by.acting_for}" if by.role else ""
    return Event.objects.create(
        by_id=by.user_id,
        by_name=by.name,
        by_role=role,
        action=action,
        subject_type=subject_type,
        subject_id=subject_id,
        subject_label=subject_label[:300],
        changes=as_text,
        reason=reason[:500],
        trust_id=trust_id,
        network_id=network_id,
    )
