"""What a joint tender means for each trust, worked out one machine at a time with exact fractions."""

from collections.abc import Sequence
from fractions import Fraction

from procurement.domain.tender import Need


def unit_price(full_price_pence: int, tiers: Sequence[tuple[int, int]], units: int) -> int:
    """Try every discount whose quantity is met and take the last; round to the penny, halves up."""
    discount = 0
    for minimum, basis_points in sorted(tiers):
        if units >= minimum:
            discount = basis_points
    return _to_the_penny(Fraction(full_price_pence) * (1 - Fraction(discount, 10_000)))


def shares(
    needs: Sequence[Need], full_price_pence: int, tiers: Sequence[tuple[int, int]]
) -> dict[int, dict[str, int]]:
    """Return equipment, alone, works and VAT pence of each trust by its id."""
    found: dict[int, dict[str, int]] = {}
    together = unit_price(full_price_pence, tiers, len(needs))
    for need in needs:
        own = sum(other.trust_id == need.trust_id for other in needs)
        share = found.setdefault(need.trust_id, {"equipment": 0, "alone": 0, "works": 0, "vat": 0})
        share["equipment"] += together
        share["alone"] += unit_price(full_price_pence, tiers, own)
        share["works"] += need.works_pence
        for amount in (together, need.works_pence):
            share["vat"] += _to_the_penny(Fraction(amount * need.vat_basis_points, 10_000))
    return found


def _to_the_penny(amount: Fraction) -> int:
    return int(amount + Fraction(1, 2)) if amount >= 0 else -int(-amount + Fraction(1, 2))
