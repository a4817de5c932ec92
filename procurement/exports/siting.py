"""Sites with their need, and candidates, as files: the rows, columns and order that the lists show."""

from collections.abc import Iterable, Iterator

from networks.domain.financial_year import label
from networks.exports.tables import Cell, in_pounds
from procurement.domain.siting_evidence import Evidence
from procurement.domain.siting_rules import Measured
from procurement.models import CandidateSite, Service
from procurement.queries.site_need import SiteNeed

NEED_HEADINGS = [
    "Site code",
    "Site",
    "Trust",
    "Modality",
    "For",
    "Need (points a year)",
    "Known to (% of the weight)",
    *(f"{measured.label} (% of full need)" for measured in Measured),
    "Area of the density",
    "Scanners in the area",
    "People in the area",
    "Scanners per million",
    "Scanners per million with one more",
    "Examinations a year for each scanner, trust",
    "Examinations a year for each scanner, network",
    "Next other scanner (km)",
    "Next other scanner at",
    "Why",
]
CANDIDATE_HEADINGS = [
    "Candidate",
    "Network",
    "Trust",
    "Site code",
    "Site",
    "For",
    "Modality",
    "Specification",
    "Need (points a year)",
    "Judged as at",
    "Known to (% of the weight)",
    "Works (£, ex VAT)",
    "Needed from",
    "Withdrawn on",
    "Why it is wanted",
    "Why it is needed",
]


def need_cells(rows: Iterable[SiteNeed]) -> Iterator[list[Cell]]:
    """Yield each row's cells; what is not known is empty."""
    for row in rows:
        demand, need = row.demand, row.need
        yield [
            row.site.code,
            row.site.name,
            row.site.trust,
            row.modality.label,
            Service(row.service).label,
            need.points,
            need.known_percent,
            *(score.percent for score in need.scores),
            demand.area,
            demand.machines,
            demand.persons.number,
            demand.density.figure,
            demand.density_after.figure,
            demand.trust.rounded,
            demand.network.rounded,
            demand.nearest.km,
            demand.nearest.where or ("the site itself" if demand.nearest.is_on_site else None),
            " ".join(need.reasons),
        ]


def candidate_cells(rows: Iterable[tuple[CandidateSite, Evidence | None]]) -> Iterator[list[Cell]]:
    """Yield each candidate's cells, with what its need was judged by as far as the reader may see it."""
    for candidate, evidence in rows:
        yield [
            candidate.name,
            candidate.network.name,
            candidate.trust.name,
            candidate.site.code,
            candidate.site.name,
            candidate.get_service_display(),
            candidate.get_modality_display(),
            candidate.specification.code,
            candidate.need_points,
            evidence.as_at if evidence else None,
            evidence.known_percent if evidence else None,
            in_pounds(candidate.works_pence),
            "now" if candidate.wanted_from is None else label(candidate.wanted_from),
            candidate.withdrawn_on,
            candidate.reason,
            " ".join(score.words for score in evidence.scores) if evidence else None,
        ]
