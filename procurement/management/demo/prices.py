"""Purchases with differences between regions. The figures are made up around what has been published (2019 strategy:
CT £490k to £650k by region, MRI £800k to £850k; Contracts Finder 2026: X-ray room £189k, mobile £94k)."""

from datetime import date, timedelta
from random import Random

from assets.models import Specification
from networks.domain.access import Actor
from networks.models import Organisation
from procurement.actions.prices import PriceFacts, record_prices
from procurement.management.demo.organisations import Cast
from procurement.models import PriceRecord

TYPICAL_POUNDS = {
    "CT-STD": 565_000,
    "CT-CARD": 850_000,
    "MRI-15T": 825_000,
    "MRI-3T": 1_150_000,
    "XR-DR": 195_000,
    "XR-MOB": 94_000,
    "XR-FLU": 350_000,
    "MG-TOMO": 245_000,
}
SOURCE = "Demonstration figure, not a real purchase"

_YEARS_BACK = 6
# What a region pays beside the typical price, in per mille: the two ends of published regional averages for CT, nearly
# level for MRI. Regions are dear or cheap for the same reason in every modality, but not equally so.
_CT_LEVEL = {"Y62": 900, "Y60": 985, "Y61": 1145, "Y63": 905, "Y56": 1090, "Y59": 1060, "Y58": 1000}
_SPREADS = {"CT": 100, "MRI": 23, "XR": 70, "MG": 60}
"""How much of that difference shows in each modality, in per cent."""
_NOISE = {"CT": 50, "MRI": 30, "XR": 70, "MG": 60}
"""How far one purchase lies from its region's level, up or down, in per mille."""
# How many purchases each of three kinds of region has: the last column leaves some below the five that a benchmark needs.
_PURCHASES = {
    "CT-STD": (15, 12, 9),
    "CT-CARD": (6, 4, 2),
    "MRI-15T": (12, 9, 7),
    "MRI-3T": (5, 4, 1),
    "XR-DR": (14, 11, 9),
    "XR-MOB": (9, 7, 3),
    "XR-FLU": (4, 3, 2),
    "MG-TOMO": (8, 6, 4),
}
_SUPPLIERS = {
    "CT": ("Siemens Healthineers", "GE HealthCare", "Philips", "Canon Medical Systems"),
    "MRI": ("Siemens Healthineers", "GE HealthCare", "Philips", "Canon Medical Systems"),
    "XR": ("Siemens Healthineers", "Philips", "Carestream", "Agfa", "Samsung", "Shimadzu"),
    "MG": ("Hologic", "GE HealthCare", "Siemens Healthineers"),
}
_ROUTES = (
    PriceRecord.Route.JOINT,
    PriceRecord.Route.FRAMEWORK,
    PriceRecord.Route.OWN,
    PriceRecord.Route.NOT_KNOWN,
)
_ROUTE_LEVEL = {"joint": 950, "framework": 1005, "own": 1030, "": 1000}


def make_prices(*, by: Actor, random: Random, cast: Cast, as_at: date) -> list[PriceRecord]:
    """Record purchases over the years before `as_at`, for every region that has trusts, and return them."""
    specifications = {row.code: row for row in Specification.objects.filter(code__in=_PURCHASES)}
    regions = list(dict.fromkeys(trust.region.code for trust in cast.trusts))
    facts = []
    for place, region in enumerate(regions):
        buyers = [trust.row for trust in cast.trusts if trust.region.code == region]
        for code, counts in _PURCHASES.items():
            if code not in specifications:
                continue
            for _ in range(counts[place % len(counts)]):
                facts.append(_purchase(random, specifications[code], region, random.choice(buyers), as_at))
    return record_prices(by=by, prices=facts, on=as_at, reason="Demonstration data")


def _purchase(
    random: Random, specification: Specification, region: str, buyer: Organisation, as_at: date
) -> PriceFacts:
    modality = specification.modality
    route = random.choices(_ROUTES, (30, 40, 20, 10))[0]
    level = 1000 + (_CT_LEVEL[region] - 1000) * _SPREADS[modality] // 100
    noise = 1000 + random.randrange(-_NOISE[modality], _NOISE[modality] + 1)
    pounds = TYPICAL_POUNDS[specification.code] * level // 1000 * noise // 1000 * _ROUTE_LEVEL[route] // 1000
    return PriceFacts(
        trust=buyer,
        specification=specification,
        quantity=random.choices((1, 2, 3), (75, 18, 7))[0],
        unit_price_pence=pounds // 50 * 50 * 100,
        priced_on=as_at - timedelta(days=random.randrange(20, 365 * _YEARS_BACK)),
        source=SOURCE,
        route=route,
        supplier=random.choice(_SUPPLIERS[modality]),
    )
