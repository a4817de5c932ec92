"""The demonstration's candidates: real ones by the rule, some of them chosen for each plan."""

import pytest

from networks.domain.access import Role
from procurement.domain.siting_evidence import from_json
from procurement.management.demo.candidates import CHOSEN
from procurement.models import CandidateSite, Plan
from procurement.queries.site_need import NetworkDemand
from tests.factories.networks import actor
from tests.procurement.demo.conftest import AS_AT


@pytest.mark.django_db
def test_every_plan_may_site_some_of_its_networks_candidates(demonstration):
    assert CandidateSite.objects.count() == 12
    for plan in Plan.objects.all():
        theirs = CandidateSite.objects.filter(network=plan.network)
        assert theirs.count() == 4
        chosen = plan.candidates.all()
        assert len(chosen) == CHOSEN
        assert {candidate.network_id for candidate in chosen} == {plan.network_id}
        assert len({(candidate.site_id, candidate.modality) for candidate in chosen}) == CHOSEN
        assert max(theirs, key=lambda candidate: candidate.need_points) in chosen


@pytest.mark.django_db
def test_each_was_judged_by_the_rule_on_its_day(demonstration):
    for candidate in CandidateSite.objects.select_related("network"):
        evidence = from_json(candidate.evidence)
        assert evidence.as_at == AS_AT
        assert evidence.points == candidate.need_points > 0
        assert evidence.known_percent == 100
        lead = actor(Role.PROCUREMENT_LEAD, candidate.network)
        found = NetworkDemand(lead, candidate.network_id, on=AS_AT).need(
            candidate.site_id, candidate.modality, candidate.service
        )
        assert found.need.points == candidate.need_points


@pytest.mark.django_db
def test_the_planned_centres_have_coordinates_and_nothing_near(demonstration):
    centres = CandidateSite.objects.filter(site__name__endswith="West Community Diagnostic Centre")
    assert {candidate.service for candidate in centres} == {"lung", "stroke"}
    for candidate in centres.select_related("site"):
        assert candidate.site.latitude
        [distance] = [s for s in from_json(candidate.evidence).scores if s.measured == "distance"]
        assert distance.percent > 50
