"""The ledger says to the penny what ``funding`` says, however it came there."""

from collections import defaultdict

from hypothesis import given, settings
from hypothesis import strategies as st

from procurement.domain.planning.changes import with_more
from procurement.domain.planning.exposure import outlook
from procurement.domain.planning.funding import allocate
from procurement.domain.planning.ledger import Ledger
from procurement.domain.planning.limits import pinned_trust_years
from procurement.domain.planning.moves import Moves
from procurement.domain.planning.settle import settle
from tests.builders.plan_wishes import planned, wishful_problems


def short(problem, bills):
    """What ``funding`` leaves unpaid: of trust-years that no pin excuses, and in all."""
    excused = pinned_trust_years(problem)
    found = allocate(problem, {key: pence for key, pence in bills.items() if pence}, excused).short_pence
    return sum(p for key, p in found.items() if key not in excused), sum(found.values())


def ledger_short(ledger):
    return ledger.check().strict_pence, ledger.short_pence


@st.composite
def bills_and_changes(draw):
    problem = draw(wishful_problems())
    amounts = st.sampled_from((0, 1, 30_000_000, 49_999_999, 90_000_001))
    keys = st.tuples(st.integers(1, 3), st.sampled_from(("CT", "MRI")), st.sampled_from(problem.years))
    return problem, [draw(st.dictionaries(keys, amounts, max_size=6)) for _ in range(draw(st.integers(1, 5)))]


@settings(max_examples=300, deadline=None)
@given(bills_and_changes())
def test_any_bills_after_any_others(given_bills):
    problem, rounds = given_bills
    ledger = Ledger(problem, rounds[0], pinned_trust_years(problem), allowed_pence=0)
    now = defaultdict(int, rounds[0])
    assert ledger_short(ledger) == short(problem, now)
    for bills in rounds[1:]:
        mark = ledger.mark()
        ledger.change({key: bills.get(key, 0) - now[key] for key in {*bills, *now}})
        assert ledger_short(ledger) == short(problem, bills)
        ledger.back(mark)
        assert ledger_short(ledger) == short(problem, now)
        ledger.change({key: bills.get(key, 0) - now[key] for key in {*bills, *now}})
        now = defaultdict(int, bills)


@settings(max_examples=200, deadline=None)
@given(bills_and_changes(), st.data())
def test_more_money_in_any_envelope(given_bills, data):
    problem, rounds = given_bills
    ledger = Ledger(problem, rounds[0], pinned_trust_years(problem), allowed_pence=0)
    money, pence = data.draw(st.sampled_from(ledger.money)), data.draw(st.integers(0, 60_000_000))
    before = ledger_short(ledger)
    mark = ledger.mark()
    ledger.raise_envelope(money, pence)
    assert ledger_short(ledger) == short(with_more(problem, money, pence), rounds[0])
    ledger.back(mark)
    assert ledger_short(ledger) == before


@settings(max_examples=200, deadline=None)
@given(bills_and_changes())
def test_what_is_missing_is_missing_in_its_cut(given_bills):
    """The bills of the cut compete for money that is all used: less of them by what is missing, and no less, is needed."""
    problem, rounds = given_bills
    ledger = Ledger(problem, rounds[0], pinned_trust_years(problem), allowed_pence=0)
    missing = ledger.check()
    if missing.nothing:
        return
    billed = sum(rounds[0].get(key, 0) for key in missing.cut)
    assert billed >= missing.needed_pence
    if missing.strict_pence:
        return
    assert (
        short(problem, {key: rounds[0][key] for key in missing.cut if key in rounds[0]})[1]
        == missing.needed_pence
    )


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_step_differs_from_the_plan_by_what_settling_says(data):
    problem = data.draw(wishful_problems())
    ahead = outlook(problem)
    schedule = data.draw(planned(problem))
    moves = Moves(problem, schedule, ahead)
    one = data.draw(st.sampled_from(problem.assets)).asset_id
    two = data.draw(st.sampled_from(problem.assets)).asset_id
    changes = {key: data.draw(st.sampled_from(sorted(ahead.totals[key]))) for key in {one, two}}
    step = moves.step(changes)
    before, after = settle(problem, schedule, ahead), settle(problem, {**schedule, **changes}, ahead)
    spend = defaultdict(int)
    for sign, settlement in ((-1, before), (1, after)):
        for line in settlement.spend:
            spend[line.trust_id, line.modality, line.year] += sign * line.amount_pence
    assert step.bills == {key: pence for key, pence in spend.items() if pence}
    assert step.points == sum(ahead.totals[k][c] - ahead.totals[k][schedule[k]] for k, c in changes.items())
    moves.ledger.change(step.bills)
    excused = pinned_trust_years(problem)
    shorts = {(b.trust_id, b.year): b.amount_pence for b in after.breaches if b.kind.value == "envelope"}
    assert moves.ledger.short_pence == sum(shorts.values())
    assert moves.ledger.check().strict_pence == sum(p for key, p in shorts.items() if key not in excused)
