"""Why a choice is not open for a machine or a candidate at all, whatever the money and the limits."""

from networks.domain.figures import age_years
from networks.domain.financial_year import label
from procurement.domain.planning.account_words import done
from procurement.domain.planning.exposure import Outlook
from procurement.domain.planning.problem import PlanAsset, PlanningProblem
from procurement.domain.planning.result import Choice, Kind


def why_not_open(problem: PlanningProblem, ahead: Outlook, asset: PlanAsset, choice: Choice) -> str:
    """Return the first rule, as a whole sentence, by which a choice that is not among the open ones is closed."""
    first, bought = problem.first_year, choice.bought_in
    if any(year < first for year in choice.years):
        return f"{label(first)} is the plan’s first year: an earlier one is not asked for."
    wanted = asset.wanted_from or first
    if asset.is_candidate and bought is not None and bought < wanted:
        return f"It is not wanted before {label(wanted)}."
    [spec] = [spec for spec in problem.specifications if spec.code == asset.specification]
    if bought is not None and not spec.can_arrive_in(bought):
        return f"{spec.code} cannot arrive before {label(spec.earliest_year or bought)}."
    if asset.is_only_one and (asset.may_not_be_taken_out or choice.kind is Kind.RETIRE):
        return "It is the only one of its kind on an emergency site, and nothing is stated that stands in for it."
    return _too_young(problem, ahead, asset, choice) or (
        f"To have it {done(choice, asset)} is not among its open choices."
    )


def _too_young(problem: PlanningProblem, ahead: Outlook, asset: PlanAsset, choice: Choice) -> str:
    ages, ended = ahead.ages[asset.asset_id], ahead.support_ended[asset.asset_id]
    bought, upgraded = choice.bought_in, choice.upgrade_year
    youngest = problem.minimum_replacement_age_years
    if upgraded is not None:
        age = ages[upgraded - problem.first_year]
        if not problem.upgrade_from_age_years <= age <= problem.upgrade_to_age_years:
            return (
                f"On 31 March {upgraded + 1} it would be {age_years(age)} old: an upgrade is open from "
                f"{problem.upgrade_from_age_years} to {problem.upgrade_to_age_years} years."
            )
    if bought is not None and not asset.is_candidate:
        index = bought - problem.first_year
        if ages[index] < youngest and not ended[index]:
            return (
                f"On 31 March {bought + 1} it would be {age_years(ages[index])} old and still supported: younger than a plan "
                f"may replace ({youngest} years)."
            )
    if upgraded is not None:
        return f"To have it {done(choice)} is not open: the upgrade itself would lessen no exposure."
    return ""
