"""Every sentence of an account, read as people read it and held against the plan that it speaks of."""

import re
from dataclasses import replace

from hypothesis import given, settings

from procurement.domain.planning.accounts import accounts
from procurement.domain.planning.changes import with_more, with_pin
from procurement.domain.planning.exposure import outlook
from procurement.domain.planning.ledger import Money
from procurement.domain.planning.neighbours import Neighbourhood
from procurement.domain.planning.problem import KEPT, Choice, Kind, Pin, Pool, PoolEnvelope, UpgradeOffer
from procurement.domain.planning.result import Source
from tests.builders.planning_problems import asset, problem
from tests.procurement.planning.test_neighbours import settled, small_plans

YEAR = r"(\d{4})/\d\d"


def read_choice(words, is_candidate):
    """The choice that words such as "upgraded in 2028/29 and replaced in 2031/32" speak of."""
    if re.search("kept throughout|left out", words, re.I):
        return KEPT
    if found := re.search(rf"upgraded in {YEAR} and (?:replaced in {YEAR}|not replaced)", words, re.I):
        return Choice(Kind.UPGRADE, int(found[2]) if found[2] else None, int(found[1]))
    kind, year = re.search(rf"(replaced|retired|added) in {YEAR}", words, re.I).groups()
    kinds = {"replaced": Kind.REPLACE, "retired": Kind.RETIRE, "added": Kind.ADD}
    assert (kind.lower() == "added") == is_candidate
    return Choice(kinds[kind.lower()], int(year))


def read_difference(words):
    """Points and whole pounds of "150 points less exposure and £12,000 more whole cost in today's money"."""
    points = cost = 0
    if found := re.search(r"([\d,]+) points? (less|more) exposure", words):
        points = int(found[1].replace(",", "")) * (1 if found[2] == "more" else -1)
    if found := re.search(r"£([\d,]+) (less|more) whole cost", words):
        cost = int(found[1].replace(",", "")) * (1 if found[2] == "more" else -1)
    return points, cost


def differs(then, base):
    cost = then.cost_present_value_pence - base.cost_present_value_pence
    return then.exposure - base.exposure, round(cost / 100)


@settings(max_examples=150, deadline=None)
@given(small_plans())
def test_no_sentence_claims_what_is_not_so(plan):
    made, ahead, schedule = plan
    base = settled(made, ahead, schedule)
    found = accounts(Neighbourhood(made, schedule, ahead))
    assert set(found) == {one.asset_id for one in made.assets}
    for one in made.assets:
        account = found[one.asset_id]
        sides = [(side, words) for side in ("earlier", "later") for words in account[side]]
        figures = iter(account["figures"]["earlier"] + account["figures"]["later"])
        for side, words in sides:
            if words.startswith("Pinned to be"):
                check_pinned(made, ahead, schedule, base, one, words)
            elif "no way was found by moving" in words:
                assert next(figures)["found"] is False
            elif "everything else as planned" in words:
                choice = read_choice(words, one.is_candidate)
                then = settled(made, ahead, {**schedule, one.asset_id: choice})
                assert read_difference(words) == differs(then, base)
                assert then.breaches_pence <= base.breaches_pence
                assert next(figures)["other"] is None
                check_side(side, choice, schedule[one.asset_id])
            elif "the best found" in words:
                figure = next(figures)
                mine, other = words.split(", if ")
                choice = read_choice(mine, one.is_candidate)
                partner = figure["other"]
                is_candidate = partner["asset_id"] < 0
                theirs, was = other.split(" instead of ")
                assert read_choice(theirs, is_candidate).years == _years(partner["choice"])
                if partner["trust_id"] != one.trust_id:
                    assert partner["label"] not in words
                changed = {
                    **schedule,
                    one.asset_id: choice,
                    partner["asset_id"]: read_choice(theirs, is_candidate),
                }
                then = settled(made, ahead, changed)
                assert read_difference(was) == differs(then, base)
                check_side(side, choice, schedule[one.asset_id])
        for sum_ in account["figures"]["would_change"]:
            check_sum(made, ahead, schedule, one, sum_)


def _years(plain):
    return tuple(year for year in (plain["upgrade_year"], plain["year"]) if year is not None)


def check_side(side, choice, was):
    """Earlier is earlier, and later is later or never."""
    if was == KEPT or side == "earlier":
        assert choice.years < was.years or was == KEPT
    else:
        assert choice.years > was.years or len(choice.years) < len(was.years)


def check_pinned(made, ahead, schedule, base, one, words):
    choice = read_choice(words, one.is_candidate)
    moved = with_pin(made, one.asset_id, choice)
    then = settled(moved, ahead, {**schedule, one.asset_id: choice})
    if "could not stay as it is" in words:
        assert then is None
    else:
        assert read_difference(words) == differs(then, base)


