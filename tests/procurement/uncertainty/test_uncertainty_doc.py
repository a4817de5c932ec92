"""The worked example of docs/algorithms/uncertainty.md, figure by figure."""

from pathlib import Path

from networks.domain.figures import date_gb, pounds
from procurement.domain.planning.exposure import outlook
from procurement.domain.planning.ranges import pieces, uncertainty_rules
from procurement.domain.planning.settle import settle
from procurement.domain.planning.uncertain_figures import UnknownKind
from procurement.domain.planning.uncertain_money import Side, varied
from procurement.domain.planning.uncertain_points import futures
from procurement.domain.planning.uncertainty import uncertainty
from procurement.queries.plan_uncertainty_words import chance
from tests.builders.worked_uncertainty import worked_uncertainty

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "algorithms" / "uncertainty.md").read_text()


def table(beginning: str) -> list[list[str]]:
    """Return the rows of the table of the page whose heading row begins so."""
    lines = PAGE.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(beginning))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def test_the_points_of_each_day_are_those_of_the_rule():
    problem, schedule, ranges = worked_uncertainty()
    found = futures(problem, schedule, ranges, outlook(problem))
    rows = [
        [f"CT {one.asset_id}", date_gb(piece.first), f"{outcome.days}", f"{outcome.points:,}", f"{one.planned.points:,}"]
        for one, dates in zip(found, ranges.dates, strict=True)
        for piece, outcome in zip(pieces(dates, on=ranges.on), one.outcomes, strict=True)
    ]  # fmt: skip
    assert table("| machine | installed from |") == rows


def test_the_money_is_that_of_the_reckoning():
    problem, schedule, ranges = worked_uncertainty()
    sides = [settle(varied(problem, ranges, prices=side, works=side), schedule) for side in Side]
    bought = [side.decisions[0] for side in sides]
    rows = [
        [pounds(one.equipment_pence) for one in bought],
        [pounds(one.works_pence) for one in bought],
        [pounds(one.full_price_pence) for one in bought],
        [pounds(sum(line.amount_pence for line in side.spend)) for side in sides],
    ]
    assert [row[1:] for row in table("| | least | as planned |")] == rows


def test_the_ranges_and_what_narrows_them_are_what_the_page_says():
    problem, schedule, ranges = worked_uncertainty()
    found = uncertainty(problem, schedule, ranges)
    spend, exposure = found.spend, found.exposure
    assert [row[1:] for row in table("| figure |")] == [
        [pounds(p) for p in (spend.low, spend.likely_low, spend.planned, spend.likely_high, spend.high)],
        [
            f"{p:,}"
            for p in (
                exposure.low,
                exposure.likely_low,
                exposure.planned,
                exposure.likely_high,
                exposure.high,
            )
        ],
    ]
    trusts = {trust.trust_id: trust.name for trust in problem.trusts}
    names = {
        UnknownKind.DATE: lambda one: f"date of CT {one.asset_id}",
        UnknownKind.PRICE: lambda one: f"price of {one.specification}",
        UnknownKind.WORKS: lambda one: (
            f"works of {trusts[one.site_id]}"
        ),  # a site of each, by the trust's number
    }
    rows = [[names[one.kind](one), f"{one.points:,}", pounds(one.pence)] for one in found.unknowns]
    assert table("| found out |") == rows
    assert f"887 of the {exposure.width:,} points" in PAGE
    short = {row.short_high_pence for row in found.trust_years if row.short_high_pence}
    assert [pounds(pence) for pence in short] == ["£43,280"]
    assert "each be £43,280 short" in PAGE
    first = found.years[0]
    assert chance(first, found.money_draws) == "about 5 in 10"


def test_the_numbers_of_the_page_are_those_of_the_rules():
    rules = uncertainty_rules()
    for words in (
        f"{rules.draws:,} outcomes are drawn",
        f"the first {rules.money_draws} outcomes",
        f"{rules.stated_low_basis_points // 100}% below to {rules.stated_high_basis_points // 100}% above",
        f"{rules.works_low_basis_points // 100}% below to {rules.works_high_basis_points // 100}% above",
        f"new to {rules.oldest_years} years",
        f"at most {rules.made_before_months} months",
        f"plus {rules.sold_before_months} months",
        f"{rules.likely_percent // 10} of 10 outcomes",
    ):
        assert words in PAGE, words
