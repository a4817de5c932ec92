"""Whether two spellings differ by no more than a slip of the keyboard or of a scanner's reading."""

import re

from assets.domain.columns import normalised

_SHORTEST = 6
"""Shorter names are told apart by every letter."""
_LONG = 12
"""Names from this length on may hold two slips."""
_SHORT_WORD = 3
_FIGURES = re.compile(r"\d+")


def are_close(recorded: str, written: str) -> bool:
    """Say whether a written spelling is a slip of a recorded one: a letter wrong, missing, too many, or two changed over;
    in names of 12 letters or more two such slips.

    Figures must agree: "CT660" and "CT680" are two machines, "MR450" and "MR750" two others.
    """
    shorter = min(len(recorded), len(written))
    if shorter < _SHORTEST or recorded == written:
        return False
    allowed = 2 if shorter >= _LONG else 1
    if abs(len(recorded) - len(written)) > allowed:
        return False
    if _FIGURES.findall(recorded) != _FIGURES.findall(written):
        return False
    return slips(recorded, written, allowed) <= allowed


def differ_in_a_short_word(recorded: str, written: str) -> bool:
    """Say whether two names of as many words differ in a word of at most three letters: "Discovery CT" is no slip of
    "Discovery ST", for so short a word is a name of its own."""
    pairs = list(zip(normalised(recorded).split(), normalised(written).split(), strict=False))
    if len(normalised(recorded).split()) != len(normalised(written).split()):
        return False
    return any(one != other and max(len(one), len(other)) <= _SHORT_WORD for one, other in pairs)


def slips(one: str, other: str, most: int) -> int:
    """Return how many slips lie between two texts; `most` + 1 where there are more than `most`."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        now = [row]
        for column, against in enumerate(other, start=1):
            cost = min(last[column] + 1, now[-1] + 1, last[column - 1] + (letter != against))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == against:
                cost = min(cost, before[column - 2] + 1)
            now.append(cost)
        if min(now) > most and min(last) > most:
            return most + 1
        before, last = last, now
    return min(last[-1], most + 1)
