"""Names of recorded actions, as people read them."""

_INITIALS = {"icb": "ICB"}


def action_words(action: str) -> str:
    """Return what was done in words: "asset.brought_back" becomes "Asset brought back"."""
    subject, _, done = action.partition(".")
    subject = _INITIALS.get(subject, subject.replace("_", " ").capitalize())
    return f"{subject} {done.replace('_', ' ')}".strip()
