"""A search's end in words: how good the plan is proven to be, and what a reader must know beside the figures."""

import math
from dataclasses import replace

from networks.domain.financial_year import label
from procurement.domain.planning.binding import binding, binding_note
from procurement.domain.planning.exposure import Outlook
from procurement.domain.planning.problem import PlanningProblem
from procurement.domain.planning.result import Metrics, Settlement, Stage, gap_of

_PROVEN = 1e-7
"""Bounds of money are rounded down to a penny: so small a gap is none."""


def as_shown(stage: Stage, metrics: Metrics) -> Stage:
    """The stage with the value and gap of the plan shown, which may have given up a little for the next."""
    value = float(
        {
            "breach": metrics.breaches_pence,
            "exposure": metrics.exposure,
            "cost": metrics.cost_stage_pence,
            "churn": metrics.churn,
        }[stage.name]
    )
    return replace(stage, value=value, gap=gap_of(value, stage.bound))


def status_words(
    exposure: Stage, cost: Stage, metrics: Metrics, *, relative_gap: float, cancelled: bool, out_of_time: bool
) -> str:
    """Say in words how good the plan is proven to be on exposure, the stage that decides, and how the search ended."""
    gaps = [stage.gap for stage in (exposure, cost) if stage.gap is not None]
    if exposure.gap is None:
        proven = "nothing is proven"
    elif len(gaps) == 2 and max(gaps) <= _PROVEN:
        proven = "optimal"
    elif len(gaps) == 2 and max(gaps) <= relative_gap:
        proven = f"optimal within {_percent(max(gaps))}"
    else:
        proven = f"proven within {_percent(exposure.gap)} of the least possible exposure"
    if metrics.exposure > exposure.value:
        given_up = (metrics.exposure - exposure.value) / exposure.value
        proven += f"; {_percent(given_up)} more exposure is accepted for a lower cost"
    if metrics.cost_stage_pence > cost.value:
        given_up = (metrics.cost_stage_pence - cost.value) / cost.value
        proven += f"; {_percent(given_up)} more cost is accepted to keep to the agreed plan"
    if cancelled:
        return f"stopped when asked to: {proven}"
    return f"stopped at the time limit: {proven}" if out_of_time else proven


def _percent(fraction: float) -> str:
    """A fraction as per cents with as many decimals as it needs, rounded up, never shown as 0."""
    return f"{max(math.ceil(fraction * 1000) / 10, 0.1):.1f}%"


def notes_for(
    problem: PlanningProblem, ahead: Outlook, metrics: Metrics, floor: Metrics, settlement: Settlement
) -> list[str]:
    """What a reader must know beside the figures."""
    notes = []
    if metrics.rank == floor.rank and problem.assets:
        notes.append(
            "No plan better than the better spreadsheet rule was found: this one does exactly as well."
        )
    if binds := binding_note(problem, binding(problem, settlement, ahead)):
        notes.append(binds)
    if ahead.assumed:
        many = len(ahead.assumed)
        notes.append(
            f"{many} installation date{'s are' if many > 1 else ' is'} not known: the median age of the same modality "
            "in this plan is assumed."
        )
    given = {(envelope.trust_id, envelope.year) for envelope in problem.envelopes}
    owners = {asset.trust_id for asset in problem.assets}
    for trust in problem.trusts:
        missing = [label(year) for year in problem.years if (trust.trust_id, year) not in given]
        if missing and trust.trust_id in owners:
            notes.append(
                f"{trust.name} has no envelope in {', '.join(missing)}: planned as no money of its own."
            )
    return notes
