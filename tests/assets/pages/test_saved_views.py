from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from assets.actions.saved_views import MOST, CannotKeep, change_view, delete_view, keep_view, open_with
from assets.models import DefaultView, SavedView
from networks.domain.access import NotAllowed, Role
from networks.models import Event
from networks.queries.actors import actor_for
from tests.factories.assets import AssetFactory
from tests.factories.networks import network_of_trusts, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def orgs():
    return network_of_trusts("Ash", "Beech")


@pytest.fixture
def cast(orgs):
    """The owner, a colleague of the same trust, somebody of the same trust in another role, and a neighbour."""
    return {
        "owner": person(Role.EQUIPMENT_MANAGER, orgs["Ash"]),
        "colleague": person(Role.EQUIPMENT_MANAGER, orgs["Ash"]),
        "finance": person(Role.FINANCE, orgs["Ash"]),
        "neighbour": person(Role.EQUIPMENT_MANAGER, orgs["Beech"]),
        "lead": person(Role.PROCUREMENT_LEAD, orgs["Northern"]),
    }


def act(user):
    return actor_for(user, user.appointments.get(), on=date(2026, 11, 1))


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def kept(cast, *, shared: bool = False, name: str = "CT first", query: str = "modality=CT") -> SavedView:
    return keep_view(by=act(cast["owner"]), name=name, query=query, is_shared=shared)


def test_a_list_is_kept_under_a_name_and_opened_again(cast, orgs):
    owner = signed_in(cast["owner"])
    ct = AssetFactory(trust=orgs["Ash"], site=orgs["Ash site"])
    AssetFactory(trust=orgs["Ash"], site=orgs["Ash site"], modality="MRI")
    address = "?modality=CT&sort=-age&columns=reference%2Cage&page=x&numbers=shown"
    form = owner.get(reverse("view_new") + address).context["form"]
    assert form["query"].initial == "modality=CT&sort=-age&columns=reference%2Cage"
    sent = {"name": "CT first", "query": form["query"].initial}
    answer = owner.post(reverse("view_new"), sent, follow=True)
    assert [row.asset for row in answer.context["rows"]] == [ct]
    assert [label for label, _, _ in answer.context["headings"]] == ["Reference", "Age in years"]
    assert "This is the view <strong>CT first</strong>" in answer.content.decode()
    assert Event.objects.get(action="saved_view.kept").subject_label == "CT first"


def test_the_same_name_replaces_ones_own_view_only(cast):
    first = kept(cast)
    again = kept(cast, query="modality=MRI")
    other = keep_view(by=act(cast["colleague"]), name="CT first", query="", is_shared=False)
    assert (first.pk, again.query) == (again.pk, "modality=MRI")
    assert other.pk != first.pk


@pytest.mark.parametrize(
    ("who", "shared", "sees"),
    [
        ("owner", False, True),
        ("colleague", False, False),
        ("colleague", True, True),
        ("finance", True, True),
        ("neighbour", True, False),
        ("lead", True, False),
    ],
)
def test_a_view_is_seen_by_its_owner_and_once_shared_by_those_of_the_same_organisation(
    cast, who, shared, sees
):
    view = kept(cast, shared=shared)
    client = signed_in(cast[who])
    assert (view.name in client.get(reverse("view_list")).content.decode()) is sees
    assert (view in client.get(reverse("asset_list")).context["views"]) is sees
    answer = client.post(reverse("view_open_with"), {"view": view.pk})
    assert answer.status_code == (302 if sees else 404)


@pytest.mark.parametrize("who", ["colleague", "neighbour"])
@pytest.mark.parametrize("name", ["view_edit", "view_delete"])
def test_only_its_owner_changes_a_view(cast, who, name):
    view = kept(cast, shared=True)
    address = reverse(name, args=[view.pk])
    assert signed_in(cast[who]).post(address, {"name": "Mine"}).status_code == 404
    with pytest.raises(NotAllowed):
        change_view(by=act(cast[who]), view=view, name="Mine", is_shared=True)
    with pytest.raises(NotAllowed):
        delete_view(by=act(cast[who]), view=view)
    view.refresh_from_db()
    assert view.name == "CT first"


def test_a_view_shows_nobody_more_than_they_may_see(cast, orgs):
    AssetFactory(trust=orgs["Ash"], site=orgs["Ash site"])
    beech = AssetFactory(trust=orgs["Beech"], site=orgs["Beech site"])
    view = kept(cast, shared=True, query=f"trust={orgs['Ash'].pk}")
    neighbour = signed_in(cast["neighbour"])
    assert list(neighbour.get(view.get_absolute_url()).context["rows"]) == []
    kept(cast, shared=True, name="All", query=f"trust={orgs['Beech'].pk}")
    seen = signed_in(cast["colleague"]).get(reverse("asset_list"), {"trust": orgs["Beech"].pk})
    assert beech not in [row.asset for row in seen.context["rows"]]


def test_renaming_and_sharing(cast):
    view = kept(cast)
    kept(cast, name="Another")
    owner = signed_in(cast["owner"])
    address = reverse("view_edit", args=[view.pk])
    assert "Rename or share" in owner.get(address).content.decode()
    assert "another view of that name" in owner.post(address, {"name": "Another"}).content.decode()
    owner.post(address, {"name": "Ours", "is_shared": "on"})
    view.refresh_from_db()
    assert (view.name, view.is_shared) == ("Ours", True)


def test_the_list_opens_with_the_view_chosen_and_as_usual_again(cast, orgs):
    view = kept(cast)
    owner = signed_in(cast["owner"])
    owner.post(reverse("view_open_with"), {"view": view.pk})
    assert owner.get(reverse("asset_list"))["Location"] == view.get_absolute_url()
    assert owner.get(reverse("asset_list"), {"view": "none"}).status_code == 200
    assert signed_in(cast["colleague"]).get(reverse("asset_list")).status_code == 200
    owner.post(reverse("view_open_with"), {"view": ""})
    assert owner.get(reverse("asset_list")).status_code == 200


def test_what_is_shared_no_longer_is_nobodys_default_but_its_owners(cast):
    view = kept(cast, shared=True)
    for who in ("owner", "colleague"):
        open_with(by=act(cast[who]), view=view)
    change_view(by=act(cast["owner"]), view=view, name=view.name, is_shared=False)
    assert list(DefaultView.objects.values_list("user", flat=True)) == [cast["owner"].pk]


def test_deleting_asks_first(cast):
    view = kept(cast)
    owner = signed_in(cast["owner"])
    address = reverse("view_delete", args=[view.pk])
    assert "Delete the view" in owner.get(address).content.decode()
    owner.post(address)
    assert not SavedView.objects.exists()


def test_somebody_with_two_roles_keeps_their_views_apart(cast, orgs):
    kept(cast)
    held_elsewhere = person(Role.FINANCE, orgs["Beech"]).appointments.get()
    elsewhere = actor_for(cast["owner"], held_elsewhere, on=date(2026, 11, 1))
    assert list(SavedView.objects.visible_to(elsewhere)) == []


def test_there_is_an_end_to_views(cast):
    for number in range(MOST):
        kept(cast, name=f"View {number}")
    with pytest.raises(CannotKeep):
        kept(cast, name="One more")
    assert kept(cast, name="View 0", query="modality=MRI").query == "modality=MRI"
