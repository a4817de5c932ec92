"""Pages of the catalogue: who sees what, finding and correcting models, resolving names, where support comes from."""

import csv
import io
from datetime import date

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from assets.models import Asset, MachineModel, Maker, MakerAlias, ModelAlias
from networks.domain.access import Role
from tests.factories.assets import AssetFactory
from tests.factories.networks import network_of_trusts, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def orgs():
    return network_of_trusts("Ash", "Beech")


@pytest.fixture
def model():
    maker = Maker.objects.create(name="GE HealthCare")
    MakerAlias.objects.create(maker=maker, spelling="gemedicalsystems")
    return MachineModel.objects.create(
        maker=maker, name="LightSpeed VCT", modality="CT", support_ends_on=date(2030, 3, 31)
    )


@pytest.fixture
def other(model):
    return MachineModel.objects.create(maker=model.maker, name="Signa HDxt", modality="MRI")


def machine(orgs, trust="Ash", **more):
    usual = {"manufacturer": "GE MEDICAL S]STEMS", "model_name": "LightSpeed VCT"}
    return AssetFactory(trust=orgs[trust], site=orgs[f"{trust} site"], **usual | more)


def signed_in(role, organisation) -> Client:
    client = Client()
    client.force_login(person(role, organisation))
    return client


@pytest.fixture
def manager(orgs):
    return signed_in(Role.EQUIPMENT_MANAGER, orgs["Ash"])


@pytest.fixture
def administrator(orgs):
    return signed_in(Role.ADMINISTRATOR, orgs["England"])


def names(response) -> list[str]:
    return [row.name for row in response.context["page"]]


# The list


def test_the_list_counts_the_machines_one_may_see(orgs, model, other, manager):
    machine(orgs, machine_model=model)
    machine(orgs, machine_model=model, status="retired")
    machine(orgs, "Beech", machine_model=model)
    page = manager.get(reverse("catalogue_list"))
    assert [(row.name, row.machines) for row in page.context["page"]] == [
        ("LightSpeed VCT", 1),
        ("Signa HDxt", 0),
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=lightspeed", ["LightSpeed VCT"]),
        ("q=ge+vct", ["LightSpeed VCT"]),
        ("q=v.c.t", ["LightSpeed VCT"]),
        ("q=nothing", []),
        ("modality=MRI", ["Signa HDxt"]),
        ("support=not_known", ["Signa HDxt"]),
        ("support=ended", []),
        ("held=yes", ["LightSpeed VCT"]),
        ("held=no", ["Signa HDxt"]),
        ("sort=-support", ["LightSpeed VCT", "Signa HDxt"]),
        ("sort=support", ["LightSpeed VCT", "Signa HDxt"]),
        ("sort=machines", ["Signa HDxt", "LightSpeed VCT"]),
        ("sort=-name", ["Signa HDxt", "LightSpeed VCT"]),
    ],
)
def test_filters_and_orders(orgs, model, other, manager, query, found):
    ModelAlias.objects.create(model=model, spelling="vct")
    machine(orgs, machine_model=model)
    assert names(manager.get(f"{reverse('catalogue_list')}?{query}")) == found


def test_the_list_as_files(orgs, model, other, manager):
    machine(orgs, machine_model=model)
    content = b"".join(manager.get(reverse("catalogue_export") + "?sort=name"))
    [first, _] = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    assert (first["Model"], first["Machines you may see"], first["End of support"]) == (
        "LightSpeed VCT",
        "1",
        "31/03/2030",
    )
    book = manager.get(reverse("catalogue_export") + "?format=xlsx&modality=MRI").content
    rows = list(openpyxl.load_workbook(io.BytesIO(book)).worksheets[0].iter_rows(values_only=True))
    assert [row[1] for row in rows] == ["Model", "Signa HDxt"]


def test_an_empty_catalogue_says_how_it_is_filled(manager):
    assert "load_catalogue" in manager.get(reverse("catalogue_list")).content.decode()


# One model


def test_a_model_shows_ones_own_machines_and_which_have_a_date_of_their_own(orgs, model, manager):
    follows = machine(orgs, machine_model=model, support_ends_on=date(2030, 3, 31), support_source="model")
    own = machine(orgs, machine_model=model, support_ends_on=date(2028, 1, 1), support_source="own")
    theirs = machine(orgs, "Beech", machine_model=model)
    text = manager.get(model.get_absolute_url()).content.decode()
    assert follows.reference in text
    assert own.reference in text
    assert theirs.reference not in text
    assert text.count("Its own date") == 1
    assert reverse("machine_model_edit", args=[model.pk]) not in text


