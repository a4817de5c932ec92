"""Large-neighbourhood search: which part of a plan may change in the next round, while all the rest is held.

A plan of hundreds of machines is too much for HiGHS at once, but a few hundred choices around a good plan are a matter of a
second. So a window of years, some specifications, some trusts in some years, some machines, or every machine at the price
breaks that the plan reaches, are let free in turn; what is found is the plan that the next round starts from. Rounds that are
solved to their optimum make the next ones larger, rounds that are broken off make them smaller.

Everything is drawn from one seed and measured in choices and nodes, never in seconds: the same plan and seed give the same
rounds on any day.
"""

from collections import defaultdict
from collections.abc import Callable
from random import Random

from procurement.domain.planning.choice import Choice
from procurement.domain.planning.model import PlanningModel
from procurement.domain.planning.price_breaks import Bounds, Commitments
from procurement.domain.planning.problem import PlanningProblem
from procurement.domain.planning.result import Schedule

_FEWEST, _FIRST, _MOST = 80, 320, 1500
"""How many choices of asset and year are free in a round: at least, in the first one, at most."""
_GROWN, _SHRUNK = 1.2, 0.8
_LEAST_YEARS = 2
Column = tuple[int, Choice]


class Neighbourhoods:
    """Rounds of a search around a plan, drawn from ``seed``. ``size`` is how many choices a round lets free."""

    def __init__(self, problem: PlanningProblem, model: PlanningModel, seed: int) -> None:
        self._problem, self._model = problem, model
        self._commitments = Commitments(problem, model)
        self._random = Random(seed)  # noqa: S311 - a search, not a secret
        self._of_asset: dict[int, list[Column]] = defaultdict(list)
        for column in model.take:
            self._of_asset[column[0]].append(column)
        self._assets = [asset for asset in problem.assets if asset.asset_id in self._of_asset]
        self._makers: list[Callable[[Schedule], Bounds]] = [
            self._years,
            self._specifications,
            self._trusts,
            self._years,
            self._machines,
            self._prices,
        ]
        if problem.pins:
            self._makers.insert(0, self._pinned)
        self._turn = 0
        self.size = float(_FIRST)

    def next(self, schedule: Schedule) -> Bounds:
        """Return bounds on the model's columns that hold all but one neighbourhood of ``schedule``."""
        maker = self._makers[self._turn % len(self._makers)]
        self._turn += 1
        return maker(schedule)

    def learn(self, *, solved: bool) -> None:
        """Take note of whether a round was solved to its optimum."""
        self.size = min(_MOST, self.size * _GROWN) if solved else max(_FEWEST, self.size * _SHRUNK)

    def _years(self, schedule: Schedule) -> Bounds:
        """A window of years, every machine."""
        start = self._random.choice(self._problem.years)
        by_year: dict[int, list[Column]] = defaultdict(list)
        for column in self._model.take:
            for year in column[1].years:
                by_year[year].append(column)
        window: set[int] = set()
        free: set[Column] = set()
        for year in sorted(self._problem.years, key=lambda year: (abs(year - start), year)):
            if len(window) >= _LEAST_YEARS and len(free) + len(by_year[year]) > self.size:
                break
            window.add(year)
            free.update(by_year[year])
        return self._hold(schedule, {column for column in free if window.issuperset(column[1].years)})

    def _specifications(self, schedule: Schedule) -> Bounds:
        """Every machine of some specifications, chosen one after another."""
        groups: dict[str, list[int]] = defaultdict(list)
        for asset in self._assets:
            groups[asset.specification].append(asset.asset_id)
        return self._hold(schedule, self._drawn(list(groups.values())))

    def _trusts(self, schedule: Schedule) -> Bounds:
        """Every machine of some trusts."""
        groups: dict[int, list[int]] = defaultdict(list)
        for asset in self._assets:
            groups[asset.trust_id].append(asset.asset_id)
        return self._hold(schedule, self._drawn(list(groups.values())))

    def _pinned(self, schedule: Schedule) -> Bounds:
        """Machines of the trusts in which something is pinned: what a pin costs, its own trust can often make good."""
        pinned = {pin.asset_id for pin in self._problem.pins}
        trusts = {asset.trust_id for asset in self._problem.assets if asset.asset_id in pinned}
        groups: dict[int, list[int]] = defaultdict(list)
        for asset in self._assets:
            if asset.trust_id in trusts:
                groups[asset.trust_id].append(asset.asset_id)
        return self._hold(schedule, self._drawn(list(groups.values())))

    def _machines(self, schedule: Schedule) -> Bounds:
        """Single machines, wherever they are."""
        return self._hold(schedule, self._drawn([[asset.asset_id] for asset in self._assets]))

    def _prices(self, schedule: Schedule) -> Bounds:
        """Every machine, at the price breaks that the plan reaches."""
        return self._commitments.reached_by(schedule)

    def _drawn(self, groups: list[list[int]]) -> set[Column]:
        """Groups of machines in random order until the size is reached; of the last one as many machines as fit."""
        self._random.shuffle(groups)
        free: set[Column] = set()
        for group in groups:
            for asset_id in self._random.sample(group, len(group)):
                if free and len(free) + len(self._of_asset[asset_id]) > self.size:
                    return free
                free.update(self._of_asset[asset_id])
        return free

    def _hold(self, schedule: Schedule, free: set[Column]) -> Bounds:
        """Every choice outside ``free`` as it is in the plan."""
        return {
            position: (1.0, 1.0) if schedule[column[0]] == column[1] else (0.0, 0.0)
            for column, position in self._model.take.items()
            if column not in free
        }
