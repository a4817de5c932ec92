"""Mergers of trusts and ICBs, networks absorbing networks, trusts joining and leaving networks: all from a date on.

Nothing is rewritten: every change ends one dated link or begins another, so any day before it stays as it was. What
belonged to a predecessor (sites, equipment, member trusts) is found through the succession and is not moved.
"""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q

from networks.actions.events import record
from networks.domain.access import Actor, Permission
from networks.domain.organisations import Kind, Tie
from networks.models import Link, Organisation


class Refused(ValueError):
    """The change would contradict what is recorded. The message says what, and is fit to be shown."""


def merge_trusts(*, by: Actor, old: Organisation, into: Organisation, on: date, reason: str = "") -> Link:
    """Let one trust take over another from `on`, its first day; return the succession.

    The old trust closes the day before; its memberships of networks and its ICB end on `on`. Two trusts that become a
    third are merged into it one by one. Raises NotAllowed without ADMINISTER; Refused where either is not a trust or not
    open then, where the old one already has a successor or a change planned for later, or where it would close a circle.
    """
    return _succeed(by=by, old=old, into=into, on=on, reason=reason, kind=Kind.TRUST, action="trust.merged")


def merge_icbs(*, by: Actor, old: Organisation, into: Organisation, on: date, reason: str = "") -> Link:
    """Let one ICB take over another from `on`; its trusts are the successor's from then. Raises as `merge_trusts`."""
    return _succeed(by=by, old=old, into=into, on=on, reason=reason, kind=Kind.ICB, action="icb.merged")


def absorb_network(*, by: Actor, old: Organisation, into: Organisation, on: date, reason: str = "") -> Link:
    """Let one network absorb another from `on` (phase 2); its trusts are the successor's from then. Raises as `merge_trusts`."""
    return _succeed(
        by=by, old=old, into=into, on=on, reason=reason, kind=Kind.NETWORK, action="network.absorbed"
    )


@transaction.atomic
def _succeed(
    *, by: Actor, old: Organisation, into: Organisation, on: date, reason: str, kind: Kind, action: str
) -> Link:
    by.require(Permission.ADMINISTER)
    old, into = _locked(old, into)
    _check_succession(old, into, on, kind)
    upward = _upward_links(old, on)
    if planned := next((link for link in upward if link.starts_on and link.starts_on >= on), None):
        raise Refused(
            f"{old.name} is to join {planned.target.name} on {_day(planned.starts_on)}, when it would no longer be there. "
            "Take that back first."
        )
    for link in upward:
        link.ends_on = on
        link.save(update_fields=["ends_on"])
    old.closed_on = on - timedelta(days=1)
    old.save(update_fields=["closed_on"])
    succession = Link.objects.create(source=old, target=into, tie=Tie.SUCCEEDED_BY, starts_on=on)
    _record(by, action, old, {"succeeded by": (None, f"{into.name} from {_day(on)}")}, reason)
    return succession


def _check_succession(old: Organisation, into: Organisation, on: date, kind: Kind) -> None:
    for organisation in (old, into):
        _check_kind(organisation, kind)
    if old.pk == into.pk:
        raise Refused(f"{old.name} cannot succeed itself.")
    successors = dict(Link.objects.filter(tie=Tie.SUCCEEDED_BY).values_list("source_id", "target_id"))
    if old.pk in successors:
        heir = Organisation.objects.get(pk=successors[old.pk])
        raise Refused(f"{old.name} already has a successor: {heir.name}.")
    # Dates do not matter for a circle: whichever succession came last would lead nowhere.
    heir_id: int | None = into.pk
    while (heir_id := successors.get(heir_id)) is not None:  # type: ignore[arg-type]
        if heir_id == old.pk:
            raise Refused(f"{into.name} is itself to be succeeded by {old.name}; that would be a circle.")
    _check_open(into, on)
    # The ODS may have closed it the day before; longer ago, and nobody would have answered for it in between.
    day_before = on - timedelta(days=1)
    if old.closed_on and old.closed_on < day_before:
        next_day = old.closed_on + timedelta(days=1)
        raise Refused(
            f"{old.name} closed on {_day(old.closed_on)}; its successor takes over on {_day(next_day)}."
        )
    if old.opened_on and old.opened_on >= on:
        raise Refused(f"{old.name} opened on {_day(old.opened_on)}; it can be succeeded only after that.")


