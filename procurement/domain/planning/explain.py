"""Why each scanner is where it is, in words that rest on the plan's own figures."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date

from networks.domain.figures import age_years, date_gb
from networks.domain.financial_year import ends_on, label
from procurement.domain.planning.account_words import Names
from procurement.domain.planning.binding import LeftOver, installations, left_over, price_alone
from procurement.domain.planning.choice import KEPT, Choice, Kind
from procurement.domain.planning.closed import why_not_open
from procurement.domain.planning.exposure import Outlook, outlook
from procurement.domain.planning.limits import LimitKey
from procurement.domain.planning.problem import PlanAsset, PlanningProblem
from procurement.domain.planning.result import BreachKind, Decision, Flag, Settlement, TenderGroup
from procurement.domain.planning.words import listed, modality_name, pounds, whole_pounds

_NAMED = 2
"""How many scanners a sentence names before it counts the others."""


def explained(problem: PlanningProblem, settlement: Settlement) -> tuple[Decision, ...]:
    """Return the decisions of a settled plan, each with its reason and flags."""
    names, schedule = Names(problem), {one.asset_id: one.choice for one in settlement.decisions}
    facts = _Facts(
        problem=problem,
        ahead=outlook(problem),
        left=left_over(problem, settlement),
        schedule=schedule,
        tenders={asset_id: tender for tender in settlement.tenders for asset_id in tender.asset_ids},
        pins=frozenset(pin.asset_id for pin in problem.pins),
        short={
            (b.trust_id, b.year): b.amount_pence
            for b in settlement.breaches
            if b.kind is BreachKind.ENVELOPE and b.trust_id is not None and b.year is not None
        },
        names=names,
        used=names.book.used(schedule),
    )
    assets = {asset.asset_id: asset for asset in problem.assets}
    return tuple(
        replace(
            decision,
            reason=_reason(facts, assets[decision.asset_id], decision.choice),
            flags=_flags(facts, assets[decision.asset_id], decision.choice),
        )
        for decision in settlement.decisions
    )


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the words are made of: tenders by asset id; ``short`` is pence not paid for by (trust id, year); ``used`` counts
    what uses each limit."""

    problem: PlanningProblem
    ahead: Outlook
    left: LeftOver
    schedule: dict[int, Choice]
    tenders: dict[int, TenderGroup]
    pins: frozenset[int]
    short: dict[tuple[int, int], int]
    names: Names
    used: Counter[LimitKey]


def _flags(facts: _Facts, asset: PlanAsset, choice: Choice) -> tuple[Flag, ...]:
    flags, year = [], choice.year
    if asset.asset_id in facts.pins:
        flags.append(Flag.PINNED)
    if asset.asset_id in facts.ahead.assumed:
        flags.append(Flag.AGE_ASSUMED)
    if _support_ended(asset, ends_on(facts.problem.years[-1] if year is None else year)):
        flags.append(Flag.SUPPORT_ENDED)
    if any((asset.trust_id, year) in facts.short for year in choice.years):
        flags.append(Flag.NOT_PAID_FOR)
    return tuple(flags)


def _support_ended(asset: PlanAsset, at: date) -> bool:
    return asset.support_ends_on is not None and asset.support_ends_on < at


def _reason(facts: _Facts, asset: PlanAsset, choice: Choice) -> str:
    year = choice.bought_in
    if choice.kind in (Kind.UPGRADE, Kind.RETIRE, Kind.ADD) or asset.is_candidate:
        sentences = _other_choice(facts, asset, choice)
    elif year is None:
        sentences = _why_kept(facts, asset)
    else:
        sentences = [
            _why_replaced(facts, asset, year),
            _why_not_paid(facts, asset, year),
            _why_not_earlier(facts, asset, year),
            _bought_with(facts, asset),
        ]
    if asset.asset_id in facts.ahead.assumed:
        sentences.append(
            f"Its installation date is not known: the median age of {modality_name(asset.modality)} in this plan is assumed."
        )
    return " ".join(sentence for sentence in sentences if sentence)


def _other_choice(facts: _Facts, asset: PlanAsset, choice: Choice) -> list[str]:
    """What is decided for a candidate, or for a machine other than keeping or replacing it, and what it takes off."""
    words = _what_is_done(choice)
    opening = f"Pinned: {words}" if asset.asset_id in facts.pins else words[0].upper() + words[1:]
    sentences = [f"{opening}."]
    if choice == KEPT:
        sentences += _why_left_out(facts, asset)
    else:
        sentences.append(_what_it_takes_off(facts, asset, choice))
    sentences += [_why_not_paid(facts, asset, year) for year in choice.years]
    if choice.bought_in is not None:
        sentences.append(_bought_with(facts, asset))
    return sentences


