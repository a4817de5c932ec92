import csv
import io
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assets.actions.assets import correct_asset
from assets.actions.bulk_edits import CannotEdit, apply_bulk_edit, make_bulk_edit
from assets.domain.bulk_editing import bulk_facts
from assets.jobs import bulk_edits as job
from assets.models import Asset, BulkEdit, BulkEditRow, Specification
from networks.domain.access import NotAllowed, Role
from networks.models import Event, Run
from networks.queries.actors import actor_for
from tests.factories.assets import AssetFactory
from tests.factories.networks import network_of_trusts, person

pytestmark = pytest.mark.django_db
NEW = "bulk_edit_new"


@pytest.fixture
def orgs():
    return network_of_trusts("Ash", "Beech")


@pytest.fixture
def keeper(orgs):
    return person(Role.EQUIPMENT_MANAGER, orgs["Ash"])


@pytest.fixture
def by(keeper):
    return actor_for(keeper, keeper.appointments.get(), on=timezone.localdate())


@pytest.fixture
def manager(client: Client, keeper) -> Client:
    client.force_login(keeper)
    return client


def make(orgs, trust: str = "Ash", **values) -> Asset:
    return AssetFactory(trust=orgs[trust], site=orgs[f"{trust} site"], **values)


def edit_of(by, values, *assets: Asset, reason: str = "Let anew") -> BulkEdit:
    chosen = Asset.objects.filter(pk__in=[asset.pk for asset in assets])
    return make_bulk_edit(by=by, assets=chosen, values=values, reason=reason)


def outcomes(edit: BulkEdit) -> list[tuple[int, str]]:
    return list(edit.rows.values_list("machine", "outcome"))


def test_from_the_list_to_the_report(manager, orgs):
    first, second, third = make(orgs), make(orgs, location="Room 9"), make(orgs)
    listed = manager.get(reverse("asset_list")).content.decode()
    assert f'name="asset" value="{first.pk}"' in listed
    chosen = f"?asset={first.pk}&asset={second.pk}"
    assert "Choose what shall be the same" in manager.get(reverse(NEW) + chosen).content.decode()
    address = f"{reverse(NEW)}{chosen}&next=1&fact=location&fact=maintenance_provider"
    assert "What shall be on all of them?" in manager.get(address).content.decode()
    sent = {"location": "Room 9", "clear_maintenance_provider": "on", "reason": "Moved"}
    shown = manager.post(address, sent, follow=True)
    text = shown.content.decode()
    assert "Room: not known → Room 9" in text
    assert "It is so already." in text
    assert "Changed: 1, Unchanged: 1, Refused: 0." in text
    assert Asset.objects.get(pk=first.pk).location == ""
    edit = BulkEdit.objects.get()
    report = manager.post(reverse("bulk_edit_apply", args=[edit.pk]), follow=True).content.decode()
    assert "What became of each machine" in report
    first.refresh_from_db()
    assert (first.location, first.version) == ("Room 9", 2)
    assert first.history.first().history_change_reason == "Moved"
    third.refresh_from_db()
    assert third.location == ""
    event = Event.objects.get(action="bulk_edit.applied")
    assert (event.subject_id, event.trust_id, event.reason) == (edit.pk, orgs["Ash"].pk, "Moved")
    rows = manager.get(reverse("bulk_edit_export", args=[edit.pk]))
    lines = list(csv.reader(io.StringIO(b"".join(rows.streaming_content).decode("utf-8-sig"))))
    assert [line[2] for line in lines] == ["Outcome", "Changed", "Unchanged"]


def test_all_that_the_list_shows_is_chosen_by_its_filters(manager, orgs):
    ct = make(orgs)
    make(orgs, modality="MRI")
    make(orgs, "Beech")
    address = f"{reverse(NEW)}?all=1&modality=CT&fact=condition"
    assert manager.get(address).context["count"] == 1
    manager.post(address, {"condition": "poor", "reason": "Seen"})
    assert [row.machine for row in BulkEdit.objects.get().rows.all()] == [ct.pk]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"installed_on": "", "reason": "x"}, "Say what it shall be, or tick that it is cleared"),
        ({"installed_on": "2019", "clear_installed_on": "on", "reason": "x"}, "Leave this box empty"),
        ({"installed_on": "2019"}, "Why?"),
        ({"installed_on": "soon", "reason": "x"}, "Error"),
    ],
)
def test_what_cannot_be_is_said_and_kept(manager, orgs, sent, said):
    asset = make(orgs)
    address = f"{reverse(NEW)}?asset={asset.pk}&fact=installed_on"
    answer = manager.post(address, sent)
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert said in answer.content.decode()
    assert not BulkEdit.objects.exists()


