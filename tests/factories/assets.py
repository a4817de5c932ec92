from datetime import date

import factory

from assets.domain.vocabulary import Modality, Precision
from assets.models import Asset, Specification
from tests.factories.networks import OrganisationFactory


class SpecificationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Specification
        django_get_or_create = ("code",)

    code = "CT-STD"
    name = "General CT"
    modality = Modality.CT


class AssetFactory(factory.django.DjangoModelFactory):
    """A CT installed on 1 April 2018. Say `trust` and `site`, or two unrelated ones are made."""

    class Meta:
        model = Asset

    trust = factory.SubFactory(OrganisationFactory)
    site = factory.SubFactory(OrganisationFactory, kind="site")
    modality = Modality.CT
    specification = factory.LazyAttribute(
        lambda o: SpecificationFactory(
            code=f"{o.modality}-STD", modality=o.modality, name=f"General {o.modality}"
        )
    )
    manufacturer = "Siemens Healthineers"
    model_name = "SOMATOM go.Top"
    serial_number = factory.Sequence(lambda n: f"SN{n:05d}")
    installed_on = date(2018, 4, 1)
    installed_precision = Precision.DAY
