"""How much an additional machine is needed at a site, in the points of a plan's exposure. Explained with an example in
docs/algorithms/siting.md; the numbers lie in `procurement/rules/siting.toml`.

Each measure of demand is scored from 0% (no need) to 100% (full need), evenly between its two edges:

* people for each scanner: scanners per million against the national figure;
* examinations a year for each scanner of the trust, and of the network, against a stated capacity;
* kilometres to the next other scanner of the modality.

The need is the points of full need, times the service's own weight, times the weighed mean of the scores. A measure that
is not known is left out of the mean and named; where none is known there is no need to tell. 100 points are one machine
spending one year past the guidance, so that a plan can weigh a new machine against an old one.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from assets.domain.density import PerMillion, Reference, references
from assets.domain.vocabulary import Modality
from networks.domain.population import Persons
from procurement.domain.pricing import apportion
from procurement.domain.siting_rules import Edges, Measured, ServiceRule, SitingRules, siting_rules


@dataclass(frozen=True, slots=True)
class Use:
    """What the scanners of somebody (`whose`: "the trust") do in a year: `examinations` on `known` of `machines`."""

    whose: str
    machines: int
    known: int
    examinations: Decimal

    def __post_init__(self) -> None:
        if (
            not 0 <= self.known <= self.machines
            or self.examinations < 0
            or (self.examinations and not self.known)
        ):
            raise ValueError(f"{self.examinations} examinations on {self.known} of {self.machines} machines.")

    @property
    def each(self) -> Fraction | None:
        """Examinations a year for each scanner of which it is known; None where it is known of none."""
        return Fraction(self.examinations) / self.known if self.known else None

    @property
    def rounded(self) -> int | None:
        """The same as a whole number, halves up."""
        return None if self.each is None else _half_up(self.each)


@dataclass(frozen=True, slots=True)
class Nearest:
    """The next other scanner: `km` away (None: not known, `why`). `uncharted` sites with one have no coordinates."""

    km: Decimal | None
    where: str = ""
    why: str = ""
    uncharted: int = 0
    is_on_site: bool = False

    def __post_init__(self) -> None:
        if self.km is not None and not self.km >= 0:
            raise ValueError(f"A distance cannot be {self.km} km.")


@dataclass(frozen=True, slots=True)
class Demand:
    """The demand for one modality at one site. `area` names whose people and scanners the density is of."""

    modality: Modality
    area: str
    machines: int
    persons: Persons
    trust: Use
    network: Use
    nearest: Nearest

    @property
    def density(self) -> PerMillion:
        """Scanners per million people as they are."""
        return PerMillion(self.machines, self.persons)

    @property
    def density_after(self) -> PerMillion:
        """The same with one more scanner."""
        return PerMillion(self.machines + 1, self.persons)


@dataclass(frozen=True, slots=True)
class Score:
    """One measure as it was judged. `percent` None: not known, left out. `points`: its part of the need."""

    measured: Measured
    weight: int
    percent: int | None
    words: str
    points: int = 0


@dataclass(frozen=True, slots=True)
class Need:
    """The need of a site for a service, in points a year; None where nothing is known. Scores stand in fixed order."""

    points: int | None
    most_points: int
    scores: tuple[Score, ...]

    @property
    def known_percent(self) -> int:
        """The share of the weight that is known."""
        return sum(score.weight for score in self.scores if score.percent is not None)

    @property
    def reasons(self) -> tuple[str, ...]:
        """What makes the need, the heaviest first; then what is not known."""
        making = sorted((s for s in self.scores if s.percent), key=lambda score: -score.points)
        return (*(s.words for s in making), *(s.words for s in self.scores if s.percent is None))


def need_of(demand: Demand, service: ServiceRule, *, rules: SitingRules | None = None) -> Need:
    """Return the need of a site for a machine of a service. Raises ValueError where the service has no such machine."""
    rules = rules or siting_rules()
    if demand.modality not in service.modalities:
        raise ValueError(f"{service.key} is not a service of {demand.modality.label}.")
    judged = {
        Measured.DENSITY: _density(demand, rules),
        Measured.TRUST_USE: _use(demand.modality, demand.trust, rules),
        Measured.NETWORK_USE: _use(demand.modality, demand.network, rules),
        Measured.DISTANCE: _distance(demand.modality, demand.nearest, rules),
    }
    weights = {measured: service.measures[measured] for measured in Measured}
    known = sum(weights[m] for m, (percent, _) in judged.items() if percent is not None)
    most = _half_up(Fraction(rules.full_points * service.weight_percent, 100))
    if not known:
        return Need(None, most, tuple(Score(m, weights[m], *judged[m]) for m in Measured))
    parts = [weights[m] * (judged[m][0] or 0) for m in Measured]
    points = _half_up(Fraction(rules.full_points * service.weight_percent * sum(parts), 100 * 100 * known))
    # A need below half a point is none, and then nobody has a part in it.
    shared = apportion(points, parts) if points else (0,) * len(parts)
    scores = (
        Score(m, weights[m], *judged[m], points=share) for m, share in zip(Measured, shared, strict=True)
    )
    return Need(points, most, tuple(scores))


def percent_between(value: Fraction, edges: Edges) -> int:
    """Return how far a value lies on the way from no need to full need: whole per cents, halves up, 0 to 100."""
    share = (value - edges.none_at) / (edges.full_at - edges.none_at)
    return _half_up(100 * min(Fraction(1), max(Fraction(0), share)))


def national_figure(modality: Modality) -> Reference | None:
    """Return the published figure of scanners per million that a modality is held against; None where there is none."""
    return next((found for found in references() if found.modality is modality), None)


_Judged = tuple[int | None, str]


def _density(demand: Demand, rules: SitingRules) -> _Judged:
    national = national_figure(demand.modality)
    label, found = demand.modality.label, demand.density
    if national is None:
        return None, f"No national figure of {label} per million is known to hold the area's against."
    if not demand.persons.number:
        return None, f"{label} per million in {demand.area}: population {demand.persons.words}."
    share = Fraction(100 * 1_000_000 * demand.machines, demand.persons.number) / Fraction(
        national.per_million
    )
    each = f"{demand.persons.number // demand.machines:,} people" if demand.machines else "no scanner"
    words = (
        f"{found.text} {label} per million in {demand.area} ({found.words}; {each} for each)"
        if demand.machines
        else f"No {label} in {demand.area} for {demand.persons.words}"
    )
    held = f"{national.area} {national.year}: {national.per_million}"
    return percent_between(share, rules.density), f"{words}; {held}."


def _use(modality: Modality, use: Use, rules: SitingRules) -> _Judged:
    capacity = rules.capacity.get(modality)
    label = modality.label
    if not use.machines:
        return None, f"{_begun(use.whose)} has no {label} whose use could be judged by."
    if use.each is None:
        return None, f"Examinations for each {label} of {use.whose}: not known of any of {use.machines}."
    if capacity is None:
        return None, f"No capacity of {label} is stated to hold the use of {use.whose} against."
    share = 100 * use.each / capacity.examinations
    return percent_between(share, rules.use), (
        f"{_half_up(use.each):,} examinations a year for each {label} of {use.whose} "
        f"(known of {use.known} of {use.machines}), {_half_up(share)}% of the stated capacity of {capacity.examinations:,}."
    )


def _distance(modality: Modality, nearest: Nearest, rules: SitingRules) -> _Judged:
    edges, label = rules.distance.get(modality), modality.label
    if edges is None:
        return None, f"No distances are stated for {label}."
    if nearest.km is None:
        return None, f"Distance to the next other {label}: not known, {nearest.why}."
    where = f", at {nearest.where}" if nearest.where else ""
    caution = (
        f" {nearest.uncharted} more site{'' if nearest.uncharted == 1 else 's'} with {label} may be nearer: coordinates "
        "not known."
        if nearest.uncharted and nearest.km
        else ""
    )
    words = f"The next other {label} is {nearest.km:,} km away{where}.{caution}"
    if nearest.is_on_site:
        words = f"There is {label} on the site already."
    return percent_between(Fraction(nearest.km), edges), words


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]


def _half_up(value: Fraction) -> int:
    """Round a value of nought or more, halves up."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)
