"""Fictional networks, ICBs, trusts and sites in the real seven regions.

Codes are Z and a letter and a digit, which the ODS gives to no English organisation: ZA1 is the first trust of network A,
ZA101 its first site, ZY1 an ICB, ZZA a network. Names do not depend on the seed, so that guides and tests can use them.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from networks.actions.mergers import absorb_network, join_network, merge_trusts
from networks.actions.organisations import load_organisations
from networks.domain.access import Actor
from networks.domain.financial_year import financial_year_of, starts_on
from networks.domain.organisations import Kind, Tie
from networks.models import Link, Organisation, Population

MEMBERS_SINCE = date(2020, 4, 1)
MARK = "(demonstration)"
_CODE = re.compile(r"Z[A-X][1-9]")

_PREFIXES = (
    *("Aller", "Bracken", "Corven", "Dunnel", "Elver", "Fallow", "Garron", "Hesk", "Islin", "Jessam"),
    *("Kerrow", "Lorring", "Maddle", "Nether", "Orrin", "Pellow", "Quarren", "Rushen", "Senna", "Tarrow"),
    *("Umber", "Varley", "Withen", "Yarrel", "Zellin", "Ambler", "Bexing", "Cravel", "Dorrel", "Estry"),
)
_SUFFIXES = ("mere", "wold", "garth", "hythe", "combe", "stow", "fleet", "den")
_TRUST_NAMES = (
    "{0} Teaching Hospitals NHS Foundation Trust",
    "{0} and District Hospitals NHS Trust",
    "Royal {0} NHS Foundation Trust",
    "{0} Hospitals NHS Foundation Trust",
    "{0} Valley Healthcare NHS Trust",
    "{0} Integrated Care NHS Foundation Trust",
)
_SITE_NAMES = (
    ("{0} Royal Infirmary", "{0} University Hospital", "{0} General Hospital"),
    ("St Hilda's Hospital, {0}", "{0} Community Hospital", "{0} Cottage Hospital"),
    ("{0} Community Diagnostic Centre",),
)
POPULATION_SOURCE = "Invented for the demonstration"
_PERSONS_PER_SIZE = 45_000
"""Gives three networks of some 400 machines about as many CT scanners per million people as the United Kingdom has."""
_PERSONS_PER_SIZE_IN_ENGLAND = 28_000
"""Gives all 24 networks together about as many people as England has."""
_SIZES = (15, 9, 11, 8, 12, 7, 10, 9, 6)
"""How large the trusts of a network are beside one another; the ninth is always small."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A network of the demonstration: its letter, name, region and about where it is (degrees)."""

    letter: str
    name: str
    region: str
    latitude: str
    longitude: str
    trusts: int


_FIRST_THREE = (
    _Place("A", "Fellside", "Y62", "54.05", "-2.60", 9),
    _Place("B", "Trentwold", "Y60", "52.85", "-1.40", 8),
    _Place("C", "Fenmarch", "Y61", "52.40", "0.35", 7),
)
_REST_OF_ENGLAND = tuple(
    _Place(letter, name, region, latitude, longitude, trusts)
    for letter, name, region, latitude, longitude, trusts in (
        ("D", "Cheviot Water", "Y63", "55.10", "-1.75", 8),
        ("E", "Wharfedown", "Y63", "53.95", "-1.60", 9),
        ("F", "Humberhead", "Y63", "53.70", "-0.55", 8),
        ("G", "Donsett", "Y63", "53.45", "-1.30", 8),
        ("H", "Merseyfold", "Y62", "53.40", "-2.85", 9),
        ("I", "Irwell Moors", "Y62", "53.55", "-2.20", 9),
        ("J", "Deemarsh", "Y62", "53.15", "-2.70", 8),
        ("K", "Arden Heath", "Y60", "52.40", "-1.75", 9),
        ("L", "Severn Clee", "Y60", "52.45", "-2.50", 8),
        ("M", "Nenewater", "Y60", "52.30", "-0.85", 8),
        ("N", "Broadland Ridge", "Y61", "52.60", "1.20", 8),
        ("O", "Stourholt", "Y61", "51.90", "0.80", 8),
        ("P", "Northbank", "Y56", "51.56", "-0.15", 9),
        ("Q", "Lea and Roding", "Y56", "51.56", "0.05", 8),
        ("R", "Wandle", "Y56", "51.42", "-0.20", 8),
        ("S", "Brent and Colne", "Y56", "51.55", "-0.35", 9),
        ("T", "Wealdstow", "Y59", "51.10", "0.40", 9),
        ("U", "Itchen Down", "Y59", "51.00", "-1.30", 8),
        ("V", "Thamesvale", "Y59", "51.65", "-1.15", 8),
        ("W", "Tamarside", "Y58", "50.60", "-3.90", 8),
        ("X", "Mendip Vale", "Y58", "51.30", "-2.60", 8),
    )
)


@dataclass
class DemoTrust:
    """A trust of the demonstration with its sites, main site first; `size` is relative to the others'."""

    row: Organisation
    network: Organisation
    region: Organisation
    sites: list[Organisation]
    size: int


@dataclass
class Cast:
    """All organisations of the demonstration, in the order of their codes."""

    nation: Organisation
    networks: list[Organisation] = field(default_factory=list)
    trusts: list[DemoTrust] = field(default_factory=list)

    def trust(self, code: str) -> Organisation:
        return next(trust.row for trust in self.trusts if trust.row.code == code)

    def of_network(self, network: Organisation) -> list[DemoTrust]:
        return [trust for trust in self.trusts if trust.network == network]


