"""The three lights of the COCIR golden rules: enough young machines, not too many of middle age, few old ones.

The rules speak of machines "under 5", "6 to 10" and "over 10" years and so say nothing of those between 5 and 6: these
are in none of the three lights, but in the denominator of all. Ages are completed years, so "6 to 10" is from the sixth
anniversary to the day before the tenth, and "over 10" from the tenth on, as "ten or older" is everywhere in the register.
Machines of unknown age are out of the denominator and named beside it. Numbers: `assets/rules/lifetime.toml`.
"""

from dataclasses import dataclass
from datetime import date

from assets.domain.fleet import AgeTally, Share
from assets.domain.lifetime import LifetimeRules, rules_on


@dataclass(frozen=True, slots=True)
class Light:
    """One rule and how a fleet stands against it. `is_met` is None where no machine's age is known."""

    key: str
    ages: str
    rule: str
    limit_percent: int
    share: Share
    is_met: bool | None
    is_certain: bool
    """Whether it would be the same whatever the ages of the machines not known."""

    @property
    def word(self) -> str:
        """ "met", "not met" or "not known": never the colour alone."""
        return {True: "met", False: "not met", None: "not known"}[self.is_met]

    @property
    def percent(self) -> str:
        """The share, "just over 30%" where rounding would hide on which side of the rule's limit it is."""
        rounded = self.share.percent
        distance = 100 * self.share.part - self.limit_percent * self.share.whole
        if rounded != f"{self.limit_percent}%" or distance == 0:
            return rounded
        return f"just {'over' if distance > 0 else 'under'} {rounded}"

    @property
    def colour(self) -> str:
        """The colour of its tag."""
        return {True: "green", False: "red", None: "grey"}[self.is_met]

    @property
    def doubt(self) -> str:
        """Say where the machines of unknown age could turn the light; else ""."""
        if self.is_certain or self.is_met is None:
            return ""
        return f"could change once the age of {self.share.not_known:,} is known"


@dataclass(frozen=True, slots=True)
class Lights:
    """The three lights of a fleet, and the machines that none of them speaks of."""

    every: tuple[Light, Light, Light]
    between: Share
    between_words: str
    version: str
    source: str
    """Where the rules come from and what of that is not verified, in sentences."""

    @property
    def met(self) -> int:
        """How many of the three rules are met."""
        return sum(light.is_met is True for light in self.every)

    @property
    def words(self) -> str:
        """ "2 of 3 met", or "not known"."""
        return "not known" if self.every[0].is_met is None else f"{self.met} of 3 met"


def cocir_lights(ages: AgeTally, *, on: date, rules: LifetimeRules | None = None) -> Lights:
    """Return the three lights of a fleet whose ages were counted on a date."""
    rules = rules or rules_on(on)
    cocir = rules.cocir
    young = Share(_count(ages, 0, cocir.young_below_years), ages.known, ages.not_known)
    middle = Share(_count(ages, cocir.middle_from_years, cocir.old_from_years), ages.known, ages.not_known)
    old = Share(_count(ages, cocir.old_from_years, None), ages.known, ages.not_known)
    between = Share(
        _count(ages, cocir.young_below_years, cocir.middle_from_years), ages.known, ages.not_known
    )
    return Lights(
        every=(
            _at_least("young", f"under {cocir.young_below_years} years", young, cocir.young_at_least_percent),
            _at_most(
                "middle",
                f"{cocir.middle_from_years} to {cocir.old_from_years} years",
                middle,
                cocir.middle_at_most_percent,
            ),
            _at_most("old", f"over {cocir.old_from_years} years", old, cocir.old_at_most_percent),
        ),
        between=between,
        between_words=f"from {cocir.young_below_years} up to {cocir.middle_from_years} years",
        version=rules.words_on(on),
        source=(
            f"Source: {cocir.source} (published: {cocir.published}). {cocir.seen}. "
            f"Not verified: {cocir.not_verified}"
        ),
    )


def _count(ages: AgeTally, first: int, below: int | None) -> int:
    return sum(
        number
        for years, number in ages.by_years.items()
        if years >= first and (below is None or years < below)
    )


def _at_least(key: str, ages: str, share: Share, percent: int) -> Light:
    rule = f"at least {percent}% {ages}"
    if not share.whole:
        return Light(key, ages, rule, percent, share, None, is_certain=False)
    is_met = 100 * share.part >= percent * share.whole
    whole = share.whole + share.not_known
    # The light is certain where it is the same if none, and if all, of the unknown are of these ages.
    turned = 100 * (share.part + (0 if is_met else share.not_known)) >= percent * whole
    return Light(key, ages, rule, percent, share, is_met, is_certain=turned == is_met)


def _at_most(key: str, ages: str, share: Share, percent: int) -> Light:
    rule = f"at most {percent}% {ages}"
    if not share.whole:
        return Light(key, ages, rule, percent, share, None, is_certain=False)
    is_met = 100 * share.part <= percent * share.whole
    whole = share.whole + share.not_known
    turned = 100 * (share.part + (share.not_known if is_met else 0)) <= percent * whole
    return Light(key, ages, rule, percent, share, is_met, is_certain=turned == is_met)
