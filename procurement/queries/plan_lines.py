"""A plan version's lines as the ranked list shows them and as exports write them: one set of facts for both."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from assets.domain.vocabulary import Modality
from networks.domain.figures import partial_date
from procurement.domain.plan_ages import age_at
from procurement.domain.planning.result import Flag, Kind
from procurement.models import Pin, PlanLine
from procurement.queries.plan_versions import VersionReading


@dataclass(frozen=True, slots=True)
class LineRow:
    """One machine of a version. Ages are completed years, None where not known; money is pence."""

    line: PlanLine
    reference: str
    modality: str
    specification: str
    installed_on: date | None
    installed_precision: str
    first_age: int | None
    """On the 31 March that ends the plan's first year, were it kept."""
    age_then: int | None
    """On the 31 March that ends the year of its replacement, were it kept; None too where it is kept."""
    age_at_upgrade: int | None
    """On the 31 March that ends the year of its upgrade; None where it has none, too."""
    oldest_first_year: int | None
    saving_pence: int
    risk_reasons: tuple[str, ...]
    """What raises its risk and what is not known, from the version's inputs."""
    not_paid_for: bool
    """Whether its year's money falls short, from the result."""
    age_assumed: bool
    """Whether the planner assumed its age, for want of an installation date, from the result."""
    pin: Pin | None
    """The plan's pin of today, which may be younger than the version."""

    @property
    def is_about(self) -> bool:
        """Whether its age counts from the first day that a month or a year allows."""
        return self.installed_precision in {"Y", "M"}

    @property
    def installed_words(self) -> str | None:
        """The installation date to the precision it is known: "1 June 2012", "June 2012", "2012"."""
        if self.installed_on is None:
            return None
        return partial_date(self.installed_on, self.installed_precision)

    @property
    def risk_words(self) -> str:
        return " ".join(self.risk_reasons)

    @property
    def total_pence(self) -> int:
        return self.line.total_pence

    @property
    def pin_changed(self) -> bool:
        """Whether the pin was set, moved or taken off after this version was solved."""
        if self.pin is None:
            return self.line.is_pinned
        return not self.line.is_pinned or _decision(self.pin) != _decision(self.line)


def _decision(of: Pin | PlanLine) -> tuple[str, int | None, int | None]:
    """What is decided, whatever word a row without years carries for being kept."""
    kept = of.year is None and of.upgrade_year is None
    return (Kind.KEEP.value if kept else of.kind, of.year, of.upgrade_year)


def line_rows(reading: VersionReading, lines: Iterable[PlanLine]) -> list[LineRow]:
    """Return rows for lines of a version that was read whole or in part. No query: lines come with what they name."""
    return [line_row(reading, line) for line in lines]


def line_row(reading: VersionReading, line: PlanLine) -> LineRow:
    """Return the row of one line; the register's precision is used only where it still has the same date."""
    flags = reading.version.result.get("flags", {}).get(str(line.planned_id), ())
    asset = line.asset
    same = asset is not None and asset.installed_on == line.installed_on
    return LineRow(
        line=line,
        reference="" if asset is None else asset.reference,
        modality=Modality(line.modality).label,
        specification=line.specification_version.specification.code,
        installed_on=line.installed_on,
        installed_precision=asset.installed_precision if asset is not None and same else "D",
        first_age=age_at(line.installed_on, None, reading.years[0]),
        age_then=None if line.year is None else age_at(line.installed_on, None, line.year),
        age_at_upgrade=None
        if line.upgrade_year is None
        else age_at(line.installed_on, None, line.upgrade_year),
        oldest_first_year=reading.oldest_first.get(line.planned_id),
        saving_pence=line.saving_pence,
        risk_reasons=reading.risk_reasons.get(line.planned_id, ()),
        not_paid_for=Flag.NOT_PAID_FOR in flags,
        age_assumed=Flag.AGE_ASSUMED in flags,
        pin=reading.pins.get(line.planned_id),
    )
