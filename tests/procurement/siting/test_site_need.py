"""The need of a site, by its rule: worse never lowers it, what is not known is left out, and the parts add up."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.domain.vocabulary import Modality
from networks.domain.population import Persons
from procurement.domain.site_need import Nearest, Use, need_of, percent_between
from procurement.domain.siting_rules import Edges, Measured, ServiceRule, siting_rules
from procurement.models import Service
from tests.builders.demand import a_demand, a_use

RULES = siting_rules()
CAPACITY = RULES.services["capacity"]

machines = st.integers(0, 60)
people = st.one_of(st.none(), st.integers(1, 10_000_000))
each = st.integers(0, 40_000)
kilometres = st.one_of(st.none(), st.decimals(0, 500, places=1))
pairs = st.sampled_from(
    [(modality, rule) for rule in RULES.services.values() for modality in rule.modalities]
)


@st.composite
def uses(draw, whose):
    number = draw(st.integers(0, 9))
    known = draw(st.integers(0, number))
    return Use(whose, number, known, Decimal(draw(each)) if known else Decimal(0))


@st.composite
def demands(draw):
    modality, rule = draw(pairs)
    km = draw(kilometres)
    return (
        a_demand(
            modality,
            machines=draw(machines),
            persons=draw(people),
            trust=draw(uses("the trust")),
            network=draw(uses("the network")),
            nearest=Nearest(km, why="" if km is not None else "nobody measured it"),
        ),
        rule,
    )


@settings(deadline=None)
@given(demands())
def test_it_lies_between_nothing_and_the_most_and_its_parts_add_up(asked):
    demand, rule = asked
    need = need_of(demand, rule)
    assert need.most_points == RULES.full_points * rule.weight_percent // 100
    if all(score.percent is None for score in need.scores):
        assert need.points is None
        assert need.known_percent == 0
    else:
        assert 0 <= need.points <= need.most_points
        assert sum(score.points for score in need.scores) == need.points
    assert all(score.points == 0 for score in need.scores if not score.percent)
    assert [score.measured for score in need.scores] == list(Measured)
    assert sum(score.weight for score in need.scores) == 100


@settings(deadline=None)
@given(demands())
def test_it_is_the_rule_as_the_page_tells_it_worked_out_slowly(asked):
    """Points x the service's weight x the weighed mean of what is known, in fractions."""
    demand, rule = asked
    need = need_of(demand, rule)
    known = [score for score in need.scores if score.percent is not None]
    if not known:
        return
    mean = Fraction(
        sum(score.weight * score.percent for score in known), sum(score.weight for score in known)
    )
    exact = Fraction(RULES.full_points) * Fraction(rule.weight_percent, 100) * mean / 100
    assert abs(exact - need.points) <= Fraction(1, 2)


@settings(deadline=None)
@given(demands(), st.decimals(0, 100, places=1))
def test_more_distance_never_lowers_it(asked, further):
    demand, rule = asked
    if demand.nearest.km is None:
        return
    away = replace(demand, nearest=Nearest(demand.nearest.km + further))
    assert need_of(away, rule).points >= need_of(demand, rule).points


@settings(deadline=None)
@given(demands(), st.integers(0, 5_000_000))
def test_more_people_never_lower_it(asked, more):
    demand, rule = asked
    if demand.persons.number is None:
        return
    fuller = replace(demand, persons=Persons(demand.persons.number + more, 2026))
    before, after = need_of(demand, rule).points, need_of(fuller, rule).points
    assert before is None or after >= before


@settings(deadline=None)
@given(demands(), st.integers(0, 30))
def test_more_scanners_in_the_area_never_raise_it(asked, more):
    demand, rule = asked
    before = need_of(demand, rule).points
    after = need_of(replace(demand, machines=demand.machines + more), rule).points
    assert before is None or after <= before


@settings(deadline=None)
@given(demands(), each, st.sampled_from(["trust", "network"]))
def test_more_examinations_never_lower_it(asked, more, whose):
    demand, rule = asked
    use = getattr(demand, whose)
    if not use.known:
        return
    busier = replace(demand, **{whose: replace(use, examinations=use.examinations + more)})
    before, after = need_of(demand, rule).points, need_of(busier, rule).points
    assert before is None or after >= before


