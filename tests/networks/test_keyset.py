"""Pages keyed on their edge rows, against the whole list sorted in Python."""

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.models import Asset
from assets.queries.assets import SORTS, order_of, ordered
from networks.queries import keyset
from networks.queries.keyset import LAST, BadCursor, Cursor, KeysetPage, page_at, read_cursor
from tests.factories.assets import AssetFactory
from tests.factories.networks import network_of_trusts

pytestmark = pytest.mark.django_db

SORT_NAMES = sorted([*SORTS, *(f"-{name}" for name in SORTS)])
MACHINE = st.fixed_dictionaries(
    {
        "trust": st.sampled_from(["Ash", "beech"]),
        "modality": st.sampled_from(["CT", "MRI"]),
        "manufacturer": st.sampled_from(["", "alpha", "Alpha", "Beta"]),
        "model_name": st.sampled_from(["", "one", "Two"]),
        "installed_on": st.sampled_from([None, date(2012, 1, 1), date(2019, 5, 1)]),
        "support_ends_on": st.sampled_from([None, date(2025, 1, 1), date(2030, 1, 1)]),
        "condition": st.sampled_from(["", "good", "fair", "poor"]),
        "status": st.sampled_from(["in_use", "standby"]),
    }
)

PLAIN: dict[str, Any] = {"trust": "Ash", "modality": "CT", "installed_on": None}


@pytest.fixture
def orgs():
    return network_of_trusts("Ash", "beech")


def make(orgs, values: dict[str, Any]) -> Asset:
    trust = values["trust"]
    dated = {"installed_precision": "D" if values["installed_on"] else ""}
    asset: Asset = AssetFactory(**values | {"trust": orgs[trust], "site": orgs[f"{trust} site"]} | dated)
    return asset


def expected(sort: str) -> list[int]:
    """The whole list in Python: what is not known in the first key last, all turned round together."""
    name = sort.removeprefix("-")
    descending = sort.startswith("-") != (name == "age")
    keys: dict[str, Any] = {
        "reference": lambda a: (),
        "modality": lambda a: (a.modality,),
        "model": lambda a: (a.manufacturer.lower(), a.model_name.lower()),
        "site": lambda a: (a.site.name.lower(),),
        "trust": lambda a: (a.trust.name.lower(), a.site.name.lower()),
        "installed": lambda a: (a.installed_on,),
        "age": lambda a: (a.installed_on,),
        "support": lambda a: (a.support_ends_on,),
        "condition": lambda a: ({"poor": 0, "fair": 1, "good": 2}.get(a.condition),),
        "status": lambda a: (a.status,),
    }
    rows = [(keys[name](asset), asset.pk) for asset in Asset.objects.all()]
    unknown = [row for row in rows if row[0] and row[0][0] in (None, "")]
    known = [row for row in rows if row not in unknown]
    unknown.sort(key=lambda row: (row[0][1:], row[1]), reverse=descending)
    return [pk for _, pk in [*sorted(known, reverse=descending), *unknown]]


def page(sort: str, text: str = "", size: int = 3) -> KeysetPage[Asset]:
    order = order_of(sort)
    return page_at(Asset.objects.all(), order, cursor=read_cursor(text, order), size=size)


def walk(sort: str, start: str = "", *, forward: bool = True) -> list[list[int]]:
    """The numbers on each page from one on, as they are shown."""
    pages, text = [], start
    while True:
        at = page(sort, text)
        pages.append([asset.pk for asset in at.rows])
        text = at.next if forward else at.previous
        if not text:
            return pages


@pytest.mark.parametrize("sort", SORT_NAMES)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(machines=st.lists(MACHINE, max_size=14))
def test_walking_visits_every_row_once_in_order_both_ways(orgs, sort, machines):
    Asset.objects.all().delete()
    for values in machines:
        make(orgs, values)
    whole = expected(sort)
    assert [asset.pk for asset in ordered(Asset.objects.all(), sort)] == whole
    assert [pk for shown in walk(sort) for pk in shown] == whole
    backwards = walk(sort, LAST, forward=False)
    seen = [pk for shown in reversed(backwards) for pk in shown]
    # The first page is always whole, so on the way back it may show again what the second began with.
    assert list(dict.fromkeys(seen)) == whole
    assert all(len(shown) == min(3, len(whole)) for shown in backwards)


@pytest.mark.parametrize("sort", SORT_NAMES)
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(machines=st.lists(MACHINE, min_size=4, max_size=9), later=st.lists(MACHINE, max_size=4))
def test_rows_added_and_taken_away_meanwhile_repeat_and_hide_no_other(orgs, sort, machines, later):
    Asset.objects.all().delete()
    standing = {make(orgs, values).pk for values in machines}
    first = page(sort)
    seen = [asset.pk for asset in first.rows]
    for values in later:
        make(orgs, values)
    # The very row that the page ended with may go.
    Asset.objects.filter(pk=seen[-1]).delete()
    rest = [pk for shown in walk(sort, first.next) for pk in shown] if first.next else []
    assert len(set(seen + rest)) == len(seen + rest)
    assert standing <= {*seen, *rest}


@pytest.mark.parametrize("sort", ["trust", "-trust", "site", "-site"])
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(machines=st.lists(MACHINE, min_size=1, max_size=12), names=st.integers(1, 2))
def test_looking_in_the_neighbourhood_first_finds_the_same(orgs, monkeypatch, sort, machines, names):
    """As long lists of names of other tables are read, here short."""
    monkeypatch.setattr(keyset, "_LONG", 0)
    monkeypatch.setattr(keyset, "_NEAR", names)
    Asset.objects.all().delete()
    for values in machines:
        make(orgs, values)
    order, text, seen = order_of(sort), "", []
    while True:
        cursor = read_cursor(text, order)
        at = page_at(Asset.objects.all(), order, cursor=cursor, size=3, total=len(machines))
        seen += [asset.pk for asset in at.rows]
        text = at.next
        if not text:
            break
    assert seen == expected(sort)


@pytest.mark.parametrize("text", ["2", "x", "last ", "W10:abc", "\x00", "é", "9" * 500])
def test_an_address_that_we_did_not_make_is_refused(text):
    with pytest.raises(BadCursor):
        read_cursor(text, order_of("age"))


def test_an_address_of_another_order_is_refused(orgs):
    for _ in range(4):
        make(orgs, PLAIN)
    text = page("age").next
    for sort in ("-age", "support", "reference", "trust"):
        with pytest.raises(BadCursor):
            read_cursor(text, order_of(sort))


def test_a_cursor_comes_back_as_it_was():
    order = order_of("support")
    cursor = Cursor(True, (date(2028, 3, 31), 7))
    assert read_cursor(cursor.text(order), order) == cursor


def test_a_page_takes_two_queries_at_most(orgs, django_assert_max_num_queries):
    for number in range(8):
        make(orgs, PLAIN | {"installed_on": date(2012, 1, 1) if number % 2 else None})
    first = page("age")
    with django_assert_max_num_queries(2):
        second = page("age", first.next)
    assert len(second.rows) == 3
