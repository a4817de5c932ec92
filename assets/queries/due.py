"""The machines that are due for replacement, those losing support, and what the register still lacks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from assets.domain.ageing import Age, age_on, installed_by
from assets.domain.alerts import AlertKind, rule
from assets.domain.due import Reason, reasons
from assets.domain.guidance import reference_ages
from assets.domain.months import months_after
from assets.domain.vocabulary import Modality, Precision
from assets.models import Asset
from assets.queries.assets import in_fleet_on, lacking_any
from networks.domain.access import Actor
from networks.domain.financial_year import ends_on, financial_year_of

SUPPORT_MONTHS = rule(AlertKind.SUPPORT).lead_months
"""How far ahead the end of support is looked for: its lead time, from `assets/rules/alerts.toml`."""


def support_until(on: date) -> date:
    """Return the day before which support must end to be looked at on `on`."""
    return months_after(on, SUPPORT_MONTHS)


def support_states(on: date) -> dict[str, Q]:
    """Return the conditions for the support of a machine to have ended, to end soon, to end later, or not to be known."""
    until = support_until(on)
    return {
        "ended": Q(support_ends_on__lt=on),
        "ending": Q(support_ends_on__gte=on, support_ends_on__lt=until),
        "later": Q(support_ends_on__gte=until),
        "not_known": Q(support_ends_on=None),
    }


@dataclass(frozen=True, slots=True)
class DueMachine:
    """A machine with its age and why it is due."""

    asset: Asset
    age: Age | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class DueList:
    """The first of the machines that are due, of `total` in all, among `fleet` machines."""

    machines: tuple[DueMachine, ...]
    total: int
    fleet: int


def due_by_age(actor: Actor, *, on: date, limit: int) -> DueList:
    """Return the oldest machines that have reached, or reach by the end of the financial year, an age of guidance.

    Two queries.
    """
    fleet = Asset.objects.visible_to(actor).filter(in_fleet_on(on))
    reached = _reaching_guidance(ends_on(financial_year_of(on)))
    counted = fleet.aggregate(fleet=Count("pk"), due=Count("pk", filter=reached))
    rows = fleet.filter(reached).select_related("site", "trust").order_by("installed_on", "pk")[:limit]
    return DueList(_with_reasons(rows, on), counted["due"], counted["fleet"])


def _reaching_guidance(by: date) -> Q:
    """The youngest age that guidance names for a machine's modality is reached by a date."""
    condition = Q(pk__in=())
    for modality in Modality:
        if ages := reference_ages(modality):
            condition |= Q(modality=modality.value, installed_on__lte=installed_by(min(ages), by))
    return condition


def overdue(on: date) -> Q:
    """Return the condition for a machine to have reached the youngest age that guidance names for its modality."""
    return _reaching_guidance(on)


def due_this_year(on: date) -> Q:
    """Return the condition for a machine to reach that age after a date, by the end of the date's financial year."""
    # Not "and not reached": of a condition turned round, machines of unknown age would need a case of their own.
    by = ends_on(financial_year_of(on))
    condition = Q(pk__in=())
    for modality in Modality:
        if ages := reference_ages(modality):
            condition |= Q(
                modality=modality.value,
                installed_on__lte=installed_by(min(ages), by),
                installed_on__gt=installed_by(min(ages), on),
            )
    return condition


def losing_support(actor: Actor, *, on: date, limit: int) -> DueList:
    """Return the machines whose vendor support has ended or ends within `SUPPORT_MONTHS`, soonest first. Two queries."""
    fleet = Asset.objects.visible_to(actor).filter(in_fleet_on(on))
    ending = Q(support_ends_on__lt=support_until(on))
    counted = fleet.aggregate(fleet=Count("pk"), due=Count("pk", filter=ending))
    rows = fleet.filter(ending).select_related("site", "trust").order_by("support_ends_on", "pk")[:limit]
    return DueList(_with_reasons(rows, on), counted["due"], counted["fleet"])


@dataclass(frozen=True, slots=True)
class Gaps:
    """How many machines of the fleet lack what age, identity or support hang on."""

    fleet: int
    installation_date: int
    serial_number: int
    model_name: int
    support_end: int


def gaps(actor: Actor, *, on: date) -> Gaps:
    """Count what the register still lacks, for the fleet an actor may see. One query."""
    counted = (
        Asset.objects.visible_to(actor)
        .filter(in_fleet_on(on))
        .aggregate(
            fleet=Count("pk"),
            installation_date=Count("pk", filter=Q(installed_on=None)),
            serial_number=Count("pk", filter=lacking_any(["serial_number"])),
            model_name=Count("pk", filter=lacking_any(["model_name"])),
            support_end=Count("pk", filter=lacking_any(["support_end"])),
        )
    )
    return Gaps(**counted)


def _with_reasons(rows: Iterable[Asset], on: date) -> tuple[DueMachine, ...]:
    until = support_until(on)
    found = []
    for asset in rows:
        precision = Precision(asset.installed_precision)
        why = reasons(
            Modality(asset.modality),
            asset.installed_on,
            precision,
            asset.support_ends_on,
            on=on,
            support_until=until,
        )
        found.append(DueMachine(asset, age_on(asset.installed_on, on, precision), why))
    return tuple(found)