def test_choosing_no_fact_or_no_machine_is_said(manager, orgs):
    asset = make(orgs)
    assert (
        "Choose at least one fact"
        in manager.get(reverse(NEW), {"asset": asset.pk, "next": 1}).content.decode()
    )
    assert "No machine is chosen" in manager.get(reverse(NEW)).content.decode()


def test_every_kind_of_fact_can_be_set_and_comes_back_as_it_was(by, orgs):
    asset = make(orgs)
    other = Specification.objects.create(code="CT-2", name="Cardiac CT", modality="CT")
    values = {
        "specification": other,
        "installed_on": date(2019, 5, 1),
        "installed_precision": "M",
        "is_networked": True,
        "downtime_hours": 12,
        "price_paid_pence": 49000000,
        "maintenance_ends_on": date(2030, 3, 31),
        "notes": "Two\nlines",
        "ownership": "leased",
    }
    apply_bulk_edit(by=by, edit=edit_of(by, values, asset), at=timezone.now())
    asset.refresh_from_db()
    assert {name: getattr(asset, name) for name in values} == values


def test_each_machine_that_breaks_a_rule_is_refused_with_why_and_the_others_are_changed(by, orgs):
    good = make(orgs, installed_on=date(2010, 1, 1))
    late = make(orgs, installed_on=date(2020, 1, 1))
    edit = edit_of(by, {"support_ends_on": date(2015, 1, 1)}, good, late)
    apply_bulk_edit(by=by, edit=edit, at=timezone.now())
    assert outcomes(edit) == [(good.pk, "changed"), (late.pk, "refused")]
    assert "Support does not end before" in edit.rows.get(machine=late.pk).words
    late.refresh_from_db()
    assert (late.support_ends_on, late.version) == (None, 1)
    good.refresh_from_db()
    assert good.support_source == "own"


def test_a_machine_changed_meanwhile_is_refused_and_named(by, orgs, manager):
    left, moved = make(orgs), make(orgs)
    edit = edit_of(by, {"condition": "poor"}, left, moved)
    correct_asset(by=by, asset=moved, values={"location": "Room 2"}, version=1, reason="Moved")
    assert "Somebody has changed it since" in manager.get(edit.get_absolute_url()).content.decode()
    apply_bulk_edit(by=by, edit=edit, at=timezone.now())
    assert outcomes(edit) == [(left.pk, "changed"), (moved.pk, "refused")]
    assert moved.reference in manager.get(edit.get_absolute_url()).content.decode()


def test_a_machine_gone_to_another_trust_meanwhile_is_refused(by, orgs):
    asset = make(orgs)
    edit = edit_of(by, {"condition": "poor"}, asset)
    Asset.objects.filter(pk=asset.pk).update(trust=orgs["Beech"], site=orgs["Beech site"])
    apply_bulk_edit(by=by, edit=edit, at=timezone.now())
    assert outcomes(edit) == [(asset.pk, "refused")]
    assert Asset.objects.get(pk=asset.pk).condition == ""


def test_a_retired_machine_keeps_its_status(by, orgs):
    asset = make(orgs, status="retired", retired_on=date(2024, 1, 1))
    edit = edit_of(by, {"status": "standby"}, asset)
    apply_bulk_edit(by=by, edit=edit, at=timezone.now())
    assert "bring it back" in edit.rows.get().words


def test_it_is_applied_once_and_by_its_maker_only(by, orgs):
    asset = make(orgs)
    edit = edit_of(by, {"condition": "poor"}, asset)
    colleague = person(Role.EQUIPMENT_MANAGER, orgs["Ash"])
    other = actor_for(colleague, colleague.appointments.get(), on=timezone.localdate())
    with pytest.raises(NotAllowed):
        apply_bulk_edit(by=other, edit=edit, at=timezone.now())
    apply_bulk_edit(by=by, edit=edit, at=timezone.now())
    with pytest.raises(CannotEdit, match="applied already"):
        apply_bulk_edit(by=by, edit=edit, at=timezone.now())
    assert BulkEdit.objects.visible_to(other).count() == 0


