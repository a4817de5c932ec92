"""A solved plan as one person may read it: its lines, envelopes and the planner's account, or only their trust's part.

Figures come from three places, and every page says which: the version's lines (`PlanLine`: decisions and money), its
`inputs` (envelopes, limits) and its `result` (the planner's account of itself). Nothing is read from the register of
today except the machine's page that a line leads to.
"""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import F, Max
from django.http import Http404

from assets.domain.vocabulary import Modality
from networks.domain.access import Actor, Permission
from procurement.domain import plan_ages
from procurement.domain.plan_account import metrics_in, stages_in
from procurement.domain.plan_words import planned_id
from procurement.domain.planning.result import Kind, Metrics, Stage
from procurement.models import Pin, Plan, PlanLine, PlanVersion

TrustYear = tuple[int, int]

SOURCES = {"own": "The trust’s own", "pool": "Shared", "ring-fence": "National"}
"""Whose money pays, by the words of the planner's result, as people read it. Early versions say "network" for "pool"."""

TOTAL_PENCE = F("equipment_pence") + F("works_pence") + F("upgrade_pence") + F("cover_pence") + F("vat_pence")
"""What a line costs, inc VAT, for the database: `PlanLine.total_pence`."""


@dataclass(frozen=True, slots=True)
class TenderPart:
    """One joint tender as the reader may see it. `units` are the reader's own where they see one trust only."""

    specification: str
    modality: str
    year: int
    units: int
    unit_price_pence: int
    saving_pence: int
    trusts: int


@dataclass(frozen=True)
class VersionReading:
    """A version and what one actor may see of it. `whole`: the whole network; otherwise `lines` are of their trusts only.

    Money is pence inc VAT unless the name says otherwise.
    """

    version: PlanVersion
    whole: bool
    lines: tuple[PlanLine, ...]
    trusts: dict[int, str]
    pins: dict[int, Pin]
    """The plan's pins of today by `planned_id`: an asset's number, or minus a candidate's."""

    @property
    def years(self) -> range:
        """The version's own years, which the plan may have left since."""
        first: int = self.version.inputs["first_year"]
        return range(first, first + int(self.version.inputs["horizon_years"]))

    @property
    def guidance_years(self) -> int:
        return int(self.version.inputs["guidance_years"])

    @cached_property
    def envelopes(self) -> dict[TrustYear, int]:
        """(trust, year) to pence, as they stood in the inputs."""
        return {
            (row["trust_id"], row["year"]): row["amount_pence"]
            for row in self.version.inputs["envelopes"]
            if row["trust_id"] in self.trusts
        }

    @cached_property
    def carried_in(self) -> dict[TrustYear, int]:
        """(trust, year) to what was carried into that year of the year before, from the result."""
        return {
            (row["trust_id"], row["year"] + 1): row["amount_pence"]
            for row in self.version.result["carry_over"]
            if row["trust_id"] in self.trusts
        }

    @cached_property
    def funding(self) -> dict[TrustYear, dict[str, int]]:
        """(trust, year) to pence from each of SOURCES that pays for it, from the result."""
        found: dict[TrustYear, dict[str, int]] = defaultdict(lambda: dict.fromkeys(SOURCES, 0))
        for row in self.version.result["funding"]:
            if row["trust_id"] in self.trusts:
                source = "pool" if row["source"] == "network" else row["source"]
                found[row["trust_id"], row["year"]][source] += row["amount_pence"]
        return dict(found)

    @cached_property
    def spend(self) -> dict[TrustYear, int]:
        """(trust, year) to what its lines cost, each part in the year in which it is paid for."""
        found: dict[TrustYear, int] = defaultdict(int)
        for line in self.lines:
            for year, pence in line.spend_by_year.items():
                found[line.trust_id, year] += pence
        return dict(found)

    @cached_property
    def bought(self) -> tuple[PlanLine, ...]:
        """The lines of new machines: in place of old ones, and additional ones."""
        return tuple(line for line in self.lines if line.is_bought)

    @cached_property
    def replaced(self) -> tuple[PlanLine, ...]:
        """The lines of machines that are replaced, upgraded before or not."""
        return tuple(line for line in self.bought if line.asset_id is not None)

    @cached_property
    def owned(self) -> tuple[PlanLine, ...]:
        """The lines of machines that there are: all but the candidates for additional ones."""
        return tuple(line for line in self.lines if line.asset_id is not None)

    @cached_property
    def breaches(self) -> tuple[dict[str, Any], ...]:
        """The limits that are not kept, from the result; each has `words`, `trust_id`, `year`.

        Those of the whole network have no trust, and are shown to those who see it whole; fairness has no year.
        """
        rows = self.version.result["breaches"]
        return tuple(
            row for row in rows if row["trust_id"] in self.trusts or (self.whole and row["trust_id"] is None)
        )

    @cached_property
    def oldest_first(self) -> dict[int, int | None]:
        """`planned_id` to the year in which the spreadsheet rule would replace it, from the result."""
        return {
            int(planned): year
            for planned, year in self.version.result["oldest_first"].items()
            if int(planned) in self._theirs
        }

    @cached_property
    def risk_reasons(self) -> dict[int, tuple[str, ...]]:
        """`planned_id` to what raises its risk and what is not known about it, from the inputs."""
        return {
            row["asset_id"]: tuple(row["risk_reasons"])
            for row in self.version.inputs["assets"]
            if row["asset_id"] in self._theirs
        }

    @cached_property
    def _theirs(self) -> frozenset[int]:
        return frozenset(line.planned_id for line in self.lines)

    @cached_property
    def machines(self) -> tuple[plan_ages.Machine, ...]:
        """The machines for the age profile, from the lines."""
        return tuple(
            plan_ages.Machine(
                line.modality,
                line.installed_on,
                planned=line.year if line.is_bought else None,
                oldest_first=self.oldest_first.get(line.planned_id),
                retired_in=line.year if line.kind == Kind.RETIRE else None,
                is_new=line.asset_id is None,
            )
            for line in self.lines
        )

    @cached_property
    def tenders(self) -> tuple[TenderPart, ...]:
        """What is bought together, by year and specification, counted from the lines that the reader may see."""
        groups: dict[tuple[int, str], list[PlanLine]] = defaultdict(list)
        for line in self.bought:
            groups[line.year or 0, line.specification_version.specification.code].append(line)
        return tuple(
            TenderPart(
                specification=code,
                modality=Modality(group[0].modality).label,
                year=year,
                units=len(group),
                unit_price_pence=group[0].equipment_pence,
                saving_pence=sum(line.saving_pence for line in group),
                trusts=len({line.trust_id for line in group}),
            )
            for (year, code), group in sorted(groups.items())
        )

    @property
    def saving_pence(self) -> int:
        """What the joint prices save on these lines against each machine bought alone, ex VAT."""
        return sum(line.saving_pence for line in self.bought)

    @property
    def spend_pence(self) -> int:
        return sum(self.spend.values())

    @property
    def envelope_pence(self) -> int:
        return sum(self.envelopes.values())

    def metrics(self, of: str) -> Metrics:
        """The network's figures of "plan", "oldest_first" or "do_nothing". Only to be shown where `whole`."""
        if not self.whole:
            raise PermissionError("Network totals are for those who may see the whole network.")
        return metrics_in(self.version.result, of)

    def stages(self) -> tuple[Stage, ...]:
        """The solver's stages. Only to be shown where `whole`: their values are network totals."""
        if not self.whole:
            raise PermissionError("Network totals are for those who may see the whole network.")
        return stages_in(self.version.result)


