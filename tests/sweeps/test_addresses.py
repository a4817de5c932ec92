"""Every address of the site, asked for by those who may not: nothing of anybody else's is shown, nothing is changed.

The cast: a visitor who has not signed in, a stranger without a role, the equipment manager and the finance of the
neighbour trust, and the procurement lead of another network. And, so that this cannot come to test addresses that
nobody can use, the right person for each.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from networks.models import Event
from tests.sweeps.addresses import ADDRESSES, EXEMPT, About, Address, all_addresses, patterns
from tests.sweeps.reading import amounts_in, body, read, stands
from tests.sweeps.world import (
    PRICE_PAID_PENCE,
    PRICES_OF_ASH,
    WORDS_OF_ASH,
    WORDS_OF_MONEY,
    WORDS_OF_NORTHERN,
    World,
    written,
)

pytestmark = pytest.mark.django_db

SIGN_IN = "/accounts/login/"


def signed_in(world: World, name: str) -> Client:
    client = Client()
    client.force_login(world.people[name])
    return client


@contextmanager
def taken_back() -> Iterator[None]:
    """What happens inside never was."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def is_api(name: str) -> bool:
    return name.startswith("api-") and name not in ("api-docs", "api-try")


def test_every_address_is_in_the_table():
    names = patterns()
    assert len(names) >= 95
    assert sorted(set(names) - set(ADDRESSES) - set(EXEMPT)) == [], (
        "new addresses: say in tests/sweeps/addresses.py who may use them"
    )
    assert sorted({*ADDRESSES, *EXEMPT} - set(names)) == []
    assert all(EXEMPT.values())
    for name, way in all_addresses():
        assert way.why or way.about is not About.PUBLIC, f"{name} is public without a reason"
    sent = [name for name, way in all_addresses() if way.post]
    assert len(sent) >= 45


def test_the_right_person_can_use_every_address(world):
    """And by reading, whoever reads, nothing is changed; what changes something cannot be read."""
    before, faults, tried = stands(), [], 0
    for name, way in all_addresses():
        client = Client() if way.about is About.OPEN else signed_in(world, way.who)
        response = client.get(way.url(name, world))
        body(response)
        led_away = _led_to_sign_in(response) and way.about is not About.OPEN
        if response.status_code not in ((200, 302) if way.get else (405,)) or led_away:
            faults.append(f"{way.who} GET {name}: {response.status_code}")
        tried += 1
    faults += [f"reading changed {label}" for label in _changed(before)]
    for name, way in all_addresses():
        if not way.post:
            continue
        client = Client() if way.about is About.OPEN else signed_in(world, way.who)
        with taken_back():
            response = way.send(client, name, world)
            tried += 1
            if response.status_code != way.done or (_led_to_sign_in(response) and name != "account_logout"):
                faults.append(f"{way.who} POST {name}: {response.status_code} {_errors(response)}")
    assert faults == []
    assert tried >= 155, tried


def test_what_the_words_and_amounts_are_of_is_shown_to_its_people(world):
    """The words looked for below are found where they belong; otherwise not finding them would mean nothing."""
    shown = ""
    for who in ("manager", "finance", "lead"):
        client = signed_in(world, who)
        shown += "".join(
            read(client.get(way.url(name, world)))
            for name, way in all_addresses()
            if way.get and (way.about is About.LIST or who == way.who)
        )
    shown += read(signed_in(world, "administrator").get(reverse("people")))
    assert [word for word in (*WORDS_OF_ASH, *WORDS_OF_NORTHERN) if word not in shown] == []
    assert len(amounts_in(shown, world.money_of_ash)) >= 20


def test_a_visitor_who_has_not_signed_in_is_asked_to(world):
    before, faults, tried = stands(), [], 0
    client = Client()
    for name, way in all_addresses():
        if way.about is About.OPEN:
            continue
        answers = [client.get(way.url(name, world))] if way.get else []
        if way.post:
            answers.append(way.send(client, name, world))
        for response in answers:
            tried += 1
            asked = response.status_code in (401, 403) if is_api(name) else _led_to_sign_in(response)
            if not asked:
                faults.append(f"{response.request['REQUEST_METHOD']} {name}: {response.status_code}")
    assert faults == []
    assert stands() == before
    assert tried >= 135, tried


