"""Pages of a list keyed on the row where they begin, so that rows added or taken away meanwhile neither repeat nor hide
others, and the thousandth page costs what the first does.

A list's order is made of keys and ends with the row's number, all turned round together. What is not known in the first
key stands last either way; it is read by a query of its own, so that each of the two walks along an index.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from django.core.signing import BadSignature, Signer
from django.db.models import F, Model, Q, QuerySet, Value
from django.db.models.expressions import Combinable, OrderBy
from django.db.models.functions import NullIf

LAST = "last"
"""The address of the page at the end."""

_LONG = 2_000
"""In lists of fewer rows it is no use to look for the next ones in the neighbourhood first."""
_NEAR = 4
"""So many different names of the other table are looked at."""

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Key:
    """What rows are ordered by. `expression` holds no values of its own, lest a database not find its index.

    `missing` is what it is where the fact is not known: None, or for texts "".
    """

    expression: Combinable
    missing: str | None = None
    near: "Near | None" = None


@dataclass(frozen=True, slots=True)
class Near:
    """Of a key that is another table's, where the rows of a page are looked for first: at the next few of that table.

    `through` is the field that leads there, `key` the same expression said of that table, `among` its rows that count. To
    sort a long list by a name that stands elsewhere, a database would otherwise have to read all of it.
    """

    through: str
    key: Combinable
    among: Q


@dataclass(frozen=True, slots=True)
class Order:
    """An order of a list: its name in an address, its keys (none: by number alone), and whether it is turned round."""

    name: str
    keys: tuple[Key, ...] = ()
    descending: bool = False

    def by(self) -> list[OrderBy]:
        """Return the whole order for `QuerySet.order_by`, what is not known in the first key last."""
        orders: list[OrderBy] = []
        for place, key in enumerate(self.keys):
            empties_last = place == 0 and key.missing == ""
            expression: Any = NullIf(key.expression, Value("")) if empties_last else key.expression
            nulls_last = True if place == 0 else None
            orders.append(OrderBy(expression, descending=self.descending, nulls_last=nulls_last))
        return [*orders, OrderBy(F("pk"), descending=self.descending)]


def _signer() -> Signer:
    return Signer(salt="keyset")


class BadCursor(ValueError):
    """An address of a page that we did not make, or not for this order."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """A row between two pages: the values of its keys with its number, and whether the page stands before or after it.

    Without `values` the page is the last of the list.
    """

    backwards: bool
    values: tuple[Any, ...] = ()

    def text(self, order: Order) -> str:
        """Return it as it stands in an address: signed, so that only what we made is read back."""
        values = [{"on": v.isoformat()} if isinstance(v, date) else v for v in self.values]
        return _signer().sign_object([order.name, order.descending, self.backwards, values], compress=False)


def read_cursor(text: str, order: Order) -> Cursor | None:
    """Return what a page's address says; None for the first page. Raises BadCursor."""
    if not text:
        return None
    if text == LAST:
        return Cursor(backwards=True)
    try:
        name, descending, backwards, values = _signer().unsign_object(text)
    except (BadSignature, ValueError):
        raise BadCursor(text) from None
    if (name, descending) != (order.name, order.descending) or len(values) != len(order.keys) + 1:
        raise BadCursor(text)
    known = (date.fromisoformat(v["on"]) if isinstance(v, dict) else v for v in values)
    return Cursor(backwards, tuple(known))


@dataclass(frozen=True, slots=True)
class KeysetPage(Generic[Row]):
    """The rows of one page and the addresses of its neighbours, "" where there is none."""

    rows: Sequence[Row]
    next: str
    previous: str

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)


