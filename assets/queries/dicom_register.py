"""The machines that devices of images are compared with."""

from datetime import date

from assets.domain.dicom_proposals import Standing
from assets.domain.entries import reference_of
from assets.domain.vocabulary import Modality, Status
from assets.models import Asset
from networks.domain.access import Actor, Permission
from networks.models import Organisation
from networks.queries.organisations import structure


def standing_machines(actor: Actor, trust_id: int | None, *, on: date) -> list[Standing]:
    """Return the machines of a trust and those it has taken over, the retired among them; of all where it is None.

    Only those that the actor may edit. Three queries at most.
    """
    machines = Asset.objects.visible_to(actor, Permission.EDIT_ASSETS)
    if trust_id is not None:
        machines = machines.filter(trust_id__in=structure(on=on).with_predecessors(trust_id))
    rows = machines.order_by("pk").values_list(
        "pk",
        "site_id",
        "site__name",
        "modality",
        "status",
        "manufacturer",
        "model_name",
        "serial_number",
        "station_name",
    )
    return [
        Standing(pk, reference_of(pk), site_id, site, Modality(modality), status == Status.RETIRED, *names)
        for pk, site_id, site, modality, status, *names in rows
    ]


def site_with_code(code: str) -> Organisation | None:
    """Return the site with an ODS code, however it is written; None where there is none."""
    return Organisation.objects.filter(kind="site", code__iexact=code.strip()).first()
