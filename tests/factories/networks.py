from datetime import date

import factory

from networks.domain.access import Actor, Role
from networks.domain.organisations import Kind, Tie
from networks.models import Appointment, Link, Organisation, User
from networks.queries.actors import actor_for

LONG_AGO = date(2015, 4, 1)


class OrganisationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Organisation

    kind = Kind.TRUST
    code = factory.Sequence(lambda n: f"T{n:03d}")
    name = factory.LazyAttribute(lambda o: f"{o.kind.title()} {o.code}")


class LinkFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Link

    source = factory.SubFactory(OrganisationFactory)
    target = factory.SubFactory(OrganisationFactory)
    tie = Tie.PART_OF
    starts_on = LONG_AGO


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    name = factory.Sequence(lambda n: f"Person {n}")


def network_of_trusts(
    *names: str, network: str = "Northern", region: str = "North West"
) -> dict[str, Organisation]:
    """Make a nation, a region, an ICB, a network and trusts with one site each.

    Returns them by name; a trust's site is "<trust> site".
    """
    made = {}
    nation, _ = Organisation.objects.get_or_create(kind=Kind.NATION, code="ENG", defaults={"name": "England"})
    made["England"] = nation
    made[region] = OrganisationFactory(kind=Kind.REGION, name=region)
    made[f"{region} ICB"] = OrganisationFactory(kind=Kind.ICB, name=f"{region} ICB")
    made[network] = OrganisationFactory(kind=Kind.NETWORK, name=network)
    LinkFactory(source=made[region], target=nation)
    LinkFactory(source=made[f"{region} ICB"], target=made[region])
    for name in names:
        trust = made[name] = OrganisationFactory(kind=Kind.TRUST, name=name)
        site = made[f"{name} site"] = OrganisationFactory(kind=Kind.SITE, name=f"{name} site")
        LinkFactory(source=trust, target=made[f"{region} ICB"])
        LinkFactory(source=trust, target=made[network], tie=Tie.MEMBER_OF)
        LinkFactory(source=site, target=trust)
    return made


def person(role: Role, organisation: Organisation, *, name: str = "", on: date = LONG_AGO) -> User:
    """Make a user who holds one role in one organisation."""
    user = UserFactory(**({"name": name} if name else {}))
    Appointment.objects.create(user=user, role=role, organisation=organisation, starts_on=on)
    return user


def actor(role: Role, organisation: Organisation, *, on: date = date(2026, 11, 1)) -> Actor:
    """Make somebody with one role in one organisation and return them as an Actor."""
    user = person(role, organisation)
    return actor_for(user, user.appointments.get(), on=on)
