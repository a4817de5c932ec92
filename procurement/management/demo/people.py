"""The demonstration's accounts: one for each role, and one who holds two."""

from dataclasses import dataclass
from datetime import date

from networks.actions.appointments import add_person, appoint
from networks.domain.access import Actor, Role
from networks.models import Organisation, User
from networks.queries.actors import actor_for, appointments_of
from procurement.management.demo.organisations import Cast

PASSWORD = "demonstration-only"  # noqa: S105 - known to everybody, and only ever set beside fictional data
DOMAIN = "demo.example"
_NATION = "England"


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody of the demonstration: what stands before the @, their name, and (role, code of organisation) pairs."""

    local_part: str
    name: str
    roles: tuple[tuple[Role, str], ...]

    @property
    def email(self) -> str:
        return f"{self.local_part}@{DOMAIN}"


ACCOUNTS = (
    Account("manager", "Maya Manager", ((Role.EQUIPMENT_MANAGER, "ZA1"),)),
    Account("modality", "Mo Modality", ((Role.MODALITY_LEAD, "ZA1"),)),
    Account("neighbour", "Nils Neighbour", ((Role.EQUIPMENT_MANAGER, "ZA2"),)),
    Account("lead", "Lena Lead", ((Role.PROCUREMENT_LEAD, "ZZA"),)),
    Account("lead-b", "Lewis Lead", ((Role.PROCUREMENT_LEAD, "ZZB"),)),
    Account("lead-c", "Laila Lead", ((Role.PROCUREMENT_LEAD, "ZZC"),)),
    Account("finance", "Femi Finance", ((Role.FINANCE, "ZZA"),)),
    Account("trustfinance", "Tara Treasurer", ((Role.FINANCE, "ZA1"),)),
    Account("analyst", "Ana Analyst", ((Role.NATIONAL_ANALYST, _NATION),)),
    Account("admin", "Ada Administrator", ((Role.ADMINISTRATOR, _NATION),)),
    Account("both", "Bo Both", ((Role.EQUIPMENT_MANAGER, "ZA3"), (Role.FINANCE, "ZZA"))),
)


def make_people(*, by: Actor, cast: Cast, since: date, password: str) -> dict[str, User]:
    """Add the accounts, in their roles from `since`, and return them by what stands before the @."""
    organisations = {_NATION: cast.nation}
    organisations |= {row.code: row for row in (*cast.networks, *(trust.row for trust in cast.trusts))}
    made = {}
    for account in ACCOUNTS:
        user = add_person(by=by, email=account.email, name=account.name, password=password)
        for role, code in account.roles:
            appoint(by=by, user=user, role=role, organisation=organisations[code], starts_on=since)
        made[account.local_part] = user
    return made


def acting(user: User, *, on: date) -> Actor:
    """Return somebody as the actor of their first role."""
    return actor_for(user, appointments_of(user, on=on).first(), on=on)


def account_lines(organisations: dict[str, Organisation]) -> list[str]:
    """Return one line for each account, with its roles in words. `organisations` by code."""
    lines = []
    for account in ACCOUNTS:
        roles = "; ".join(
            f"{role.label}, {organisations[code].name if code in organisations else code}"
            for role, code in account.roles
        )
        lines.append(f"  {account.email:<28} {roles}")
    return lines
