"""Families of models: what one is, how many are in use, and how many a plan leaves at the most."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.domain.model_family import family_of, same_spelling
from assets.domain.vocabulary import Modality
from assets.models import MachineModel, Maker
from networks.domain.access import NotAllowed, Role
from procurement.actions.plan_versions import save_version
from procurement.domain.families import Machine, family_rows, modality_counts
from procurement.models import PlanVersion
from procurement.queries.families import network_families
from procurement.queries.planning_problem import planning_problem
from tests.builders.plan_results import result_for
from tests.factories.networks import actor
from tests.factories.plans import TODAY, ready_plan

fleets = st.lists(
    st.builds(
        Machine,
        st.sampled_from(Modality),
        st.one_of(st.none(), st.sampled_from("ABCDE")),
        st.integers(1, 4),
        st.integers(1, 6),
        st.booleans(),
    ),
    max_size=12,
)
bought = st.lists(st.tuples(st.sampled_from(Modality), st.integers(2027, 2031)), max_size=5)


@settings(deadline=None)
@given(fleets, bought)
def test_counts_and_rows_are_what_counting_by_hand_gives(fleet, tenders):
    counts = {count.modality: count for count in modality_counts(fleet, tenders)}
    rows = family_rows(fleet)
    assert sum(row.machines for row in rows) == len(fleet)
    assert sum(row.kept for row in rows) == sum(m.is_kept for m in fleet)
    for modality in Modality:
        ours = [m for m in fleet if m.modality is modality]
        runs = {year for of, year in tenders if of is modality}
        if not ours and not runs:
            assert modality not in counts
            continue
        count = counts[modality]
        known = {m.family for m in ours} - {None}
        kept = {m.family for m in ours if m.is_kept} - {None}
        assert (count.machines, count.families) == (len(ours), len(known))
        assert count.most_at_end == len(kept) + len(runs)
        assert count.unknown == sum(m.family is None for m in ours)
        assert count.kept <= count.families
        assert {row.family for row in rows if row.modality is modality} - {None} == known


@settings(deadline=None)
@given(fleets)
def test_keeping_everything_and_buying_nothing_changes_no_number(fleet):
    kept = [Machine(m.modality, m.family, m.trust_id, m.site_id) for m in fleet]
    assert all(count.most_at_end == count.families for count in modality_counts(kept, []))


def test_the_unknown_stand_last_and_the_most_used_first():
    fleet = [
        Machine(Modality.CT, family, trust, site)
        for family, trust, site in (
            (None, 1, 1),
            (None, 1, 2),
            (None, 2, 3),
            ("B", 1, 1),
            ("A", 1, 1),
            ("A", 2, 3),
        )
    ]
    assert [(row.name, row.machines, row.sites, row.trusts) for row in family_rows(fleet)] == [
        ("A", 2, 2, 2),
        ("B", 1, 1, 1),
        ("Family not known", 3, 3, 2),
    ]


def test_names_that_differ_in_case_alone_are_one_family():
    signa = [family_of("GE HealthCare", name) for name in ("Signa HDxt", "SIGNA Artist", "Optima MR360")]
    assert set(same_spelling(signa).values()) == {"GE HealthCare SIGNA", "GE HealthCare Optima"}


@pytest.fixture
def made(db):
    """Ash and Beech with three CTs each, of which one of each trust is replaced; one more is of no known model."""
    made = ready_plan()
    maker = Maker.objects.create(name="Maker")
    heir = Maker.objects.create(name="Heir")
    maker.successor = heir
    maker.save()
    models = [
        MachineModel.objects.create(maker=owner, name=name, modality="CT")
        for owner, name in ((maker, "Alpha 1"), (heir, "Alpha 2"), (heir, "Beta"))
    ]
    for place, asset in enumerate(made.assets):
        asset.machine_model = None if place == 5 else models[place % 3]
        asset.save()
    return made


def solved(made, replaced):
    problem = planning_problem(made.plan, on=TODAY)
    version = save_version(
        by=made.lead, plan=made.plan, problem=problem, result=result_for(problem), run=None, on=TODAY
    )
    version.lines.update(year=None)
    for asset, year in replaced.items():
        version.lines.filter(asset=made.assets[asset]).update(year=year)
    return version


def test_a_makers_heir_has_its_families_and_nothing_is_said_of_an_unsolved_plan(made):
    found = network_families(made.lead, made.orgs["Northern"].pk, on=TODAY)
    assert found.version is None
    assert [(row.name, row.machines) for row in found.rows] == [
        ("Heir Alpha", 4),
        ("Heir Beta", 1),
        ("Family not known", 1),
    ]
    [count] = found.counts
    assert (count.families, count.unknown, count.tenders) == (2, 1, 0)


def test_the_newest_solved_plan_leaves_kept_families_and_one_for_each_tender(made):
    solved(made, {2: 2028, 0: 2028, 3: 2029})
    [count] = network_families(made.lead, made.orgs["Northern"].pk, on=TODAY).counts
    # Beta's only machine of a known model is replaced; the two bought in 2028 are one tender.
    assert (count.families, count.kept, count.tenders, count.most_at_end) == (2, 1, 2, 3)
    assert count.kept_unknown == 1


def test_the_number_of_queries_does_not_grow(made, django_assert_num_queries):
    solved(made, {2: 2028})
    PlanVersion.objects.filter(plan=made.plan).update(number=7)
    with django_assert_num_queries(7):
        network_families(made.lead, made.orgs["Northern"].pk, on=TODAY)


def test_it_is_for_those_who_see_the_whole_network(made):
    network = made.orgs["Northern"].pk
    network_families(actor(Role.FINANCE, made.orgs["Northern"]), network, on=TODAY)
    for role, name in ((Role.FINANCE, "Ash"), (Role.EQUIPMENT_MANAGER, "Ash")):
        with pytest.raises(NotAllowed):
            network_families(actor(role, made.orgs[name]), network, on=TODAY)
