"""Models of the catalogue are added, corrected and spelt by administrators; machines follow, unless they have their own."""

from datetime import date

import pytest

from assets.actions.assets import Conflict, Invalid
from assets.actions.catalogue import ModelConflict, add_maker, add_model, correct_model
from assets.actions.catalogue_links import (
    Choice,
    confirm_names,
    follow_model,
    link_machines,
    state_own_support,
)
from assets.actions.catalogue_spellings import add_spelling, remove_spelling
from assets.models import Asset, MachineModel, Maker, MakerAlias, ModelAlias
from assets.queries.asset_history import history_of
from assets.queries.catalogue import resolver_for
from assets.queries.catalogue_names import names_to_resolve
from networks.domain.access import NotAllowed, Role, command
from networks.models import Event
from tests.factories.assets import AssetFactory
from tests.factories.networks import actor, network_of_trusts

pytestmark = pytest.mark.django_db
SERVER = command("test")
ENDS, LATER, OWN = date(2030, 3, 31), date(2032, 3, 31), date(2028, 12, 31)


@pytest.fixture
def orgs():
    return network_of_trusts("Ash", "Beech")


@pytest.fixture
def maker():
    made = Maker.objects.create(name="GE HealthCare")
    MakerAlias.objects.create(maker=made, spelling="gemedicalsystems")
    return made


@pytest.fixture
def model(maker):
    return MachineModel.objects.create(
        maker=maker, name="LightSpeed VCT", modality="CT", support_ends_on=ENDS
    )


def machine(orgs, trust="Ash", **more):
    usual = {"manufacturer": "GE MEDICAL S]STEMS", "model_name": "LightSpeed VCT"}
    made = AssetFactory(trust=orgs[trust], site=orgs[f"{trust} site"], **usual | more)
    made.refresh_from_db()
    return made


def manager(orgs, trust="Ash"):
    return actor(Role.EQUIPMENT_MANAGER, orgs[trust])


def administrator(orgs):
    return actor(Role.ADMINISTRATOR, orgs["England"])


def named(by):
    return names_to_resolve(by, resolver_for())


def test_a_model_is_added_with_an_event_and_only_once(orgs, maker):
    by = administrator(orgs)
    values = {"maker": maker, "name": "Revolution EVO", "modality": "CT", "evidence": "Letter of May 2025"}
    made = add_model(by=by, values=values, reason="New")
    event = Event.objects.get(action="machine_model.added")
    assert (event.subject_id, event.reason, event.trust_id) == (made.pk, "New", None)
    assert event.changes["Modality"] == [None, "CT"]
    with pytest.raises(Invalid, match="in the catalogue already"):
        add_model(by=by, values=values | {"name": "revolution-evo"})


@pytest.mark.parametrize("role", [Role.EQUIPMENT_MANAGER, Role.FINANCE])
def test_only_administrators_change_the_catalogue(orgs, model, role):
    by = actor(role, orgs["Ash"])
    with pytest.raises(NotAllowed):
        add_model(by=by, values={})
    with pytest.raises(NotAllowed):
        correct_model(by=by, model=model, values={"name": "X"}, version=1, reason="x")
    with pytest.raises(NotAllowed):
        add_spelling(by=by, model=model, text="VCT")
    with pytest.raises(NotAllowed):
        add_maker(by=by, name="New")


def test_every_fault_is_told_at_once(orgs, maker):
    values = {"name": "シー", "modality": "?", "sale_ends_on": LATER, "support_ends_on": ENDS}
    with pytest.raises(Invalid) as refused:
        add_model(by=administrator(orgs), values=values)
    assert set(refused.value.errors) == {"maker", "name", "modality", "support_ends_on"}


def test_an_edit_of_an_older_version_is_refused(orgs, model):
    by = administrator(orgs)
    correct_model(by=by, model=model, values={"evidence": "A"}, version=1, reason="x")
    with pytest.raises(ModelConflict) as conflict:
        correct_model(by=by, model=model, values={"evidence": "B"}, version=1, reason="x")
    assert conflict.value.current.evidence == "A"
    # What is already so needs no newer version.
    assert (
        correct_model(by=by, model=model, values={"evidence": "A"}, version=1, reason="x").model.version == 2
    )


