"""The pages of sites, candidates and families: what they say, to whom, and that nothing typed is lost."""

import csv
import io

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assets.models import Asset
from networks.domain.access import Role
from networks.models import User
from procurement.models import CandidateSite
from procurement.queries.site_need import NetworkDemand
from tests.factories.networks import actor
from tests.procurement.siting.conftest import Siting, a_candidate, put


def client_of(who) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=who.user_id))
    return client


def page(who, name: str, *args: object, **query: object) -> str:
    response = client_of(who).get(reverse(name, args=args), query)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def rows_of(who, name: str, **query: object) -> list[dict[str, str]]:
    response = client_of(who).get(reverse(name), query)
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def form(siting: Siting, **changed: object) -> dict[str, object]:
    return {
        "site": siting.orgs["Cedar site"].code,
        "service": "stroke",
        "specification": "CT-STD",
        "works_pence": "600,000",
        "wanted_from": "",
        "name": "CT at Cedar",
        "reason": "Too far",
    } | changed


def test_the_list_ranks_sites_and_its_file_has_the_same_rows_in_the_same_order(siting):
    rows = rows_of(siting.lead, "site_need_export", service="stroke")
    demand = NetworkDemand(siting.lead, siting.network.pk, on=timezone.localdate())
    worked_out = {row.site.name: row.need.points for row in demand.needs() if row.service == "stroke"}
    assert {row["Site"]: int(row["Need (points a year)"]) for row in rows} == worked_out
    points = [int(row["Need (points a year)"]) for row in rows]
    assert points == sorted(points, reverse=True)
    assert rows[0]["Site"] == "Cedar site"
    text = page(siting.lead, "site_need_list", service="stroke")
    assert text.index("Cedar site") < text.index("Ash site")
    assert "Make it one" in text
    assert "Make it one" not in page(siting.network_finance, "site_need_list", service="stroke")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"modality": "CT"}, {"Ash site", "Beech site", "Cedar site"}),
        ({"modality": "CT", "standing": "none"}, {"Cedar site"}),
        ({"modality": "CT", "standing": "some"}, {"Ash site", "Beech site"}),
        ({"modality": "CT", "site": "bEECH"}, {"Beech site"}),
    ],
)
def test_its_filters_narrow_page_and_file_alike(siting, query, expected):
    assert {row["Site"] for row in rows_of(siting.lead, "site_need_export", **query)} == expected
    text = page(siting.lead, "site_need_list", **query)
    assert {name for name in ("Ash site", "Beech site", "Cedar site") if f"{name}<br>" in text} == expected


@pytest.mark.parametrize("sort", ["need", "site", "trust", "density", "trust_use", "distance", "known"])
def test_it_sorts_both_ways_with_the_unknown_last(siting, sort):
    put(siting.orgs["Cedar site"], None)
    Asset.objects.update(examinations_per_year=12_000)
    ways = [
        [row["Site"] for row in rows_of(siting.lead, "site_need_export", modality="CT", sort=f"{sign}{sort}")]
        for sign in ("", "-")
    ]
    assert sorted(ways[0]) == sorted(ways[1])
    if sort in ("trust_use", "distance"):
        assert ways[0][-1] == ways[1][-1] == "Cedar site"


def test_what_is_not_known_is_said_and_never_a_nought(siting):
    put(siting.orgs["Cedar site"], None)
    text = page(siting.lead, "site_need_detail", siting.orgs["Cedar site"].code, "CT", "stroke")
    assert "not known, the coordinates of Cedar site are not recorded" in text
    assert "left out" in text
    [row] = rows_of(siting.lead, "site_need_export", modality="CT", site="Cedar")
    assert row["Next other scanner (km)"] == ""
    assert row["Distance to the next other scanner (% of full need)"] == ""


def test_a_sites_page_builds_its_need_up_and_shows_density_before_and_after(siting):
    text = page(siting.lead, "site_need_detail", siting.orgs["Cedar site"].code, "CT", "stroke")
    row = NetworkDemand(siting.lead, siting.network.pk, on=timezone.localdate()).need(
        siting.orgs["Cedar site"].pk, "CT", "stroke"
    )
    assert f"The need is {row.need.points} points a year" in text
    assert "8.0 in North West ICB" in text
    assert "10.0 (5 machines, 500,000 persons in 2026)" in text
    for service, modality in (("stroke", "MRI"), ("tea", "CT")):
        response = client_of(siting.lead).get(
            reverse("site_need_detail", args=[siting.orgs["Cedar site"].code, modality, service])
        )
        assert response.status_code == 404