def test_correcting_a_model_tells_what_it_did_to_machines(orgs, model, administrator):
    machine(orgs, machine_model=model, support_ends_on=date(2030, 3, 31), support_source="model")
    machine(orgs, machine_model=model, support_ends_on=date(2028, 1, 1), support_source="own")
    url = reverse("machine_model_edit", args=[model.pk])
    sent = {"maker": model.maker_id, "name": model.name, "modality": "CT", "version": 1, "reason": "Letter"}
    page = administrator.post(url, sent | {"support_ends_on": "31 March 2032"}, follow=True)
    text = page.content.decode()
    assert "follow its end of support now: 1" in text
    assert "keep a date of their own: 1" in text
    assert "Letter" in text
    again = administrator.post(url, sent | {"evidence": "TYPED"})
    assert again.status_code == 409
    assert "TYPED" in again.content.decode()
    assert "Letter" in again.content.decode()
    over = administrator.post(url, sent | {"evidence": "TYPED", "version": 2}, follow=True)
    assert "TYPED" in over.content.decode()


def test_a_fault_stands_beside_its_box_and_what_was_typed_is_kept(orgs, model, administrator):
    url = reverse("machine_model_add")
    page = administrator.post(
        url, {"maker": model.maker_id, "name": "lightspeed-vct", "modality": "CT", "evidence": "TYPED"}
    )
    assert "in the catalogue already" in page.context["form"].errors["name"][0]
    assert "TYPED" in page.content.decode()
    page = administrator.post(url, {"name": "New", "modality": "CT"})
    assert "Choose a maker" in page.context["form"].errors["maker"][0]
    administrator.post(url, {"new_maker": "New Maker", "name": "New", "modality": "CT"})
    assert str(MachineModel.objects.get(name="New")) == "New Maker New"


def test_spellings_are_recorded_and_taken_back(model, administrator, manager):
    url = reverse("machine_model_spelling", args=[model.pk])
    assert manager.post(url, {"spelling": "VCT"}).status_code == 403
    administrator.post(url, {"spelling": "V.C.T."})
    alias = ModelAlias.objects.get()
    assert alias.spelling == "vct"
    page = administrator.post(url, {"spelling": "?!"})
    assert page.context["form"].errors["spelling"]
    administrator.post(url, {"remove": alias.pk})
    assert not ModelAlias.objects.exists()


def test_a_maker_is_corrected_and_keeps_its_old_name_as_a_spelling(orgs, model, administrator, manager):
    maker, other = model.maker, Maker.objects.create(name="Other")
    url = reverse("maker_edit", args=[maker.pk])
    sent = {"name": "GE", "successor": other.pk, "succeeded_in": 2030, "version": 1, "reason": "Renamed"}
    assert manager.post(url, sent).status_code == 403
    page = administrator.post(url, sent, follow=True)
    assert "Renamed" in page.content.decode()
    maker.refresh_from_db()
    assert (maker.name, maker.successor, maker.version) == ("GE", other, 2)
    assert maker.aliases.filter(spelling="gehealthcare").exists()
    stale = administrator.post(url, sent | {"evidence": "TYPED"})
    assert stale.status_code == 409
    assert "TYPED" in stale.content.decode()
    circle = {"name": "Other", "successor": maker.pk, "version": 1, "reason": "x"}
    page = administrator.post(reverse("maker_edit", args=[other.pk]), circle)
    assert "circle" in page.context["form"].errors["successor"][0]
    page = administrator.post(
        reverse("maker_edit", args=[other.pk]), {"name": "ge", "version": 1, "reason": "x"}
    )
    assert "another maker" in page.context["form"].errors["name"][0]


def test_a_maker_s_spellings_are_recorded_and_taken_back(orgs, model, administrator):
    url = reverse("maker_spelling", args=[model.maker.pk])
    administrator.post(url, {"spelling": "General Electric"})
    alias = MakerAlias.objects.get(spelling="generalelectric")
    other = Maker.objects.create(name="Other")
    page = administrator.post(reverse("maker_spelling", args=[other.pk]), {"spelling": "General Electric"})
    assert "spelling of GE HealthCare" in page.context["spelling_form"].errors["spelling"][0]
    administrator.post(url, {"remove": alias.pk})
    assert not MakerAlias.objects.filter(spelling="generalelectric").exists()


# Names to resolve


def test_names_are_those_of_ones_own_machines_with_what_is_proposed(orgs, model, manager):
    machine(orgs)
    machine(orgs, manufacturer="ge medical s]stems")
    machine(orgs, manufacturer="Acme", model_name="X1")
    machine(orgs, manufacturer="MIM Software", model_name="")
    machine(orgs, "Beech", manufacturer="Theirs")
    machine(orgs, machine_model=model)
    page = manager.get(reverse("catalogue_names"))
    said = [(n.manufacturer, n.machines, n.resolution.state) for n, _ in page.context["rows"]]
    assert said == [
        ("GE MEDICAL S]STEMS", 2, "proposed"),
        ("Acme", 1, "unresolved"),
        ("MIM Software", 1, "no maker"),
    ]
    assert "written in 2 ways" in page.content.decode()
    for query, count in (("state=proposed", 1), ("q=acme", 1), ("modality=MRI", 0), ("state=x", 3)):
        found = manager.get(f"{reverse('catalogue_names')}?{query}")
        assert found.context["page"].paginator.count == count, query
    content = b"".join(manager.get(reverse("catalogue_names_export") + "?state=proposed"))
    [row] = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    assert row["Proposed"] == "GE HealthCare LightSpeed VCT"