@settings(deadline=None)
@given(demands())
def test_one_more_scanner_never_lowers_the_density(asked):
    demand, _ = asked
    before, after = demand.density.figure, demand.density_after.figure
    assert (before is None) == (after is None)
    assert before is None or after >= before


def test_nothing_is_needed_at_the_edges_and_all_beyond_them():
    assert need_of(a_demand(), CAPACITY).points == 0
    worst = a_demand(
        machines=5,
        trust=a_use(each=16_500),
        network=a_use("the network", each=16_500),
        nearest=Nearest(Decimal(30)),
    )
    assert need_of(worst, CAPACITY).points == RULES.full_points
    assert need_of(worst, RULES.services["stroke"]).points == 1_300


@pytest.mark.parametrize(
    ("value", "edges", "percent"),
    [
        (7, Edges(5, 30), 8),
        (5, Edges(5, 30), 0),
        (31, Edges(5, 30), 100),
        (90, Edges(100, 50), 20),
        (40, Edges(100, 50), 100),
    ],
)
def test_a_score_runs_evenly_between_its_edges(value, edges, percent):
    assert percent_between(Fraction(value), edges) == percent


def test_what_is_not_known_is_left_out_and_named():
    known = a_demand(machines=5)
    assert [score.percent for score in need_of(known, CAPACITY).scores] == [100, 0, 0, 0]
    assert need_of(known, CAPACITY).points == 300
    unknown = replace(
        known,
        trust=Use("the trust", 0, 0, Decimal(0)),
        network=Use("the network", 3, 0, Decimal(0)),
        nearest=Nearest(None, why="the coordinates of Elm Hospital are not recorded"),
    )
    need = need_of(unknown, CAPACITY)
    assert (need.points, need.known_percent) == (1_000, 30)
    assert need.reasons == (
        "5.0 CT per million in the network (5 machines, 1,000,000 persons in 2026; 200,000 people for each); "
        "United Kingdom 2021: 10.0.",
        "The trust has no CT whose use could be judged by.",
        "Examinations for each CT of the network: not known of any of 3.",
        "Distance to the next other CT: not known, the coordinates of Elm Hospital are not recorded.",
    )


def test_where_nothing_is_known_there_is_no_need_to_tell():
    nothing = a_demand(
        Modality.XRAY,
        persons=None,
        trust=Use("the trust", 0, 0, Decimal(0)),
        network=Use("the network", 0, 0, Decimal(0)),
        nearest=Nearest(None, why="no site with one has its coordinates recorded"),
    )
    need = need_of(nothing, CAPACITY)
    assert (need.points, need.known_percent) == (None, 0)
    assert "No national figure of X-ray per million is known" in need.reasons[0]


def test_the_words_of_each_measure():
    demand = a_demand(
        machines=0,
        trust=a_use(machines=3, known=2, each=13_500),
        nearest=Nearest(Decimal("17.5"), "Beech Hospital", uncharted=1),
    )
    assert need_of(demand, CAPACITY).reasons == (
        "No CT in the network for 1,000,000 persons in 2026; United Kingdom 2021: 10.0.",
        "13,500 examinations a year for each CT of the trust (known of 2 of 3), 90% of the stated capacity of 15,000.",
        "The next other CT is 17.5 km away, at Beech Hospital. 1 more site with CT may be nearer: coordinates not known.",
    )


def test_a_service_has_its_own_machines_and_every_service_its_rule():
    assert set(RULES.services) == set(Service.values)
    with pytest.raises(ValueError, match="stroke is not a service of MRI"):
        need_of(a_demand(Modality.MRI), RULES.services["stroke"])
    for modality in Modality:
        assert RULES.capacity[modality].source
        assert RULES.distance[modality].none_at < RULES.distance[modality].full_at
    assert RULES.reviewed_on < RULES.review_due_on


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Use("the trust", 1, 2, Decimal(0)),
        lambda: Use("the trust", 2, 0, Decimal(5)),
        lambda: Use("the trust", 2, 1, Decimal(-1)),
        lambda: Nearest(Decimal(-1)),
        lambda: Edges(5, 5),
        lambda: ServiceRule("x", (Modality.CT,), 100, "", dict.fromkeys(Measured, 30)),
        lambda: ServiceRule("x", (Modality.CT,), 0, "", dict.fromkeys(Measured, 25)),
    ],
)
def test_figures_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError):  # noqa: PT011 - each has words of its own
        wrong()
