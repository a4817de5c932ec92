"""What each person's first page answers: plans, money, tenders, documents, regions, and who is at work here."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q

from assets.domain.fleet import AgeTally, tally, tally_by
from assets.domain.fleet_groups import Group, Grouping, by_modality_within, grouped
from assets.domain.vocabulary import Modality
from assets.queries.fleet import fleet_as_at
from networks.domain.access import Actor, Permission
from networks.domain.financial_year import label
from networks.domain.organisations import Kind
from networks.models import Appointment, Organisation
from networks.queries.organisations import structure
from networks.queries.people import in_force
from procurement.domain.pricing import total_if_known
from procurement.models import Document, PlanVersion, Tender
from procurement.queries.plan_board import Board, BoardCell, BoardRow, board
from procurement.queries.plan_versions import VersionReading, read_version
from procurement.queries.tenders import tenders

YEARS_SHOWN = 5
"""Five years of money: what a capital plan's summary shows."""


def newest_reading(actor: Actor) -> VersionReading | None:
    """Return the newest solved plan the actor may see, no scenario, as they may see it; None without one. Three queries."""
    version: PlanVersion | None = (
        PlanVersion.objects.visible_to(actor)
        .filter(plan__scenario_of=None)
        .select_related("plan__network", "created_by")
        .order_by("-created_at", "-pk")
        .first()
    )
    return None if version is None else read_version(actor, version)


@dataclass(frozen=True, slots=True)
class Money:
    """What machines cost against the envelope: of a year, or of a trust over the years shown. Pence inc VAT.

    `envelope_pence` is None where not known. `other_pence` is spent beyond the trusts' own money, carried sums included:
    paid by network or national money, or not paid for.
    """

    name: str
    machines: int
    spend_pence: int
    envelope_pence: int | None
    other_pence: int

    @property
    def left_pence(self) -> int | None:
        """What the envelope leaves: below nothing where more is spent; None where the envelope is not known."""
        return None if self.envelope_pence is None else self.envelope_pence - self.spend_pence


@dataclass(frozen=True, slots=True)
class PlanMoney:
    """A plan's money over its first `YEARS_SHOWN` years: by year, by trust, and in all."""

    years: tuple[int, ...]
    by_year: tuple[Money, ...]
    by_trust: tuple[Money, ...]
    total: Money


def plan_money(reading: VersionReading) -> PlanMoney:
    """Add up a plan's first years as far as its reader may see them. No query."""
    laid_out = board(reading)
    years = laid_out.years[:YEARS_SHOWN]
    columns = [[row.cells[place] for row in laid_out.rows] for place in range(len(years))]
    return PlanMoney(
        years=years,
        by_year=tuple(_money(label(y), cells) for y, cells in zip(years, columns, strict=True)),
        by_trust=tuple(_money(row.name, _first(row)) for row in laid_out.rows),
        total=_money(_total_name(laid_out, reading), [cell for cells in columns for cell in cells]),
    )


def _first(row: BoardRow) -> list[BoardCell]:
    return list(row.cells[:YEARS_SHOWN])


def _total_name(laid_out: Board, reading: VersionReading) -> str:
    if len(laid_out.rows) == 1:
        return laid_out.rows[0].name
    return "All trusts" if reading.whole else "Your trusts together"


def _money(name: str, cells: list[BoardCell]) -> Money:
    return Money(
        name=name,
        machines=sum(cell.bought for cell in cells),
        spend_pence=sum(cell.spend_pence for cell in cells),
        envelope_pence=total_if_known(cell.envelope_pence for cell in cells),
        other_pence=sum(cell.other_money_pence for cell in cells),
    )


def open_tenders(actor: Actor, *, limit: int) -> list[Tender]:
    """Return the open tenders the actor may see, the next key date first, each with `units` and `trusts`. One query."""
    found = tenders(actor).filter(status=Tender.Status.OPEN)
    return list(found.order_by("key_date_on", "pk")[:limit])


def newest_documents(actor: Actor, *, limit: int) -> list[Document]:
    """Return the newest documents the actor may see. One query."""
    return list(Document.objects.visible_to(actor).order_by("-made_at", "-pk")[:limit])


def fleet_by_trust(actor: Actor, *, on: date) -> tuple[tuple[Group, ...], dict[Modality, AgeTally], AgeTally]:
    """Return a fleet's ages by trust, by modality and in all. Three queries."""
    fleet = fleet_as_at(actor, on=on)
    trusts = grouped(fleet, structure(on=on), Grouping.TRUST, on=on)
    return trusts, tally_by(fleet, lambda machines: machines.modality, on=on), tally(fleet, on=on)


def fleet_by_modality(actor: Actor, *, on: date) -> tuple[tuple[Group, ...], AgeTally]:
    """Return a fleet's ages by modality and in all. Three queries."""
    fleet = fleet_as_at(actor, on=on)
    return grouped(fleet, structure(on=on), Grouping.MODALITY, on=on), tally(fleet, on=on)


@dataclass(frozen=True, slots=True)
class Regions:
    """England's regions: all machines of each, and each modality's ages within; `england` is the whole by modality."""

    groups: tuple[Group, ...]
    by_modality: dict[str, dict[Modality, AgeTally]]
    england: dict[Modality, AgeTally]
    whole: AgeTally


def regions(actor: Actor, *, on: date) -> Regions:
    """Return the fleet's ages by region and modality. Three queries."""
    fleet = fleet_as_at(actor, on=on)
    england = structure(on=on)
    return Regions(
        groups=grouped(fleet, england, Grouping.REGION, on=on),
        by_modality=by_modality_within(fleet, england, Grouping.REGION, on=on),
        england=tally_by(fleet, lambda machines: machines.modality, on=on),
        whole=tally(fleet, on=on),
    )


@dataclass(frozen=True, slots=True)
class Administration:
    """How many people hold a role, and how many organisations of each kind there are."""

    people: int
    organisations: dict[Kind, int]


def administration(actor: Actor, *, on: date) -> Administration:
    """Count who is at work here on a date, for those who administer. Three queries.

    Raises NotAllowed for others.
    """
    actor.require(Permission.ADMINISTER)
    held: Any = Appointment.objects.filter(in_force(on), user__is_active=True)
    england = structure(on=on)
    counts = {kind: len(england.of_kind(kind)) for kind in (Kind.TRUST, Kind.NETWORK, Kind.ICB)}
    sites = Organisation.objects.filter(kind=Kind.SITE).filter(Q(closed_on=None) | Q(closed_on__gte=on))
    return Administration(
        people=held.aggregate(people=Count("user", distinct=True))["people"],
        organisations={**counts, Kind.SITE: sites.count()},
    )
