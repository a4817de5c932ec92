"""How sure a plan's figures are, against the slow and obvious way, and what must hold of any ranges."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.domain.vocabulary import Condition
from procurement.domain.planning.choice import KEPT, replaced
from procurement.domain.planning.evaluate import evaluate
from procurement.domain.planning.problem import (
    Envelope,
    Pin,
    PlanAsset,
    PlanningProblem,
    PlanTrust,
    Specification,
    Tier,
)
from procurement.domain.planning.ranges import DateBasis, DateRange, PriceRange, Ranges
from procurement.domain.planning.uncertain_figures import Span, UnknownKind, YearSpan
from procurement.domain.planning.uncertain_order import Swap
from procurement.domain.planning.uncertainty import uncertainty
from procurement.domain.risk import risk_of
from procurement.domain.uncertainty_account import KEY, account_of_uncertainty, uncertainty_in
from procurement.queries.plan_uncertainty_words import chance
from tests.oracles.uncertainty import by_date, by_price

ON = date(2026, 11, 24)
FIRST = 2027
CT = Specification("CT-A", "CT", (Tier(1, 1, 50_000_033), Tier(2, None, 45_000_011)))
MRI = Specification("MRI-A", "MRI", (Tier(1, None, 80_000_001),))


def machine(number: int, **values) -> PlanAsset:
    facts = {
        "asset_id": number,
        "label": f"CT {number}",
        "trust_id": 1,
        "site_id": 1,
        "specification": "CT-A",
        "modality": "CT",
        "installed_on": date(2016, 6, 1),
        "works_pence": 6_000_007,
    }
    asset = PlanAsset(**{**facts, **values})
    risk = risk_of(
        installed_on=asset.installed_on,
        support_ends_on=asset.support_ends_on,
        condition=Condition.NOT_KNOWN,
        guidance_years=10,
        on=ON,
    )
    return replace(asset, risk=risk.score)


def problem(*assets: PlanAsset, envelope_pence: int = 0, **values) -> PlanningProblem:
    facts = {
        "first_year": FIRST,
        "horizon_years": 5,
        "guidance_years": 10,
        "assets": assets,
        "specifications": (CT, MRI),
        "trusts": (PlanTrust(1, "Ash"), PlanTrust(2, "Beech")),
        "envelopes": tuple(
            Envelope(trust, year, envelope_pence) for trust in (1, 2) for year in range(FIRST, FIRST + 5)
        ),
        "tender_cost_pence": 3_000_000,
    }
    return PlanningProblem(**{**facts, **values})


def dated(number: int, earliest: date, latest: date) -> DateRange:
    return DateRange(number, earliest, latest, DateBasis.KIND, "")


def priced(spec: Specification, low: int, high: int, middle: int | None = None) -> PriceRange:
    planned = spec.tiers[0].unit_price_pence
    return PriceRange(spec.code, planned - low, planned, middle or planned, planned + high, None, "")


NOTHING = Ranges(ON)


def test_what_is_known_exactly_contributes_nothing():
    made = problem(machine(1), machine(2, trust_id=2))
    schedule = {1: replaced(2028), 2: KEPT}
    found = uncertainty(made, schedule, NOTHING)
    metrics = evaluate(made, schedule)
    assert found.exposure == Span(*[metrics.exposure] * 5)
    assert found.spend == Span(*[metrics.spend_pence] * 5)
    assert found.old_years == Span(*[metrics.asset_years_over_10] * 5)
    assert found.unknowns == found.swaps == ()


def test_point_ranges_give_no_width():
    made = problem(machine(1), envelope_pence=10**9)
    point = Ranges(ON, (dated(1, date(2016, 6, 1), date(2016, 6, 1)),), (priced(CT, 0, 0),))
    found = uncertainty(made, {1: replaced(2028)}, point)
    assert (found.exposure.width, found.old_years.width, found.spend.width) == (0, 0, 0)
    assert found.unknowns == ()
    assert {year.short_percent for year in found.years} == {0}


def test_the_ends_are_those_of_every_date_tried():
    made = problem(
        machine(1, installed_on=None),
        machine(2, installed_on=date(2017, 1, 1), support_ends_on=date(2029, 5, 1)),
        machine(3),
    )
    ranges = Ranges(
        ON, (dated(1, date(2014, 3, 30), date(2018, 4, 2)), dated(2, date(2017, 1, 1), date(2017, 12, 31)))
    )
    schedule = {1: replaced(2029), 2: KEPT, 3: replaced(2028)}
    found = uncertainty(made, schedule, ranges)
    tried = list(by_date(made, schedule, ranges, step=11))
    planned = evaluate(made, schedule)
    assert found.exposure.low == min(planned.exposure, *(m.exposure for m in tried))
    assert found.exposure.high == max(planned.exposure, *(m.exposure for m in tried))
    assert found.old_years.low == min(planned.asset_years_over_10, *(m.asset_years_over_10 for m in tried))
    assert found.old_years.high == max(planned.asset_years_over_10, *(m.asset_years_over_10 for m in tried))
    assert found.exposure.planned == planned.exposure
    assert found.exposure.width > 0


def test_where_the_plan_assumes_what_the_range_rules_out_it_is_said():
    made = problem(machine(1, installed_on=None), *(machine(n, trust_id=2) for n in (2, 3)))
    schedule = {1: KEPT, 2: KEPT, 3: KEPT}

    def beyond(earliest, latest):
        (one,) = uncertainty(made, schedule, Ranges(ON, (dated(1, earliest, latest),))).unknowns
        return one.planned_beyond

    # those of its kind were installed in 2016, so the plan takes it to be as old as they are
    assert beyond(date(2019, 1, 1), date(2021, 1, 1)) == "older"
    assert beyond(date(2010, 1, 1), date(2012, 1, 1)) == "younger"
    assert beyond(date(2014, 1, 1), date(2019, 1, 1)) == ""


def test_a_likely_range_is_what_days_equally_likely_give():
    made = problem(machine(1, installed_on=date(2016, 1, 1)))
    ranges = Ranges(ON, (dated(1, date(2016, 1, 1), date(2019, 12, 31)),))
    found = uncertainty(made, {1: KEPT}, ranges)
    tried = sorted(m.exposure for m in by_date(made, {1: KEPT}, ranges))
    tenth = len(tried) // 10
    # 1,000 outcomes: which of them are the 100th and the 901st wanders by some 10 places in 1,000 either way
    near = len(tried) * 3 // 100
    assert tried[tenth - near] <= found.exposure.likely_low <= tried[tenth + near]
    assert tried[-1 - tenth - near] <= found.exposure.likely_high <= tried[-1 - tenth + near]


def test_the_ends_of_spend_are_those_of_every_price_tried_and_add_up():
    made = problem(
        machine(1),
        machine(2, site_id=2),
        machine(3, trust_id=2, site_id=3, specification="MRI-A", modality="MRI"),
    )
    ranges = Ranges(ON, (), (priced(CT, 7_000_001, 9_000_005), priced(MRI, 3, 12_345_678)), 1_000, 2_400)
    schedule = {1: replaced(2028), 2: replaced(2028), 3: replaced(2030)}
    found = uncertainty(made, schedule, ranges)
    tried = list(by_price(made, schedule, ranges))
    assert len(tried) == 3 * 3 * 3**3
    for year in found.years:
        spends = [spend[year.year] for spend in tried]
        assert (year.spend.low, year.spend.high) == (min(spends), max(spends))
    for end in ("low", "planned", "high"):
        whole = getattr(found.spend, end)
        assert whole == sum(getattr(year.spend, end) for year in found.years)
        assert whole == sum(getattr(year.spend, end) for year in found.trust_years)
        assert whole == sum(getattr(trust.spend, end) for trust in found.trusts)
    assert found.spend.low < found.spend.likely_low < found.spend.likely_high < found.spend.high


def test_each_unknown_says_what_knowing_it_takes_off_the_range():
    made = problem(machine(1, installed_on=None), machine(2, site_id=2), machine(3, trust_id=2, site_id=2))
    ranges = Ranges(
        ON, (dated(1, date(2012, 1, 1), date(2018, 1, 1)),), (priced(CT, 10**6, 10**7),), 500, 700
    )
    schedule = {1: KEPT, 2: replaced(2028), 3: replaced(2029)}
    found = uncertainty(made, schedule, ranges)
    assert found.unknowns
    for one in found.unknowns:
        known = {
            UnknownKind.DATE: replace(ranges, dates=()),
            UnknownKind.PRICE: replace(ranges, prices=()),
            UnknownKind.WORKS: replace(ranges, works_low_basis_points=0, works_high_basis_points=0),
        }[one.kind]
        after = uncertainty(made, schedule, known)
        assert found.exposure.width - after.exposure.width == one.points
        assert found.spend.width - after.spend.width == one.pence
        assert one.pence == sum(pence for _, pence in one.pence_by_trust)
    assert {one.kind for one in found.unknowns} == set(UnknownKind)
    assert sum(one.points for one in found.unknowns) == found.exposure.width
    assert sum(one.pence for one in found.unknowns) == found.spend.width
    assert found.unknowns[0].kind in (UnknownKind.DATE, UnknownKind.PRICE)


def test_what_is_dearer_than_planned_is_settled_again_and_who_falls_short_is_named():
    price = 50_000_033 + 10_000_007 + 6_000_007 + 1_200_001  # with VAT on each
    made = problem(machine(1), machine(2, trust_id=2), envelope_pence=price, own_carry_over_basis_points=100)
    ranges = Ranges(ON, (), (priced(CT, 0, 5_000_000),))
    found = uncertainty(made, {1: replaced(2028), 2: KEPT}, ranges)
    short = {
        (row.trust_id, row.year): row.short_high_pence for row in found.trust_years if row.short_high_pence
    }
    assert short == {(1, 2028): 6_000_000 - price // 100}
    assert [row.short_high_pence for row in found.years] == [0, short[1, 2028], 0, 0, 0]
    assert all(row.short_planned_pence == 0 for row in found.trust_years)


def test_the_chance_of_an_overrun_is_the_share_of_outcomes_that_cannot_be_paid():
    price = 50_000_033 + 10_000_007 + 6_000_007 + 1_200_001
    made = problem(machine(1), envelope_pence=price, own_carry_over_basis_points=0)
    ranges = Ranges(ON, (), (priced(CT, 5_000_000, 5_000_000),))
    found = uncertainty(made, {1: replaced(2028)}, ranges)
    percent = {row.year: row.short_percent for row in found.years}
    assert (
        40 <= percent[2028] <= 60
    )  # half of the outcomes are dearer than planned; 200 of them were paid out
    assert [percent[year] for year in (2027, 2029, 2030, 2031)] == [0, 0, 0, 0]
    assert found.years[1].short_high_pence == 6_000_000
    rich = uncertainty(replace(made, own_carry_over_basis_points=10_000), {1: replaced(2028)}, ranges)
    assert {row.short_percent for row in rich.years} == {0}
    pinned = replace(made, pins=(Pin(1, replaced(2028)),), envelopes=())
    unpaid = uncertainty(pinned, {1: replaced(2028)}, ranges).years[1]
    assert (unpaid.short_percent, unpaid.short_planned_pence) == (100, price)


@pytest.mark.parametrize("beyond_pence", [594_000, -594_000])
def test_what_hardly_ever_happens_is_not_said_never_to(beyond_pence):
    """Of prices evenly spread over £10,000 only those within £60 of one end are short, or are not."""
    price = 50_000_033 + 10_000_007 + 6_000_007 + 1_200_001
    envelope = price + beyond_pence
    made = problem(machine(1), envelope_pence=envelope, own_carry_over_basis_points=0)
    ranges = Ranges(ON, (), (priced(CT, 500_000, 500_000),))
    (percent,) = [
        row.short_percent for row in uncertainty(made, {1: replaced(2028)}, ranges).years if row.year == 2028
    ]
    assert percent in (range(1, 4) if beyond_pence > 0 else range(97, 100))


@pytest.mark.parametrize(
    ("percent", "said"),
    [
        (None, "not worked out"),
        (0, "never in 200 outcomes"),
        (1, "under 1 in 20"),
        (5, "about 1 in 10"),
        (44, "about 4 in 10"),
        (45, "about 5 in 10"),
        (94, "about 9 in 10"),
        (95, "over 19 in 20"),
        (100, "always in 200 outcomes"),
    ],
)
def test_a_chance_is_said_no_more_exactly_than_it_is_known(percent, said):
    row = YearSpan(None, 2027, Span(0, 0, 0, 0, 0), 0, 0, percent)
    assert chance(row, 200) == said


def test_a_machine_that_may_be_older_changes_places_with_one_bought_before_it():
    made = problem(
        machine(1, installed_on=None), machine(2, installed_on=date(2015, 6, 1)), machine(3, trust_id=2)
    )
    ranges = Ranges(ON, (dated(1, date(2010, 6, 1), date(2021, 6, 1)),))
    found = uncertainty(made, {1: replaced(2030), 2: replaced(2027), 3: KEPT}, ranges)
    assert [(one.asset_id, one.other_id, one.earliest) for one in found.swaps] == [(1, 2, True)]
    older = replace(made, assets=(replace(made.assets[0], installed_on=date(2010, 6, 1)), *made.assets[1:]))
    before = evaluate(older, {1: replaced(2030), 2: replaced(2027), 3: KEPT}).exposure
    after = evaluate(older, {1: replaced(2027), 2: replaced(2030), 3: KEPT}).exposure
    assert after < before
    oldest = replace(made.assets[2], installed_on=date(2012, 6, 1))
    made = replace(
        made, assets=(*made.assets[:2], oldest)
    )  # of its kind, so that the plan takes the first to be old
    first = uncertainty(made, {1: replaced(2027), 2: replaced(2030), 3: KEPT}, ranges)
    assert [(one.asset_id, one.other_id, one.earliest) for one in first.swaps] == [(1, 2, False)]
    pinned = replace(made, pins=(Pin(2, replaced(2027)),))
    assert uncertainty(pinned, {1: replaced(2030), 2: replaced(2027), 3: KEPT}, ranges).swaps == ()
    assert isinstance(first.swaps[0], Swap)


@st.composite
def cases(draw, most=4):
    count = draw(st.integers(1, most))
    assets = tuple(
        machine(
            number,
            trust_id=draw(st.sampled_from((1, 2))),
            site_id=draw(st.integers(1, 2)),
            installed_on=draw(st.none() | st.dates(date(2010, 1, 1), date(2024, 1, 1))),
            support_ends_on=draw(st.none() | st.dates(date(2026, 1, 1), date(2034, 1, 1))),
        )
        for number in range(1, count + 1)
    )
    made = problem(*assets, envelope_pence=draw(st.sampled_from((0, 70_000_000, 10**9))))
    schedule = {
        asset.asset_id: draw(st.just(KEPT) | st.sampled_from([replaced(year) for year in made.years]))
        for asset in assets
    }
    dates = []
    for asset in assets:
        if asset.installed_on is None or draw(st.booleans()):
            first = asset.installed_on or draw(st.dates(date(2010, 1, 1), date(2024, 1, 1)))
            dates.append(dated(asset.asset_id, first, first + timedelta(days=draw(st.integers(0, 900)))))
    low, high = draw(st.integers(0, 10**7)), draw(st.integers(0, 10**7))
    ranges = Ranges(
        ON, tuple(dates), (priced(CT, low, high),), draw(st.integers(0, 2_000)), draw(st.integers(0, 3_000))
    )
    return made, schedule, ranges


def spans(found) -> list[Span]:
    return [
        found.exposure,
        found.old_years,
        found.spend,
        *(year.spend for year in (*found.years, *found.trust_years)),
        *(span for trust in found.trusts for span in (trust.spend, trust.exposure, trust.old_years)),
    ]


@settings(max_examples=60, deadline=None)
@given(cases(), st.integers(0, 400), st.integers(0, 10**6))
def test_the_plan_lies_within_and_a_wider_range_never_gives_a_narrower_one(case, more_days, more_pence):
    made, schedule, ranges = case
    found = uncertainty(made, schedule, ranges)
    for span in spans(found):
        assert span.low <= span.planned <= span.high
        assert span.low <= span.likely_low <= span.likely_high <= span.high
    wider = replace(
        ranges,
        dates=tuple(
            replace(
                one,
                earliest=one.earliest - timedelta(days=more_days),
                latest=one.latest + timedelta(days=more_days),
            )
            for one in ranges.dates
        ),
        prices=tuple(
            replace(one, low_pence=one.low_pence - more_pence, high_pence=one.high_pence + more_pence)
            for one in ranges.prices
        ),
        works_high_basis_points=ranges.works_high_basis_points + 100,
    )
    for narrow, wide in zip(spans(found), spans(uncertainty(made, schedule, wider)), strict=True):
        assert wide.low <= narrow.low <= narrow.high <= wide.high
        assert wide.planned == narrow.planned


@settings(max_examples=25, deadline=None)
@given(cases(most=2))
def test_the_widest_range_is_what_trying_everything_finds(case):
    made, schedule, ranges = case
    found = uncertainty(made, schedule, ranges)
    tried = [evaluate(made, schedule), *by_date(made, schedule, ranges, step=60)]
    assert found.exposure.low <= min(one.exposure for one in tried)
    assert found.exposure.high >= max(one.exposure for one in tried)
    spends = [sum(spend.values()) for spend in by_price(made, schedule, ranges)]
    assert (found.spend.low, found.spend.high) == (min(spends), max(spends))


@settings(max_examples=25, deadline=None)
@given(cases())
def test_it_is_the_same_each_time_and_survives_being_kept(case):
    found = uncertainty(*case)
    assert found == uncertainty(*case)
    assert uncertainty_in({KEY: account_of_uncertainty(case[2], found)}) == (case[2], found)
    assert uncertainty_in({}) is None


def test_a_schedule_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="every asset"):
        uncertainty(problem(machine(1)), {}, NOTHING)
