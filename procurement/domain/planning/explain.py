"""Why each machine is where it is, in words that rest on the plan's own figures."""

from dataclasses import dataclass, replace

from assets.domain.vocabulary import Modality
from networks.domain.financial_year import ends_on, label
from procurement.domain.planning.exposure import Outlook, outlook
from procurement.domain.planning.problem import PlanAsset, PlanningProblem, Specification
from procurement.domain.planning.result import BreachKind, Decision, Flag, Settlement, TenderGroup
from procurement.domain.planning.settle import full_price_pence
from procurement.domain.planning.words import pounds


def explained(problem: PlanningProblem, settlement: Settlement) -> tuple[Decision, ...]:
    """Return the decisions of a settled plan, each with its reason and flags."""
    facts = _Facts.of(problem, settlement)
    return tuple(
        replace(decision, reason=_reason(facts, decision), flags=_flags(facts, decision))
        for decision in settlement.decisions
    )


@dataclass(frozen=True)
class _Facts:
    """What the words are made of. ``left`` is each trust-year's own money not spent and not carried on, in pence."""

    problem: PlanningProblem
    ahead: Outlook
    assets: dict[int, PlanAsset]
    specs: dict[str, Specification]
    tenders: dict[tuple[str, int], TenderGroup]
    left: dict[tuple[int, int], int]
    installed: dict[tuple[int, int], int]
    pins: frozenset[int]
    short: frozenset[tuple[int, int]]

    @classmethod
    def of(cls, problem: PlanningProblem, settlement: Settlement) -> "_Facts":
        assets = {asset.asset_id: asset for asset in problem.assets}
        left = {(e.trust_id, e.year): e.amount_pence for e in problem.envelopes}
        for carry in settlement.carry_over:
            if carry.trust_id is not None:
                left[carry.trust_id, carry.year] = (
                    left.get((carry.trust_id, carry.year), 0) - carry.amount_pence
                )
                later = (carry.trust_id, carry.year + 1)
                left[later] = left.get(later, 0) + carry.amount_pence
        for spend in settlement.spend:
            key = (spend.trust_id, spend.year)
            left[key] = left.get(key, 0) - spend.amount_pence
        installed: dict[tuple[int, int], int] = {}
        for decision in settlement.decisions:
            if decision.year is not None:
                key = (assets[decision.asset_id].trust_id, decision.year)
                installed[key] = installed.get(key, 0) + 1
        return cls(
            problem=problem,
            ahead=outlook(problem),
            assets=assets,
            specs={spec.code: spec for spec in problem.specifications},
            tenders={(t.specification, t.year): t for t in settlement.tenders},
            left={key: max(0, pence) for key, pence in left.items()},
            installed=installed,
            pins=frozenset(pin.asset_id for pin in problem.pins),
            short=frozenset(
                (b.trust_id, b.year) for b in settlement.breaches if b.kind is BreachKind.ENVELOPE
            ),
        )

    def single_price_pence(self, asset: PlanAsset) -> int:
        """What it would cost bought alone, inc VAT."""
        return full_price_pence(asset, self.specs[asset.specification], 0)


def _flags(facts: _Facts, decision: Decision) -> tuple[Flag, ...]:
    asset = facts.assets[decision.asset_id]
    flags = []
    if asset.asset_id in facts.pins:
        flags.append(Flag.PINNED)
    if asset.asset_id in facts.ahead.assumed:
        flags.append(Flag.AGE_ASSUMED)
    if _support_ends_by(asset, decision.year if decision.year is not None else facts.problem.years[-1]):
        flags.append(Flag.SUPPORT_ENDED)
    if decision.year is not None and (asset.trust_id, decision.year) in facts.short:
        flags.append(Flag.NOT_PAID_FOR)
    return tuple(flags)


def _support_ends_by(asset: PlanAsset, year: int) -> bool:
    return asset.support_ends_on is not None and asset.support_ends_on < ends_on(year)


def _reason(facts: _Facts, decision: Decision) -> str:
    asset = facts.assets[decision.asset_id]
    if decision.year is None:
        sentences = _why_kept(facts, asset)
    else:
        sentences = [
            *_why_replaced(facts, asset, decision.year),
            *_why_not_earlier(facts, asset, decision.year),
        ]
        sentences += _bought_with(facts, asset, decision.year)
    if asset.asset_id in facts.ahead.assumed:
        sentences.append("Its installation date is not known; the usual age of its kind here is assumed.")
    return " ".join(sentences)


def _why_replaced(facts: _Facts, asset: PlanAsset, year: int) -> list[str]:
    if asset.asset_id in facts.pins:
        return [f"Pinned to {label(year)}.", _state(facts, asset, year)]
    return [_state(facts, asset, year)]


