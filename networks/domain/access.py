"""Who may do what: the only place where permission is decided.

A person holds *appointments*: a role in an organisation. One appointment is in force at a time (the header says which);
`networks.queries.actors.actor_for` turns it into an `Actor`. Pages, exports, documents, the API and commands all ask the
same two questions: `actor.require(...)` before acting, and `Model.objects.visible_to(actor)` when reading rows.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Permission(StrEnum):
    """What a role lets its holder do, for the trusts and networks the appointment covers."""

    VIEW_ASSETS = "see equipment"
    EDIT_ASSETS = "add, correct, move, retire and import equipment"
    VIEW_EQUIPMENT_PRICES = "see and record what equipment cost"
    VIEW_PLANS = "see replacement plans and capital documents"
    EDIT_PLANS = "make and change replacement plans"
    AGREE_PLANS = "say whether the trust agrees to a plan"
    APPROVE_PLANS = "record that the network's board approves a plan"
    VIEW_TENDERS = "see joint tenders"
    EDIT_TENDERS = "gather joint tenders"
    VIEW_PRICES = "see what was paid"
    EDIT_PRICES = "record what was paid"
    VIEW_BENCHMARKS = "see price benchmarks, which name no buyer"
    ADMINISTER = "manage people, organisations and the catalogue of models"


_VIEWS = frozenset(
    {
        Permission.VIEW_ASSETS,
        Permission.VIEW_EQUIPMENT_PRICES,
        Permission.VIEW_PLANS,
        Permission.VIEW_TENDERS,
        Permission.VIEW_PRICES,
        Permission.VIEW_BENCHMARKS,
    }
)


class Role(StrEnum):
    """The six roles. `label` and `description` are what people read; `permissions` is what the role allows."""

    EQUIPMENT_MANAGER = "equipment_manager"
    MODALITY_LEAD = "modality_lead"
    PROCUREMENT_LEAD = "procurement_lead"
    FINANCE = "finance"
    NATIONAL_ANALYST = "national_analyst"
    ADMINISTRATOR = "administrator"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ").capitalize()

    @property
    def description(self) -> str:
        return _DESCRIPTIONS[self]

    @property
    def permissions(self) -> frozenset[Permission]:
        """What the role allows wherever it can be held."""
        return _PERMISSIONS[self]

    def permissions_in(self, kind: str) -> frozenset[Permission]:
        """What the role allows in an organisation of a kind: whoever acts for a network cannot agree for its trusts."""
        return frozenset(p for p in self.permissions if kind in _ONLY_IN.get(p, self.held_in))

    @property
    def held_in(self) -> frozenset[str]:
        """The kinds of organisation (`networks.domain.organisations.Kind` values) in which the role can be held."""
        return _HELD_IN[self]


_DESCRIPTIONS = {
    Role.EQUIPMENT_MANAGER: "Keeps one trust's equipment register.",
    Role.MODALITY_LEAD: "Keeps one trust's equipment register, but for what the equipment cost, which is not shown.",
    Role.PROCUREMENT_LEAD: "Builds one network's replacement plans and joint tenders, and records prices.",
    Role.FINANCE: "Reads the equipment, plans, tenders and prices of one trust or network. For a trust, says whether it agrees "
    "to a plan; for a network, records what its board approves. Changes nothing else.",
    Role.NATIONAL_ANALYST: "Reads everything in England. Changes nothing.",
    Role.ADMINISTRATOR: "Manages people, organisations and the catalogue of models, and reads everything in England.",
}
_PERMISSIONS = {
    Role.EQUIPMENT_MANAGER: frozenset(
        {Permission.VIEW_ASSETS, Permission.EDIT_ASSETS, Permission.VIEW_EQUIPMENT_PRICES}
    ),
    Role.MODALITY_LEAD: frozenset({Permission.VIEW_ASSETS, Permission.EDIT_ASSETS}),
    Role.PROCUREMENT_LEAD: _VIEWS | {Permission.EDIT_PLANS, Permission.EDIT_TENDERS, Permission.EDIT_PRICES},
    Role.FINANCE: _VIEWS | {Permission.AGREE_PLANS, Permission.APPROVE_PLANS},
    Role.NATIONAL_ANALYST: _VIEWS,
    Role.ADMINISTRATOR: _VIEWS | {Permission.ADMINISTER},
}
_HELD_IN = {
    Role.EQUIPMENT_MANAGER: frozenset({"trust"}),
    Role.MODALITY_LEAD: frozenset({"trust"}),
    Role.PROCUREMENT_LEAD: frozenset({"network"}),
    Role.FINANCE: frozenset({"trust", "network"}),
    Role.NATIONAL_ANALYST: frozenset({"nation"}),
    Role.ADMINISTRATOR: frozenset({"nation"}),
}

_ONLY_IN = {
    Permission.AGREE_PLANS: frozenset({"trust"}),
    Permission.APPROVE_PLANS: frozenset({"network"}),
}
"""Permissions that a role gives in some kinds of organisation only."""


class NotAllowed(Exception):
    """The actor lacks a permission. The message is fit to be shown to them."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The organisations for which an actor holds one permission.

    `network_ids` are networks covered whole. `trust_ids` are the trusts covered, with their predecessors.
    `everywhere` covers all of England and makes the two sets irrelevant.
    """

    everywhere: bool = False
    trust_ids: frozenset[int] = frozenset()
    network_ids: frozenset[int] = frozenset()

    def covers_trust(self, trust_id: int) -> bool:
        return self.everywhere or trust_id in self.trust_ids

    def covers_network(self, network_id: int) -> bool:
        return self.everywhere or network_id in self.network_ids

    @property
    def has_several_trusts(self) -> bool:
        """Whether it is worth naming the trust of each row."""
        return self.everywhere or len(self.trust_ids) > 1

    @property
    def empty(self) -> bool:
        return not (self.everywhere or self.trust_ids or self.network_ids)


NOWHERE = Scope()
EVERYWHERE = Scope(everywhere=True)


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever is acting: a person in one appointment, or a command run on the server.

    `user_id` is None for a command. `acting_for` names the organisation as shown in the header. `also` is what the person
    holds in their other appointments; it counts only for what belongs to several networks at once (`can_all`).
    """

    user_id: int | None
    name: str
    permissions: frozenset[Permission]
    where: Scope
    role: Role | None = None
    organisation_id: int | None = None
    acting_for: str = ""
    appointment_id: int | None = None
    also: tuple[tuple[Role, Scope], ...] = ()

    def scope(self, permission: Permission) -> Scope:
        """Return where the actor holds `permission`; NOWHERE when they do not hold it."""
        return self.where if permission in self.permissions else NOWHERE

    def can(
        self, permission: Permission, *, trust_id: int | None = None, network_id: int | None = None
    ) -> bool:
        """Say whether the actor holds `permission`: anywhere, or for the trust or network named."""
        scope = self.scope(permission)
        if trust_id is not None and not scope.covers_trust(trust_id):
            return False
        if network_id is not None and not scope.covers_network(network_id):
            return False
        return not scope.empty

    def require(
        self, permission: Permission, *, trust_id: int | None = None, network_id: int | None = None
    ) -> None:
        """Raise NotAllowed, in words, unless `can` says yes."""
        if not self.can(permission, trust_id=trust_id, network_id=network_id):
            role = self.role.label if self.role else self.name
            raise NotAllowed(f"{role} for {self.acting_for or 'no organisation'} cannot {permission} here.")

    def networks(self, permission: Permission) -> frozenset[int]:
        """Return the networks for which the actor holds `permission` in any of their appointments, without EVERYWHERE.

        Only for what belongs to several networks at once, one of them covered by the appointment in force: ask that too.
        """
        others = (
            held.network_ids for role, held in self.also if permission in role.permissions_in("network")
        )
        return self.scope(permission).network_ids.union(*others)

    def can_all(self, permission: Permission, network_ids: Iterable[int]) -> bool:
        """Say whether the actor may do this to what belongs to all of these networks.

        The first is the one it is kept under and must be covered by the appointment in force; each other one may be
        covered by another appointment of the same person.
        """
        first, *others = network_ids
        if not self.can(permission, network_id=first):
            return False
        return self.scope(permission).everywhere or self.networks(permission).issuperset(others)

    def require_all(self, permission: Permission, network_ids: Iterable[int]) -> None:
        """Raise NotAllowed, in words, unless `can_all` says yes."""
        wanted = tuple(network_ids)
        self.require(permission, network_id=wanted[0])
        if not self.can_all(permission, wanted):
            raise NotAllowed(
                f"{self.name} cannot {permission} here: it takes an appointment in each of the {len(wanted)} networks."
            )


NOBODY = Actor(user_id=None, name="Nobody", permissions=frozenset(), where=NOWHERE)


def command(name: str) -> Actor:
    """Return the actor for a command run on the server by its operator: everything, everywhere, under the command's name."""
    return Actor(
        user_id=None, name=name, permissions=frozenset(Permission), where=EVERYWHERE, acting_for="England"
    )
