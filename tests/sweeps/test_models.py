"""Rules that hold for every model, checked over all of them."""

from django.apps import apps
from django.db import models

OURS = ("networks", "assets", "procurement")


def our_models() -> list[type[models.Model]]:
    return [model for app in OURS for model in apps.get_app_config(app).get_models()]


def test_no_app_reaches_up_through_a_reverse_accessor():
    """A foreign key into another app must not hang an accessor on that app's model (procurement → assets → networks)."""
    crossing = [
        field
        for model in our_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey)
        and field.related_model._meta.app_label in OURS
        and field.related_model._meta.app_label != model._meta.app_label
    ]
    assert len(crossing) >= 20
    assert [str(field) for field in crossing if not field.remote_field.hidden] == []


def test_foreign_keys_point_down_the_one_direction():
    height = {app: position for position, app in enumerate(OURS)}
    upward = [
        f"{model._meta.label}.{field.name}"
        for model in our_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey)
        and height.get(field.related_model._meta.app_label, 0) > height[model._meta.app_label]
    ]
    assert upward == []


def test_money_is_whole_pence():
    floats = [
        f"{model._meta.label}.{field.name}"
        for model in our_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.FloatField)
    ]
    assert floats == []


def test_every_model_reads_well():
    """Each of our models says what it is in its docstring and names its rows in words."""
    for model in our_models():
        if model.__name__.startswith("Historical"):
            continue
        assert model.__doc__, model
        assert not model.__doc__.startswith(f"{model.__name__}("), f"{model._meta.label} has no docstring"
        assert "__str__" in vars(model), f"{model._meta.label} has no __str__"
