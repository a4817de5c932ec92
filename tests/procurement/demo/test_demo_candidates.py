"""The demonstration's candidates: real ones by the rule, some chosen for each plan, and the same for the same seed."""

import json

import pytest
from django.core.management import call_command

from networks.domain.access import Role
from procurement.domain.siting_evidence import from_json
from procurement.management.demo.candidates import CHOSEN
from procurement.models import CandidateSite, Plan
from procurement.queries.site_need import NetworkDemand
from tests.factories.networks import actor
from tests.procurement.demo.conftest import AS_AT, load_demo


def written() -> str:
    """The candidates and the plans' choices, as text."""
    fields = ("name", "service", "modality", "works_pence", "wanted_from", "need_points", "evidence")
    rows = CandidateSite.objects.order_by("pk").values_list(*fields, "site__code", "site__longitude")
    chosen = Plan.candidates.through.objects.order_by("plan_id", "candidatesite__name")
    names = chosen.values_list("plan__network__code", "candidatesite__name")
    return json.dumps([list(rows), list(names)], default=str)


@pytest.mark.django_db(transaction=True, reset_sequences=True)
def test_the_same_seed_and_day_give_the_same_candidates_to_the_byte():
    load_demo()
    first = written()
    call_command("flush", interactive=False, verbosity=0)
    load_demo()
    assert written() == first


@pytest.mark.django_db
def test_every_plan_may_site_some_of_its_networks_candidates(demonstration):
    assert CandidateSite.objects.count() == 12
    for plan in Plan.objects.all():
        theirs = CandidateSite.objects.filter(network=plan.network)
        assert theirs.count() == 4
        chosen = plan.candidates.all()
        assert len(chosen) == CHOSEN
        assert {candidate.network_id for candidate in chosen} == {plan.network_id}
        least = min(candidate.need_points for candidate in chosen)
        assert all(c.need_points <= least for c in theirs if c not in chosen)


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
