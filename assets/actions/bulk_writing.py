"""Writing many machines at once, each with its history row: for imports and their undoing.

Django's `bulk_update` takes minutes for rows as wide as ours, and neither it nor a queryset's `update` or `delete` keeps
history. So what changed is updated row by row in one prepared statement, and history is copied inside the database, which
also makes it say exactly what the row says. All of it is plain SQL that both databases read.
Callers hold a transaction open, have checked permission, and record the event.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import ForeignObjectRel

from assets.domain.matching import IDENTIFIERS, identity
from assets.domain.register import Value
from assets.models import Asset, ImportRow
from networks.domain.access import Actor

CHUNK = 500
_FIELDS: dict[str, Any] = {field.attname: field for field in Asset._meta.concrete_fields}


@dataclass(frozen=True, slots=True)
class Because:
    """Who changes the machines, why and when: what each history row says."""

    by: Actor
    reason: str
    at: datetime


def create_assets(assets: Sequence[Asset], because: Because) -> list[Asset]:
    """Insert new machines and return them with their ids."""
    made = Asset.objects.bulk_create(assets)
    _keep_history([asset.pk for asset in made], "+", because)
    return made


def change_assets(changes: Mapping[int, Mapping[str, Value]], because: Because) -> None:
    """Give machines, by id, new values of some fields, and make each one version older.

    Two of them may have swapped their numbers: those in the way of another one are first left without.
    """
    for name in IDENTIFIERS:
        _free_numbers(name, {pk: str(values[name]) for pk, values in changes.items() if name in values})
    alike: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for pk, values in changes.items():
        alike[tuple(sorted(values))].append(pk)
    for names, ids in alike.items():
        fields = [_FIELDS[name] for name in names]
        quoted = [f"{_quoted(field.column)} = %s" for field in fields]
        version = _quoted("version")
        with connection.cursor() as cursor:
            cursor.executemany(
                f"UPDATE {_quoted(Asset._meta.db_table)} SET {', '.join(quoted)}, {version} = {version} + 1, "  # noqa: S608
                f"{_quoted('updated_at')} = %s WHERE {_quoted('id')} = %s",
                [
                    [
                        *(
                            field.get_db_prep_save(changes[pk][name], connection)
                            for name, field in zip(names, fields, strict=True)
                        ),
                        _moment(because.at),
                        pk,
                    ]
                    for pk in ids
                ],
            )
    _keep_history(sorted(changes), "~", because)


def remove_assets(ids: Sequence[int], because: Because) -> None:
    """Delete machines that only rows of imports mention, which let go of them; their history stays."""
    _keep_history(ids, "-", because)
    for chunk in _chunks(ids):
        ImportRow.objects.filter(asset_id__in=chunk).update(asset=None)
        # A plain delete would write a second history row for each machine, one by one.
        Asset.objects.filter(pk__in=chunk)._raw_delete(Asset.objects.db)


def mentioned_elsewhere(ids: Collection[int]) -> set[int]:
    """Return which of the machines other rows than those of imports refer to, in any app: plans, pins and the like."""
    found: set[int] = set()
    for relation in Asset._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel) or relation.related_model is ImportRow:
            continue
        name = relation.field.attname
        rows: Any = relation.related_model._base_manager
        for chunk in _chunks(sorted(ids)):
            found.update(rows.filter(**{f"{name}__in": chunk}).values_list(name, flat=True))
    return found


def link_rows(assets: Mapping[int, Asset]) -> None:
    """Note on rows of an import, by id, which machine each has made."""
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {_quoted(ImportRow._meta.db_table)} SET {_quoted('asset_id')} = %s, {_quoted('asset_version')} = %s "  # noqa: S608
            f"WHERE {_quoted('id')} = %s",
            [[asset.pk, asset.version, pk] for pk, asset in assets.items()],
        )


def _free_numbers(name: str, numbers: Mapping[int, str]) -> None:
    """Leave without their number, for a moment, the machines that another of them takes it from: no two may share one,
    even then."""
    taken = {identity(number) for number in numbers.values() if number}
    for chunk in _chunks(list(numbers)):
        standing = Asset.objects.filter(pk__in=chunk).exclude(**{name: ""}).values_list("pk", name)
        in_the_way = [pk for pk, number in standing if identity(number) in taken]
        Asset.objects.filter(pk__in=in_the_way).update(**{name: ""})


def _keep_history(ids: Sequence[int], change: str, because: Because) -> None:
    """Copy machines as they stand into their history."""
    history: Any = Asset.history.model
    columns = ", ".join(_quoted(field.column) for field in history.tracked_fields)
    said = ("history_date", "history_user_id", "history_change_reason", "history_type")
    values = [_moment(because.at), because.by.user_id, because.reason[:500], change]
    for chunk in _chunks(ids):
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {_quoted(history._meta.db_table)} ({columns}, {', '.join(map(_quoted, said))}) "  # noqa: S608
                f"SELECT {columns}, %s, %s, %s, %s FROM {_quoted(Asset._meta.db_table)} "
                f"WHERE {_quoted('id')} IN ({', '.join(['%s'] * len(chunk))}) ORDER BY {_quoted('id')}",
                [*values, *chunk],
            )


def _moment(at: datetime) -> Any:
    return _FIELDS["updated_at"].get_db_prep_value(at, connection)


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))
