"""The worked example of docs/algorithms/planning.md, figure by figure."""

from dataclasses import replace
from pathlib import Path

from networks.domain.financial_year import label
from procurement.domain.planning.account_words import done
from procurement.domain.planning.explanations import explanations
from procurement.domain.planning.exposure import outlook
from procurement.domain.planning.problem import Pin
from procurement.domain.planning.result import Metrics, replaced
from procurement.domain.planning.solve import Stop, solve
from tests.builders.worked_plan import worked_margins, worked_plan

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
    rows = table("| machine | installed")
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


def test_what_would_change_each_machine_is_what_the_page_says():
    made = worked_margins()
    result = solve(made, Stop(seconds=30))
    found = explanations(made, result.settlement).accounts
    rows = table("| machine | decided")
    assert len(rows) == len(made.assets)
    for asset, (name, decided, change, would, points) in zip(made.assets, rows, strict=True):
        assert asset.label == name
        assert done(result.schedule[asset.asset_id]) == decided
        assert found[asset.asset_id]["would_change"][0] == (
            f"{change} would have it {would}, everything else as planned: {points} points less exposure."
        )


def test_what_more_money_buys_is_what_the_page_says():
    made = worked_margins()
    margins = explanations(made, solve(made, Stop(seconds=30)).settlement).plan["margins"]
    said = {(row[0], row[1]): row[2:] for row in table("| whose money | year")}
    for one in margins:
        key = (one["name"].rpartition(" in ")[0], label(one["year"]))
        bought = one["bought"]
        if one["year"] > 2028:
            assert key not in said
            continue
        less = f"{-bought['points']:,} points" if bought else "nothing"
        assert said.pop(key) == [f"£{one['needed_pence'] // 100:,}", less]
    assert said == {}


def test_what_would_have_to_give_is_what_the_page_says():
    made = worked_margins()
    made = replace(made, pins=(Pin(3, replaced(2027)),))
    relief = explanations(made, solve(made, Stop(seconds=30)).settlement).plan["relief"]
    [remedy] = relief["remedies"]
    assert [[one["words"]] for one in remedy["alone"]] == table("| what would do for it alone")


def _row(metrics: Metrics) -> list[str]:
    return [
        str(metrics.replaced),
        f"£{metrics.spend_pence // 100:,}",
        f"{metrics.exposure:,}",
        str(metrics.asset_years_over_10),
    ]
