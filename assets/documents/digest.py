"""The e-mail that tells a person what is due: plain text, and the same as simple HTML."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.template.loader import render_to_string

from assets.models import Asset

MOST_LINES = 100
"""What is beyond is counted, and read on the page."""


@dataclass(frozen=True, slots=True)
class Line:
    """One alert in a digest. `key` is the alert's, `is_new` that the last digest did not have it."""

    asset: Asset
    words: str
    due_on: date
    key: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class Mail:
    """An e-mail's subject and its two bodies."""

    subject: str
    text: str
    html: str


def digest_mail(lines: Sequence[Line], *, name: str, total: int, new: int, address: str) -> Mail:
    """Return the e-mail. `lines` are the first of `total` alerts, of which `new` are new; `address` is the site's own. No price, no note goes in."""
    context = {
        "lines": lines,
        "name": name,
        "total": total,
        "left_out": total - len(lines),
        "address": address,
    }
    subject = f"Imaging equipment: {total:,} date{'' if total == 1 else 's'} to look at"
    return Mail(
        subject + (f", {new} new" if new and new < total else ""),
        render_to_string("assets/digest.txt", context),
        render_to_string("assets/digest.html", context),
    )
