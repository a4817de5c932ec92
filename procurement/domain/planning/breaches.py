"""What a schedule does beyond the limits, named, priced and said in words; and what of it pins excuse."""

from collections.abc import Iterator, Mapping

from networks.domain.financial_year import label
from procurement.domain.planning.choice import Choice, Kind, Schedule
from procurement.domain.planning.exposure import Outlook, outlook
from procurement.domain.planning.fairness import excesses
from procurement.domain.planning.limits import (
    INSTALLED,
    NETWORK,
    SITE,
    LimitBook,
    key_of,
    network_ids,
    pinned_trust_years,
)
from procurement.domain.planning.problem import PlanAsset, PlanningProblem, Specification
from procurement.domain.planning.result import Breach, BreachKind, Settlement
from procurement.domain.planning.words import modality_name, pounds


def breaches(
    problem: PlanningProblem,
    schedule: Schedule,
    short_pence: Mapping[tuple[int, int], int],
    ahead: Outlook | None = None,
) -> tuple[Breach, ...]:
    """Return every breach of a schedule, given what its trust-years cannot pay."""
    names = {trust.trust_id: trust.name for trust in problem.trusts}
    networks = network_ids(problem)
    found = [
        Breach(
            BreachKind.ENVELOPE,
            trust,
            year,
            amount,
            0,
            f"{names[trust]} is {pounds(amount)} inc VAT short in {label(year)}: more is to be paid for than every "
            "envelope open to it can pay for.",
            network_id=networks[trust],
        )
        for (trust, year), amount in sorted(short_pence.items())
    ]
    found += _counted(problem, schedule, names)
    specs = {spec.code: spec for spec in problem.specifications}
    for asset in sorted(problem.assets, key=lambda asset: asset.asset_id):
        choice = schedule[asset.asset_id]
        for kind, year, units, words in single_breaches(asset, specs[asset.specification], choice):
            found.append(
                Breach(
                    kind,
                    asset.trust_id,
                    year,
                    units * problem.over_limit_price_pence,
                    units,
                    words,
                    network_id=networks[asset.trust_id],
                    site_id=asset.site_id,
                    modality=asset.modality,
                    asset_id=asset.asset_id,
                )
            )
    if problem.fairness_basis_points is not None:
        found += _unfair(problem, schedule, ahead or outlook(problem), names, networks)
    return tuple(found)


def single_breaches(
    asset: PlanAsset, spec: Specification, choice: Choice
) -> Iterator[tuple[BreachKind, int, int, str]]:
    """Yield what one choice, which only a pin can ask for, breaks by itself: its kind, year, units and words."""
    bought = choice.bought_in
    if bought is not None and spec.earliest_year is not None and bought < spec.earliest_year:
        early = spec.earliest_year - bought
        yield (
            BreachKind.LEAD_TIME,
            bought,
            early,
            f"{asset.label} is to come in {label(bought)}, but {spec.code} cannot arrive before "
            f"{label(spec.earliest_year)}.",
        )
    if not asset.is_only_one:
        return
    only = f"{asset.label} is the only {modality_name(asset.modality)} of its emergency site"
    if choice.kind is Kind.RETIRE and choice.year is not None:
        yield BreachKind.CONTINUITY, choice.year, 1, f"{only} and is to be retired in {label(choice.year)}."
    if asset.may_not_be_taken_out:
        for year in choice.out_in:
            yield (
                BreachKind.CONTINUITY,
                year,
                1,
                f"{only} and is to be out of use in {label(year)} with no cover stated.",
            )


def only_pins_breach(problem: PlanningProblem, settlement: Settlement, book: LimitBook | None = None) -> bool:
    """Whether only pins break limits, and only as far as the pins themselves go; fairness may always fall short."""
    book = book or LimitBook(problem)
    may_fall_short = pinned_trust_years(problem)
    pinned = {pin.asset_id: pin.choice for pin in problem.pins}
    chosen = {decision.asset_id: decision.choice for decision in settlement.decisions}
    for breach in settlement.breaches:
        key = key_of(breach)
        if breach.kind is BreachKind.FAIRNESS:
            continue
        if breach.asset_id is not None:
            excused = pinned.get(breach.asset_id) == chosen[breach.asset_id]
        elif key is not None:
            excused = breach.units <= book.allowed(key) - book.most(key)
        else:
            excused = (breach.trust_id, breach.year) in may_fall_short
        if not excused:
            return False
    return True


def _counted(problem: PlanningProblem, schedule: Schedule, names: Mapping[int, str]) -> Iterator[Breach]:
    """Installations and machines out at once beyond their limits."""
    book = LimitBook(problem)
    for key, count in sorted(book.used(schedule).items()):
        level, place, modality, year = key
        most = book.most(key)
        if count <= most:
            continue
        over = count - most
        price = over * problem.over_limit_price_pence
        trust, network = book.place(key)
        if level == INSTALLED:
            words = (
                f"{names[place]} would install {count} scanners in {label(year)}, {over} more than the {most} it can "
                "install in a year."
            )
            yield Breach(BreachKind.INSTALLATIONS, trust, year, price, over, words, network_id=network)
            continue
        where = {
            SITE: f"on one site of {names[trust]}" if trust is not None else "",
            NETWORK: "in the network",
        }
        place_words = where.get(level) or f"in {names[place]}"
        words = (
            f"{count} {modality_name(modality)} scanners {place_words} would be out of use in {label(year)}, {over} more "
            f"than the {most} that may be at once."
        )
        yield Breach(
            BreachKind.CONTINUITY,
            trust,
            year,
            price,
            over,
            words,
            network_id=network,
            site_id=place if level == SITE else None,
            modality=modality,
        )


def _unfair(
    problem: PlanningProblem,
    schedule: Schedule,
    ahead: Outlook,
    names: Mapping[int, str],
    networks: Mapping[int, int],
) -> Iterator[Breach]:
    left = {asset_id: ahead.totals[asset_id][choice] for asset_id, choice in schedule.items()}
    for trust, points in excesses(problem, left).items():
        yield Breach(
            BreachKind.FAIRNESS,
            trust,
            None,
            points * problem.fairness_price_pence_per_point,
            points,
            f"{names[trust]} is left with {points:,} points of exposure more than its fair share of the network's.",
            network_id=networks[trust],
        )
