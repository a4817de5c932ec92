"""The organisations of England as at a date, read in two queries."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date

from networks.domain.organisations import Kind, Link, Organisation, Structure, Tie
from networks.models import Link as LinkRow
from networks.models import Organisation as OrganisationRow

_known: ContextVar[dict[date, Structure] | None] = ContextVar("structures known", default=None)


@contextmanager
def read_once() -> Iterator[None]:
    """Within it the organisations of a day are read once, however often they are asked for: only where nothing changes them."""
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)


def structure(*, on: date) -> Structure:
    """Return nation, regions, ICBs, networks and trusts as they stand on `on`. Two queries, none within `read_once` the
    second time; sites are left out."""
    known = _known.get()
    if known is None:
        return _read(on)
    if on not in known:
        known[on] = _read(on)
    return known[on]


def _read(on: date) -> Structure:
    organisations = [
        Organisation(pk, Kind(kind), code, name, opened_on, closed_on)
        for pk, kind, code, name, opened_on, closed_on in OrganisationRow.objects.exclude(
            kind=Kind.SITE
        ).values_list("pk", "kind", "code", "name", "opened_on", "closed_on")
    ]
    links = [
        Link(source, target, Tie(tie), starts, ends, primary)
        for source, target, tie, starts, ends, primary in LinkRow.objects.exclude(
            source__kind=Kind.SITE
        ).values_list("source_id", "target_id", "tie", "starts_on", "ends_on", "is_primary")
    ]
    return Structure(organisations, links, on=on)
