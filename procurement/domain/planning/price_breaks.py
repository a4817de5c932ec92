"""Small searches that find good plans fast: commit the price breaks, choose the years freely, then loosen some.

With every price known in advance HiGHS finds a good plan in a second or two; it is the choice between price
breaks that takes it minutes. So first everything is bought at the single price; then each tender is committed to
the break that the plan just found reaches, which frees money, and so on until nothing changes; then, again and
again, a random third of the tenders may choose their break anew. It says nothing about the best possible: for
that the whole model is solved afterwards, from the plan found here.
"""

from collections import Counter
from random import Random

from procurement.domain.planning.limits import network_ids
from procurement.domain.planning.model import PlanningModel
from procurement.domain.planning.problem import PlanningProblem
from procurement.domain.planning.result import Schedule
from procurement.domain.planning.settle import TenderKey, tender_network, tender_order

_LOOSENED_SHARE = 0.3
Bounds = dict[int, tuple[float, float]]


class Commitments:
    """The price break each tender (specification, network, year) is held to, as bounds on the model's tier columns."""

    def __init__(self, problem: PlanningProblem, model: PlanningModel, seed: int) -> None:
        self._model = model
        self._specs = {spec.code: spec for spec in problem.specifications}
        networks = network_ids(problem)
        self._buyer_of = {
            asset.asset_id: (
                asset.specification,
                tender_network(self._specs[asset.specification], networks[asset.trust_id]),
            )
            for asset in problem.assets
        }
        self._tenders = sorted({key[:3] for key in model.tier}, key=tender_order)
        self._choosing = [t for t in self._tenders if (*t, 1) in model.tier]
        self._random = Random(seed)  # noqa: S311 - a search, not a secret

    def single_price(self) -> Bounds:
        """Everything at the price of one, whatever the quantity: dear, but always allowed."""
        return self._bounds(dict.fromkeys(self._tenders, 0), frozenset())

    def reached_by(self, schedule: Schedule) -> Bounds:
        """Each tender at the break that the schedule reaches, or above its smallest quantity."""
        return self._bounds(self._reached(schedule), frozenset())

    def loosened(self, schedule: Schedule) -> Bounds:
        """As ``reached_by``, but a random share of the tenders choose their break freely."""
        count = max(1, round(len(self._choosing) * _LOOSENED_SHARE))
        return self._bounds(self._reached(schedule), frozenset(self._random.sample(self._choosing, count)))

    @property
    def may_choose(self) -> bool:
        """Whether any tender has more than one price break to choose from."""
        return bool(self._choosing)

    def _reached(self, schedule: Schedule) -> dict[TenderKey, int]:
        units = Counter(
            (*self._buyer_of[asset_id], choice.bought_in)
            for asset_id, choice in schedule.items()
            if choice.bought_in is not None
        )
        return {t: self._specs[t[0]].tier_index(units[t]) if units[t] else 0 for t in self._tenders}

    def _bounds(self, committed: dict[TenderKey, int], free: frozenset[TenderKey]) -> Bounds:
        bounds: Bounds = {}
        for (code, network, year, tier), column in self._model.tier.items():
            if (code, network, year) in free:
                continue
            if tier != committed[code, network, year]:
                bounds[column] = (0.0, 0.0)
            elif tier:
                bounds[column] = (1.0, 1.0)
        return bounds
