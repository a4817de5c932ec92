"""Passphrases that can be read out over the telephone and typed without looking."""

from collections.abc import Callable, Sequence

_CONSONANTS = "bdfghjklmnprstvz"
_VOWELS = "aeiou"
_WORDS = 4
_SYLLABLES = 3


def passphrase(choose: Callable[[Sequence[str]], str]) -> str:
    """Return four made-up words of three syllables, as "tarime-bolusa-kedoni-vuzapa": about 75 bits where chance chooses.

    `choose` picks one of a sequence: `secrets.choice` for a real one.
    """
    return "-".join(
        "".join(choose(_CONSONANTS) + choose(_VOWELS) for _ in range(_SYLLABLES)) for _ in range(_WORDS)
    )
