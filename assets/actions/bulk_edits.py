"""Setting the same facts on many machines: what it would do to each, then doing it, under the rules of every change by
hand. Every machine asked for is answered for: changed, unchanged, or refused and why."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from assets.actions.assets import Conflict, Invalid, prepare_change, refuse_retirement
from assets.actions.bulk_writing import CHUNK, Because, change_assets
from assets.domain.facts import BY_KEY, FACTS
from assets.domain.register import from_json, to_json
from assets.domain.vocabulary import Status
from assets.models import Asset, BulkEdit, BulkEditRow, Specification
from assets.models.asset import AssetQuerySet
from assets.queries.asset_words import Names, differences, in_words, names_in
from assets.queries.machine_models import KnownModels
from networks.actions.events import record
from networks.domain.access import Actor, NotAllowed, Permission

MOST = 20_000
"""More machines than these are not taken at once."""

Outcome = BulkEditRow.Outcome


class CannotEdit(ValueError):
    """A bulk edit that cannot be made or applied. The message says why and what to do; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a bulk edit does, or did, to one machine. `words` say what changes from what to what, or why it is refused;
    `values` are the fields that change."""

    row: BulkEditRow
    asset: Asset | None
    outcome: str
    words: str
    values: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def make_bulk_edit(*, by: Actor, assets: AssetQuerySet, values: Mapping[str, Any], reason: str) -> BulkEdit:
    """Note what shall be set on which machines, as they stand now, and return it. Changes no machine.

    `values` are as `correct_asset` takes them. Raises NotAllowed without EDIT_ASSETS, CannotEdit for no machine or more
    than MOST.
    """
    by.require(Permission.EDIT_ASSETS)
    if by.user_id is None or by.organisation_id is None:
        raise NotAllowed("Only a person acting for an organisation can edit many machines at once.")
    chosen = list(assets.visible_to(by).order_by("pk").values_list("pk", "version")[: MOST + 1])
    if not chosen:
        raise CannotEdit("Choose at least one machine.")
    if len(chosen) > MOST:
        raise CannotEdit(
            f"These are more than {MOST:,} machines. Filter the list to fewer, and edit those first."
        )
    stored = {("specification_id" if name == "specification" else name): v for name, v in values.items()}
    if isinstance(specification := stored.get("specification_id"), Specification):
        stored["specification_id"] = specification.pk
    edit = BulkEdit.objects.create(
        made_by_id=by.user_id, organisation_id=by.organisation_id, values=to_json(stored), reason=reason
    )
    BulkEditRow.objects.bulk_create(
        BulkEditRow(edit=edit, machine=pk, version=version) for pk, version in chosen
    )
    return edit


def preview(*, by: Actor, edit: BulkEdit, rows: Sequence[BulkEditRow]) -> list[Answer]:
    """Return what a bulk edit would do to some of its machines as they stand now."""
    return list(_answers(by, edit, rows, Asset.objects.all()))


def apply_bulk_edit(*, by: Actor, edit: BulkEdit, at: datetime) -> BulkEdit:
    """Change the machines of a bulk edit that can be changed, keep an answer for each, and return it.

    One transaction, one event; each machine's history says why. A machine that somebody has changed since it was chosen is
    refused. Raises NotAllowed, and CannotEdit where it was applied before or nothing can be changed.
    """
    by.require(Permission.EDIT_ASSETS)
    if (edit.made_by_id, edit.organisation_id) != (by.user_id, by.organisation_id):
        raise NotAllowed("Only whoever made a bulk edit can apply it.")
    with transaction.atomic():
        edit = BulkEdit.objects.select_for_update().get(pk=edit.pk)
        if edit.applied_at is not None:
            raise CannotEdit(
                "This bulk edit has been applied already. Its report says what became of each machine."
            )
        # `of` keeps the lock to the machines: their specifications are only read.
        held = Asset.objects.select_for_update(of=("self",))
        answers = list(_answers(by, edit, list(edit.rows.all()), held))
        changed = {a.row.machine: a.values for a in answers if a.outcome == Outcome.CHANGED}
        for answer in answers:
            answer.row.outcome, answer.row.words = answer.outcome, answer.words
        BulkEditRow.objects.bulk_update([a.row for a in answers], ["outcome", "words"], batch_size=CHUNK)
        change_assets(changed, Because(by, edit.reason, at))
        edit.applied_at = at
        edit.save(update_fields=["applied_at"])
        trusts = {a.asset.trust_id for a in answers if a.asset and a.outcome == Outcome.CHANGED}
        _record(by, edit, answers, trust_id=min(trusts) if len(trusts) == 1 else None)
    return edit


def words_of_values(edit: BulkEdit, *, with_prices: bool) -> dict[str, str | None]:
    """Return what a bulk edit sets, as fact to value, in words; None for a fact that it clears."""
    asset = Asset(**from_json(edit.values))
    names = Names({}, {s.pk: str(s) for s in Specification.objects.filter(pk=asset.specification_id)}, {})
    words = in_words(asset, names, with_prices=with_prices)
    headings = [fact.heading for fact in FACTS if fact.field in edit.values]
    return {heading: words[heading] for heading in headings if heading in words}


def _answers(
    by: Actor, edit: BulkEdit, rows: Sequence[BulkEditRow], assets: AssetQuerySet
) -> Iterator[Answer]:
    values = _values(edit)
    models = KnownModels()
    for start in range(0, len(rows), CHUNK):
        chunk = rows[start : start + CHUNK]
        numbers = [row.machine for row in chunk]
        visible = assets.visible_to(by).filter(pk__in=numbers).order_by("pk").select_related("specification")
        found = {asset.pk: asset for asset in visible}
        names = _names(found.values(), values)
        for row in chunk:
            yield _answer(by, row, found.get(row.machine), values, names, models)


def _answer(
    by: Actor,
    row: BulkEditRow,
    asset: Asset | None,
    values: Mapping[str, Any],
    names: Names,
    models: KnownModels,
) -> Answer:
    if asset is None:
        return Answer(row, None, Outcome.REFUSED, "It is no longer among the machines that you may see.")
    try:
        refuse_retirement(values, Status(asset.status))
        was = prepare_change(asset, by, values, version=row.version, models=models)
    except Conflict:
        return Answer(
            row,
            asset,
            Outcome.REFUSED,
            "Somebody has changed it since you chose it. Look at it, then choose it again.",
        )
    except Invalid as invalid:
        return Answer(row, asset, Outcome.REFUSED, " ".join(invalid.errors.values()))
    except NotAllowed as refused:
        return Answer(row, asset, Outcome.REFUSED, str(refused))
    if was is None:
        return Answer(row, asset, Outcome.UNCHANGED, "It is so already.")
    with_prices = by.can(Permission.VIEW_EQUIPMENT_PRICES, trust_id=asset.trust_id)
    before = in_words(was, names, with_prices=with_prices)
    changes = differences(before, in_words(asset, names, with_prices=with_prices))
    words = "; ".join(
        f"{fact}: {old or 'not known'} → {new or 'not known'}" for fact, (old, new) in changes.items()
    )
    fields = (each.attname for each in Asset._meta.concrete_fields)
    different = {name: getattr(asset, name) for name in fields if getattr(asset, name) != getattr(was, name)}
    return Answer(row, asset, Outcome.CHANGED, words, different)


def _values(edit: BulkEdit) -> dict[str, Any]:
    """What shall be, as `correct_asset` takes it."""
    values: dict[str, Any] = dict(from_json(edit.values))
    if "specification_id" in values:
        values["specification"] = Specification.objects.get(pk=values.pop("specification_id"))
    return values


def _names(assets: Iterable[Asset], values: Mapping[str, Any]) -> Names:
    names = names_in(list(assets))
    asked = values.get("specification")
    specifications = dict(names.specifications) | ({asked.pk: str(asked)} if asked else {})
    return Names(names.organisations, specifications, names.models)


def _record(by: Actor, edit: BulkEdit, answers: Sequence[Answer], *, trust_id: int | None) -> None:
    counts = {o: sum(answer.outcome == o for answer in answers) for o in (Outcome.CHANGED, Outcome.REFUSED)}
    set_to: dict[str, tuple[object, object]] = {
        heading: (None, value or "cleared")
        for heading, value in words_of_values(edit, with_prices=False).items()
    }
    for name in edit.values:
        if name in BY_KEY and BY_KEY[name].is_price:
            set_to[BY_KEY[name].heading] = (None, "changed: the amounts stand in each machine's history")
    record(
        by=by,
        action="bulk_edit.applied",
        subject_type="bulk_edit",
        subject_id=edit.pk,
        subject_label=f"{counts[Outcome.CHANGED]:,} of {len(answers):,} machines",
        changes=set_to | {"Machines refused": (None, f"{counts[Outcome.REFUSED]:,}")},
        reason=edit.reason,
        trust_id=trust_id,
    )
