"""Keeping "is part of" in step with a file: who belongs to whom on the day it is loaded."""

from datetime import date

from networks.actions.events import record
from networks.domain.access import Actor
from networks.domain.ods import Problem
from networks.domain.organisations import Kind, Tie, in_force
from networks.models import Link, Organisation
from networks.queries.organisations import structure


class Belongings:
    """The links of one load, read once, changed in memory, written by `save`. Use inside a transaction."""

    def __init__(self, *, by: Actor, on: date) -> None:
        self.by = by
        self.on = on
        self.made = 0
        self.changes: list[str] = []
        self.problems: list[Problem] = []
        self._england = structure(on=on)
        self._new: list[Link] = []
        self._links: dict[int, list[Link]] = {}
        for link in Link.objects.exclude(tie=Tie.SUCCEEDED_BY).select_related("target"):
            self._links.setdefault(link.source_id, []).append(link)

    def has_successor(self, organisation: Organisation) -> bool:
        """Say whether another organisation answers for this one on the day of the load."""
        return self._england.current(organisation.pk) != organisation.pk

    def put(self, source: Organisation | None, target: Organisation | None) -> None:
        """Make `source` part of `target` from now on, unless it already is, or is so through successors.

        What has closed or been succeeded belongs nowhere anew. A change already planned for later is left and reported.
        """
        assert source is not None  # noqa: S101 - both were put into the register before
        assert target is not None  # noqa: S101
        ever = [link for link in self._links.get(source.pk, []) if link.tie == Tie.PART_OF]
        if not ever:
            self._new.append(Link(source=source, target=target, tie=Tie.PART_OF))
            return
        if self.has_successor(source) or (source.closed_on and source.closed_on < self.on):
            return
        held = next((link for link in ever if in_force(link.starts_on, link.ends_on, self.on)), None)
        if held and self._england.current(held.target_id) == self._england.current(target.pk):
            return
        if any(link.starts_on and link.starts_on > self.on for link in ever) or (held and held.ends_on):
            message = f"{source.name} is to change what it is part of later; the file's {target.name} was not taken."
            self.problems.append(Problem("links", None, source.code, message))
            return
        self._move(source, held, target)

    def end_all(self, source: Organisation, ends_on: date) -> None:
        """End whatever `source` still belongs to, at the latest on `ends_on` (the first day it no longer holds)."""
        for link in [*self._links.get(source.pk, []), *(n for n in self._new if n.source_id == source.pk)]:
            if link.ends_on is not None and link.ends_on <= ends_on:
                continue
            if link.starts_on is not None and link.starts_on >= ends_on:
                message = (
                    f"{source.name} closed before its link to {link.target.name} begins; the link was left."
                )
                self.problems.append(Problem("links", None, source.code, message))
                continue
            link.ends_on = ends_on
            if link.pk:
                link.save(update_fields=["ends_on"])
                self._record(source, link.target, None, "organisation.link_ended")

    def save(self) -> None:
        """Write the links that are new."""
        Link.objects.bulk_create(self._new)
        self.made = len(self._new)

    def _move(self, source: Organisation, held: Link | None, target: Organisation) -> None:
        old = held.target if held else None
        if held and held.starts_on == self.on:
            # Begun today: a link of no length is no history, so it is corrected.
            held.target = target
            held.save(update_fields=["target"])
        else:
            if held:
                held.ends_on = self.on
                held.save(update_fields=["ends_on"])
            self._new.append(Link(source=source, target=target, tie=Tie.PART_OF, starts_on=self.on))
        self._record(source, old, target, "organisation.moved")

    def _record(
        self, source: Organisation, old: Organisation | None, new: Organisation | None, action: str
    ) -> None:
        was, now = (old.name if old else None), (new.name if new else None)
        self.changes.append(
            f"{source.code} {source.name}: was part of {was or 'nothing'}, is part of {now or 'nothing'}"
        )
        record(
            by=self.by,
            action=action,
            subject_type="organisation",
            subject_id=source.pk,
            subject_label=f"{source.name} ({source.code})",
            changes={"part of": (was, now)},
            trust_id=source.pk if source.kind == Kind.TRUST else None,
        )