def test_signing_in_shows_nothing_but_itself(world):
    tried = 0
    for name, way in all_addresses():
        if way.about is About.OPEN:
            response = Client().get(way.url(name, world), follow=True)
            assert response.status_code in (200, 404), name
            assert _found(read(response), world, network=True) == []
            tried += 1
    assert tried == 10


@pytest.mark.parametrize("who", ["stranger", "neighbour", "neighbour finance", "southern lead"])
def test_others_are_refused_and_find_nothing(world, who):
    """GET of every address: refused where it is not theirs; and wherever they are let in, nothing of Ash's is there."""
    client, faults, let_in, refused = signed_in(world, who), [], 0, 0
    for name, way in all_addresses():
        if not way.get:
            continue
        response = client.get(way.url(name, world))
        expected = _expected(way, who)
        if response.status_code not in expected:
            faults.append(f"GET {name}: {response.status_code}, not {expected}")
        let_in += response.status_code == 200
        refused += response.status_code in (403, 404)
        found = _found(read(response), world, network=who != "neighbour finance" and who != "neighbour")
        if found:
            faults.append(f"GET {name} shows {found}")
    assert faults == []
    assert refused >= {"stranger": 60, "neighbour": 40, "neighbour finance": 25, "southern lead": 25}[who]
    assert let_in >= 15, let_in


@pytest.mark.parametrize("who", ["stranger", "neighbour", "neighbour finance", "southern lead", "analyst"])
def test_others_change_nothing(world, who):
    """Everything that changes anything, sent by somebody who may not, with Ash's things in it."""
    before, faults, tried = stands(), [], 0
    client = signed_in(world, who)
    for name, way in all_addresses():
        if not way.post or way.about is About.OPEN:
            continue
        if who == "analyst" and name == "document_make":
            continue  # whoever reads everything may have it written up
        with taken_back():
            response = way.send(client, name, world)
            tried += 1
            if way.about in (About.CLOSED, About.SHARED) and way.own == "" and response.status_code == 302:
                faults.append(f"POST {name}: done, it seems: {response.headers['Location']}")
            if way.about is About.CLOSED and response.status_code not in (403, 404):
                faults.append(f"POST {name}: {response.status_code}")
            if way.own == "" and (changed := _changed(before)):
                faults.append(f"POST {name} changed {changed}")
        if name in ("account_logout", "account_change_password"):
            client = signed_in(world, who)
    assert faults == []
    assert stands() == before
    assert tried >= 42, tried


def test_what_others_may_send_touches_only_their_own(world):
    """Where sending does something for somebody else too (`own`), no row of Ash's is touched and no event is Ash's."""
    tried = 0
    for name, way in all_addresses():
        if not way.own or way.about is About.OWN:
            continue
        ash = world.orgs["Ash"].pk
        for who in ("neighbour", "southern lead"):
            with taken_back():
                before = stands()
                way.send(signed_in(world, who), name, world)
                assert {"assets.Asset", "procurement.Plan"}.isdisjoint(_changed(before)), (name, who)
                assert not Event.objects.filter(trust=ash, by=world.people[who]).exists(), (name, who)
                tried += 1
    assert tried >= 4


def test_every_change_needs_the_token_of_ones_own_page(world):
    """Sent from somebody else's page, in the name of the right person, nothing is done."""
    before, faults, tried = stands(), [], 0
    for name, way in all_addresses():
        if not way.post:
            continue
        client = Client(enforce_csrf_checks=True)
        if way.about is not About.OPEN:
            client.force_login(world.people[way.who])
        tried += 1
        if (status := way.send(client, name, world).status_code) != 403:
            faults.append(f"POST {name}: {status}")
    assert faults == []
    assert stands() == before
    assert tried >= 46, tried


