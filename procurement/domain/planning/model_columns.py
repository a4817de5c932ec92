"""The model's columns and rows under construction, and what every part of the model is built from."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from procurement.domain.planning.choice import KEPT, Choice
from procurement.domain.planning.exposure import Outlook
from procurement.domain.planning.limits import LimitBook
from procurement.domain.planning.problem import PlanAsset, PlanningProblem, Specification

TOLERANCE = 1e-9
"""HiGHS's own, a millionth, lets a scanner be bought to 99.9999%, behind which pounds can hide."""
COARSE_PENCE, FINE_PENCE = 100_000, 1_000
"""The model's unit of money. HiGHS finds far the best cuts in thousands of pounds; tens are kept for the rare model
that it cannot solve accurately enough."""
POINTS_PER_UNIT = 100
INFINITY = float("inf")
Terms = list[tuple[int, float]]
Name = tuple[Hashable, ...]
Owner = tuple[int | None, int | None]
"""Trust id (None: several) and network id (None: several)."""
Spend = defaultdict[tuple[int, str, int], Terms]
"""By trust, modality and year: what is spent, as terms."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows in compressed form: row i has the columns ``index[start[i]:start[i + 1]]``, with ``value`` beside them."""

    start: NDArray[np.int32]
    index: NDArray[np.int32]
    value: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]

    @classmethod
    def of(cls, rows: Sequence[tuple[float, float, Terms]]) -> "Matrix":
        """Compress rows; a column named twice in one gets the sum."""
        start, index, value = [0], list[int](), list[float]()
        for _, _, terms in rows:
            merged: dict[int, float] = {}
            for column, coefficient in terms:
                merged[column] = merged.get(column, 0.0) + coefficient
            index += merged.keys()
            value += merged.values()
            start.append(len(index))
        return cls(
            np.array(start, np.int32),
            np.array(index, np.int32),
            np.array(value, float),
            np.array([row[0] for row in rows], float),
            np.array([row[1] for row in rows], float),
        )

    def with_rows(self, rows: Sequence[tuple[float, float, Terms]]) -> "Matrix":
        """Return it with more rows below."""
        if not rows:
            return self
        more = Matrix.of(rows)
        return Matrix(
            np.concatenate([self.start, more.start[1:] + self.start[-1]]).astype(np.int32),
            np.concatenate([self.index, more.index]),
            np.concatenate([self.value, more.value]),
            np.concatenate([self.lower, more.lower]),
            np.concatenate([self.upper, more.upper]),
        )


@dataclass(slots=True)
class PlanningModel:
    """Columns and rows under construction, and where to find them. Costs are column to coefficient.

    ``sums`` is the row of each ring-fence and pool's year: what is used of it, at most the sum. ``follows`` says of the few columns that depend on others alone how to work them out from a whole set of values.
    """

    take: dict[tuple[int, Choice], int] = field(default_factory=dict)
    tier: dict[tuple[str, int | None, int, int], int] = field(default_factory=dict)
    named: dict[Name, int] = field(default_factory=dict)
    owner: list[Owner] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    rows: list[tuple[float, float, Terms]] = field(default_factory=list)
    sums: dict[Hashable, int] = field(default_factory=dict)
    follows: dict[int, Callable[[Sequence[float]], float]] = field(default_factory=dict)
    breach: dict[int, float] = field(default_factory=dict)
    exposure: dict[int, float] = field(default_factory=dict)
    cost: dict[int, float] = field(default_factory=dict)
    churn: dict[int, float] = field(default_factory=dict)
    breach_fixed: float = 0.0
    exposure_if_kept: float = 0.0
    churn_fixed: float = 0.0
    pence_per_unit: int = COARSE_PENCE
    _matrix: Matrix | None = None

    def column(
        self,
        upper: float,
        name: Name,
        owner: Owner = (None, None),
        *,
        whole: bool = False,
        lower: float = 0.0,
    ) -> int:
        """Add a variable and return its position; ``name`` says what it stands for, in the terms of a settlement."""
        self.named[name] = len(self.upper)
        self.owner.append(owner)
        self.lower.append(lower)
        self.upper.append(upper)
        self.whole.append(whole)
        return len(self.upper) - 1

    def at_most(self, terms: Terms, limit: float = 0.0) -> None:
        """Add the row: sum of terms is at most ``limit``."""
        self.rows.append((-INFINITY, limit, terms))

    def equal(self, terms: Terms, value: float = 0.0) -> None:
        """Add the row: sum of terms is ``value``."""
        self.rows.append((value, value, terms))

    def matrix(self) -> Matrix:
        """Return the rows in compressed form, worked out once, when the model is complete."""
        if self._matrix is None or len(self._matrix.lower) != len(self.rows):
            self._matrix = Matrix.of(self.rows)
        return self._matrix

    def objective(self, stage: str) -> tuple[dict[int, float], float, int]:
        """Return a stage's costs by column, what is added to them, and the points or pence in one unit of it."""
        found: dict[str, tuple[dict[int, float], float, int]] = {
            "breach": (self.breach, self.breach_fixed, self.pence_per_unit),
            "exposure": (self.exposure, self.exposure_if_kept, POINTS_PER_UNIT),
            "cost": (self.cost, 0.0, self.pence_per_unit),
            "churn": (self.churn, self.churn_fixed, 1),
        }
        return found[stage]

    def schedule(self, problem: PlanningProblem, values: Sequence[float]) -> dict[int, Choice]:
        """Read a schedule out of column values."""
        chosen = {asset.asset_id: KEPT for asset in problem.assets}
        for (asset_id, choice), column in self.take.items():
            if values[column] > 0.5:
                chosen[asset_id] = choice
        return chosen


@dataclass(frozen=True, slots=True)
class Making:
    """What every part of the model is built from; ``networks`` is by trust id, ``assets`` by ascending id."""

    model: PlanningModel
    problem: PlanningProblem
    ahead: Outlook
    assets: tuple[PlanAsset, ...]
    specs: dict[str, Specification]
    networks: dict[int, int]
    book: LimitBook
    factor: dict[int, float]
    spend: Spend

    def owner(self, trust_id: int) -> Owner:
        """A trust's column belongs to it and to its network."""
        return trust_id, self.networks[trust_id]

    def units(self, pence: int) -> float:
        """Pence in the model's unit of money."""
        return pence / self.model.pence_per_unit

    def taken(self, asset: PlanAsset) -> list[tuple[Choice, int]]:
        """The columns of an asset by choice; keeping has none."""
        chosen = self.ahead.choices[asset.asset_id]
        return [(one, self.model.take[asset.asset_id, one]) for one in chosen if one != KEPT]