@pytest.mark.parametrize(
    ("role", "place"),
    [(Role.FINANCE, "Ash"), (Role.PROCUREMENT_LEAD, "Northern"), (Role.NATIONAL_ANALYST, "England")],
)
def test_who_may_only_read_is_refused(client, orgs, by, role, place):
    asset = make(orgs)
    edit = edit_of(by, {"condition": "poor"}, asset)
    client.force_login(person(role, orgs[place]))
    assert client.get(reverse(NEW), {"asset": asset.pk}).status_code == 403
    assert client.get(edit.get_absolute_url()).status_code == 403
    assert client.post(reverse("bulk_edit_apply", args=[edit.pk])).status_code == 403
    assert "Edit the machines ticked" not in client.get(reverse("asset_list")).content.decode()


def test_machines_of_others_are_left_out_whatever_is_asked(manager, by, orgs):
    theirs = make(orgs, "Beech")
    assert manager.get(reverse(NEW), {"asset": theirs.pk}).context["count"] == 0
    with pytest.raises(CannotEdit):
        edit_of(by, {"condition": "poor"}, theirs)


def test_numbers_of_ones_own_and_places_are_set_one_by_one():
    keys = {fact.key for fact in bulk_facts(with_prices=True)}
    assert not keys & {"site", "serial_number", "asset_tag", "retired_on"}
    assert not any(fact.is_price for fact in bulk_facts(with_prices=False))


def test_prices_are_not_told_by_the_event(by, orgs):
    asset = make(orgs)
    apply_bulk_edit(by=by, edit=edit_of(by, {"price_paid_pence": 61234500}, asset), at=timezone.now())
    assert "612" not in str(Event.objects.get(action="bulk_edit.applied").changes)


@pytest.mark.django_db(transaction=True)
def test_many_are_changed_by_a_worker(monkeypatch, orgs, keeper, manager):
    monkeypatch.setattr(job, "MANY", 1)
    monkeypatch.setattr("assets.views.bulk_edits.MANY", 1)
    by = actor_for(keeper, keeper.appointments.get(), on=timezone.localdate())
    edit = edit_of(by, {"condition": "poor"}, make(orgs), make(orgs))
    answer = manager.post(reverse("bulk_edit_apply", args=[edit.pk]))
    run = Run.objects.get(kind="bulk_edit.apply")
    assert answer["Location"] == reverse("run_detail", args=[run.pk])
    assert (run.status, run.result_url) == ("succeeded", edit.get_absolute_url())
    assert {outcome for _, outcome in outcomes(edit)} == {BulkEditRow.Outcome.CHANGED}


def test_looking_at_many_asks_the_database_no_more(by, orgs, manager, django_assert_max_num_queries):
    few = edit_of(by, {"condition": "poor"}, make(orgs))
    with django_assert_max_num_queries(25) as asked:
        manager.get(few.get_absolute_url())
    many = edit_of(by, {"condition": "poor"}, *(make(orgs) for _ in range(40)))
    with django_assert_max_num_queries(len(asked)):
        manager.get(many.get_absolute_url())


def test_who_may_no_longer_see_prices_no_longer_reads_what_one_set_them_to(keeper, by, orgs, manager):
    asset = make(orgs, price_paid_pence=51_234_500)
    priced = edit_of(by, {"price_paid_pence": 61_234_500}, asset)
    apply_bulk_edit(by=by, edit=priced, at=timezone.now())
    other = edit_of(by, {"condition": "poor"}, asset)
    assert "612,345" in manager.get(priced.get_absolute_url()).content.decode()
    keeper.appointments.update(role=Role.MODALITY_LEAD)
    for name in ("bulk_edit_detail", "bulk_edit_export"):
        assert manager.get(reverse(name, args=[priced.pk])).status_code == 404
        assert manager.get(reverse(name, args=[other.pk])).status_code == 200


@pytest.mark.parametrize("asked", ["support_before=soon", "modality=CTX", "age_from=-1", "q=" + "x" * 300])
def test_a_filter_that_cannot_be_read_does_not_choose_every_machine(manager, orgs, asked):
    make(orgs)
    answer = manager.post(
        f"{reverse(NEW)}?all=1&{asked}&fact=condition", {"condition": "poor", "reason": "x"}
    )
    assert answer.context["count"] == 0
    assert not BulkEdit.objects.exists()
