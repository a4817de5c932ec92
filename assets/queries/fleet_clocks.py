"""How many machines of a fleet each clock has run out for, as at any date."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from assets.domain.clocks import Clock, clocks
from assets.domain.guidance import State
from assets.domain.lifetime import rules_on
from assets.domain.vocabulary import Modality
from assets.models import Asset
from assets.queries.asset_priority import LIFE_FIELDS, life_of
from assets.queries.assets import in_fleet_on
from networks.domain.access import Actor


@dataclass(frozen=True, slots=True)
class ClockCount:
    """One clock and how many machines stand how against it. `is_doubtful`: some of its numbers are from memory."""

    name: str
    states: Counter[State] = field(default_factory=Counter)
    is_doubtful: bool = False

    @property
    def over(self) -> int:
        return self.states[State.OVER]

    @property
    def due(self) -> int:
        return self.states[State.DUE]

    @property
    def within(self) -> int:
        return self.states[State.WITHIN]

    @property
    def not_known(self) -> int:
        return self.states[State.UNKNOWN]


@dataclass(frozen=True, slots=True)
class FleetClocks:
    """The clocks of a fleet as at a date, with the version of the rules."""

    on: date
    version: str
    every: tuple[ClockCount, ...]


def fleet_clocks(actor: Actor, *, on: date, modality: Modality | None = None) -> FleetClocks:
    """Return how many of the machines an actor may see have run out by each clock on a date. One query."""
    assets = Asset.objects.visible_to(actor).filter(in_fleet_on(on))
    if modality is not None:
        assets = assets.filter(modality=modality.value)
    rules = rules_on(on)
    rows = assets.order_by().values_list(*LIFE_FIELDS)
    every = (clock for row in rows for clock in clocks(life_of(row), on=on, rules=rules).every)
    return FleetClocks(on, rules.words_on(on), _counted(every))


def _counted(every: Iterable[Clock]) -> tuple[ClockCount, ...]:
    """Machines of all modalities have the same clocks in the same order, so the first names them."""
    states: dict[str, Counter[State]] = {}
    doubtful: set[str] = set()
    for clock in every:
        states.setdefault(clock.name, Counter())[clock.state] += 1
        if clock.from_memory:
            doubtful.add(clock.name)
    return tuple(ClockCount(name, counted, name in doubtful) for name, counted in states.items())
