"""The priority score the slow and obvious way: fractions, every unknown tried at both ends, ranks by counting pairs."""

from collections.abc import Sequence
from fractions import Fraction

Parts = Sequence[tuple[int, Fraction, Fraction | None]]
"""Of each criterion its weight, the part of it that is known (0 to 1), and its points (None: not known)."""


def score(parts: Parts) -> Fraction | None:
    """The mean over what is known, weighed."""
    weight, total = Fraction(0), Fraction(0)
    for heavy, known, points in parts:
        if points is not None and heavy * known > 0:
            weight += heavy * known
            total += heavy * known * points
    return total / weight if weight else None


def interval(parts: Parts) -> tuple[Fraction, Fraction]:
    """The score with everything not known put to 0, and to 100."""
    ends = []
    for guess in (Fraction(0), Fraction(100)):
        total = Fraction(0)
        for heavy, known, points in parts:
            total += heavy * known * (points or 0) + heavy * (1 - known) * guess
        ends.append(total / 100)
    return ends[0], ends[1]


def ranks(machines: Sequence[tuple[bool, Parts]]) -> list[int]:
    """Each machine's rank: one more than the number of those before it (gate, then score, then place in the list)."""
    scored = [(gated, score(parts)) for gated, parts in machines]

    def goes_before(one: int, other: int) -> bool:
        (gated, mine), (other_gated, theirs) = scored[one], scored[other]
        if gated != other_gated:
            return gated
        if mine != theirs:
            return mine is not None and (theirs is None or mine > theirs)
        return one < other

    return [1 + sum(goes_before(n, m) for n in range(len(machines)) if n != m) for m in range(len(machines))]


def moved(weights: Sequence[int], index: int, percent: int) -> list[Fraction]:
    """The weights with one moved by some per cent and all brought back to a sum of 100."""
    new = [Fraction(weight) for weight in weights]
    new[index] = new[index] * (100 + percent) / 100
    return [weight * 100 / sum(new) for weight in new]


def rank_ranges(machines: Sequence[tuple[bool, Parts]], percent: int) -> list[tuple[int, int, int]]:
    """Each machine's rank, and the best and worst with every weight moved up and down."""
    base = ranks(machines)
    every = [base]
    for index in range(6):
        for move in (-percent, percent):
            changed = []
            for gated, parts in machines:
                new = moved([heavy for heavy, _, _ in parts], index, move)
                changed.append(
                    (gated, [(w, known, points) for w, (_, known, points) in zip(new, parts, strict=True)])
                )
            every.append(ranks(changed))
    return [
        (base[n], min(found[n] for found in every), max(found[n] for found in every))
        for n in range(len(machines))
    ]


def staying(machines: Sequence[tuple[bool, Parts]], percent: int, top: int) -> int:
    """How many of the first `top` are worst ranked within them."""
    return sum(rank <= top and worst <= top for rank, _, worst in rank_ranges(machines, percent))


def age_points(days_old: int, days_of_life: int) -> Fraction:
    """100 at one and a half times the life."""
    return min(Fraction(100), Fraction(100 * days_old * 2, days_of_life * 3))


def reliability_points(down: int, weekly: int, target: Fraction | None) -> Fraction:
    """The worse of two: a tenth of the hours is 100; five points short of the target is 100."""
    hours = weekly * 52
    share = min(Fraction(down, hours), Fraction(1))
    by_share = share * 100 / 10 * 100
    by_target = Fraction(0) if target is None else (target - (1 - share) * 100) / 5 * 100
    return max(Fraction(0), min(Fraction(100), max(by_share, by_target)))


def cost_points(cost: int, price: int) -> Fraction:
    """Half the price a year is 100."""
    return min(Fraction(100), Fraction(cost * 200, price))
