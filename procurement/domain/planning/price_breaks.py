"""Price breaks that tenders are held to while the years are chosen.

With every price known in advance HiGHS finds a good plan in a second or two; it is the choice between price breaks that takes
it minutes. So first everything is bought at the single price; then each tender is committed to the break that the plan just
found reaches, which frees money, and so on until nothing changes. It says nothing about the best possible.
"""

from collections import Counter

from procurement.domain.planning.limits import network_ids
from procurement.domain.planning.model import PlanningModel
from procurement.domain.planning.problem import PlanningProblem
from procurement.domain.planning.result import Schedule
from procurement.domain.planning.settle import TenderKey, tender_network, tender_order

Bounds = dict[int, tuple[float, float]]


class Commitments:
    """The price break each tender (specification, network, year) is held to, as bounds on the model's tier columns."""

    def __init__(self, problem: PlanningProblem, model: PlanningModel) -> None:
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

    def single_price(self) -> Bounds:
        """Everything at the price of one, whatever the quantity: dear, but always allowed."""
        return self._bounds(dict.fromkeys(self._tenders, 0))

    def reached_by(self, schedule: Schedule) -> Bounds:
        """Each tender at the break that the schedule reaches, or above its smallest quantity."""
        return self._bounds(self._reached(schedule))

    def _reached(self, schedule: Schedule) -> dict[TenderKey, int]:
        units = Counter(
            (*self._buyer_of[asset_id], choice.bought_in)
            for asset_id, choice in schedule.items()
            if choice.bought_in is not None
        )
        return {t: self._tier(t, units[t]) for t in self._tenders}

    def _tier(self, tender: TenderKey, units: int) -> int:
        spec = self._specs[tender[0]]
        return spec.tier_index(units + spec.units_elsewhere(tender[2])) if units else 0

    def _bounds(self, committed: dict[TenderKey, int]) -> Bounds:
        bounds: Bounds = {}
        for (code, network, year, tier), column in self._model.tier.items():
            if tier != committed[code, network, year]:
                bounds[column] = (0.0, 0.0)
            elif tier:
                bounds[column] = (1.0, 1.0)
        return bounds