def test_machines_follow_their_model_and_those_with_their_own_date_keep_it(orgs, model):
    following = machine(orgs, machine_model=model, support_ends_on=ENDS, support_source="model")
    unknown = machine(orgs, "Beech", machine_model=model)
    own = machine(orgs, machine_model=model, support_ends_on=OWN, support_source="own")
    done = correct_model(
        by=administrator(orgs), model=model, values={"support_ends_on": LATER}, version=1, reason="Letter"
    )
    assert (done.followed, done.kept) == (2, 1)
    for asset in (following, unknown, own):
        asset.refresh_from_db()
    assert (following.support_ends_on, following.support_source, following.version) == (LATER, "model", 2)
    assert (unknown.support_ends_on, unknown.support_source) == (LATER, "model")
    assert (own.support_ends_on, own.support_source, own.version) == (OWN, "own", 1)
    change = history_of(following, with_prices=True)[0]
    assert change.reason == "The catalogue now says 31 March 2032 for GE HealthCare LightSpeed VCT"
    told = Event.objects.get(action="machine_model.corrected").changes
    assert told["End of support"] == ["31 March 2030", "31 March 2032"]
    assert (told["Machines that follow"][1], told["Machines with a date of their own"][1]) == ("2", "1")
    assert Event.objects.filter(action="machine_model.support_followed").count() == 2


def test_a_date_taken_out_of_the_catalogue_is_not_known_of_its_machines(orgs, model):
    asset = machine(orgs, machine_model=model, support_ends_on=ENDS, support_source="model")
    by = administrator(orgs)
    correct_model(by=by, model=model, values={"support_ends_on": None}, version=1, reason="Withdrawn")
    asset.refresh_from_db()
    assert (asset.support_ends_on, asset.support_source) == (None, "")
    correct_model(by=by, model=model, values={"support_ends_on": LATER}, version=2, reason="Again")
    asset.refresh_from_db()
    assert (asset.support_ends_on, asset.support_source) == (LATER, "model")


def test_a_manager_confirms_a_name_for_their_own_machines(orgs, model):
    mine, also = machine(orgs), machine(orgs, manufacturer="GE Medical S]stems", support_ends_on=OWN)
    theirs = machine(orgs, "Beech")
    by = manager(orgs)
    [name] = named(by)
    assert (name.machines, name.resolution.state) == (2, "proposed")
    done = confirm_names(by=by, choices=[Choice(name, model)])
    assert (done.machines, done.kept, done.spellings) == (2, 1, 0)
    for asset in (mine, also, theirs):
        asset.refresh_from_db()
    assert (mine.machine_model, mine.support_ends_on, mine.support_source) == (model, ENDS, "model")
    assert (also.machine_model, also.support_ends_on) == (model, OWN)
    assert theirs.machine_model is None
    assert MakerAlias.objects.count() == 1
    assert named(by) == []
    assert history_of(mine, with_prices=True)[0].what == "Corrected"
    assert Event.objects.get(action="asset.model_confirmed").trust_id == orgs["Ash"].pk


def test_an_administrator_records_the_spelling_and_from_then_on_it_is_certain(orgs, model):
    asset = machine(orgs)
    by = administrator(orgs)
    [name] = named(by)
    done = confirm_names(by=by, choices=[Choice(name, model)])
    assert (done.machines, done.spellings) == (0, 1)
    asset.refresh_from_db()
    assert asset.machine_model is None
    assert [each.resolution.state for each in named(manager(orgs))] == ["certain"]


def test_a_picked_model_is_remembered_by_its_spelling(orgs, model):
    machine(orgs, manufacturer="GE HealthCare", model_name="VCT XTe")
    [name] = named(SERVER)
    assert name.resolution.state == "unresolved"
    done = confirm_names(by=SERVER, choices=[Choice(name, model)])
    assert (done.machines, done.spellings) == (1, 1)
    assert ModelAlias.objects.get().spelling == "vctxte"


