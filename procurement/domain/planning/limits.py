"""Limits that count machines: installations of a trust and year, and scanners of a modality out of use at once.

Each is counted under a key ``(level, id, modality, year)``: level "installed" with a trust's id and no modality; "site",
"trust" and "network" with theirs. Only pins may go beyond a limit, and only as far as the pins themselves go.
"""

from collections import Counter, defaultdict

from procurement.domain.planning.choice import Choice, Schedule
from procurement.domain.planning.problem import PlanAsset, PlanningProblem
from procurement.domain.planning.result import Breach, BreachKind

LimitKey = tuple[str, int, str, int]
INSTALLED, SITE, TRUST, NETWORK = "installed", "site", "trust", "network"


class LimitBook:
    """The counted limits of one problem: which of them a choice uses, how much each allows, what pins use of it."""

    def __init__(self, problem: PlanningProblem) -> None:
        self._most = {
            INSTALLED: problem.max_installations_per_trust_year,
            SITE: problem.most_out_per_site,
            TRUST: problem.most_out_per_trust,
            NETWORK: problem.most_out_per_network,
        }
        self._network_of = {trust.trust_id: trust.network_id for trust in problem.trusts}
        self._assets = {asset.asset_id: asset for asset in problem.assets}
        self.pinned: Counter[LimitKey] = Counter()
        for pin in problem.pins:
            self.pinned.update(self.keys(self._assets[pin.asset_id], pin.choice))
        self._owners: dict[tuple[int, str], list[int]] = defaultdict(list)
        for asset in problem.assets:
            self._owners[asset.site_id, asset.modality].append(asset.trust_id)

    def keys(self, asset: PlanAsset, choice: Choice) -> list[LimitKey]:
        """Return the keys of the limits that a choice uses, one unit of each."""
        found: list[LimitKey] = []
        if self._most[INSTALLED] is not None and choice.bought_in is not None:
            found.append((INSTALLED, asset.trust_id, "", choice.bought_in))
        places = (
            (SITE, asset.site_id),
            (TRUST, asset.trust_id),
            (NETWORK, self._network_of[asset.trust_id]),
        )
        for level, place in places:
            if self._most[level] is not None:
                found += [(level, place, asset.modality, year) for year in choice.out_in]
        return found

    def most(self, key: LimitKey) -> int:
        """Return how many the limit of a key allows."""
        most = self._most[key[0]]
        assert most is not None, "only keys of limits that there are come here"  # noqa: S101
        return most

    def allowed(self, key: LimitKey) -> int:
        """Return how many a plan may have under a key: the limit, or what is pinned beyond it."""
        return max(self.most(key), self.pinned[key])

    def used(self, schedule: Schedule) -> Counter[LimitKey]:
        """Count a whole schedule."""
        count: Counter[LimitKey] = Counter()
        for asset_id, choice in schedule.items():
            count.update(self.keys(self._assets[asset_id], choice))
        return count

    def has_room(self, used: Counter[LimitKey], asset: PlanAsset, choice: Choice) -> bool:
        """Whether a choice that nobody pinned keeps within every limit beside what is used already."""
        return all(used[key] < self.most(key) for key in self.keys(asset, choice))

    def place(self, key: LimitKey) -> tuple[int | None, int | None]:
        """Return the trust id and the network id that a key belongs to; a network's has no trust."""
        level, place, modality, _ = key
        if level == NETWORK:
            return None, place
        trust = min(self._owners[place, modality]) if level == SITE else place
        return trust, self._network_of[trust]


def key_of(breach: Breach) -> LimitKey | None:
    """Return the key of the counted limit that a breach names, None where it names something else."""
    if breach.year is None or breach.asset_id is not None:
        return None
    if breach.kind is BreachKind.INSTALLATIONS and breach.trust_id is not None:
        return (INSTALLED, breach.trust_id, "", breach.year)
    if breach.kind is BreachKind.CONTINUITY and breach.modality is not None:
        if breach.site_id is not None:
            return (SITE, breach.site_id, breach.modality, breach.year)
        if breach.trust_id is not None:
            return (TRUST, breach.trust_id, breach.modality, breach.year)
        if breach.network_id is not None:
            return (NETWORK, breach.network_id, breach.modality, breach.year)
    return None


def network_ids(problem: PlanningProblem) -> dict[int, int]:
    """Return the network of each trust."""
    return {trust.trust_id: trust.network_id for trust in problem.trusts}


def pinned_trust_years(problem: PlanningProblem) -> frozenset[tuple[int, int]]:
    """Return the (trust id, year) pairs in which a pin asks for money: only these may fall short of it."""
    trust_of = {asset.asset_id: asset.trust_id for asset in problem.assets}
    return frozenset((trust_of[pin.asset_id], year) for pin in problem.pins for year in pin.choice.years)
