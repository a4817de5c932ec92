"""Small checks that refuse nonsense in words."""

from collections.abc import Hashable, Iterable


def whole(value: object, what: str, *, least: int = 0) -> None:
    """Raise ValueError unless ``value`` is a whole number of at least ``least``."""
    if type(value) is not int or value < least:
        raise ValueError(f"{what} must be a whole number of at least {least}, not {value!r}.")


def whole_or_none(value: object, what: str, *, least: int = 0) -> None:
    """As ``whole``, but None (no limit, not known, not offered) is allowed."""
    if value is not None:
        whole(value, what, least=least)


def share(value: int, what: str) -> None:
    """Raise ValueError unless ``value`` is 0 to 10,000 basis points."""
    whole(value, f"{what} in basis points")
    if value > 10_000:
        raise ValueError(f"{what} cannot be more than 100%.")


def once(keys: Iterable[Hashable], what: str) -> None:
    """Raise ValueError where a key is given twice."""
    seen: set[Hashable] = set()
    for key in keys:
        if key in seen:
            raise ValueError(f"{what} {key!r} is given twice.")
        seen.add(key)
