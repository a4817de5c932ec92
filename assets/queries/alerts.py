"""What is due of the machines an actor may see, and what their organisation has answered."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from assets.domain.ageing import installed_by
from assets.domain.alerts import (
    AGE_YEARS,
    ENDS,
    Alert,
    AlertKind,
    Answer,
    Dates,
    alerts_of,
    alerts_on,
    rule,
    state_of,
)
from assets.models import AlertAnswer, Asset
from assets.models.asset import AssetQuerySet
from assets.queries.assets import in_fleet_on
from networks.domain.access import Actor, Permission

_COLUMNS = ("pk", "trust_id", "installed_on", *ENDS.values())


@dataclass(frozen=True, slots=True)
class Told:
    """An alert with what the actor's organisation has made of it; `answer` is None where nobody has answered."""

    alert: Alert
    answer: AlertAnswer | None
    state: Answer


@dataclass(frozen=True, slots=True)
class ToldOf:
    """A `Told` with its machine, as pages and files show it."""

    told: Told
    asset: Asset
    words: str


def may_answer(actor: Actor, *, trust_id: int | None = None) -> bool:
    """Say whether an actor may acknowledge and put off alerts (of a trust): those who keep its register or plan for it."""
    if actor.organisation_id is None:
        return False
    return any(
        actor.can(permission, trust_id=trust_id)
        for permission in (Permission.EDIT_ASSETS, Permission.EDIT_PLANS)
    )


def alerts(actor: Actor, *, on: date, among: AssetQuerySet | None = None) -> tuple[Alert, ...]:
    """Return what is due on a date of the machines in the fleet that an actor may see, the soonest first. One query.

    `among` narrows the machines; it must be of those visible to the actor.
    """
    visible = Asset.objects.visible_to(actor) if among is None else among
    return alerts_on(dates_of(visible.filter(in_fleet_on(on) & _something_due(on))), on=on)


def told(actor: Actor, *, on: date, among: AssetQuerySet | None = None) -> list[Told]:
    """Return the same with the answers of the actor's organisation. Two queries."""
    found = alerts(actor, on=on, among=among)
    answers = {
        _key(answer): answer for answer in AlertAnswer.objects.visible_to(actor).select_related("answered_by")
    }
    return [_told(alert, answers.get((alert.asset_id, alert.kind, alert.due_on)), on) for alert in found]


def standing(actor: Actor, keys: Iterable[str], *, on: date) -> list[Told]:
    """Return those alerts of keys that stand on a date and that the actor may see; others are left out. Two queries."""
    wanted = set(keys)
    numbers = {int(number) for key in wanted if (number := _asset_id(key)).isdecimal() and len(number) < 18}
    among = Asset.objects.visible_to(actor).filter(pk__in=numbers)
    return [found for found in told(actor, on=on, among=among) if found.alert.key in wanted]


def stands(asset: Asset, kind: AlertKind, due_on: date, *, on: date) -> bool:
    """Say whether a machine has this alert on a date. No query."""
    dates = Dates(*(getattr(asset, column) for column in _COLUMNS))
    return any(alert.kind is kind and alert.due_on == due_on for alert in alerts_of(dates, on=on))


def with_machines(found: Sequence[Told], *, on: date) -> list[ToldOf]:
    """Load the machines of some alerts, with trust and site. One query."""
    wanted = {each.alert.asset_id for each in found}
    assets = Asset.objects.select_related("trust", "site").in_bulk(wanted)
    return [ToldOf(each, assets[each.alert.asset_id], each.alert.words(on)) for each in found]


def dates_of(assets: AssetQuerySet) -> Iterator[Dates]:
    """Yield the dates of machines, without loading the rest of them. One query."""
    for row in assets.order_by("pk").values_list(*_COLUMNS).iterator(chunk_size=2000):
        yield Dates(*row)


def _something_due(on: date) -> Q:
    condition = Q()
    for kind, field in ENDS.items():
        first, last = rule(kind).window(on)
        condition |= Q(**{f"{field}__lte": last} | ({f"{field}__gte": first} if first else {}))
    first, last = rule(AlertKind.AGE).window(on)
    reached = Q(installed_on__lte=installed_by(AGE_YEARS, last))
    if first is not None:
        reached &= Q(installed_on__gt=installed_by(AGE_YEARS, first - timedelta(days=1)))
    return condition | reached


def _told(alert: Alert, answer: AlertAnswer | None, on: date) -> Told:
    if answer is None:
        return Told(alert, None, Answer.OPEN)
    acknowledged = answer.acknowledged_at is not None
    return Told(alert, answer, state_of(acknowledged=acknowledged, snoozed_until=answer.snoozed_until, on=on))


def _key(answer: AlertAnswer) -> tuple[int, AlertKind, date]:
    return answer.asset_id, AlertKind(answer.kind), answer.due_on


def _asset_id(key: str) -> str:
    parts = key.split("-")
    return parts[1] if len(parts) > 1 else ""
