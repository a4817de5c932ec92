"""How old the fleet is: as at any date, by modality, trust, network or region, and in the years ahead."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from assets.charts.fleet import (
    ages_row,
    band_headings,
    bands_chart,
    forward_chart,
    machines_noun,
    share_headings,
)
from assets.domain.ageing import Band, band_edges
from assets.domain.cocir import cocir_lights
from assets.domain.fleet import AgeTally
from assets.domain.fleet_groups import Group, Grouping, in_order, sort_keys
from assets.domain.guidance import all_guidance, reference_ages
from assets.exports.fleet import fleet_headings, fleet_rows
from assets.forms.fleet import FleetForm
from assets.queries.fleet import FleetAge
from assets.queries.fleet import fleet_age as read_fleet_age
from assets.queries.fleet_clocks import fleet_clocks
from networks.domain.access import Actor, Permission
from networks.exports.tables import table_response
from networks.http import Request
from networks.templatetags.format import date_gb


def fleet_age(request: Request) -> HttpResponse:
    """Show the fleet's ages on the day asked for, with what stands behind each number."""
    request.actor.require(Permission.VIEW_ASSETS)
    form = _form(request)
    context: dict[str, object] = {"form": form, "today": timezone.localdate()}
    if form.is_valid():
        context |= _context(request, form)
    return render(request, "assets/fleet_age.html", context)


def fleet_age_export(request: Request) -> HttpResponseBase:
    """Download the table that the page shows, in its order, as CSV or (format=xlsx) a workbook."""
    request.actor.require(Permission.VIEW_ASSETS)
    form = _form(request)
    if not form.is_valid():
        return render(request, "assets/fleet_age.html", {"form": form}, status=400)
    fleet = _read(request, form)
    headings = fleet_headings(fleet.grouping, on=fleet.on)
    rows = fleet_rows(in_order(fleet.groups, request.GET.get("sort", "")), fleet.whole, on=fleet.on)
    modality = f"-{fleet.modality.value}" if fleet.modality else ""
    name = f"fleet-age-by-{fleet.grouping.value}{modality}-{fleet.on:%Y-%m-%d}"
    return table_response(request.GET.get("format", ""), name, f"As at {fleet.on:%d-%m-%Y}", headings, rows)


def groupings(actor: Actor) -> list[Grouping]:
    """Return what an actor can group by, the most useful first: one trust has no networks or regions to compare."""
    if actor.where.everywhere:
        return [Grouping.REGION, Grouping.NETWORK, Grouping.TRUST, Grouping.MODALITY]
    if actor.where.network_ids:
        return [Grouping.TRUST, Grouping.MODALITY, Grouping.NETWORK, Grouping.REGION]
    return [Grouping.MODALITY, Grouping.TRUST]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table: its name, its figures as (text, address or ""), and what is remarkable."""

    name: str
    figures: list[tuple[str, str]]
    flag: str


def _form(request: Request) -> FleetForm:
    return FleetForm(request.GET.dict(), today=timezone.localdate(), groupings=groupings(request.actor))


def _read(request: Request, form: FleetForm) -> FleetAge:
    return read_fleet_age(
        request.actor,
        on=form.cleaned_data["as_at"],
        grouping=form.grouping,
        modality=form.chosen_modality,
        last_year=form.cleaned_data["until"],
    )


def _context(request: Request, form: FleetForm) -> dict[str, object]:
    fleet = _read(request, form)
    noun = machines_noun(fleet.modality.label if fleet.modality else "")
    source = f"Source: the register, {request.actor.acting_for}, as at {date_gb(fleet.on)}."
    groups = in_order(fleet.groups, request.GET.get("sort", ""))
    links = Links(fleet, today=timezone.localdate())
    return {
        "fleet": fleet,
        "data_as_at": fleet.on,
        "noun": noun,
        "figures": _figures(fleet, noun, links),
        "chart": bands_chart(groups, noun=noun, by=fleet.grouping, source=source) if groups else None,
        "ahead_chart": forward_chart(fleet.ahead, noun=noun, source=source) if len(fleet.ahead) > 1 else None,
        "band_headings": band_headings(),
        "share_headings": list(zip(sort_keys(), share_headings(), strict=True)),
        "rows": list(_rows(groups, links)),
        "total": _row("All", fleet.whole, "", links.of(None)),
        "flagged": [(group, links.trust(group)) for group in fleet.flagged],
        "lights": cocir_lights(fleet.whole, on=fleet.on),
        "group_lights": [(group.name, cocir_lights(group.ages, on=fleet.on)) for group in groups],
        "clock_counts": fleet_clocks(request.actor, on=fleet.on, modality=fleet.modality),
        "guidance": all_guidance(fleet.modality),
        "moments": _moments(timezone.localdate()),
        "query": _query(form, request.GET.get("sort", "")),
        "is_past": fleet.on < timezone.localdate(),
        "is_ahead": fleet.on > timezone.localdate(),
    }


class Links:
    """Addresses of the equipment list that show the machines behind a number.

    The list shows today's register, so a number of another day leads to the machines that make it up today.
    """

    def __init__(self, fleet: FleetAge, *, today: date) -> None:
        self._fleet, self._today = fleet, today

    def trust(self, trust: Group) -> str:
        """Return the address of a trust's machines, of the modality that is shown."""
        return self._url(self._modality, trust.trust_ids)

    def machines(self, group: Group | None) -> str:
        """Return the address of the machines of a row (None: all), of any age."""
        if group is None:
            return self._url(self._modality, ())
        if self._fleet.grouping is Grouping.MODALITY:
            return self._url(group.key, ())
        return self._url(self._modality, group.trust_ids)

    @property
    def _modality(self) -> str:
        return self._fleet.modality.value if self._fleet.modality else ""

    def _url(self, modality: str, trust_ids: Iterable[int]) -> str:
        parameters = {
            "modality": [modality] if modality else [],
            "trust": sorted(trust_ids),
            "as_at": [self._fleet.on.isoformat()] if self._fleet.on != self._today else [],
        }
        return f"{reverse('asset_list')}?{urlencode(parameters, doseq=True)}"

    def of(self, group: Group | None) -> list[str]:
        """Return the addresses behind the figures of a row: all, each band, each share."""
        every = self.machines(group)
        return [
            every,
            *(_narrowed(every, [band]) for band in Band),
            *(_narrowed(every, _bands_from(years)) for years in reference_ages()),
        ]