def _state(facts: _Facts, asset: PlanAsset, year: int) -> str:
    """How old it would be and what counts against it at the end of a year."""
    age = facts.ahead.ages[asset.asset_id][year - facts.problem.first_year]
    guidance = facts.problem.guidance_years
    words = f"It would be {_years(age)} old on {_day(year)}"
    if age >= 10:
        words += ", past the 10-year edge" if age > 10 else ", at the 10-year edge"
    elif age >= guidance:
        words += (
            f", past the {guidance}-year guidance" if age > guidance else f", at the {guidance}-year guidance"
        )
    else:
        words += f", under the {guidance}-year guidance"
    if _support_ends_by(asset, year):
        ended = asset.support_ends_on
        assert ended is not None  # noqa: S101 - _support_ends_by says so
        words += f", and vendor support {'ends' if ended > ends_on(facts.problem.first_year - 1) else 'ended'} on {ended.day} {ended:%B %Y}"
    elder = _elders(facts, asset)
    if age >= guidance and elder == 0:
        words += f"; it is the oldest {_kind(asset.modality)} of its trust"
    return words + "."


def _elders(facts: _Facts, asset: PlanAsset) -> int:
    """How many machines of its trust and modality are older."""
    mine = facts.ahead.ages[asset.asset_id][0]
    return sum(
        other.trust_id == asset.trust_id
        and other.modality == asset.modality
        and facts.ahead.ages[other.asset_id][0] > mine
        for other in facts.problem.assets
    )


def _why_not_earlier(facts: _Facts, asset: PlanAsset, year: int) -> list[str]:
    """What stands against the year before."""
    before = year - 1
    if before not in facts.problem.years or asset.asset_id in facts.pins:
        return []
    if before not in facts.ahead.choices[asset.asset_id]:
        return [f"In {label(before)} it is not old enough to be replaced."]
    limit = facts.problem.max_installations_per_trust_year
    if limit is not None and facts.installed.get((asset.trust_id, before), 0) >= limit:
        return [f"{label(before)} already has the {limit} installations that its trust can take."]
    left, price = facts.left.get((asset.trust_id, before), 0), facts.single_price_pence(asset)
    if left < price:
        return [
            f"Of {label(before)}'s envelope {pounds(left)} is left unspent; bought alone it costs {pounds(price)} inc VAT."
        ]
    mine = facts.ahead.keep_points[asset.asset_id][before - facts.problem.first_year]
    if mine == 0:
        return [f"Replacing it in {label(before)} would lessen no exposure."]
    return [f"Waiting for {label(year)} costs less over the whole plan at almost the same exposure."]


def _bought_with(facts: _Facts, asset: PlanAsset, year: int) -> list[str]:
    tender = facts.tenders[asset.specification, year]
    others = tender.units - 1
    if others == 0:
        return ["It is bought alone."]
    saved = tender.saving_pence // tender.units
    words = f"It is bought together with {others} other{'s' if others > 1 else ''} of {asset.specification}"
    if saved:
        words += f", which saves {pounds(saved)} ex VAT on it"
    return [words + "."]


def _why_kept(facts: _Facts, asset: PlanAsset) -> list[str]:
    last = facts.problem.years[-1]
    if asset.asset_id in facts.pins:
        return ["Pinned: kept throughout the plan.", _state(facts, asset, last)]
    if not any(facts.ahead.keep_points[asset.asset_id]):
        age = facts.ahead.ages[asset.asset_id][-1]
        return [f"Kept: it is under guidance and supported throughout; {_years(age)} old on {_day(last)}."]
    price = facts.single_price_pence(asset)
    open_years = [year for year in facts.ahead.choices[asset.asset_id] if year is not None]
    best = max(open_years, key=lambda y: facts.left.get((asset.trust_id, y), 0), default=None)
    if best is None:
        return [
            "Kept: it is not old enough to be replaced in any year of the plan.",
            _state(facts, asset, last),
        ]
    left = facts.left.get((asset.trust_id, best), 0)
    if left < price:
        why = (
            f"Kept: the money goes to machines that need it more. The most left unspent in a year is {pounds(left)} "
            f"({label(best)}); it costs {pounds(price)} inc VAT."
        )
    else:
        why = "Kept: replacing it would break another limit of the plan, or was not found in the time given."
    return [why, _state(facts, asset, last)]


def _kind(modality: str) -> str:
    """A modality as people say it; one that the register does not know is left as it is."""
    return Modality(modality).label if modality in set(Modality) else modality


def _years(age: int) -> str:
    return "under 1 year" if age < 1 else "1 year" if age == 1 else f"{age} years"


def _day(year: int) -> str:
    return f"31 March {year + 1}"
