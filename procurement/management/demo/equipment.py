"""A fleet whose ages give the shares the 2019 strategy found: about 14% of CT and 34% of MRI at ten years or older."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from simple_history.utils import bulk_create_with_history

from assets.domain.ageing import completed_years, installed_by
from assets.domain.vocabulary import Condition, Modality, Precision, Status
from assets.models import Asset, Specification
from assets.queries.machine_models import KnownModels
from networks.models import Organisation
from procurement.domain.pricing import apportion
from procurement.management.demo.catalogue import Model, choose_model
from procurement.management.demo.organisations import Cast, DemoTrust
from procurement.management.demo.prices import TYPICAL_POUNDS
from procurement.management.demo.upkeep import Upkeep, mark_the_only_ones

ALL_OLD = "ZA9"
"""The trust whose whole fleet is ten years or older."""

_SHARES = {Modality.CT: 275, Modality.MRI: 240, Modality.XRAY: 375, Modality.MAMMOGRAPHY: 110}
_OLD_PER_CENT = {Modality.CT: 14, Modality.MRI: 34, Modality.XRAY: 38, Modality.MAMMOGRAPHY: 20}
_UNKNOWN_PER_MILLE = {Modality.CT: 18, Modality.MRI: 21, Modality.XRAY: 33, Modality.MAMMOGRAPHY: 23}
# From so many years up to, not including, so many; and how often.
_YOUNG_AGES = ((0, 5, 45), (5, 7, 20), (7, 10, 35))
_OLD_AGES = {
    Modality.CT: ((10, 13, 75), (13, 18, 25)),
    Modality.MRI: ((10, 15, 75), (15, 21, 25)),
    Modality.XRAY: ((10, 15, 62), (15, 23, 31), (23, 38, 7)),
    Modality.MAMMOGRAPHY: ((10, 14, 80), (14, 18, 20)),
}
_PRECISIONS = (Precision.DAY, Precision.MONTH, Precision.YEAR)
_CONDITIONS = (Condition.GOOD, Condition.FAIR, Condition.POOR, Condition.NOT_KNOWN)
_EXAMINATIONS = {
    "CT-STD": (8_000, 17_000),
    "CT-CARD": (6_000, 12_000),
    "MRI-15T": (4_500, 8_000),
    "MRI-3T": (4_000, 7_000),
    "XR-DR": (8_000, 24_000),
    "XR-MOB": (2_500, 7_000),
    "XR-FLU": (1_200, 3_800),
    "MG-TOMO": (4_000, 8_500),
}
_ROOMS = {
    "XR-MOB": "Mobile unit",
    "XR-FLU": "Fluoroscopy room",
    "MG-TOMO": "Breast unit room",
}
_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class _Slot:
    """One machine to be drawn: whose, what, and whether ten or older (None: installation date not known)."""

    trust: DemoTrust
    modality: Modality
    is_old: bool | None


def make_equipment(
    *, random: Random, of_upkeep: Random, cast: Cast, as_at: date, machines: int
) -> list[Asset]:
    """Write `machines` assets in use or standby and return them, in the order of trust and modality.

    `of_upkeep` is the chance behind the facts of `upkeep`, `random` behind all others.
    """
    specifications = {row.code: row for row in Specification.objects.all()}
    defaults = {row.modality: row for row in specifications.values() if row.is_default}
    drawer = _Drawer(random, as_at, specifications, defaults)
    upkeep, models = Upkeep(of_upkeep, as_at), KnownModels()
    assets = [upkeep.fill_in(drawer.draw(slot)) for slot in _slots(random, cast.trusts, machines)]
    mark_the_only_ones(assets)
    for asset in assets:
        model = models.named(asset.manufacturer, asset.model_name, Modality(asset.modality))
        asset.machine_model_id = model.id if model else None
    made: list[Asset] = bulk_create_with_history(
        assets, Asset, batch_size=500, default_change_reason="Demonstration data"
    )
    return made


def _slots(random: Random, trusts: list[DemoTrust], machines: int) -> list[_Slot]:
    counts = apportion(machines, list(_SHARES.values()))
    found: list[_Slot] = []
    for modality, count in zip(_SHARES, counts, strict=True):
        # Every trust has at least one of each, so that every page has something to show.
        shares = [1 + more for more in apportion(count - len(trusts), [trust.size for trust in trusts])]
        owners = [trust for trust, share in zip(trusts, shares, strict=True) for _ in range(share)]
        found += _with_ages(random, owners, modality)
    order = {trust.row.code: place for place, trust in enumerate(trusts)}
    found.sort(key=lambda slot: order[slot.trust.row.code])
    return found


def _with_ages(random: Random, owners: list[DemoTrust], modality: Modality) -> Iterator[_Slot]:
    """Deal out old, young and unknown ages: exactly as many old ones as the share asks, the all-old trust's first."""
    always_old = [owner for owner in owners if owner.row.code == ALL_OLD]
    others = [owner for owner in owners if owner.row.code != ALL_OLD]
    old = (len(owners) * _OLD_PER_CENT[modality] + 50) // 100 - len(always_old)
    unknown = (len(owners) * _UNKNOWN_PER_MILLE[modality] + 500) // 1000
    ages: list[bool | None] = [True] * old + [None] * unknown + [False] * (len(others) - old - unknown)
    random.shuffle(ages)
    yield from (_Slot(owner, modality, True) for owner in always_old)
    yield from (_Slot(owner, modality, age) for owner, age in zip(others, ages, strict=True))


