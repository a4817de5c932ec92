"""Quartiles the slow and obvious way: sort, walk to the position, mix the two neighbours."""

from fractions import Fraction


def quartiles(prices: list[int]) -> tuple[Fraction, Fraction, Fraction]:
    """Return lower quartile, median and upper quartile, exact."""
    ordered = sorted(prices)

    def at(share: Fraction) -> Fraction:
        position = share * (len(ordered) - 1)
        below = int(position)
        above = min(below + 1, len(ordered) - 1)
        return ordered[below] + (ordered[above] - ordered[below]) * (position - below)

    return at(Fraction(1, 4)), at(Fraction(1, 2)), at(Fraction(3, 4))
