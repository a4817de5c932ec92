"""The population of England's parts on a date, for figures per million."""

from networks.domain.organisations import Structure
from networks.domain.population import Populations, year_for
from networks.models import Population


def populations(england: Structure) -> Populations:
    """Return the populations that count on the date of `england`. One query."""
    rows = list(Population.objects.values_list("icb_id", "year", "persons", "source"))
    year = year_for({year for _, year, _, _ in rows}, england.on.year)
    of_year = [row for row in rows if row[1] == year]
    sources = sorted({source for _, _, _, source in of_year})
    return Populations(
        england, {icb: persons for icb, _, persons, _ in of_year}, year=year, source="; ".join(sources)
    )
