"""The priority score: its laws, and agreement with the slow second implementation."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.domain.clocks import MachineLife, expected_life
from assets.domain.lifetime import rules_on
from assets.domain.priority import assess, ranked
from assets.domain.priority_marks import MachineFacts, marks, rounded
from assets.domain.priority_rules import (
    RULES,
    Criterion,
    Weights,
    parse_priority,
    priority_rules_on,
)
from assets.domain.rank_stability import rank_stability
from assets.domain.vocabulary import Condition, Modality, QualityResult, Technology
from tests.oracles import priority as oracle

NOW = date(2026, 11, 24)
DAYS = st.dates(date(2000, 1, 1), NOW)
MAYBE = st.none() | st.booleans()


@st.composite
def weights(draw):
    """Six whole numbers that add up to 100."""
    cuts = sorted(draw(st.lists(st.integers(0, 100), min_size=5, max_size=5)))
    return Weights(*(b - a for a, b in zip([0, *cuts], [*cuts, 100], strict=True)))


FACTS = st.builds(
    MachineFacts,
    st.builds(
        MachineLife,
        st.sampled_from(Modality),
        installed_on=st.none() | DAYS,
        support_ends_on=st.none() | st.dates(date(2020, 1, 1), date(2035, 1, 1)),
        examinations_per_year=st.none() | st.integers(0, 30_000),
    ),
    downtime_hours=st.none() | st.integers(0, 9000),
    hours_per_week=st.none() | st.integers(0, 168),
    uptime_target_percent=st.none() | st.decimals(0, 100, places=2),
    condition=st.sampled_from(Condition),
    is_only_one_on_site=MAYBE,
    is_emergency=MAYBE,
    technology=st.sampled_from(Technology),
    maintenance_cost_pence=st.none() | st.integers(0, 10**8),
    replacement_price_pence=st.none() | st.integers(0, 10**8),
    shows_money=st.booleans(),
    qa_result=st.sampled_from(QualityResult),
    qa_on=st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    has_safety_notice=MAYBE,
    is_networked=MAYBE,
    operating_system_ends_on=st.none() | st.dates(date(2020, 1, 1), date(2035, 1, 1)),
)


def parts(priority):
    """A priority as the oracle takes it."""
    return [
        (weight, Fraction(m.known_percent, 100), None if m.tenths is None else Fraction(m.tenths, 10))
        for m, weight in zip(priority.marks, priority.weights.in_order, strict=True)
    ]


def mark(machine, criterion):
    return next(m for m in assess(machine, on=NOW).marks if m.criterion is criterion)


@given(FACTS, weights())
def test_score_and_interval_agree_with_fractions(machine, weighed):
    found = assess(machine, on=NOW, weights=weighed)
    expected = oracle.score(parts(found))
    if expected is None:
        assert found.score_tenths is None
    else:
        assert abs(found.score_tenths - 10 * expected) <= Fraction(1, 2)
    for mine, theirs in zip(found.interval_tenths, oracle.interval(parts(found)), strict=True):
        assert abs(mine - 10 * theirs) <= Fraction(1, 2)


@given(FACTS, weights())
def test_the_score_lies_in_its_interval_and_what_is_known_adds_up_to_it(machine, weighed):
    found = assess(machine, on=NOW, weights=weighed)
    low, high = found.interval_tenths
    assert 0 <= low <= high <= 1000
    assert 0 <= found.completeness_percent <= 100
    added = [c.tenths for c in found.contributions if c.tenths is not None]
    if found.score_tenths is not None:
        assert low <= found.score_tenths <= high
        assert abs(sum(added) - found.score_tenths) <= 4
    if found.completeness_percent == 100:
        assert low == high == found.score_tenths
    for m in found.marks:
        assert (m.tenths is None) == (m.known_percent == 0)
        assert m.tenths is None or 0 <= m.tenths <= 1000
        assert (m.known_percent == 100) == (not m.missing and not m.is_hidden)


@given(FACTS)
def test_forgetting_a_fact_widens_the_interval_and_never_makes_the_score_zero(machine):
    whole = assess(machine, on=NOW)
    for fact in ("is_only_one_on_site", "technology", "maintenance_cost_pence"):
        less = assess(
            replace(machine, **{fact: Technology.NOT_KNOWN if fact == "technology" else None}), on=NOW
        )
        assert less.interval_tenths[0] <= whole.interval_tenths[0]
        assert less.interval_tenths[1] >= whole.interval_tenths[1]
        assert less.completeness_percent <= whole.completeness_percent
        known = [m.tenths for m in less.marks if m.tenths is not None]
        if known and min(known) > 0:
            assert less.score_tenths > 0


def test_of_a_machine_of_which_nothing_is_known_there_is_no_score():
    found = assess(MachineFacts(MachineLife(Modality.CT)), on=NOW)
    assert (found.score, found.completeness_percent, found.interval) == ("not known", 0, "0 to 100")
    assert all("not known" in c.words for c in found.contributions)


@given(FACTS, st.integers(0, 3000))
def test_the_older_never_has_fewer_points_nor_a_lower_score(machine, days):
    if machine.life.installed_on is None:
        return
    older = replace(
        machine, life=replace(machine.life, installed_on=machine.life.installed_on - timedelta(days=days))
    )
    # A 29 February can make the life of the older one day longer, a thousandth of it.
    assert mark(older, Criterion.AGE).tenths >= mark(machine, Criterion.AGE).tenths - 1
    assert assess(older, on=NOW).score_tenths >= assess(machine, on=NOW).score_tenths - 1


@given(FACTS)
def test_marks_agree_with_the_formulas_in_fractions(machine):
    life = machine.life
    age, reliability, cost = (
        mark(machine, criterion) for criterion in (Criterion.AGE, Criterion.RELIABILITY, Criterion.COST)
    )
    if life.installed_on is not None:
        years = expected_life(life, on=NOW).years
        try:
            end = life.installed_on.replace(year=life.installed_on.year + years)
        except ValueError:
            end = date(life.installed_on.year + years, 3, 1)
        expected = oracle.age_points((NOW - life.installed_on).days, (end - life.installed_on).days)
        assert abs(age.tenths - 10 * expected) <= Fraction(1, 2)
    if machine.downtime_hours is not None and machine.hours_per_week:
        target = machine.uptime_target_percent
        expected = oracle.reliability_points(
            machine.downtime_hours, machine.hours_per_week, None if target is None else Fraction(target)
        )
        assert abs(reliability.tenths - 10 * expected) <= Fraction(1, 2)
    if machine.maintenance_cost_pence is not None and machine.replacement_price_pence and machine.shows_money:
        expected = oracle.cost_points(machine.maintenance_cost_pence, machine.replacement_price_pence)
        assert abs(cost.tenths - 10 * expected) <= Fraction(1, 2)


@settings(max_examples=60, deadline=None)
@given(st.lists(FACTS, max_size=12), weights(), st.integers(1, 5))
def test_ranks_and_their_ranges_agree_with_counting_pairs(machines, weighed, top):
    fleet = {number: assess(machine, on=NOW, weights=weighed) for number, machine in enumerate(machines)}
    stable = rank_stability(fleet, move_by_percent=20, top=top)
    plain = [(priority.is_gated, parts(priority)) for priority in fleet.values()]
    expected = oracle.rank_ranges(plain, 20)
    assert [(r.rank, r.best, r.worst) for _, r in sorted(stable.ranges.items())] == expected
    assert stable.stay == oracle.staying(plain, 20, stable.top)
    assert [stable.ranges[key].rank for key in ranked(fleet)] == list(range(1, len(fleet) + 1))


@given(st.lists(FACTS, min_size=2, max_size=10), weights())
def test_a_gate_stands_above_any_score_whichever_weight_is_moved(machines, weighed):
    fleet = {number: assess(machine, on=NOW, weights=weighed) for number, machine in enumerate(machines)}
    stable = rank_stability(fleet, move_by_percent=20, top=3)
    gated = [stable.ranges[key] for key, priority in fleet.items() if priority.is_gated]
    others = [stable.ranges[key] for key, priority in fleet.items() if not priority.is_gated]
    if gated and others:
        assert max(r.worst for r in gated) < min(r.best for r in others)


@given(FACTS, weights())
def test_who_may_not_see_costs_gets_a_score_that_does_not_tell_them(machine, weighed):
    hidden = replace(machine, shows_money=False)
    dearer = replace(hidden, maintenance_cost_pence=10**8, replacement_price_pence=10**6)
    found = assess(hidden, on=NOW, weights=weighed)
    assert found == assess(dearer, on=NOW, weights=weighed)
    assert found.marks[-1].points == "not shown to you"
    assert "£" not in "".join(c.words for c in found.contributions)


def test_condition_stands_for_reliability_only_where_downtime_is_not_known():
    poor = MachineFacts(MachineLife(Modality.CT), condition=Condition.POOR)
    assert mark(poor, Criterion.RELIABILITY).points == "100"
    assert "keeper’s judgement" in mark(poor, Criterion.RELIABILITY).words
    measured = MachineFacts(
        MachineLife(Modality.CT), condition=Condition.POOR, downtime_hours=0, hours_per_week=60
    )
    assert mark(measured, Criterion.RELIABILITY).points == "0"


def test_a_target_makes_reliability_stricter_never_milder():
    def points(target):
        machine = MachineFacts(
            MachineLife(Modality.CT), downtime_hours=104, hours_per_week=40, uptime_target_percent=target
        )
        return mark(machine, Criterion.RELIABILITY).points

    assert (points(None), points(Decimal(90)), points(Decimal("99.5"))) == ("50", "50", "90")


@pytest.mark.parametrize("wrong", [(25, 20, 20, 15, 10, 9), (110, -10, 0, 0, 0, 0), (100, 1, 0, 0, 0, 0)])
def test_weights_that_do_not_add_up_are_refused(wrong):
    with pytest.raises(ValueError, match="weight"):
        Weights(*wrong)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("age = 25", "age = 24"),
        ("emergency = 40", "emergency = 41"),
        ("number = 1", "number = 3"),
        ("cost = 10\n", "cost = 10\ncolour = 0\n"),
    ],
)
def test_rules_that_make_no_sense_are_refused(old, new):
    text = RULES.read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(ValueError, match="add up|numbered|one weight"):
        parse_priority(text.replace(old, new, 1))


def test_halves_are_rounded_up():
    assert [rounded(part, 2) for part in (1, 2, 3)] == [1, 1, 2]


def test_a_machine_not_yet_installed_has_no_points_for_its_age():
    later = MachineFacts(MachineLife(Modality.CT, installed_on=NOW + timedelta(days=1)))
    assert mark(later, Criterion.AGE).points == "0"


def test_marks_stand_in_the_order_of_the_criteria():
    found = marks(
        MachineFacts(MachineLife(Modality.CT)), on=NOW, rules=priority_rules_on(NOW), lives=rules_on(NOW)
    )
    assert [m.criterion for m in found] == list(Criterion)


def test_money_in_a_reason_reads_as_on_every_page_to_the_penny():
    machine = MachineFacts(
        MachineLife(Modality.CT), maintenance_cost_pence=7_800_050, replacement_price_pence=60_000_000
    )
    assert mark(machine, Criterion.COST).words == (
        "Maintenance of £78,000.50 a year is 13% of the £600,000 of a new machine."
    )