class _Drawer:
    """Draws one machine after another from one source of chance, keeping numbers unique within a trust."""

    def __init__(
        self,
        random: Random,
        as_at: date,
        specifications: dict[str, Specification],
        defaults: dict[str, Specification],
    ) -> None:
        self._random = random
        self._as_at = as_at
        self._specifications = specifications
        self._defaults = defaults
        self._tags: Counter[str] = Counter()
        self._rooms: Counter[tuple[str, str]] = Counter()
        self._serials: set[tuple[str, str]] = set()

    def draw(self, slot: _Slot) -> Asset:
        random = self._random
        installed_on, precision = self._installation(slot)
        year = installed_on.year if installed_on else self._as_at.year - random.randrange(4, 16)
        model = choose_model(random, slot.modality, year)
        age = completed_years(installed_on, self._as_at) if installed_on else 12
        specification = self._specifications.get(model.specification) or self._defaults[slot.modality]
        site = self._site(slot)
        return Asset(
            trust=slot.trust.row,
            site=site,
            location=self._room(site, slot.modality, model),
            asset_tag=self._tag(slot.trust),
            modality=slot.modality,
            specification=specification,
            manufacturer=random.choice(model.makers) if random.randrange(100) >= 2 else "",
            model_name=model.name if random.randrange(100) >= 2 else "",
            serial_number=self._serial(slot.trust),
            year_of_manufacture=year - random.randrange(2)
            if installed_on and random.randrange(100) < 85
            else None,
            installed_on=installed_on,
            installed_precision=precision,
            support_ends_on=self._support_end(year),
            condition=self._condition(age),
            examinations_per_year=self._examinations(model),
            price_paid_pence=self._price(model),
            status=Status.STANDBY if random.randrange(100) < 3 else Status.IN_USE,
        )

    def _installation(self, slot: _Slot) -> tuple[date | None, Precision]:
        if slot.is_old is None:
            return None, Precision.NOT_KNOWN
        ages = _OLD_AGES[slot.modality] if slot.is_old else _YOUNG_AGES
        at_least, below, _ = self._random.choices(ages, [weight for *_, weight in ages])[0]
        latest, earliest = installed_by(at_least, self._as_at), installed_by(below, self._as_at)
        day = latest - timedelta(days=self._random.randrange((latest - earliest).days))
        precision = self._random.choices(_PRECISIONS, (70, 14, 16))[0]
        first = _first_day(day, precision)
        # An uncertain date counts from its first day; where that would carry the machine over ten, the day is known.
        if (completed_years(first, self._as_at) >= 10) is not slot.is_old:
            return day, Precision.DAY
        return first, precision

    def _site(self, slot: _Slot) -> Organisation:
        weights = (60, 25, 15)[: len(slot.trust.sites)]
        return self._random.choices(slot.trust.sites, weights)[0]

    def _room(self, site: Organisation, modality: Modality, model: Model) -> str:
        kind = _ROOMS.get(model.specification, f"{modality.label} room")
        self._rooms[site.code, kind] += 1
        return f"{kind} {self._rooms[site.code, kind]}"

    def _tag(self, trust: DemoTrust) -> str:
        # Every fifth trust numbers nothing.
        if trust.row.code[-1] in "59":
            return ""
        self._tags[trust.row.code] += 1
        return f"IMG-{self._tags[trust.row.code]:04d}"

    def _serial(self, trust: DemoTrust) -> str:
        random = self._random
        if random.randrange(100) < 5:
            return ""
        while True:
            digits = f"{random.randrange(10_000, 1_000_000)}"
            letters = random.choice(_LETTERS) + random.choice(_LETTERS) if random.randrange(2) else ""
            serial = letters + digits
            if (trust.row.code, serial) not in self._serials:
                self._serials.add((trust.row.code, serial))
                return serial

    def _support_end(self, year: int) -> date | None:
        if self._random.randrange(100) < 15:
            return None
        month, day = self._random.choice(((3, 31), (12, 31)))
        return date(year + self._random.randrange(10, 15), month, day)

    def _condition(self, age: int) -> Condition:
        weights = (80, 12, 2, 6) if age < 5 else (45, 38, 9, 8) if age < 10 else (10, 46, 36, 8)
        return self._random.choices(_CONDITIONS, weights)[0]

    def _examinations(self, model: Model) -> int | None:
        if self._random.randrange(100) < 12:
            return None
        least, most = _EXAMINATIONS[model.specification]
        return self._random.randrange(least, most, 10)

    def _price(self, model: Model) -> int | None:
        if self._random.randrange(100) < 45:
            return None
        pounds = TYPICAL_POUNDS[model.specification] * self._random.randrange(860, 1140) // 1000
        return pounds // 500 * 500 * 100


def _first_day(day: date, precision: Precision) -> date:
    if precision == Precision.YEAR:
        return day.replace(month=1, day=1)
    return day.replace(day=1) if precision == Precision.MONTH else day
