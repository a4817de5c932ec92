"""Plans as their people find them: the list, one plan's envelopes and pins, and what its versions found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, OuterRef, Q, Subquery, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce
from django.http import Http404

from networks.domain.access import Actor, Permission
from networks.domain.organisations import Kind
from networks.models import Organisation
from networks.queries.organisations import structure
from procurement.domain.planning.result import Kind as Decided
from procurement.domain.pricing import total_if_known
from procurement.models import Envelope, Pin, Plan, PlanLine, PlanVersion
from procurement.queries.plan_members import plan_members
from procurement.queries.plan_versions import TOTAL_PENCE


@dataclass(frozen=True, slots=True)
class TrustRow:
    """A trust that can have envelopes; `is_member` False: it has left the network, so its money is not used."""

    trust_id: int
    code: str
    name: str
    is_member: bool = True


@dataclass(frozen=True, slots=True)
class EnvelopeRow:
    """One trust's envelopes by year of the plan, in pence; None where not known."""

    trust: TrustRow
    amounts: tuple[int | None, ...]

    @property
    def total_pence(self) -> int | None:
        """All years together; None where one of them is not known."""
        return total_if_known(self.amounts)


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version with what its lines, as far as the reader may see them, replace and cost (pence inc VAT)."""

    version: PlanVersion
    machines: int
    replaced: int
    spend_pence: int
    likely_low_pence: int | None = None
    likely_high_pence: int | None = None
    """Where the whole network's spend lies in 8 of 10 outcomes; None for a part, and where nothing is uncertain."""


def visible_plan(actor: Actor, pk: int) -> Plan:
    """Return a plan with its network. Raises NotAllowed without VIEW_PLANS, Http404 where it is not theirs."""
    actor.require(Permission.VIEW_PLANS)
    found: Plan | None = (
        Plan.objects.visible_to(actor)
        .select_related("network", "created_by")
        .prefetch_related("with_networks", "without_trusts")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404("No such plan")
    return found


def plan_to_change(actor: Actor, pk: int) -> Plan:
    """Return a plan that the actor may change; Http404 where they may not see it, NotAllowed where only read it."""
    plan = visible_plan(actor, pk)
    actor.require_all(Permission.EDIT_PLANS, plan.network_ids)
    return plan


def listed_plans(actor: Actor) -> Any:
    """Return the plans one may see, newest first, each with `last_number` and `last_at` of its newest version.

    A plan's scenarios follow it, oldest first.
    """
    newest = PlanVersion.objects.filter(plan=OuterRef("pk")).order_by("-number")
    return (
        Plan.objects.visible_to(actor)
        .select_related("network")
        .annotate(
            last_number=Subquery(newest.values("number")[:1]),
            last_at=Subquery(newest.values("created_at")[:1]),
            family=Coalesce("scenario_of", "pk"),
            family_made_at=Coalesce("scenario_of__created_at", "created_at"),
        )
        .order_by("-family_made_at", "-family", F("scenario_of").asc(nulls_first=True), "created_at", "pk")
    )


def networks_to_plan_for(actor: Actor, *, on: date) -> list[Organisation]:
    """Return the current networks for which the actor may make plans, by name."""
    scope = actor.scope(Permission.EDIT_PLANS)
    networks = Organisation.objects.filter(kind=Kind.NETWORK)
    if not scope.everywhere:
        networks = networks.filter(pk__in=scope.network_ids)
    england = structure(on=on)
    return [network for network in networks if england.current(network.pk) == network.pk]


def envelope_trusts(plan: Plan, *, on: date) -> list[TrustRow]:
    """Return the plan's trusts on a date by name, then trusts that have left it but have envelopes still."""
    england = structure(on=on)
    members = plan_members(plan, england)
    with_money = set(Envelope.objects.filter(plan=plan).values_list("trust_id", flat=True))
    # A merged trust's envelope still counts, for its successor; it is no stranger to the table.
    rows = [
        TrustRow(pk, england.organisations[pk].code, england.name(pk), england.current(pk) in members)
        for pk in members | with_money
    ]
    return sorted(rows, key=lambda row: (not row.is_member, row.name))


def envelope_amounts(plan: Plan, years: Sequence[int]) -> dict[tuple[int, int], int]:
    """Return (trust, year) to pence for the years given."""
    rows = Envelope.objects.filter(plan=plan, year__in=list(years))
    return {
        (trust, year): pence for trust, year, pence in rows.values_list("trust_id", "year", "amount_pence")
    }


def envelope_rows(actor: Actor, plan: Plan, *, on: date) -> list[EnvelopeRow]:
    """Return the envelopes that the actor may see, trust by trust. Four queries."""
    scope = actor.scope(Permission.VIEW_PLANS)
    whole = scope.covers_network(plan.network_id)
    trusts = [t for t in envelope_trusts(plan, on=on) if whole or scope.covers_trust(t.trust_id)]
    amounts: dict[tuple[int, int], int] = {
        (row.trust_id, row.year): row.amount_pence
        for row in Envelope.objects.visible_to(actor).filter(plan=plan, year__in=list(plan.years))
    }
    return [
        EnvelopeRow(trust, tuple(amounts.get((trust.trust_id, year)) for year in plan.years))
        for trust in trusts
    ]


def pins_of(actor: Actor, plan: Plan) -> list[Pin]:
    """Return the pins on machines and candidates of trusts that the actor may see, with their trust. One query."""
    scope = actor.scope(Permission.VIEW_PLANS)
    pins = (
        Pin.objects.filter(plan=plan)
        .select_related("asset__trust", "candidate__trust")
        .order_by(Coalesce("asset__trust__name", "candidate__trust__name"), "asset_id", "candidate_id")
    )
    if not scope.covers_network(plan.network_id):
        pins = pins.filter(
            Q(asset__trust_id__in=scope.trust_ids) | Q(candidate__trust_id__in=scope.trust_ids)
        )
    return list(pins)


_REPLACED = Q(year__isnull=False) & ~Q(kind=Decided.RETIRE.value)


def versions_of(actor: Actor, plan: Plan) -> list[VersionRow]:
    """Return a plan's versions, newest first, with what the visible lines add up to. Two queries."""
    versions = (
        PlanVersion.objects.visible_to(actor)
        .filter(plan=plan)
        .select_related("created_by")
        .defer("inputs", "result")
        .annotate(**{end: KT(f"result__uncertainty__spend__{end}") for end in _ENDS})
        .order_by("-number")
    )
    whole = actor.can(Permission.VIEW_PLANS, network_id=plan.network_id)
    lines = PlanLine.objects.visible_to(actor).filter(version__plan=plan).order_by().values("version")
    sums = {
        row["version"]: (row["machines"], row["replaced"], row["spend"])
        for row in lines.annotate(
            machines=Count("asset"),
            replaced=Count("asset", filter=_REPLACED),
            spend=Sum(TOTAL_PENCE),
        )
    }
    return [
        VersionRow(version, *sums.get(version.pk, (0, 0, 0)), *(_likely(version) if whole else ()))
        for version in versions
    ]


_ENDS = ("low", "high", "likely_low", "likely_high")


def _likely(version: Any) -> tuple[int, ...]:
    """The likely range of an annotated version's spend; nothing where it was not kept or is a point."""
    if version.low is None or version.low == version.high:
        return ()
    return int(version.likely_low), int(version.likely_high)
