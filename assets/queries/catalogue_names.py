"""How machines of the register are named that have no model of the catalogue yet, and what the names say."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count

from assets.domain.catalogue import spelling_of
from assets.domain.resolver import Resolution, Resolver
from assets.domain.vocabulary import Modality
from assets.models import Asset
from assets.models.asset import AssetQuerySet
from networks.domain.access import Actor, Permission

NameKey = tuple[str, str, str]
"""Modality, maker and model, as spellings are compared."""


def name_key(modality: str, manufacturer: str, model_name: str) -> NameKey:
    """Return what names have in common that differ only in case, spaces or punctuation."""
    return (modality, _comparable(manufacturer), _comparable(model_name))


def _comparable(text: str) -> str:
    # Letters outside the Latin alphabet leave no spelling; such names are told apart as they stand.
    return spelling_of(text) or text.strip().casefold()


@dataclass(frozen=True, slots=True)
class NamedAlike:
    """Machines that go by one name: how it is written most often, all the ways it is, and what it says."""

    key: NameKey
    manufacturer: str
    model_name: str
    written: tuple[tuple[str, str], ...]
    modality: Modality
    machines: int
    resolution: Resolution

    @property
    def token(self) -> str:
        """The name as forms and addresses carry it."""
        return "|".join(self.key)

    @property
    def label(self) -> str:
        """The name in words."""
        parts = (self.manufacturer or "maker not known", self.model_name or "model not known")
        return f"{self.modality.label}, {', '.join(parts)}"


def without_model(actor: Actor, permission: Permission = Permission.VIEW_ASSETS) -> AssetQuerySet:
    """Return the machines of the fleet that have no model of the catalogue, for which the actor holds a permission."""
    return Asset.objects.visible_to(actor, permission).in_fleet().filter(machine_model=None)


def names_to_resolve(actor: Actor, resolver: Resolver) -> list[NamedAlike]:
    """Return the names of visible machines without a model, the most frequent first. One query."""
    counted = (
        without_model(actor)
        .order_by()
        .values_list("modality", "manufacturer", "model_name")
        .annotate(machines=Count("pk"))
    )
    alike: dict[NameKey, list[tuple[int, str, str]]] = defaultdict(list)
    for modality, manufacturer, model_name, machines in counted:
        key = name_key(modality, manufacturer, model_name)
        alike[key].append((machines, manufacturer, model_name))
    found = []
    for key, ways in alike.items():
        ways.sort(key=lambda way: (-way[0], way[1:]))
        _, manufacturer, model_name = ways[0]
        modality = Modality(key[0])
        found.append(
            NamedAlike(
                key=key,
                manufacturer=manufacturer,
                model_name=model_name,
                written=tuple(way[1:] for way in ways),
                modality=modality,
                machines=sum(way[0] for way in ways),
                resolution=resolver.resolve(manufacturer, model_name, modality),
            )
        )
    return sorted(found, key=lambda each: (-each.machines, each.key))


def machines_named(actor: Actor, named: NamedAlike, permission: Permission) -> AssetQuerySet:
    """Return the machines of one name for which the actor holds a permission."""
    manufacturers = {manufacturer for manufacturer, _ in named.written}
    models = {model_name for _, model_name in named.written}
    rows = without_model(actor, permission).filter(
        modality=named.modality.value, manufacturer__in=manufacturers, model_name__in=models
    )
    # Two ways of writing may cross: what counts is the name as a whole.
    fitting = [
        pk
        for pk, manufacturer, model_name in rows.order_by().values_list("pk", "manufacturer", "model_name")
        if name_key(named.modality.value, manufacturer, model_name) == named.key
    ]
    return Asset.objects.filter(pk__in=fitting)
