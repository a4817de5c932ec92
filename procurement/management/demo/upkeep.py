"""The facts of demonstration machines beyond what and where they are: ownership, money, upkeep, software, tests.

Drawn from a source of chance of their own, so that adding a fact here changes no machine, price or plan elsewhere. All of
it is made up; what nobody has recorded is left out, as in real registers.
"""

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from assets.domain.ageing import completed_years
from assets.domain.vocabulary import (
    Detector,
    Funding,
    Modality,
    Ownership,
    QualityResult,
    Subtype,
    SupportSource,
    Technology,
)
from assets.models import Asset

_SUBTYPES = {"XR-DR": Subtype.GENERAL, "XR-MOB": Subtype.MOBILE, "XR-FLU": Subtype.FLUOROSCOPY}
_OWNERSHIPS = (
    (Ownership.OWNED, 66),
    (Ownership.LEASED, 12),
    (Ownership.MANAGED_SERVICE, 10),
    (Ownership.CHARITY, 5),
    (Ownership.PFI, 2),
    (Ownership.NOT_KNOWN, 5),
)
_SYSTEMS = (
    (2009, "Windows XP", date(2014, 4, 8)),
    (2016, "Windows 7", date(2020, 1, 14)),
    (2022, "Windows 10", date(2025, 10, 14)),
    (9999, "Windows 11", None),
)
"""Installed before that year: the console's operating system and the day its maker's support ended."""

_UPKEEP_PER_CENT = 8
"""Of the price a year, about."""


