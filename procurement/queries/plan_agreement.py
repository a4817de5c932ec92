"""The agreement to a version as one person may read it: who said what, and what each trust agrees to."""

from dataclasses import dataclass
from functools import cached_property

from networks.domain.access import Actor, Permission
from procurement.domain.plan_life import Life, Move, State, TrustStand
from procurement.domain.pricing import total_if_known
from procurement.models import PlanVersion
from procurement.queries.plan_life import life_of
from procurement.queries.plan_versions import sees_whole


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """One trust. `is_told`: whether the reader may read who answered and with which note, and the trust's money.

    `spend`, `envelopes` and what is `carried_in` of the year before are pence inc VAT by year of the version; an envelope is
    None where none is known.
    """

    stand: TrustStand
    is_told: bool
    is_own: bool
    spend: tuple[int, ...] = ()
    envelopes: tuple[int | None, ...] = ()
    carried_in: tuple[int, ...] = ()

    @property
    def available(self) -> tuple[int | None, ...]:
        """Each year's envelope with what was carried into it."""
        pairs = zip(self.envelopes, self.carried_in, strict=True)
        return tuple(None if envelope is None else envelope + carried for envelope, carried in pairs)

    @property
    def left(self) -> tuple[int | None, ...]:
        """What is left of that before anything is carried on: below nothing where other money pays or none does."""
        pairs = zip(self.available, self.spend, strict=True)
        return tuple(None if there is None else there - spend for there, spend in pairs)

    @property
    def spend_pence(self) -> int:
        return sum(self.spend)

    @property
    def envelope_pence(self) -> int | None:
        return total_if_known(self.envelopes)


@dataclass(frozen=True)
class Agreement:
    """A version's life as its reader may see it. `later` are the numbers of the plan's later versions."""

    life: Life
    rows: tuple[AgreementRow, ...]
    years: range
    whole: bool
    may_edit: bool
    may_approve: bool
    later: tuple[int, ...]

    @cached_property
    def moves(self) -> tuple[Move, ...]:
        """The steps that are open, and the reader's to take, apart from answers."""
        theirs = [Move.SUBMIT, Move.WITHDRAW, Move.SUPERSEDE] if self.may_edit else []
        theirs += [Move.APPROVE] if self.may_approve else []
        return tuple(
            move
            for move in theirs
            if not self.life.why_closed(move) and (move is not Move.SUPERSEDE or self.later)
        )

    @property
    def waits_for(self) -> str:
        """Why a draft cannot be submitted while another version is, for who could submit it; "" where it can."""
        return (
            self.life.why_closed(Move.SUBMIT) if self.may_edit and self._is_draft and self.life.rival else ""
        )

    @property
    def _is_draft(self) -> bool:
        return self.life.state is State.DRAFT

    @property
    def answering(self) -> tuple[AgreementRow, ...]:
        """The trusts for which the reader may answer now."""
        return () if self.life.why_closed(Move.ANSWER) else tuple(row for row in self.rows if row.is_own)

    @property
    def told(self) -> tuple[AgreementRow, ...]:
        """The trusts whose money the reader may see."""
        return tuple(row for row in self.rows if row.is_told)

    @property
    def by_year(self) -> list[tuple[int, int, int | None, int, int | None]]:
        """Year, spend, envelope, carried in, and what is left, for a reader who sees the money of one trust."""
        row = self.told[0]
        return list(zip(self.years, row.spend, row.envelopes, row.carried_in, row.left, strict=True))


def agreement(actor: Actor, version: PlanVersion) -> Agreement:
    """Return the agreement to a version. Everybody who sees the plan sees which trust agrees; only those who cover the
    network, or the trust, who said it, with which note, and the money. Six queries at most.
    """
    life, whole = life_of(version), sees_whole(actor, version)
    plan = version.plan
    networks = plan.network_ids
    first = version.inputs["first_year"]
    years = range(first, first + version.inputs["horizon_years"])
    amounts = {(row["trust_id"], row["year"]): row["amount_pence"] for row in version.inputs["envelopes"]}
    spent: dict[tuple[int, int], int] = {}
    for paid in version.result["spend"]:
        key = (paid["trust_id"], paid["year"])
        spent[key] = spent.get(key, 0) + paid["amount_pence"]

    carried = {
        (line["trust_id"], line["year"] + 1): line["amount_pence"]
        for line in version.result["carry_over"]
        if line["trust_id"] is not None
    }

    def row_of(stand: TrustStand) -> AgreementRow:
        trust = stand.trust_id
        return AgreementRow(
            stand=stand,
            is_told=whole or actor.can(Permission.VIEW_PLANS, trust_id=trust),
            is_own=actor.can(Permission.AGREE_PLANS, trust_id=trust),
            spend=tuple(spent.get((trust, year), 0) for year in years),
            envelopes=tuple(amounts.get((trust, year)) for year in years),
            carried_in=tuple(carried.get((trust, year), 0) for year in years),
        )

    later = PlanVersion.objects.filter(plan=plan, number__gt=version.number).order_by("-number")
    return Agreement(
        life=life,
        rows=tuple(row_of(stand) for stand in life.stands),
        years=years,
        whole=whole,
        may_edit=actor.can_all(Permission.EDIT_PLANS, networks),
        may_approve=actor.can_all(Permission.APPROVE_PLANS, networks),
        later=tuple(later.values_list("number", flat=True)),
    )
