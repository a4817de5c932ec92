"""The figures of a network's sites: right, traceable, private where they are another network's, and in few queries."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from assets.domain.vocabulary import Modality
from assets.models import Activity, Asset
from networks.actions.mergers import merge_trusts
from networks.domain.access import NotAllowed, command
from networks.models import Link, Population
from networks.queries.organisations import structure
from procurement.queries.site_need import NetworkDemand, network_of_site, sites_by_trust
from tests.factories.assets import AssetFactory
from tests.factories.networks import LinkFactory, OrganisationFactory
from tests.factories.plans import TODAY
from tests.oracles.distance import nearest
from tests.procurement.siting.conftest import PLACES, Siting, put

CT = Modality.CT


def found(siting: Siting, site: str, service: str = "capacity", modality: Modality = CT):
    demand = NetworkDemand(siting.lead, siting.network.pk, on=TODAY)
    row = demand.need(siting.orgs[f"{site} site"].pk, modality, service)
    assert row is not None
    return row


def as_floats(name: str) -> tuple[float, float]:
    return tuple(float(part) for part in PLACES[name])  # type: ignore[return-value]


def test_the_next_scanner_is_the_nearest_as_an_independent_count_finds_it(siting):
    row = found(siting, "Cedar")
    name, km = nearest(as_floats("Cedar"), {each: as_floats(each) for each in ("Ash", "Beech")})
    assert row.demand.nearest.where == f"{name} site"
    assert abs(float(row.demand.nearest.km) - km) <= 0.05
    assert found(siting, "Ash").demand.nearest.is_on_site


def test_one_scanner_nearer_lowers_the_distance_and_its_retirement_brings_it_back(siting):
    before = found(siting, "Cedar").demand.nearest.km
    site = OrganisationFactory(kind="site", name="Close by")
    put(site, ("54.00", "-2.30"))
    LinkFactory(source=site, target=siting.orgs["Cedar"])
    new = AssetFactory(trust=siting.orgs["Cedar"], site=site)
    assert found(siting, "Cedar").demand.nearest.where == "Close by"
    Asset.objects.filter(pk=new.pk).update(status="retired")
    assert found(siting, "Cedar").demand.nearest.km == before


def test_of_another_networks_scanner_only_the_distance_is_told(siting):
    put(siting.orgs["Elm site"], ("54.00", "-2.41"))
    AssetFactory(trust=siting.orgs["Elm"], site=siting.orgs["Elm site"])
    row = found(siting, "Cedar")
    assert row.demand.nearest.km == Decimal("0.7")
    assert row.demand.nearest.where == "a site of another network"
    assert "Elm" not in repr(row)
    assert row.demand.machines == 4


def test_sites_without_coordinates_are_left_out_and_counted(siting):
    put(siting.orgs["Beech site"], None)
    assert found(siting, "Cedar").demand.nearest.uncharted == 1
    put(siting.orgs["Ash site"], None)
    assert found(siting, "Cedar").demand.nearest.why == "no site with one has its coordinates recorded"
    put(siting.orgs["Cedar site"], None)
    assert found(siting, "Cedar").demand.nearest.why == "the coordinates of Cedar site are not recorded"
    assert found(siting, "Ash").demand.nearest.km == 0


def test_the_area_is_the_icb_where_its_people_are_the_networks_alone(siting):
    row = found(siting, "Ash")
    assert (row.demand.area, row.demand.machines, row.demand.persons.number) == ("North West ICB", 4, 500_000)
    assert (row.demand.density.text, row.demand.density_after.text) == ("8.0", "10.0")
    stranger = OrganisationFactory(name="Of another network")
    LinkFactory(source=stranger, target=siting.orgs["North West ICB"])
    shared = found(siting, "Ash").demand
    assert (shared.area, shared.persons.number) == ("the network", None)
    assert "shares its integrated care boards" in shared.persons.words


def test_without_a_population_the_density_is_not_known_and_never_zero(siting):
    Population.objects.all().delete()
    score = found(siting, "Ash").need.scores[0]
    assert score.percent is None
    assert "no population has been loaded" in score.words


def test_counted_activity_goes_before_what_the_register_states(siting):
    first, second = siting.planned.assets[:2]
    Asset.objects.filter(pk=first.pk).update(examinations_per_year=9_000)
    Asset.objects.filter(pk=second.pk).update(examinations_per_year=15_000)
    assert found(siting, "Ash").demand.trust.rounded == 12_000
    for month in range(1, 11):
        starts = date(2026, month, 1)
        ends = date(2026, month + 1, 1)
        Activity.objects.create(
            asset=first,
            period_kind="M",
            starts_on=starts,
            ends_on=date.fromordinal(ends.toordinal() - 1),
            period_hours=720,
            examinations=1_500,
            source="RIS",
            recorded_at=datetime(2026, 11, 1, tzinfo=ZoneInfo("UTC")),
        )
    use = found(siting, "Ash").demand.trust
    assert (use.known, use.machines, use.rounded) == (2, 2, 16_500)
    whole = found(siting, "Cedar").demand
    assert (whole.trust.machines, whole.network.known, whole.network.machines) == (0, 2, 4)


def test_mobile_and_fluoroscopy_units_are_no_general_rooms(siting):
    for subtype, examinations in (("general", 20_000), ("mobile", 3_000), ("fluoroscopy", 2_000)):
        AssetFactory(
            trust=siting.orgs["Ash"],
            site=siting.orgs["Ash site"],
            modality="XR",
            subtype=subtype,
            examinations_per_year=examinations,
        )
    row = found(siting, "Ash", modality=Modality.XRAY)
    assert (row.demand.trust.machines, row.demand.trust.rounded, row.demand.machines) == (1, 20_000, 3)


def test_a_merged_trusts_sites_and_machines_are_its_heirs(siting):
    merge_trusts(
        by=command("test"),
        old=siting.orgs["Cedar"],
        into=siting.orgs["Ash"],
        on=date(2026, 10, 1),
        reason="They agreed to",
    )
    row = found(siting, "Cedar")
    assert row.site.trust == "Ash"
    assert row.demand.trust.machines == 2


def test_only_those_who_see_the_whole_network_are_told(siting):
    for who in (siting.finance, siting.manager, siting.stranger):
        with pytest.raises(NotAllowed):
            NetworkDemand(who, siting.network.pk, on=TODAY)
    assert NetworkDemand(siting.network_finance, siting.network.pk, on=TODAY).needs()


def test_the_number_of_queries_does_not_grow_with_sites_or_machines(siting, django_assert_num_queries):
    with django_assert_num_queries(7):
        NetworkDemand(siting.lead, siting.network.pk, on=TODAY).needs()
    for number in range(30):
        site = OrganisationFactory(kind="site", name=f"Site {number}")
        put(site, (f"54.{number:02d}", "-2.5"))
        LinkFactory(source=site, target=siting.orgs["Ash"])
        AssetFactory(trust=siting.orgs["Ash"], site=site, examinations_per_year=100 * number)
    with django_assert_num_queries(7):
        needs = NetworkDemand(siting.lead, siting.network.pk, on=TODAY).needs()
    assert len(needs) == 33 * 9


def test_sites_are_offered_by_trust_and_found_with_their_network(siting):
    assert sites_by_trust(siting.network.pk, on=TODAY) == {
        name: [(siting.orgs[f"{name} site"].code, f"{name} site")] for name in ("Ash", "Beech", "Cedar")
    }
    assert network_of_site(siting.orgs["Cedar site"].pk, structure(on=TODAY)) == siting.network.pk
    Link.objects.filter(source=siting.orgs["Cedar site"]).update(ends_on=date(2026, 1, 1))
    assert network_of_site(siting.orgs["Cedar site"].pk, structure(on=TODAY)) is None
    assert "Cedar" not in sites_by_trust(siting.network.pk, on=TODAY)
