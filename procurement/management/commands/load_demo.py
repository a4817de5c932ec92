"""Load the demonstration: fictional trusts, equipment, prices, plans and accounts, the same for the same seed and day."""

import secrets
from datetime import date
from random import Random
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from assets.actions.catalogue_loading import load_catalogue
from assets.domain.catalogue_file import makers_file
from networks.domain.access import command
from networks.domain.organisations import Kind
from networks.domain.passphrases import passphrase
from networks.models import Organisation, User
from procurement.actions.specifications import publish_all
from procurement.domain.specification_files import FOLDER, read_folder
from procurement.management.demo.activity import make_activity
from procurement.management.demo.candidates import make_candidates
from procurement.management.demo.equipment import make_equipment
from procurement.management.demo.organisations import Cast, is_demonstration, make_organisations
from procurement.management.demo.people import PASSWORD, account_lines, acting, make_people
from procurement.management.demo.plan import make_plan, open_demo_tender, solve_demo_plan
from procurement.management.demo.prices import make_prices
from procurement.models import Plan

MACHINES = 400
MACHINES_IN_ENGLAND = 12_000
_SOLVER_SEED = 1
_LEADS = ("lead", "lead-b", "lead-c")


class Command(BaseCommand):
    help = (
        "Load the demonstration into an empty database: the real seven regions, fictional trusts in three networks with "
        "some 400 machines, prices, plans, a tender, and one account for each role. The same seed and day always give "
        "the same register."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--as-at",
            type=date.fromisoformat,
            metavar="YYYY-MM-DD",
            help="the day the ages are drawn for (today)",
        )
        parser.add_argument(
            "--scale",
            choices=["networks", "england"],
            default="networks",
            help="england: 24 networks, 12,000 machines",
        )
        parser.add_argument(
            "--solve-seconds", type=int, default=15, help="longest time for the plan; 0: none is solved"
        )
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing where there are trusts already"
        )
        parser.add_argument(
            "--force", action="store_true", help="load beside trusts that are not the demonstration's"
        )

    def handle(
        self,
        *,
        seed: int,
        as_at: date | None,
        scale: str,
        solve_seconds: int,
        if_empty: bool,
        force: bool,
        **_: Any,
    ) -> None:
        today = timezone.localdate()
        as_at = as_at or today
        if as_at > today:
            raise CommandError(
                "--as-at cannot be in the future: nothing can be installed yet that is to be old then."
            )
        codes = list(Organisation.objects.filter(kind=Kind.TRUST).values_list("code", flat=True))
        loaded = any(is_demonstration(code) for code in codes)
        if if_empty and codes:
            if loaded:
                is_alone = all(is_demonstration(code) for code in codes)
                self._print_accounts(PASSWORD if is_alone else None)
            return
        if loaded:
            raise CommandError(
                "The demonstration is loaded already. For another, start from an empty database."
            )
        if codes and not force:
            raise CommandError(
                f"The database holds {_trusts(len(codes))} not the demonstration's; it was left as it is. "
                "Use an empty database, or --force to load the demonstration beside them."
            )
        # Beside real data a password that everybody knows would open it to everybody.
        password = passphrase(secrets.choice) if codes else PASSWORD
        whole_of_england = scale == "england"
        cast, people = self._load(seed, as_at, today, password, whole_of_england=whole_of_england)
        self.stdout.write(
            f"Loaded the demonstration: {len(cast.networks)} networks, {len(cast.trusts)} trusts, seed {seed}, as at {as_at}."
        )
        if solve_seconds and not whole_of_england:
            self._solve(cast, people, today, as_at, solve_seconds)
        self._print_accounts(password)

    @transaction.atomic
    def _load(
        self, seed: int, as_at: date, today: date, password: str, *, whole_of_england: bool
    ) -> tuple[Cast, dict[str, User]]:
        by = command("load_demo")

        def chance(subject: str) -> Random:
            # A source of its own for each subject: more prices must not change the fleet.
            return Random(f"{seed} {subject}")  # noqa: S311 - a demonstration, not a secret

        cast = make_organisations(
            by=by, random=chance("organisations"), as_at=as_at, whole_of_england=whole_of_england
        )
        publish_all(by=by, standards=read_folder(FOLDER), today=as_at)
        load_catalogue(by=by, read=makers_file())
        people = make_people(by=by, cast=cast, since=as_at.replace(day=1), password=password)
        machines = MACHINES_IN_ENGLAND if whole_of_england else MACHINES
        assets = make_equipment(
            random=chance("equipment"),
            of_upkeep=chance("upkeep"),
            cast=cast,
            as_at=as_at,
            machines=machines,
        )
        make_activity(random=chance("activity"), assets=assets, as_at=as_at)
        make_prices(by=by, random=chance("prices"), cast=cast, as_at=as_at)
        leads = [acting(people[name], on=today) for name in _LEADS]
        for place, network in enumerate(cast.networks):
            plan = make_plan(
                by=leads[place] if place < len(leads) else by,
                random=chance(f"plan {network.code}"),
                cast=cast,
                network=network,
                assets=assets,
                as_at=as_at,
            )
            if place < len(leads):
                make_candidates(
                    by=leads[place],
                    random=chance(f"candidates {network.code}"),
                    network=network,
                    plan=plan,
                    as_at=as_at,
                )
        return cast, people

    def _solve(self, cast: Cast, people: dict[str, User], today: date, as_at: date, seconds: int) -> None:
        network, by = cast.networks[0], acting(people["lead"], on=today)
        plan = Plan.objects.get(network=network)
        version = solve_demo_plan(by=by, plan=plan, as_at=as_at, seconds=seconds, seed=_SOLVER_SEED)
        self.stdout.write(f"Solved the plan of {network.name}: {version.status}")
        tender = open_demo_tender(by=by, network=network, today=today)
        self.stdout.write(
            f"Opened a tender: {tender.name}" if tender else "No tender could be opened in time."
        )

    def _print_accounts(self, password: str | None) -> None:
        rows = Organisation.objects.filter(kind__in=[Kind.NETWORK, Kind.TRUST])
        self.stdout.write("Demonstration accounts:")
        for line in account_lines({row.code: row for row in rows}):
            self.stdout.write(line)
        self.stdout.write(
            f"  The password of all of them is: {password or 'the one printed when they were made'}"
        )


def _trusts(number: int) -> str:
    return "1 trust that is" if number == 1 else f"{number} trusts that are"