def is_demonstration(code: str) -> bool:
    """Say whether a trust's code is one of the demonstration's."""
    return _CODE.fullmatch(code) is not None


def make_organisations(*, by: Actor, random: Random, as_at: date, whole_of_england: bool) -> Cast:
    """Make the organisations, with a merger and a phase-2 absorption ahead of `as_at`, and return them."""
    load_organisations(by=by, on=as_at)
    regions = {row.code: row for row in Organisation.objects.filter(kind=Kind.REGION)}
    cast = Cast(Organisation.objects.get(kind=Kind.NATION))
    places = (*_FIRST_THREE, *(_REST_OF_ENGLAND if whole_of_england else ()))
    towns = _towns()
    links: list[Link] = []
    for number, place in enumerate(places):
        _make_network(cast, place, number, regions[place.region], towns, links, random)
    Link.objects.bulk_create(links)
    _invent_population(cast, links, as_at.year, whole_of_england=whole_of_england)
    _announce_changes(by, cast, as_at)
    return cast


def _invent_population(cast: Cast, links: list[Link], year: int, *, whole_of_england: bool) -> None:
    """Give each ICB round figures after the size of its trusts."""
    size = {trust.row: trust.size for trust in cast.trusts}
    sizes: dict[Organisation, int] = {}
    for link in links:
        if link.tie == Tie.PART_OF and link.source in size:
            sizes[link.target] = sizes.get(link.target, 0) + size[link.source]
    each = _PERSONS_PER_SIZE_IN_ENGLAND if whole_of_england else _PERSONS_PER_SIZE
    Population.objects.bulk_create(
        Population(icb=icb, year=year, persons=round(each * of_icb, -4), source=POPULATION_SOURCE)
        for icb, of_icb in sizes.items()
    )


def _towns() -> Iterable[str]:
    """Invented towns, no two alike: each prefix meets each suffix once."""
    for number in range(len(_PREFIXES) * len(_SUFFIXES)):
        block, place = divmod(number, len(_PREFIXES))
        yield _PREFIXES[place] + _SUFFIXES[(place + number + block) % len(_SUFFIXES)]


def _make_network(
    cast: Cast,
    place: _Place,
    number: int,
    region: Organisation,
    towns: Iterable[str],
    links: list[Link],
    random: Random,
) -> None:
    network = Organisation.objects.create(
        kind=Kind.NETWORK, code=f"ZZ{place.letter}", name=f"{place.name} Imaging Network {MARK}"
    )
    icbs = [
        Organisation(
            kind=Kind.ICB,
            code=f"ZY{2 * number + half + 1}",
            name=f"NHS {place.name} {side} Integrated Care Board {MARK}",
        )
        for half, side in enumerate(("North", "South"))
    ]
    Organisation.objects.bulk_create(icbs)
    links += [Link(source=icb, target=region, tie=Tie.PART_OF) for icb in icbs]
    cast.networks.append(network)
    trusts = [_trust(place, position, next(iter(towns)), random) for position in range(place.trusts)]
    Organisation.objects.bulk_create([trust for trust, _ in trusts])
    Organisation.objects.bulk_create([site for _, sites in trusts for site in sites])
    for position, (trust, sites) in enumerate(trusts):
        icb = icbs[2 * position >= place.trusts]
        links.append(Link(source=trust, target=icb, tie=Tie.PART_OF))
        links.append(Link(source=trust, target=network, tie=Tie.MEMBER_OF, starts_on=MEMBERS_SINCE))
        links += [Link(source=site, target=trust, tie=Tie.PART_OF) for site in sites]
        cast.trusts.append(DemoTrust(trust, network, region, sites, _SIZES[position]))


def _trust(
    place: _Place, position: int, town: str, random: Random
) -> tuple[Organisation, list[Organisation]]:
    code = f"Z{place.letter}{position + 1}"
    name = _TRUST_NAMES[position % len(_TRUST_NAMES)].format(town)
    trust = Organisation(kind=Kind.TRUST, code=code, name=name, opened_on=date(2004 + position, 4, 1))
    how_many = 2 if _SIZES[position] < 10 else 3
    sites = [
        Organisation(
            kind=Kind.SITE,
            code=f"{code}{number + 1:02d}",
            name=choice[position % len(choice)].format(town),
            latitude=Decimal(place.latitude) + _spread(random),
            longitude=Decimal(place.longitude) + _spread(random),
        )
        for number, choice in enumerate(_SITE_NAMES[:how_many])
    ]
    return trust, sites


def _spread(random: Random) -> Decimal:
    """Up to about 30 km either way, to the hundredth of a degree."""
    return Decimal(random.randrange(-25, 26)) / 100


def _announce_changes(by: Actor, cast: Cast, as_at: date) -> None:
    """Two trusts of network B merge next April; network C is absorbed by B two years later; a trust is in two networks."""
    next_april = starts_on(financial_year_of(as_at) + 1)
    phase_2 = starts_on(financial_year_of(as_at) + 3)
    first, second, third = cast.networks[:3]
    merge_trusts(
        by=by,
        old=cast.trust("ZB3"),
        into=cast.trust("ZB4"),
        on=next_april,
        reason="The boards of both trusts agreed to merge",
    )
    absorb_network(by=by, old=third, into=second, on=phase_2, reason="Phase 2 of the imaging networks")
    join_network(
        by=by,
        trust=cast.trust("ZB8"),
        network=first,
        on=MEMBERS_SINCE + timedelta(days=365),
        is_primary=False,
        reason="Shares a radiology rota with its neighbours",
    )
