"""Sums and lists as people read them in a sentence."""

from collections.abc import Sequence

from assets.domain.vocabulary import Modality
from networks.domain.financial_year import label


def pounds(pence: int) -> str:
    """Return pence as "£1.25m", "£640,000" or "£12.34"; a million and more is rounded to hundredths of a million."""
    if abs(pence) >= 100_000_000:
        millions = (abs(pence) + 500_000) // 1_000_000  # hundredths of a million pounds
        text = f"£{millions // 100}.{millions % 100:02d}m"
    elif pence % 100:
        text = f"£{abs(pence) // 100:,}.{abs(pence) % 100:02d}"
    else:
        text = f"£{abs(pence) // 100:,}"
    return f"-{text}" if pence < 0 else text


def whole_pounds(pence: int) -> str:
    """As ``pounds``, with odd pence left out: for what is left over, never shown as more than it is."""
    return pounds(pence - pence % 100)


def modality_name(code: str) -> str:
    """Return "X-ray" for "XR"; a code that is none of the register's stays as it is."""
    return str(Modality(code).label) if code in {one.value for one in Modality} else code


def year_ranges(years: Sequence[int]) -> str:
    """Return ascending financial years as "2027/28, 2029/30 to 2031/32 and 2033/34"."""
    runs: list[list[int]] = []
    for year in years:
        if runs and runs[-1][-1] == year - 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return listed([label(r[0]) if len(r) == 1 else f"{label(r[0])} to {label(r[-1])}" for r in runs])


def listed(names: Sequence[str], most: int | None = None) -> str:
    """Return "A", "A and B" or "A, B and C"; beyond ``most`` names the rest are counted: "A, B and 3 others"."""
    shown = list(names)
    if most is not None and len(shown) > most:
        rest = len(shown) - most
        shown = [*shown[:most], f"{rest} other{'s' if rest > 1 else ''}"]
    if len(shown) < 2:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} and {shown[-1]}"
