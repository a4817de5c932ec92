"""The priority list as rows of a file: what the page shows, in its order, with every reason in words."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from assets.domain.columns import BY_KEY, REFERENCE, TRUST
from assets.domain.priority_rules import Criterion
from assets.queries.priorities import RankedMachine, Ranking
from networks.exports.tables import Cell

HEADINGS = [
    "Rank",
    "Best rank when a weight is moved",
    "Worst rank when a weight is moved",
    REFERENCE.heading,
    BY_KEY["modality"].heading,
    TRUST.heading,
    *(BY_KEY[key].heading for key in ("site", "manufacturer", "model_name")),
    "Open gates",
    "Gates not known",
    "Score",
    "Known, %",
    "Lowest score",
    "Highest score",
    *(
        heading
        for criterion in Criterion
        for heading in (f"{criterion.label}, points", f"{criterion.label}, reason")
    ),
    "Missing",
    "As at",
    "Weights",
    "Rules",
]


def priority_rows(ranking: Ranking, rows: Iterable[RankedMachine]) -> Iterator[list[Cell]]:
    """Give a row for each machine. A score that is not known is an empty cell, and so are points."""
    for row in rows:
        asset, priority = row.asset, row.priority
        low, high = priority.interval_tenths
        points: list[Cell] = []
        for mark in priority.marks:
            points += [_points(mark.tenths), mark.words]
        yield [
            row.place.rank,
            row.place.best,
            row.place.worst,
            asset.reference,
            asset.get_modality_display(),
            asset.trust.name,
            asset.site.name,
            asset.manufacturer or None,
            asset.model_name or None,
            " ".join(gate.words for gate in priority.open_gates) or None,
            " ".join(gate.words for gate in priority.unknown_gates) or None,
            _points(priority.score_tenths),
            priority.completeness_percent,
            _points(low),
            _points(high),
            *points,
            "; ".join(priority.missing) or None,
            ranking.on,
            ranking.weights.words,
            ranking.version,
        ]


def _points(tenths: int | None) -> Decimal | None:
    return None if tenths is None else Decimal(tenths) / 10
