"""Everything about a plan version in one workbook, as far as its reader may see it; each sheet says where it comes from."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from networks.domain.figures import date_gb
from networks.domain.financial_year import label
from networks.exports.tables import Cell, Sheet, in_pounds
from procurement.charts.plan_ages import age_curves
from procurement.domain.plan_words import decided
from procurement.domain.planning.result import Kind
from procurement.domain.solve_curve import CHURN, EXPOSURE, Sample, stage_name
from procurement.exports import plan_margins as margins
from procurement.exports import plan_uncertainty as how_sure
from procurement.exports import plans as lines
from procurement.queries.board_shared import shared_rows
from procurement.queries.plan_figures import figures
from procurement.queries.plan_lines import line_rows
from procurement.queries.plan_margins import margins_of
from procurement.queries.plan_uncertainty import kept_with
from procurement.queries.plan_versions import SOURCES, VersionReading


@dataclass(frozen=True, slots=True)
class _Part:
    """One sheet and its line in the sheet of sources."""

    name: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    source: str


def plan_workbook(reading: VersionReading, *, stands: str, samples: Sequence[Sample]) -> list[Sheet]:
    """Return the sheets of a version. `stands`: where it stands in its life; `samples`: how the planner came to it.

    Money is pounds to the penny; what is not known is an empty cell. Readers of one trust's part get no network figure,
    and so neither the planner's proof nor shared money.
    """
    parts = [
        _Part("Summary", ["What", "Value", "Note"], _summary(reading, stands), "The version itself"),
        _Part(
            "Lines",
            lines.headings(reading.years),
            lines.cells(line_rows(reading, reading.lines)),
            "The lines of the version: every machine and candidate, decided on the register as at its day",
        ),
        _Part(
            "Spend",
            ["Trust", "Year", "Spend (£, inc VAT)", *_source_headings(), "Not paid for (£, inc VAT)"],
            _spend(reading),
            "Spend: the version’s lines, by the year in which each part is paid. Who pays: the planner’s account",
        ),
        _Part(
            "Envelopes",
            [
                "Whose",
                "Kind",
                "Year",
                "Envelope (£, inc VAT)",
                "Carried in (£, inc VAT)",
                "Used (£, inc VAT)",
            ],
            _envelopes(reading),
            "The version’s inputs; carried in and used: the planner’s account",
        ),
        _Part(
            "Tenders", _TENDERS, _tenders(reading), "The version’s lines, gathered by year and specification"
        ),
        _Part("Ages", *_ages(reading), "The version’s lines; ages in completed years on each 31 March"),
        _Part(
            "Pins",
            ["Machine", "Trust", "In this version", "Pinned today to", "Why", "Not yet in this version"],
            _pins(reading),
            "In this version: its lines. Today: the plan’s pins when this file was made",
        ),
    ]
    if found := margins_of(reading):
        source = "Worked out when the version was solved; only money that the reader may see"
        parts.append(_Part("More money", margins.HEADINGS, margins.cells(found.rows), source))
    if sure := kept_with(reading):
        rows = how_sure.year_cells(dict.fromkeys((*sure.parts, *sure.trusts)), sure.found.money_draws)
        source = "Ranges of dates, prices and works, kept when the version was solved"
        parts.append(_Part("How sure", how_sure.YEAR_HEADINGS, rows, source))
    if reading.whole:
        parts += [
            _Part("Proof", _PROOF, _stages(reading), "The solver’s own account, kept with the version"),
            _Part("Search", _SEARCH, _search(samples), "Kept while the planner worked"),
        ]
    sources = [(part.name, part.source) for part in parts]
    parts.append(_Part("Sources", ["Sheet", "Where its figures come from"], sources, ""))
    return [Sheet(part.name, part.headings, part.rows) for part in parts]


def _summary(reading: VersionReading, stands: str) -> Iterator[Sequence[Cell]]:
    version, plan = reading.version, reading.version.plan
    inputs = version.inputs
    facts: list[tuple[str, Cell]] = [
        ("Plan", plan.name),
        ("Network", plan.network.name),
        ("Version", version.number),
        ("Where it stands", stands),
        (
            "What is shown",
            "the whole plan" if reading.whole else "the part of " + ", ".join(reading.trusts.values()),
        ),
        ("Years", f"{label(reading.years[0])} to {label(reading.years[-1])}"),
        ("Guidance", f"{reading.guidance_years} years"),
        ("Register as at", version.register_as_at),
        ("Solved on", timezone.localtime(version.created_at).date()),
        ("Solved by", version.created_by.name if version.created_by else None),
        ("Based on version", version.based_on.number if version.based_on else None),
        ("Hash of the inputs", version.inputs_hash),
        ("Solver", version.solver),
        ("Seed", version.seed),
        (
            "Price base",
            "prices of the standard specifications on the day of the register, constant over the plan",
        ),
        ("Tender cost (£)", in_pounds(inputs["tender_cost_pence"])),
    ]
    if reading.whole:
        facts.insert(4, ("How good it is", version.status))
    for name, value in facts:
        yield (name, value, None)
    for figure in figures(reading):
        yield (figure.label, figure.value, figure.detail)
    for note in version.result.get("notes", ()) if reading.whole else ():
        yield ("Note", note, None)
    for breach in reading.breaches:
        yield ("Limit not kept", breach["words"], None)


def _source_headings() -> list[str]:
    return [f"Paid: {words[0].lower()}{words[1:]} (£, inc VAT)" for words in SOURCES.values()]


def _by_name(reading: VersionReading) -> list[tuple[int, str]]:
    return sorted(reading.trusts.items(), key=lambda item: item[1])


def _spend(reading: VersionReading) -> Iterator[Sequence[Cell]]:
    for trust, name in _by_name(reading):
        for year in reading.years:
            spend = reading.spend.get((trust, year), 0)
            paid = reading.funding.get((trust, year), {})
            yield (
                name,
                label(year),
                in_pounds(spend),
                *(in_pounds(paid.get(source, 0)) for source in SOURCES),
                in_pounds(max(0, spend - sum(paid.values()))),
            )


def _envelopes(reading: VersionReading) -> Iterator[Sequence[Cell]]:
    for trust, name in _by_name(reading):
        for year in reading.years:
            envelope = reading.envelopes.get((trust, year))
            yield (
                name,
                "trust",
                label(year),
                None if envelope is None else in_pounds(envelope),
                in_pounds(reading.carried_in.get((trust, year), 0)),
                in_pounds(reading.funding.get((trust, year), {}).get("own", 0)),
            )
    for row in shared_rows(reading):
        for part in row.years:
            yield (
                row.name,
                "shared" if row.kind == "pool" else "national",
                label(part.year),
                in_pounds(part.amount_pence),
                in_pounds(part.carried_in_pence),
                in_pounds(part.used_pence),
            )


_TENDERS = [
    "Year",
    "Specification",
    "Modality",
    "Machines",
    "Trusts",
    "Each costs (£, ex VAT)",
    "Saved by joint price (£, ex VAT)",
]


def _tenders(reading: VersionReading) -> Iterator[Sequence[Cell]]:
    for tender in reading.tenders:
        yield (
            label(tender.year),
            tender.specification,
            tender.modality,
            tender.units,
            tender.trusts if reading.whole else None,
            in_pounds(tender.unit_price_pence),
            in_pounds(tender.saving_pence),
        )


def _ages(reading: VersionReading) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    chart = age_curves(reading.machines, reading.years, day=date_gb(reading.version.register_as_at))
    return chart.table.headings, chart.table.rows


def _pins(reading: VersionReading) -> Iterator[Sequence[Cell]]:
    for row in line_rows(reading, reading.lines):
        line, pin = row.line, row.pin
        if not line.is_pinned and pin is None:
            continue
        today = None
        if pin is not None:
            today = decided(
                Kind(pin.kind), pin.year, pin.upgrade_year, is_candidate=pin.candidate_id is not None
            )
        yield (
            line.asset_label,
            line.trust.name,
            line.words if line.is_pinned else None,
            today,
            pin.reason if pin else None,
            "yes" if row.pin_changed else "no",
        )


_PROOF = [
    "Stage",
    "Unit",
    "This plan",
    "No plan can have less than",
    "Gap (%)",
    "Status",
    "May give up (%)",
    "Seconds",
]
_SEARCH = ["Stage", "Seconds", "Unit", "Best plan so far", "No plan can have less than", "Gap (%)"]


def _stages(reading: VersionReading) -> Iterator[Sequence[Cell]]:
    for stage in reading.stages():
        yield (
            stage_name(stage.name),
            _unit(stage.name),
            _value(stage.name, stage.value),
            _value(stage.name, stage.bound),
            _rounded(stage.gap, 100, 3),
            stage.status,
            _rounded(stage.tolerance, 100, 3),
            _rounded(stage.seconds, 1, 1),
        )


def _search(samples: Sequence[Sample]) -> Iterator[Sequence[Cell]]:
    for sample in samples:
        yield (
            stage_name(sample.stage),
            _rounded(sample.seconds, 1, 1),
            _unit(sample.stage),
            _value(sample.stage, sample.best),
            _value(sample.stage, sample.bound),
            _rounded(sample.gap, 100, 3),
        )


def _unit(stage: str) -> str:
    return {EXPOSURE: "points", CHURN: "changes"}.get(stage, "£")


def _value(stage: str, value: float | None) -> Cell:
    """A stage's value in its unit: pence as pounds, the rest as it is."""
    return _rounded(value, Decimal("0.01") if _unit(stage) == "£" else 1, 2)


def _rounded(value: float | None, factor: Decimal | int, places: int) -> Cell:
    return None if value is None else round(Decimal(str(value)) * factor, places)