def test_some_machines_of_a_name_alone(orgs, model):
    one, other = machine(orgs), machine(orgs)
    [name] = named(manager(orgs))
    confirm_names(by=manager(orgs), choices=[Choice(name, model, frozenset({one.pk}))])
    other.refresh_from_db()
    assert other.machine_model is None
    assert named(manager(orgs))[0].machines == 1


def test_no_model_of_another_modality_and_no_machine_of_another_trust(orgs, model, maker):
    theirs = machine(orgs, "Beech")
    scanner = MachineModel.objects.create(maker=maker, name="Signa", modality="MRI")
    with pytest.raises(NotAllowed):
        link_machines(by=manager(orgs), asset_ids=[theirs.pk], model=model, reason="x")
    with pytest.raises(Invalid, match="not MRI"):
        link_machines(by=SERVER, asset_ids=[theirs.pk], model=scanner, reason="x")
    with pytest.raises(NotAllowed):
        confirm_names(by=actor(Role.FINANCE, orgs["Ash"]), choices=[])
    assert Asset.objects.filter(machine_model=None).count() == 1


def test_a_new_maker_comes_with_its_model_or_not_at_all(orgs, maker):
    by = administrator(orgs)
    with pytest.raises(Invalid):
        add_model(by=by, values={"name": "?", "modality": "CT"}, new_maker="New Maker")
    assert not Maker.objects.filter(name="New Maker").exists()
    made = add_model(by=by, values={"name": "One", "modality": "CT"}, new_maker="New Maker")
    again = add_model(by=by, values={"name": "Two", "modality": "CT"}, new_maker="NEW-MAKER")
    assert made.maker == again.maker
    known = add_model(by=by, values={"name": "Three", "modality": "CT"}, new_maker="GE Medical Systems")
    assert known.maker == maker


def test_a_machine_takes_its_own_date_and_goes_back_to_its_models(orgs, model):
    asset, by = (
        machine(orgs, machine_model=model, support_ends_on=ENDS, support_source="model"),
        manager(orgs),
    )
    own = state_own_support(
        by=by, asset=asset, support_ends_on=ENDS, version=1, reason="Our contract says so"
    )
    assert (own.support_source, own.version) == ("own", 2)
    with pytest.raises(Conflict):
        state_own_support(by=by, asset=asset, support_ends_on=OWN, version=1, reason="x")
    own = state_own_support(by=by, asset=asset, support_ends_on=OWN, version=2, reason="Extended")
    assert (own.support_ends_on, own.support_source) == (OWN, "own")
    again = follow_model(by=by, asset=own, version=3, reason="Contract ended")
    assert (again.support_ends_on, again.support_source) == (ENDS, "model")
    assert [change.reason for change in history_of(again, with_prices=True)][0] == "Contract ended"


def test_a_machine_without_a_model_has_none_to_follow(orgs):
    with pytest.raises(Invalid, match="no model"):
        follow_model(by=manager(orgs), asset=machine(orgs), version=1, reason="x")


def test_spellings_are_recorded_once_and_can_be_taken_back(orgs, model, maker):
    by = administrator(orgs)
    alias = add_spelling(by=by, model=model, text="VCT")
    assert add_spelling(by=by, model=model, text="v.c.t.") == alias
    other = MachineModel.objects.create(maker=maker, name="Other", modality="CT")
    for text in ("VCT", "LightSpeed VCT", "?", "+" * 50):
        with pytest.raises(Invalid):
            add_spelling(by=by, model=other, text=text)
    remove_spelling(by=by, alias=alias)
    assert not ModelAlias.objects.exists()
    assert Event.objects.filter(action="machine_model.spelling_removed").count() == 1


def test_confirming_many_names_asks_of_the_catalogue_once(orgs, model, django_assert_max_num_queries):
    for number in range(30):
        machine(orgs, model_name=f"VCT {number}")
    choices = [Choice(name, model) for name in named(manager(orgs))]
    # Four for each name: its machines, their rows, the change with its history, the event.
    with django_assert_max_num_queries(30 * 8 + 10):
        assert confirm_names(by=manager(orgs), choices=choices).machines == 30