def test_a_candidate_is_made_from_a_site_with_what_is_known_filled_in(siting):
    address = reverse("candidate_add")
    client = client_of(siting.lead)
    asked = {"site": siting.orgs["Cedar site"].code, "modality": "CT", "service": "stroke"}
    Asset.objects.first().specification.__class__.objects.filter(code="CT-STD").update(is_default=True)
    text = client.get(address, asked).content.decode()
    assert 'value="CT, Cedar site, CT angiography for thrombectomy"' in text
    assert "selected" in text
    response = client.post(address, form(siting))
    candidate = CandidateSite.objects.get()
    assert response.headers["Location"] == candidate.get_absolute_url()
    assert candidate.works_pence == 60_000_000
    listed = page(siting.lead, "site_need_list", service="stroke", modality="CT")
    assert candidate.get_absolute_url() in listed


def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(siting):
    response = client_of(siting.lead).post(
        reverse("candidate_add"), form(siting, works_pence="lots", reason="")
    )
    text = response.content.decode()
    assert "There is a problem" in text
    assert 'value="lots"' in text
    assert 'value="CT at Cedar"' in text
    assert not CandidateSite.objects.exists()
    mri = client_of(siting.lead).post(reverse("candidate_add"), form(siting, specification="MRI-STD"))
    assert "This service is done on CT" in mri.content.decode()


def test_a_site_of_another_network_is_no_choice(siting):
    response = client_of(siting.lead).post(
        reverse("candidate_add"), form(siting, site=siting.orgs["Elm site"].code)
    )
    assert response.status_code == 200
    assert not CandidateSite.objects.exists()


def test_whoever_was_overtaken_sees_what_is_stored_and_keeps_what_they_typed(siting):
    candidate = a_candidate(siting)
    client, address = client_of(siting.lead), reverse("candidate_edit", args=[candidate.pk])
    client.post(address, form(siting, revision=1, works_pence="700,000"))
    text = client.post(address, form(siting, revision=1, works_pence="800,000")).content.decode()
    assert "was changed by somebody else" in text
    assert "700,000" in text
    assert 'value="800,000"' in text
    saved = client.post(address, form(siting, revision=2, works_pence="800,000"))
    assert saved.status_code == 302
    assert CandidateSite.objects.get().works_pence == 80_000_000


def test_judging_shows_the_difference_first_and_changes_nothing_by_being_read(siting):
    candidate = a_candidate(siting)
    Asset.objects.filter(trust=siting.orgs["Ash"]).update(examinations_per_year=16_500)
    text = page(siting.lead, "candidate_judge", candidate.pk)
    assert "The need would become" in text
    assert "16,500 examinations a year for each CT of the network" in text
    assert CandidateSite.objects.get().need_points == candidate.need_points
    address = reverse("candidate_judge", args=[candidate.pk])
    overtaken = client_of(siting.lead).post(address, {"revision": 7}).content.decode()
    assert "There is a problem" in overtaken
    assert "was changed by somebody else meanwhile" in overtaken
    assert CandidateSite.objects.get().need_points == candidate.need_points
    assert client_of(siting.lead).post(address, {"revision": 1}).status_code == 302
    assert CandidateSite.objects.get().need_points > candidate.need_points


def test_withdrawing_says_what_it_takes_with_it(siting):
    candidate = a_candidate(siting)
    siting.planned.plan.candidates.add(candidate)
    assert "Plan A may no longer site it." in page(siting.lead, "candidate_withdraw", candidate.pk)
    client = client_of(siting.lead)
    address = reverse("candidate_withdraw", args=[candidate.pk])
    assert "Enter" in client.post(address, {"revision": 1, "reason": ""}).content.decode()
    assert client.post(address, {"revision": 1, "reason": "No room"}).status_code == 302
    assert "Withdrawn on" in page(siting.lead, "candidate_detail", candidate.pk)
    again = reverse("candidate_reinstate", args=[candidate.pk])
    assert client.post(again, {"revision": 2, "reason": "There is"}).status_code == 302
    assert CandidateSite.objects.get().withdrawn_on is None