@transaction.atomic
def join_network(
    *,
    by: Actor,
    trust: Organisation,
    network: Organisation,
    on: date,
    is_primary: bool = True,
    reason: str = "",
) -> Link:
    """Make a trust a member of a network from `on`, and return the membership.

    A new primary membership ends the open primary one before it, and a secondary one in the same network. Raises
    NotAllowed without ADMINISTER; Refused where it is a member already, where either is not open or has a successor
    then, or where another primary membership is dated to overlap.
    """
    by.require(Permission.ADMINISTER)
    trust, network = _locked(trust, network)
    _check_kind(trust, Kind.TRUST)
    _check_kind(network, Kind.NETWORK)
    for organisation in (trust, network):
        _check_open(organisation, on)
    held = [link for link in _upward_links(trust, on) if link.tie == Tie.MEMBER_OF]
    ending = _memberships_that_give_way(trust, network, held, on, is_primary=is_primary)
    for link in ending:
        link.ends_on = on
        link.save(update_fields=["ends_on"])
    membership = Link.objects.create(
        source=trust, target=network, tie=Tie.MEMBER_OF, starts_on=on, is_primary=is_primary
    )
    words = "primary network" if is_primary else "further network"
    was = next((link.target.name for link in ending if link.is_primary), None) if is_primary else None
    _record(by, "network.joined", trust, {words: (was, f"{network.name} from {_day(on)}")}, reason, network)
    return membership


def _memberships_that_give_way(
    trust: Organisation, network: Organisation, held: list[Link], on: date, *, is_primary: bool
) -> list[Link]:
    """Return the memberships that end when the new one begins; raise Refused where one may not."""
    ending = []
    for link in held:
        same_network = link.target_id == network.pk
        if same_network and (link.is_primary or not is_primary):
            begins = f" from {_day(link.starts_on)}" if link.starts_on and link.starts_on >= on else ""
            raise Refused(f"{trust.name} is already a member of {network.name}{begins}.")
        if same_network or (is_primary and link.is_primary):
            if link.starts_on and link.starts_on >= on:
                raise Refused(
                    f"{trust.name} is to join {link.target.name} on {_day(link.starts_on)}, so a membership from "
                    f"{_day(on)} would overlap. Choose a later day, or take that back first."
                )
            if link.ends_on is not None:
                raise Refused(
                    f"{trust.name} is in {link.target.name} until {_day(link.ends_on)}; a trust has one primary network "
                    "at a time. Choose that day or a later one."
                )
            ending.append(link)
    return ending


@transaction.atomic
def leave_network(
    *, by: Actor, trust: Organisation, network: Organisation, on: date, reason: str = ""
) -> Link:
    """End a trust's membership of a network: `on` is the first day on which it is no longer a member. Return the link.

    Raises NotAllowed without ADMINISTER; Refused where it is not a member then or would leave before it joins.
    """
    by.require(Permission.ADMINISTER)
    trust, network = _locked(trust, network)
    held = [
        link
        for link in _upward_links(trust, on)
        if link.tie == Tie.MEMBER_OF and link.target_id == network.pk
    ]
    if not held:
        raise Refused(f"{trust.name} is not a member of {network.name} on {_day(on)}.")
    if held[0].starts_on and held[0].starts_on >= on:
        raise Refused(
            f"{trust.name} joins {network.name} on {_day(held[0].starts_on)}; it can leave only after that."
        )
    held[0].ends_on = on
    held[0].save(update_fields=["ends_on"])
    _record(by, "network.left", trust, {"network": (network.name, f"left {_day(on)}")}, reason, network)
    return held[0]


def _locked(*organisations: Organisation) -> tuple[Organisation, ...]:
    """Return the organisations as they stand, locked until the transaction ends, in the order given."""
    pks = {organisation.pk for organisation in organisations}
    rows = {row.pk: row for row in Organisation.objects.select_for_update().filter(pk__in=pks).order_by("pk")}
    return tuple(rows[organisation.pk] for organisation in organisations)


def _upward_links(organisation: Organisation, on: date) -> list[Link]:
    """Return what an organisation belongs to on `on` or later."""
    return list(
        Link.objects.filter(source=organisation)
        .exclude(tie=Tie.SUCCEEDED_BY)
        .filter(Q(ends_on=None) | Q(ends_on__gt=on))
        .select_related("target")
    )


def _check_kind(organisation: Organisation, kind: Kind) -> None:
    if organisation.kind != kind:
        wanted = Organisation(kind=kind).get_kind_display()
        article = "an" if wanted[0] in "aeiou" else "a"
        raise Refused(
            f"{organisation.name} is not {article} {wanted}; it is recorded as: {organisation.get_kind_display()}."
        )


def _check_open(organisation: Organisation, on: date) -> None:
    if organisation.opened_on and organisation.opened_on > on:
        raise Refused(f"{organisation.name} does not open before {_day(organisation.opened_on)}.")
    if organisation.closed_on and organisation.closed_on < on:
        raise Refused(f"{organisation.name} closes on {_day(organisation.closed_on)}, before {_day(on)}.")


def _day(on: date | None) -> str:
    return f"{on:%-d %B %Y}" if on else "a day not known"


def _record(
    by: Actor,
    action: str,
    organisation: Organisation,
    changes: dict[str, tuple[object, object]],
    reason: str,
    network: Organisation | None = None,
) -> None:
    if organisation.kind == Kind.NETWORK:
        network = organisation
    record(
        by=by,
        action=action,
        subject_type="organisation",
        subject_id=organisation.pk,
        subject_label=f"{organisation.name} ({organisation.code})",
        changes=changes,
        reason=reason,
        trust_id=organisation.pk if organisation.kind == Kind.TRUST else None,
        network_id=network.pk if network else None,
    )