def _what_is_done(choice: Choice) -> str:
    if choice.kind is Kind.UPGRADE and choice.upgrade_year is not None:
        later = "not replaced within the plan" if choice.year is None else f"replaced in {label(choice.year)}"
        return f"upgraded in {label(choice.upgrade_year)} and {later}"
    if choice.kind is Kind.RETIRE and choice.year is not None:
        return f"retired in {label(choice.year)} without a successor"
    return "not sited within the plan" if choice.year is None else f"added in {label(choice.year)}"


def _what_it_takes_off(facts: _Facts, asset: PlanAsset, choice: Choice) -> str:
    """How much less is collected than if it were not upgraded, not retired, or left out."""
    totals = facts.ahead.totals[asset.asset_id]
    if choice.kind is Kind.UPGRADE and choice.upgrade_year is not None:
        without = KEPT if choice.year is None else Choice(Kind.REPLACE, choice.year)
        less = totals[without] - totals[choice]
        years = asset.upgrade.support_years if asset.upgrade else 0
        until = date_gb(ends_on(choice.upgrade_year + years))
        return f"The upgrade brings support until {until}, or longer where it lasts longer: {_points(less)} less than without it."
    less = totals[KEPT] - totals[choice]
    if choice.kind is Kind.RETIRE:
        return f"From then on it collects nothing: {_points(less)} less than if it were kept."
    return (
        f"Left out, it would collect {_points(totals[KEPT])} within the plan; so it is {_points(less)} less."
    )


def _points(number: int) -> str:
    return f"{number:,} point{'' if number == 1 else 's'}"


def _why_left_out(facts: _Facts, asset: PlanAsset) -> list[str]:
    """For a candidate that is not sited: what that collects, and how its price stands to what is left."""
    collected = facts.ahead.totals[asset.asset_id][KEPT]
    if not collected:
        return ["Nobody needs it within the plan, as far as its need is stated."]
    sentences = [f"Left out, it collects {_points(collected)} within the plan."]
    if asset.asset_id in facts.pins:
        return sentences
    open_years = [c.year for c in facts.ahead.choices[asset.asset_id] if c.year is not None]
    if not open_years:
        closed = Choice(Kind.ADD, facts.problem.years[-1])
        return [*sentences, why_not_open(facts.problem, facts.ahead, asset, closed)]
    best = max(open_years, key=lambda year: facts.left.open_to(asset, year))
    left, price = facts.left.open_to(asset, best), price_alone(facts.problem, asset)
    return [
        *sentences,
        f"Bought alone it costs {pounds(price)} inc VAT; the most left for it in any year is {whole_pounds(left)}, in "
        f"{label(best)}.",
    ]


def _why_replaced(facts: _Facts, asset: PlanAsset, year: int) -> str:
    opening = f"Pinned to {label(year)}" if asset.asset_id in facts.pins else f"Replaced in {label(year)}"
    return f"{opening}: {_state(facts, asset, year)}."


def _state(facts: _Facts, asset: PlanAsset, year: int) -> str:
    """How old it would be at the end of a year, and what counts against it: a clause without its full stop."""
    age = facts.ahead.ages[asset.asset_id][year - facts.problem.first_year]
    words = f"kept, it would be {age_years(age)} old on 31 March {year + 1}"
    against = []
    if age >= facts.problem.guidance_years and _elders(facts, asset) == 0:
        against.append(f"the oldest {modality_name(asset.modality)} of its trust")
    against.append(_against_guidance(facts.problem.guidance_years, age))
    if asset.support_ends_on is not None and _support_ended(asset, ends_on(year)):
        ended = asset.support_ends_on
        against.append(f"without vendor support since {date_gb(ended)}")
    return f"{words}, {listed(against)}"


def _against_guidance(guidance_years: int, age: int) -> str:
    if age < guidance_years:
        return f"under the {guidance_years}-year guidance"
    words = f"{'at' if age == guidance_years else 'past'} the {guidance_years}-year guidance"
    return f"{words} and ten years or older" if age >= 10 > guidance_years else words


