"""A version's main numbers in words, each beside oldest-first and doing nothing, and how good the planner proves it.

All network figures come from the version's `result`; a trust's own figures are counted from its lines.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from networks.domain.figures import pounds, pounds_short
from networks.domain.financial_year import label
from procurement.domain.plan_ages import OLD_YEARS, old, with_plan, without
from procurement.domain.planning.result import Kind, Metrics, Stage
from procurement.domain.planning.uncertain_figures import Span
from procurement.domain.solve_curve import CHURN, EXPOSURE, amount, stage_name
from procurement.queries.plan_uncertainty import spend_span
from procurement.queries.plan_versions import VersionReading


@dataclass(frozen=True, slots=True)
class Figure:
    """One main number for `templates/partials/figures.html`."""

    label: str
    value: str
    detail: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class StageWords:
    """One stage of the solver in words: what it made least, the bound, the gap, and HiGHS's own status."""

    name: str
    value: str
    bound: str
    gap: str
    status: str
    seconds: str


def headline(reading: VersionReading) -> str:
    """Return the version's finding in a sentence or two."""
    if not reading.whole:
        return (
            f"The plan replaces {len(reading.replaced)} of {len(reading.owned)} of your machines for "
            f"{pounds_short(reading.spend_pence)} inc VAT{_likely(reading, ', likely ')}."
        )
    plan, oldest, nothing = (reading.metrics(of) for of in ("plan", "oldest_first", "do_nothing"))
    return (
        f"The plan replaces {plan.replaced} of {len(reading.owned)} machines for {pounds_short(plan.spend_pence)} inc VAT"
        f"{_likely(reading, ', likely ')}. "
        f"That leaves {_less(plan.exposure, oldest.exposure)} exposure {_than(plan.exposure, oldest.exposure)} replacing "
        f"the oldest first within the same envelopes, and {_less(plan.exposure, nothing.exposure)} "
        f"{_than(plan.exposure, nothing.exposure)} replacing nothing."
    )


def figures(reading: VersionReading) -> list[Figure]:
    """Return the main numbers: the network's, or those of the reader's own trust."""
    return _network_figures(reading) if reading.whole else _trust_figures(reading)


def _network_figures(reading: VersionReading) -> list[Figure]:
    plan, oldest, nothing = (reading.metrics(of) for of in ("plan", "oldest_first", "do_nothing"))

    def beside(name: str, of: Callable[[Metrics], str], note: str = "", url: str = "") -> Figure:
        compared = f"Oldest first: {of(oldest)}. Nothing replaced: {of(nothing)}."
        return Figure(name, of(plan), f"{compared} {note}".strip(), url)

    gap = next((stage.gap for stage in reading.stages() if stage.name == EXPOSURE), None)
    return [
        beside(
            "Exposure, in points",
            lambda m: f"{m.exposure:,}",
            "100 points: one machine one year past guidance.",
        ),
        beside(
            f"Years spent at {OLD_YEARS} or over",
            lambda m: f"{m.asset_years_over_10:,}",
            "Machines times years.",
        ),
        beside(
            "Spend, inc VAT",
            lambda m: pounds_short(m.spend_pence),
            f"Envelopes: {pounds_short(reading.envelope_pence)}.{_likely(reading, ' Likely ', '.')}",
            how_sure_url(reading),
        ),
        beside("Machines replaced", lambda m: f"{m.replaced} of {len(reading.owned)}", other_words(reading)),
        beside(
            "Saved by joint prices, ex VAT",
            lambda m: pounds_short(m.saving_pence),
            "Against buying each machine by itself.",
        ),
        beside("Joint tenders", lambda m: f"{m.tender_count:,}"),
        Figure(
            "How far from the best",
            "not known" if gap is None else f"at most {percent(gap)}",
            "Of the exposure, as the solver proves it.",
        ),
    ]


def _trust_figures(reading: VersionReading) -> list[Figure]:
    last = reading.years[-1]
    late, never = (old(reading.machines, choice, [last])[last] for choice in (with_plan, without))
    return [
        Figure(
            "Your machines replaced",
            f"{len(reading.replaced)} of {len(reading.owned)}",
            f"{_years(reading)} {other_words(reading)}".strip(),
        ),
        Figure(
            "Your spend, inc VAT",
            pounds_short(reading.spend_pence),
            f"Your envelopes: {pounds_short(reading.envelope_pence)}.{_likely(reading, ' Likely ', '.')}",
            how_sure_url(reading),
        ),
        Figure(
            f"Yours at {OLD_YEARS} or over on 31 March {last + 1}",
            f"{late} of {len(reading.owned)}",
            f"Nothing replaced: {never} of {len(reading.owned)}.",
        ),
        Figure(
            "Saved by joint prices, ex VAT",
            pounds_short(reading.saving_pence),
            "Against buying each of your machines by itself.",
        ),
    ]


def how_sure_url(reading: VersionReading) -> str:
    """Return where it is told how sure a version's figures are."""
    return reverse("plan_uncertainty", args=[reading.version.plan_id, reading.version.number])


def _likely(reading: VersionReading, before: str, after: str = "") -> str:
    """The likely range of the spend that is shown, between the words given; "" where there is none to show."""
    trusts = [None] if reading.whole else list(reading.trusts)
    span = spend_span(reading.version, trust_id=trusts[0]) if len(trusts) == 1 else None
    return f"{before}{between(span)}{after}" if span and span.width else ""


def between(span: Span) -> str:
    """Return "between £38.9m and £44m": where 8 of 10 outcomes lie."""
    return f"between {pounds_short(span.likely_low)} and {pounds_short(span.likely_high)}"


def other_words(reading: VersionReading) -> str:
    """Return what else than replacement is decided: "Besides, 2 upgraded, 1 retired, 1 added."; "" where nothing is."""
    counts = {
        "upgraded": sum(line.upgrade_year is not None for line in reading.lines),
        "retired": sum(line.kind == Kind.RETIRE and line.year is not None for line in reading.owned),
        "added": sum(line.is_bought and line.asset_id is None for line in reading.lines),
    }
    said = [f"{count} {word}" for word, count in counts.items() if count]
    return f"Besides, {', '.join(said)}." if said else ""


def stage_words(reading: VersionReading) -> list[StageWords]:
    """Return the solver's stages in words, for those who may see the network's totals."""
    return [
        StageWords(
            name=stage_name(stage.name),
            value=_amount(stage, stage.value),
            bound=_amount(stage, stage.bound),
            gap="not known" if stage.gap is None else percent(stage.gap),
            status=stage.status,
            seconds=f"{stage.seconds:.1f}",
        )
        for stage in reading.stages()
    ]


def percent(share: float) -> str:
    """Return a fraction as per cent with one decimal: "0.9%", "0%"; what is small but not nothing is "under 0.1%"."""
    if share <= 0:
        return "0%"
    return "under 0.1%" if share < 0.0005 else f"{100 * share:.1f}%"


def _amount(stage: Stage, value: float | None) -> str:
    if value is None:
        return "not known"
    return amount(stage.name, value) if stage.name in {EXPOSURE, CHURN} else pounds(round(value / 100) * 100)


def _less(ours: int, theirs: int) -> str:
    if ours == theirs or not theirs:
        return "the same"
    change = round(100 * abs(theirs - ours) / theirs)
    return f"{change or 'under 1'}% {'less' if ours < theirs else 'more'}"


def _than(ours: int, theirs: int) -> str:
    return "as" if ours == theirs or not theirs else "than"


def _years(reading: VersionReading) -> str:
    first, last = reading.years[0], reading.years[-1]
    return f"From {label(first)} to {label(last)}."