def test_a_role_sees_no_more_of_its_own_trust_than_it_is_for(world):
    """Ash's equipment manager reads Ash's register, and of Ash's plans, tenders, documents and purchases nothing."""
    client, faults, read_in_all = signed_in(world, "manager"), [], 0
    money = world.money_of_ash - _what_equipment_cost()
    for name, way in all_addresses():
        if not way.get or way.about is About.OPEN:
            continue
        text = read(client.get(way.url(name, world)))
        found = [word for word in WORDS_OF_MONEY if word in text] + amounts_in(text, money)
        faults += [f"{name} shows {word}" for word in found]
        read_in_all += 1
    assert faults == []
    assert read_in_all >= 90


def test_a_modality_lead_reads_the_register_through_every_channel_but_not_what_it_cost(world):
    """The second layer: which facts, besides which machines. Pages, files, feeds and the API leave the same ones out."""
    client, faults, read_in_all = signed_in(world, "modality lead"), [], 0
    for name, way in all_addresses():
        if not way.get or way.about is About.OPEN:
            continue
        response = client.get(way.url(name, world))
        text = read(response)
        faults += [f"{name} shows {amount}" for amount in amounts_in(text, _what_equipment_cost())]
        faults += [f"{name} shows {word}" for word in WORDS_OF_MONEY if word in text]
        read_in_all += response.status_code == 200
        is_for_colleagues = way.about in (About.LIST, About.CLOSED) and not way.personal
        if way.who == "manager" and is_for_colleagues and response.status_code >= 400:
            faults.append(f"{name}: {response.status_code}")
    assert faults == []
    assert read_in_all >= 40, read_in_all


def test_whoever_keeps_the_money_is_shown_it(world):
    """So that the test above would see it: the manager's own channels show these very amounts."""
    client = signed_in(world, "manager")
    for name in ("asset_detail", "asset_edit", "api-asset-detail", "asset_history_export"):
        text = read(client.get(reverse(name, args=[world.asset.pk])))
        assert amounts_in(text, written(PRICE_PAID_PENCE)), name
    # In a row of a file the next cell may be an amount too, and a comma between two is no part of either.
    cells = read(client.get(reverse("asset_export"))).replace(",", " , ")
    assert amounts_in(cells, written(PRICE_PAID_PENCE))


def _what_equipment_cost() -> set[str]:
    return {text for pence in PRICES_OF_ASH.values() for text in written(pence)}


def test_nobody_comes_to_act_for_another(world):
    """Choosing somebody else's role, or holding its number in one's session, gives nothing."""
    theirs = world.people["manager"].appointments.get().pk
    client = signed_in(world, "neighbour")
    client.post(reverse("acting_switch"), {"appointment": theirs})
    assert client.session.get("acting_as") is None
    session = client.session
    session["acting_as"] = theirs
    session.save()
    assert client.get(reverse("asset_detail", args=[world.asset.pk])).status_code == 404
    assert "Bea Beechwood" in read(client.get(reverse("home")))


def _expected(way: Address, who: str) -> tuple[int, ...]:
    """The statuses that somebody who is not the right person may get."""
    if way.about in (About.OPEN, About.OWN):
        return (200, 302, 404)
    if way.about is About.PUBLIC:
        return (200,)
    if who == "stranger" or way.about is About.CLOSED:
        return (403, 404)
    if way.about is About.LIST:
        return (200, 403)
    return (200,) if who == "neighbour finance" else (403, 404)


def _found(text: str, world: World, *, network: bool) -> list[str]:
    """What of Ash's (and of the network's) a text shows."""
    words = (*WORDS_OF_ASH, *(WORDS_OF_NORTHERN if network else ()))
    return [word for word in words if word in text] + amounts_in(text, world.money_of_ash)


def _led_to_sign_in(response: object) -> bool:
    headers = getattr(response, "headers", {})
    return bool(headers.get("Location", "").startswith(SIGN_IN))


def _changed(before: dict[str, str]) -> list[str]:
    now = stands()
    return [label for label in now if now[label] != before[label]]


def _errors(response: object) -> object:
    context = getattr(response, "context", None)
    form = context.get("form") if context else None
    return form.errors.as_json() if form is not None else ""
