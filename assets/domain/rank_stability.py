"""How stable the ranks are: every weight in turn is moved up and down by a fifth, and the machines are ranked anew.

The weights are then brought back to a sum of 100. As a score is a mean, that changes no score, so it is not done here.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from assets.domain.priority import Priority, fine_score, ranked
from assets.domain.priority_rules import Criterion

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class RankRange:
    """A machine's rank (from 1) under the weights as they are, and the best and worst it gets when one is moved."""

    rank: int
    best: int
    worst: int

    @property
    def words(self) -> str:
        """ "4, and 3 to 6 when a weight is moved", or "4 whichever weight is moved"."""
        if self.best == self.worst:
            return f"{self.rank} whichever weight is moved"
        return f"{self.rank}, and {self.best} to {self.worst} when a weight is moved"


@dataclass(frozen=True, slots=True)
class Stability(Generic[Key]):
    """The ranges of all machines in the order of their ranks, and how much of the top of the list stays.

    `stay`: of the first `top`, how many are among the first `top` under every move. `moves`: how many were tried.
    """

    ranges: Mapping[Key, RankRange]
    top: int
    stay: int
    least: tuple[Criterion, ...]
    """The criteria whose moving puts out the most of the top; none where all stay."""
    move_by_percent: int

    @property
    def words(self) -> str:
        """ "9 of the first 10 stay among them whichever weight is moved by 20%"."""
        if not self.top:
            return "There is nothing to rank."
        which = ""
        if self.least:
            named = " or ".join(criterion.label.lower() for criterion in self.least)
            which = f" The weight that matters most is that of {named}."
        return (
            f"{self.stay} of the first {self.top} stay among them whichever weight is moved by "
            f"{self.move_by_percent}%.{which}"
        )


def rank_stability(priorities: Mapping[Key, Priority], *, move_by_percent: int, top: int) -> Stability[Key]:
    """Rank machines under their weights and with every weight moved up and down by some per cent.

    All priorities must be of one set of weights. Equals stand in the order of the mapping, every time.
    """
    keys = list(priorities)
    order = ranked(priorities)
    base = {key: number for number, key in enumerate(order, start=1)}
    best, worst = dict(base), dict(base)
    top = min(top, len(keys))
    first = set(order[:top])
    stay, put_out = set(first), dict.fromkeys(Criterion, 0)
    parts = [_parts(priority) for priority in priorities.values()]
    behind = [not priority.is_gated for priority in priorities.values()]
    for index, criterion in enumerate(Criterion):
        for move in (-move_by_percent, move_by_percent):
            fine = [
                fine_score(
                    100 * points + move * by_criterion[index][1], 100 * known + move * by_criterion[index][0]
                )
                for known, points, by_criterion in parts
            ]
            places = sorted(range(len(keys)), key=lambda n: (behind[n], -fine[n]))  # noqa: B023 - used at once
            for number, place in enumerate(places, start=1):
                key = keys[place]
                if number < best[key]:
                    best[key] = number
                elif number > worst[key]:
                    worst[key] = number
            now = {keys[place] for place in places[:top]}
            put_out[criterion] = max(put_out[criterion], len(first - now))
            stay &= now
    most = max(put_out.values(), default=0)
    least = tuple(criterion for criterion in Criterion if most and put_out[criterion] == most)
    ranges = {key: RankRange(base[key], best[key], worst[key]) for key in order}
    return Stability(ranges, top, len(stay), least, move_by_percent)


def _parts(priority: Priority) -> tuple[int, int, list[tuple[int, int]]]:
    """The sums of a score, and what each criterion has in them: (weight × known, weight × known × points)."""
    parts = [
        (0, 0)
        if mark.tenths is None
        else (weight * mark.known_percent, weight * mark.known_percent * mark.tenths)
        for mark, weight in zip(priority.marks, priority.weights.in_order, strict=True)
    ]
    return sum(known for known, _ in parts), sum(points for _, points in parts), parts
