"""A maximum flow in whole numbers by Dinic's method: shortest ways first, in the order in which arcs were given."""

from collections import deque
from typing import Any

Node = tuple[Any, ...]
START: Node = ("start",)
END: Node = ("end",)


class Flow:
    """Arcs with capacities. Pushing more never takes back what already left the start or reached the end."""

    def __init__(self) -> None:
        self._number = {START: 0, END: 1}
        self._leaving: list[list[int]] = [[], []]
        self._head: list[int] = []
        self._room: list[int] = []
        self._arc: dict[tuple[Node, Node], int] = {}
        self._capacity: list[int] = []

    def arc(self, tail: Node, head: Node, capacity: int) -> None:
        """Add an arc, once for each pair of nodes; one without capacity is none."""
        if capacity <= 0:
            return
        start, end = self._node(tail), self._node(head)
        self._arc[tail, head] = len(self._head)
        for origin, goal, room in ((start, end, capacity), (end, start, 0)):
            self._leaving[origin].append(len(self._head))
            self._head.append(goal)
            self._room.append(room)
            self._capacity.append(room)

    def used(self, tail: Node, head: Node) -> int:
        """Return what flows through an arc; 0 where there is none."""
        arc = self._arc.get((tail, head))
        return 0 if arc is None else self._capacity[arc] - self._room[arc]

    def push(self) -> None:
        """Send as much more as possible from start to end."""
        while (level := self._levels())[1] >= 0:
            tried = [0] * len(self._leaving)
            while way := self._way(level, tried):
                amount = min(self._room[arc] for arc in way)
                for arc in way:
                    self._room[arc] -= amount
                    self._room[arc ^ 1] += amount

    def _node(self, node: Node) -> int:
        number = self._number.setdefault(node, len(self._leaving))
        if number == len(self._leaving):
            self._leaving.append([])
        return number

    def _levels(self) -> list[int]:
        """How many arcs with room each node is from the start; -1 where it cannot be reached."""
        level = [-1] * len(self._leaving)
        level[0] = 0
        queue = deque([0])
        while queue:
            node = queue.popleft()
            for arc in self._leaving[node]:
                head = self._head[arc]
                if self._room[arc] > 0 and level[head] < 0:
                    level[head] = level[node] + 1
                    queue.append(head)
        return level

    def _way(self, level: list[int], tried: list[int]) -> list[int]:
        """A shortest way with room from start to end, as arcs; nodes that lead nowhere are not tried again."""
        way: list[int] = []
        node = 0
        while node != 1:
            leaving = self._leaving[node]
            while tried[node] < len(leaving):
                arc = leaving[tried[node]]
                if self._room[arc] > 0 and level[self._head[arc]] == level[node] + 1:
                    break
                tried[node] += 1
            else:
                if not way:
                    return []
                node = self._head[way.pop() ^ 1]
                tried[node] += 1
                continue
            way.append(arc)
            node = self._head[arc]
        return way
