"""The worked example of docs/algorithms/planning.md, figure by figure."""

from pathlib import Path

from procurement.domain.planning.exposure import outlook
from procurement.domain.planning.result import Metrics
from procurement.domain.planning.solve import Stop, solve
from tests.builders.worked_plan import worked_plan

PAGE = Path(__file__).resolve().parents[3] / "docs" / "algorithms" / "planning.md"


def table(beginning: str) -> list[list[str]]:
    """Return the rows of the table of the page whose heading row begins so."""
    lines = PAGE.read_text().splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(beginning))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def test_the_points_of_each_machine_are_those_of_the_rule():
    made = worked_plan()
    ahead = outlook(made)
    rows = table("| machine |")
    assert len(rows) == 3
    for asset, row in zip(made.assets, rows, strict=True):
        points = ahead.keep_points[asset.asset_id]
        assert row[1] == f"{asset.installed_on:%-d %B %Y}"
        assert row[2:] == [
            str(ahead.ages[asset.asset_id][0]),
            ", ".join(str(p) for p in points),
            f"{sum(points):,}",
        ]


def test_the_three_ways_compare_as_the_page_says():
    result = solve(worked_plan(), Stop(seconds=30))
    rows = table("| | machines")
    assert [row[1:] for row in rows] == [
        _row(result.do_nothing),
        _row(result.baseline),
        _row(result.metrics),
    ]


def _row(metrics: Metrics) -> list[str]:
    return [
        str(metrics.replaced),
        f"£{metrics.spend_pence // 100:,}",
        f"{metrics.exposure:,}",
        str(metrics.asset_years_over_10),
    ]