def visible_version(actor: Actor, *, plan_id: int, number: int) -> PlanVersion:
    """Return a version with its plan and network. Raises NotAllowed without VIEW_PLANS, Http404 where it is not theirs."""
    actor.require(Permission.VIEW_PLANS)
    versions = PlanVersion.objects.visible_to(actor).select_related("plan__network", "created_by")
    found: PlanVersion | None = versions.filter(plan_id=plan_id, number=number).first()
    if found is None:
        raise Http404("No such plan version")
    return found


def newest_number(plan: Plan) -> int:
    """Return the number of a plan's newest version, 0 before the first. One query."""
    return PlanVersion.objects.filter(plan=plan).aggregate(newest=Max("number"))["newest"] or 0


def rests_on(version: PlanVersion | None) -> PlanVersion | None:
    """Return the version whose decisions a version kept to, without its inputs and result. One query, none for none."""
    if version is None or version.based_on_id is None:
        return None
    found: PlanVersion = PlanVersion.objects.defer("inputs", "result").get(pk=version.based_on_id)
    return found


def sees_whole(actor: Actor, version: PlanVersion) -> bool:
    """Say whether the actor may see the whole network's plan, and not only a trust's part."""
    return actor.can(Permission.VIEW_PLANS, network_id=version.plan.network_id)


def require_part(actor: Actor, plan: Plan, *, trust_id: int | None) -> None:
    """Raise NotAllowed unless the actor may see a plan's figures: the whole network's, or those of one trust's part.

    Whoever covers the network may see every trust's part; a trust's own people see theirs.
    """
    if trust_id is None or not actor.can(Permission.VIEW_PLANS, trust_id=trust_id):
        actor.require_all(Permission.VIEW_PLANS, plan.network_ids)


def read_version(actor: Actor, version: PlanVersion) -> VersionReading:
    """Return a version as the actor may see it. Two queries: the lines and the plan's pins of today."""
    lines = tuple(visible_lines(actor, version))
    whole = sees_whole(actor, version)
    scope = actor.scope(Permission.VIEW_PLANS)
    trusts = {
        row["trust_id"]: row["name"]
        for row in version.inputs["trusts"]
        if whole or scope.covers_trust(row["trust_id"])
    }
    theirs = {line.planned_id for line in lines}
    pins = {
        planned: pin
        for pin in Pin.objects.filter(plan_id=version.plan_id)
        if (planned := planned_id(pin.asset_id, pin.candidate_id)) in theirs
    }
    return VersionReading(version=version, whole=whole, lines=lines, trusts=trusts, pins=pins)


def visible_lines(actor: Actor, version: PlanVersion) -> Any:
    """Return the lines of a version that the actor may see, ready to be shown, by rank."""
    return (
        PlanLine.objects.visible_to(actor)
        .filter(version=version)
        .select_related("asset", "candidate", "trust", "site", "specification_version__specification")
        .annotate(total=TOTAL_PENCE)
        .order_by("rank")
    )
