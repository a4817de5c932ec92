"""Model families: machines that the same staff can run after one training, read off the catalogue."""

from collections.abc import Collection, Mapping


def family_of(maker: str, model: str) -> str | None:
    """Return a model's family: its maker and the first word of its name, as "Siemens Healthineers SOMATOM".

    The first word is mostly the maker's product line (SOMATOM, Revolution, Aquilion, Ingenia). That its machines are alike
    enough for staff to rotate is a proposal: no public list says so. None where either name is empty: what is not known
    belongs to no family, and to none with others. Names that differ in case alone are one family: see `same_spelling`.
    """
    words = model.split()
    return f"{maker} {words[0]}" if maker.strip() and words else None


def same_spelling(families: Collection[str]) -> dict[str, str]:
    """Return each family's name to the one that stands for all that differ from it in case alone ("Signa", "SIGNA")."""
    by_word: dict[str, str] = {}
    for name in sorted(set(families)):
        by_word.setdefault(name.casefold(), name)
    return {name: by_word[name.casefold()] for name in families}


def current_maker(maker_id: int, successors: Mapping[int, int | None]) -> int:
    """Return who supports a maker's machines today: its last successor, or itself.

    Raises ValueError where the successions run in a circle.
    """
    seen = {maker_id}
    while (following := successors.get(maker_id)) is not None:
        if following in seen:
            raise ValueError(f"Maker {maker_id} is recorded as its own successor.")
        seen.add(following)
        maker_id = following
    return maker_id
