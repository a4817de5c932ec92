"""The life of a plan version: submitted to its trusts, answered by each, approved by the board, superseded, taken back.

Each takes `by`, records one event, and takes the `mark` of the life that its person saw (`Life.mark`), so that nothing is
done on a state that somebody has changed since: LifeMoved. StepRefused where a step is not open or something is missing;
its `errors` name the field. NotAllowed where the person may not take it.
"""

from django.db import transaction

from networks.actions.events import Changes, record
from networks.domain.access import Actor, Permission
from procurement.domain.plan_life import Life, Move, State, Step
from procurement.models import Plan, PlanVersion, TrustAnswer, VersionStep
from procurement.queries.plan_life import life_of

LONGEST_REASON, LONGEST_NOTE = 300, 500


class StepRefused(ValueError):
    """A step cannot be taken as asked. `errors` maps a field's name to what is wrong; "" is the step as a whole."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = errors


class LifeMoved(Exception):
    """Somebody took a step or answered after this person opened the page. The message is fit to be shown."""

    def __init__(self) -> None:
        super().__init__(
            "Somebody took a step or answered after you opened this page. What you typed is still here; where the plan "
            "stands now is shown below. Look again, then confirm."
        )


@transaction.atomic
def submit_version(*, by: Actor, version: PlanVersion, mark: str, reason: str = "") -> None:
    """Ask the trusts that take part whether they agree. Needs EDIT_PLANS; one version of a plan at a time, no scenario."""
    if version.plan.scenario_of_id is not None:
        raise StepRefused(
            {
                "": f"{version.plan.name} is a scenario, to try something. Change the plan it was copied from to the same, "
                "solve it, and submit that."
            }
        )
    life = _network_step(by, version, Permission.EDIT_PLANS, Move.SUBMIT, mark)
    _check(reason=(reason, LONGEST_REASON))
    _take(by, version, Step.SUBMITTED, reason)
    _record(by, version, "plan.submitted", _moved(life, "submitted"), reason)


@transaction.atomic
def withdraw_version(*, by: Actor, version: PlanVersion, mark: str, reason: str) -> None:
    """Take a version back to draft, with a reason. Needs EDIT_PLANS. Answers given stay as history and count no more."""
    life = _network_step(by, version, Permission.EDIT_PLANS, Move.WITHDRAW, mark)
    _check(
        needed={"reason": "Say why it is taken back: the trusts read it."}, reason=(reason, LONGEST_REASON)
    )
    _take(by, version, Step.WITHDRAWN, reason)
    _record(by, version, "plan.taken_back", _moved(life, "draft"), reason)


@transaction.atomic
def supersede_version(
    *, by: Actor, version: PlanVersion, successor: PlanVersion | None, mark: str, reason: str
) -> None:
    """Say that a later version of the same plan replaces this one, and why. Needs EDIT_PLANS.

    What the board has approved is superseded only by the next approval.
    """
    life = _network_step(by, version, Permission.EDIT_PLANS, Move.SUPERSEDE, mark)
    needed = {"reason": "Say why it is superseded: it is kept with both versions."}
    later = (
        successor is not None and successor.plan_id == version.plan_id and successor.number > version.number
    )
    _check(
        needed=needed,
        also={} if later else {"successor": "Choose the later version of this plan that replaces it."},
        reason=(reason, LONGEST_REASON),
    )
    assert successor is not None  # noqa: S101 - _check has refused it
    _take(by, version, Step.SUPERSEDED, reason, successor)
    changes = _moved(life, f"superseded by version {successor.number}")
    _record(by, version, "plan.superseded", changes, reason)


@transaction.atomic
def answer_version(
    *, by: Actor, version: PlanVersion, trust_id: int, agreed: bool | None, note: str, mark: str
) -> None:
    """Record what a trust says of a submitted version. Needs AGREE_PLANS for that trust.

    A later answer replaces the earlier one, which stays as history. Who does not agree says what would have to change.
    `mark` is that of the trust (`Life.mark(trust_id)`).
    """
    by.require(Permission.AGREE_PLANS, trust_id=trust_id)
    life = _locked(version)
    if trust_id not in life.trusts:
        raise StepRefused({"": "That trust takes no part in this version of the plan."})
    _refuse_closed(life, Move.ANSWER)
    if life.mark(trust_id) != mark:
        raise LifeMoved
    _check(
        needed={"note": "Say what would have to change for the trust to agree."} if agreed is False else {},
        also={"agreed": "Choose whether the trust agrees."} if agreed is None else {},
        note=(note, LONGEST_NOTE),
    )
    assert agreed is not None  # noqa: S101 - _check has refused it
    before = next(stand for stand in life.stands if stand.trust_id == trust_id)
    TrustAnswer.objects.create(
        version=version, trust_id=trust_id, agreed=agreed, note=note.strip(), by_id=by.user_id
    )
    words = "agrees" if agreed else "does not agree"
    old = before.words.lower() if before.answer else None
    _record(
        by,
        version,
        "plan.agreed" if agreed else "plan.not_agreed",
        {f"version {version.number}, {life.trusts[trust_id]}": (old, words)},
        note,
        trust_id=trust_id,
    )


@transaction.atomic
def approve_version(
    *, by: Actor, version: PlanVersion, mark: str, reason: str, superseding_reason: str = ""
) -> None:
    """Record that the board has approved a version that every trust agrees to. Needs APPROVE_PLANS for the network.

    `reason` says which board approved it and when. The version approved before is superseded by this one, for
    `superseding_reason`, which is needed then.
    """
    life = _network_step(by, version, Permission.APPROVE_PLANS, Move.APPROVE, mark)
    needed = {"reason": "Say which board approved it and on which day."}
    if life.approved_now is not None:
        needed["superseding_reason"] = (
            f"Say why it replaces version {life.approved_now}, which the board approved before."
        )
    _check(
        needed=needed,
        reason=(reason, LONGEST_REASON),
        superseding_reason=(superseding_reason, LONGEST_REASON),
    )
    _take(by, version, Step.APPROVED, reason)
    _record(by, version, "plan.approved", _moved(life, "approved by the board"), reason)
    if life.approved_now is not None:
        before = PlanVersion.objects.defer("inputs", "result").get(
            plan_id=version.plan_id, number=life.approved_now
        )
        _take(by, before, Step.SUPERSEDED, superseding_reason, version)
        change = ("approved by the board", f"superseded by version {version.number}")
        _record(by, before, "plan.superseded", {f"version {before.number}": change}, superseding_reason)


def _network_step(by: Actor, version: PlanVersion, needed: Permission, move: Move, mark: str) -> Life:
    by.require_all(needed, version.plan.network_ids)
    life = _locked(version)
    if life.mark() != mark:
        raise LifeMoved
    _refuse_closed(life, move)
    return life


def _locked(version: PlanVersion) -> Life:
    """The life as it is now; people who act at once on versions of one plan queue on the plan's row."""
    Plan.objects.select_for_update().get(pk=version.plan_id)
    return life_of(version)


