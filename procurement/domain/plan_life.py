"""Where a version of a plan stands, which steps are open, and what keeps it from the board's approval.

The order of a life: a draft is submitted to the trusts that take part; each says whether it agrees; once all agree and
every conflict with the register is acknowledged, the board may approve; a version that another replaces is superseded.
A version itself never changes: the hash of what it was asked is worked out again whenever it is read.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any


class Step(StrEnum):
    """What the network did with a version."""

    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"
    APPROVED = "approved"
    SUPERSEDED = "superseded"


class State(StrEnum):
    """Where a version stands. `AGREED`: by every trust that takes part."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    AGREED = "agreed"
    APPROVED = "approved"
    SUPERSEDED = "superseded"


WITH_TRUSTS = (State.SUBMITTED, State.AGREED)
"""The states in which a trust can answer."""


class Move(StrEnum):
    """What people may do with a version, by the name its form sends."""

    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    ANSWER = "answer"
    APPROVE = "approve"
    SUPERSEDE = "supersede"


@dataclass(frozen=True, slots=True)
class StepTaken:
    """One step of the network. `successor` is the number of the version that supersedes this one."""

    number: int
    step: Step
    at: datetime
    by: str = ""
    reason: str = ""
    successor: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a trust said once. `number` grows with each answer given."""

    number: int
    trust_id: int
    agreed: bool
    at: datetime
    by: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class TrustStand:
    """One trust that takes part: its answer that counts (None: none yet), and what it said before, newest first."""

    trust_id: int
    name: str
    answer: Answer | None
    earlier: tuple[Answer, ...] = ()

    @property
    def words(self) -> str:
        """The answer in words: "Agrees", "Does not agree", "No answer yet"."""
        if self.answer is None:
            return "No answer yet"
        return "Agrees" if self.answer.agreed else "Does not agree"


@dataclass(frozen=True)
class Life:
    """One version's life so far. Raises ValueError where no trust takes part.

    `trusts` are those that take part, by id; `steps` and `answers` stand in the order in which they were taken.
    `unacknowledged` conflicts are those with the register that nobody has looked at yet. `unaltered`: whether the
    inputs still give the hash they were solved under. `rival` is the number of another version of the plan that is
    submitted now; `approved_now` that of the version the board has approved before this one.
    """

    number: int
    trusts: Mapping[int, str]
    steps: Sequence[StepTaken] = ()
    answers: Sequence[Answer] = ()
    unacknowledged: int = 0
    unaltered: bool = True
    rival: int | None = None
    approved_now: int | None = None

    def __post_init__(self) -> None:
        if not self.trusts:
            raise ValueError("No trust takes part in this version of the plan.")

    @property
    def last(self) -> StepTaken | None:
        return self.steps[-1] if self.steps else None

    @cached_property
    def submitted(self) -> StepTaken | None:
        """The submission that is in force, None for one that was taken back or never made."""
        if self.last is not None and self.last.step is Step.WITHDRAWN:
            return None
        return self._last_of(Step.SUBMITTED)

    @property
    def approved(self) -> StepTaken | None:
        return self._last_of(Step.APPROVED)

    @cached_property
    def stands(self) -> tuple[TrustStand, ...]:
        """The trusts by name. Only answers given since the submission in force count; the rest stays as history."""
        return tuple(
            self._stand(trust_id, name)
            for trust_id, name in sorted(self.trusts.items(), key=lambda item: (item[1], item[0]))
        )

    @property
    def agreed(self) -> int:
        """How many trusts agree."""
        return sum(stand.answer is not None and stand.answer.agreed for stand in self.stands)

    @property
    def refused(self) -> tuple[str, ...]:
        """The trusts that do not agree."""
        return tuple(s.name for s in self.stands if s.answer is not None and not s.answer.agreed)

    @property
    def silent(self) -> tuple[str, ...]:
        """The trusts that have not answered."""
        return tuple(stand.name for stand in self.stands if stand.answer is None)

    @property
    def state(self) -> State:
        if self.last is None or self.last.step is Step.WITHDRAWN:
            return State.DRAFT
        if self.last.step in (Step.APPROVED, Step.SUPERSEDED):
            return State(self.last.step.value)
        return State.AGREED if self.agreed == len(self.trusts) else State.SUBMITTED

    @property
    def words(self) -> str:
        """Where it stands, for lists: "Draft", "Submitted, agreed by 1 of 3 trusts", "Superseded by version 4"."""
        match self.state:
            case State.DRAFT:
                return "Draft"
            case State.SUBMITTED:
                return f"Submitted, {self.agreed_words}"
            case State.AGREED:
                return self.agreed_words[0].upper() + self.agreed_words[1:]
            case State.APPROVED:
                return "Approved by the board"
        successor = self.last.successor if self.last else None
        return f"Superseded by version {successor}" if successor else "Superseded"

    @property
    def agreed_words(self) -> str:
        """How many agree: "agreed by 1 of 3 trusts", "agreed by all 3 trusts", "agreed by its one trust"."""
        everybody = len(self.trusts)
        if self.agreed < everybody:
            return f"agreed by {self.agreed} of {everybody} trust{'s' if everybody > 1 else ''}"
        return f"agreed by all {everybody} trusts" if everybody > 1 else "agreed by its one trust"

    @property
    def missing(self) -> tuple[str, ...]:
        """What still keeps the board from approving, in words; nothing once it may."""
        if self.state in (State.APPROVED, State.SUPERSEDED):
            return ()
        found = [] if self.unaltered else [ALTERED]
        if self.state is State.DRAFT:
            found.append("It has not been submitted to the trusts.")
        elif len(self.silent) == len(self.trusts):
            found.append("No trust has answered yet.")
        elif len(self.silent) > MOST_NAMED:
            found.append(f"{len(self.silent)} trusts have not answered: {listed(self.silent)}.")
        elif self.silent:
            found.append(f"{listed(self.silent)} {_verb(self.silent, 'has', 'have')} not answered.")
        if self.refused:
            found.append(f"{listed(self.refused)} {_verb(self.refused, 'does', 'do')} not agree.")
        if self.unacknowledged:
            many = self.unacknowledged > 1
            found.append(
                f"{self.unacknowledged} conflict{'s' if many else ''} with the register "
                f"{'are' if many else 'is'} not acknowledged."
            )
        return tuple(found)

    def why_closed(self, move: Move) -> str:
        """Why a step cannot be taken now, in words; "" where it can."""
        match move:
            case Move.SUBMIT:
                return self._why_not_submitted()
            case Move.WITHDRAW if self.state not in WITH_TRUSTS:
                return f"Only a version that is with the trusts can be taken back; {self._this_is}"
            case Move.ANSWER if self.state not in WITH_TRUSTS:
                return f"Trusts answer while a version is submitted; {self._this_is}"
            case Move.SUPERSEDE if self.state is State.APPROVED:
                return "What the board has approved is superseded by the next version it approves."
            case Move.SUPERSEDE if self.state is State.SUPERSEDED:
                return f"It is superseded already: {self._this_is}"
            case Move.APPROVE:
                return self._why_not_approved()
        return ""

    def mark(self, trust_id: int | None = None) -> str:
        """Return a short mark of what has happened, which a step is taken on: another one means that it has moved.

        With a trust, only that trust's own answers count, so that two trusts that answer at once do not disturb each other.
        """
        answers = [a.number for a in self.answers if trust_id in (None, a.trust_id)]
        last = self.last.number if self.last else 0
        return f"{last}-{max(answers, default=0)}"

    def _stand(self, trust_id: int, name: str) -> TrustStand:
        said = [answer for answer in self.answers if answer.trust_id == trust_id]
        since = self.submitted.at if self.submitted else None
        counts = [answer for answer in said if since is not None and answer.at >= since]
        newest = counts[-1] if counts else None
        earlier = tuple(answer for answer in reversed(said) if answer is not newest)
        return TrustStand(trust_id, name, newest, earlier)

    def _last_of(self, step: Step) -> StepTaken | None:
        return next((taken for taken in reversed(self.steps) if taken.step is step), None)

    @property
    def _this_is(self) -> str:
        return f"this one is: {self.words[0].lower()}{self.words[1:]}."

    def _why_not_submitted(self) -> str:
        if self.state is not State.DRAFT:
            return f"Only a draft can be submitted; {self._this_is}"
        if not self.unaltered:
            return ALTERED
        if self.rival is not None:
            return f"Version {self.rival} is submitted now. Take it back or supersede it first: trusts answer one version at a time."
        return ""

    def _why_not_approved(self) -> str:
        if self.state in (State.APPROVED, State.SUPERSEDED):
            return f"There is nothing to approve; {self._this_is}"
        return " ".join(self.missing)


MOST_NAMED = 3
"""Trusts that a sentence may begin with; more are counted first."""
ALTERED = "What is stored as its inputs no longer gives the hash it was solved under: they have been altered."


def hash_of(inputs: Mapping[str, Any]) -> str:
    """Return the SHA-256, in hexadecimal, of a version's stored inputs in their canonical form."""
    text = json.dumps(inputs, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def listed(names: Sequence[str]) -> str:
    """Return names as a sentence has them: "Ash, Beech and Cedar"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _verb(names: Sequence[str], one: str, many: str) -> str:
    return one if len(names) == 1 else many
