"""Model families: machines that the same staff can run after one training, read off the catalogue."""

from collections.abc import Mapping


def family_of(maker: str, model: str) -> str | None:
    """Return a model's family: its maker and the first word of its name, as "Siemens Healthineers SOMATOM".

    Makers give the machines of one operating concept one first word (SOMATOM, Revolution, Aquilion, Ingenia). None where
    either name is empty: what is not known belongs to no family, and to none with others.
    """
    words = model.split()
    return f"{maker} {words[0]}" if maker.strip() and words else None


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
