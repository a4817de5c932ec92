"""A dashboard's figures and tables, each number with the address of the machines that make it up.

The addresses are the equipment list's, narrowed so that it shows exactly as many machines as the number says.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse

from assets.charts.fleet import band_headings
from assets.domain.ageing import Band
from assets.domain.cocir import cocir_lights
from assets.domain.density import PerMillion
from assets.domain.fleet import AgeTally, Share
from assets.domain.fleet_groups import Grouping
from assets.domain.guidance import reference_ages
from assets.domain.lifetime import rules_on
from assets.domain.vocabulary import Modality
from assets.queries.dashboard import Area, Dashboard, Part
from assets.queries.due import SUPPORT_MONTHS
from networks.domain.financial_year import ends_on, financial_year_of
from networks.domain.organisations import Kind
from networks.exports.tables import Cell
from networks.templatetags.format import date_gb

Query = Mapping[str, list[str]]
DENSITIES = (Modality.CT, Modality.MRI)
"""The scanners that are counted per million in every comparison: those that published counts speak of."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of a table: `text` is read, `value` goes into files, `url` leads to its rows ("" where there are none).

    `lines` say below it what stands behind it; `tag` is a word with its `colour`, where it has one.
    """

    text: str
    value: Cell
    url: str = ""
    lines: tuple[str, ...] = ()
    tag: str = ""
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; `url` leads deeper."""

    name: str
    figures: list[Figure]
    url: str = ""
    is_total: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the page, and of a file of its own under `key`."""

    key: str
    caption: str
    headings: list[str]
    rows: list[Row]
    note: str = ""


class Links:
    """The addresses behind a dashboard's numbers."""

    def __init__(self, board: Dashboard, *, today: date) -> None:
        self._board = board
        self._day = {} if board.on == today else {"as_at": [board.on.isoformat()]}

    def machines(self, part: Part, **more: str | list[str]) -> str:
        """Return the address of a part's machines, narrowed further: `machines(part, due="overdue")`."""
        narrowed = {name: [value] if isinstance(value, str) else value for name, value in more.items()}
        modality = {"modality": [part.modality.value]} if part.modality else {}
        query = {**self._area(part), **modality, **narrowed, **self._day}
        return f"{reverse('asset_list')}?{urlencode(query, doseq=True)}"

    def child(self, part: Part) -> str:
        """Return the address of the dashboard of a child; "" of machines that belong to no organisation."""
        if part.group is None or not part.group.key:
            return ""
        return f"{reverse('dashboard')}?{urlencode({'of': part.group.key, **self._day}, doseq=True)}"

    def _area(self, part: Part) -> Query:
        area, england = self._board.area, self._board.england
        own = _of_area(area, england.with_predecessors(area.id))
        group = part.group
        if group is None:
            return own
        if not group.key:
            return {"trust": [str(trust) for trust in sorted(group.trust_ids)]}
        kind = {Grouping.REGION: Kind.REGION, Grouping.NETWORK: Kind.NETWORK}.get(
            area.children or Grouping.TRUST, Kind.TRUST
        )
        child = Area(int(group.key), kind, group.name)
        return {**own, **_of_area(child, group.trust_ids)}


def _of_area(area: Area, trust_ids: frozenset[int]) -> Query:
    if area.kind is Kind.NATION:
        return {}
    if area.kind is Kind.TRUST:
        return {"trust": [str(trust) for trust in sorted(trust_ids)]}
    return {area.kind.value: [str(area.id)]}


def top_figures(board: Dashboard, links: Links) -> list[dict[str, str]]:
    """Return the numbers at the top of the page, each with its denominator."""
    whole, total = board.whole, f"of {board.whole.ages.total:,} machines in the fleet"
    year_end = ends_on(financial_year_of(board.on))
    shown = [
        {
            "label": "Machines in the fleet",
            "value": f"{whole.ages.total:,}",
            "detail": f"{whole.ages.known:,} of known age, {whole.ages.not_known:,} not known",
            "url": links.machines(whole),
        }
    ]
    for years in reference_ages():
        share = whole.ages.at_least(years)
        shown.append(
            {
                "label": f"{years} years or older",
                "value": share.percent,
                "detail": share.words("machines") if share.whole else "no machine of known age",
                "url": links.machines(whole, age_from=str(years)),
            }
        )
    for label, number, more in (
        ("Overdue by guidance", whole.overdue, {"due": "overdue"}),
        (f"Due by {date_gb(year_end)}", whole.due_this_year, {"due": "this_year"}),
        ("Support has ended", whole.support.ended, {"support": "ended"}),
        (f"Support ends within {SUPPORT_MONTHS} months", whole.support.ending, {"support": "ending"}),
    ):
        shown.append(
            {
                "label": label,
                "value": f"{number:,}",
                "detail": total,
                "url": links.machines(whole, **more),
            }
        )
    for modality in DENSITIES:
        density = whole.per_million(modality)
        shown.append(
            {
                "label": f"{modality.label} per million people",
                "value": density.text,
                "detail": density.words,
                "url": links.machines(whole, modality=modality.value),
            }
        )
    return shown


