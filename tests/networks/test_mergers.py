from datetime import date, timedelta

import pytest

from networks.actions.mergers import (
    Refused,
    absorb_network,
    join_network,
    leave_network,
    merge_icbs,
    merge_trusts,
)
from networks.domain.access import NotAllowed, Role, command
from networks.domain.organisations import Kind, Tie
from networks.models import Event, Link, Organisation
from networks.queries.organisations import structure
from tests.factories.networks import LinkFactory, OrganisationFactory, actor, network_of_trusts

pytestmark = pytest.mark.django_db
BY = command("test")
MERGER = date(2027, 4, 1)
DAY = timedelta(days=1)


@pytest.fixture
def orgs() -> dict[str, Organisation]:
    made = network_of_trusts("Ash", "Beech", "Cedar")
    made["Southern"] = OrganisationFactory(kind=Kind.NETWORK, name="Southern")
    return made


def test_a_merger_holds_from_its_day_and_leaves_the_day_before_as_it_was(orgs):
    merge_trusts(by=BY, old=orgs["Ash"], into=orgs["Beech"], on=MERGER, reason="Agreed by both boards")
    before, after = structure(on=MERGER - DAY), structure(on=MERGER)
    ash, beech = orgs["Ash"].pk, orgs["Beech"].pk
    assert before.current(ash) == ash
    assert before.members(orgs["Northern"].pk) == {ash, beech, orgs["Cedar"].pk}
    assert [o.name for o in before.of_kind(Kind.TRUST)] == ["Ash", "Beech", "Cedar"]
    assert after.current(ash) == beech
    assert after.members(orgs["Northern"].pk) == {beech, orgs["Cedar"].pk}
    assert after.region_of(ash) == orgs["North West"].pk
    assert [o.name for o in after.of_kind(Kind.TRUST)] == ["Beech", "Cedar"]
    assert Organisation.objects.get(pk=ash).closed_on == MERGER - DAY
    event = Event.objects.get()
    assert (event.action, event.reason, event.trust_id) == ("trust.merged", "Agreed by both boards", ash)
    assert event.changes == {"succeeded by": [None, "Beech from 1 April 2027"]}


def test_the_site_of_a_merged_trust_is_reached_through_the_succession(orgs):
    merge_trusts(by=BY, old=orgs["Ash"], into=orgs["Beech"], on=MERGER)
    link = Link.objects.get(source=orgs["Ash site"], tie=Tie.PART_OF)
    assert link.ends_on is None
    assert structure(on=MERGER).current(link.target_id) == orgs["Beech"].pk


def test_a_trust_that_the_ods_closed_the_day_before_can_still_get_its_successor(orgs):
    Organisation.objects.filter(pk=orgs["Ash"].pk).update(closed_on=MERGER - DAY)
    merge_trusts(by=BY, old=orgs["Ash"], into=orgs["Beech"], on=MERGER)
    assert structure(on=MERGER).current(orgs["Ash"].pk) == orgs["Beech"].pk


def test_a_merger_that_contradicts_the_records_is_refused_in_words_and_changes_nothing(orgs):
    ash, beech, cedar = orgs["Ash"], orgs["Beech"], orgs["Cedar"]
    merge_trusts(by=BY, old=ash, into=beech, on=MERGER)
    before = list(Link.objects.order_by("pk").values())
    with pytest.raises(Refused, match="Ash already has a successor: Beech"):
        merge_trusts(by=BY, old=ash, into=cedar, on=MERGER)
    with pytest.raises(Refused, match="would be a circle"):
        merge_trusts(by=BY, old=beech, into=ash, on=MERGER - 60 * DAY)
    with pytest.raises(Refused, match="cannot succeed itself"):
        merge_trusts(by=BY, old=beech, into=beech, on=MERGER)
    with pytest.raises(Refused, match="Ash closes on 31 March 2027, before 1 April 2027"):
        merge_trusts(by=BY, old=cedar, into=ash, on=MERGER)
    with pytest.raises(Refused, match="Northern is not a trust; it is recorded as: imaging network"):
        merge_trusts(by=BY, old=cedar, into=orgs["Northern"], on=MERGER)
    Organisation.objects.filter(pk=cedar.pk).update(opened_on=MERGER)
    with pytest.raises(Refused, match="Cedar opened on 1 April 2027; it can be succeeded only after that"):
        merge_trusts(by=BY, old=cedar, into=beech, on=MERGER)
    Organisation.objects.filter(pk=cedar.pk).update(opened_on=None, closed_on=date(2020, 3, 31))
    with pytest.raises(Refused, match="its successor takes over on 1 April 2020"):
        merge_trusts(by=BY, old=cedar, into=beech, on=MERGER)
    assert list(Link.objects.order_by("pk").values()) == before


def test_a_chain_of_mergers_is_allowed_but_closing_it_is_not(orgs):
    ash, beech, cedar = orgs["Ash"], orgs["Beech"], orgs["Cedar"]
    merge_trusts(by=BY, old=ash, into=beech, on=MERGER)
    merge_trusts(by=BY, old=beech, into=cedar, on=MERGER + 365 * DAY)
    with pytest.raises(Refused, match="circle"):
        merge_trusts(by=BY, old=cedar, into=ash, on=MERGER - 365 * DAY)
    assert structure(on=MERGER + 365 * DAY).with_predecessors(cedar.pk) == {ash.pk, beech.pk, cedar.pk}