def check_sum(made, ahead, schedule, one, sum_):
    """The money named has it decided so; a penny less does not. One more within a limit does, and without it it does not."""
    choice = _choice(sum_["choice"])
    changed = {**schedule, one.asset_id: choice}

    def is_had(problem):
        then = settled(problem, ahead, changed)
        return then is not None and then.breaches_pence <= base.breaches_pence

    made = replace(made, fairness_basis_points=None)
    base = settled(made, ahead, schedule)
    if "limit" in sum_:
        names = {
            "installed": "max_installations_per_trust_year",
            "site": "most_out_per_site",
            "trust": "most_out_per_trust",
            "network": "most_out_per_network",
        }
        name = names[sum_["limit"][0]]
        assert not is_had(made)
        assert is_had(replace(made, **{name: getattr(made, name) + 1}))
        return
    rings = sum_["ring_trust_ids"]
    money = Money(
        Source(sum_["source"]),
        sum_["year"],
        sum_["trust_id"],
        sum_["pool_id"],
        sum_["modality"],
        None if rings is None else tuple(rings),
    )
    assert is_had(with_more(made, money, sum_["pence"]))
    assert not is_had(with_more(made, money, sum_["pence"] - 1))


def _choice(plain):
    return Choice(Kind(plain["kind"]), plain["year"], plain["upgrade_year"])


def account_of(made, schedule, number=1):
    return accounts(Neighbourhood(made, schedule, outlook(made)))[number]


def test_a_replacement_in_words():
    made = problem(asset(1), asset(2), envelope_pence=60_000_000, own_carry_over_basis_points=0)
    account = account_of(made, {1: Choice(Kind.REPLACE, 2028), 2: Choice(Kind.REPLACE, 2027)})
    assert account["earlier"] == [
        "Replaced in 2027/28, if CT 2 is replaced in 2028/29 instead of in 2027/28: no difference in exposure and the same "
        "whole cost to the pound, the best found by moving at most two machines."
    ]
    assert account["later"] == [
        "Replaced in 2029/30, everything else as planned: 600 points more exposure and £20,584 less whole cost in today’s "
        "money."
    ]
    assert account["binding"] == [
        "Money: to have it replaced in 2027/28 with everything else as planned, £600,000 inc VAT is missing."
    ]
    assert account["would_change"] == [
        "£600,000 more of Ash’s own money in 2027/28 would have it replaced in 2027/28, everything else as planned: 550 "
        "points less exposure."
    ]


def test_the_first_year_the_last_year_and_never_due():
    made = problem(asset(1), asset(2, installed_on=None), envelope_pence=60_000_000)
    made = replace(
        made, assets=(made.assets[0], asset(3, installed_on=made.assets[0].installed_on.replace(year=2026)))
    )
    found = account_of(made, {1: Choice(Kind.REPLACE, 2027), 3: KEPT})
    assert found["earlier"] == ["2027/28 is the plan’s first year: an earlier one is not asked for."]
    never = account_of(made, {1: Choice(Kind.REPLACE, 2027), 3: KEPT}, 3)
    assert never["binding"] == [
        "It collects no points within the plan: nothing would be gained by replacing it."
    ]
    assert never["earlier"] == never["later"] == never["would_change"] == []
    last = account_of(made, {1: Choice(Kind.REPLACE, 2031), 3: KEPT})
    assert last["later"][0].startswith(
        "Kept throughout, everything else as planned: 750 points more exposure"
    )


def test_upgraded_retired_added_left_out_and_pinned():
    machine = asset(
        1, support_ends_on=asset(1).installed_on.replace(year=2027), upgrade=UpgradeOffer(10_000_000, 3)
    )
    made = problem(
        machine,
        asset(2, retire_pence=1_000_000),
        asset(-3, label="CT for the north", installed_on=None, need_points=300),
        asset(4, trust_id=2),
        envelope_pence=200_000_000,
        pins=(Pin(4, Choice(Kind.REPLACE, 2028)),),
    )
    schedule = {
        1: Choice(Kind.UPGRADE, 2030, 2028),
        2: Choice(Kind.RETIRE, 2028),
        -3: Choice(Kind.ADD, 2028),
        4: Choice(Kind.REPLACE, 2028),
    }
    upgraded = account_of(made, schedule)
    assert [words.split(",")[0] for words in upgraded["earlier"]] == [
        "Upgraded in 2028/29 and replaced in 2029/30",
        "Upgraded in 2027/28 and replaced in 2030/31",
    ]
    assert account_of(made, schedule, 2)["earlier"][0].startswith(
        "Retired in 2027/28, everything else as planned: "
    )
    assert account_of(made, schedule, -3)["later"][0].startswith(
        "Added in 2029/30, everything else as planned: 300 points more exposure"
    )
    left_out = account_of(made, {**schedule, -3: KEPT}, -3)
    assert left_out["earlier"][0].startswith(
        "Added in 2027/28, everything else as planned: 1,500 points less"
    )
    pinned = account_of(made, schedule, 4)
    assert pinned["binding"] == ["Its pin: replaced in 2028/29, whatever the plan would choose."]
    assert pinned["earlier"][0].startswith(
        "Pinned to be replaced in 2027/28 instead, everything else as planned: 550 "
    )


def test_another_trusts_machine_is_not_named():
    made = problem(
        asset(1),
        asset(2, trust_id=2, label="Secret CT"),
        pools=(Pool(1, "ICB money", (1, 2), 0),),
        pool_envelopes=tuple(PoolEnvelope(1, year, 60_000_000) for year in (2027, 2028)),
    )
    account = account_of(made, {1: Choice(Kind.REPLACE, 2028), 2: Choice(Kind.REPLACE, 2027)})
    assert "if one CT of another trust is replaced in 2028/29 instead of in 2027/28" in account["earlier"][0]
    assert account["figures"]["earlier"][0]["other"]["label"] == "Secret CT"
    assert "£600,000 more of ICB money in 2027/28 would have it" in account["would_change"][1]
