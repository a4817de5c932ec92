"""A plan version read as the figures of a capital plan document."""

from django.utils import timezone

from assets.domain.vocabulary import Modality
from networks.domain.access import Actor
from networks.models import Organisation
from procurement.domain.capital_plan import CapitalPlan, EnvelopeRow, HowSure, MachineLine, Money, TenderRow
from procurement.domain.plan_agreement import agreement_of
from procurement.domain.planning.result import Kind
from procurement.domain.uncertainty_account import uncertainty_in
from procurement.models import PlanLine, PlanVersion
from procurement.queries.plan_life import life_of
from procurement.queries.plan_versions import VersionReading, read_version, require_part


def capital_plan(actor: Actor, version: PlanVersion, *, trust: Organisation | None = None) -> CapitalPlan:
    """Return the document's figures for the whole network, or for one trust's part of it.

    Raises NotAllowed where the actor may not see all that the document would show, ValueError where its tables do not
    agree. Seven queries whatever the number of machines.
    """
    plan = version.plan
    require_part(actor, plan, trust_id=trust.pk if trust else None)
    reading = read_version(actor, version)
    found = _figures(reading, plan.network.name, trust)
    found.check()
    return found


def _figures(reading: VersionReading, network: str, trust: Organisation | None) -> CapitalPlan:
    version = reading.version
    lines = [line for line in reading.lines if trust is None or line.trust_id == trust.pk]
    trusts = {pk: name for pk, name in reading.trusts.items() if trust is None or pk == trust.pk}
    spend: dict[tuple[int, int], int] = {}
    for line in lines:
        for year, pence in line.spend_by_year.items():
            spend[line.trust_id, year] = spend.get((line.trust_id, year), 0) + pence
    return CapitalPlan(
        about=trust.name if trust else network,
        network=network,
        plan=version.plan.name,
        version=version.number,
        whole=trust is None,
        register_as_at=version.register_as_at,
        solved_on=timezone.localdate(version.created_at),
        years=reading.years,
        guidance_years=reading.guidance_years,
        lines=tuple(_line(line) for line in lines),
        envelopes=tuple(
            EnvelopeRow(
                trust=name,
                year=year,
                envelope_pence=reading.envelopes.get((pk, year)),
                carried_in_pence=reading.carried_in.get((pk, year), 0),
                spend_pence=spend.get((pk, year), 0),
            )
            for pk, name in sorted(trusts.items(), key=lambda item: item[1])
            for year in reading.years
        ),
        tenders=_tenders(lines),
        breaches=tuple(row["words"] for row in reading.breaches if row["trust_id"] in trusts),
        notes=tuple(version.result["notes"]) if trust is None else (),
        status=version.status,
        proof=_proof(reading) if trust is None and reading.whole else (),
        solver=version.solver,
        inputs_hash=version.inputs_hash,
        agreement=agreement_of(life_of(version)),
        how_sure=_how_sure(reading, lines, trust),
    )


def _how_sure(reading: VersionReading, lines: list[PlanLine], trust: Organisation | None) -> HowSure | None:
    kept = uncertainty_in(reading.version.result)
    if kept is None:
        return None
    ranges, found = kept
    machines = {line.asset_id for line in lines if line.asset_id is not None}
    spans = {one.trust_id: one.spend for one in found.trusts}
    theirs = [row for row in found.trust_years if trust is None or row.trust_id == trust.pk]
    return HowSure(
        spend=found.spend if trust is None else spans[trust.pk],
        years=found.years if trust is None else tuple(theirs),
        machines=len(machines),
        dates_known=len(machines) - sum(one.asset_id in machines for one in ranges.dates),
        draws=found.draws,
        short=tuple(
            (reading.trusts[row.trust_id], row)
            for row in theirs
            if row.trust_id is not None and row.short_high_pence
        ),
    )


def _line(line: PlanLine) -> MachineLine:
    return MachineLine(
        rank=line.rank,
        reference=line.asset.reference if line.asset else "",
        label=line.asset_label,
        trust=line.trust.name,
        site=line.site.name,
        modality=Modality(line.modality).label,
        specification=line.specification_version.specification.code,
        installed_on=line.installed_on,
        year=line.year,
        money=Money(
            line.equipment_pence, line.works_pence, line.vat_pence, line.upgrade_pence + line.cover_pence
        ),
        saving_pence=line.saving_pence,
        reason=line.reason,
        is_pinned=line.is_pinned,
        kind=Kind(line.kind),
        upgrade_year=line.upgrade_year,
        upgrade_money=_upgrade(line),
        is_new=line.asset_id is None,
    )


def _upgrade(line: PlanLine) -> Money:
    """What of a line's money is paid in the year of its upgrade: the upgrade, cover for that time, and VAT on both."""
    if line.upgrade_year is None:
        return Money()
    # Cover is paid each time it is out: for the upgrade, and for a replacement that follows.
    cover = line.cover_pence if line.year is None else line.cover_pence // 2
    upkeep = line.upgrade_pence + cover
    return Money(vat_pence=line.upgrade_year_pence - upkeep, upkeep_pence=upkeep)


def _tenders(lines: list[PlanLine]) -> tuple[TenderRow, ...]:
    groups: dict[tuple[int, str], list[PlanLine]] = {}
    for line in lines:
        if line.year is not None and line.is_bought:
            groups.setdefault((line.year, line.specification_version.specification.code), []).append(line)
    return tuple(
        TenderRow(
            year=year,
            specification=code,
            modality=Modality(group[0].modality).label,
            units=len(group),
            trusts=len({line.trust_id for line in group}),
            unit_price_pence=group[0].equipment_pence,
            saving_pence=sum(line.saving_pence for line in group),
        )
        for (year, code), group in sorted(groups.items())
    )


def _proof(reading: VersionReading) -> tuple[str, ...]:
    """How good the plan is proven to be, stage by stage, in words."""
    words = []
    for stage in reading.stages():
        gap = "gap not known" if stage.gap is None else f"gap {100 * stage.gap:.2f}%"
        words.append(f"{stage.name}: {stage.status}, {gap}")
    return tuple(words)
