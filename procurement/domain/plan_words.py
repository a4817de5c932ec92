"""What a plan decides for a machine, as people read it on every page, pin and file."""

from networks.domain.financial_year import label
from procurement.domain.planning.result import Kind


def planned_id(asset_id: int | None, candidate_id: int | None) -> int:
    """Return the number by which a planning problem knows a machine: the asset's own, or minus a candidate's.

    Raises ValueError for neither or both.
    """
    if asset_id is not None and candidate_id is None:
        return asset_id
    if candidate_id is not None and asset_id is None:
        return -candidate_id
    raise ValueError("A planned machine is an asset or a candidate.")


def decided(
    kind: Kind, year: int | None, upgrade_year: int | None = None, *, is_candidate: bool = False
) -> str:
    """Return a decision in words: "Replaced in 2028/29", "Upgraded in 2028/29, replaced in 2032/33", "Retired in 2029/30".

    `year` is when the new machine arrives or, retired, the old one goes; None: neither within the plan.
    """
    if upgrade_year is not None:
        upgraded = f"Upgraded in {label(upgrade_year)}"
        return upgraded if year is None else f"{upgraded}, replaced in {label(year)}"
    if year is None:
        return "Not added" if is_candidate else "Kept throughout"
    return f"{_PAST[kind]} in {label(year)}"


_PAST = {
    Kind.REPLACE: "Replaced",
    Kind.UPGRADE: "Replaced",
    Kind.RETIRE: "Retired",
    Kind.ADD: "Added",
}