def test_several_names_are_confirmed_at_once(orgs, model, other, manager):
    scanner, magnet = machine(orgs), machine(orgs, model_name="Signa HDxt", modality="MRI")
    left = machine(orgs, model_name="LightSpeed VCTs")
    page = manager.get(reverse("catalogue_names"))
    tokens = [n.token for n, _ in page.context["rows"] if n.model_name != "LightSpeed VCTs"]
    page = manager.post(reverse("catalogue_names"), {"name": tokens}, follow=True)
    assert "Machines that have their model in the catalogue now: 2" in page.content.decode()
    for asset in (scanner, magnet, left):
        asset.refresh_from_db()
    assert (scanner.machine_model, magnet.machine_model, left.machine_model) == (model, other, None)
    assert scanner.support_ends_on == date(2030, 3, 31)


def test_only_what_was_proposed_is_confirmed_from_the_list(orgs, model, other, manager):
    asset = machine(orgs, manufacturer="Acme")
    machine(orgs)
    token = "CT|gemedicalsstems|lightspeedvct"
    for sent in (
        {},
        {"name": "CT|acme|lightspeedvct", "model:CT|acme|lightspeedvct": model.pk},
        {"name": token, f"model:{token}": other.pk},
        {"name": "nonsense"},
    ):
        page = manager.post(reverse("catalogue_names"), sent, follow=True)
        assert "Nothing was confirmed" in page.content.decode(), sent
    asset.refresh_from_db()
    assert asset.machine_model is None
    assert not Asset.objects.exclude(machine_model=None).exists()


def test_any_model_is_picked_for_some_machines_of_a_name(orgs, model, other, manager):
    one, two = (machine(orgs, manufacturer="Acme", model_name="X1") for _ in range(2))
    theirs = machine(orgs, "Beech", manufacturer="Acme", model_name="X1")
    url = f"{reverse('catalogue_name')}?name=CT|acme|x1"
    page = manager.get(url)
    assert [pk for pk, _ in page.context["form"].fields["machines"].choices] == [str(one.pk), str(two.pk)]
    assert manager.post(url, {"model": other.pk, "machines": [one.pk]}).context["form"].errors["model"]
    assert manager.post(url, {"model": model.pk, "machines": [theirs.pk]}).context["form"].errors["machines"]
    manager.post(url, {"model": model.pk, "machines": [one.pk], "reason": "Seen its plate"})
    for asset in (one, two, theirs):
        asset.refresh_from_db()
    assert (one.machine_model, two.machine_model, theirs.machine_model) == (model, None, None)
    assert one.history.first().history_change_reason == "Seen its plate"


def test_finance_reads_names_and_confirms_none(orgs, model):
    machine(orgs)
    client = signed_in(Role.FINANCE, orgs["Ash"])
    page = client.get(reverse("catalogue_names"))
    assert page.status_code == 200
    assert "Confirm those ticked" not in page.content.decode()
    token = page.context["rows"][0][0].token
    assert client.post(reverse("catalogue_names"), {"name": token}).status_code == 403
    assert client.get(f"{reverse('catalogue_name')}?name={token}").status_code == 403


def test_an_administrator_s_confirming_makes_the_spelling_certain(orgs, model, administrator, manager):
    machine(orgs)
    token = "CT|gemedicalsstems|lightspeedvct"
    page = administrator.post(reverse("catalogue_names"), {"name": token}, follow=True)
    assert "Spellings recorded: 1" in page.content.decode()
    [(name, _)] = manager.get(reverse("catalogue_names")).context["rows"]
    assert name.resolution.state == "certain"


# Where one machine's end of support comes from


def test_a_machine_gets_a_date_of_its_own_and_follows_its_model_again(orgs, model, manager):
    asset = machine(orgs, machine_model=model, support_ends_on=date(2030, 3, 31), support_source="model")
    url = reverse("asset_support", args=[asset.pk])
    assert manager.post(url, {"source": "own", "version": 1, "reason": "x"}).context["form"].errors
    own = {"source": "own", "support_ends_on": "2028-01-01", "version": 1, "reason": "Contract"}
    assert manager.post(url, own).status_code == 302
    asset.refresh_from_db()
    assert (asset.support_ends_on, asset.support_source) == (date(2028, 1, 1), "own")
    assert manager.post(url, own | {"support_ends_on": "2029-01-01"}).status_code == 409
    assert manager.post(url, {"source": "model", "version": 2, "reason": "Over"}).status_code == 302
    asset.refresh_from_db()
    assert (asset.support_ends_on, asset.support_source) == (date(2030, 3, 31), "model")


def test_a_machine_without_a_model_is_told_so(orgs, manager):
    asset = machine(orgs)
    page = manager.post(
        reverse("asset_support", args=[asset.pk]), {"source": "model", "version": 1, "reason": "x"}
    )
    assert "no model in the catalogue" in page.content.decode()
