"""Imports as pages show them: what is wrong, what changes from what to what, which machines are new."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from assets.domain.facts import FACTS, Fact, Kind
from assets.domain.problems import KINDS, Problem
from assets.domain.register import Value, from_json
from assets.models import Asset, ImportBatch, ImportRow, Specification
from assets.queries.asset_words import said
from networks.domain.access import Actor
from networks.models import Organisation
from networks.templatetags.format import NOT_KNOWN, partial_date


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """Problems of one kind: its heading, and how many there are."""

    kind: str
    title: str
    count: int


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One fact that a row changes, in words."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row and what it says: of a changed machine what differs, of a new one its main facts.

    `asset` is the machine it is about; None while it is not in the register. `left` says why an undoing left it alone.
    """

    number: int
    asset: Asset | None
    changes: Sequence[FieldChange]
    facts: Mapping[str, str]
    left: str


def batches(actor: Actor) -> QuerySet[ImportBatch]:
    """Return the imports one may see, newest first, with their trust and who uploaded them. One query."""
    return ImportBatch.objects.visible_to(actor).select_related("trust", "uploaded_by")


def problems_of(batch: ImportBatch) -> list[Problem]:
    """Return every problem of an import: like ones together in the order of KINDS, each kind from the top of the file
    down. One query."""
    faulty = ImportRow.objects.filter(batch=batch, outcome=ImportRow.Outcome.PROBLEM).order_by("pk")
    found = [Problem(**each) for problems in faulty.values_list("problems", flat=True) for each in problems]
    order = {kind: place for place, kind in enumerate(KINDS)}
    return sorted(found, key=lambda problem: (order.get(problem.kind, len(order)), problem.row))


def kinds_of(problems: Iterable[Problem]) -> list[ProblemKind]:
    """Return how many problems there are of each kind, in the order of the problems."""
    counts = Counter(problem.kind for problem in problems)
    return [ProblemKind(kind, KINDS.get(kind, kind), count) for kind, count in counts.items()]


def rows_of(batch: ImportBatch, outcome: str) -> QuerySet[ImportRow]:
    """Return an import's rows of one outcome, in the order of the file, with their machines."""
    return ImportRow.objects.filter(batch=batch, outcome=outcome).select_related("asset").order_by("pk")


def in_words(rows: Iterable[ImportRow]) -> list[RowChange]:
    """Return rows as people read them. Two queries, whatever the number of rows."""
    rows = list(rows)
    names = _Names(rows)
    return [
        RowChange(
            number=row.number,
            asset=row.asset,
            changes=names.changes(row) if row.before else (),
            facts=names.facts(from_json(row.after)),
            left=" ".join(problem["message"] for problem in row.problems),
        )
        for row in rows
    ]


class _Names:
    """Says facts in words: sites and specifications by name, dates and prices as pages write them."""

    def __init__(self, rows: Iterable[ImportRow]) -> None:
        said = [values for row in rows for values in (row.before, row.after)]
        sites = {values["site_id"] for values in said if values.get("site_id")}
        specifications = {values["specification_id"] for values in said if values.get("specification_id")}
        self._sites: dict[Value, str] = dict(
            Organisation.objects.filter(pk__in=sites).values_list("pk", "name")
        )
        self._specifications: dict[Value, str] = dict(
            Specification.objects.filter(pk__in=specifications).values_list("pk", "code")
        )

    def changes(self, row: ImportRow) -> list[FieldChange]:
        old, new = self.facts(from_json(row.before)), self.facts(from_json(row.after))
        return [
            FieldChange(label, old.get(label, NOT_KNOWN), new.get(label, NOT_KNOWN))
            for label in {**old, **new}
        ]

    def facts(self, values: Mapping[str, Value]) -> dict[str, str]:
        """Return facts by the heading of their column, in the order of our files."""
        return {fact.heading: self._say(fact, values) for fact in FACTS if fact.field in values}

    def _say(self, fact: Fact, values: Mapping[str, Value]) -> str:
        value = values[fact.field]
        if fact.kind is Kind.REFERENCE:
            return (self._sites if fact.key == "site" else self._specifications).get(value, NOT_KNOWN)
        if fact.kind is Kind.PARTIAL_DATE and isinstance(value, date):
            return partial_date(value, str(values.get(fact.precision_field) or ""))
        return said(fact, value) or NOT_KNOWN