def ages_table(board: Dashboard, links: Links) -> Table:
    """Return modalities by age band and share."""
    return Table(
        "ages",
        "Fleet by age and modality",
        [
            "Modality",
            "Machines",
            *band_headings(),
            *(f"{years} years or older" for years in reference_ages()),
        ],
        [
            Row(part.name, list(_ages(part, links)), is_total=part.modality is None)
            for part in (*board.by_modality, board.whole)
        ],
    )


def due_table(board: Dashboard, links: Links) -> Table:
    """Return modalities by what is overdue and due, by support, and per million people."""
    headings = ["Modality", *_due_headings(board), "End of support not known", "Per million people"]
    rows = []
    for part in (*board.by_modality, board.whole):
        figures = [
            *_due(part, links),
            _number(part.support.not_known, links.machines(part, support="not_known")),
            _density(part.per_million(), links.machines(part)),
        ]
        rows.append(Row(part.name, figures, is_total=part.modality is None))
    return Table("due", "Due and overdue, end of support, and density", headings, rows)


def lights_table(board: Dashboard, links: Links) -> Table:
    """Return the three COCIR lights of each modality."""
    cocir = rules_on(board.on).cocir
    ages: dict[str, dict[str, str]] = {
        "young": {"age_below": str(cocir.young_below_years)},
        "middle": {"age_from": str(cocir.middle_from_years), "age_below": str(cocir.old_from_years)},
        "old": {"age_from": str(cocir.old_from_years)},
    }
    headings = ["Modality", *(light.rule for light in cocir_lights(AgeTally(), on=board.on).every)]
    rows = []
    for part in (*board.by_modality, board.whole):
        figures = [
            Figure(
                f"{light.percent} ({light.share.counts})" if light.share.whole else "not known",
                _percent(light.share),
                links.machines(part, **ages[light.key]) if light.share.part else "",
                (light.doubt,) if light.doubt else (),
                light.word,
                light.colour,
            )
            for light in cocir_lights(part.ages, on=board.on).every
        ]
        rows.append(Row(part.name, figures, is_total=part.modality is None))
    return Table("lights", "The golden rules of COCIR", headings, rows)


def children_table(board: Dashboard, links: Links) -> Table | None:
    """Return the regions, networks or trusts of the area side by side; None of a trust."""
    grouping = board.area.children
    if grouping is None:
        return None
    ages = reference_ages()
    # Columns that say nothing but "not known" would push what is known off the page.
    is_known = any(part.persons.number for part in board.children)
    densities = DENSITIES if is_known else ()
    note = "" if is_known else f"Figures per million people are left out: {_why_not_known(board)}."
    headings = [
        grouping.label,
        "Machines",
        *(f"{years} years or older" for years in ages),
        *_due_headings(board),
        *(f"{modality.label} per million people" for modality in densities),
    ]
    rows = []
    for part in (*board.children, board.whole):
        figures = [
            _number(part.ages.total, links.machines(part)),
            *(_share(part.ages.at_least(years), links.machines(part, age_from=str(years))) for years in ages),
            *_due(part, links),
            *(_density(part.per_million(m), links.machines(part, modality=m.value)) for m in densities),
        ]
        rows.append(Row(part.name, figures, links.child(part), is_total=part.group is None))
    return Table("children", f"{grouping.plural.capitalize()} side by side", headings, rows, note)


def _why_not_known(board: Dashboard) -> str:
    """Say why no child has a population: the reason of each, once."""
    whys = sorted({part.persons.why_not_known for part in board.children})
    return f"the population of none of them is known ({'; '.join(whys)})"


def _ages(part: Part, links: Links) -> Iterator[Figure]:
    yield _number(part.ages.total, links.machines(part))
    for band in Band:
        yield _number(part.ages.in_band(band), links.machines(part, band=band.value))
    for years in reference_ages():
        yield _share(part.ages.at_least(years), links.machines(part, age_from=str(years)))


def _due_headings(board: Dashboard) -> list[str]:
    year_end = ends_on(financial_year_of(board.on))
    return [
        "Overdue by guidance",
        f"Due by {date_gb(year_end)}",
        "Support has ended",
        f"Support ends within {SUPPORT_MONTHS} months",
    ]


def _due(part: Part, links: Links) -> Iterator[Figure]:
    yield _number(part.overdue, links.machines(part, due="overdue"))
    yield _number(part.due_this_year, links.machines(part, due="this_year"))
    yield _number(part.support.ended, links.machines(part, support="ended"))
    yield _number(part.support.ending, links.machines(part, support="ending"))


def _number(number: int, url: str) -> Figure:
    return Figure(f"{number:,}", number, url if number else "")


def _share(share: Share, url: str) -> Figure:
    return Figure(_share_text(share), _percent(share), url if share.part else "")


def _share_text(share: Share) -> str:
    return f"{share.percent} ({share.counts})" if share.whole else "not known"


def _percent(share: Share) -> Decimal | None:
    if not share.whole:
        return None
    return (Decimal(100 * share.part) / share.whole).quantize(Decimal("0.1"))


def _density(density: PerMillion, url: str) -> Figure:
    return Figure(density.text, density.figure, url if density.machines else "", density.lines)
