"""Demand at a site, as records: everything at the edge where nothing is needed unless said otherwise."""

from decimal import Decimal

from assets.domain.vocabulary import Modality
from networks.domain.population import Persons
from procurement.domain.site_need import Demand, Nearest, Use


def a_use(whose="the trust", *, machines=2, known=2, each=0):
    """The use of somebody's scanners: `each` examinations a year on each that is known."""
    return Use(whose, machines, known, Decimal(each) * known)


def a_demand(
    modality=Modality.CT,
    *,
    machines=10,
    persons=1_000_000,
    trust=None,
    network=None,
    nearest=None,
    area="the network",
):
    """Ten CTs for a million people is the national figure of CT; nobody is busy, and one stands on the site."""
    return Demand(
        modality=modality,
        area=area,
        machines=machines,
        persons=Persons(
            persons, 2026 if persons else None, why_not_known="" if persons else "nobody counted"
        ),
        trust=trust or a_use("the trust"),
        network=network or a_use("the network"),
        nearest=nearest or Nearest(Decimal(0), is_on_site=True),
    )
