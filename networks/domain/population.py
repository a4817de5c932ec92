"""How many people the figures of a register are for: England, a region, a network, a trust.

Populations are published for integrated care boards (ICBs) alone. So:

* One year counts for a date: the newest that is not after the date's year; before the first, the first there is.
* Of an ICB formed of others, its own figure of that year counts; without one, its predecessors' add up, if all are known.
* A region, or England, has the sum of its ICBs. Where one ICB's figure is missing the sum is not known, never too small.
* A group of trusts (a network, one trust) has the sum of its trusts' ICBs, but only where no trust outside the group
  belongs to one of them; otherwise its patients cannot be told from others', and the population is not known.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from networks.domain.organisations import Kind, Structure


@dataclass(frozen=True, slots=True)
class Persons:
    """A number of persons, or None with the reason (`why_not_known`). `year` and `source` say whose figure it is."""

    number: int | None
    year: int | None = None
    source: str = ""
    why_not_known: str = ""

    @property
    def words(self) -> str:
        """ "7,100,000 persons in 2023", or "not known: …"."""
        if self.number is None:
            return f"not known: {self.why_not_known}"
        return f"{self.number:,} persons in {self.year}"


class Populations:
    """The population of any part of England as the organisations stand on the date of `england`.

    `figures` maps an ICB's id to its persons in `year`. None as `year`: nothing has been loaded.
    """

    def __init__(
        self, england: Structure, figures: Mapping[int, int], *, year: int | None, source: str = ""
    ) -> None:
        self._england, self._figures, self._year, self._source = england, figures, year, source

    def of_icb(self, icb_id: int) -> int | None:
        """Return the persons of an ICB (or of whoever answers for it); None where that is not known."""
        return self._of(self._england.current(icb_id))

    def _of(self, icb_id: int) -> int | None:
        if icb_id in self._figures:
            return self._figures[icb_id]
        before = self._england.direct_predecessors(icb_id)
        parts = [self._of(each) for each in before]
        known = [part for part in parts if part is not None]
        return sum(known) if before and len(known) == len(parts) else None

    def of_england(self) -> Persons:
        """Return the persons of all ICBs that are open on the date."""
        return self._sum({icb.id for icb in self._england.of_kind(Kind.ICB)})

    def of_region(self, region_id: int) -> Persons:
        """Return the persons of the ICBs of a region that are open on the date."""
        icbs = self._england.of_kind(Kind.ICB)
        return self._sum({icb.id for icb in icbs if self._england.parent_of(icb.id) == region_id})

    def of_trusts(self, trust_ids: Collection[int]) -> Persons:
        """Return the persons of the ICBs of some trusts, if these are all the trusts of those ICBs."""
        wanted = {self._england.current(trust) for trust in trust_ids}
        icbs = {self._england.icb_of(trust) for trust in wanted}
        if None in icbs:
            return self._not_known("the integrated care board of a trust is not known")
        others = {
            trust.id
            for trust in self._england.of_kind(Kind.TRUST)
            if trust.id not in wanted and self._england.icb_of(trust.id) in icbs
        }
        if others:
            number = f"{len(others)} other trust{'s' if len(others) > 1 else ''}"
            return self._not_known(f"it shares its integrated care boards with {number}")
        return self._sum({icb for icb in icbs if icb is not None})

    def _sum(self, icb_ids: Collection[int]) -> Persons:
        if self._year is None:
            return self._not_known("no population has been loaded")
        if not icb_ids:
            return self._not_known("it has no integrated care board")
        parts = {icb: self._of(icb) for icb in icb_ids}
        missing = sorted(self._england.name(icb) for icb, part in parts.items() if part is None)
        if missing:
            more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
            return self._not_known(f"no figure of {self._year} for {missing[0]}{more}")
        return Persons(sum(part or 0 for part in parts.values()), self._year, self._source)

    def _not_known(self, why: str) -> Persons:
        return Persons(None, self._year, self._source, why)


def year_for(years: Collection[int], wanted: int) -> int | None:
    """Return the year whose figures count for a date in the year `wanted`; None where there are none at all."""
    before = [year for year in years if year <= wanted]
    return max(before) if before else min(years, default=None)