def _refuse_closed(life: Life, move: Move) -> None:
    if why := life.why_closed(move):
        raise StepRefused({"": why})


def _check(
    *,
    needed: dict[str, str] | None = None,
    also: dict[str, str] | None = None,
    **texts: tuple[str, int],
) -> None:
    """Raise StepRefused for texts that are too long, or missing where `needed` says so, and for what is wrong `also`."""
    errors = dict(also or {})
    for field, (text, longest) in texts.items():
        if not text.strip() and needed and field in needed:
            errors[field] = needed[field]
        elif len(text.strip()) > longest:
            errors[field] = f"Use at most {longest} characters; this has {len(text.strip())}."
    if errors:
        raise StepRefused(errors)


def _take(
    by: Actor, version: PlanVersion, step: Step, reason: str, successor: PlanVersion | None = None
) -> None:
    VersionStep.objects.create(
        version=version, step=step.value, superseded_by=successor, reason=reason.strip(), by_id=by.user_id
    )


def _moved(life: Life, new: str) -> Changes:
    old = "draft" if life.state is State.DRAFT else f"{life.words[0].lower()}{life.words[1:]}"
    return {f"version {life.number}": (old, new)}


def _record(
    by: Actor,
    version: PlanVersion,
    action: str,
    changes: Changes,
    reason: str,
    trust_id: int | None = None,
) -> None:
    record(
        by=by,
        action=action,
        subject_type="plan",
        subject_id=version.plan_id,
        subject_label=version.plan.name,
        changes=changes,
        reason=reason.strip(),
        trust_id=trust_id,
        network_id=version.plan.record_network_id,
    )