class Upkeep:
    """Draws the further facts of one machine after another."""

    def __init__(self, random: Random, as_at: date) -> None:
        self._random = random
        self._as_at = as_at

    def fill_in(self, asset: Asset) -> Asset:
        """Give a machine its further facts and return it."""
        year = asset.installed_on.year if asset.installed_on else self._as_at.year - 12
        facts: dict[str, Any] = {"support_source": SupportSource.OWN.value if asset.support_ends_on else ""}
        facts |= self._kind(asset, year)
        facts |= self._software(year)
        facts |= self._owner(asset, year)
        facts |= self._money(asset, year)
        facts |= self._maintenance(asset, year)
        facts |= self._state(asset, year)
        for field, value in facts.items():
            setattr(asset, field, value)
        return asset

    def _often(self, per_cent: int) -> bool:
        return self._random.randrange(100) < per_cent

    def _kind(self, asset: Asset, year: int) -> dict[str, Any]:
        facts: dict[str, Any] = {}
        code = asset.specification.code
        if asset.modality == Modality.XRAY:
            facts["subtype"] = _SUBTYPES.get(code, Subtype.GENERAL).value if self._often(92) else ""
            is_cr = year < 2012 and self._often(55)
            facts["detector"] = (Detector.CR if is_cr else Detector.DR).value
        if asset.modality == Modality.MAMMOGRAPHY:
            facts["detector"] = Detector.DR.value
            facts["is_nhsbsp_evaluated"] = True if year > 2010 or self._often(70) else None
        return facts

    def _software(self, year: int) -> dict[str, Any]:
        if self._often(30):
            return {"is_networked": True if self._often(60) else None}
        _, name, ends_on = next(system for system in _SYSTEMS if year < system[0])
        return {
            "operating_system": name,
            "operating_system_ends_on": ends_on,
            "is_networked": self._often(96),
        }

    def _owner(self, asset: Asset, year: int) -> dict[str, Any]:
        owners, weights = zip(*_OWNERSHIPS, strict=True)
        owner = self._random.choices(owners, weights)[0]
        ends: date | None = None
        if owner in (Ownership.LEASED, Ownership.MANAGED_SERVICE, Ownership.PFI):
            ends = date(year + self._random.randrange(7, 16), 3, 31)
        return {"ownership": owner.value, "ownership_ends_on": ends}

    def _money(self, asset: Asset, year: int) -> dict[str, Any]:
        if asset.price_paid_pence is None or asset.installed_on is None:
            return {}
        age = completed_years(asset.installed_on, self._as_at)
        life = 10 if self._often(70) else 7
        left = max(0, life - age)
        facts: dict[str, Any] = {"price_year": year, "accounting_life_years": life}
        facts["vat_paid_pence"] = asset.price_paid_pence // 5
        if self._often(60):
            facts["works_paid_pence"] = (
                asset.price_paid_pence * self._random.randrange(5, 40) // 100 // 100_000 * 100_000
            )
        if self._often(75):
            gross = asset.price_paid_pence + asset.price_paid_pence // 5
            facts["net_book_value_pence"] = gross * left // life
            facts["finance_number"] = f"FA-{self._random.randrange(10_000, 100_000)}"
        return facts

    def _maintenance(self, asset: Asset, year: int) -> dict[str, Any]:
        if asset.installed_on is None:
            return {}
        warranty = asset.installed_on.replace(day=1) + timedelta(days=366 * self._random.choice((1, 1, 2)))
        facts: dict[str, Any] = {"warranty_ends_on": warranty.replace(day=1) - timedelta(days=1)}
        if self._often(80):
            facts["maintenance_provider"] = asset.manufacturer if self._often(75) else "Clinical engineering"
            facts["maintenance_ends_on"] = date(self._as_at.year + self._random.randrange(1, 6), 3, 31)
            facts["uptime_target_percent"] = Decimal(self._random.choice((95, 97, 98, 98, 99)))
        if asset.price_paid_pence and self._often(70):
            share = self._random.randrange(_UPKEEP_PER_CENT - 2, _UPKEEP_PER_CENT + 4)
            facts["maintenance_cost_pence"] = asset.price_paid_pence * share // 100 // 10_000 * 10_000
        if self._often(65):
            age = completed_years(asset.installed_on, self._as_at)
            facts["downtime_hours"] = self._random.randrange(0, 30) + self._random.randrange(0, 12) * age
        return facts

    def _state(self, asset: Asset, year: int) -> dict[str, Any]:
        age = self._as_at.year - year
        facts: dict[str, Any] = {
            "is_emergency": asset.modality == Modality.CT and self._often(60) if self._often(80) else None,
            "hours_per_week": self._random.choice((40, 50, 60, 84, 168)) if self._often(70) else None,
            "has_safety_notice": self._often(3) if self._often(70) else None,
        }
        if self._often(80):
            levels = [
                (Technology.CURRENT, 80 - 8 * age),
                (Technology.BEHIND, 30),
                (Technology.FAR_BEHIND, 4 * age),
            ]
            words, weights = zip(*((word, max(2, weight)) for word, weight in levels), strict=True)
            facts["technology"] = self._random.choices(words, weights)[0].value
        if self._often(75):
            result = self._random.choices(list(QualityResult)[:3], (94, 4 + age // 3, 1 + age // 8))[0]
            tested = self._as_at - timedelta(days=self._random.randrange(20, 500))
            if asset.installed_on is None or tested >= asset.installed_on:
                facts |= {"qa_result": result.value, "qa_on": tested}
        if age >= 8 and self._often(55):
            funding = (Funding.NONE, Funding.BID, Funding.FUNDED, Funding.NOT_NEEDED)
            facts["replacement_funding"] = self._random.choices(funding, (45, 25, 25, 5))[0].value
        if asset.installed_on and self._often(60):
            checked = self._as_at - timedelta(days=self._random.randrange(10, 700))
            if checked >= asset.installed_on:
                facts |= {"verified_on": checked, "verified_by": "Imaging services manager"}
        return facts


def mark_the_only_ones(assets: list[Asset]) -> None:
    """Say of every machine whether it is the only one of its modality at its site."""
    standing: dict[tuple[int, str], list[Asset]] = {}
    for asset in assets:
        standing.setdefault((asset.site_id, asset.modality), []).append(asset)
    for alike in standing.values():
        for asset in alike:
            asset.is_only_one_on_site = len(alike) == 1
