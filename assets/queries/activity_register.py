"""The part of the register, and of the figures recorded, that a file of activity may name and write."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from assets.domain.activity import MEASURES, Measure
from assets.domain.activity_owners import Machine
from assets.domain.activity_rows import ActivityRegister, HeldFigure, Key
from assets.domain.entries import reference_of
from assets.domain.vocabulary import Modality
from assets.models import Activity, Asset
from assets.queries.import_register import register_for
from networks.domain.access import Actor, Permission

_MACHINE = (
    "pk",
    "trust_id",
    "site_id",
    "modality",
    "status",
    "serial_number",
    "asset_tag",
    "station_name",
    "installed_on",
    "retired_on",
)
KEY_FIELDS = ("asset_id", "site_id", "modality", "starts_on", "period_kind", "source")


def activity_register(actor: Actor, trust_id: int | None, *, on: date) -> ActivityRegister:
    """Return machines, places and recorded figures of one trust and those it has taken over; of all where it is None.

    Raises NotAllowed without EDIT_ASSETS. Two queries more than `register_for`.
    """
    register = register_for(actor, trust_id, on=on)
    machines = Asset.objects.visible_to(actor, Permission.EDIT_ASSETS)
    figures = Activity.objects.visible_to(actor, Permission.EDIT_ASSETS)
    if trust_id is not None:
        machines = machines.filter(trust_id__in=register.trusts)
        own = figures.filter(asset__trust_id__in=register.trusts)
        figures = own | figures.filter(trust_id__in=register.trusts)
    rows = figures.order_by("pk").values_list("pk", "machines", *KEY_FIELDS, *MEASURES)
    return ActivityRegister(
        register=register,
        machines=[machine_of(row) for row in machines.order_by("pk").values_list(*_MACHINE)],
        held={_key(row[2:8]): HeldFigure(row[0], values_of(row[8:]), row[1]) for row in rows.iterator(5_000)},
    )


def machine_of(row: tuple[object, ...]) -> Machine:
    """Return a machine from its fields in the order of _MACHINE."""
    pk, trust_id, site_id, modality, *more = row
    return Machine(pk, reference_of(pk), trust_id, site_id, Modality(modality), *more)  # type: ignore[arg-type]


def values_of(row: tuple[Decimal | int | None, ...]) -> Mapping[Measure, Decimal]:
    """Return the measures that are known, from their values in the order of MEASURES."""
    return {
        measure: Decimal(value) for measure, value in zip(MEASURES, row, strict=True) if value is not None
    }


def _key(row: tuple[object, ...]) -> Key:
    return row  # type: ignore[return-value]
