"""The catalogue's file is loaded once, and changes nothing that people have put right."""

import io

import pytest
from django.core.management import CommandError, call_command

from assets.domain.vocabulary import Modality
from assets.models import MachineModel, Maker, MakerAlias, ModelAlias
from assets.queries.catalogue import catalogue, resolver_for
from networks.models import Event

pytestmark = pytest.mark.django_db


def load(**options: object) -> str:
    out = io.StringIO()
    call_command("load_catalogue", stdout=out, **options)
    return out.getvalue()


def test_it_adds_everything_and_the_second_time_nothing():
    said = load()
    assert "added GE HealthCare Revolution EVO" in said
    counts = [model.objects.count() for model in (Maker, MakerAlias, MachineModel, ModelAlias)]
    assert min(counts) >= 20
    assert "already" in load()
    assert [model.objects.count() for model in (Maker, MakerAlias, MachineModel, ModelAlias)] == counts
    assert Event.objects.filter(action="catalogue.loaded").count() == 1


def test_what_people_corrected_stays():
    load()
    canon = Maker.objects.get(name="Canon Medical Systems")
    MachineModel.objects.filter(name="Aquilion ONE").update(support_ends_on="2030-01-01")
    Maker.objects.filter(pk=canon.pk).update(name="Canon Medical")
    MakerAlias.objects.filter(spelling="canonmedical").update(spelling="canonmedicalsystems")
    assert "already" in load().splitlines()[-1] or MakerAlias.objects.filter(maker=canon).exists()
    assert Maker.objects.filter(name__startswith="Canon Medical").count() == 1
    assert str(MachineModel.objects.get(name="Aquilion ONE").support_ends_on) == "2030-01-01"


def test_a_spelling_of_another_maker_is_left_and_said():
    other = Maker.objects.create(name="Another")
    MakerAlias.objects.create(maker=other, spelling="toshiba")
    assert "left  Toshiba Medical Systems: “toshiba” is a spelling of another maker." in load()
    assert MakerAlias.objects.get(spelling="toshiba").maker == other


def test_a_file_that_cannot_be_read_is_refused_in_words(tmp_path):
    broken = tmp_path / "makers.toml"
    broken.write_text("[[model]]\nmaker = 'Nobody'\nmodality = 'CT'\nnames = [['X']]\n")
    with pytest.raises(CommandError, match="Nobody.*Nothing was added"):
        load(file=broken)
    assert not Maker.objects.exists()


def test_the_resolver_reads_the_catalogue_in_four_queries(django_assert_num_queries):
    load()
    with django_assert_num_queries(4):
        resolver = resolver_for()
    found = resolver.resolve("TOSHIBA", "Aquilion ONE", Modality.CT)
    assert found.model is not None
    assert catalogue().name_of(found.model) == "Canon Medical Systems Aquilion ONE"


def test_twenty_thousand_rows_ask_nothing_of_the_database(django_assert_num_queries):
    load()
    resolver = resolver_for()
    with django_assert_num_queries(0):
        answers = {
            resolver.resolve("SIEMENS", f"SOMATOM {number % 50}", Modality.CT) for number in range(20_000)
        }
    assert len(answers) == 50