def test_an_absorbed_networks_trusts_are_its_successors_from_the_day(orgs):
    absorb_network(by=BY, old=orgs["Northern"], into=orgs["Southern"], on=MERGER)
    trusts = {orgs[name].pk for name in ("Ash", "Beech", "Cedar")}
    assert structure(on=MERGER - DAY).members(orgs["Southern"].pk) == frozenset()
    assert structure(on=MERGER).members(orgs["Southern"].pk) == trusts
    assert structure(on=MERGER).network_of(orgs["Ash"].pk) == orgs["Southern"].pk
    assert Event.objects.get().network_id == orgs["Northern"].pk


def test_a_merged_icbs_trusts_keep_their_region(orgs):
    heir = OrganisationFactory(kind=Kind.ICB, name="Wider ICB")
    LinkFactory(source=heir, target=orgs["North West"])
    merge_icbs(by=BY, old=orgs["North West ICB"], into=heir, on=MERGER)
    assert structure(on=MERGER).icb_of(orgs["Ash"].pk) == heir.pk
    assert structure(on=MERGER).region_of(orgs["Ash"].pk) == orgs["North West"].pk


def test_a_new_primary_membership_ends_the_one_before_on_its_day(orgs):
    ash = orgs["Ash"]
    join_network(by=BY, trust=ash, network=orgs["Southern"], on=MERGER)
    assert structure(on=MERGER - DAY).network_of(ash.pk) == orgs["Northern"].pk
    assert structure(on=MERGER).network_of(ash.pk) == orgs["Southern"].pk
    assert ash.pk not in structure(on=MERGER).members(orgs["Northern"].pk)
    assert Event.objects.get().changes == {"primary network": ["Northern", "Southern from 1 April 2027"]}


def test_a_further_membership_leaves_the_primary_one_and_the_trust_is_counted_once(orgs):
    ash = orgs["Ash"]
    join_network(by=BY, trust=ash, network=orgs["Southern"], on=MERGER, is_primary=False)
    england = structure(on=MERGER)
    assert england.networks_of(ash.pk) == {orgs["Northern"].pk, orgs["Southern"].pk}
    counted = [england.members(network.id) for network in england.of_kind(Kind.NETWORK)]
    assert sum(ash.pk in members for members in counted) == 1


def test_a_secondary_member_that_becomes_primary_has_one_membership(orgs):
    ash = orgs["Ash"]
    join_network(by=BY, trust=ash, network=orgs["Southern"], on=MERGER, is_primary=False)
    join_network(by=BY, trust=ash, network=orgs["Southern"], on=MERGER + 30 * DAY)
    england = structure(on=MERGER + 30 * DAY)
    assert england.networks_of(ash.pk) == {orgs["Southern"].pk}


def test_memberships_that_overlap_or_repeat_are_refused(orgs):
    ash = orgs["Ash"]
    with pytest.raises(Refused, match="already a member of Northern"):
        join_network(by=BY, trust=ash, network=orgs["Northern"], on=MERGER)
    with pytest.raises(Refused, match="already a member of Northern"):
        join_network(by=BY, trust=ash, network=orgs["Northern"], on=MERGER, is_primary=False)
    join_network(by=BY, trust=ash, network=orgs["Southern"], on=MERGER)
    eastern = OrganisationFactory(kind=Kind.NETWORK, name="Eastern")
    with pytest.raises(Refused, match="in Northern until 1 April 2027"):
        join_network(by=BY, trust=ash, network=eastern, on=MERGER - 90 * DAY)
    with pytest.raises(Refused, match="is to join Southern on 1 April 2027"):
        join_network(by=BY, trust=ash, network=eastern, on=MERGER)
    with pytest.raises(
        Refused, match="is to join Southern on 1 April 2027, when it would no longer be there"
    ):
        merge_trusts(by=BY, old=ash, into=orgs["Beech"], on=MERGER - 30 * DAY)


def test_leaving_ends_a_membership_and_not_before_it_began(orgs):
    ash = orgs["Ash"]
    with pytest.raises(Refused, match="not a member of Southern"):
        leave_network(by=BY, trust=ash, network=orgs["Southern"], on=MERGER)
    join_network(by=BY, trust=ash, network=orgs["Southern"], on=MERGER, is_primary=False)
    with pytest.raises(Refused, match="it can leave only after that"):
        leave_network(by=BY, trust=ash, network=orgs["Southern"], on=MERGER)
    leave_network(by=BY, trust=ash, network=orgs["Southern"], on=MERGER + DAY)
    assert structure(on=MERGER).networks_of(ash.pk) == {orgs["Northern"].pk, orgs["Southern"].pk}
    assert structure(on=MERGER + DAY).networks_of(ash.pk) == {orgs["Northern"].pk}


def test_a_closed_trust_joins_nothing(orgs):
    merge_trusts(by=BY, old=orgs["Ash"], into=orgs["Beech"], on=MERGER)
    with pytest.raises(Refused, match="Ash closes on 31 March 2027"):
        join_network(by=BY, trust=orgs["Ash"], network=orgs["Southern"], on=MERGER)


@pytest.mark.parametrize("role", [Role.PROCUREMENT_LEAD, Role.FINANCE])
def test_only_an_administrator_changes_the_map(orgs, role):
    by = actor(role, orgs["Northern"])
    pair = {"by": by, "old": orgs["Ash"], "into": orgs["Beech"], "on": MERGER}
    member = {"by": by, "trust": orgs["Ash"], "network": orgs["Southern"], "on": MERGER}
    for action, arguments in (
        (merge_trusts, pair),
        (merge_icbs, pair),
        (absorb_network, pair),
        (join_network, member),
        (leave_network, member),
    ):
        with pytest.raises(NotAllowed):
            action(**arguments)
    assert not Event.objects.exists()
