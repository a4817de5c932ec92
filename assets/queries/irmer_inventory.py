"""The machines of a trust or one of its sites, as regulation 15 of IR(ME)R wants them listed."""

from dataclasses import dataclass
from datetime import date

from assets.domain.irmer import Inventory, Machine
from assets.domain.vocabulary import Modality
from assets.models import Asset
from assets.queries.assets import in_fleet_on
from networks.domain.access import Actor, Permission
from networks.models import Organisation
from networks.queries.organisations import structure


@dataclass(frozen=True, slots=True)
class Employer:
    """A trust that answers for machines; `trust_ids` are those whose register it keeps: its own, and of those it took over."""

    id: int
    code: str
    name: str
    trust_ids: frozenset[int]


def employers(actor: Actor, *, on: date) -> list[Employer]:
    """Return the trusts of a date whose machines an actor may see, by name. Three queries."""
    visible = set(Organisation.objects.trusts_visible_to(actor).values_list("pk", flat=True))
    if not visible:
        return []
    england = structure(on=on)
    codes = dict(Organisation.objects.filter(pk__in=visible).values_list("pk", "code"))
    found = []
    for pk in {england.current(trust) for trust in visible} & visible:
        mine = england.with_predecessors(pk) & visible
        found.append(Employer(pk, codes[pk], england.name(pk), frozenset(mine)))
    return sorted(found, key=lambda employer: (employer.name.casefold(), employer.code))


def sites_with_machines(actor: Actor, employer: Employer, *, on: date) -> list[Organisation]:
    """Return the sites at which the employer has machines in the fleet on a date, by name. One query."""
    assets = Asset.objects.visible_to(actor, Permission.VIEW_ASSETS).filter(
        in_fleet_on(on), trust_id__in=employer.trust_ids
    )
    return list(Organisation.objects.filter(pk__in=assets.values("site_id")).order_by("name", "code"))


def inventory(actor: Actor, employer: Employer, *, site: Organisation | None, on: date) -> Inventory:
    """Return the inventory of an employer, or of one of its sites: what is in the fleet on a date. One query.

    The facts are those recorded today; the date says which machines were there.
    """
    assets = Asset.objects.visible_to(actor).filter(in_fleet_on(on), trust_id__in=employer.trust_ids)
    if site is not None:
        assets = assets.filter(site=site)
    rows = assets.select_related("site").order_by("site__name", "site__code", "modality", "pk")
    return Inventory(
        employer=employer.name,
        employer_code=employer.code,
        site=site.name if site else "",
        on=on,
        machines=tuple(_machine(asset) for asset in rows),
    )


def _machine(asset: Asset) -> Machine:
    return Machine(
        pk=asset.pk,
        reference=asset.reference,
        asset_number=asset.asset_tag,
        site=asset.site.name,
        site_code=asset.site.code,
        room=asset.location,
        modality=Modality(asset.modality),
        manufacturer=asset.manufacturer,
        model=asset.model_name,
        serial_number=asset.serial_number,
        year_of_manufacture=asset.year_of_manufacture,
        year_of_installation=asset.installed_on.year if asset.installed_on else None,
    )
