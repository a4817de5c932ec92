"""The catalogue's models with how many machines of each one may see, and what was changed about one."""

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from assets.domain.catalogue import spelling_of
from assets.models import Asset, MachineModel, Maker, ModelAlias
from assets.models.asset import AssetQuerySet
from networks.domain.access import Actor
from networks.models import Event


def models_with_machines(actor: Actor) -> QuerySet[MachineModel]:
    """Return all models with `machines`, how many of the fleet's machines the actor sees of each. The catalogue itself is
    the same for everybody who may see equipment."""
    counted = (
        Asset.objects.visible_to(actor)
        .in_fleet()
        .order_by()
        .filter(machine_model=OuterRef("pk"))
        .values("machine_model")
        .annotate(number=Count("pk"))
        .values("number")
    )
    return (
        MachineModel.objects.select_related("maker", "successor__maker")
        .annotate(machines=Coalesce(Subquery(counted, output_field=IntegerField()), 0))
        .order_by("maker__name", "name", "pk")
    )


def spelt_like(models: QuerySet[MachineModel], text: str) -> QuerySet[MachineModel]:
    """Keep the models whose maker, name or spelling holds each word of a text."""
    for word in text.split():
        found = Q(name__icontains=word) | Q(maker__name__icontains=word)
        if spelling := spelling_of(word):
            found |= Q(pk__in=ModelAlias.objects.filter(spelling__contains=spelling).values("model"))
        models = models.filter(found)
    return models


def makers() -> QuerySet[Maker]:
    """Return all makers with who succeeds them and how many models each has."""
    return Maker.objects.select_related("successor").order_by("name")


def machines_of(actor: Actor, model: MachineModel) -> AssetQuerySet:
    """Return the machines of a model that the actor may see, the retired too, those with their own date first."""
    visible = Asset.objects.visible_to(actor).filter(machine_model=model)
    return visible.select_related("trust", "site").order_by("-support_source", "trust__name", "pk")


def changes_of(model: MachineModel) -> QuerySet[Event]:
    """Return what was changed about a model, newest first. What its change did to the machines of each trust is recorded
    for that trust, and left out here: the catalogue is read by all."""
    return Event.objects.filter(
        subject_type="machine_model", subject_id=model.pk, trust=None, network=None
    ).order_by("-at", "-pk")
