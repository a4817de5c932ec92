"""Which site and trust a row means. A site of somebody else's trust is unknown here, like one that does not exist."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from assets.domain.columns import compact
from assets.domain.readings import Fault
from assets.domain.register import Place, Register, TrustName

SUGGESTIONS = 3


@dataclass(slots=True)
class Where:
    """What a row's cells say about where the machine is, and what is wrong with them, by column."""

    place: Place | None = None
    trust: TrustName | None = None
    faults: list[tuple[str, Fault]] = field(default_factory=list)


def read_where(trust_code: str, trust: str, site_code: str, site: str, register: Register) -> Where:
    """Return the site and trust that four cells name, each "" where it says nothing.

    A code decides before a name, because spreadsheets shorten names; but a name that is another one's contradicts it.
    """
    where = Where()
    for key, text in (("trust_code", trust_code), ("trust", trust)):
        if text:
            _read_trust(key, text, where, register)
    for key, text in (("site_code", site_code), ("site", site)):
        if text:
            _read_site(key, text, where, register)
    return where


def _read_trust(key: str, text: str, where: Where, register: Register) -> None:
    found = register.trusts_by_word.get(compact(text), [])
    if where.trust is not None:
        if found and where.trust.family not in {each.family for each in found}:
            where.faults.append((key, _differs(text, where.trust.name)))
    elif where.faults:
        return  # the code is wrong already; a name that is right would only hide it
    elif len({each.family for each in found}) == 1:
        where.trust = found[0]
    else:
        where.faults.append((key, _unknown_trust(len(found), register)))


def _read_site(key: str, text: str, where: Where, register: Register) -> None:
    found = register.places_by_word.get(compact(text), [])
    if where.place is not None:
        if found and where.place not in found:
            where.faults.append((key, _differs(text, where.place.name)))
        return
    if any(fault_key == "site_code" for fault_key, _ in where.faults):
        return
    within = [each for each in found if where.trust is None or _family(each, register) == where.trust.family]
    # A site that has moved to another trust is meant only where no present one has its name.
    chosen = [each for each in within if each.open_to_new] or within
    if len(chosen) == 1:
        where.place = chosen[0]
    elif within:
        message = f"{len(within)} sites have this name: {_listed(_names(within))}. Write the site's code."
        where.faults.append((key, Fault("site_unknown", message)))
    elif found and where.trust is not None:
        message = f"This site does not belong to {where.trust.name}. Correct the site or the trust."
        where.faults.append((key, Fault("trust_differs", message)))
    else:
        where.faults.append((key, unknown_site(text, where.trust, register)))


def unknown_site(text: str, trust: TrustName | None, register: Register) -> Fault:
    """Return the fault of a site that is not in the list, with the nearest names of the sites that are."""
    mine = [
        place
        for place in register.places
        if place.open_to_new and (trust is None or _family(place, register) == trust.family)
    ]
    words = {compact(word): place for place in mine for word in (place.name, place.code)}
    near = get_close_matches(compact(text), words, n=SUGGESTIONS, cutoff=0.6)
    nearest = list(dict.fromkeys(words[word] for word in near)) or (mine if len(mine) <= SUGGESTIONS else [])
    if nearest:
        hint = f"Write the name or code of one of your sites, such as {_listed(_names(nearest))}."
    else:
        hint = "Write the name or code of one of your sites, as in the list of organisations."
    return Fault("site_unknown", f"There is no such site in the list of organisations. {hint}")


def _unknown_trust(found: int, register: Register) -> Fault:
    if found:
        return Fault("trust_unknown", "Several trusts have this name. Write the trust's code.")
    if len(register.trusts) <= SUGGESTIONS:
        names = _listed(f"{trust.name} ({trust.code})" for trust in register.trusts.values())
        return Fault("trust_unknown", f"This import is for {names}. Correct the trust or take the row out.")
    return Fault("trust_unknown", "There is no such trust in the list of organisations. Write its ODS code.")


def _differs(text: str, other: str) -> Fault:
    return Fault(
        "trust_differs", f"“{text}” contradicts the code, which is that of {other}. Correct one of them."
    )


def _family(place: Place, register: Register) -> int:
    return register.family(place.trust_id)


def _names(places: Sequence[Place]) -> Iterator[str]:
    return (f"{place.name} ({place.code})" for place in places)


def _listed(names: Iterator[str]) -> str:
    every = list(names)
    return " or ".join([", ".join(every[:-1]), every[-1]]) if len(every) > 1 else every[0]
