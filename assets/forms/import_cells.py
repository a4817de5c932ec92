"""Corrections of cells as pages send them: a box for each faulty cell, a tick for all alike, a choice for each conflict."""

import re
from collections.abc import Mapping
from functools import cached_property

from assets.actions.import_corrections import LONGEST_CELL, Corrections

_NAME = re.compile(r"(cell|alike|was|decide)-(\d{1,18})-([a-z_]{1,40})", re.ASCII)


class CellsForm:
    """What was posted, whatever was posted. Names: `cell-ROW-COLUMN` is the text typed, `was-ROW-COLUMN` what the box held
    before, `alike-ROW-COLUMN` the tick to correct every cell alike, `decide-ROW-FACT` the choice of a conflict, `decide-all` that of
    all others."""

    def __init__(self, posted: Mapping[str, str]) -> None:
        self._said: dict[str, dict[tuple[int, str], str]] = {
            "cell": {},
            "alike": {},
            "was": {},
            "decide": {},
        }
        self._all_others = posted.get("decide-all", "")
        for name, value in posted.items():
            if found := _NAME.fullmatch(name):
                self._said[found[1]][int(found[2]), found[3]] = value

    @property
    def typed(self) -> Mapping[tuple[int, str], str]:
        """What was typed, by row and column: to be shown again where it cannot be taken."""
        return self._said["cell"]

    @property
    def faulty(self) -> frozenset[str]:
        """The names of the boxes that cannot be taken."""
        return frozenset(
            f"cell-{row}-{key}" for (row, key), text in self.typed.items() if len(text) > LONGEST_CELL
        )

    @property
    def errors(self) -> list[tuple[str, str]]:
        """What cannot be taken: each message with the name of the box it is about."""
        return [
            (f"A cell holds at most {LONGEST_CELL:,} letters. Shorten what you typed.", name)
            for name in sorted(self.faulty)
        ]

    @cached_property
    def corrections(self) -> Corrections:
        """What was changed, and for which rows. A box left as it was corrects nothing."""
        cells: dict[int, dict[str, str]] = {}
        alike: set[tuple[int, str]] = set()
        for (row, key), text in self.typed.items():
            old = self._said["was"].get((row, key), "")
            # Forms send the lines of a text ended as they please.
            if text.replace("\r\n", "\n").strip() == old.replace("\r\n", "\n").strip():
                continue
            cells.setdefault(row, {})[key] = text
            if self._said["alike"].get((row, key)):
                alike.add((row, key))
        decisions: dict[int, dict[str, str]] = {}
        for (row, key), decision in self._said["decide"].items():
            decisions.setdefault(row, {})[key] = decision
        return Corrections(cells, alike, decisions, self._all_others)
