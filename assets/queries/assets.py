"""The equipment list: which machines, in which order, each with its age."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Lower
from django.db.models.lookups import LessThanOrEqual

from assets.domain.ageing import Age, Band, age_on
from assets.domain.fleet import was_in_fleet
from assets.domain.guidance import all_guidance
from assets.domain.vocabulary import IN_FLEET, Modality, Precision
from assets.models import Asset
from assets.models.asset import AssetQuerySet, condition_rank
from networks.domain.organisations import Kind
from networks.queries.keyset import Key, Near, Order

DEFAULT_SORT = "-age"
"""The oldest first."""

_TRUST = Key(Lower("trust__name"), missing="", near=Near("trust", Lower("name"), Q(kind=Kind.TRUST)))
_SITE = Key(Lower("site__name"), missing="", near=Near("site", Lower("name"), Q(kind=Kind.SITE)))
SORTS: dict[str, tuple[Key, ...]] = {
    "reference": (),
    "modality": (Key(F("modality")),),
    "model": (Key(Lower("manufacturer"), missing=""), Key(Lower("model_name"))),
    "site": (_SITE,),
    "trust": (_TRUST, _SITE),
    "installed": (Key(F("installed_on")),),
    "age": (Key(F("installed_on")),),
    "support": (Key(F("support_ends_on")),),
    "condition": (Key(condition_rank()),),
    "status": (Key(F("status")),),
}
"""What the list can be sorted by, as it stands in an address; a "-" before it turns the order round."""


def order_of(sort: str) -> Order:
    """Return the order that an address asks for; the default one, where there is none such."""
    name = sort.removeprefix("-")
    if name not in SORTS:
        return order_of(DEFAULT_SORT)
    # The older a machine, the earlier it was installed.
    descending = sort.startswith("-") != (name == "age")
    return Order(name, SORTS[name], descending)


def ordered(assets: AssetQuerySet, sort: str) -> AssetQuerySet:
    """Return the assets in an order of SORTS: what is not known last, ties by reference, both as the list's pages do."""
    return assets.order_by(*order_of(sort).by())


def in_fleet_on(on: date) -> Q:
    """Return the condition for a machine to be in the fleet on a date, as `was_in_fleet` says of one."""
    # Not "unknown or by then": of an "or" SQLite makes two searches and a sort, seven times as slow as reading all.
    there = Q(LessThanOrEqual(Coalesce("installed_on", Value(date.min)), on))
    return there & (Q(status__in=[status.value for status in IN_FLEET]) | Q(retired_on__gt=on))


def in_bands(bands: Iterable[Band], *, on: date) -> Q:
    """Return the condition for a machine in the fleet to be in one of the age bands on a date."""
    condition = Q()
    for band in bands:
        between = band.installed_between(on)
        if between is None:
            condition |= Q(installed_on=None)
            continue
        after, by = between
        condition |= Q(installed_on__lte=by) & (Q(installed_on__gt=after) if after else Q())
    return condition & in_fleet_on(on)


def lacking_any(facts: Iterable[str]) -> Q:
    """Return the condition for a machine to lack one of "serial_number", "model_name", "support_end"."""
    lacking = {
        "serial_number": Q(serial_number=""),
        "model_name": Q(model_name=""),
        "support_end": Q(support_ends_on=None),
    }
    condition = Q()
    for fact in facts:
        condition |= lacking[fact]
    return condition


def matching(text: str) -> Q:
    """Return the condition for every word of `text` to occur in one of an asset's names and numbers, or its site's."""
    condition = Q()
    for word in text.split():
        found = (
            Q(serial_number__icontains=word)
            | Q(asset_tag__icontains=word)
            | Q(manufacturer__icontains=word)
            | Q(model_name__icontains=word)
            | Q(location__icontains=word)
            | Q(site__name__icontains=word)
        )
        if (number := word.upper().removeprefix("A")).isdecimal() and len(number) < 18:
            found |= Q(pk=int(number))
        condition &= found
    return condition


@dataclass(frozen=True, slots=True)
class AgedAsset:
    """An asset with its age on a date.

    `age` is None where the installation date is not known or the machine is no longer, or not yet, there;
    `passed` are the ages in years of published guidance for its modality that it has reached.
    """

    asset: Asset
    age: Age | None
    passed: tuple[int, ...]
    in_fleet: bool

    @property
    def band(self) -> Band | None:
        """The age band; UNKNOWN without an installation date, None for a machine not in the fleet."""
        if self.age is not None:
            return self.age.band
        return Band.UNKNOWN if self.in_fleet and self.asset.installed_on is None else None


def aged(asset: Asset, *, on: date) -> AgedAsset:
    """Return an asset with its age on a date. Costs no query."""
    in_fleet = was_in_fleet(
        status=asset.status, installed_on=asset.installed_on, retired_on=asset.retired_on, on=on
    )
    age = age_on(asset.installed_on, on, Precision(asset.installed_precision)) if in_fleet else None
    guided = {guidance.years for guidance in all_guidance(Modality(asset.modality))}
    passed = tuple(sorted(years for years in guided if age is not None and age.years >= years))
    return AgedAsset(asset, age, passed, in_fleet)
