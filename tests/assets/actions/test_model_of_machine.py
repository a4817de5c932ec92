"""Which model of the catalogue a machine is, and where its end of support comes from, by form and by file."""

from datetime import date

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from assets.actions.assets import add_asset, correct_asset
from assets.actions.import_batches import check_file
from assets.actions.import_commits import commit_batch
from assets.domain.catalogue import spelling_of
from assets.models import Asset, MachineModel, Maker, MakerAlias
from networks.domain.access import command
from tests.factories.assets import SpecificationFactory
from tests.factories.networks import network_of_trusts

pytestmark = pytest.mark.django_db

BY = command("test")
OF_MODEL, OWN = date(2029, 12, 31), date(2031, 3, 31)


@pytest.fixture
def orgs():
    SpecificationFactory(is_default=True)
    return network_of_trusts("Ash")


@pytest.fixture
def model():
    maker = Maker.objects.create(name="Asterisk Imaging")
    MakerAlias.objects.create(maker=maker, spelling=spelling_of("ASTERISK_MEC"))
    return MachineModel.objects.create(maker=maker, name="Corona 64", modality="CT", support_ends_on=OF_MODEL)


def by_form(orgs, **values) -> Asset:
    site = {"site": orgs["Ash site"], "modality": "CT", "specification": SpecificationFactory()}
    return add_asset(by=BY, values=site | values)


def by_file(orgs, line: str) -> Asset:
    content = f"Modality,Site,Manufacturer,Model,End of support\nCT,{orgs['Ash site'].code},{line}\n"
    today = timezone.localdate()
    batch = check_file(by=BY, file=ContentFile(content.encode(), name="a.csv"), trust=orgs["Ash"], on=today)
    commit_batch(by=BY, batch=batch, good_rows_only=False, at=timezone.now())
    return Asset.objects.latest("pk")


def support(asset: Asset) -> tuple[object, ...]:
    asset.refresh_from_db()
    return asset.machine_model_id, asset.support_ends_on, asset.support_source


def test_a_recorded_spelling_names_the_model_and_gives_its_end_of_support(orgs, model):
    for asset in (
        by_form(orgs, manufacturer="Asterisk_MEC", model_name="corona-64"),
        by_file(orgs, "ASTERISK_MEC,Corona 64,"),
    ):
        assert support(asset) == (model.pk, OF_MODEL, "model")


def test_a_date_stated_for_the_machine_goes_before_the_models(orgs, model):
    for asset in (
        by_form(orgs, manufacturer="Asterisk Imaging", model_name="Corona 64", support_ends_on=OWN),
        by_file(orgs, "Asterisk Imaging,Corona 64,31 March 2031"),
    ):
        assert support(asset) == (model.pk, OWN, "own")


@pytest.mark.parametrize(
    "make", ["Asterisk Imagine,Corona 64", "Asterisk Imaging,Corona", "Asterisk Imaging,", ","]
)
def test_what_is_not_certain_names_no_model(orgs, model, make):
    manufacturer, name = make.split(",")
    assert support(by_form(orgs, manufacturer=manufacturer, model_name=name)) == (None, None, "")
    assert support(by_file(orgs, f"{make},")) == (None, None, "")


def test_an_override_stays_when_the_model_changes_and_emptying_it_follows_the_model_again(orgs, model):
    other = MachineModel.objects.create(maker=model.maker, name="Corona 128", modality="CT")
    asset = by_form(orgs, manufacturer="Asterisk Imaging", model_name="Corona 64", support_ends_on=OWN)
    correct_asset(by=BY, asset=asset, values={"model_name": "Corona 128"}, version=1, reason="The plate")
    assert support(asset) == (other.pk, OWN, "own")
    correct_asset(by=BY, asset=asset, values={"model_name": "Corona 64"}, version=2, reason="Misread")
    correct_asset(by=BY, asset=asset, values={"support_ends_on": None}, version=3, reason="No letter")
    assert support(asset) == (model.pk, OF_MODEL, "model")


def test_a_model_without_a_date_leaves_a_follower_without_one(orgs, model):
    MachineModel.objects.create(maker=model.maker, name="Corona 128", modality="CT")
    asset = by_form(orgs, manufacturer="Asterisk Imaging", model_name="Corona 64")
    correct_asset(by=BY, asset=asset, values={"model_name": "Corona 128"}, version=1, reason="The plate")
    assert support(asset)[1:] == (None, "")


def test_a_model_of_another_modality_is_not_it(orgs, model):
    MachineModel.objects.filter(pk=model.pk).update(modality="MRI")
    assert support(by_form(orgs, manufacturer="Asterisk Imaging", model_name="Corona 64")) == (None, None, "")
