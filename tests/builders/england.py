"""England with so many machines as one asks for, written by the thousand: 24 networks, 120 trusts, 360 sites.

The same for the same number: no chance in it. Dates, makers, states and gaps are spread as registers have them.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from assets.domain.vocabulary import Condition, Modality, Ownership, Precision, Status, SupportSource
from assets.models import Asset, Specification
from networks.domain.access import Role
from networks.domain.organisations import Kind, Tie
from networks.models import Appointment, Link, Organisation, User

NETWORKS, TRUSTS, SITES = 24, 120, 360
ANALYST = "national.analyst@demo.example"

_LONG_AGO = date(2015, 4, 1)
_MAKERS = ("Siemens Healthineers", "GE HealthCare", "Philips", "Canon", "Fujifilm", "Hologic", "")
_MODELS = ("Apex", "Bright", "Clarity", "Definition", "Edge", "Focus", "Go", "Horizon", "Ingenia", "Jet")
_MODALITIES = (Modality.XRAY, Modality.XRAY, Modality.CT, Modality.MRI, Modality.XRAY, Modality.MAMMOGRAPHY)
_CONDITIONS = (Condition.GOOD, Condition.FAIR, Condition.GOOD, Condition.POOR, Condition.NOT_KNOWN)
_OWNERSHIPS = (Ownership.OWNED, Ownership.OWNED, Ownership.LEASED, Ownership.PFI, Ownership.NOT_KNOWN)
_FIRST_DAY = date(2002, 1, 1)


def make_england(machines: int, *, analyst: str = ANALYST) -> User:
    """Make the organisations, the machines with a first history row each, and a national analyst, who is returned."""
    nation, trusts, sites = _organisations()
    specifications = {
        modality: Specification.objects.get_or_create(
            code=f"{modality.value}-STD", defaults={"modality": modality.value, "name": modality.label}
        )[0].pk
        for modality in Modality
    }
    Asset.objects.bulk_create(_machines(machines, trusts, sites, specifications), batch_size=400)
    history = Asset.history.model
    history.objects.bulk_create(
        (
            history(
                **{field.attname: getattr(asset, field.attname) for field in history.tracked_fields},
                history_date=asset.created_at,
                history_type="+",
            )
            for asset in Asset.objects.order_by("-pk")[:1]
        ),
    )
    user = User.objects.create(email=analyst, name="The analyst")
    Appointment.objects.create(
        user=user, role=Role.NATIONAL_ANALYST, organisation=nation, starts_on=_LONG_AGO
    )
    return user


def _organisations() -> tuple[Organisation, list[Organisation], list[Organisation]]:
    def made(kind: Kind, count: int, name: str) -> list[Organisation]:
        return Organisation.objects.bulk_create(
            Organisation(kind=kind, code=f"{kind.value[0].upper()}Z{number:03d}", name=name.format(number))
            for number in range(count)
        )

    nation = Organisation.objects.create(kind=Kind.NATION, code="ENG", name="England")
    networks = made(Kind.NETWORK, NETWORKS, "Imaging Network {:02d}")
    trusts = made(Kind.TRUST, TRUSTS, "Town {:03d} University Hospitals NHS Foundation Trust")
    sites = made(Kind.SITE, SITES, "Hospital {:03d}")
    Link.objects.bulk_create(
        [
            *(
                Link(source=trust, target=networks[n % NETWORKS], tie=Tie.MEMBER_OF, starts_on=_LONG_AGO)
                for n, trust in enumerate(trusts)
            ),
            *(
                Link(source=site, target=trusts[n % TRUSTS], tie=Tie.PART_OF, starts_on=_LONG_AGO)
                for n, site in enumerate(sites)
            ),
        ]
    )
    return nation, trusts, sites


def _machines(
    count: int, trusts: list[Organisation], sites: list[Organisation], specifications: dict[Modality, int]
) -> Iterator[Asset]:
    for n in range(count):
        spread = n * 7919 % 100_003  # a prime, so that neighbours differ in everything
        modality = _MODALITIES[spread % len(_MODALITIES)]
        maker = _MAKERS[spread // 3 % len(_MAKERS)]
        precision = (Precision.DAY, Precision.MONTH, Precision.YEAR, Precision.DAY)[spread // 5 % 4]
        installed = (
            None if spread % 23 == 0 else _first_day(_FIRST_DAY + timedelta(days=spread % 8_900), precision)
        )
        retired = spread % 17 == 0 and installed is not None
        supported = None if spread % 4 == 0 else date(2020 + spread % 14, 1 + spread % 12, 1 + spread % 28)
        yield Asset(
            trust=trusts[n % TRUSTS],
            site=sites[n % SITES],
            location=f"Room {spread % 40}",
            asset_tag=f"T{n:06d}",
            modality=modality.value,
            specification_id=specifications[modality],
            manufacturer=maker,
            model_name=f"{_MODELS[spread // 7 % len(_MODELS)]} {spread % 9}" if maker else "",
            serial_number="" if spread % 11 == 0 else f"SN{n:07d}",
            year_of_manufacture=installed.year if installed else None,
            installed_on=installed,
            installed_precision=(precision if installed else Precision.NOT_KNOWN).value,
            support_ends_on=supported,
            support_source=(SupportSource.OWN if supported else SupportSource.NOT_KNOWN).value,
            ownership=_OWNERSHIPS[spread // 2 % len(_OWNERSHIPS)].value,
            condition=_CONDITIONS[spread % len(_CONDITIONS)].value,
            examinations_per_year=None if spread % 3 == 0 else 2_000 + spread % 12_000,
            price_paid_pence=None if spread % 2 == 0 else 10_000_000 + 100_000 * (spread % 900),
            status=(
                Status.RETIRED if retired else Status.STANDBY if spread % 29 == 0 else Status.IN_USE
            ).value,
            retired_on=max(installed, date(2024, 1, 1)) if retired and installed else None,
            notes="Chiller shared with the room next door; keys at reception." if spread % 6 == 0 else "",
        )


def _first_day(day: date, precision: Precision) -> date:
    if precision is Precision.YEAR:
        return day.replace(month=1, day=1)
    return day.replace(day=1) if precision is Precision.MONTH else day
