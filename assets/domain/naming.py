"""What a machine is called, wherever people read it."""


def make_in_words(manufacturer: str, model_name: str) -> str:
    """Return the maker and model as they are recorded, or "make and model not known" where neither is."""
    return " ".join(part for part in (manufacturer, model_name) if part) or "make and model not known"
