"""From the register's rows to what the clocks and the priority score need; and both of one machine, for its page."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from assets.domain.clocks import Clocks, MachineLife, clocks
from assets.domain.lifetime import LifetimeRules, rules_on
from assets.domain.priority import Priority, assess
from assets.domain.priority_marks import MachineFacts
from assets.domain.priority_rules import PriorityRules, priority_rules_on
from assets.domain.vocabulary import Condition, Modality, Precision, QualityResult, Subtype, Technology
from assets.models import Asset
from assets.queries.priority_weights import WeightSet, network_of_weights, weights_in_force
from assets.queries.replacement_prices import Prices, replacement_prices
from networks.domain.access import Actor, Permission, Scope
from networks.domain.organisations import Structure

LIFE_FIELDS = (
    "modality",
    "subtype",
    "installed_on",
    "installed_precision",
    "upgraded_on",
    "upgraded_precision",
    "support_ends_on",
    "examinations_per_year",
)
FACT_FIELDS = (
    *LIFE_FIELDS,
    "downtime_hours",
    "hours_per_week",
    "uptime_target_percent",
    "condition",
    "is_only_one_on_site",
    "is_emergency",
    "technology",
    "maintenance_cost_pence",
    "qa_result",
    "qa_on",
    "has_safety_notice",
    "is_networked",
    "operating_system_ends_on",
    "trust_id",
    "specification_id",
)
"""The columns of a machine that its score is made of, in the order in which `facts_of` takes them."""


@dataclass(frozen=True, slots=True)
class Reader:
    """What somebody's reading of scores depends on: where they may see money, and the prices as at the date."""

    money: Scope
    prices: Prices


def reader_for(actor: Actor, *, on: date) -> Reader:
    """Return how an actor reads scores as at a date. One query, for the prices."""
    return Reader(actor.scope(Permission.VIEW_EQUIPMENT_PRICES), replacement_prices(on=on))


@dataclass(frozen=True, slots=True)
class Scorer:
    """How an actor's machines are scored as at a date: with which weights, by which rules, and what of money they see."""

    on: date
    weights: WeightSet
    rules: PriorityRules
    lives: LifetimeRules
    reader: Reader

    def priority(self, row: tuple[Any, ...]) -> Priority:
        """Return the priority of a machine by its FACT_FIELDS. Costs no query."""
        return assess(
            facts_of(row, self.reader),
            on=self.on,
            weights=self.weights.weights,
            rules=self.rules,
            lives=self.lives,
        )


def scorer_for(actor: Actor, *, on: date, england: Structure | None = None) -> Scorer:
    """Return how an actor's machines are scored as at a date. Two queries; four for a trust's people without `england`."""
    weights = weights_in_force(network_of_weights(actor, on=on, england=england), on=on)
    return Scorer(on, weights, priority_rules_on(on), rules_on(on), reader_for(actor, on=on))


@dataclass(frozen=True, slots=True)
class AssetPriority:
    """One machine's priority, the weights it was scored with and the version of the rules."""

    priority: Priority
    weights: WeightSet
    version: str


def priority_of(asset: Asset, actor: Actor, on: date) -> AssetPriority:
    """Return a machine's priority as an actor may see it, as at a date. Two queries; four for a trust's people."""
    scorer = scorer_for(actor, on=on)
    row = tuple(getattr(asset, field) for field in FACT_FIELDS)
    return AssetPriority(scorer.priority(row), scorer.weights, scorer.rules.words_on(on))


def clocks_of(asset: Asset, on: date) -> Clocks:
    """Return a machine's clocks as at a date. Costs no query."""
    return clocks(life_of(tuple(getattr(asset, field) for field in LIFE_FIELDS)), on=on)


def life_of(row: tuple[Any, ...]) -> MachineLife:
    """Return a row's LIFE_FIELDS as the clocks take them."""
    modality, subtype, installed_on, precision, upgraded_on, upgraded_precision, support, examinations = row
    return MachineLife(
        modality=Modality(modality),
        subtype=Subtype(subtype),
        installed_on=installed_on,
        precision=Precision(precision),
        upgraded_on=upgraded_on,
        upgraded_precision=Precision(upgraded_precision),
        support_ends_on=support,
        examinations_per_year=examinations,
    )


def facts_of(row: tuple[Any, ...], reader: Reader) -> MachineFacts:
    """Return a row's FACT_FIELDS as the score takes them. Of money only what the reader may see."""
    life, rest = row[: len(LIFE_FIELDS)], row[len(LIFE_FIELDS) :]
    down, hours, target, condition, only_one, emergency, technology, cost = rest[:8]
    qa_result, qa_on, notice, networked, system_ends_on, trust_id, specification_id = rest[8:]
    shows_money = reader.money.covers_trust(trust_id)
    return MachineFacts(
        life=life_of(life),
        downtime_hours=down,
        hours_per_week=hours,
        uptime_target_percent=target,
        condition=Condition(condition),
        is_only_one_on_site=only_one,
        is_emergency=emergency,
        technology=Technology(technology),
        maintenance_cost_pence=cost if shows_money else None,
        replacement_price_pence=reader.prices.get(specification_id) if shows_money else None,
        shows_money=shows_money,
        qa_result=QualityResult(qa_result),
        qa_on=qa_on,
        has_safety_notice=notice,
        is_networked=networked,
        operating_system_ends_on=system_ends_on,
    )
