"""What a machine is called is the same wherever it stands."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from assets.domain.naming import make_in_words
from networks.domain.access import Role
from tests.factories.assets import AssetFactory
from tests.factories.networks import network_of_trusts, person


@pytest.mark.parametrize(
    ("manufacturer", "model_name", "words"),
    [
        ("Canon", "Aquilion", "Canon Aquilion"),
        ("Canon", "", "Canon"),
        ("", "Aquilion", "Aquilion"),
        ("", "", "make and model not known"),
    ],
)
def test_the_make_in_words(manufacturer, model_name, words):
    assert make_in_words(manufacturer, model_name) == words


@pytest.mark.django_db
def test_a_machine_without_a_make_is_called_the_same_on_every_page(client):
    ash = network_of_trusts("Ash")
    asset = AssetFactory(
        trust=ash["Ash"],
        site=ash["Ash site"],
        manufacturer="",
        model_name="",
        warranty_ends_on=timezone.localdate() + timedelta(days=30),
    )
    client.force_login(person(Role.EQUIPMENT_MANAGER, ash["Ash"]))
    assert str(asset) == f"{asset.get_modality_display()} make and model not known ({asset.reference})"
    for address in (
        reverse("asset_detail", args=[asset.pk]),
        reverse("priority_list"),
        reverse("alert_list"),
        reverse("quality"),
    ):
        assert "make and model not known" in client.get(address, follow=True).content.decode(), address
