"""Prices that fall with quantity, sums shared to the last penny, and sums of amounts that may not be known.

A standard specification assumes one price for one machine and discounts from stated quantities. Plans, tenders and
documents all price by this module, so that one purchase costs the same on every page. Money is whole pence, ex VAT
unless the name says otherwise.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise


def discounted_pence(price_pence: int, discount_basis_points: int) -> int:
    """Return a price less its discount, to the nearest penny, halves up. 500 basis points are 5%."""
    return (price_pence * (10_000 - discount_basis_points) + 5_000) // 10_000


def vat_pence(amount_pence: int, vat_basis_points: int) -> int:
    """Return the VAT on an amount, to the nearest penny, halves up. 2,000 basis points are 20%."""
    return (amount_pence * vat_basis_points + 5_000) // 10_000


def total_if_known(amounts_pence: Iterable[int | None]) -> int | None:
    """Return the sum of amounts, 0 for none of them; None where one of them is not known."""
    total = 0
    for amount in amounts_pence:
        if amount is None:
            return None
        total += amount
    return total


def apportion(total_pence: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Share a sum in proportion to whole weights so that the shares add up to it exactly (largest remainder).

    Each share is the exact one rounded down or up; the pennies left over go to those who lost most by rounding down,
    among equals to the first. Raises ValueError for a negative weight, or where a sum is to be shared among nobody.
    """
    if any(weight < 0 for weight in weights):
        raise ValueError("A sum cannot be shared by negative weights.")
    whole = sum(weights)
    if whole == 0:
        if total_pence:
            raise ValueError("A sum cannot be shared among nobody.")
        return tuple(0 for _ in weights)
    shares = [total_pence * weight // whole for weight in weights]
    lost = [total_pence * weight % whole for weight in weights]
    by_loss = sorted(range(len(weights)), key=lambda place: (-lost[place], place))
    for place in by_loss[: total_pence - sum(shares)]:
        shares[place] += 1
    return tuple(shares)


@dataclass(frozen=True, slots=True)
class Break:
    """One price break: from so many units bought together, each costs so much. The first begins at one unit."""

    minimum_units: int
    discount_basis_points: int
    unit_price_pence: int

    @property
    def discount(self) -> str:
        """The discount as people say it: "8%", "6.5%"."""
        return f"{self.discount_basis_points / 100:g}%"


@dataclass(frozen=True, slots=True)
class PriceList:
    """What one specification costs by quantity: its breaks, from one unit upward, never dearer with more."""

    breaks: tuple[Break, ...]

    def __post_init__(self) -> None:
        if not self.breaks or self.breaks[0].minimum_units != 1:
            raise ValueError("A price list begins at one unit.")
        for below, above in pairwise(self.breaks):
            if above.minimum_units <= below.minimum_units:
                raise ValueError("Price breaks must follow on by rising quantity.")
            if above.unit_price_pence > below.unit_price_pence:
                raise ValueError("A unit may not cost more in a larger quantity.")

    def reached(self, units: int) -> Break:
        """Return the break that so many units reach together. Raises ValueError below one unit."""
        if units < 1:
            raise ValueError("A price is for at least one unit.")
        return [step for step in self.breaks if step.minimum_units <= units][-1]

    def next_after(self, units: int) -> Break | None:
        """Return the first break that more units would reach and that is cheaper; None at the last."""
        now = self.reached(units).unit_price_pence
        return next((b for b in self.breaks if b.minimum_units > units and b.unit_price_pence < now), None)

    def cost_pence(self, units: int) -> int:
        """Return what so many units cost together, 0 for none."""
        return units * self.reached(units).unit_price_pence if units else 0


def price_list(unit_price_pence: int, tiers: Iterable[tuple[int, int]]) -> PriceList:
    """Return the price list of one unit's price and (minimum units, discount basis points) pairs, in any order.

    Without a tier that begins at one, one unit costs the full price. Raises ValueError as PriceList does.
    """
    discounts = {1: 0} | dict(tiers)
    return PriceList(
        tuple(
            Break(minimum, discount, discounted_pence(unit_price_pence, discount))
            for minimum, discount in sorted(discounts.items())
        )
    )
