"""What the files of the NHS Organisation Data Service (ODS) say, as records, and what follows from them.

Dates are the service's own: a trust's close date is the last day on which it was open.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

_REGIONS = Path(__file__).resolve().parents[1] / "rules" / "regions.toml"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a file that was not loaded, or not wholly. `line` counts from 1; None where no one line is meant."""

    file: str
    line: int | None
    code: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}, line {self.line}" if self.line else self.file
        return f"{where}: {self.code}: {self.message}" if self.code else f"{where}: {self.message}"


@dataclass(frozen=True, slots=True)
class Area:
    """A nation, region or ICB. `gss_code` is the Office for National Statistics', "" where not given."""

    code: str
    name: str
    gss_code: str = ""


@dataclass(frozen=True, slots=True)
class Trust:
    """One row of the etr file. Region and ICB codes are "" where the row gives none (Welsh bodies)."""

    line: int
    code: str
    name: str
    region_code: str
    icb_code: str
    postcode: str
    opened_on: date | None
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class Site:
    """One row of the site file. `trust_code` is "" where the row names no parent; coordinates are degrees, WGS 84."""

    line: int
    code: str
    name: str
    postcode: str
    latitude: Decimal | None
    longitude: Decimal | None
    trust_code: str


@cache
def england() -> tuple[Area, tuple[Area, ...]]:
    """Return the nation and its seven regions, from `networks/rules/regions.toml`."""
    raw = tomllib.loads(_REGIONS.read_text(encoding="utf-8"))
    return Area(**raw["nation"]), tuple(Area(**region) for region in raw["region"])


def regions_of_icbs(trusts: Iterable[Trust]) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Return the region of each ICB, read off its trusts, and the ICBs whose trusts disagree.

    The etr file gives a trust its region and its ICB, but an ICB no region. Where all trusts of an ICB name one region
    it is theirs; where they name several, the ICB is left out of the first answer and the second maps it to those regions.
    """
    named: dict[str, set[str]] = {}
    for trust in trusts:
        if trust.icb_code and trust.region_code:
            named.setdefault(trust.icb_code, set()).add(trust.region_code)
    agreed = {icb: next(iter(regions)) for icb, regions in named.items() if len(regions) == 1}
    disputed = {icb: sorted(regions) for icb, regions in named.items() if len(regions) > 1}
    return agreed, disputed


_SMALL = frozenset(["and", "at", "by", "for", "in", "le", "of", "on", "the", "to", "under", "upon", "with"])
_INITIALS = frozenset(
    [
        "NHS",
        "ICB",
        "ICS",
        "LHB",
        "UK",
        "GP",
        "HQ",
        "II",
        "III",
        "CDC",
        "CT",
        "MRI",
        "EPACT",
        "EPMA",
        "GSTT",
        "KMH",
        "MKGH",
        "QMC",
        "RBH",
    ]
)
_WORD = re.compile(r"[^\W\d_][\w’']*")


def readable_name(name: str) -> str:
    """Return a name written all in capitals as people write it; any other name with its spaces tidied.

    "THE QUEEN ELIZABETH HOSPITAL, KING'S LYNN, NHS FOUNDATION TRUST" becomes "The Queen Elizabeth Hospital, King's Lynn,
    NHS Foundation Trust". Words with digits and known initials stay as they are.
    """
    name = " ".join(name.split())
    if name != name.upper():
        return name
    return _WORD.sub(lambda match: _readable_word(match, name), name)


def _readable_word(match: re.Match[str], name: str) -> str:
    word = match[0]
    if word in _INITIALS or any(character.isdigit() for character in word):
        return word
    lower = word.lower()
    begins_a_phrase = match.start() == 0 or name[match.start() - 1] == "("
    return lower if lower in _SMALL and not begins_a_phrase else lower[0].upper() + lower[1:]


def named_icbs(codes: Iterable[str], names: Mapping[str, Area]) -> list[Area]:
    """Return one ICB for each code; a code that no file names keeps its code as its name, and says so."""
    return [names.get(code) or Area(code, f"ICB {code} (name not known)") for code in sorted(set(codes))]
