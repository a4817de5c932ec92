"""How sure a plan's figures are, in words: never more exact than what stands behind them."""

from networks.domain.figures import date_gb, pounds, pounds_short
from networks.domain.financial_year import label
from procurement.domain.planning.uncertain_figures import Span, YearSpan
from procurement.queries.plan_figures import Figure, between
from procurement.queries.plan_uncertainty import Part, Sureness, SwapRow, UnknownRow


def headline(part: Part) -> str:
    """Return the finding about a part's spend in a sentence or two."""
    span = part.spend
    if not span.width:
        return f"{part.name} spends {pounds_short(span.planned)} inc VAT in this plan; no price in it is uncertain."
    said = (
        f"{part.name} spends {pounds_short(span.planned)} inc VAT as planned, and in 8 of 10 outcomes "
        f"{between(span)}. With every price at its low end it is {pounds_short(span.low)}, with every price at its "
        f"high end {pounds_short(span.high)}."
    )
    return f"{said} {_beside(span)}".strip()


def _beside(span: Span) -> str:
    """Said only where the plan's own figure is no likely one."""
    if span.planned > span.likely_high:
        return "The plan’s own figure lies above what is likely: it assumes more than most have paid."
    if span.planned < span.likely_low:
        return "The plan’s own figure lies below what is likely: it assumes less than most have paid."
    return ""


def figures(sure: Sureness, part: Part) -> list[Figure]:
    """Return the main numbers of a part, each with its likely range and its widest."""
    machines = len(sure.reading.owned)
    return [
        Figure("Spend, inc VAT", pounds_short(part.spend.planned), _money(part.spend)),
        Figure("Exposure, in points", f"{part.exposure.planned:,}", _count(part.exposure)),
        Figure("Years spent at 10 or over", f"{part.old_years.planned:,}", _count(part.old_years)),
        Figure(
            "Installation dates known to the day",
            f"{machines - sure.uncertain_dates} of {machines}",
            "The others have a range, listed below.",
        ),
        Figure(
            "Decisions that hang on a date",
            f"{len({row.line.pk for row in sure.swaps}):,}",
            "Machines that would change places with another like them.",
        ),
    ]


def _money(span: Span) -> str:
    if not span.width:
        return "Nothing uncertain touches it."
    return (
        f"Likely {between(span)}. At the least {pounds_short(span.low)}, at the most "
        f"{pounds_short(span.high)}."
    )


def _count(span: Span) -> str:
    if not span.width:
        return "Nothing uncertain touches it."
    said = f"Likely between {span.likely_low:,} and {span.likely_high:,}. At the least {span.low:,}, at the most {span.high:,}."
    if span.planned > span.likely_high:
        said += " The plan counts a machine as old as its date allows."
    return said


def chance(row: YearSpan, outcomes: int) -> str:
    """Return how often a year's money falls short: "about 3 in 10", "never in 200 outcomes"; "not worked out"."""
    percent = row.short_percent
    if percent is None:
        return "not worked out"
    if percent in (0, 100):
        return f"{'never' if percent == 0 else 'always'} in {outcomes} outcomes"
    if percent < 5 or percent >= 95:
        return "under 1 in 20" if percent < 5 else "over 19 in 20"
    return f"about {(percent + 5) // 10} in 10"


def short_words(sure: Sureness) -> str:
    """Say whether the plan is still paid for with every price at its high end."""
    short = sure.short
    if not short:
        return "With every price at its high end, each of these years can still be paid for in full."
    total = pounds_short(sum(row.short_high_pence for _, row in short))
    name, worst = short[0]
    if len(short) == 1:
        return (
            f"With every price at its high end, {name} would be {total} inc VAT short in {label(worst.year)}."
        )
    return (
        f"With every price at its high end, {len(short)} trust-years could not be paid for in full: {total} inc VAT would "
        f"be missing in all, the most for {name} in {label(worst.year)} ({pounds_short(worst.short_high_pence)})."
    )


def range_words(row: UnknownRow) -> str:
    """Return what a date or price may be: "1 January 2012 to 31 December 2012", "£510,000 to £690,000 for one …"; else ""."""
    if row.date is not None:
        return f"{date_gb(row.date.earliest)} to {date_gb(row.date.latest)}"
    if row.price is not None:
        return (
            f"{pounds(row.price.low_pence)} to {pounds(row.price.high_pence)} for one, ex VAT; the plan assumes "
            f"{pounds(row.price.planned_pence)}"
        )
    return ""


def works_words(sure: Sureness) -> str:
    """Return how far works may be from what is assumed."""
    low, high = sure.ranges.works_low_basis_points, sure.ranges.works_high_basis_points
    return f"{low / 100:g}% below to {high / 100:g}% above what the specification assumes, site by site."


def swap_words(row: SwapRow) -> str:
    """Return what would happen to a machine's decision, were its date known to be at one end of its range."""
    day = row.date.earliest if row.earliest else row.date.latest
    return (
        f"Were it installed on {date_gb(day)}, it would change places with {row.other.asset_label}: {_done(row.other)} "
        f"instead of {_done(row.line)}, for {row.points:,} points of exposure less."
    )


def _done(line: object) -> str:
    year = getattr(line, "year", None)
    return "kept" if year is None else f"replaced in {label(year)}"
