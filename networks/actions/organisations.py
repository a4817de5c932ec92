"""Bringing the organisations of England into line with what the ODS files say. Nothing is ever deleted."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from networks.actions.belongings import Belongings
from networks.actions.events import record
from networks.domain.access import Actor, Permission
from networks.domain.ods import Area, Problem, Site, Trust, england, named_icbs, regions_of_icbs
from networks.domain.organisations import Kind, Tie
from networks.models import Link, Organisation

_WORDS = {
    "name": "name",
    "gss_code": "ONS code",
    "postcode": "postcode",
    "latitude": "latitude",
    "longitude": "longitude",
    "opened_on": "opened",
    "closed_on": "closed",
}


@dataclass
class LoadReport:
    """What a load did. Counters count organisations by kind; `changes` are sentences; `problems` are all there were."""

    created: Counter[Kind] = field(default_factory=Counter)
    changed: Counter[Kind] = field(default_factory=Counter)
    unchanged: Counter[Kind] = field(default_factory=Counter)
    links_made: int = 0
    changes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def wrote_something(self) -> bool:
        return bool(self.created or self.changed or self.links_made or self.changes)


@transaction.atomic
def load_organisations(
    *,
    by: Actor,
    on: date,
    regions: Iterable[Area] = (),
    icbs: Iterable[Area] = (),
    trusts: Iterable[Trust] = (),
    sites: Iterable[Site] = (),
) -> LoadReport:
    """Add what is missing, correct what is said otherwise, and tie trust to ICB to region, site to trust.

    England and its seven regions are always there afterwards. A changed belonging ends and its successor begins on `on`
    (the day of the load); the first that is ever recorded has no start, for "as long as records go back". A second load of
    the same files changes nothing. Every change of an organisation that was there is recorded as an event of its own, the
    rest as one. Raises NotAllowed without ADMINISTER.
    """
    by.require(Permission.ADMINISTER)
    # One load at a time: the row everyone needs is the lock.
    list(Organisation.objects.select_for_update().filter(kind=Kind.NATION))
    trusts = list(trusts)
    register = _Register(by)
    _put_areas(register, list(regions), list(icbs), trusts)
    _put_trusts(register, trusts)
    loaded_sites = _put_sites(register, sites)
    _tie(register, trusts, loaded_sites, on)
    report = register.report
    if report.wrote_something:
        counts = {f"{kind}s added": (None, number) for kind, number in report.created.items()}
        record(
            by=by,
            action="organisations.loaded",
            subject_type="organisations",
            subject_id=None,
            subject_label="Organisations of England",
            changes={**counts, "links added": (None, report.links_made)},
        )
    return report


class _Register:
    """The organisations by kind and code, as rows, kept in step with the database."""

    def __init__(self, by: Actor) -> None:
        self.by = by
        self.report = LoadReport()
        self._rows = {(Kind(row.kind), row.code): row for row in Organisation.objects.all()}
        self._succeeded = set(Link.objects.filter(tie=Tie.SUCCEEDED_BY).values_list("source_id", flat=True))

    def get(self, kind: Kind, code: str) -> Organisation | None:
        return self._rows.get((kind, code))

    def of_kind(self, kind: Kind) -> list[Organisation]:
        return [row for (row_kind, _), row in self._rows.items() if row_kind is kind]

    def put(self, kind: Kind, stated: Mapping[str, dict[str, Any]]) -> None:
        """Make organisations of one kind say what is stated of them: code to column to value."""
        new = []
        for code, values in stated.items():
            row = self.get(kind, code)
            if row is None:
                new.append(Organisation(kind=kind, code=code, **values))
            else:
                self._correct(row, values)
        for row in Organisation.objects.bulk_create(new):
            self._rows[kind, row.code] = row
        self.report.created.update({kind: len(new)} if new else {})

    def _correct(self, row: Organisation, values: dict[str, Any]) -> None:
        kind = Kind(row.kind)
        was = {name: getattr(row, name) for name in values}
        differing = {name: value for name, value in values.items() if was[name] != value}
        if row.pk in self._succeeded and values.get("closed_on", row.closed_on) is None:
            # A merger recorded here is known before the ODS closes the trust.
            differing.pop("closed_on", None)
        if not differing:
            self.report.unchanged[kind] += 1
            return
        for name, value in differing.items():
            setattr(row, name, value)
        row.save(update_fields=list(differing))
        self.report.changed[kind] += 1
        changes = {_WORDS[name]: (was[name], value) for name, value in differing.items()}
        self.report.changes += [
            f"{row.code} {row.name}: {word} was {old if old not in (None, '') else 'not known'}, "
            f"is {new if new not in (None, '') else 'not known'}"
            for word, (old, new) in changes.items()
        ]
        record(
            by=self.by,
            action="organisation.changed",
            subject_type="organisation",
            subject_id=row.pk,
            subject_label=f"{row.name} ({row.code})",
            changes=changes,
            trust_id=row.pk if kind is Kind.TRUST else None,
        )


def _put_areas(register: _Register, regions: list[Area], icbs: list[Area], trusts: list[Trust]) -> None:
    nation, built_in = england()
    register.put(Kind.NATION, {nation.code: {"name": nation.name, "gss_code": nation.gss_code}})
    by_code = {region.code: region for region in [*built_in, *regions]}
    register.put(Kind.REGION, {code: _area(region) for code, region in by_code.items()})
    names = {icb.code: icb for icb in icbs}
    stated = {}
    for icb in named_icbs([*names, *(t.icb_code for t in trusts if t.icb_code)], names):
        # A code that no file names must not unname an ICB whose name is known from before.
        known_from_before = icb.code not in names and register.get(Kind.ICB, icb.code) is not None
        stated[icb.code] = {} if known_from_before else _area(icb)
        if icb.code not in names and not known_from_before:
            register.report.problems.append(
                Problem(
                    "ICB names", None, icb.code, "No name was given for this ICB; it is shown by its code."
                )
            )
    register.put(Kind.ICB, stated)


def _area(area: Area) -> dict[str, Any]:
    return {"name": area.name, **({"gss_code": area.gss_code} if area.gss_code else {})}


def _put_trusts(register: _Register, trusts: list[Trust]) -> None:
    columns = ("name", "postcode", "opened_on", "closed_on")
    register.put(Kind.TRUST, {t.code: {name: getattr(t, name) for name in columns} for t in trusts})


def _put_sites(register: _Register, sites: Iterable[Site]) -> list[Site]:
    """Put the sites whose trust is known; report the others, which are not ours to show."""
    ours = []
    for site in sites:
        if register.get(Kind.TRUST, site.trust_code):
            ours.append(site)
        else:
            parent = (
                f"Its parent {site.trust_code} is no trust we know"
                if site.trust_code
                else "It names no parent trust"
            )
            message = f"{parent}; {site.name} was not loaded."
            register.report.problems.append(Problem("site file", site.line, site.code, message))
    columns = ("name", "postcode", "latitude", "longitude")
    register.put(Kind.SITE, {s.code: {name: getattr(s, name) for name in columns} for s in ours})
    return ours


def _tie(register: _Register, trusts: list[Trust], sites: list[Site], on: date) -> None:
    belongings = Belongings(by=register.by, on=on)
    nation = register.get(Kind.NATION, england()[0].code)
    for region in register.of_kind(Kind.REGION):
        belongings.put(region, nation)
    agreed, disputed = regions_of_icbs(trusts)
    problems = register.report.problems
    for icb_code, codes in disputed.items():
        message = f"Its trusts name different regions ({', '.join(codes)}); its region was left as it was."
        problems.append(Problem("etr file", None, icb_code, message))
    for icb_code, region_code in agreed.items():
        of_icb = register.get(Kind.REGION, region_code)
        if of_icb is None:
            problems.append(Problem("etr file", None, icb_code, f"Its region {region_code} is not known."))
        else:
            belongings.put(register.get(Kind.ICB, icb_code), of_icb)
    for trust in trusts:
        row = register.get(Kind.TRUST, trust.code)
        if trust.icb_code:
            belongings.put(row, register.get(Kind.ICB, trust.icb_code))
        else:
            problems.append(
                Problem("etr file", trust.line, trust.code, f"{trust.name} has no ICB, and so no region.")
            )
        if row is not None and row.closed_on:
            belongings.end_all(row, row.closed_on + timedelta(days=1))
    for site in sites:
        trust_row = register.get(Kind.TRUST, site.trust_code)
        belongings.put(register.get(Kind.SITE, site.code), trust_row)
        _report_closed_parent(problems, site, trust_row, belongings, on)
    belongings.save()
    register.report.links_made = belongings.made
    register.report.changes += belongings.changes
    problems += belongings.problems


def _report_closed_parent(
    problems: list[Problem], site: Site, trust: Organisation | None, belongings: Belongings, on: date
) -> None:
    if trust and trust.closed_on and trust.closed_on < on and not belongings.has_successor(trust):
        message = (
            f"{site.name} is given to {trust.name}, which closed on {trust.closed_on:%-d %B %Y}. Record that trust's "
            "successor and the site goes with it."
        )
        problems.append(Problem("site file", site.line, site.code, message))
