"""How dates are typed into forms, day before month. The first is how a date already known is shown in its box."""

DATE_INPUT_FORMATS = [
    # "%-d" writes "1 April 2028" without a leading nought. It can only write: reading skips to the next.
    "%-d %B %Y",
    "%d %B %Y",
    "%d %b %Y",
    "%d/%m/%Y",
    "%d-%m-%Y",
    "%d.%m.%Y",
    "%d %m %Y",
    "%Y-%m-%d",
    "%d/%m/%y",
]
