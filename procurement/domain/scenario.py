"""A scenario: a plan copied to try something. What may be changed on copying, and what a copy differs in, in words."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from networks.domain.figures import pounds
from procurement.domain.plan import PlanInvalid
from procurement.domain.planning.problem import GUIDANCE_YEARS, HORIZON_YEARS

LEAST_CHANGE_BASIS_POINTS = -10_000
MOST_CHANGE_BASIS_POINTS = 100_000
"""Money may be taken away whole, or grow elevenfold: beyond that it is a slip of the keyboard."""

_MONEY = {
    "own_change_basis_points": "The change of the trusts’ own envelopes",
    "shared_change_basis_points": "The change of shared envelopes",
    "national_change_basis_points": "The change of national money",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioChanges:
    """What a copy asks differently. Changes of money are basis points up or down: -1,000 is a tenth less, 0 no change.

    None for guidance, years and discounts: as in the plan it is copied from. `merged` are networks to be merged in,
    `left_out` trusts to be left out, by id.
    """

    own_change_basis_points: int = 0
    shared_change_basis_points: int = 0
    national_change_basis_points: int = 0
    guidance_years: int | None = None
    horizon_years: int | None = None
    joint_discount_basis_points: int | None = None
    keep_pins: bool = True
    merged: frozenset[int] = frozenset()
    left_out: frozenset[int] = frozenset()

    def check(self) -> None:
        """Raise PlanInvalid, naming every field that is wrong."""
        errors = {
            name: f"{words} lies between −100% and +1,000%."
            for name, words in _MONEY.items()
            if not LEAST_CHANGE_BASIS_POINTS <= getattr(self, name) <= MOST_CHANGE_BASIS_POINTS
        }
        if self.guidance_years not in (None, *GUIDANCE_YEARS):
            errors["guidance_years"] = "The guidance is 7 or 10 years."
        if self.horizon_years not in (None, *HORIZON_YEARS):
            errors["horizon_years"] = "A plan runs for 5 to 10 years."
        if not 0 <= (self.joint_discount_basis_points or 0) <= 10_000:
            errors["joint_discount_basis_points"] = (
                "The share of joint discounts counted on lies between 0% and 100%."
            )
        if errors:
            raise PlanInvalid(errors)


def changed_amount(pence: int, change_basis_points: int) -> int:
    """Return an amount changed by so much, in whole pounds (halves up) where it changes at all.

    £1,250,001 less a tenth is £1,125,001: 1,125,000.9 rounded.
    """
    if not change_basis_points:
        return pence
    return (pence * (10_000 + change_basis_points) + 500_000) // 1_000_000 * 100


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPicture:
    """What a plan asks, as far as one reader may see it.

    `settings` maps what is set to its value, both in words; `money` a kind of money to its sum over the plan's years in
    pence; `decisions` a machine to what its pin holds it to; `options` what else is open to a machine, in words. None
    for kinds of money that the reader may not see.
    """

    settings: Mapping[str, str]
    years: int
    money: Mapping[str, int | None]
    decisions: Mapping[str, str] = field(default_factory=dict)
    options: frozenset[str] = frozenset()
    candidates: frozenset[str] = frozenset()
    merged: frozenset[str] = frozenset()
    left_out: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing asked differently: what it is, in the plan copied from, and here."""

    what: str
    was: str
    now: str


def differences(source: PlanPicture, scenario: PlanPicture) -> tuple[Difference, ...]:
    """Return what a scenario asks differently from its source: settings, envelopes in sum, pins, and who takes part."""
    found = [
        Difference(_capital(what), source.settings.get(what, "none"), now)
        for what, now in scenario.settings.items()
        if now != source.settings.get(what)
    ]
    found += _of_money(source, scenario)
    found += [
        Difference(f"Pin of {machine}", was or "not pinned", now or "not pinned")
        for machine in sorted({*source.decisions, *scenario.decisions})
        if (was := source.decisions.get(machine)) != (now := scenario.decisions.get(machine))
    ]
    found += _of_sets("Networks merged in", source.merged, scenario.merged)
    found += _of_sets("Trusts left out", source.left_out, scenario.left_out)
    found += _of_sets("Additional machines it may site", source.candidates, scenario.candidates)
    found += _of_sets("Upgrades, retirements and cover offered", source.options, scenario.options)
    return tuple(found)


def _of_money(source: PlanPicture, scenario: PlanPicture) -> list[Difference]:
    found = []
    for what, now in scenario.money.items():
        was = source.money.get(what)
        if was is None or now is None or (was == now and source.years == scenario.years):
            continue
        if was == now == 0:
            continue
        found.append(
            Difference(what, _over(was, source.years), f"{_over(now, scenario.years)}{_share(was, now)}")
        )
    return found


def _over(pence: int, years: int) -> str:
    return f"{pounds(pence)} over {years} years"


def _share(was: int, now: int) -> str:
    """ " (10% less)": how the sum changed, where it did and there was one."""
    if not was or was == now:
        return ""
    percent = abs(100 * (now - was) / was)
    said = "under 0.1" if percent < 0.05 else f"{percent:,.1f}".removesuffix(".0")
    return f" ({said}% {'more' if now > was else 'less'})"


def _of_sets(what: str, was: frozenset[str], now: frozenset[str]) -> list[Difference]:
    return [] if was == now else [Difference(what, _listed(was), _listed(now))]


def _listed(names: frozenset[str]) -> str:
    return "; ".join(sorted(names)) or "none"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