def test_a_plan_is_told_which_it_may_site_and_shows_the_density_before_and_after(siting):
    candidate, plan = a_candidate(siting), siting.planned.plan
    address = reverse("plan_candidates", args=[plan.pk])
    client = client_of(siting.lead)
    client.post(address, {"revision": plan.revision, "candidates": [candidate.pk], "reason": "Stroke"})
    assert list(plan.candidates.all()) == [candidate]
    text = client.get(address).content.decode()
    assert "8.0 (4 machines, 500,000 persons in 2026)" in text
    assert "10.0 (5 machines, 500,000 persons in 2026)" in text
    assert "CT at Cedar" in page(siting.lead, "plan_detail", plan.pk)
    overtaken = client.post(address, {"revision": plan.revision, "candidates": []})
    assert "was changed by somebody else" in overtaken.content.decode()
    assert list(plan.candidates.all()) == [candidate]


CLOSED_TO_TRUSTS = ("site_need_list", "site_need_export", "family_list", "family_export")


@pytest.mark.parametrize("name", CLOSED_TO_TRUSTS)
def test_figures_of_a_whole_network_are_for_those_who_see_it_whole(siting, name):
    for who in (siting.lead, siting.network_finance, actor(Role.NATIONAL_ANALYST, siting.orgs["England"])):
        assert client_of(who).get(reverse(name)).status_code == 200
    for who in (siting.finance, siting.manager):
        assert client_of(who).get(reverse(name)).status_code == 403
    shown = client_of(siting.stranger).get(reverse(name) + f"?network={siting.network.pk}")
    text = (b"".join(shown.streaming_content) if shown.streaming else shown.content).decode()
    assert "Ash" not in text
    assert "Cedar" not in text


def test_one_of_several_networks_is_chosen_by_its_number(siting):
    analyst = actor(Role.NATIONAL_ANALYST, siting.orgs["England"])
    assert "Elm site" in page(analyst, "site_need_list", network=siting.orgs["Southern"].pk)
    assert "Cedar site" in page(analyst, "site_need_list", network=siting.network.pk)
    assert "Make it one" not in page(analyst, "site_need_list", network=siting.network.pk)


def test_a_trusts_finance_reads_its_own_candidates_on_page_and_file_without_the_networks_figures(siting):
    theirs, other = a_candidate(siting, site="Ash", name="CT at Ash"), a_candidate(siting)
    text = page(siting.finance, "candidate_list")
    assert "CT at Ash" in text
    assert "CT at Cedar" not in text
    assert [row["Candidate"] for row in rows_of(siting.finance, "candidate_export")] == ["CT at Ash"]
    [row] = rows_of(siting.finance, "candidate_export")
    assert "per million in" not in row["Why it is needed"]
    detail = page(siting.finance, "candidate_detail", theirs.pk)
    assert "not shown to you" in detail
    assert "500,000 persons" not in detail
    assert "Change it" not in detail
    assert client_of(siting.finance).get(other.get_absolute_url()).status_code == 404
    for name in ("candidate_edit", "candidate_judge", "candidate_withdraw", "candidate_reinstate"):
        assert client_of(siting.finance).get(reverse(name, args=[theirs.pk])).status_code == 403
        assert client_of(siting.finance).post(reverse(name, args=[theirs.pk]), {}).status_code == 403
    for who in (siting.manager,):
        assert client_of(who).get(theirs.get_absolute_url()).status_code == 403
        assert client_of(who).get(reverse("candidate_list")).status_code == 403


def test_the_list_of_candidates_filters_sorts_and_exports_what_it_shows(siting):
    a_candidate(siting, works_pence=10_000_000, wanted_from=2030)
    a_candidate(siting, site="Ash", name="CT at Ash", service="capacity", works_pence=90_000_000)
    assert [row["Candidate"] for row in rows_of(siting.lead, "candidate_export", service="capacity")] == [
        "CT at Ash"
    ]
    for sort, first in (
        ("works", "CT at Cedar"),
        ("-works", "CT at Ash"),
        ("wanted", "CT at Ash"),
        ("-wanted", "CT at Cedar"),
    ):
        assert rows_of(siting.lead, "candidate_export", sort=sort)[0]["Candidate"] == first
    assert "No candidate fits these filters" in page(siting.lead, "candidate_list", withdrawn="yes")
    book = client_of(siting.lead).get(reverse("candidate_export") + "?format=xlsx")
    assert book.content[:2] == b"PK"
