"""Solve a plan from the shell: `manage.py solve_plan 3 --seconds 60`."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from networks.domain.access import command
from procurement.actions.plan_versions import OutOfDate
from procurement.jobs.solve_plan import solve_version
from procurement.models import Plan
from procurement.queries.planning_problem import PlanIncomplete


class Command(BaseCommand):
    help = (
        "Solve a plan, with the register, prices and envelopes as they are now, into its next version. "
        "Prints the version, the solver's status and the main figures; with --json as one object."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("plan", type=int, help="the number in the plan's address")
        parser.add_argument(
            "--seconds", type=int, default=30, help="longest time to look for a better plan (30)"
        )
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--based-on",
            type=int,
            metavar="VERSION",
            help="the number of the version whose decisions are kept where that costs nothing",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(
        self,
        *,
        plan: int,
        seconds: int,
        seed: int,
        based_on: int | None,
        json: bool,  # noqa: A002 - the option's name
        **_: Any,
    ) -> None:
        row = Plan.objects.filter(pk=plan).first()
        if row is None:
            known = ", ".join(f"{p.pk} ({p.name})" for p in Plan.objects.order_by("pk")[:20])
            raise CommandError(f"There is no plan {plan}. There are: {known or 'none'}.")
        if seconds < 1:
            raise CommandError("--seconds must be at least 1.")
        earlier = None if based_on is None else row.versions.filter(number=based_on).first()
        if based_on is not None and earlier is None:
            numbers = ", ".join(str(number) for number in row.versions.values_list("number", flat=True))
            raise CommandError(f"{row.name} has no version {based_on}. It has: {numbers or 'none'}.")
        try:
            with _native_output_beside():
                version = solve_version(
                    by=command("solve_plan"),
                    plan=row,
                    seconds=seconds,
                    seed=seed,
                    on=timezone.localdate(),
                    based_on=earlier,
                    report=None if json else self._say_once,
                )
        except (PlanIncomplete, OutOfDate) as refused:
            raise CommandError(str(refused)) from refused
        metrics = version.result["metrics"]
        if json:
            self.stdout.write(
                _as_json({"plan_id": row.pk, "version": version.number, "status": version.status, **metrics})
            )
            return
        self.stdout.write(f"{row.name}: version {version.number}, {version.status}, by {version.solver}.")
        for name, figures in metrics.items():
            self.stdout.write(
                f"  {name.replace('_', ' ')}: exposure {figures['exposure']:,} points, "
                f"{figures['asset_years_over_10']} machine-years at ten or over, "
                f"{figures['replaced']} replaced for £{figures['spend_pence'] / 100:,.2f} inc VAT"
            )

    _said = ""

    def _say_once(self, words: str, gone: int) -> None:
        if words != self._said:
            self._said = words
            self.stderr.write(f"{gone:>4} s  {words}")


@contextmanager
def _native_output_beside() -> Iterator[None]:
    """Send what the solver's own library prints (a banner, once) to standard error: standard output is for the answer."""
    with suppress(OSError, ValueError):
        sys.stdout.flush()
    kept = os.dup(1)
    try:
        os.dup2(2, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def _as_json(content: dict[str, Any]) -> str:
    return json.dumps(content)
