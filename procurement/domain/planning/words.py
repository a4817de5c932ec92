"""Sums as people read them in a sentence."""


def pounds(pence: int) -> str:
    """Return pence as "£1.25m", "£640,000" or "£12.34", rounded to the nearest thousandth of what is shown."""
    if abs(pence) >= 100_000_000:
        millions = (abs(pence) + 500_000) // 1_000_000  # hundredths of a million pounds
        text = f"£{millions // 100}.{millions % 100:02d}m"
    elif pence % 100:
        text = f"£{abs(pence) // 100:,}.{abs(pence) % 100:02d}"
    else:
        text = f"£{abs(pence) // 100:,}"
    return f"-{text}" if pence < 0 else text
