"""For the independent check: ages counted birthday by birthday, and points 31 March by 31 March."""

from datetime import date
from fractions import Fraction

from procurement.domain.planning.choice import Choice, Kind
from procurement.domain.planning.problem import PlanAsset, PlanningProblem


class Ages:
    """Ages and points of one problem's machines. Where the date is not known, the upper median of its modality."""

    def __init__(self, problem: PlanningProblem) -> None:
        self.problem = problem
        self._known: dict[str, list[int]] = {}
        for asset in problem.assets:
            if asset.installed_on is not None:
                age = _birthdays(asset.installed_on, problem.first_year)
                self._known.setdefault(asset.modality, []).append(age)

    def age_of(self, asset: PlanAsset, year: int) -> int:
        """Completed years on the 31 March that ends ``year``."""
        if asset.installed_on is not None:
            return _birthdays(asset.installed_on, year)
        known = sorted(self._known.get(asset.modality, ()))
        first = known[len(known) // 2] if known else self.problem.guidance_years
        return first + year - self.problem.first_year

    def machine_age(self, asset: PlanAsset, choice: Choice, year: int) -> int | None:
        """Completed years on the 31 March that ends ``year`` of whatever machine is there; None where there is none."""
        if choice.year is not None and year >= choice.year:
            return None if choice.kind is Kind.RETIRE else year - choice.year
        return None if asset.need_points is not None else self.age_of(asset, year)

    def points_of(self, asset: PlanAsset, choice: Choice, year: int) -> int:
        """What is collected on the 31 March that ends ``year``."""
        age = self.machine_age(asset, choice, year)
        is_old = choice.year is None or year < choice.year
        if age is None:
            wanted = asset.wanted_from is None or year >= asset.wanted_from
            return asset.need_points if asset.need_points is not None and is_old and wanted else 0
        w = self.problem.weights
        base = w.past_guidance_points if age >= self.problem.guidance_years else 0
        if age >= w.ten_year_edge_years:
            base = w.past_ten_points
            base += sum(
                w.each_further_year_points for n in range(w.ten_year_edge_years, w.oldest_years) if age > n
            )
        if is_old and unsupported(asset, year, choice.upgrade_year):
            base += w.support_ended_points
        risk = int(Fraction(str(asset.risk)) * 100 + Fraction(1, 2)) if is_old else 0
        hundredths = base * (100 + risk)
        return hundredths // 100 + (hundredths % 100 >= 50)

    def points_left(self, asset: PlanAsset, choice: Choice) -> int:
        """All the points of the plan under a choice."""
        return sum(self.points_of(asset, choice, year) for year in self.problem.years)


def _birthdays(installed_on: date, year: int) -> int:
    """Birthdays passed by the 31 March that ends ``year``, counted one by one."""
    age = 0
    while _birthday(installed_on, age + 1) <= date(year + 1, 3, 31):
        age += 1
    return age


def _birthday(installed_on: date, years: int) -> date:
    try:
        return installed_on.replace(year=installed_on.year + years)
    except ValueError:  # 29 February
        return date(installed_on.year + years, 3, 1)


def unsupported(asset: PlanAsset, year: int, upgraded_in: int | None = None) -> bool:
    """Whether support ended before the 31 March that ends ``year``, an upgrade in mind."""
    if asset.support_ends_on is None:
        return False
    if upgraded_in is not None and asset.upgrade is not None and upgraded_in <= year:
        covered_to = upgraded_in + asset.upgrade.support_years
        if year <= covered_to:
            return False
    return asset.support_ends_on <= date(year + 1, 3, 30)
