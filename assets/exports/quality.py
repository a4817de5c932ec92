"""The quality of the register as rows of a file: trusts with their sums, or one trust's findings."""

from collections.abc import Iterable, Iterator

from assets.domain.quality import Finding, FindingKind
from assets.queries.quality import Examined, TrustQuality
from networks.exports.tables import Cell

TRUST_HEADINGS = [
    "Trust",
    "Machines in the fleet",
    "Completeness (%, rounded down)",
    "Points known",
    "Points possible",
    *(f"{kind.label} facts" for kind in FindingKind),
    "Machines ever checked",
    "Oldest check",
]
FINDING_HEADINGS = ["Reference", "Modality", "Machine", "Site", "Kind", "Severity", "Fact", "What was found"]


def trust_rows(trusts: Iterable[TrustQuality]) -> Iterator[list[Cell]]:
    """Give one row for each trust. What is not known is an empty cell."""
    for trust in trusts:
        yield [
            trust.name,
            trust.machines,
            trust.completeness.percent,
            trust.completeness.known,
            trust.completeness.whole,
            *(trust.of_kind(kind) for kind in FindingKind),
            trust.checked,
            trust.oldest_check_on,
        ]


def finding_rows(found: Iterable[tuple[Examined, Finding]]) -> Iterator[list[Cell]]:
    """Give one row for each finding."""
    for machine, finding in found:
        yield [
            machine.reference,
            machine.modality.label,
            machine.name,
            machine.site_name,
            finding.kind.label,
            finding.severity.value,
            finding.fact,
            finding.words,
        ]
