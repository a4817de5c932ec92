"""Names of recorded actions, as people read them."""

_INITIALS = {"icb": "ICB"}


def action_words(action: str) -> str:
    """Return what was done in words: "asset.brought_back" becomes "Asset brought back"."""
    subject, _, done = action.partition(".")
    subject = _INITIALS.get(subject, subject.replace("_", " ").capitalize())
    return f"{subject} {done.replace('_', ' ')}".strip()


def change_words(field: str, old: str | None, new: str | None) -> str:
    """Return one change in words: "Room: from X1 to X2"; "Room: set to X2" where nothing was known before."""
    begun = f"{field[:1].upper()}{field[1:]}"
    if old is None or old == "":
        return f"{begun}: set to {_known(new)}"
    if new is None or new == "":
        return f"{begun}: {old} taken out"
    return f"{begun}: from {old} to {new}"


def _known(value: str | None) -> str:
    return value if value not in (None, "") else "not known"
