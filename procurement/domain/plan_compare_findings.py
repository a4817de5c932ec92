"""What each plan of a comparison does against the first, in a sentence."""

from collections.abc import Sequence

from networks.domain.figures import pounds_short
from procurement.domain.plan_compare import Side, in_all, judged, same_machines_and_years
from procurement.domain.plan_compare_figures import spend_of


def findings(sides: Sequence[Side]) -> list[str]:
    """Return for each plan after the first, in a sentence, what it does to exposure, spend and decisions."""
    keys = in_all(sides)
    first = judged(sides[0], sides[0], keys)
    said = []
    for place, side in enumerate(sides[1:], start=1):
        theirs = judged(side, sides[0], keys)
        parts = []
        if first is not None and theirs is not None:
            points = theirs.exposure - first.exposure
            parts.append(
                f"leaves {_more_or_less(points, f'{abs(points):,} points')} exposure"
                if points
                else "leaves the same exposure"
            )
        if same_machines_and_years(sides[0], side):
            pence = spend_of(side) - spend_of(sides[0])
            parts.append(
                f"spends {_more_or_less(pence, pounds_short(abs(pence)))}" if pence else "spends the same"
            )
        other = sum(
            sides[0].machines[key].choice != side.machines[key].choice
            for key in sides[0].machines.keys() & side.machines.keys()
        )
        parts.append(f"decides {other:,} of {len(sides[0].machines):,} machines otherwise")
        lacking = "" if theirs is not None else " Its exposure cannot be held against Plan A’s."
        among = "" if len(keys) == len(sides[0].machines) == len(side.machines) else _among(len(keys))
        said.append(
            f"Plan {'ABCD'[place]} {', '.join(parts[:-1])}{' and ' if parts[:-1] else ''}{parts[-1]}{among}.{lacking}"
        )
    return said


def _among(shared: int) -> str:
    return f"; exposure is that of the {shared:,} machines in all of the plans"


def _more_or_less(difference: int, amount: str) -> str:
    return f"{amount} {'more' if difference > 0 else 'less'}"
