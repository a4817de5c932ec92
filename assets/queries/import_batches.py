"""Imports as pages show them: what is wrong, what changes from what to what, which machines are new."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from assets.domain.facts import BY_KEY, FACTS, PRICE_KEYS, Fact, Kind
from assets.domain.naming import make_in_words
from assets.domain.register import Value, from_json
from assets.models import Asset, ImportBatch, ImportRow, Specification
from assets.queries.asset_words import said
from networks.domain.access import Actor
from networks.models import Organisation
from networks.templatetags.format import NOT_KNOWN, partial_date

_NAMING = ("modality", "manufacturer", "model_name")


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
    `kept` are facts that only the register has changed since the file was exported, left as they are. `corrected` says that
    a cell of the row was corrected here.
    """

    row_id: int
    number: int
    sheet: str
    asset: Asset | None
    changes: Sequence[FieldChange]
    facts: Mapping[str, str]
    left: str
    kept: Sequence[str] = ()
    corrected: bool = False

    @property
    def called(self) -> str:
        """What a machine that is not in the register yet is called."""
        modality, *make = (self.facts.get(BY_KEY[key].heading, "") for key in _NAMING)
        maker, model = ("" if each == NOT_KNOWN else each for each in make)
        return f"{modality} {make_in_words(maker, model)}"

    @property
    def other_facts(self) -> Mapping[str, str]:
        """What is said of it beside what it is called."""
        naming = {BY_KEY[key].heading for key in _NAMING}
        return {heading: value for heading, value in self.facts.items() if heading not in naming}


def batches(actor: Actor) -> QuerySet[ImportBatch]:
    """Return the imports one may see, newest first, with their trust and who uploaded them. One query."""
    return ImportBatch.objects.visible_to(actor).select_related("trust", "uploaded_by")


def waiting_for(actor: Actor) -> QuerySet[ImportBatch]:
    """Return the imports that a person has begun and neither saved nor discarded, newest first. One query."""
    is_open = [ImportBatch.Status.COLUMNS, ImportBatch.Status.CHECKED]
    return batches(actor).filter(uploaded_by_id=actor.user_id, status__in=is_open)


def rows_of(
    batch: ImportBatch, outcome: str, *, text: str = "", column: str = "", with_prices: bool = True
) -> list[int]:
    """Return the ids of an import's rows of one outcome, in the order of the file.

    `text` is to be in one of the row's cells, in that of `column` where it is given, whatever its case. `column` alone picks
    the rows that have something in it; of changed ones those that change it. Without `with_prices` nothing is looked for in
    what equipment cost. One query.
    """
    rows = ImportRow.objects.filter(batch=batch, outcome=outcome).order_by("pk")
    if not (text or column):
        return list(rows.values_list("pk", flat=True))
    wanted = text.casefold()
    hidden = frozenset[str]() if with_prices else PRICE_KEYS
    fields = fields_of(column) if outcome == ImportRow.Outcome.CHANGED and not text else ()

    def fits(cells: Mapping[str, str], after: Mapping[str, object]) -> bool:
        if fields:
            return not after.keys().isdisjoint(fields)
        texts = ((key, each) for key, each in cells.items() if not column or key == column)
        return any(wanted in each.casefold() for key, each in texts if key not in hidden)

    return [pk for pk, cells, after in rows.values_list("pk", "cells", "after") if fits(cells, after)]


def fields_of(column: str) -> tuple[str, ...]:
    """Return the machine's fields that a column of a file is about."""
    key = column.removesuffix("_code")
    return BY_KEY[key].fields if key in BY_KEY else ()


def loaded(ids: Sequence[int]) -> list[ImportRow]:
    """Return rows by their ids, in that order, with their machines. One query."""
    rows = ImportRow.objects.select_related("asset").in_bulk(ids)
    return [rows[pk] for pk in ids if pk in rows]


def in_words(rows: Iterable[ImportRow], *, with_prices: bool = True) -> list[RowChange]:
    """Return rows as people read them. Two queries, whatever the number of rows."""
    rows = list(rows)
    names = _Names(rows, with_prices=with_prices)
    return [
        RowChange(
            row_id=row.pk,
            number=row.number,
            sheet=row.sheet,
            asset=row.asset,
            changes=names.changes(row) if row.before else (),
            facts=names.facts(from_json(row.after)),
            left=" ".join(problem["message"] for problem in row.problems),
            kept=[BY_KEY[key].heading for key in row.kept if key in BY_KEY],
            corrected=bool(row.corrected),
        )
        for row in rows
    ]


class _Names:
    """Says facts in words: sites and specifications by name, dates and prices as pages write them."""

    def __init__(self, rows: Iterable[ImportRow], *, with_prices: bool) -> None:
        self._facts = [fact for fact in FACTS if with_prices or not fact.is_price]
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
        return {fact.heading: self._say(fact, values) for fact in self._facts if fact.field in values}

    def _say(self, fact: Fact, values: Mapping[str, Value]) -> str:
        value = values[fact.field]
        if fact.kind is Kind.REFERENCE:
            return (self._sites if fact.key == "site" else self._specifications).get(value, NOT_KNOWN)
        if fact.kind is Kind.PARTIAL_DATE and isinstance(value, date):
            return partial_date(value, str(values.get(fact.precision_field) or ""))
        return said(fact, value) or NOT_KNOWN
