"""A flow of money that is kept while bills change: pay, take back, find out what stands in the way, undo.

Nodes are envelopes' years (with money ``left``) and bills (with a ``need``). Arcs come in pairs: an even number and, after
it, its way back, whose room is what flows.
"""

from collections import deque
from collections.abc import Collection, Mapping

NO_LIMIT = 1 << 60


class Residual:
    """Nodes, arcs and what flows. Subclasses say which bills may fall short (``is_excused``) and in which order to pay.

    ``short`` holds the bills that are not paid in full; ``may_take`` is False where no bill may fall short.
    """

    may_take = True

    def __init__(self) -> None:
        self._out: list[list[int]] = []
        self._head: list[int] = []
        self._room: list[int] = []
        self._left: list[int] = []
        self._drawn: list[int] = []
        self._need: list[int] = []
        self._paid: list[int] = []
        self._is_bill: list[bool] = []
        self._log: list[tuple[list[int], int, int]] = []
        self.short: set[int] = set()

    def is_excused(self, node: int) -> bool:
        """Whether a bill may fall short, and be made to for the sake of one that may not."""
        raise NotImplementedError

    def unpaid(self, nodes: Collection[int]) -> int:
        """Return what these bills lack, in pence."""
        return sum(self._need[node] - self._paid[node] for node in nodes)

    def mark(self) -> int:
        """Where things stand now, for ``back``."""
        return len(self._log)

    def back(self, mark: int) -> None:
        """Take back every change since ``mark``."""
        while len(self._log) > mark:
            column, index, value = self._log.pop()
            column[index] = value
            if column is self._need or column is self._paid:
                self._note(index)

    def more(self, node: int, pence: int) -> None:
        """Add so much (less where negative) to a bill; what was paid beyond it goes back to where it came from."""
        self._set(self._need, node, self._need[node] + pence)
        if self._paid[node] > self._need[node]:
            self._give_back(node, self._paid[node] - self._need[node])

    def pay(self, order: Collection[int]) -> None:
        """Pay what is short, in this order: first with what is there, then, for those that nobody excuses, with money of those
        that are."""
        for node in order:
            while node in self.short and self._pay(node, may_take=False):
                pass
        if not self.may_take:
            return
        for node in order:
            while node in self.short and not self.is_excused(node) and self._pay(node, may_take=True):
                pass

    def reaching(self, nodes: Collection[int]) -> set[int]:
        """Return everything from which money could flow to one of these bills, if there were more."""
        found, queue = set(nodes), deque(nodes)
        while queue:
            for back in self._out[queue.popleft()]:
                if self._room[back ^ 1] > 0 and self._head[back] not in found:
                    found.add(self._head[back])
                    queue.append(self._head[back])
        return found

    def add_money(self, node: int, pence: int) -> None:
        """Put more money into an envelope's year."""
        self._set(self._left, node, self._left[node] + pence)

    def widen(self, arc: int, pence: int) -> None:
        """Let more through an arc."""
        self._set(self._room, arc, self._room[arc] + pence)

    def new_node(self, *, left: int = 0, is_bill: bool = False) -> int:
        """Add an envelope's year with its money, or a bill without need."""
        self._out.append([])
        self._is_bill.append(is_bill)
        for column, value in ((self._left, left), (self._drawn, 0), (self._need, 0), (self._paid, 0)):
            column.append(value)
        return len(self._out) - 1

    def new_arc(self, tail: int, head: int, room: int) -> int:
        """Add an arc, and return its number."""
        arc = len(self._head)
        self._head += [head, tail]
        self._room += [room, 0]
        self._out[tail].append(arc)
        self._out[head].append(arc + 1)
        return arc

    def forget(self) -> None:
        """Make what there is the beginning: nothing before it can be taken back."""
        self._log.clear()

    def _pay(self, node: int, *, may_take: bool) -> bool:
        """Find one way for money to reach a bill; ``may_take``: also from a bill that may fall short."""
        came: dict[int, int] = {node: -1}
        queue = deque([node])
        while queue:
            here = queue.popleft()
            for back in self._out[here]:
                there = self._head[back]
                if there in came or self._room[back ^ 1] <= 0:
                    continue
                came[there] = back ^ 1
                if self._left[there] > 0 or (may_take and self._paid[there] > 0 and self.is_excused(there)):
                    self._send(node, there, came)
                    return True
                queue.append(there)
        return False

    def _send(self, node: int, start: int, came: Mapping[int, int]) -> None:
        """Send as much as fits along the way found, from ``start`` to the bill ``node``."""
        way, here = [], start
        while here != node:
            way.append(came[here])
            here = self._head[came[here]]
        takes = self._is_bill[start]
        amount = min(
            self._need[node] - self._paid[node],
            self._paid[start] if takes else self._left[start],
            *(self._room[arc] for arc in way),
        )
        for arc in way:
            self._push(arc, amount)
        if takes:
            self._set(self._paid, start, self._paid[start] - amount)
        else:
            self._set(self._left, start, self._left[start] - amount)
            self._set(self._drawn, start, self._drawn[start] + amount)
        self._set(self._paid, node, self._paid[node] + amount)

    def _give_back(self, node: int, amount: int) -> None:
        """Return money from a bill, or from an envelope's year, to where it came from."""
        if self._is_bill[node]:
            self._set(self._paid, node, self._paid[node] - amount)
        else:
            drawn = min(amount, self._drawn[node])
            self._set(self._drawn, node, self._drawn[node] - drawn)
            self._set(self._left, node, self._left[node] + drawn)
            amount -= drawn
        for back in self._out[node]:
            if not amount:
                return
            came = self._room[back] if back & 1 else 0  # a returning arc's room is what flows in by it
            if came:
                part = min(came, amount)
                self._push(back, part)
                self._give_back(self._head[back], part)
                amount -= part

    def _note(self, node: int) -> None:
        if self._need[node] > self._paid[node]:
            self.short.add(node)
        else:
            self.short.discard(node)

    def _set(self, column: list[int], index: int, value: int) -> None:
        self._log.append((column, index, column[index]))
        column[index] = value
        if column is self._need or column is self._paid:
            self._note(index)

    def _push(self, arc: int, amount: int) -> None:
        self._set(self._room, arc, self._room[arc] - amount)
        self._set(self._room, arc ^ 1, self._room[arc ^ 1] + amount)
