"""Loading the population of integrated care boards."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction

from networks.actions.events import record
from networks.domain.access import Actor, Permission
from networks.domain.organisations import Kind
from networks.imports.population import Row
from networks.models import Organisation, Population


@dataclass
class PopulationReport:
    """What loading did: how many figures were added, changed or left, and the names that no ICB of ours has."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    not_found: list[str] = field(default_factory=list)


@transaction.atomic
def load_population(*, by: Actor, rows: Iterable[Row], year: int, source: str) -> PopulationReport:
    """Keep the persons of each ICB in a year, found by its ONS code or else its name. Raises NotAllowed.

    An ICB that the register of organisations does not know is reported and left out: its persons would be nobody's.
    """
    by.require(Permission.ADMINISTER)
    report = PopulationReport()
    icbs = list(Organisation.objects.filter(kind=Kind.ICB))
    by_code = {icb.gss_code: icb for icb in icbs if icb.gss_code}
    by_name = {icb.name.casefold(): icb for icb in icbs}
    held = {row.icb_id: row for row in Population.objects.filter(year=year)}
    for row in rows:
        icb = by_code.get(row.gss_code) or by_name.get(row.name.casefold())
        if icb is None:
            report.not_found.append(f"line {row.line}: {row.name or row.gss_code}")
            continue
        figure = held.get(icb.pk) or Population(icb=icb, year=year)
        if figure.pk and (figure.persons, figure.source) == (row.persons, source):
            report.unchanged += 1
            continue
        report.changed += bool(figure.pk)
        report.added += not figure.pk
        figure.persons, figure.source = row.persons, source
        figure.save()
    if report.added or report.changed:
        record(
            by=by,
            action="population.loaded",
            subject_type="population",
            subject_id=None,
            subject_label=f"Population of {year}",
            changes={"figures added": (None, report.added), "figures changed": (None, report.changed)},
            reason=source,
        )
    return report
