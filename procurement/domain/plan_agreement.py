"""Who has agreed to a version, as documents say it."""

from collections.abc import Iterable
from dataclasses import dataclass

from networks.domain.figures import date_gb
from procurement.domain.plan_life import Life, State, TrustStand


@dataclass(frozen=True, slots=True)
class Agreement:
    """Where a version stands in a sentence, and each trust's answer as (trust, answer with its day), by name.

    A draft has no answers that count.
    """

    headline: str
    trusts: tuple[tuple[str, str], ...]
    sentences: tuple[str, ...]
    """The same answers for running text: "Agree: Ash (24 November 2026).", "No answer yet: Beech."."""


def agreement_of(life: Life) -> Agreement:
    """Return what a document says of a version's life."""
    asked = life.submitted is not None
    return Agreement(
        headline=_headline(life),
        trusts=tuple((stand.name, _answer(stand)) for stand in life.stands) if asked else (),
        sentences=tuple(_sentences(life)) if asked else (),
    )


def _headline(life: Life) -> str:
    agreed = f"{life.agreed_words[0].upper()}{life.agreed_words[1:]}"
    if life.state is State.DRAFT:
        return "A draft: not yet submitted to the trusts that take part."
    if life.state is State.APPROVED and life.approved is not None:
        reason = life.approved.reason.rstrip(".")
        return f"Approved by the board ({reason}; recorded {date_gb(life.approved.at)}). {agreed}."
    if life.state is State.SUPERSEDED and life.last is not None:
        before = f"{agreed} before that." if life.submitted is not None else "It was not submitted."
        return f"{life.words} on {date_gb(life.last.at)}. {before}"
    assert life.submitted is not None  # noqa: S101 - what is neither of these is with the trusts
    return f"{agreed}; submitted to them on {date_gb(life.submitted.at)}. The board has not approved it yet."


def _answer(stand: TrustStand) -> str:
    return f"{stand.words}, {date_gb(stand.answer.at)}" if stand.answer else stand.words


def _sentences(life: Life) -> Iterable[str]:
    for opening, agreed in (("Agree", True), ("Do not agree", False)):
        said = [(stand.name, stand.answer) for stand in life.stands]
        named = [f"{name} ({date_gb(a.at)})" for name, a in said if a is not None and a.agreed is agreed]
        if named:
            yield f"{opening}: {', '.join(named)}."
    if life.silent:
        yield f"No answer yet: {', '.join(life.silent)}."