def _bands_from(years: int) -> list[Band]:
    """Return the bands that make up an age and more; none where no band begins at it, so that no list can show it."""
    edges = band_edges()
    return [band for band, edge in edges.items() if edge >= years] if years in edges.values() else []


def _narrowed(url: str, bands: list[Band]) -> str:
    """Narrow an address of the list to some bands; "" for none."""
    if not bands:
        return ""
    joint = "" if url.endswith("?") else "&"
    return url + joint + urlencode({"band": [band.value for band in bands]}, doseq=True)


def _rows(groups: Iterable[Group], links: Links) -> Iterator[Row]:
    for group in groups:
        yield _row(group.name, group.ages, group.whole_fleet_words, links.of(group))


def _row(name: str, ages: AgeTally, flag: str, urls: list[str]) -> Row:
    texts = ages_row(name, ages)[1:]
    nothing = ("0", "0%", "not known")
    return Row(
        name,
        [
            (text, "" if text.split(" (")[0] in nothing else url)
            for text, url in zip(texts, urls, strict=True)
        ],
        flag,
    )


def _figures(fleet: FleetAge, noun: str, links: Links) -> list[dict[str, str]]:
    urls = links.of(None)
    shown = [
        {
            "label": f"{noun[0].upper()}{noun[1:]} in the fleet",
            "value": f"{fleet.whole.total:,}",
            "detail": f"{fleet.whole.known:,} of known age, {fleet.whole.not_known:,} not known",
            "url": urls[0],
        }
    ]
    ages = reference_ages()
    for years, url in zip(ages, urls[-len(ages) :], strict=True):
        share = fleet.whole.at_least(years)
        shown.append(
            {
                "label": f"{years} years or older",
                "value": share.percent,
                "detail": share.words(noun) if share.whole else f"no {noun} of known age",
                "url": url,
            }
        )
    if len(fleet.trusts) > 1:
        trusts = fleet.trusts_with_one_ten_or_older
        shown.append(
            {
                "label": "Trusts with at least one of ten years or older",
                "value": trusts.percent,
                "detail": f"{trusts.counts} trusts with a machine of known age",
                "url": "",
            }
        )
    return shown


def _moments(today: date) -> list[tuple[str, str]]:
    """Days worth a look: today, the last and next 31 March, and five years on."""
    last = date(today.year if today > date(today.year, 3, 31) else today.year - 1, 3, 31)
    days = [last, today, last.replace(year=last.year + 1), last.replace(year=last.year + 6)]
    return [("Today" if day == today else date_gb(day), day.isoformat()) for day in days]


def _query(form: FleetForm, sort: str) -> str:
    """What the page was asked, as the query of an export's address."""
    asked = {
        "as_at": form.cleaned_data["as_at"].isoformat(),
        "by": form.cleaned_data["by"],
        "modality": form.cleaned_data["modality"],
        "until": str(form.cleaned_data["until"]),
        "sort": sort,
    }
    return urlencode({name: value for name, value in asked.items() if value})
