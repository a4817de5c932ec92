"""Over machines with any of their facts: what we export comes back as no change, and an undone import leaves no trace in
the register but a higher version and a longer history."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.actions.import_batches import check_file
from assets.actions.import_commits import commit_batch
from assets.actions.import_undo import undo_batch
from assets.domain.facts import FACTS
from assets.domain.list_columns import SHOWABLE
from assets.domain.register import Value
from assets.exports.assets import EXPORTED, HEADINGS, readable_again, text_rows, workbook_rows
from assets.models import Asset, Specification
from networks.exports.tables import xlsx_bytes
from tests.assets.imports.conftest import AT, ON
from tests.assets.imports.test_round_trip import machines

_NOT_RESTORED = {"version", "updated_at"}
"""A version only ever grows, so that nobody's edit is lost; `updated_at` says when the row was last written, also by undoing."""

_COLUMNS = [field.attname for field in Asset._meta.concrete_fields if field.attname not in _NOT_RESTORED]

several = settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@contextmanager
def taken_back() -> Iterator[None]:
    """Leave the database as it was, so that each example begins with the same."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def stored(orgs, each: dict[str, Value], number: int) -> Asset:
    usual = Specification.objects.get(modality=each["modality"], is_default=True)
    values: dict[str, Any] = dict(each) | {
        "trust_id": orgs["Ash"].pk,
        "site_id": orgs["Ash site"].pk,
        "specification_id": usual.pk,
        "machine_model_id": None,
        "serial_number": f"SN{number}",
    }
    asset = Asset(**values)
    asset.save()
    return asset


def dump() -> list[tuple[Any, ...]]:
    """Every machine with every column, but for the two that never go back."""
    return list(Asset.objects.order_by("pk").values_list(*_COLUMNS))


def all_of_it():
    return Asset.objects.select_related("trust", "site", "specification").order_by("pk")


def as_csv(headings, lines) -> ContentFile:
    target = io.StringIO()
    csv.writer(target).writerows([headings, *lines])
    return ContentFile(target.getvalue().encode("utf-8-sig"), name="export.csv")


@several
@given(st.lists(machines(), min_size=1, max_size=4), st.booleans())
def test_an_import_of_an_export_changes_nothing(orgs, manager, made, as_workbook):
    with taken_back():
        for number, each in enumerate(made):
            stored(orgs, each, number)
        if as_workbook:
            content = xlsx_bytes("Register", HEADINGS, workbook_rows(all_of_it(), on=ON))
            file = ContentFile(content, name="export.xlsx")
        else:
            file = as_csv(HEADINGS, text_rows(all_of_it(), on=ON))
        before = dump()
        batch = check_file(by=manager, file=file, trust=orgs["Ash"], on=ON)
        wrong = [problem for row in batch.lines.all() for problem in row.problems]
        assert (wrong, batch.unchanged) == ([], len(made))
        assert batch.ignored == []
        commit_batch(by=manager, batch=batch, good_rows_only=False, at=AT)
        assert dump() == before


@several
@given(
    st.lists(machines(), min_size=1, max_size=3), st.lists(st.sampled_from(SHOWABLE), unique=True, max_size=8)
)
def test_an_export_of_any_columns_comes_back_as_no_change(orgs, manager, made, chosen):
    with taken_back():
        for number, each in enumerate(made):
            stored(orgs, each, number)
        columns = readable_again(chosen)
        headings = [column.heading for column in columns]
        file = as_csv(headings, text_rows(all_of_it(), columns, on=ON))
        batch = check_file(by=manager, file=file, trust=orgs["Ash"], on=ON)
        wrong = [problem for row in batch.lines.all() for problem in row.problems]
        assert (wrong, batch.unchanged, batch.ignored) == ([], len(made), [])


@several
@given(st.lists(st.tuples(machines(), machines()), min_size=1, max_size=3), st.lists(machines(), max_size=2))
def test_undoing_an_import_restores_the_register_byte_for_byte(orgs, manager, pairs, new):
    """Each machine of `pairs` becomes the other one of its pair by the import, those of `new` are added by it."""
    with taken_back():
        for number, (first, _) in enumerate(pairs):
            stored(orgs, first, number)
        before = dump()
        lines = changed_to(orgs, [second for _, second in pairs], new)
        batch = check_file(by=manager, file=as_csv(HEADINGS, lines), trust=orgs["Ash"], on=ON)
        commit_batch(by=manager, batch=batch, good_rows_only=True, at=AT)
        if batch.created or batch.changed:
            assert dump() != before
        undone = undo_batch(by=manager, batch=batch, at=AT)
        assert undone.keep == []
        assert dump() == before
        history: Any = Asset.history.model
        assert history.objects.filter(history_change_reason__startswith="Undoing").count() == len(
            undone.remove
        ) + len(undone.restore)


def changed_to(orgs, others: list[dict[str, Value]], new: list[dict[str, Value]]) -> list[list[str]]:
    """The lines of a file that says of each machine what the other ones are; unknown facts are emptied with CLEAR."""
    emptied = {fact.key for fact in FACTS if not fact.is_needed and fact.key not in {"specification", "site"}}
    place = [column.key for column in EXPORTED].index
    ids = list(Asset.objects.order_by("pk").values_list("pk", flat=True))
    with transaction.atomic():
        Asset.objects.all().delete()
        for number, each in enumerate([*others, *new]):
            stored(orgs, each, number)
        lines = list(text_rows(all_of_it(), on=ON))
        transaction.set_rollback(True)
    for number, line in enumerate(lines):
        line[place("reference")] = f"A{ids[number]:06d}" if number < len(ids) else ""
        line[place("version")] = ""
        for key in emptied:
            if number < len(ids) and not line[place(key)] and key not in {"serial_number", "retired_on"}:
                line[place(key)] = "CLEAR"
    return lines


def test_nothing_of_a_machine_is_left_out_of_the_comparison():
    assert {name for fact in FACTS for name in fact.fields} <= set(_COLUMNS)


@pytest.mark.parametrize("name", sorted(_NOT_RESTORED))
def test_what_is_not_restored_is_no_fact(name):
    assert name not in {field for fact in FACTS for field in fact.fields}