def _elders(facts: _Facts, asset: PlanAsset) -> int:
    """How many scanners of its trust and modality are older at the plan's start."""
    mine = facts.ahead.ages[asset.asset_id][0]
    return sum(
        other.trust_id == asset.trust_id
        and other.modality == asset.modality
        and facts.ahead.ages[other.asset_id][0] > mine
        for other in facts.problem.assets
    )


def _why_not_paid(facts: _Facts, asset: PlanAsset, year: int) -> str:
    missing = facts.short.get((asset.trust_id, year))
    if missing is None:
        return ""
    return f"Its trust is {pounds(missing)} inc VAT short in {label(year)}."


def _why_not_earlier(facts: _Facts, asset: PlanAsset, year: int) -> str:
    """What stands against the year before; nothing for a pin or the plan's first year."""
    before = year - 1
    if before not in facts.problem.years or asset.asset_id in facts.pins:
        return ""
    if Choice(Kind.REPLACE, before) not in facts.ahead.choices[asset.asset_id]:
        return why_not_open(facts.problem, facts.ahead, asset, Choice(Kind.REPLACE, before))
    if not facts.ahead.keep_points[asset.asset_id][before - facts.problem.first_year]:
        return f"Replacing it in {label(before)} would lessen no exposure."
    others = _replaced_in(facts, asset.trust_id, before)
    limit = facts.problem.max_installations_per_trust_year
    if limit is not None and installations(facts.problem, facts.schedule, asset.trust_id, before) >= limit:
        return f"{label(before)} already has the {limit} installations that its trust can take: {others}."
    for key in facts.names.book.keys(asset, Choice(Kind.REPLACE, before)):
        if facts.used[key] >= facts.names.book.most(key):
            return facts.names.limit(key)
    left, price = facts.left.open_to(asset, before), price_alone(facts.problem, asset)
    if left < price:
        spent = (
            f"{label(before)}'s money goes to {others}"
            if others
            else f"{label(before)}'s money is not enough"
        )
        return f"{spent}: {whole_pounds(left)} is left, and bought alone it costs {pounds(price)} inc VAT."
    return f"In {label(before)} enough is left to pay for it bought alone, and the plan has it later all the same."


def _replaced_in(facts: _Facts, trust: int, year: int) -> str:
    names = [
        other.label
        for other in facts.problem.assets
        if other.trust_id == trust and facts.schedule[other.asset_id].bought_in == year
    ]
    return listed(names, most=_NAMED)


def _bought_with(facts: _Facts, asset: PlanAsset) -> str:
    tender = facts.tenders[asset.asset_id]
    others = tender.units - 1
    if others == 0:
        return "It is bought alone."
    words = f"It is bought together with {others} other{'s' if others > 1 else ''} of {asset.specification}"
    if tender.saving_pence:
        words += f", which saves {pounds(tender.saving_pence // tender.units)} ex VAT on it"
    return words + "."


def _why_kept(facts: _Facts, asset: PlanAsset) -> list[str]:
    last = facts.problem.years[-1]
    state = f"{_state(facts, asset, last)}."
    state = state[0].upper() + state[1:]
    if asset.asset_id in facts.pins:
        return ["Pinned: kept throughout the plan.", state]
    if not any(facts.ahead.keep_points[asset.asset_id]):
        age = facts.ahead.ages[asset.asset_id][-1]
        return [
            f"Kept: on 31 March {last + 1} it would be {age_years(age)} old, under the {facts.problem.guidance_years}-year "
            "guidance and with vendor support as far as is known."
        ]
    open_years = [
        choice.year
        for choice in facts.ahead.choices[asset.asset_id]
        if choice.kind is Kind.REPLACE and choice.year is not None
    ]
    if not open_years:
        closed = why_not_open(facts.problem, facts.ahead, asset, Choice(Kind.REPLACE, last))
        return [f"Kept: it can be replaced in no year of the plan. {closed}", state]
    best = max(open_years, key=lambda year: facts.left.open_to(asset, year))
    left, price = facts.left.open_to(asset, best), price_alone(facts.problem, asset)
    if left < price:
        why = (
            f"Kept: bought alone it costs {pounds(price)} inc VAT, and the most left for it in any year is "
            f"{whole_pounds(left)}, in {label(best)}."
        )
    else:
        why = (
            f"Kept, though {whole_pounds(left)} is left for it in {label(best)} and it costs {pounds(price)} inc VAT bought "
            "alone: see what binds."
        )
    return [why, state]