def page_at(
    rows: QuerySet[Row], order: Order, *, cursor: Cursor | None, size: int, total: int | None = None
) -> KeysetPage[Row]:
    """Return the page of `size` rows at a cursor, the first without one. At most two queries, four on the way back.

    Where `total`, the number of all rows, is known, the first page of few is read in no more than it takes.
    """
    annotated = rows.annotate(**{_name(place): key.expression for place, key in enumerate(order.keys)})
    backwards = cursor is not None and cursor.backwards
    wanted = size + 1 if cursor or total is None else min(size + 1, total)
    found = _walk(annotated, order, cursor, wanted, is_long=total is not None and total > _LONG)
    more = len(found) > size
    if backwards:
        if not more and (cursor is None or cursor.values):
            # So near the beginning that the page would be short: the first page, whole.
            return page_at(rows, order, cursor=None, size=size, total=total)
        shown = found[:size][::-1]
        has_next, has_previous = bool(cursor and cursor.values), more
    else:
        shown = found[:size]
        has_next, has_previous = more, cursor is not None
    return KeysetPage(
        shown,
        Cursor(False, _values(shown[-1], order)).text(order) if has_next and shown else "",
        Cursor(True, _values(shown[0], order)).text(order) if has_previous and shown else "",
    )


def _name(place: int) -> str:
    return f"keyset_{place}"


def _values(row: Model, order: Order) -> tuple[Any, ...]:
    return (*(getattr(row, _name(place)) for place in range(len(order.keys))), row.pk)


def _walk(
    rows: QuerySet[Row], order: Order, cursor: Cursor | None, count: int, *, is_long: bool = False
) -> list[Row]:
    """Return the next rows from a cursor, in the direction it looks."""
    backwards = cursor is not None and cursor.backwards
    values = cursor.values if cursor else ()
    downwards = order.descending != backwards
    directions = [
        OrderBy(F(name), descending=downwards) for name in [*map(_name, range(len(order.keys))), "pk"]
    ]
    if not order.keys:
        beyond = _beyond(order, values, downwards) if values else Q()
        return list(rows.filter(beyond).order_by(*directions)[:count])
    missing = order.keys[0].missing
    first = _name(0)
    known, unknown = Q(**{f"{first}__gt": ""}), Q(**{first: ""})
    if missing is None:
        known, unknown = Q(**{f"{first}__isnull": False}), Q(**{f"{first}__isnull": True})
    stretches = [(known, directions), (unknown, directions[1:])]
    if backwards:
        stretches.reverse()
    if values:
        at = unknown if values[0] == missing else known
        stretches = stretches[[condition for condition, _ in stretches].index(at) :]
    found: list[Row] = []
    for place, (condition, by) in enumerate(stretches):
        if len(found) < count:
            beyond = _beyond(order, values, downwards) if values and place == 0 else Q()
            ahead = rows.filter(condition, beyond).order_by(*by)
            near = order.keys[0].near if is_long and by is directions else None
            if near:
                start = values[0] if values and place == 0 else None
                close = list(ahead.filter(_nearby(rows, near, start, downwards))[: count - len(found)])
                if len(close) == count - len(found):
                    return found + close
            found += ahead[: count - len(found)]
    return found


def _nearby(rows: QuerySet[Row], near: Near, start: Any, downwards: bool) -> Q:
    """Return the condition for a row to belong to the next few rows of the other table, from the key `start` on."""
    field: Any = rows.model._meta.get_field(near.through)
    others = field.related_model._base_manager.filter(near.among).annotate(near=near.key)
    from_here = (
        others.filter(**{f"near__{'lte' if downwards else 'gte'}": start}) if start is not None else others
    )
    names = from_here.order_by(OrderBy(F("near"), descending=downwards)).values("near").distinct()[:_NEAR]
    return Q(**{f"{near.through}__in": others.filter(near__in=names).values("pk")})


def _beyond(order: Order, values: tuple[Any, ...], downwards: bool) -> Q:
    """Return the condition for a row to stand beyond a row with these values, in the same stretch."""
    names = [*map(_name, range(len(order.keys))), "pk"]
    side = "lt" if downwards else "gt"
    pairs = [(name, value) for name, value in zip(names, values, strict=True) if value is not None]
    condition = Q()
    for place, (name, value) in enumerate(pairs):
        condition |= Q(**dict(pairs[:place])) & Q(**{f"{name}__{side}": value})
    name, value = pairs[0]
    # Said again of the first key alone: from this a database sees where in its index to begin.
    return condition & Q(**{f"{name}__{side}e": value}) if len(pairs) > 1 else condition
