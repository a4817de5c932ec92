"""The quality of the register: every machine's findings and completeness, in a number of queries that does not grow."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, F, Q
from django.db.models.functions import Lower

from assets.domain.completeness import Completeness, completeness
from assets.domain.entries import reference_of
from assets.domain.facts import FACTS
from assets.domain.naming import make_in_words
from assets.domain.quality import Finding, FindingKind, Machine, findings
from assets.domain.vocabulary import Modality, Status
from assets.models import Asset
from assets.queries.places import owners_of_sites
from networks.domain.access import Actor, Permission
from networks.domain.organisations import Structure
from networks.queries.organisations import structure

_FIELDS = (
    "pk",
    "trust_id",
    "version",
    *(name for fact in FACTS for name in fact.fields if fact.key != "notes"),
)
_JOINED = {"model_modality": "machine_model__modality", "site_name": "site__name"}


@dataclass(frozen=True, slots=True)
class Examined:
    """One machine with what was found. `trust_id` answers for it today; `in_fleet` is False for the retired."""

    id: int
    version: int
    trust_id: int
    owner_id: int
    site_id: int
    site_name: str
    modality: Modality
    name: str
    completeness: Completeness
    findings: tuple[Finding, ...]
    verified_on: date | None
    in_fleet: bool

    @property
    def reference(self) -> str:
        """Our own number for it: A000123."""
        return reference_of(self.id)


@dataclass(slots=True)
class TrustQuality:
    """A trust's register: machines in the fleet, how complete, findings by kind, and its oldest check.

    `checked` of `machines` have a day on which their facts were checked; `oldest_check_on` is the earliest of these.
    """

    trust_id: int
    name: str
    machines: int = 0
    checked: int = 0
    oldest_check_on: date | None = None
    newest_check_on: date | None = None
    completeness: Completeness = Completeness()
    counts: Counter[FindingKind] = field(default_factory=Counter)

    def add(self, machine: Examined) -> None:
        """Count one machine."""
        self.counts.update(finding.kind for finding in machine.findings)
        if not machine.in_fleet:
            return
        self.machines += 1
        self.completeness += machine.completeness
        if machine.verified_on is not None:
            self.checked += 1
            self.oldest_check_on = min(self.oldest_check_on or machine.verified_on, machine.verified_on)
            self.newest_check_on = max(self.newest_check_on or machine.verified_on, machine.verified_on)

    @property
    def numbers(self) -> list[tuple[FindingKind, int]]:
        """Each kind with the number of its findings."""
        return [(kind, self.counts[kind]) for kind in FindingKind]

    def of_kind(self, kind: FindingKind) -> int:
        """Return the number of findings of a kind."""
        return self.counts[kind]


@dataclass(frozen=True, slots=True)
class Register:
    """The examined machines that an actor may see, and the structure they were examined under."""

    machines: tuple[Examined, ...]
    england: Structure

    def by_trust(self) -> list[TrustQuality]:
        """Return the trusts by name, each with its sums."""
        trusts: dict[int, TrustQuality] = {}
        for machine in self.machines:
            name = self.england.name(machine.trust_id)
            trusts.setdefault(machine.trust_id, TrustQuality(machine.trust_id, name)).add(machine)
        return sorted(trusts.values(), key=lambda trust: trust.name.casefold())


def examined(actor: Actor, *, on: date, trust_id: int | None = None) -> Register:
    """Return what is found in the register an actor may see, of one trust (with its predecessors) or of all.

    Machines in the fleet, and retired ones whose day of retirement is not known. Findings about prices are only for those
    who may see what equipment cost. Five queries.
    """
    england = structure(on=on)
    assets = Asset.objects.visible_to(actor).exclude(status=Status.RETIRED.value, retired_on__isnull=False)
    if trust_id is not None:
        assets = assets.filter(trust_id__in=england.with_predecessors(trust_id))
    shared, owners = _shared_serials(), owners_of_sites(on=on)
    with_prices = actor.can(Permission.VIEW_EQUIPMENT_PRICES)
    rows = assets.order_by("pk").values(*_FIELDS, **{name: F(path) for name, path in _JOINED.items()})
    return Register(tuple(_examined(rows, england, shared, owners, on, with_prices=with_prices)), england)


def _examined(
    rows: Iterable[dict[str, Any]],
    england: Structure,
    shared: frozenset[tuple[str, str]],
    owners: dict[int, int],
    on: date,
    *,
    with_prices: bool,
) -> Iterator[Examined]:
    for row in rows:
        trust_id = england.current(row["trust_id"])
        owner = owners.get(row["site_id"])
        machine = Machine(
            row,
            row["model_modality"],
            is_serial_elsewhere=(row["manufacturer"].lower(), row["serial_number"].lower()) in shared,
            is_site_of_another_trust=owner is not None and england.current(owner) != trust_id,
        )
        modality = Modality(row["modality"])
        yield Examined(
            row["pk"],
            row["version"],
            trust_id,
            row["trust_id"],
            row["site_id"],
            row["site_name"],
            modality,
            make_in_words(row["manufacturer"], row["model_name"]),
            completeness(row, modality),
            tuple(f for f in findings(machine, on=on) if with_prices or not f.is_price),
            row["verified_on"],
            in_fleet=row["status"] != Status.RETIRED,
        )


def _shared_serials() -> frozenset[tuple[str, str]]:
    """The makers and serial numbers that machines of several trusts have, in small letters. One query."""
    found = (
        Asset.objects.filter(~Q(serial_number=""), ~Q(manufacturer=""))
        .exclude(status=Status.RETIRED.value)
        .order_by()
        .values(maker=Lower("manufacturer"), serial=Lower("serial_number"))
        .annotate(trusts=Count("trust_id", distinct=True))
        .filter(trusts__gt=1)
    )
    return frozenset((row["maker"], row["serial"]) for row in found)
